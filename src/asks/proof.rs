//! Which answers to the core's own log requests are to be believed. A lane that has not got a block must not
//! be taken to say that the block has no logs.

use crate::blocks::{Header, logs};
use crate::classify::Judged;
use crate::jsonrpc::Reply;
use crate::race::Outcome;

/// What an answer must stand up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A block: what is none is a fault of the lane.
    Block,
    /// Logs of one block.
    Logs {
        number: u64,
        hash: String,
        /// The block's bloom says that there may be some.
        likely: bool,
    },
    /// Logs of a range that ends here: the lane must have shown that it is as far.
    Range { from: u64, to: u64 },
}

impl Proof {
    /// Judges the answer to an internal request anew. `shown`: the newest block that the lane has shown.
    pub(crate) fn doubt(&self, shown: u64, judged: &mut Judged) {
        let (Outcome::Answer, Some(Reply::Result(answer))) = (judged.outcome, &judged.reply) else { return };
        judged.outcome = match self {
            Proof::Block if Header::read(answer).is_none() => Outcome::Fault,
            Proof::Block => Outcome::Answer,
            Proof::Logs { number, hash, likely } => match logs(answer) {
                // Some nodes leave out the block's hash, and look at their newest block instead.
                Some(logs) if logs.iter().any(|l| l.number != *number || l.hash != *hash) => Outcome::Unable,
                // Some nodes answer an empty list for a block they have not got.
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
