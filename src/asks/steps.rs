//! Which request is handled next. Each request is a step of its own, so that the effects of one are carried out before
//! the next one is handled.

use super::all::Asks;
use super::effect::Continuation;
use super::means::Means;
use super::request::{Asker, Request, Slot};
use crate::endpoint::LaneId;
use crate::lanes::{LaneRef, Lanes};
use crate::race::Outcome;

impl Asks {
    /// When the next step is due, ms.
    pub(crate) fn wake(&self, lanes: &Lanes) -> Option<u64> {
        [self.line_at(lanes), self.receipts.wake(), self.requests.wake(), self.turn_at].into_iter().flatten().min()
    }

    /// Handles everything that is due.
    pub(crate) fn tick(&mut self, cx: &mut Means<'_>) {
        self.call_back(cx);
        self.turn_at = None;
        [Continuation::Connectivity, Continuation::Receipts, Continuation::Due, Continuation::Turns]
            .into_iter()
            .for_each(|step| self.then(step));
    }

    /// Carries out one step.
    pub(crate) fn step(&mut self, cx: &mut Means<'_>, step: Continuation) {
        match step {
            Continuation::Connectivity => self.tick_connectivity(cx),
            Continuation::Receipts => self.tick_receipts(cx.now),
            Continuation::Look { id, index } => self.look(cx, id, index),
            Continuation::Due => self.requests.due(cx.now).into_iter().for_each(|id| self.then(Continuation::Wake(id))),
            Continuation::Wake(id) => self.wake_up(cx, id),
            Continuation::Turns => self.take_turns(),
            Continuation::TakeSlot { id, index } => self.take_slot(cx, id, index),
            Continuation::Lines => {
                let chains: Vec<u64> = self.queues.keys().copied().collect();
                chains.into_iter().for_each(|chain| self.then(Continuation::Next { chain }));
            }
            Continuation::Next { chain } => {
                if let Some(id) = self.next_in_queue(cx, chain, None) {
                    self.start(cx, id);
                    self.fill_batch(cx, chain, id);
                    self.then(Continuation::Next { chain });
                } else if self.queues.contains_key(&chain) {
                    self.turn_at = cx.wire.room().frees_at(cx.now);
                }
            }
            Continuation::Warmer { chain } => self.warmer(chain),
            Continuation::Release(id) => self.release(cx, id),
            Continuation::Again(id) => self.try_again(cx, id),
            Continuation::GoOn { id, index, right } => self.go_on(cx, id, index, right),
            Continuation::Behind { id, index } => {
                self.requests.passed_over(id, index);
                self.attempt_ended(cx, id, index, Outcome::Stale, 0, None);
            }
            Continuation::Checked { lane, right } => self.check_over(lane, right),
            Continuation::Drop { send } => self.drop_send(cx, send),
            Continuation::Orphans => {
                for lane in self.orphaned(cx.lanes) {
                    self.then(Continuation::Checked { lane, right: false });
                }
            }
            Continuation::Leave { id, gone } => self.leave_one(cx, id, &gone),
            Continuation::Unline(id) => self.leave_unline(id),
        }
    }

    /// Releases the held requests of a chain that has become warmer.
    pub(crate) fn warmer(&mut self, chain: u64) {
        let held = |r: &Request| r.is_held() && r.question.chain == chain;
        let ids: Vec<u64> = self.requests.iter().filter(|(_, r)| held(r)).map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.then(Continuation::Release(id)));
    }

    /// A lane's chain id is known now, or the check failed. Attempts that waited for it continue.
    pub(crate) fn check_over(&mut self, lane: LaneId, right: bool) {
        let waits = |slot: Slot| match slot {
            Slot::Waiting | Slot::Full => true,
            // Nobody will ask this lane for its head any more.
            Slot::Unshown => !right,
            _ => false,
        };
        for (id, index) in self.waiting_for(lane, &waits) {
            self.then(Continuation::GoOn { id, index, right });
        }
        self.then(Continuation::Warmer { chain: lane.chain });
    }

    /// Attempts that wait for a lane.
    pub(super) fn waiting_for(&self, lane: LaneId, waits: &dyn Fn(Slot) -> bool) -> Vec<(u64, usize)> {
        let at = |r: &Request| {
            let at = r.lanes.iter().position(|l| *l == LaneRef::Endpoint(lane.key))?;
            (r.question.chain == lane.chain && r.slots.get(at).is_some_and(|slot| waits(*slot))).then_some(at)
        };
        self.requests.iter().filter_map(|(id, r)| Some((*id, at(r)?))).collect()
    }

    /// Ends attempts on lanes that are no longer in the settings.
    pub(crate) fn drop_lost_lanes(&mut self, cx: &mut Means<'_>) {
        for send in cx.wire.lost(|lane| cx.lanes.serves(lane)) {
            self.then(Continuation::Drop { send });
        }
        self.then(Continuation::Orphans);
    }

    /// Removed lanes that attempts still wait for.
    fn orphaned(&self, lanes: &Lanes) -> Vec<LaneId> {
        let waits = |slot: &Slot| matches!(slot, Slot::Waiting | Slot::Full | Slot::Unshown | Slot::Dark(_));
        let of = |r: &Request| {
            let waiting: Vec<usize> = r.slots.iter().enumerate().filter(|(_, s)| waits(s)).map(|(at, _)| at).collect();
            waiting.into_iter().filter_map(|at| r.endpoint(at)).collect::<Vec<LaneId>>()
        };
        self.requests.values().flat_map(of).filter(|id| !lanes.serves(*id)).collect()
    }

    /// Removes the askers for which `gone` is true from all requests.
    pub(crate) fn leave(&mut self, gone: &dyn Fn(Asker) -> bool) {
        let left = |r: &Request| r.askers.iter().copied().filter(|asker| gone(*asker)).collect::<Vec<Asker>>();
        let all: Vec<(u64, Vec<Asker>)> =
            self.requests.iter().map(|(id, r)| (*id, left(r))).filter(|(_, gone)| !gone.is_empty()).collect();
        all.into_iter().for_each(|(id, gone)| self.then(Continuation::Leave { id, gone }));
    }
}
