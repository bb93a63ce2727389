//! Reads that wait for the person's line, and blame that waits for what becomes of the other lanes.

use super::chains::LaneRef;
use super::requests::Request;
use super::sends::{Brought, Job};
use super::{Guard, SendError};
use crate::cloud::local::Nearness;
use crate::endpoint::EndpointKey;
use crate::health::Check;
use crate::race::{End, Outcome};
use crate::route::{Class, Weight};

/// So often a read that waits for the line is tried as soon as anything responds; later, in its turn.
const QUICK_TRIES: u32 = 1;

/// A lane that lost a connection, and what it was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    chain: u64,
    key: EndpointKey,
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
            let lanes = self.chains.values_mut().flat_map(|c| &mut c.lanes);
            lanes.filter(|l| l.health.check == Check::Unknown).for_each(|l| l.check_again = (0, 0));
            self.unpark(now, u32::MAX);
        }
    }

    /// Whether the browser sees a line to this chain. Endpoints on the person's own machine or network need none.
    pub(super) fn has_line(&self, chain: u64) -> bool {
        let near = self.chains.get(&chain).is_some_and(|c| c.nearness != Nearness::Public);
        near || self.line.is_online()
    }

    /// Whether no lane of this chain can be reached.
    fn is_line_down(&self, now: u64, chain: u64) -> bool {
        let lanes = self.chains.get(&chain).into_iter().flat_map(|c| &c.lanes);
        self.line.is_down(now, lanes.filter(|l| l.enabled() && !l.dark).map(|l| l.place.as_str()))
    }

    /// What an exchange says of the line: any response shows that it is there, and whoever was lost before it has
    /// that from elsewhere.
    pub(super) fn note_line(&mut self, now: u64, job: &Job, brought: &Brought<'_>) {
        if let Brought::Response { .. } = brought {
            let down = self.is_line_down(now, job.chain);
            for lost in self.line.answered(now, down) {
                self.blame(now, lost);
            }
            self.unpark(now, QUICK_TRIES);
        }
    }

    /// Whether an exchange is a lost connection that is held against nobody yet.
    pub(super) fn is_spared(&mut self, now: u64, job: &Job, weight: Weight, brought: &Brought<'_>) -> bool {
        if !matches!(brought, Brought::Nothing(SendError::Network)) {
            return false;
        }
        let Some(chain) = self.chains.get(&job.chain) else { return false };
        let Some(place) = chain.lane(job.key).map(|l| l.place.clone()) else { return false };
        let others = chain.lanes.iter().any(|l| l.enabled() && l.place != place);
        if others {
            self.line.lost(now, job.sent, &place, Lost { chain: job.chain, key: job.key, weight });
        }
        others
    }

    fn blame(&mut self, now: u64, lost: Lost) {
        let Some(lane) = self.chains.get_mut(&lost.chain).and_then(|c| c.lane_mut(lost.key)) else { return };
        lane.health.ended(now, lost.weight, Outcome::Fault, 0);
        self.save_soon(now);
        self.watch_lane(now, lost.chain, lost.key, Outcome::Fault);
    }

    /// No lane could be reached, and it is not their fault: the read waits for the line.
    pub(super) fn waits_for_line(&self, now: u64, request: &Request, end: End) -> bool {
        matches!(end, End::Failed { late: false })
            && request.spec.class == Class::Read
            && !request.responded
            && now < request.deadline
            && self.is_line_down(now, request.question.chain)
    }

    pub(super) fn park(&mut self, id: u64, mut request: Request) {
        let asked = |r: &Request| {
            r.race.iter().flat_map(|race| race.attempts()).any(|a| r.lanes.get(a.lane) == Some(&LaneRef::Wallet))
        };
        request.wallet_spoke |= asked(&request);
        request.parks += 1;
        (request.race, request.parked) = (None, true);
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

    /// The line is back, or seems to be. A read that has waited for it more often than that is tried in its turn: a
    /// lane that responds without being any use would have it go round and round.
    fn unpark(&mut self, now: u64, tries: u32) {
        let parks = |id: &u64| self.requests.get(id).map_or(0, |request| request.parks);
        let waiting = std::mem::take(&mut self.parked);
        let (again, rest): (Vec<u64>, Vec<u64>) = waiting.into_iter().partition(|id| parks(id) <= tries);
        self.parked.extend(rest);
        again.into_iter().for_each(|id| self.try_again(now, id));
    }

    fn try_again(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        request.parked = false;
        self.requests.insert(id, request);
        self.queue_up(now, id);
    }

    /// Blame that is due; and now and then one read is tried, for nobody says that the line is back.
    pub(super) fn tick_line(&mut self, now: u64) {
        for lost in self.line.due(now) {
            if !self.is_line_down(now, lost.chain) {
                self.blame(now, lost);
            }
        }
        self.parked.retain(|id| self.requests.get(id).is_some_and(|r| r.parked));
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
