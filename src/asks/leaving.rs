//! Askers that no longer want their answer: an abort, a closed tab, a filter that ended. A request without askers
//! ends, unless it is a transaction.

use super::all::Asks;
use super::effect::Effect;
use super::means::Means;
use super::request::{Asker, Request, Slot};
use crate::answer::Question;
use crate::race::Outcome;
use crate::route::Class;

impl Asks {
    pub(super) fn leave_one(&mut self, cx: &mut Means<'_>, id: u64, gone: &[Asker]) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        let with_wallet =
            |r: &Request| r.askers.iter().find(|a| matches!(a, Asker::Page { wallet: true, .. })).copied();
        let asked_wallet = with_wallet(&request);
        let bytes = request.bytes();
        let left = request.askers.extract_if(.., |asker| gone.contains(asker));
        self.effects.extend(left.filter_map(|a| a.client()).map(|client| Effect::Left { client, bytes }));
        if request.askers.is_empty() && request.spec.class != Class::Broadcast {
            self.unjoin(&request);
            self.leave_line(id, &request);
            self.parked.remove(&id);
            (0..request.slots.len()).for_each(|lane| self.end_attempt(cx, &mut request, lane));
            return;
        }
        let wallet_lane = request.slots.iter().position(|s| matches!(s, Slot::Wallet(_)));
        let left = asked_wallet != with_wallet(&request);
        self.requests.insert(id, request);
        if let Some(lane) = wallet_lane.filter(|_| left) {
            self.attempt_ended(cx, id, lane, Outcome::Unable, 0, None);
        }
    }

    /// A request has ended, so nobody can join it any more.
    pub(super) fn unjoin(&mut self, request: &Request) {
        let Asks { memory, requests, .. } = self;
        memory.leave(&request.origin, &request.question, |id| requests.get(id).is_some());
    }

    /// Every asker, with its request, and whether that request is for private endpoints only.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (u64, Asker, &Question, bool)> {
        self.requests.iter().flat_map(|(id, r)| r.askers.iter().map(|asker| (*id, *asker, &r.question, r.private)))
    }

    /// A transaction continues after its page has gone, but not if the person withdrew consent.
    pub(crate) fn end_unwanted(&mut self, cx: &mut Means<'_>, id: u64) {
        let unwanted = |r: &&Request| r.askers.is_empty() && r.spec.class == Class::Broadcast;
        if self.requests.get(&id).filter(unwanted).is_some()
            && let Some(mut request) = self.requests.remove(&id)
        {
            (0..request.slots.len()).for_each(|lane| self.end_attempt(cx, &mut request, lane));
        }
    }
}
