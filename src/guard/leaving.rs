//! Askers that no longer want their answer: an abort, a closed tab, a filter that ended. A request nobody
//! waits for ends, but for a transaction that is on its way.

use super::Guard;
use crate::asks::{Asker, Request, Slot};
use crate::io::ClientId;
use crate::race::Outcome;
use crate::route::Class;

impl Guard {
    /// The page no longer wants one answer.
    pub(super) fn leave(&mut self, now: u64, client: ClientId, wanted: u64) {
        self.leave_where(
            now,
            |asker| matches!(asker, Asker::Page { client: c, id, .. } if c == client && id == wanted),
        );
        self.follow(now, |follower, cx| follower.leave(cx, client, wanted));
        for rescue in self.rescues.leave(client, wanted) {
            self.leave_rescue(now, rescue);
        }
    }

    /// The page is gone.
    pub(super) fn leave_all(&mut self, now: u64, client: ClientId) {
        self.rescues.close(client);
        self.leave_where(now, |asker| asker.client() == Some(client));
    }

    /// Internal requests that nobody waits for any more end.
    pub(super) fn leave_tasks(&mut self, now: u64, wanted: &[u64]) {
        self.leave_where(now, |asker| matches!(asker, Asker::Follow { task } if !wanted.contains(&task)));
    }

    /// No item of this call is wanted any more.
    pub(super) fn leave_rescue(&mut self, now: u64, rescue: u64) {
        self.leave_where(now, |asker| matches!(asker, Asker::Rescue { rescue: r, .. } if r == rescue));
    }

    pub(super) fn leave_where(&mut self, now: u64, gone: impl Fn(Asker) -> bool) {
        let ids: Vec<u64> =
            self.asks.requests.iter().filter(|(_, r)| r.askers.iter().any(|a| gone(*a))).map(|(id, _)| *id).collect();
        for id in ids {
            let Some(mut request) = self.asks.requests.remove(&id) else { continue };
            let with_wallet =
                |r: &Request| r.askers.iter().find(|a| matches!(a, Asker::Page { wallet: true, .. })).copied();
            let asked_wallet = with_wallet(&request);
            let bytes = request.bytes();
            for asker in request.askers.extract_if(.., |a| gone(*a)) {
                self.leave_waiting(asker, bytes);
            }
            if request.askers.is_empty() && request.spec.class != Class::Broadcast {
                self.asks.memory.leave(&request.origin, &request.question);
                self.leave_line(id, &request);
                self.asks.parked.remove(&id);
                (0..request.slots.len()).for_each(|lane| self.end_attempt(now, &mut request, lane));
                continue;
            }
            let wallet_lane = request.slots.iter().position(|s| matches!(s, Slot::Wallet(_)));
            let left = asked_wallet != with_wallet(&request);
            self.asks.requests.insert(id, request);
            if let Some(lane) = wallet_lane.filter(|_| left) {
                self.attempt_ended(now, id, lane, Outcome::Unable, 0, None);
            }
        }
    }
}
