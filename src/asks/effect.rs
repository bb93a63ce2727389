//! What dealing with questions leads to, in the order in which it is to be carried out. Nobody has been told yet, and
//! nobody else has learnt of it.

use super::done::Done;
use super::request::Asker;
use crate::endpoint::LaneId;
use crate::io::{ClientId, Command};
use crate::lanes::Change;
use crate::race::Outcome;
use crate::route::{Class, Weight};

/// One thing to be done by others.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    /// Something is sent, or given up.
    Command(Command),
    /// The wallet of a document is asked for its request of this number.
    AskWallet { client: ClientId, id: u64 },
    /// How the wallet of a document did as a lane.
    Wallet { client: ClientId, chain: u64, did: WalletDid },
    /// News of the lanes.
    Changed(Vec<Change>),
    /// A page's question has begun to be raced.
    Began(Class),
    /// A document waits no more for a request of so many bytes.
    Left { client: ClientId, bytes: usize },
    /// What a request came to.
    Done(Done),
    /// The questions are to be dealt with further, once everything before this has been carried out.
    Then(Continuation),
}

/// How a wallet did as a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WalletDid {
    pub(crate) weight: Weight,
    pub(crate) outcome: Outcome,
    pub(crate) took_ms: u64,
    /// It was silent, and a lane that was asked later has answered.
    pub(crate) overtaken: bool,
}

/// What is to be done next. What one request came to may be the end of others.
#[derive(Debug, PartialEq)]
pub(crate) enum Continuation {
    /// Blame that is due, and a try of the line.
    Line,
    /// Receipts whose time has come.
    Receipts,
    /// Looks for one.
    Look { id: u64, index: usize },
    /// Requests whose time has come.
    Due,
    /// One of them.
    Wake(u64),
    /// What has room now goes on.
    Turns,
    /// One attempt that waits for a place.
    Place { id: u64, index: usize },
    /// Chains with a line.
    Lines,
    /// Whoever is next in the line of a chain.
    Next { chain: u64 },
    /// Requests that wait for their chain to become warmer.
    Warmer { chain: u64 },
    /// One of them.
    Release(u64),
    /// A request that waited for the line is tried again.
    Again(u64),
    /// An attempt that waited for its lane goes on, or does without it.
    GoOn { id: u64, index: usize, right: bool },
    /// An attempt waited for a lane that has not got its block.
    Behind { id: u64, index: usize },
    /// A lane may be asked now, or cannot be.
    Checked { lane: LaneId, right: bool },
    /// A send on a lane that is gone.
    Drop { send: u64 },
    /// Attempts that wait for lanes that are gone.
    Orphans,
    /// These no longer want the answer.
    Leave { id: u64, gone: Vec<Asker> },
    /// A request leaves its line.
    Unline(u64),
}
