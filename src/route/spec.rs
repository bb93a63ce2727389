//! What the core knows about a method.

/// What happens to a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The wallet's own provider, untouched, at once.
    Wallet,
    /// Answered in the page from the wallet's own answer; never raced.
    Local,
    /// A race.
    Read,
    /// Sent to every endpoint, or only to the private ones.
    Broadcast,
    /// Filters and subscriptions, which keep state between requests.
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

/// Transactions and signatures, which a person confirms in the wallet. They go to the wallet alone; these names are
/// only used to say what it has not answered yet.
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

/// How long answers usually take. Latency is measured separately for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// One look-up: balances, heads, receipts.
    Light,
    /// Execution: calls, estimates, proofs.
    Heavy,
    /// Scans: logs, receipts of a block.
    Scan,
    /// Re-executes whole blocks, or waits for a block: takes seconds even on a healthy lane.
    Slow,
}

/// Number of [`Weight`]s, for tables.
pub const WEIGHTS: usize = 4;

/// How the answers of two lanes to the same question are compared, or which one is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// They must be equal as JSON values at one pinned block.
    Equal,
    /// The higher number is the better one: heads, nonces.
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

/// Reads that a wallet answers about itself: MetaMask says `MetaMask/v…` and `false`, and dApps use this to tell
/// wallets apart. Where there is a wallet, they go to it, as accounts do. Every other read in the table is raced, with
/// or without a wallet. Wallets pass the reads they know to a node, and refuse the rest as unknown (MetaMask's list of
/// unrestricted methods and Rabby's of safe ones have no L2 method and no trace).
pub const WALLETS_OWN: [&str; 2] = ["eth_syncing", "web3_clientVersion"];

/// Namespaces that re-execute blocks. Such a read costs a node seconds of work, and costs money on hosted ones, so only
/// endpoints whose `traces` switch is on are asked. The table lists which of their methods are asked at all.
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
    /// Whether `null` means "this lane does not have it" rather than an answer.
    pub null_loses: bool,
    /// Index of the block tag in its parameters, if it has one.
    pub tag: Option<usize>,
    /// How two answers are compared.
    pub merge: Merge,
    /// Whether money depends on it, so that a dispute is an error by default.
    pub money: bool,
    /// How old an answer may get.
    pub lasting: Lasting,
}

impl Spec {
    /// How long a request may take, in ms, if the person allowed `usual` for every request.
    pub fn deadline_ms(&self, usual: u64) -> u64 {
        if self.weight == Weight::Slow { usual.max(SLOW_MS) } else { usual }
    }

    /// Whether only endpoints with the `traces` switch are asked.
    pub fn is_trace(&self) -> bool {
        TRACES.iter().any(|space| self.method.starts_with(space))
    }
}
