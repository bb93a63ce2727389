//! Which site may use which chain. A chain with an endpoint on the person's own machine or network, or one that the
//! person marked, exists only for the sites they allowed.
//!
//! ```text
//!  host names, addresses, labels ─► locate ─► Chain::nearness ─┐
//!  settings: ask_sites, sites_allowed, sites_denied ───────────┴─► is_open_to ─► may_use, guards
//!                                                                      └─ not open any more: withdraw
//! ```

use super::Guard;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::Asker;
use crate::follow::Follower;
use crate::io::ClientId;

impl Guard {
    /// Whether the core has a lane for this document's reads of this chain.
    pub(super) fn guards(&self, client: ClientId, chain: u64) -> bool {
        self.pages.guards(&self.lanes, self.choice.settings(), client, chain)
    }

    /// Updates how near each chain is, which depends on settings and evidence.
    pub(super) fn locate(&mut self, now: u64) {
        if self.lanes.locate(&self.choice.settings().labels) {
            self.withdraw(now);
            self.tell_states();
        }
    }

    /// Documents lose at once what their site may no longer use. They then get what they would get without Breakwater.
    pub(super) fn withdraw(&mut self, now: u64) {
        self.pages.withdraw_users(&mut self.lanes, self.choice.settings());
        self.follow(now, Follower::end_withdrawn);
        let Guard { lanes, pages, choice, asks, .. } = self;
        let settings = choice.settings();
        let withheld =
            |asker: Asker, chain| asker.client().is_some_and(|c| pages.is_withheld(lanes, settings, c, chain));
        let waiting = asks.waiting().filter(|(_, asker, question, _)| withheld(*asker, question.chain));
        let lost: Vec<(u64, Asker, Question, bool)> =
            waiting.map(|(id, asker, question, private)| (id, asker, question.clone(), private)).collect();
        self.asked(now, |asks, _| asks.leave(&|asker| lost.iter().any(|(_, gone, ..)| *gone == asker)));
        for (id, asker, question, private) in lost {
            self.asked(now, |asks, cx| asks.end_unwanted(cx, id));
            // The wallet would make a private transaction public.
            let nobody = || Answer::wallet(Refusal::nobody(&question.method));
            self.give(now, asker, if private { Answer::Ours(Refusal::Withdrawn) } else { nobody() });
        }
    }
}
