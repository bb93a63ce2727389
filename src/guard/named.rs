//! Reads that name a block which not every lane has.
//!
//! A lane that has not shown a block which another lane has shown is asked for it last, and how far it is comes first:
//! some nodes give an empty code, a balance of nothing or half of the logs for a block that they have not got. What
//! answers a question with `null` or with the block itself says by that how far it is, and is asked at once.

use super::Guard;
use super::requests::{Request, Slot};
use crate::classify::{Judged, Meaning};
use crate::endpoint::{EndpointKey, LaneId};
use crate::jsonrpc::Reply;
use crate::lanes::LaneRef;
use crate::race::{KNOWN, Outcome, Race};
use crate::route::{Class, Spec};
use crate::wire::{Job, Purpose};

/// What is there as soon as the block is: `null` means that the lane has not got the block.
const OF_BLOCK: [&str; 5] = [
    "eth_getBlockByNumber",
    "eth_getHeaderByNumber",
    "eth_getBlockReceipts",
    "eth_getBlockTransactionCountByNumber",
    "eth_getUncleCountByBlockNumber",
];

/// Whether a lane that has not got the block says so by `null`. What traces of a range or a call say is like logs and
/// states.
fn says_null(spec: &Spec) -> bool {
    spec.null_loses && !spec.is_trace()
}

impl Guard {
    /// Whether a lane is to show how far it is before it is asked.
    pub(super) fn must_show(&self, request: &Request, key: EndpointKey) -> bool {
        let chain = self.lanes.chain(request.question.chain);
        let lacks = chain.is_some_and(|c| c.lane(key).is_some_and(|lane| c.has_not_shown(lane, request.named)));
        lacks && request.spec.class == Class::Read && !says_null(request.spec)
    }

    /// Asks a lane how far it is, unless that is out.
    pub(super) fn ask_head(&mut self, now: u64, lane: LaneId) {
        if !self.wire.is_out(lane, Purpose::Poll) {
            self.poll_head(now, lane, Purpose::Poll);
        }
    }

    /// A lane has shown how far it is, or could not: attempts that waited for it go on, or are over.
    pub(super) fn head_over(&mut self, now: u64, lane: LaneId, shown: bool) {
        let waits = |r: &Request| {
            let at = r.lanes.iter().position(|l| *l == LaneRef::Endpoint(lane.key))?;
            (r.question.chain == lane.chain && r.slots.get(at) == Some(&Slot::Unshown)).then_some(at)
        };
        let waiting: Vec<(u64, usize, bool)> = self
            .requests
            .iter()
            .filter_map(|(id, r)| waits(r).map(|at| (*id, at, self.must_show(r, lane.key))))
            .collect();
        for (id, index, lacks) in waiting {
            match (shown, lacks) {
                (true, true) => self.attempt_ended(now, id, index, Outcome::Stale, 0, None),
                (ready, _) => self.go_on(now, id, index, ready),
            }
        }
    }

    /// Judges anew what a lane said of a block that it has not shown; a digest for the race, where it is another one.
    pub(super) fn doubt_named(&mut self, now: u64, request: u64, job: &Job, judged: &mut Judged) -> Option<u64> {
        let request = self.requests.get(&request)?;
        let spec = request.spec;
        // A chain has what a tag stands for, or none of its lanes does.
        if request.rare.is_some() && judged.outcome == Outcome::Empty && OF_BLOCK.contains(&spec.method) {
            return Some(KNOWN);
        }
        let named = request.named?;
        let compares = request.race.as_ref().is_some_and(Race::compares);
        let inside = request.proof.is_some();
        if let (Outcome::Answer, "eth_getBlockByNumber" | "eth_getHeaderByNumber", Some(Reply::Result(text))) =
            (judged.outcome, spec.method, &judged.reply)
        {
            self.lanes.has_given(now, job.sent, job.lane, named, text);
        }
        let chain = self.lanes.chain(job.lane.chain)?;
        let lane = chain.lane(job.lane.key)?;
        // It may have fallen back since it was asked.
        let had = lane.top() >= named.newest;
        let (lacks, head, asked) = (chain.has_not_shown(lane, Some(named)), lane.head()?, lane.head_asked());
        match judged.outcome {
            Outcome::Empty if lacks || OF_BLOCK.contains(&spec.method) && chain.is_coming(named) => Some(KNOWN),
            Outcome::Word if lacks => {
                (judged.outcome, judged.meaning) = (Outcome::Unable, Some(Meaning::Missing));
                None
            }
            Outcome::Answer if says_null(spec) => None,
            // It had the block when it was asked, and has fallen back since: better than nothing.
            Outcome::Answer | Outcome::ChainError if lacks && had && !compares && !inside => {
                judged.outcome = Outcome::Stale;
                Some(head.number.saturating_add(1))
            }
            // Another one has shown the block meanwhile, or it has shown itself since that it has not got it. It may
            // have had it all the same; but where that is not known, a balance of nothing may be what it lacks.
            Outcome::Answer | Outcome::ChainError if lacks && (!had && asked >= job.sent || !compares) => {
                *judged = Judged::bare(Outcome::Stale);
                Some(0)
            }
            _ => None,
        }
    }
}
