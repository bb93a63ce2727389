//! Reads that wait for the person's line, and blame that waits for what becomes of the other lanes.

use super::Guard;
use super::requests::Request;
use super::sends::{Brought, Job, Kind};
use crate::cloud::local::Nearness;
use crate::endpoint::LaneId;
use crate::health::Check;
use crate::io::SendError;
use crate::lanes::LaneRef;
use crate::line::Peer;
use crate::race::{Attempt, End, Outcome};
use crate::route::{Class, Weight};

/// So often a read that waits for the line is tried as soon as anything responds.
const QUICK_TRIES: u32 = 1;
/// Pause before it is tried once more, ms; it doubles with each. A lane that responds without being any use would
/// have it go round and round.
const PAUSE_MS: u64 = 500;

impl Request {
    /// Whether it may be tried again when something responds.
    fn may_try_again(&self, now: u64) -> bool {
        let pause = self.parks.checked_sub(QUICK_TRIES + 1).map_or(0, |more| PAUSE_MS << more.min(4));
        self.parked.is_some_and(|since| since + pause <= now)
    }
}

/// A lane that lost a connection, and what it was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    lane: LaneId,
    weight: Weight,
}

impl Guard {
    /// Whether a failure of what was sent then is the lane's: nothing is blamed on anybody for what was out while
    /// the line was down.
    pub(super) fn may_blame(&self, sent: u64) -> bool {
        self.line.may_blame(sent)
    }

    /// The browser went online or offline. Lanes that could not be checked meanwhile are checked anew.
    pub(super) fn online(&mut self, now: u64, online: bool) {
        if self.line.says(now, online) {
            let lanes = self.lanes.all_mut();
            lanes.filter(|l| l.health.check == Check::Unknown).for_each(|l| l.check_again = (0, 0));
            self.unpark(now, |_| true);
        }
    }

    /// Whether the browser sees a line to this chain. Endpoints on the person's own machine or network need none.
    pub(super) fn has_line(&self, chain: u64) -> bool {
        let near = self.lanes.chain(chain).is_some_and(|c| c.nearness != Nearness::Public);
        near || self.line.is_online()
    }

    /// Whether no lane of this chain can be reached, of those that are as near as this.
    fn is_line_down(&self, now: u64, chain: u64, near: impl Fn(Nearness) -> bool) -> bool {
        let lanes = self.lanes.chain(chain).into_iter().flat_map(|c| &c.lanes);
        let lanes = lanes.filter(|l| l.enabled() && !l.dark && near(l.near));
        self.line.is_down(now, lanes.map(|l| l.place.as_str()))
    }

    /// What an exchange says of the line: a lane's response to what was sent since the others were lost shows that
    /// it is there, and that they have that from elsewhere.
    pub(super) fn note_line(&mut self, now: u64, job: &Job, brought: &Brought<'_>) {
        let is_lane = !matches!(job.kind, Kind::Panel { .. } | Kind::Resolve);
        let is_asked = !self.parked.is_empty() || !self.line.is_quiet();
        if !is_lane || !is_asked || !matches!(brought, Brought::Response { .. }) {
            return;
        }
        let Some((place, near)) = self.peer(job) else { return };
        let from = Peer { place: &place, near };
        let mut since = job.sent;
        if !self.is_line_down(now, job.lane.chain, |n| n == near) {
            for lost in self.line.answered(job.sent, from) {
                self.blame(now, lost);
            }
        } else if self.line.answered_while_down(now, job.sent, from) {
            since = now;
        }
        // What is near is there without the line: it is tried for those who use it.
        let only = (near != Nearness::Public).then_some(job.lane.chain);
        self.unpark(now, |r| {
            only.is_none_or(|chain| r.question.chain == chain) && r.parked <= Some(since) && r.may_try_again(now)
        });
    }

    fn peer(&self, job: &Job) -> Option<(String, Nearness)> {
        let lane = self.lanes.get(job.lane)?;
        Some((lane.place.clone(), lane.near))
    }

    /// Whether an exchange is a lost connection that is held against nobody yet.
    pub(super) fn is_spared(&mut self, now: u64, job: &Job, weight: Weight, brought: &Brought<'_>) -> bool {
        if !matches!(brought, Brought::Nothing(SendError::Network)) {
            return false;
        }
        let Some(chain) = self.lanes.chain(job.lane.chain) else { return false };
        let Some(lane) = chain.lane(job.lane.key) else { return false };
        let others = chain.lanes.iter().any(|l| l.enabled() && l.place != lane.place);
        if others {
            let to = Peer { place: &lane.place, near: lane.near };
            self.line.lost(now, job.sent, to, Lost { lane: job.lane, weight });
            if let Kind::Race { request, .. } = job.kind {
                self.requests.lost(request);
            }
        }
        others
    }

    fn blame(&mut self, now: u64, lost: Lost) {
        let Some(lane) = self.lanes.get_mut(lost.lane) else { return };
        lane.health.ended(now, lost.weight, Outcome::Fault, 0);
        self.save_soon(now);
        self.watch_lane(now, lost.lane, Outcome::Fault);
    }

    /// No lane could be reached, and it is not their fault: the read waits for the line.
    pub(super) fn waits_for_line(&self, now: u64, request: &Request, end: End) -> bool {
        matches!(end, End::Failed { late: false })
            && request.spec.class == Class::Read
            && !request.responded
            && now < request.deadline
            && (self.is_line_down(now, request.question.chain, |_| true) || self.was_cut(request))
    }

    /// Whether the line was gone when this was out, and may have come back since: that is known, or every lane lost
    /// it, which is believed once.
    fn was_cut(&self, request: &Request) -> bool {
        let is_endpoint = |a: &&Attempt| matches!(request.lanes.get(a.lane), Some(LaneRef::Endpoint(_)));
        let attempts = || request.race.iter().flat_map(|race| race.attempts()).filter(is_endpoint);
        let is_lost = |a: &Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Fault);
        let by_all = request.parks == 0 && request.lost > 1 && request.lost == attempts().count();
        by_all || attempts().any(|a| is_lost(a) && !self.may_blame(a.sent))
    }

    pub(super) fn park(&mut self, now: u64, id: u64, mut request: Request) {
        let asked = |r: &Request| {
            r.race.iter().flat_map(|race| race.attempts()).any(|a| r.lanes.get(a.lane) == Some(&LaneRef::Wallet))
        };
        request.wallet_spoke |= asked(&request);
        request.parks += 1;
        (request.race, request.parked) = (None, Some(now));
        request.replies.clear();
        request.hold_until = request.patience(request.spec.deadline_ms(self.settings.deadline_ms));
        self.parked.insert(id);
        self.requests.insert(id, request);
    }

    /// A read that waits for the line waits no more.
    pub(super) fn parked_for_long(&mut self, id: u64, request: Request) {
        self.parked.remove(&id);
        self.settle_failed(request, true);
    }

    /// The line is back for these, or seems to be.
    fn unpark(&mut self, now: u64, these: impl Fn(&Request) -> bool) {
        let goes = |id: &u64| self.requests.get(id).is_some_and(&these);
        let again: Vec<u64> = self.parked.iter().copied().filter(goes).collect();
        for id in again {
            self.parked.remove(&id);
            self.try_again(now, id);
        }
    }

    fn try_again(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        request.parked = None;
        self.requests.insert(id, request);
        self.queue_up(now, id);
    }

    /// Blame that is due; and now and then one read is tried, for nobody says that the line is back.
    pub(super) fn tick_line(&mut self, now: u64) {
        for lost in self.line.due(now) {
            let lane = self.lanes.get(lost.lane);
            let near = lane.map_or(Nearness::Public, |l| l.near);
            if !self.is_line_down(now, lost.lane.chain, |n| n == near) {
                self.blame(now, lost);
            }
        }
        self.parked.retain(|id| self.requests.get(id).is_some_and(|r| r.parked.is_some()));
        if let Some(id) = self.parked.first().copied()
            && self.line.may_try(now)
        {
            self.parked.remove(&id);
            self.try_again(now, id);
        }
    }

    pub(super) fn line_at(&self) -> Option<u64> {
        let next_try = (!self.parked.is_empty()).then(|| self.line.try_at());
        self.line.wake().into_iter().chain(next_try).min()
    }
}
