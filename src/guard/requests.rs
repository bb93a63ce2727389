//! Questions: asks them and carries out the effects.

use std::collections::VecDeque;

use super::Guard;
use crate::answer::Question;
use crate::asks::{Asker, Askers, Asks, Effect, Inside, Means};
use crate::health::Health;
use crate::io::ClientId;
use crate::lanes::LastLane;
use crate::pages::{Page, Pages, Way};
use crate::protocol::CoreToPage;
use crate::race::Outcome;
use crate::rescue::Rescues;

/// What a race must know about documents.
struct Documents<'a> {
    pages: &'a Pages,
    rescues: &'a Rescues,
}

impl Askers for Documents<'_> {
    fn waiting(&self, client: ClientId) -> Option<usize> {
        self.pages.get(client).map(Page::waiting)
    }

    fn last_lane(&self, client: ClientId, chain: u64) -> Option<LastLane> {
        self.pages.get(client)?.last_lane(chain)
    }

    fn wallet(&self, client: ClientId, chain: u64) -> Option<&Health> {
        self.pages.get(client)?.wallet(chain)
    }

    fn has_word(&self, asker: Asker) -> bool {
        matches!(asker, Asker::Rescue { rescue, index, .. } if self.rescues.has_word(rescue, index))
    }
}

impl Guard {
    /// Lets the questions handle something, and carries out the effects.
    pub(super) fn asked(&mut self, now: u64, deal: impl FnOnce(&mut Asks, &mut Means<'_>)) {
        self.deal(now, deal);
        self.carry_out(now);
    }

    /// The effects of a step come before what follows that step. This is a function of its own because
    /// [`Guard::asked`] is compiled once per caller.
    fn carry_out(&mut self, now: u64) {
        let mut effects = VecDeque::from(self.asks.take_effects());
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Then(step) => {
                    self.deal(now, |asks, cx| asks.step(cx, step));
                    self.asks.take_effects().into_iter().rev().for_each(|effect| effects.push_front(effect));
                }
                Effect::Command(command) => self.out.push_back(command),
                Effect::AskWallet { client, id } => self.post(client, CoreToPage::AskWallet { id }),
                Effect::Wallet { client, chain, did } => {
                    if did.outcome == Outcome::Answer {
                        self.lanes.hear(now);
                    }
                    self.pages.wallet_did(now, client, chain, did);
                }
                Effect::Changed(changes) => self.spread(now, changes),
                Effect::Began(class) => self.watch.asked(now, class),
                Effect::Left { client, bytes } => self.pages.end(client, bytes),
                Effect::Done(done) => self.deliver(now, done),
            }
        }
    }

    fn deal(&mut self, now: u64, deal: impl FnOnce(&mut Asks, &mut Means<'_>)) {
        let Guard { asks, lanes, wire, choice, pages, rescues, .. } = self;
        let askers = Documents { pages, rescues };
        deal(asks, &mut Means { now, lanes, wire, settings: choice.settings(), askers: &askers });
    }

    /// Answers `question`, now or later.
    pub(super) fn ask(&mut self, now: u64, question: Question, asker: Asker) {
        let Guard { pages, lanes, choice, asks, .. } = self;
        match pages.way(now, (lanes, choice, asks), &question, asker) {
            Way::Answered(answer) => self.give(now, asker, answer),
            Way::Follow { guarded } => self.follow(now, |follower, cx| follower.ask(cx, &question, asker, guarded)),
            Way::Race(terms) => self.asked(now, |asks, cx| asks.ask(cx, question, terms, asker)),
            Way::Gone => {}
        }
    }

    /// Answers a question of the core itself, through [`crate::follow::Follower::arrive`].
    pub(super) fn ask_inside(&mut self, now: u64, question: Question, inside: Inside) {
        let client = self.follower.client(inside.task);
        self.asked(now, |asks, cx| asks.ask_inside(cx, question, inside, client));
    }

    /// A page no longer wants this answer.
    pub(super) fn leave(&mut self, now: u64, client: ClientId, wanted: u64) {
        let gone = |asker| matches!(asker, Asker::Page { client: c, id, .. } if c == client && id == wanted);
        self.asked(now, |asks, _| asks.leave(&gone));
        self.follow(now, |follower, cx| follower.leave(cx, client, wanted));
        for rescue in self.rescues.leave(client, wanted) {
            self.leave_rescue(now, rescue);
        }
    }

    /// Drops the requests of a page that is gone.
    pub(super) fn leave_all(&mut self, now: u64, client: ClientId) {
        self.rescues.close(client);
        self.asked(now, |asks, _| asks.leave(&|asker| asker.client() == Some(client)));
    }

    /// Drops the core's own requests that nobody waits for.
    pub(super) fn leave_tasks(&mut self, now: u64, wanted: &[u64]) {
        let gone = |asker| matches!(asker, Asker::Follow { task, .. } if !wanted.contains(&task));
        self.asked(now, |asks, _| asks.leave(&gone));
    }

    /// Drops the items of a call that is no longer wanted.
    pub(super) fn leave_rescue(&mut self, now: u64, rescue: u64) {
        let gone = |asker| matches!(asker, Asker::Rescue { rescue: r, .. } if r == rescue);
        self.asked(now, |asks, _| asks.leave(&gone));
    }
}
