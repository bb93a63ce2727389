//! What the core knows of a method.

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
    /// The word `extension/inpage/generated.js` and the documents use.
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

/// Methods that make a filter or a subscription.
pub const STICKY_MAKES: [&str; 3] = ["eth_newFilter", "eth_newBlockFilter", "eth_subscribe"];
/// Methods that end one.
pub const STICKY_ENDS: [&str; 2] = ["eth_uninstallFilter", "eth_unsubscribe"];

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
    /// Scans: logs, receipts of a block.
    Scan,
    /// Whole blocks run again, or a block waited for: seconds, on a lane that is well.
    Slow,
}

/// Number of [`Weight`]s, for tables.
pub const WEIGHTS: usize = 4;

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

/// Reads that wallets answer from what they are: MetaMask says `MetaMask/v…` and `false`, and dApps tell wallets
/// apart by it. Beside a wallet they are its own, as accounts are. Every other read in the table is raced, wallet or
/// not: what wallets know they pass on to a node, and the rest (MetaMask's list of unrestricted methods, Rabby's of
/// safe ones: nothing of an L2, no trace) they refuse as unknown.
pub const WALLETS_OWN: [&str; 2] = ["eth_syncing", "web3_clientVersion"];

/// Namespaces that run blocks again. A node pays for each such read with seconds of its work, and hosted ones with
/// money: only endpoints whose `traces` switch is on are asked. What of them is asked at all stands in the table.
pub const TRACES: [&str; 3] = ["debug_", "trace_", "arbtrace_"];

/// How long a slow request may take, ms, unless the person gave every request longer.
pub const SLOW_MS: u64 = 60_000;

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

impl Spec {
    /// How long a request may take, ms, where the person gave every request `usual`.
    pub fn deadline_ms(&self, usual: u64) -> u64 {
        if self.weight == Weight::Slow { usual.max(SLOW_MS) } else { usual }
    }

    /// Whether only endpoints are asked that the person lets run blocks again.
    pub fn is_trace(&self) -> bool {
        TRACES.iter().any(|space| self.method.starts_with(space))
    }
}
