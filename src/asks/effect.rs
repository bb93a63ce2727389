//! What others must do after a question was handled, in order. Until these are carried out, nobody else knows of them.

use super::done::Done;
use super::request::Asker;
use crate::endpoint::LaneId;
use crate::io::{ClientId, Command};
use crate::lanes::Change;
use crate::race::Outcome;
use crate::route::{Class, Weight};

/// One thing that others must do.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    /// Something to send or to cancel.
    Command(Command),
    /// Ask the wallet of a document for its request with this id.
    AskWallet { client: ClientId, id: u64 },
    /// How the wallet of a document performed as a lane.
    Wallet { client: ClientId, chain: u64, did: WalletDid },
    /// Changes in the lanes.
    Changed(Vec<Change>),
    /// The race of a page's question has started.
    Began(Class),
    /// A document no longer waits for a request of this many bytes.
    Left { client: ClientId, bytes: usize },
    /// The result of a request.
    Done(Done),
    /// The next step, once all earlier effects have been carried out.
    Then(Continuation),
}

/// How a wallet performed as a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WalletDid {
    pub(crate) weight: Weight,
    pub(crate) outcome: Outcome,
    pub(crate) took_ms: u64,
    /// It was silent while a lane that was asked later answered.
    pub(crate) overtaken: bool,
}

/// The next step. The result of one request may end others.
#[derive(Debug, PartialEq)]
pub(crate) enum Continuation {
    /// Assign blame that is due, and retry a read that waits for the connection.
    Connectivity,
    /// Find the receipts that are due.
    Receipts,
    /// Look for one receipt.
    Look { id: u64, index: usize },
    /// Find the requests that are due.
    Due,
    /// Wake one of them.
    Wake(u64),
    /// Continue what has room now.
    Turns,
    /// Continue one attempt that waits for a free slot.
    TakeSlot { id: u64, index: usize },
    /// Go through the chains that have a queue.
    Lines,
    /// Start the next request in a chain's queue.
    Next { chain: u64 },
    /// Find held requests of a chain that has become warmer.
    Warmer { chain: u64 },
    /// Release one of them.
    Release(u64),
    /// Retry a request that waited for the connection.
    Again(u64),
    /// Continue an attempt that waited for its lane. `right` is false if the lane is of no use.
    GoOn { id: u64, index: usize, right: bool },
    /// End an attempt whose lane turned out not to have its block.
    Behind { id: u64, index: usize },
    /// A lane may be asked now, or cannot be.
    Checked { lane: LaneId, right: bool },
    /// End a send on a removed lane.
    Drop { send: u64 },
    /// End attempts that wait for removed lanes.
    Orphans,
    /// Remove these askers from a request.
    Leave { id: u64, gone: Vec<Asker> },
    /// Take a request out of its queue.
    Unline(u64),
}
