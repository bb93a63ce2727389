//! Gives each asker the answer to its request.

use super::Guard;
use crate::answer::Answer;
use crate::asks::{Asker, Done};
use crate::pages::Told;

impl Guard {
    /// Gives the askers their answers, and notes what the request taught.
    pub(super) fn deliver(&mut self, now: u64, done: Done) {
        let Done { took, learnt, changes, served, given } = done;
        took.into_iter().for_each(|(ms, class)| self.watch.answered(now, ms, class));
        if learnt {
            self.save_soon(now);
        }
        self.spread(now, changes);
        for (id, client) in given.iter().filter_map(|one| Some((served?, one.asker.client()?))) {
            self.pages.answered_by(now, client, id.chain, id.key);
        }
        for one in given {
            let Told { asker, answer, has_risen } = self.pages.tell(&self.lanes, now, one);
            if has_risen {
                self.save_soon(now);
            }
            self.give(now, asker, answer);
        }
    }

    /// Gives one asker its answer.
    pub(super) fn give(&mut self, now: u64, asker: Asker, answer: Answer) {
        match asker {
            Asker::Page { client, id, wallet } => self.post(client, answer.into_page(id, wallet)),
            Asker::Rescue { rescue, index, .. } => self.rescued(now, rescue, index, answer),
            Asker::Follow { task, .. } => self.follower.arrive(task, answer.of_lane()),
        }
    }
}
