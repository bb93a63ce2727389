//! What lost connections and answers show about the person's own connection (`connectivity` in the code), and blame
//! that waits until this is clear.

use super::change::Change;
use super::lost::Lost;
use super::parts::Lanes;
use crate::cloud::local::Nearness;
use crate::connectivity::Peer;
use crate::endpoint::LaneId;
use crate::health::Check;
use crate::io::SendError;
use crate::race::Outcome;
use crate::route::Weight;
use crate::wire::{Brought, Job};

/// A lane has responded.
#[derive(Debug, Clone)]
pub(crate) struct Responded {
    pub(crate) changes: Vec<Change>,
    /// Reads that have waited for the person's connection since this time or longer may be retried, in ms.
    pub(crate) since: u64,
    /// Near endpoints do not need the person's connection, so only reads of their chain are retried.
    pub(crate) only: Option<u64>,
}

impl Lanes {
    /// Whether a failed send counts against its lane. No lane is blamed for a send that was in flight while the person
    /// was offline.
    pub(crate) fn may_blame(&self, sent: u64) -> bool {
        self.connectivity.may_blame(sent)
    }

    /// The browser went online or offline. Returns `true` if the person is online again. Lanes that could not be
    /// checked in the meantime are checked again.
    pub(crate) fn online(&mut self, now: u64, online: bool) -> bool {
        let back = self.connectivity.says(now, online);
        if back {
            let unknown = self.all_mut().filter(|l| l.health.check == Check::Unknown);
            unknown.for_each(|l| l.check_again = (0, 0));
        }
        back
    }

    /// Whether this chain can be reached. Endpoints on the person's own machine or network do not need the browser to
    /// be online.
    pub(crate) fn has_line(&self, chain: u64) -> bool {
        let near = self.chain(chain).is_some_and(|c| c.nearness != Nearness::Public);
        near || self.connectivity.is_online()
    }

    /// Whether nothing suggests that the person is offline.
    pub(crate) fn is_line_quiet(&self) -> bool {
        self.connectivity.is_quiet()
    }

    /// Whether no lane of this chain can be reached.
    pub(crate) fn is_line_down(&self, now: u64, chain: u64) -> bool {
        self.is_down_for(now, chain, |_| true)
    }

    fn is_down_for(&self, now: u64, chain: u64, near: impl Fn(Nearness) -> bool) -> bool {
        let lanes = self.chain(chain).into_iter().flat_map(|c| &c.lanes);
        let lanes = lanes.filter(|l| l.enabled() && !l.dark && near(l.near));
        self.connectivity.is_down(now, lanes.map(|l| l.authority.as_str()))
    }

    /// A lane answered a request that was sent after the others were lost. So the person is online, and the losses
    /// have another cause.
    pub(crate) fn responded(&mut self, now: u64, id: LaneId, sent: u64) -> Option<Responded> {
        let lane = self.get(id)?;
        let (authority, near) = (lane.authority.clone(), lane.near);
        let from = Peer { authority: &authority, near };
        let (mut changes, mut since) = (Vec::new(), sent);
        if !self.is_down_for(now, id.chain, |n| n == near) {
            for lost in self.connectivity.answered(sent, from) {
                changes.extend(self.blame(now, lost));
            }
        } else if self.connectivity.answered_while_down(now, sent, from) {
            since = now;
        }
        Some(Responded { changes, since, only: (near != Nearness::Public).then_some(id.chain) })
    }

    /// Whether an exchange is a lost connection that no lane is blamed for yet.
    pub(crate) fn spares(&mut self, now: u64, job: &Job, weight: Weight, brought: &Brought<'_>) -> bool {
        matches!(brought, Brought::Nothing(SendError::Network)) && self.lost(now, job.lane, job.sent, weight)
    }

    /// A lane has lost a connection. Returns `true` while no lane is blamed for it yet.
    pub(crate) fn lost(&mut self, now: u64, id: LaneId, sent: u64, weight: Weight) -> bool {
        let Some(chain) = self.chains.get(&id.chain) else { return false };
        let Some(lane) = chain.lane(id.key) else { return false };
        let others = chain.lanes.iter().any(|l| l.enabled() && l.authority != lane.authority);
        if others {
            let to = Peer { authority: &lane.authority, near: lane.near };
            self.connectivity.lost(now, sent, to, Lost { lane: id, weight });
        }
        others
    }

    fn blame(&mut self, now: u64, lost: Lost) -> Vec<Change> {
        let Some(lane) = self.get_mut(lost.lane) else { return Vec::new() };
        lane.health.ended(now, lost.weight, Outcome::Fault, 0);
        [Some(Change::Learnt), self.watch(now, lost.lane, Outcome::Fault)].into_iter().flatten().collect()
    }

    /// Assigns the blame whose grace period is over.
    #[must_use]
    pub(crate) fn blame_due(&mut self, now: u64) -> Vec<Change> {
        let mut changes = Vec::new();
        for lost in self.connectivity.due(now) {
            let near = self.get(lost.lane).map_or(Nearness::Public, |l| l.near);
            if !self.is_down_for(now, lost.lane.chain, |n| n == near) {
                changes.extend(self.blame(now, lost));
            }
        }
        changes
    }

    /// When the next blame is due, in ms.
    pub(crate) fn blame_at(&self) -> Option<u64> {
        self.connectivity.wake()
    }

    /// Whether reads that wait for the connection should be retried now.
    pub(crate) fn may_try_line(&mut self, now: u64) -> bool {
        self.connectivity.may_try(now)
    }

    /// When they should be retried next, in ms.
    pub(crate) fn try_line_at(&self) -> u64 {
        self.connectivity.try_at()
    }
}
