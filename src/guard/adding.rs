//! Adding an endpoint ([`crate::panel::Candidates`]). It is asked for its chain before it is saved. The person learns
//! where it stands and how it would change the verdict.

use super::Guard;
use crate::panel::{Checked, Proposal};
use crate::route;
use crate::wire::{Brought, Job};

impl Guard {
    pub(super) fn probe(&mut self, now: u64, token: u64, wanted: Proposal<'_>) {
        let Guard { candidates, choice, wire, .. } = self;
        match candidates.probe(now, token, wanted, choice.settings(), wire) {
            Ok(command) => self.out.push_back(command),
            Err(reply) => self.panel_reply(token, *reply),
        }
    }

    /// The check of a candidate has ended, with or without an answer.
    pub(super) fn candidate_checked(&mut self, now: u64, send: u64, job: &Job, token: u64, brought: &Brought<'_>) {
        let judged = self.asks.judge(route::spec("eth_chainId"), send, brought);
        let refused = self.candidates.brought(now, (send, job), token, judged, brought);
        self.tell_checked(now, refused.into_iter().collect());
        self.tick_candidates(now);
    }

    /// Sends the replies for candidates that need not wait any longer.
    pub(super) fn tick_candidates(&mut self, now: u64) {
        let due = self.candidates.due(now, |key| self.watch.evidence().contains_key(&key));
        self.tell_checked(now, due);
    }

    fn tell_checked(&mut self, now: u64, checked: Vec<Checked>) {
        for one in checked {
            if let Checked::Serves { key, .. } = one {
                self.note_answer(now, key);
            }
            let (token, reply) = self.view(now).checked(one);
            self.panel_reply(token, reply);
        }
    }
}
