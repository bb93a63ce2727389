//! Reads that name a block which not every lane has.
//!
//! A lane that has not shown a block which another lane has shown is asked for it last, and how far it is comes first:
//! some nodes give an empty code, a balance of nothing or half of the logs for a block that they have not got. What
//! answers a question with `null` or with the block itself says by that how far it is, and is asked at once.

use super::Guard;
use crate::asks::{Request, Slot, must_show};
use crate::endpoint::LaneId;
use crate::lanes::LaneRef;
use crate::race::Outcome;
use crate::wire::Purpose;

impl Guard {
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
            .asks
            .requests
            .iter()
            .filter_map(|(id, r)| waits(r).map(|at| (*id, at, must_show(&self.lanes, r, lane.key))))
            .collect();
        for (id, index, lacks) in waiting {
            match (shown, lacks) {
                (true, true) => self.attempt_ended(now, id, index, Outcome::Stale, 0, None),
                (ready, _) => self.go_on(now, id, index, ready),
            }
        }
    }
}
