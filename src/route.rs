//! Where a method goes. There is one table; every method that is not in it goes to the wallet.
//!
//! `extension/inpage/generated.js` carries the same table to the page; `tools/generate/` writes it.

mod spec;
mod table;

pub use spec::{
    Class, Lasting, Merge, SENDS, SLOW_MS, STICKY_ENDS, STICKY_MAKES, Spec, TRACES, WALLETS_OWN, WEIGHTS, Weight,
};
pub use table::TABLE;

use table::plain;

const WALLET: Spec = plain("", Class::Wallet);

/// What the core knows about `method`. A method it does not know is the wallet's.
pub fn spec(method: &str) -> &'static Spec {
    TABLE.iter().find(|s| s.method == method).unwrap_or(&WALLET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_methods_are_the_wallets() {
        for method in [
            "eth_sendTransaction",
            "personal_sign",
            "wallet_addEthereumChain",
            "eth_accounts",
            "",
            "ETH_CALL",
            "eth_call ",
        ] {
            assert_eq!(spec(method).class, Class::Wallet, "{method:?}");
        }
    }

    #[test]
    fn each_method_is_listed_once() {
        for (i, one) in TABLE.iter().enumerate() {
            assert!(TABLE.iter().skip(i + 1).all(|other| other.method != one.method), "{}", one.method);
        }
    }
}
