//! Which answers to the core's own log requests are to be believed. A lane that has not got a block must not
//! be taken to say that the block has no logs.

use super::text;
use crate::classify::Judged;
use crate::guard::Guard;
use crate::guard::requests::Request;
use crate::jsonrpc::Reply;
use crate::lanes::Lane;
use crate::race::Outcome;
use crate::wire::Job;

/// What an answer must stand up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::guard) enum Proof {
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

impl Guard {
    /// Judges the answer to an internal request anew.
    pub(in crate::guard) fn doubt(&self, request: &Request, job: &Job, judged: &mut Judged) {
        let Some(proof) = &request.proof else { return };
        let (Outcome::Answer, Some(Reply::Result(answer))) = (judged.outcome, &judged.reply) else { return };
        let shown = self.lanes.get(job.lane).and_then(Lane::head).map_or(0, |h| h.number);
        judged.outcome = match proof {
            Proof::Block if super::canon::Header::read(answer).is_none() => Outcome::Fault,
            Proof::Block => Outcome::Answer,
            Proof::Logs { number, hash, likely } => match text::logs(answer) {
                // Some nodes leave out the block's hash, and look at their newest block instead.
                Some(logs) if logs.iter().any(|l| l.number != *number || l.hash != *hash) => Outcome::Unable,
                // Some nodes answer an empty list for a block they have not got.
                Some(logs) if logs.is_empty() && *likely && shown < *number => Outcome::Unable,
                Some(logs) if logs.is_empty() && *likely => Outcome::Empty,
                Some(_) => Outcome::Answer,
                None => Outcome::Fault,
            },
            Proof::Range { from, to } => match text::logs(answer) {
                Some(logs) if logs.iter().any(|l| l.number < *from || l.number > *to) => Outcome::Unable,
                Some(_) if shown < *to => Outcome::Unable,
                Some(_) => Outcome::Answer,
                None => Outcome::Fault,
            },
        };
    }
}
