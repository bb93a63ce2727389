//! What is sent besides requests, and only while a page uses the chain: chain-id checks, the light poll of
//! heads, and one probe for a lane whose breaker's pause is over.

use super::Guard;
use super::sends::{Brought, Job, Kind};
use crate::endpoint::LaneId;
use crate::health::Check;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chain, Chore, Lane, POLL_MS, USED_MS};
use crate::race::Outcome;
use crate::route;

/// How long a check, poll or probe may take, ms.
const REPLY_MS: u64 = 4_000;
/// First pause after a failed check, ms; it doubles up to [`MAX_AGAIN_MS`].
const AGAIN_MS: u64 = 2_000;
/// Longest pause after failed checks, ms.
const MAX_AGAIN_MS: u64 = 60_000;

impl Guard {
    /// When the next chore is due. Chores of chains nobody uses are not.
    pub(super) fn upkeep_at(&self) -> Option<u64> {
        let used = self.lanes.chains().filter(|c| c.in_use(self.now));
        let due = |c: &Chain| {
            let until = c.last_used + USED_MS;
            c.lanes.iter().filter_map(|l| l.chore(self.jitter)).map(|(at, _)| at).filter(|at| *at < until).min()
        };
        used.filter_map(due).min()
    }

    pub(super) fn tick_upkeep(&mut self, now: u64) {
        let mut todo = Vec::new();
        for chain in self.lanes.chains().filter(|c| c.in_use(now)) {
            for lane in &chain.lanes {
                if let Some((_, chore)) = lane.chore(self.jitter).filter(|(at, _)| *at <= now) {
                    todo.push((LaneId { chain: chain.id, key: lane.key }, chore));
                }
            }
        }
        for (id, chore) in todo {
            match chore {
                Chore::Check => self.check(now, id),
                Chore::Poll => self.poll_head(now, id, Kind::Poll),
                Chore::Probe => self.poll_head(now, id, Kind::Probe),
            }
        }
    }

    /// Asks a lane which chain it serves, unless it is being asked.
    pub(super) fn check(&mut self, now: u64, id: LaneId) {
        let out = self.lanes.get(id).is_some_and(|l| l.checking.is_some());
        if out {
            return;
        }
        let send = self.send(chore(now, id, Kind::Check), "eth_chainId", "[]");
        if let Some(lane) = self.lanes.get_mut(id) {
            lane.checking = send;
        }
    }

    /// A probe is a check as well: what comes back after a breakdown may be another machine.
    pub(super) fn poll_head(&mut self, now: u64, id: LaneId, kind: Kind) {
        let method = if kind == Kind::Probe { "eth_chainId" } else { "eth_blockNumber" };
        let send = self.send(chore(now, id, kind), method, "[]");
        if let Some(lane) = self.lanes.get_mut(id) {
            lane.polling = send;
            lane.polled = now;
        }
    }

    pub(super) fn checked(&mut self, now: u64, send: u64, job: &Job, brought: &Brought<'_>) {
        let judged = self.judge(route::spec("eth_chainId"), send, brought);
        let said = match &judged.reply {
            Some(Reply::Result(text)) => jsonrpc::chain_id(text),
            _ => None,
        };
        let online = self.may_blame(job.sent);
        let spared = self.is_spared(now, job, route::Weight::Light, brought);
        let used = self
            .lanes
            .chain(job.lane.chain)
            .is_some_and(|c| c.in_use(now) && c.lane(job.lane.key).is_some_and(|l| !l.dark));
        let Some(lane) = self.lanes.get_mut(job.lane) else { return };
        lane.checking = None;
        match said {
            Some(id) if id == job.lane.chain => {
                lane.health.check = Check::Right;
                (lane.confirmed, lane.doubted, lane.check_again) = (now, false, (0, 0));
                lane.health.ended(now, route::Weight::Light, Outcome::Answer, now.saturating_sub(job.sent));
            }
            Some(id) => lane.health.check = Check::Wrong(id),
            None => {
                let failed = lane.check_again.1;
                let failed_now = failed.saturating_add(u32::from(online));
                lane.check_again = (now + (AGAIN_MS << failed.min(8)).min(MAX_AGAIN_MS), failed_now);
                if online && !spared {
                    note_failure(lane, now, &judged);
                }
            }
        }
        let (right, served) = (lane.health.check == Check::Right, said == Some(job.lane.chain));
        let headless = lane.head.is_none_or(|h| h.at + POLL_MS <= now) && lane.polling.is_none();
        if served && used {
            if headless {
                self.poll_head(now, job.lane, Kind::Poll);
            }
            self.learn_names(now, job.lane);
        }
        self.save_soon(now);
        if !spared {
            self.watch_lane(now, job.lane, if served { Outcome::Answer } else { judged.outcome });
        }
        if said.is_some_and(|id| id != job.lane.chain) {
            self.expel(now, job.lane);
        }
        self.check_over(now, job.lane, right);
    }

    /// A lane serves another chain: what is out on it ends, and what only it has shown is known no more.
    fn expel(&mut self, now: u64, id: LaneId) {
        if let Some(chain) = self.lanes.chain_mut(id.chain) {
            chain.lane_mut(id.key).into_iter().for_each(|lane| (lane.head, lane.claim, lane.top) = (None, None, 0));
            chain.heads.only(chain.lanes.iter().filter(|l| l.enabled()).filter_map(|l| l.head).collect());
        }
        self.memory.forget();
        self.drop_lost_lanes(now);
        self.tell_states();
        // A worker that dies in the next second must not believe it again.
        self.save_now(now);
    }

    pub(super) fn polled(&mut self, now: u64, send: u64, job: &Job, brought: &Brought<'_>) {
        if let Some(lane) = self.lanes.get_mut(job.lane) {
            lane.polling = None;
        }
        let judged = self.judge(route::spec("eth_blockNumber"), send, brought);
        let number = match &judged.reply {
            Some(Reply::Result(text)) => jsonrpc::quantity(text),
            _ => None,
        };
        let online = self.may_blame(job.sent);
        // A probe's loss is told once, below.
        let spared = job.kind != Kind::Probe && self.is_spared(now, job, route::Weight::Light, brought);
        if job.kind == Kind::Probe
            && online
            && let Some(lane) = self.lanes.get_mut(job.lane)
        {
            lane.health.probed(now, number.is_some());
        }
        if job.kind == Kind::Probe {
            return self.checked(now, send, job, brought);
        }
        let Some(chain) = self.lanes.chain_mut(job.lane.chain) else { return };
        let believed = number.filter(|n| chain.shown(now, job.sent, job.lane.key, *n));
        let Some(lane) = chain.lane_mut(job.lane.key) else { return };
        match believed {
            Some(_) => lane.health.polled(now, now.saturating_sub(job.sent)),
            None if online && !spared => note_failure(lane, now, &judged),
            None => {}
        }
        self.save_soon(now);
        if believed.is_some() {
            // The person may have chosen a resolver since the check.
            self.learn_names(now, job.lane);
        }
        let outcome = if number.is_some() { Outcome::Answer } else { judged.outcome };
        if !spared {
            self.watch_lane(now, job.lane, outcome);
        }
        self.head_over(now, job.lane, believed.is_some());
        self.release_all(now, job.lane.chain);
    }
}

fn chore(now: u64, id: LaneId, kind: Kind) -> Job {
    Job { kind, lane: id, share: 0, client: 0, sent: now, due: Some(now + REPLY_MS) }
}

fn note_failure(lane: &mut Lane, now: u64, judged: &crate::classify::Judged) {
    match judged.outcome {
        Outcome::Refused => lane.health.refused(now, judged.retry_after_ms),
        // Something was said; what is no answer at all is judged below.
        Outcome::Unable if judged.reply.is_some() => {}
        // Which chain it serves and how far it is every lane can say.
        Outcome::Word => {
            lane.health.contradicted(now);
        }
        _ => lane.health.ended(now, route::Weight::Light, Outcome::Fault, 0),
    }
}
