//! Reads that wait for the person's line.

use super::Guard;
use crate::asks::Request;
use crate::io::SendError;
use crate::lanes::{LaneRef, Responded};
use crate::race::{Attempt, End, Outcome};
use crate::route::{Class, Weight};
use crate::wire::{Brought, Job, Purpose};

impl Guard {
    /// The browser went online or offline.
    pub(super) fn online(&mut self, now: u64, online: bool) {
        if self.lanes.online(now, online) {
            self.unpark(now, |_| true);
        }
    }

    /// What an exchange says of the line, while something waits for it or speaks against it.
    pub(super) fn note_line(&mut self, now: u64, job: &Job, brought: &Brought<'_>) {
        let is_asked = !self.asks.parked.is_empty() || !self.lanes.is_line_quiet();
        if !job.is_of_lane() || !is_asked || !matches!(brought, Brought::Response { .. }) {
            return;
        }
        let Some(Responded { changes, since, only }) = self.lanes.responded(now, job.lane, job.sent) else { return };
        self.spread(now, changes);
        self.unpark(now, |r| {
            only.is_none_or(|chain| r.question.chain == chain) && r.parked <= Some(since) && r.may_try_again(now)
        });
    }

    /// Whether an exchange is a lost connection that is held against nobody yet.
    pub(super) fn is_spared(&mut self, now: u64, job: &Job, weight: Weight, brought: &Brought<'_>) -> bool {
        if !matches!(brought, Brought::Nothing(SendError::Network)) {
            return false;
        }
        let spared = self.lanes.lost(now, job.lane, job.sent, weight);
        if let (true, Purpose::Attempt { request, .. }) = (spared, job.purpose) {
            self.asks.requests.lost(request);
        }
        spared
    }

    /// No lane could be reached, and it is not their fault: the read waits for the line.
    pub(super) fn waits_for_line(&self, now: u64, request: &Request, end: End) -> bool {
        matches!(end, End::Failed { late: false })
            && request.spec.class == Class::Read
            && !request.responded
            && now < request.deadline
            && (self.lanes.is_line_down(now, request.question.chain) || self.was_cut(request))
    }

    /// Whether the line was gone when this was out, and may have come back since: that is known, or every lane lost
    /// it, which is believed once.
    fn was_cut(&self, request: &Request) -> bool {
        let is_endpoint = |a: &&Attempt| matches!(request.lanes.get(a.lane), Some(LaneRef::Endpoint(_)));
        let attempts = || request.race.iter().flat_map(|race| race.attempts()).filter(is_endpoint);
        let is_lost = |a: &Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Fault);
        let by_all = request.parks == 0 && request.lost > 1 && request.lost == attempts().count();
        by_all || attempts().any(|a| is_lost(a) && !self.lanes.may_blame(a.sent))
    }

    pub(super) fn park(&mut self, now: u64, id: u64, mut request: Request) {
        let asked = |r: &Request| {
            r.race.iter().flat_map(|race| race.attempts()).any(|a| r.lanes.get(a.lane) == Some(&LaneRef::Wallet))
        };
        request.wallet_spoke |= asked(&request);
        request.parks += 1;
        (request.race, request.parked) = (None, Some(now));
        request.replies.clear();
        request.hold_until = request.patience(request.spec.deadline_ms(self.choice.settings().deadline_ms));
        self.asks.parked.insert(id);
        self.asks.requests.insert(id, request);
    }

    /// A read that waits for the line waits no more.
    pub(super) fn parked_for_long(&mut self, now: u64, id: u64, request: Request) {
        self.asks.parked.remove(&id);
        self.settle_failed(now, request, true);
    }

    /// The line is back for these, or seems to be.
    fn unpark(&mut self, now: u64, these: impl Fn(&Request) -> bool) {
        let goes = |id: &u64| self.asks.requests.get(id).is_some_and(&these);
        let again: Vec<u64> = self.asks.parked.iter().copied().filter(goes).collect();
        for id in again {
            self.asks.parked.remove(&id);
            self.try_again(now, id);
        }
    }

    fn try_again(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.asks.requests.remove(&id) else { return };
        request.parked = None;
        self.asks.requests.insert(id, request);
        self.queue_up(now, id);
    }

    /// Blame that is due; and now and then one read is tried, for nobody says that the line is back.
    pub(super) fn tick_line(&mut self, now: u64) {
        let changes = self.lanes.blame_due(now);
        self.spread(now, changes);
        self.asks.parked.retain(|id| self.asks.requests.get(id).is_some_and(|r| r.parked.is_some()));
        if let Some(id) = self.asks.parked.first().copied()
            && self.lanes.may_try_line(now)
        {
            self.asks.parked.remove(&id);
            self.try_again(now, id);
        }
    }

    pub(super) fn line_at(&self) -> Option<u64> {
        let next_try = (!self.asks.parked.is_empty()).then(|| self.lanes.try_line_at());
        self.lanes.blame_at().into_iter().chain(next_try).min()
    }
}
