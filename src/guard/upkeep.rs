//! What is sent besides requests, and only while a page uses the chain: chain-id checks, the light poll of
//! heads, and one probe for a lane whose breaker's pause is over.

use super::Guard;
use crate::endpoint::LaneId;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chore, Heard, Lane};
use crate::route;
use crate::wire::{Brought, Job, Purpose};

/// How long a check, poll or probe may take, ms.
const REPLY_MS: u64 = 4_000;

impl Guard {
    /// When the next chore is due, ms.
    pub(super) fn upkeep_at(&self) -> Option<u64> {
        self.lanes.chores_at(self.now)
    }

    pub(super) fn tick_upkeep(&mut self, now: u64) {
        for (id, chore) in self.lanes.chores(now) {
            match chore {
                Chore::Check => self.check(now, id),
                Chore::Poll => self.poll_head(now, id, Purpose::Poll),
                Chore::Probe => self.poll_head(now, id, Purpose::Probe),
            }
        }
    }

    /// Asks a lane which chain it serves, unless it is being asked.
    pub(super) fn check(&mut self, now: u64, id: LaneId) {
        if self.lanes.get(id).is_some_and(Lane::is_checking) {
            return;
        }
        let send = self.send(Job::own(now, id, Purpose::Check, REPLY_MS), "eth_chainId", "[]");
        self.lanes.asked(now, id, Chore::Check, send);
    }

    /// A probe is a check as well: what comes back after a breakdown may be another machine.
    pub(super) fn poll_head(&mut self, now: u64, id: LaneId, purpose: Purpose) {
        let method = if purpose == Purpose::Probe { "eth_chainId" } else { "eth_blockNumber" };
        let send = self.send(Job::own(now, id, purpose, REPLY_MS), method, "[]");
        self.lanes.asked(now, id, Chore::Poll, send);
    }

    /// A check, a poll or a probe has ended.
    pub(super) fn upkept(&mut self, now: u64, send: u64, job: &Job, brought: &Brought<'_>) {
        let (method, number): (_, fn(&str) -> Option<u64>) = match job.purpose {
            Purpose::Poll => ("eth_blockNumber", jsonrpc::quantity),
            _ => ("eth_chainId", jsonrpc::chain_id),
        };
        let judged = self.judge(route::spec(method), send, brought);
        let number = match &judged.reply {
            Some(Reply::Result(text)) => number(text),
            _ => None,
        };
        let spared = self.is_spared(now, job, route::Weight::Light, brought);
        let heard = Heard { number, judged: &judged, sent: job.sent, spared };
        let changes = match job.purpose {
            Purpose::Poll => self.lanes.polled(now, job.lane, heard),
            Purpose::Probe => self.lanes.probed(now, job.lane, heard),
            _ => self.lanes.checked(now, job.lane, heard),
        };
        self.spread(now, changes);
    }

    /// A lane serves another chain: what is out on it ends.
    pub(super) fn expelled(&mut self, now: u64) {
        self.asks.memory.forget();
        self.drop_lost_lanes(now);
        self.tell_states();
        // A worker that dies in the next second must not believe it again.
        self.save_now(now);
    }
}
