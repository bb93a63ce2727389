//! What the lanes want sent besides requests, and what is to be done where one of them serves another chain.

use super::Guard;
use crate::endpoint::LaneId;

impl Guard {
    pub(super) fn tick_upkeep(&mut self, now: u64) {
        let commands = self.lanes.upkeep(now, &mut self.wire, self.choice.settings().max_body_bytes);
        self.out.extend(commands);
    }

    /// Asks a lane how far it is, unless that is out.
    pub(super) fn ask_head(&mut self, now: u64, id: LaneId) {
        let command = self.lanes.ask_head(now, id, &mut self.wire, self.choice.settings().max_body_bytes);
        self.out.extend(command);
    }

    /// A lane serves another chain: what is out on it ends.
    pub(super) fn expelled(&mut self, now: u64) {
        self.asks.forget();
        self.asked(now, |asks, cx| asks.drop_lost_lanes(cx));
        self.tell_states();
        // A worker that dies in the next second must not believe it again.
        self.save_now(now);
    }
}
