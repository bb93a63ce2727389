//! What is sent besides requests, and only while a page uses the chain: chain-id checks, the light poll of
//! heads, and one probe for a lane whose breaker's pause is over.

use super::Guard;
use super::chains::{Chain, Lane};
use super::sends::{Brought, Job, Kind};
use crate::endpoint::EndpointKey;
use crate::health::Check;
use crate::jsonrpc::{self, Reply};
use crate::race::Outcome;
use crate::route;

/// A chain counts as used this long after a page last asked something of it, ms.
const USED_MS: u64 = 30_000;
/// How long a chain id that was right is believed while its chain is in use, ms.
const CONFIRMED_MS: u64 = 300_000;
/// The same when something makes it doubtful, ms: a lane that leaps for ever is not asked for ever.
const DOUBTED_MS: u64 = 30_000;
/// How long a check, poll or probe may take, ms.
const REPLY_MS: u64 = 4_000;
/// First pause after a failed check, ms; it doubles up to [`MAX_AGAIN_MS`].
const AGAIN_MS: u64 = 2_000;
/// Longest pause after failed checks, ms.
const MAX_AGAIN_MS: u64 = 60_000;

enum Chore {
    Check,
    Poll,
    Probe,
}

impl Chain {
    pub(super) fn in_use(&self, now: u64) -> bool {
        !self.users.is_empty() && now < self.last_used + USED_MS
    }
}

impl Lane {
    /// What this lane wants, and when. Heads are asked for again at the age of `poll_ms`.
    fn chore(&self, jitter: u64, poll_ms: u64) -> Option<(u64, Chore)> {
        if !self.enabled() || self.dark || self.polling.is_some() || self.checking.is_some() {
            return None;
        }
        if let Some(at) = self.health.probe_at() {
            // A probe that brought nothing, for the browser was offline, is not repeated at once.
            return Some(((at + jitter).max(self.polled + poll_ms), Chore::Probe));
        }
        // A lane that asked for a pause is left alone.
        let rested = self.health.cool_until();
        if self.health.check == Check::Unknown {
            return Some((self.check_again.0.max(rested), Chore::Check));
        }
        let fresh = self.head.map_or(0, |h| h.at).max(self.polled);
        let poll = if fresh == 0 { rested } else { (fresh + poll_ms).max(rested) };
        let check = self.confirm_at().max(rested);
        Some(if check <= poll { (check, Chore::Check) } else { (poll, Chore::Poll) })
    }

    /// When a chain id that was right is asked for again: at once in a new life of the core, soon when it is
    /// doubtful, and now and then. The lane is believed meanwhile.
    fn confirm_at(&self) -> u64 {
        let believed = if self.doubted { DOUBTED_MS } else { CONFIRMED_MS };
        let due = if self.confirmed == 0 { 0 } else { self.confirmed + believed };
        due.max(self.check_again.0)
    }
}

impl Guard {
    /// When the next chore is due. Chores of chains nobody uses are not.
    pub(super) fn upkeep_at(&self) -> Option<u64> {
        let used = self.chains.values().filter(|c| c.in_use(self.now));
        let due = |c: &Chain| {
            let until = c.last_used + USED_MS;
            c.lanes
                .iter()
                .filter_map(|l| l.chore(self.jitter, c.heads.pace().poll_ms))
                .map(|(at, _)| at)
                .filter(|at| *at < until)
                .min()
        };
        used.filter_map(due).min()
    }

    pub(super) fn tick_upkeep(&mut self, now: u64) {
        let mut todo = Vec::new();
        for chain in self.chains.values().filter(|c| c.in_use(now)) {
            for lane in &chain.lanes {
                if let Some((_, chore)) =
                    lane.chore(self.jitter, chain.heads.pace().poll_ms).filter(|(at, _)| *at <= now)
                {
                    todo.push((chain.id, lane.key, chore));
                }
            }
        }
        for (chain, key, chore) in todo {
            match chore {
                Chore::Check => self.check(now, chain, key),
                Chore::Poll => self.poll_head(now, chain, key, Kind::Poll),
                Chore::Probe => self.poll_head(now, chain, key, Kind::Probe),
            }
        }
    }

    /// Asks a lane which chain it serves, unless it is being asked.
    pub(super) fn check(&mut self, now: u64, chain: u64, key: EndpointKey) {
        let out = self.chains.get(&chain).and_then(|c| c.lane(key)).is_some_and(|l| l.checking.is_some());
        if out {
            return;
        }
        let send = self.send(chore(now, chain, key, Kind::Check), "eth_chainId", "[]");
        if let Some(lane) = self.chains.get_mut(&chain).and_then(|c| c.lane_mut(key)) {
            lane.checking = send;
        }
    }

    /// A probe is a check as well: what comes back after a breakdown may be another machine.
    pub(super) fn poll_head(&mut self, now: u64, chain: u64, key: EndpointKey, kind: Kind) {
        let method = if kind == Kind::Probe { "eth_chainId" } else { "eth_blockNumber" };
        let send = self.send(chore(now, chain, key, kind), method, "[]");
        if let Some(lane) = self.chains.get_mut(&chain).and_then(|c| c.lane_mut(key)) {
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
        let used =
            self.chains.get(&job.chain).is_some_and(|c| c.in_use(now) && c.lane(job.key).is_some_and(|l| !l.dark));
        let Some(chain) = self.chains.get_mut(&job.chain) else { return };
        let poll_ms = chain.heads.pace().poll_ms;
        let Some(lane) = chain.lane_mut(job.key) else { return };
        lane.checking = None;
        match said {
            Some(id) if id == job.chain => {
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
        let (right, served) = (lane.health.check == Check::Right, said == Some(job.chain));
        let headless = lane.head.is_none_or(|h| h.at + poll_ms <= now) && lane.polling.is_none();
        if served && used {
            if headless {
                self.poll_head(now, job.chain, job.key, Kind::Poll);
            }
            self.learn_names(now, job.chain, job.key);
        }
        self.save_soon(now);
        if !spared {
            self.watch_lane(now, job.chain, job.key, if served { Outcome::Answer } else { judged.outcome });
        }
        if said.is_some_and(|id| id != job.chain) {
            self.expel(now, job.chain, job.key);
        }
        self.check_over(now, job.chain, job.key, right);
    }

    /// A lane serves another chain: what is out on it ends, and what only it has shown is known no more.
    fn expel(&mut self, now: u64, chain: u64, key: EndpointKey) {
        if let Some(chain) = self.chains.get_mut(&chain) {
            chain.lane_mut(key).into_iter().for_each(|lane| (lane.head, lane.claim, lane.top) = (None, None, 0));
            chain.heads.only(chain.lanes.iter().filter(|l| l.enabled()).filter_map(|l| l.head).collect());
        }
        self.memory.forget();
        self.drop_lost_lanes(now);
        self.tell_states();
        // A worker that dies in the next second must not believe it again.
        self.save_now(now);
    }

    pub(super) fn polled(&mut self, now: u64, send: u64, job: &Job, brought: &Brought<'_>) {
        if let Some(lane) = self.chains.get_mut(&job.chain).and_then(|c| c.lane_mut(job.key)) {
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
            && let Some(lane) = self.chains.get_mut(&job.chain).and_then(|c| c.lane_mut(job.key))
        {
            lane.health.probed(now, number.is_some());
        }
        if job.kind == Kind::Probe {
            return self.checked(now, send, job, brought);
        }
        let Some(chain) = self.chains.get_mut(&job.chain) else { return };
        let believed = number.filter(|n| chain.shown(now, job.sent, job.key, *n));
        let Some(lane) = chain.lane_mut(job.key) else { return };
        match believed {
            Some(_) => lane.health.polled(now, now.saturating_sub(job.sent)),
            None if online && !spared => note_failure(lane, now, &judged),
            None => {}
        }
        self.save_soon(now);
        if believed.is_some() {
            // The person may have chosen a resolver since the check.
            self.learn_names(now, job.chain, job.key);
        }
        let outcome = if number.is_some() { Outcome::Answer } else { judged.outcome };
        if !spared {
            self.watch_lane(now, job.chain, job.key, outcome);
        }
        self.head_over(now, job.chain, job.key, believed.is_some());
        self.release_all(now, job.chain);
    }
}

fn chore(now: u64, chain: u64, key: EndpointKey, kind: Kind) -> Job {
    Job { kind, chain, key, share: 0, client: 0, sent: now, due: Some(now + REPLY_MS) }
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
