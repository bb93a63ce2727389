//! The messages between documents and the core, and their limits.

use serde::{Deserialize, Serialize};

use crate::jsonrpc::depth::is_flat;

/// Longest method name a page may send, in bytes. The longest real one has under 40.
pub const MAX_METHOD_BYTES: usize = 128;
/// Largest parameters a page may send for one request, in bytes of JSON text.
pub const MAX_PARAMS_BYTES: usize = 4 * 1024 * 1024;
/// Largest message between a page and the core, in bytes of JSON text.
pub const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
/// Deepest nesting of such a message, outside its strings. The deepest real one, `resume`, has four levels.
pub const MAX_MESSAGE_DEPTH: usize = 16;
/// Most values in such a message, outside its strings. A block with as many logs would not fit into a message.
pub const MAX_MESSAGE_VALUES: usize = 50_000;
/// Bytes of parameters one document may have waiting at once. More are answered with -32005.
pub const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;
/// The same for all documents together.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most requests one document may have waiting at once. More are answered with -32005.
pub const MAX_IN_FLIGHT: usize = 2_000;
/// Most chains one document may ask for. A read of one more is answered with -32005.
pub const MAX_CHAINS: usize = 32;
/// Most filters and subscriptions one document may have. More are answered with -32005.
pub const MAX_STICKY: usize = 64;
/// The same for all documents of an origin.
pub const MAX_STICKY_ORIGIN: usize = 256;
/// How long a wallet may take for a transaction or a signature before the core is told, in ms. Most people confirm
/// sooner.
pub const WALLET_PATIENCE_MS: usize = 15_000;
/// Blocks whose events are kept, to deliver them again as removed if the chain drops them.
pub const KEPT_BLOCKS: usize = 128;
/// Most bytes of such events for each filter or subscription; those of the newest block are always kept.
pub const KEPT_BYTES: usize = 1024 * 1024;

/// JSON-RPC "invalid params".
pub const INVALID_PARAMS: i64 = -32602;
/// JSON-RPC "limit exceeded" (EIP-1474).
pub const LIMIT: i64 = -32005;
/// What a page is told that asks for something too large. The bridge says it, too, of what it does not hand on.
pub const TOO_LARGE: &str = "Breakwater: the request is too large (4 MiB at most) or nested too deep.";
/// What a page is told that asks for more than its share. The bridge says it, too.
pub const TOO_MANY: &str = "Breakwater: too many requests from this page; wait for answers before asking more.";

/// What a page's own endpoint answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnReply {
    /// HTTP status; 200 for a message on a socket.
    pub status: u16,
    /// The whole body.
    pub text: String,
}

/// A message from a document to the core. `id` is the document's own number for the request.
#[derive(Debug, Clone, Deserialize, Serialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PageToCore {
    /// The document will read this chain: check its endpoints, start the light poll. Sent on the first
    /// read and whenever the wallet changes chain. `chain` is an EIP-155 id.
    Use {
        /// EIP-155 chain id.
        chain: u64,
    },
    /// The document reads a chain that its state does not name. If the chain needs the person's permission, the popup
    /// asks for it; the document never learns whether that is so.
    Wants {
        /// EIP-155 chain id.
        chain: u64,
    },
    /// One JSON-RPC request of a page's provider.
    Ask {
        /// The document's number for this request.
        id: u64,
        /// EIP-155 chain id that the wallet (or our own provider) is on.
        chain: u64,
        /// JSON-RPC method.
        method: String,
        /// JSON text of `params`: an array, an object or empty for none.
        params: String,
        /// Whether there is a wallet that can be asked as a lane.
        wallet: bool,
    },
    /// A page's own JSON-RPC call (fetch, XMLHttpRequest, WebSocket) that failed, stalls, or got something that may not
    /// be an answer. The core answers in the page's own envelope, with `Body`.
    Rescue {
        /// The document's number for this request.
        id: u64,
        /// EIP-155 chain id learnt for the page's URL.
        chain: u64,
        /// The page's request body: one envelope or a batch.
        body: String,
        /// What the page's own endpoint answered; `None` when it failed or stalls.
        #[serde(default)]
        said: Option<OwnReply>,
    },
    /// The page no longer wants the answer.
    Abort {
        /// The document's number for the request.
        id: u64,
    },
    /// The newest block this document was shown, as an earlier life of the core reported by `CoreToPage::Floor`.
    Floor {
        /// EIP-155 chain id.
        chain: u64,
        /// Block number.
        number: u64,
    },
    /// A wallet on this page is locked so that it cannot be guarded. The popup says so.
    Locked,
    /// A wallet has announced itself by EIP-6963.
    Met {
        /// Its reverse domain name.
        rdns: String,
    },
    /// What the wallet said after `AskWallet`. A result is `result`; an error has `code` and `message`.
    Wallet {
        /// The document's number for the request.
        id: u64,
        /// JSON text of the result, if there was one.
        result: Option<String>,
        /// The wallet's error code, if it failed.
        code: Option<i64>,
        /// The wallet's error message, if it failed.
        message: Option<String>,
        /// JSON text of the error's `data`.
        data: Option<String>,
    },
    /// A wallet has not answered a transaction or a signature for [`WALLET_PATIENCE_MS`]. The popup says so. Only the
    /// method's name is sent.
    WalletWaits {
        /// The document's number for the call.
        id: u64,
        /// EIP-155 chain id the wallet is on, if known.
        chain: Option<u64>,
        /// JSON-RPC method.
        method: String,
        /// When the page made the call, in ms since the Unix epoch.
        since_ms: u64,
    },
    /// The wallet has answered that call, with a result or an error.
    WalletDone {
        /// The document's number for the call.
        id: u64,
    },
    /// Continues a filter or subscription that an earlier life of the core served, after the last of `blocks`. Events
    /// of blocks that the chain has dropped meanwhile are delivered again as removed.
    Resume {
        /// EIP-155 chain id.
        chain: u64,
        /// The id the page was given.
        subscription: String,
        /// The method that made it: `eth_newFilter`, `eth_newBlockFilter` or `eth_subscribe`.
        method: String,
        /// JSON text of that request's `params`.
        params: String,
        /// What was delivered, oldest first, as the core sent it.
        blocks: Vec<BlockEvents>,
    },
}

impl PageToCore {
    /// Parses a document's message. `None` if it is invalid, or larger or deeper than any message of ours.
    pub fn read(text: &str) -> Option<Self> {
        let fits = text.len() <= MAX_MESSAGE_BYTES && is_flat(text, MAX_MESSAGE_DEPTH, MAX_MESSAGE_VALUES);
        fits.then(|| serde_json::from_str(text).ok()).flatten()
    }
}

/// Everything a filter or subscription delivers for one block. A page keeps the last ones, for `Resume`.
#[derive(Debug, Clone, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct BlockEvents {
    /// Block number.
    pub number: u64,
    /// Block hash; empty if it is not known, for a block too old to be replaced.
    pub hash: String,
    /// Whether the block was delivered before and is no longer part of the chain.
    #[serde(default)]
    pub removed: bool,
    /// The events, each as JSON text; often none.
    pub results: Vec<String>,
}

/// A message from the core to a document.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum CoreToPage {
    /// The first message on every port, sent again whenever it changes.
    State {
        /// False if the person switched Breakwater off for this site: undo the wrapping.
        on: bool,
        /// Chains the core answers for. A read on any other chain goes to the wallet at once.
        chains: Vec<u64>,
        /// How long a request may take before the page falls back to its wallet, in ms.
        deadline_ms: u64,
        /// Chain of our own provider, used when there is no wallet.
        own_chain: Option<u64>,
        /// Whether the page's own JSON-RPC calls are rescued.
        direct: bool,
        /// Chains whose transactions go to private endpoints only: for a broadcast there the page never
        /// falls back to its wallet, whose node would make the transaction public.
        private: Vec<u64>,
    },
    /// For the bridge: the newest block this document was shown, to be reported to the next life of the core.
    Floor {
        /// EIP-155 chain id.
        chain: u64,
        /// Block number.
        number: u64,
    },
    /// The answer: JSON text of `result`.
    Answer {
        /// The document's number for the request.
        id: u64,
        /// JSON text, exactly as the lane sent it.
        result: String,
    },
    /// The chain's own error, or ours (-32603) when every lane failed.
    Error {
        /// The document's number for the request.
        id: u64,
        /// JSON-RPC error code.
        code: i64,
        /// Error message; ours say how many endpoints, and never which.
        message: String,
        /// JSON text of `data`, exactly as the lane sent it.
        data: Option<String>,
    },
    /// Whole response body for a `Rescue`.
    Body {
        /// The document's number for the request.
        id: u64,
        /// JSON text: one envelope or a batch.
        body: String,
    },
    /// No lane could rescue this: let the page's own call stand.
    NoRescue {
        /// The document's number for the request.
        id: u64,
    },
    /// Ask the wallet this request and report with `Wallet`; keep the wallet's own value.
    AskWallet {
        /// The document's number for the request.
        id: u64,
    },
    /// The wallet does not answer a call: ask it this read as a test, and report with `Wallet`.
    TryWallet {
        /// The document's number for the unanswered call.
        id: u64,
        /// JSON-RPC method of the read.
        method: String,
        /// JSON text of its `params`.
        params: String,
    },
    /// The wallet's answer (value or error) is the answer: settle with it, asking first if need be.
    UseWallet {
        /// The document's number for the request.
        id: u64,
    },
    /// The answer to `eth_newFilter`, `eth_newBlockFilter` or `eth_subscribe`: the id.
    Created {
        /// The document's number for the request.
        id: u64,
        /// The id the page is given.
        subscription: String,
        /// The block it begins after.
        block: BlockEvents,
    },
    /// The answer to `eth_getFilterChanges`: the results of all blocks, in order.
    Changes {
        /// The document's number for the request.
        id: u64,
        /// The filter.
        subscription: String,
        /// Oldest first.
        blocks: Vec<BlockEvents>,
    },
    /// Events of a subscription: each result is the `result` of one `eth_subscription` notification.
    Notify {
        /// The subscription id the page was given.
        subscription: String,
        /// In order, and in whole blocks, so that no block is half delivered when the core ends.
        blocks: Vec<BlockEvents>,
    },
}
