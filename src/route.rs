//! Which way a method goes. One table; whatever it does not name goes to the wallet.
//!
//! `extension/lib/generated.js` carries the same table to the page and is kept equal by a test.

/// What happens to a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The wallet's own provider, untouched, at once.
    Wallet,
    /// Answered in the page from what the wallet said; never raced.
    Local,
    /// A race.
    Read,
    /// Sent to every endpoint, or only to the private ones.
    Broadcast,
    /// Filters and subscriptions: state that lives between requests.
    Sticky,
}

impl Class {
    /// The word `extension/lib/generated.js` and the documents use.
    pub fn word(self) -> &'static str {
        match self {
            Class::Wallet => "wallet",
            Class::Local => "local",
            Class::Read => "read",
            Class::Broadcast => "broadcast",
            Class::Sticky => "sticky",
        }
    }
}

/// Transactions and signatures: what a wallet is asked for and a person confirms. They are the wallet's alone;
/// these names serve to say what it has not answered yet.
pub const SENDS: [&str; 11] = [
    "eth_sendTransaction",
    "eth_sign",
    "eth_signTransaction",
    "eth_signTypedData",
    "eth_signTypedData_v1",
    "eth_signTypedData_v3",
    "eth_signTypedData_v4",
    "personal_sign",
    "wallet_sendCalls",
    "wallet_sendPreparedCalls",
    "wallet_signAuthorization",
];

/// How long answers usually take: latency is kept apart for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// One look-up: balances, heads, receipts.
    Light,
    /// Execution: calls, estimates, proofs.
    Heavy,
    /// Scans: logs, traces.
    Scan,
}

/// Number of [`Weight`]s, for tables.
pub const WEIGHTS: usize = 3;

/// How answers of two lanes to the same question are compared or chosen between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// They must be equal as JSON values at one pinned block.
    Equal,
    /// The highest number is the better one: heads, nonces.
    Highest,
    /// The median: fees are estimates, not facts.
    Median,
}

/// How old an answer may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// It changes with the head.
    Changes,
    /// Named by its hash: it never changes once it is there.
    ByHash,
    /// It carries the block it is in: fixed once that block is final.
    Mined,
}

/// Everything the core knows about one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// JSON-RPC method.
    pub method: &'static str,
    /// Which way it goes.
    pub class: Class,
    /// How long it usually takes.
    pub weight: Weight,
    /// Whether `null` means "this lane has not got it" rather than an answer.
    pub null_loses: bool,
    /// Index of the block tag in its parameters, when it has one.
    pub tag: Option<usize>,
    /// How two answers are compared.
    pub merge: Merge,
    /// Whether money hangs on it: a dispute is an error by default.
    pub money: bool,
    /// How old an answer may get.
    pub lasting: Lasting,
}

const fn plain(method: &'static str, class: Class) -> Spec {
    Spec {
        method,
        class,
        weight: Weight::Light,
        null_loses: false,
        tag: None,
        merge: Merge::Equal,
        money: false,
        lasting: Lasting::Changes,
    }
}

const fn read(method: &'static str, weight: Weight) -> Spec {
    Spec { weight, ..plain(method, Class::Read) }
}

const fn at(method: &'static str, weight: Weight, tag: usize) -> Spec {
    Spec { tag: Some(tag), ..read(method, weight) }
}

const fn money(method: &'static str, weight: Weight, tag: usize) -> Spec {
    Spec { money: true, ..at(method, weight, tag) }
}

const fn found(method: &'static str, lasting: Lasting) -> Spec {
    Spec { null_loses: true, lasting, ..read(method, Weight::Light) }
}

/// Execution JSON-RPC (<https://ethereum.github.io/execution-apis/>), EIP-1474 and the common extensions.
/// Wallet methods are not listed: everything that is not here is the wallet's.
pub const TABLE: &[Spec] = &[
    plain("eth_chainId", Class::Local),
    plain("net_version", Class::Local),
    Spec { merge: Merge::Highest, ..read("eth_blockNumber", Weight::Light) },
    money("eth_getBalance", Weight::Light, 1),
    at("eth_getCode", Weight::Light, 1),
    money("eth_getStorageAt", Weight::Light, 2),
    Spec { merge: Merge::Highest, ..money("eth_getTransactionCount", Weight::Light, 1) },
    money("eth_call", Weight::Heavy, 1),
    Spec { merge: Merge::Median, ..at("eth_estimateGas", Weight::Heavy, 1) },
    at("eth_createAccessList", Weight::Heavy, 1),
    at("eth_simulateV1", Weight::Heavy, 1),
    at("eth_getProof", Weight::Heavy, 2),
    Spec { merge: Merge::Median, ..read("eth_gasPrice", Weight::Light) },
    Spec { merge: Merge::Median, ..read("eth_maxPriorityFeePerGas", Weight::Light) },
    Spec { merge: Merge::Median, ..read("eth_blobBaseFee", Weight::Light) },
    Spec { merge: Merge::Median, ..at("eth_feeHistory", Weight::Light, 1) },
    Spec { null_loses: true, tag: Some(0), ..read("eth_getBlockByNumber", Weight::Light) },
    found("eth_getBlockByHash", Lasting::ByHash),
    Spec { null_loses: true, tag: Some(0), ..read("eth_getBlockReceipts", Weight::Scan) },
    Spec { null_loses: true, tag: Some(0), ..read("eth_getBlockTransactionCountByNumber", Weight::Light) },
    found("eth_getBlockTransactionCountByHash", Lasting::ByHash),
    found("eth_getTransactionByHash", Lasting::Mined),
    found("eth_getTransactionReceipt", Lasting::Mined),
    Spec { null_loses: true, tag: Some(0), ..read("eth_getTransactionByBlockNumberAndIndex", Weight::Light) },
    found("eth_getTransactionByBlockHashAndIndex", Lasting::ByHash),
    Spec { null_loses: true, tag: Some(0), ..read("eth_getUncleCountByBlockNumber", Weight::Light) },
    found("eth_getUncleCountByBlockHash", Lasting::ByHash),
    Spec { null_loses: true, tag: Some(0), ..read("eth_getUncleByBlockNumberAndIndex", Weight::Light) },
    found("eth_getUncleByBlockHashAndIndex", Lasting::ByHash),
    read("eth_getLogs", Weight::Scan),
    read("eth_syncing", Weight::Light),
    read("net_listening", Weight::Light),
    read("net_peerCount", Weight::Light),
    read("web3_clientVersion", Weight::Light),
    read("web3_sha3", Weight::Light),
    read("eth_protocolVersion", Weight::Light),
    plain("eth_sendRawTransaction", Class::Broadcast),
    plain("eth_newFilter", Class::Sticky),
    plain("eth_newBlockFilter", Class::Sticky),
    plain("eth_newPendingTransactionFilter", Class::Sticky),
    plain("eth_getFilterChanges", Class::Sticky),
    plain("eth_getFilterLogs", Class::Sticky),
    plain("eth_uninstallFilter", Class::Sticky),
    plain("eth_subscribe", Class::Sticky),
    plain("eth_unsubscribe", Class::Sticky),
];

const WALLET: Spec = plain("", Class::Wallet);

/// What the core knows of `method`; a method it does not know is the wallet's.
pub fn spec(method: &str) -> &'static Spec {
    TABLE.iter().find(|s| s.method == method).unwrap_or(&WALLET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_knows_is_the_wallets() {
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
    fn each_method_stands_once() {
        for (i, one) in TABLE.iter().enumerate() {
            assert!(TABLE.iter().skip(i + 1).all(|other| other.method != one.method), "{}", one.method);
        }
    }
}
