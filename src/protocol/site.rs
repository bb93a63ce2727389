//! What the popup's card says of one site.

use serde::Serialize;

/// One site.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct SiteView {
    /// Host name.
    pub host: String,
    /// Whether Breakwater works there.
    pub on: bool,
    /// Whether the page's own JSON-RPC calls are rescued there.
    pub direct: bool,
    /// Chains open documents of this site use now.
    pub chains: Vec<u64>,
    /// Whether an open document of this site has a wallet that cannot be guarded. Frames of other sites do not
    /// count: see `frames`.
    pub locked: bool,
    /// What its wallets have not answered for a while, and what they are waiting for: one sentence each.
    pub waits: Vec<String>,
    /// What the wallets met on this site are known to ask by default: claims with their source, one sentence each;
    /// of the others, that it is not known.
    pub wallets: Vec<String>,
    /// What frames of other sites say of their wallets: one sentence each, which names the frame.
    pub frames: Vec<String>,
    /// Chains that need the person's word, and that a document of this tab asked for.
    pub asks: Vec<AskView>,
}

/// A chain that needs the person's word, and who asks for it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskView {
    /// EIP-155 id.
    pub chain: u64,
    /// Display name of the chain.
    pub name: String,
    /// Host name that the person is asked about.
    pub host: String,
    /// Whether that is a frame of another site.
    pub frame: bool,
}
