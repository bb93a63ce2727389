//! Reads that name a block which not every lane has.
//!
//! A lane that has not shown a block which another lane has shown is asked for it last, and how far it is comes first:
//! some nodes give an empty code, a balance of nothing or half of the logs for a block that they have not got. What
//! answers a question with `null` or with the block itself says by that how far it is, and is asked at once.

use super::Guard;
use super::chains::{Chain, Lane, LaneRef};
use super::requests::{Request, Slot};
use super::sends::{Job, Kind};
use crate::classify::{Judged, Meaning};
use crate::endpoint::EndpointKey;
use crate::heads::NEAR;
use crate::jsonrpc::Reply;
use crate::named::Named;
use crate::race::{KNOWN, Outcome, Race};
use crate::route::{Class, Spec};

/// Blocks this far below the newest are asked of a lane that has shown nothing yet: one that is well has them.
const NEW: u64 = 128;
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

impl Chain {
    /// Whether another lane has shown a block that this one has not: the one a request names, or, where that is not
    /// reached yet, the newest of all others. Of a lane that has shown nothing yet this is said of new blocks only.
    pub(super) fn has_not_shown(&self, lane: &Lane, named: Option<Named>) -> bool {
        let Some(named) = named else { return false };
        let others = self.lanes.iter().filter(|l| l.key != lane.key && l.enabled()).filter_map(|l| l.head);
        let Some(shown) = others.map(|h| h.number).max() else { return false };
        let own = lane.head.map_or(shown.saturating_sub(NEW), |head| head.number);
        own < named.newest.min(shown)
    }

    /// A lane that gives a block has it.
    fn has_given(&mut self, now: u64, job: &Job, named: Named, block: &str) {
        let higher = |number: &u64| {
            let head = self.lane(job.key).and_then(|lane| lane.head);
            *number == named.newest && head.is_none_or(|head| head.number < *number)
        };
        if let Some(number) = super::memory::block_of(block, "number").filter(higher) {
            self.shown(now, job.sent, job.key, number);
        }
    }

    /// Whether it is a new block, and the chain has it: whoever has not got it will have it soon.
    fn is_coming(&self, named: Named) -> bool {
        self.heads.best().is_some_and(|best| named.newest <= best && named.newest.saturating_add(NEAR) >= best)
    }
}

impl Guard {
    /// Whether a lane is to show how far it is before it is asked.
    pub(super) fn must_show(&self, request: &Request, key: EndpointKey) -> bool {
        let chain = self.chains.get(&request.question.chain);
        let lacks = chain.is_some_and(|c| c.lane(key).is_some_and(|lane| c.has_not_shown(lane, request.named)));
        lacks && request.spec.class == Class::Read && !says_null(request.spec)
    }

    /// Asks a lane how far it is, unless that is out.
    pub(super) fn ask_head(&mut self, now: u64, chain: u64, key: EndpointKey) {
        let out = |job: &Job| job.kind == Kind::Poll && job.chain == chain && job.key == key;
        if !self.jobs.values().any(out) {
            self.poll_head(now, chain, key, Kind::Poll);
        }
    }

    /// A lane has shown how far it is, or could not: attempts that waited for it go on, or are over.
    pub(super) fn head_over(&mut self, now: u64, chain: u64, key: EndpointKey, shown: bool) {
        let waits = |r: &Request| {
            let at = r.lanes.iter().position(|l| *l == LaneRef::Endpoint(key))?;
            (r.question.chain == chain && r.slots.get(at) == Some(&Slot::Unshown)).then_some(at)
        };
        let waiting: Vec<(u64, usize, bool)> =
            self.requests.iter().filter_map(|(id, r)| waits(r).map(|at| (*id, at, self.must_show(r, key)))).collect();
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
        let chain = self.chains.get_mut(&job.chain)?;
        if let (Outcome::Answer, "eth_getBlockByNumber" | "eth_getHeaderByNumber", Some(Reply::Result(text))) =
            (judged.outcome, spec.method, &judged.reply)
        {
            chain.has_given(now, job, named, text);
        }
        let lane = chain.lane(job.key)?;
        // It may have fallen back since it was asked.
        let had = lane.top >= named.newest;
        let (lacks, head, asked) = (chain.has_not_shown(lane, Some(named)), lane.head?, lane.head_asked);
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
