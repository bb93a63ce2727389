//! Shows the person what the grounds of the endpoints mean (see [`crate::watch`]).

use super::Guard;
use crate::cloud::drill::Target;
use crate::cloud::incident::State;
use crate::cloud::table::Atlas;
use crate::endpoint::{EndpointKey, LaneId};
use crate::watch::Signal;
use crate::words;

impl Guard {
    pub(super) fn show(&mut self, signals: Vec<Signal>) {
        self.out.extend(words::show(signals, &mut self.watch, &self.lanes));
    }

    pub(super) fn table(&mut self, now: u64, bytes: Vec<u8>) {
        if let Ok(atlas) = Atlas::from_bytes(bytes) {
            self.watch.set_atlas(atlas);
            self.assess_all(now);
        }
    }

    /// Updates grounds, drill and badge, which depend on settings, evidence and table.
    pub(super) fn assess_all(&mut self, now: u64) {
        let signals = self.watch.assess(now, &mut self.lanes, self.choice.settings());
        self.show(signals);
        self.locate(now);
    }

    pub(super) fn drill_start(&mut self, now: u64, target: Target) {
        let signals = self.watch.start_drill(now, &mut self.lanes, target);
        self.show(signals);
        // The person did this, and it cannot be learnt again. So it is saved at once, in case the worker dies.
        self.save_now(now);
    }

    pub(super) fn drill_stop(&mut self, now: u64) {
        let signals = self.watch.stop_drill(now, &mut self.lanes);
        self.show(signals);
        self.save_now(now);
    }

    pub(super) fn tick_watch(&mut self, now: u64) {
        if let Some(signals) = self.watch.tick(now, &mut self.lanes) {
            self.show(signals);
            self.save_now(now);
        }
    }

    /// Looks whether every chain in use has an endpoint that answers.
    pub(super) fn tick_dark(&mut self, now: u64) {
        if let Some(signals) = self.watch.look(now, &self.lanes) {
            self.show(signals);
            self.save_soon(now);
        }
    }

    /// An endpoint has answered.
    pub(super) fn note_answer(&mut self, now: u64, key: EndpointKey) {
        if self.watch.note_answer(now, key) {
            self.save_soon(now);
            self.assess_all(now);
        }
    }

    /// A lane has begun to fail for good, or serves again.
    pub(super) fn feed_incidents(&mut self, now: u64, id: LaneId, state: State) {
        let place = self.lanes.get(id).map(|lane| words::kept_place(lane.ground())).unwrap_or_default();
        let signals = self.watch.feed(now, &self.lanes, (id, place), state);
        self.show(signals);
    }
}
