//! Which site may use which chain. A chain with an endpoint on the person's own machine or network, or one that the
//! person marked, is there only for the sites they allowed; for every other document it is as if it did not exist.
//!
//! ```text
//!  host names, addresses, labels ─► locate ─► Chain::nearness ─┐
//!  settings: ask_sites, sites_allowed, sites_denied ───────────┴─► is_open_to ─► may_use, guards
//!                                                                      └─ no longer: withdraw
//! ```

use super::Guard;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::Asker;
use crate::follow::Follower;
use crate::io::ClientId;
use crate::lanes::Chain;
use crate::pages::is_open_to;

impl Guard {
    /// Whether this document may know of this chain.
    pub(super) fn may_use(&self, client: ClientId, chain: u64) -> bool {
        self.pages.may_use(&self.lanes, self.choice.settings(), client, chain)
    }

    /// Whether the core has a lane for this document's reads of this chain.
    pub(super) fn guards(&self, client: ClientId, chain: u64) -> bool {
        self.may_use(client, chain) && self.lanes.chain(chain).is_some_and(Chain::is_guarded)
    }

    /// Whether transactions of this document on this chain go to private endpoints only.
    pub(super) fn sends_privately(&self, asker: Asker, chain: u64) -> bool {
        asker.client().is_some_and(|client| self.may_use(client, chain))
            && self.lanes.chain(chain).is_some_and(Chain::is_private)
    }

    /// The chain is there, and this document may not use it.
    pub(super) fn is_withheld(&self, client: ClientId, chain: u64) -> bool {
        self.lanes.chain(chain).is_some() && !self.may_use(client, chain)
    }

    /// A document asked for a chain: when it needs the person's word, the popup asks for it.
    pub(super) fn note_wanted(&mut self, client: ClientId, chain: u64) {
        let guarded = self.lanes.chain(chain).is_some_and(Chain::is_guarded);
        let withheld = guarded && self.is_withheld(client, chain);
        if withheld {
            self.pages.want(client, chain);
        }
    }

    /// How near each chain is follows from settings and evidence.
    pub(super) fn locate(&mut self, now: u64) {
        if self.lanes.locate(&self.choice.settings().labels) {
            self.withdraw(now);
            self.tell_states();
        }
    }

    /// Documents lose at once what their site may no longer use. They get what they would have got without us.
    pub(super) fn withdraw(&mut self, now: u64) {
        let Guard { lanes, pages, choice, .. } = self;
        lanes.keep_users(|chain, client| {
            pages.get(client).is_some_and(|page| is_open_to(chain, page, choice.settings()))
        });
        self.follow(now, Follower::end_withdrawn);
        let withheld = |asker: Asker, chain| asker.client().is_some_and(|client| self.is_withheld(client, chain));
        let waiting = self.asks.waiting().filter(|(_, asker, question, _)| withheld(*asker, question.chain));
        let lost: Vec<(u64, Asker, Question, bool)> =
            waiting.map(|(id, asker, question, private)| (id, asker, question.clone(), private)).collect();
        self.asked(now, |asks, _| asks.leave(|asker| lost.iter().any(|(_, gone, ..)| *gone == asker)));
        for (id, asker, question, private) in lost {
            self.asked(now, |asks, cx| asks.end_unwanted(cx, id));
            self.tell_withdrawn(asker, &question, private);
        }
    }

    fn tell_withdrawn(&mut self, asker: Asker, question: &Question, private: bool) {
        if !private {
            return self.not_ours(asker, question);
        }
        // Its wallet would make it public.
        self.give(asker, Answer::Ours(Refusal::Withdrawn));
    }
}
