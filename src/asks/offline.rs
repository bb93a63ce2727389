//! Reads that wait until the person is online again.

use super::all::Asks;
use super::effect::Continuation;
use super::means::Means;
use super::request::Request;
use crate::lanes::{LaneRef, Lanes, Responded};
use crate::race::{Attempt, End, Outcome};
use crate::route::{Class, Weight};
use crate::wire::{Brought, Job, Purpose};

impl Asks {
    /// The browser went online or offline.
    pub(crate) fn online(&mut self, cx: &mut Means<'_>, online: bool) {
        if cx.lanes.online(cx.now, online) {
            self.unpark(&|_| true);
        }
    }

    /// Notes what an exchange says about the connection, while reads wait for it or it is in doubt.
    pub(crate) fn note_connectivity(&mut self, cx: &mut Means<'_>, job: &Job, brought: &Brought<'_>) {
        let is_asked = !self.parked.is_empty() || !cx.lanes.is_line_quiet();
        if !job.is_of_lane() || !is_asked || !matches!(brought, Brought::Response { .. }) {
            return;
        }
        let now = cx.now;
        let Some(Responded { changes, since, only }) = cx.lanes.responded(now, job.lane, job.sent) else { return };
        self.changed(changes);
        self.unpark(&|r| {
            only.is_none_or(|chain| r.question.chain == chain) && r.parked <= Some(since) && r.may_try_again(now)
        });
    }

    /// Whether an exchange of a request was a lost connection that is held against no lane yet.
    pub(super) fn is_spared(&mut self, cx: &mut Means<'_>, job: &Job, weight: Weight, brought: &Brought<'_>) -> bool {
        let spared = cx.lanes.spares(cx.now, job, weight, brought);
        if let (true, Purpose::Attempt { request, .. }) = (spared, job.purpose) {
            self.requests.lost(request);
        }
        spared
    }

    pub(super) fn park(&mut self, cx: &Means<'_>, id: u64, mut request: Request) {
        let asked = |r: &Request| {
            r.race.iter().flat_map(|race| race.attempts()).any(|a| r.lanes.get(a.lane) == Some(&LaneRef::Wallet))
        };
        request.wallet_spoke |= asked(&request);
        request.parks += 1;
        (request.race, request.parked) = (None, Some(cx.now));
        request.replies.clear();
        request.hold_until = request.patience(cx.deadline_ms(&request));
        self.parked.insert(id);
        self.requests.insert(id, request);
    }

    /// A read has waited for the connection for too long.
    pub(super) fn parked_for_long(&mut self, cx: &Means<'_>, id: u64, request: Request) {
        self.parked.remove(&id);
        let done = self.fail(cx.lanes, request, true);
        self.done(done);
    }

    /// Retries the waiting reads that `these` selects, because the connection is back or seems to be.
    fn unpark(&mut self, these: &dyn Fn(&Request) -> bool) {
        let goes = |id: &u64| self.requests.get(id).is_some_and(these);
        let again: Vec<u64> = self.parked.iter().copied().filter(goes).collect();
        again.into_iter().for_each(|id| self.then(Continuation::Again(id)));
    }

    pub(super) fn try_again(&mut self, cx: &mut Means<'_>, id: u64) {
        self.parked.remove(&id);
        let Some(mut request) = self.requests.remove(&id) else { return };
        request.parked = None;
        self.requests.insert(id, request);
        self.queue_up(cx, id);
    }

    /// Assigns blame that is due. From time to time it also retries one read, because no event says that the person is
    /// online.
    pub(super) fn tick_connectivity(&mut self, cx: &mut Means<'_>) {
        let changes = cx.lanes.blame_due(cx.now);
        self.changed(changes);
        self.parked.retain(|id| self.requests.get(id).is_some_and(|r| r.parked.is_some()));
        if let Some(id) = self.parked.first().copied()
            && cx.lanes.may_try_line(cx.now)
        {
            self.then(Continuation::Again(id));
        }
    }

    pub(super) fn line_at(&self, lanes: &Lanes) -> Option<u64> {
        let next_try = (!self.parked.is_empty()).then(|| lanes.try_line_at());
        lanes.blame_at().into_iter().chain(next_try).min()
    }
}

/// Whether a read waits for the connection: no lane could be reached, and that is not the lanes' fault.
pub(super) fn waits_for_line(now: u64, lanes: &Lanes, request: &Request, end: End) -> bool {
    matches!(end, End::Failed { late: false })
        && request.spec.class == Class::Read
        && !request.responded
        && now < request.deadline
        && (lanes.is_line_down(now, request.question.chain) || was_cut(lanes, request))
}

/// Whether the connection was down while this was in flight, and may be back: either that is known, or every lane lost
/// it. The latter is believed once.
fn was_cut(lanes: &Lanes, request: &Request) -> bool {
    let is_endpoint = |a: &&Attempt| matches!(request.lanes.get(a.lane), Some(LaneRef::Endpoint(_)));
    let attempts = || request.race.iter().flat_map(|race| race.attempts()).filter(is_endpoint);
    let is_lost = |a: &Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Fault);
    let by_all = request.parks == 0 && request.lost > 1 && request.lost == attempts().count();
    by_all || attempts().any(|a| is_lost(a) && !lanes.may_blame(a.sent))
}
