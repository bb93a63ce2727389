//! What the popup's card shows about one site.

use serde::Serialize;

/// One site.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct SiteView {
    /// Host name.
    pub host: String,
    /// Whether Breakwater works there.
    pub on: bool,
    /// Whether its reads are protected now.
    pub shield: Shield,
    /// Whether the page's own JSON-RPC calls are rescued there.
    pub direct: bool,
    /// Chains that open documents of this site use now.
    pub chains: Vec<u64>,
    /// Whether an open document of this site has a wallet that cannot be guarded. Frames of other sites do not
    /// count: see `frames`.
    pub locked: bool,
    /// One sentence for each call that its wallets have not answered for a while, and what they are waiting for.
    pub waits: Vec<String>,
    /// One sentence for each wallet met on this site: the endpoint it is known to ask by default, with a source, or
    /// that it is not known.
    pub wallets: Vec<String>,
    /// What frames of other sites report about their wallets: one sentence each, which names the frame.
    pub frames: Vec<String>,
    /// Chains that a document of this tab asked for and that need the person's permission.
    pub asks: Vec<AskView>,
}

/// Whether the reads of a site are protected now: the worst of the chains that it uses.
#[derive(Debug, Clone, Copy, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Shield {
    /// It uses no chain now.
    Idle,
    /// Each chain has an endpoint that answers.
    Protected,
    /// A chain has no endpoint: its wallet answers alone.
    WalletOnly,
    /// The endpoints of a chain were not asked lately.
    NotSeen,
    /// The endpoints of a chain cannot be reached, and the person may be offline.
    Offline,
    /// No endpoint of a chain answers.
    Dark,
    /// The extension may not reach endpoints.
    NoPermission,
    /// Breakwater is off there.
    Off,
}

/// A chain that needs the person's permission, and the site that asks for it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskView {
    /// EIP-155 id.
    pub chain: u64,
    /// Display name of the chain.
    pub name: String,
    /// Host name of the site that asks.
    pub host: String,
    /// Whether it is a frame of another site.
    pub frame: bool,
}
