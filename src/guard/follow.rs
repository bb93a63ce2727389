//! Filters and subscriptions (see [`crate::follow`]). Carries out what the follower wants.

use super::Guard;
use crate::answer::{Answer, Refusal};
use crate::follow::{Around, Follower, Wish};

impl Guard {
    /// Lets the follower handle something, and carries out its wishes.
    pub(super) fn follow(&mut self, now: u64, deal: impl FnOnce(&mut Follower, &mut Around<'_>)) {
        let Guard { follower, lanes, pages, choice, .. } = self;
        deal(follower, &mut Around { now, lanes, pages, choice });
        self.fulfil_all(now);
    }

    fn fulfil_all(&mut self, now: u64) {
        for wish in self.follower.take_wishes() {
            self.fulfil(now, wish);
        }
    }

    fn fulfil(&mut self, now: u64, wish: Wish) {
        match wish {
            Wish::Ask { question, inside } => self.ask_inside(now, question, inside),
            Wish::Read { question, asker } => self.ask(now, question, asker),
            Wish::NotOurs { question, asker } => {
                self.give(now, asker, Answer::wallet(Refusal::nobody(&question.method)));
            }
            Wish::Give { asker, answer } => self.give(now, asker, answer),
            Wish::Send(command) => self.out.push_back(command),
            Wish::Keep(tasks) => self.leave_tasks(now, &tasks),
            Wish::Warmer(chain) => self.asked(now, |asks, _| asks.warmer(chain)),
            Wish::Save => self.save_soon(now),
        }
    }

    pub(super) fn tick_follow(&mut self, now: u64) {
        self.take_arrived(now);
        self.follow(now, Follower::tick);
        self.take_arrived(now);
        self.follow(now, Follower::tick_sockets);
    }

    fn take_arrived(&mut self, now: u64) {
        while self.follower.has_arrived() {
            self.follow(now, Follower::take_arrived);
        }
    }
}
