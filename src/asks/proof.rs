//! Which answers to the core's own log requests are believed. An empty answer from a lane that does not have a block
//! must not be taken to mean that the block has no logs.

use crate::blocks::{Header, logs};
use crate::classify::Judged;
use crate::jsonrpc::Reply;
use crate::race::Outcome;

/// What an answer must prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It must be a block. Anything else is a fault of the lane.
    Block,
    /// It must hold logs of this block only.
    Logs {
        number: u64,
        hash: String,
        /// Whether the block's bloom says that there may be some.
        likely: bool,
    },
    /// It must hold logs of this range only, and the lane must have shown the last block.
    Range { from: u64, to: u64 },
}

impl Proof {
    /// Judges the answer to one of the core's own requests again. `shown` is the newest block that the lane has shown.
    pub(crate) fn doubt(&self, shown: u64, judged: &mut Judged) {
        let (Outcome::Answer, Some(Reply::Result(answer))) = (judged.outcome, &judged.reply) else { return };
        judged.outcome = match self {
            Proof::Block if Header::read(answer).is_none() => Outcome::Fault,
            Proof::Block => Outcome::Answer,
            Proof::Logs { number, hash, likely } => match logs(answer) {
                // Some nodes ignore the block hash and answer for their newest block.
                Some(logs) if logs.iter().any(|l| l.number != *number || l.hash != *hash) => Outcome::Unable,
                // Some nodes answer an empty list for a block they do not have.
                Some(logs) if logs.is_empty() && *likely && shown < *number => Outcome::Unable,
                Some(logs) if logs.is_empty() && *likely => Outcome::Empty,
                Some(_) => Outcome::Answer,
                None => Outcome::Fault,
            },
            Proof::Range { from, to } => match logs(answer) {
                Some(logs) if logs.iter().any(|l| l.number < *from || l.number > *to) => Outcome::Unable,
                Some(_) if shown < *to => Outcome::Unable,
                Some(_) => Outcome::Answer,
                None => Outcome::Fault,
            },
        };
    }
}
