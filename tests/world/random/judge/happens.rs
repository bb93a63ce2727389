//! Events that change the core or what it knows: settings, drills, the worker's death.

use super::super::draw::{Book, Change, Question};
use super::{Judge, State, UNSAVED_MS};

impl Judge {
    pub fn changed(&mut self, change: Change, book: Book) {
        match change {
            Change::Mode(chain, _) => {
                self.modes_changed = true;
                // A chain that was off starts over.
                (0..self.facts.len())
                    .filter(|n| self.script.nodes[*n].chain == chain)
                    .for_each(|n| self.facts[n].wrong = false);
            }
            Change::Enabled(node, _) | Change::Listed(node, _) | Change::Private(node, _) => {
                self.lanes_changed = true;
                self.floors.values_mut().flatten().for_each(|shown| shown.bounded = true);
                // Its sends were cancelled. It may be sent them again when the settings allow it again.
                self.sends.values_mut().filter(|s| s.node == node).for_each(|s| s.lost = true);
                self.facts[node].wrong = false;
                self.facts[node].head = None;
            }
            Change::Deadline(ms) => self.low_deadline = self.low_deadline.min(ms),
            Change::Site(_) => {}
        }
        for node in (0..self.facts.len()).filter(|n| !self.book.on(*n) && book.on(*n)) {
            self.facts[node].chosen = self.races.len();
        }
        self.book = book;
    }

    pub fn drill(&mut self, now: u64, cloud: Option<usize>) {
        self.note(now, || format!("drill {cloud:?}"));
        self.drilled = cloud.map(|c| (c, now + 300_000));
    }

    pub fn suspended(&mut self, until: u64) {
        self.resumed = until;
    }

    /// The worker died. Returns the questions that pages ask again.
    pub fn restarted(&mut self, now: u64) -> Vec<(usize, u64, Question)> {
        self.note(now, || "restart".to_owned());
        let mut again = Vec::new();
        for ask in &mut self.asks {
            if ask.state == State::Open {
                ask.state = State::Gone;
                if !ask.rescue {
                    again.push((ask.page, ask.id, ask.items[0].0.clone()));
                }
            }
        }
        self.sends.values_mut().for_each(|s| s.out = false);
        let lost = self.lanes_changed;
        // Stored heads are known in the next life too.
        let kept = |(_, at): &(u64, u64)| !lost && at + UNSAVED_MS < now;
        self.facts.iter_mut().for_each(|f| (f.wrong, f.head, f.chores) = (false, f.head.filter(kept), 0));
        self.uses.iter_mut().for_each(|u| u.clients.clear());
        self.pages.clear();
        self.floors.values_mut().for_each(|f| f.retain(|shown| !lost && shown.at + UNSAVED_MS < now));
        self.floors.values_mut().flatten().for_each(|shown| shown.bounded = true);
        (self.first_race, self.born) = (self.races.len(), now);
        self.touched.clear();
        again
    }

    /// The stored state was damaged. Nothing that only the store knew can be expected any more.
    pub fn spoiled(&mut self, _now: u64) {
        self.floors.values_mut().for_each(Vec::clear);
        self.facts.iter_mut().for_each(|f| f.head = None);
        self.drilled = None;
        self.lanes_changed = true;
    }
}
