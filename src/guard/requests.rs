//! Questions: who may ask one, and what dealing with it leads to is carried out.
//!
//! ```text
//!  ask ─► wallet's business ─► UseWallet
//!      ─► remembered ────────► Answer
//!      ─► asks ─► effects ───► sends, news of lanes, answers (settle.rs)
//! ```

use std::collections::VecDeque;

use super::Guard;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::{Asker, Askers, Asks, Effect, Inside, Means, Terms};
use crate::health::Health;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply};
use crate::lanes::LastLane;
use crate::pages::{Page, Pages};
use crate::protocol::CoreToPage;
use crate::rescue::Rescues;
use crate::route::{self, Class};

/// What a race has to know of documents.
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
    /// Lets questions be dealt with, and carries out what that leads to. What follows from a step comes before what was
    /// to be done after it.
    pub(super) fn asked(&mut self, now: u64, deal: impl FnOnce(&mut Asks, &mut Means<'_>)) {
        self.deal(now, deal);
        let mut effects = VecDeque::from(self.asks.take_effects());
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Then(step) => {
                    self.deal(now, |asks, cx| asks.step(cx, step));
                    self.asks.take_effects().into_iter().rev().for_each(|effect| effects.push_front(effect));
                }
                Effect::Command(command) => self.out.push_back(command),
                Effect::AskWallet { client, id } => self.post(client, CoreToPage::AskWallet { id }),
                Effect::Wallet { client, chain, did } => self.pages.wallet_did(now, client, chain, did),
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
        let spec = route::spec(&question.method);
        let host = asker.client().and_then(|client| self.pages.get(client)).map(Page::host);
        if !self.choice.is_permitted() || !host.is_some_and(|host| self.choice.settings().site_on(host)) {
            return self.not_ours(asker, &question);
        }
        let guarded = asker.client().is_some_and(|client| self.guards(client, question.chain));
        let chain = self.lanes.chain(question.chain).filter(|_| guarded);
        let served = chain.is_some_and(|chain| chain.lanes().iter().any(|lane| lane.serves(spec)));
        match spec.class {
            Class::Read | Class::Broadcast if served => {}
            // None of its endpoints serves the chain: that makes the transaction no less private.
            Class::Broadcast if self.sends_privately(asker, question.chain) => {
                return self.give(asker, Answer::Ours(Refusal::NoPrivate));
            }
            Class::Sticky => {
                return self.follow(now, |follower, cx| follower.ask(cx, &question, asker, guarded));
            }
            Class::Local => return self.give(asker, Answer::Lane(local(&question))),
            _ => return self.not_ours(asker, &question),
        }
        if !jsonrpc::is_params(&question.params) {
            return self.give(asker, Answer::Ours(Refusal::BadParams));
        }
        let Some(client) = asker.client() else { return };
        let floor = self.floor_of(now, client, question.chain);
        let Some(page) = self.pages.get(client) else { return };
        let (origin, host) = (page.origin().to_owned(), page.host().to_owned());
        if let Some(answer) = self.asks.recall(&origin, &question) {
            return self.give(asker, answer);
        }
        let Some(place) = self.pages.begin(client, question.bytes()) else { return };
        let terms = Terms { origin, host, floor, proof: None, place };
        self.asked(now, |asks, cx| asks.ask(cx, question, terms, asker));
    }

    /// Answers a question of the core's own, by [`crate::follow::Follower::arrive`].
    pub(super) fn ask_inside(&mut self, now: u64, question: Question, inside: Inside) {
        let client = self.follower.client(inside.task);
        self.asked(now, |asks, cx| asks.ask_inside(cx, question, inside, client));
    }

    /// Nobody here can be asked: the page's wallet is, or the page is told so.
    pub(super) fn not_ours(&mut self, asker: Asker, question: &Question) {
        let spec = route::spec(&question.method);
        let refusal = match spec.class {
            _ if spec.is_trace() => Refusal::NoTraces,
            Class::Read | Class::Broadcast => Refusal::NoEndpoint,
            _ => Refusal::NoWallet,
        };
        self.give(asker, Answer::wallet(refusal));
    }

    /// A page no longer wants one answer.
    pub(super) fn leave(&mut self, now: u64, client: ClientId, wanted: u64) {
        let gone = |asker| matches!(asker, Asker::Page { client: c, id, .. } if c == client && id == wanted);
        self.asked(now, |asks, _| asks.leave(gone));
        self.follow(now, |follower, cx| follower.leave(cx, client, wanted));
        for rescue in self.rescues.leave(client, wanted) {
            self.leave_rescue(now, rescue);
        }
    }

    /// A page is gone.
    pub(super) fn leave_all(&mut self, now: u64, client: ClientId) {
        self.rescues.close(client);
        self.asked(now, |asks, _| asks.leave(|asker| asker.client() == Some(client)));
    }

    /// Internal requests that nobody waits for any more end.
    pub(super) fn leave_tasks(&mut self, now: u64, wanted: &[u64]) {
        let gone = |asker| matches!(asker, Asker::Follow { task, .. } if !wanted.contains(&task));
        self.asked(now, |asks, _| asks.leave(gone));
    }

    /// No item of this call is wanted any more.
    pub(super) fn leave_rescue(&mut self, now: u64, rescue: u64) {
        let gone = |asker| matches!(asker, Asker::Rescue { rescue: r, .. } if r == rescue);
        self.asked(now, |asks, _| asks.leave(gone));
    }
}

fn local(question: &Question) -> Reply {
    Reply::Result(match question.method.as_str() {
        "net_version" => format!("\"{}\"", question.chain),
        _ => format!("\"0x{:x}\"", question.chain),
    })
}
