//! The checks, polls and probes that a lane needs, and when: its chain id, its head, or a probe after a breakdown.

use super::chain::Chain;
use super::change::Change;
use super::lane::Lane;
use super::parts::Lanes;
use crate::classify::Judged;
use crate::endpoint::LaneId;
use crate::health::Check;
use crate::io::Command;
use crate::jsonrpc::{self, Reply};
use crate::race::Outcome;
use crate::route::Weight;
use crate::wire::{Brought, Job, Purpose, Wire};

/// A chain counts as used this many ms after a page's last request for it.
const USED_MS: u64 = 30_000;
/// How long a correct chain id is believed while its chain is in use, in ms.
const CONFIRMED_MS: u64 = 300_000;
/// The same for a doubtful one, in ms. It is not zero, so that a lane with impossible blocks is not asked all the time.
const DOUBTED_MS: u64 = 30_000;
/// How long a check, poll or probe may take, ms.
const REPLY_MS: u64 = 4_000;
/// First pause after a failed check, in ms; it doubles up to [`MAX_AGAIN_MS`].
const AGAIN_MS: u64 = 2_000;
/// A failed check speaks for this many ms to reads that wait for the connection. All of them try again whenever any
/// lane responds.
const SHARED_MS: u64 = 500;
/// Longest pause after failed checks, in ms.
const MAX_AGAIN_MS: u64 = 60_000;

/// What a lane is sent besides requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chore {
    Check,
    Poll,
    Probe,
}

impl Chore {
    fn purpose(self) -> Purpose {
        match self {
            Chore::Check => Purpose::Check,
            Chore::Poll => Purpose::Poll,
            Chore::Probe => Purpose::Probe,
        }
    }
}

/// The method for each purpose. A probe is also a chain-id check: after a breakdown, the endpoint may be another
/// machine.
pub(crate) fn method(purpose: Purpose) -> &'static str {
    if purpose == Purpose::Poll { "eth_blockNumber" } else { "eth_chainId" }
}

impl Chain {
    pub(crate) fn in_use(&self, now: u64) -> bool {
        !self.users.is_empty() && now < self.last_used + USED_MS
    }
}

impl Lane {
    /// The next chore of this lane, and when it is due. Its head is polled again at the age of `poll_ms`.
    fn chore(&self, jitter: u64, poll_ms: u64) -> Option<(u64, Chore)> {
        if !self.enabled() || self.dark || self.polling.is_some() || self.checking.is_some() {
            return None;
        }
        if let Some(at) = self.health.probe_at() {
            // A probe that failed because the browser was offline is not repeated at once.
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

    /// When a correct chain id is checked again: at once in a new life of the core, soon if it is doubtful, and
    /// otherwise from time to time. The lane is believed in the meantime.
    fn confirm_at(&self) -> u64 {
        let believed = if self.doubted { DOUBTED_MS } else { CONFIRMED_MS };
        let due = if self.confirmed == 0 { 0 } else { self.confirmed + believed };
        due.max(self.check_again.0)
    }
}

/// The result of a check, a poll or a probe.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckReply<'a> {
    /// The number in the reply, if there is one: a chain id or a block number.
    pub(super) number: Option<u64>,
    pub(super) judged: &'a Judged,
    /// When it was sent, ms.
    pub(super) sent: u64,
    /// A lost connection that no lane is blamed for yet.
    pub(super) spared: bool,
}

impl Lanes {
    /// When the next chore is due, in ms. Chains that nobody uses have none.
    pub(crate) fn chores_at(&self, now: u64) -> Option<u64> {
        let due = |c: &Chain| {
            let (until, poll_ms) = (c.last_used + USED_MS, c.heads.pace().poll_ms);
            let chores = c.lanes.iter().filter_map(|l| l.chore(self.jitter, poll_ms));
            chores.map(|(at, _)| at).filter(|at| *at < until).min()
        };
        self.chains().filter(|c| c.in_use(now)).filter_map(due).min()
    }

    /// Sends the chores that are due. `cap`: most bytes of a reply.
    #[must_use]
    pub(crate) fn upkeep(&mut self, now: u64, wire: &mut Wire, cap: u64) -> Vec<Command> {
        let due = self.chores(now).into_iter();
        due.filter_map(|(id, chore)| match chore {
            Chore::Check => self.check(now, id, wire, cap),
            Chore::Poll | Chore::Probe => self.ask(now, id, chore, wire, cap),
        })
        .collect()
    }

    /// Asks a lane for its chain id, unless a check is in flight.
    #[must_use]
    pub(crate) fn check(&mut self, now: u64, id: LaneId, wire: &mut Wire, cap: u64) -> Option<Command> {
        let asked = self.get(id).is_some_and(|lane| lane.checking.is_some());
        if asked { None } else { self.ask(now, id, Chore::Check, wire, cap) }
    }

    /// Whether a check of this lane has just failed.
    pub(crate) fn has_just_failed(&self, now: u64, id: LaneId) -> bool {
        self.get(id).is_some_and(|l| l.checking.is_none() && now < l.check_sent + SHARED_MS)
    }

    /// Polls the head of a lane, unless a poll is in flight.
    #[must_use]
    pub(crate) fn ask_head(&mut self, now: u64, id: LaneId, wire: &mut Wire, cap: u64) -> Option<Command> {
        if wire.is_out(id, Purpose::Poll) { None } else { self.ask(now, id, Chore::Poll, wire, cap) }
    }

    fn ask(&mut self, now: u64, id: LaneId, chore: Chore, wire: &mut Wire, cap: u64) -> Option<Command> {
        let lane = self.get_mut(id)?;
        let purpose = chore.purpose();
        let job = Job::own(now, id, purpose, REPLY_MS);
        let (send, command) = wire.send(job, &lane.endpoint, method(purpose), "[]", cap);
        match chore {
            Chore::Check => (lane.checking, lane.check_sent) = (Some(send), now),
            Chore::Poll | Chore::Probe => (lane.polling, lane.polled) = (Some(send), now),
        }
        Some(command)
    }

    /// The chores that are due.
    fn chores(&self, now: u64) -> Vec<(LaneId, Chore)> {
        let mut todo = Vec::new();
        for chain in self.chains().filter(|c| c.in_use(now)) {
            let chore = |l: &Lane| l.chore(self.jitter, chain.heads.pace().poll_ms).filter(|(at, _)| *at <= now);
            todo.extend(chain.lanes.iter().filter_map(|l| Some((chain.id_of(l.key), chore(l)?.1))));
        }
        todo
    }

    /// A check, a poll or a probe has ended.
    #[must_use]
    pub(crate) fn upkept(&mut self, now: u64, job: &Job, judged: &Judged, brought: &Brought<'_>) -> Vec<Change> {
        let number = match (&judged.reply, job.purpose) {
            (Some(Reply::Result(text)), Purpose::Poll) => jsonrpc::quantity(text),
            (Some(Reply::Result(text)), _) => jsonrpc::chain_id(text),
            _ => None,
        };
        let spared = self.spares(now, job, Weight::Light, brought);
        let heard = CheckReply { number, judged, sent: job.sent, spared };
        match job.purpose {
            Purpose::Poll => self.polled(now, job.lane, heard),
            Purpose::Probe => self.probed(now, job.lane, heard),
            _ => self.checked(now, job.lane, heard),
        }
    }

    /// A send was cancelled. Its lane no longer waits for it.
    pub(crate) fn dropped(&mut self, id: LaneId, send: u64) {
        if let Some(lane) = self.get_mut(id) {
            lane.checking.take_if(|out| *out == send);
            lane.polling.take_if(|out| *out == send);
        }
    }

    /// A chain-id check has ended.
    pub(super) fn checked(&mut self, now: u64, id: LaneId, heard: CheckReply<'_>) -> Vec<Change> {
        let online = self.may_blame(heard.sent);
        let used = self.chain(id.chain).is_some_and(|c| c.in_use(now) && c.lane(id.key).is_some_and(|l| !l.dark));
        let poll_ms = self.chain(id.chain).map_or(0, |c| c.heads.pace().poll_ms);
        let Some(lane) = self.get_mut(id) else { return Vec::new() };
        lane.checking = None;
        match heard.number {
            Some(chain) if chain == id.chain => {
                lane.health.check = Check::Right;
                (lane.confirmed, lane.doubted, lane.check_again) = (now, false, (0, 0));
                lane.health.ended(now, Weight::Light, Outcome::Answer, now.saturating_sub(heard.sent));
            }
            Some(other) => lane.health.check = Check::Wrong(other),
            None => {
                let failed = lane.check_again.1;
                let failed_now = failed.saturating_add(u32::from(online));
                lane.check_again = (now + (AGAIN_MS << failed.min(8)).min(MAX_AGAIN_MS), failed_now);
                if online && !heard.spared {
                    lane.note_failure(now, heard.judged);
                }
            }
        }
        let (right, serves) = (lane.health.check == Check::Right, heard.number == Some(id.chain));
        let headless = lane.head.is_none_or(|h| h.at + poll_ms <= now) && lane.polling.is_none();
        let mut changes = Vec::new();
        changes.extend((serves && used && headless).then_some(Change::Unshown(id)));
        changes.extend((serves && used).then_some(Change::Works(id)));
        changes.push(Change::Learnt);
        if !heard.spared {
            changes.extend(self.watch(now, id, if serves { Outcome::Answer } else { heard.judged.outcome }));
        }
        if heard.number.is_some_and(|chain| chain != id.chain) {
            self.expel(id);
            changes.push(Change::Expelled);
        }
        changes.push(if right { Change::Ready(id) } else { Change::Gone(id) });
        changes
    }

    /// A lane serves another chain. Forgets what only this lane has shown.
    fn expel(&mut self, id: LaneId) {
        let Some(chain) = self.chain_mut(id.chain) else { return };
        chain.lane_mut(id.key).into_iter().for_each(|lane| (lane.head, lane.claim, lane.top) = (None, None, 0));
        chain.heads.only(chain.lanes.iter().filter(|l| l.enabled()).filter_map(|l| l.head).collect());
    }

    /// A probe after a breakdown has ended. The endpoint may be another machine now, so the probe also checks its
    /// chain.
    pub(super) fn probed(&mut self, now: u64, id: LaneId, heard: CheckReply<'_>) -> Vec<Change> {
        let online = self.may_blame(heard.sent);
        if let Some(lane) = self.get_mut(id) {
            lane.polling = None;
            if online {
                lane.health.probed(now, heard.number.is_some());
            }
        }
        self.checked(now, id, heard)
    }

    /// A poll of a lane's head has ended.
    pub(super) fn polled(&mut self, now: u64, id: LaneId, heard: CheckReply<'_>) -> Vec<Change> {
        let online = self.may_blame(heard.sent);
        let Some(chain) = self.chain_mut(id.chain) else { return Vec::new() };
        chain.lane_mut(id.key).into_iter().for_each(|lane| lane.polling = None);
        let believed = heard.number.is_some_and(|number| chain.shown(now, heard.sent, id.key, number));
        let Some(lane) = chain.lane_mut(id.key) else { return Vec::new() };
        if believed {
            lane.health.polled(now, now.saturating_sub(heard.sent));
        } else if online && !heard.spared {
            lane.note_failure(now, heard.judged);
        }
        let mut changes = vec![Change::Learnt];
        // The person may have chosen a resolver since the check.
        changes.extend(believed.then_some(Change::Works(id)));
        if !heard.spared {
            let outcome = if heard.number.is_some() { Outcome::Answer } else { heard.judged.outcome };
            changes.extend(self.watch(now, id, outcome));
        }
        changes.push(if believed { Change::Shown(id) } else { Change::Silent(id) });
        changes.push(Change::Warmer(id.chain));
        changes
    }
}

impl Lane {
    fn note_failure(&mut self, now: u64, judged: &Judged) {
        match judged.outcome {
            Outcome::Refused => self.health.refused(now, judged.retry_after_ms),
            // The lane has responded; an invalid answer is judged below.
            Outcome::Unable if judged.reply.is_some() => {}
            // Every lane can answer with its chain id and its head, so this error counts against the lane.
            Outcome::Word => {
                self.health.contradicted(now);
            }
            _ => self.health.ended(now, Weight::Light, Outcome::Fault, 0),
        }
    }
}
