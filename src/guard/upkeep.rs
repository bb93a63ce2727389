//! Sends the lanes' checks, polls and probes, and reacts when a lane serves another chain.

use super::Guard;
use crate::endpoint::LaneId;

impl Guard {
    pub(super) fn tick_upkeep(&mut self, now: u64) {
        let commands = self.lanes.upkeep(now, &mut self.wire, self.choice.settings().max_body_bytes);
        self.out.extend(commands);
    }

    /// Polls the head of a lane, unless a poll is in flight.
    pub(super) fn ask_head(&mut self, now: u64, id: LaneId) {
        let command = self.lanes.ask_head(now, id, &mut self.wire, self.choice.settings().max_body_bytes);
        self.out.extend(command);
    }

    /// A lane serves another chain. Everything in flight on it ends.
    pub(super) fn expelled(&mut self, now: u64) {
        self.asks.forget();
        self.asked(now, |asks, cx| asks.drop_lost_lanes(cx));
        self.tell_states();
        // Saved at once: if the worker dies in the next second, it must not trust the lane again.
        self.save_now(now);
    }
}
