//! What the grounds of the endpoints mean for the person (see [`crate::watch`]): what is said is put out.

use super::Guard;
use crate::cloud::drill::Target;
use crate::cloud::incident::State;
use crate::cloud::table::Atlas;
use crate::endpoint::LaneId;

impl Guard {
    pub(super) fn table(&mut self, now: u64, bytes: Vec<u8>) {
        if let Ok(atlas) = Atlas::from_bytes(bytes) {
            self.watch.set_atlas(atlas);
            self.assess_all(now);
        }
    }

    /// Grounds, drill and badge follow from settings, evidence and table.
    pub(super) fn assess_all(&mut self, now: u64) {
        let commands = self.watch.assess(now, &mut self.lanes, self.choice.settings());
        self.out.extend(commands);
        self.locate(now);
    }

    pub(super) fn drill_start(&mut self, now: u64, target: Target) {
        let commands = self.watch.start_drill(now, &mut self.lanes, target);
        self.out.extend(commands);
        // A person's act, not a figure that is learnt again: it outlives a worker that dies in the next second.
        self.save_now(now);
    }

    pub(super) fn drill_stop(&mut self, now: u64) {
        let commands = self.watch.stop_drill(now, &mut self.lanes);
        self.out.extend(commands);
        self.save_now(now);
    }

    pub(super) fn tick_watch(&mut self, now: u64) {
        if let Some(commands) = self.watch.tick(now, &mut self.lanes) {
            self.out.extend(commands);
            self.save_now(now);
        }
    }

    /// A lane has begun to fail for good, or serves again.
    pub(super) fn feed_incidents(&mut self, now: u64, id: LaneId, state: State) {
        let commands = self.watch.feed(now, &self.lanes, id, state);
        self.out.extend(commands);
    }
}
