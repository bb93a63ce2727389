//! One request over its lanes. Knows indices, times and outcomes, but no URL, no cloud and no JSON.
//!
//! ```text
//!            send best             answer
//!  Start ───────────────► Running ────────► Settled
//!                          │   ▲  fault, refused, unable, empty, stale: next lane
//!                          │   └─ slow: hedge on the next lane, if the budget allows
//!                          └────► deadline: the best fallback, or Failed
//! ```
//!
//! The caller ranks the lanes and gives them in the order in which they are tried. Every input may yield acts; after
//! [`Act::Settle`] there are none.
//!
//! ```
//! use breakwater::race::{Act, LanePlan, Need, Outcome, Plan, Race, Why};
//! let lane = LanePlan { hedge_ms: 50, timeout_ms: 4_000, wallet: false };
//! let plan = Plan { lanes: vec![lane, lane], need: Need::First, start: 0, deadline: 10_000 };
//! let (mut race, mut acts) = (Race::new(plan), vec![]);
//! race.start(&mut acts);
//! assert_eq!(acts.pop(), Some(Act::Send { lane: 0, why: Why::Best }));
//! race.tick(50, &mut || true, &mut acts);
//! assert_eq!(acts.pop(), Some(Act::Send { lane: 1, why: Why::Hedge }));
//! race.ended(70, 1, Outcome::Answer, 0, &mut acts);
//! assert!(matches!(acts[..], [Act::Cancel { lane: 0 }, Act::Settle(_)]));
//! ```

mod kind;
mod outcome;
mod words;

pub use kind::ErrorKind;
pub use outcome::{End, Outcome, Reason, Why};

/// Nulls that settle a look-up: one from each of two lanes.
const NULLS: usize = 2;
/// Digest of a `null` for something known to exist: no number of them settles anything.
pub const KNOWN: u64 = u64::MAX;
/// Delay before a refused hedge is requested again, in ms.
const AGAIN_MS: u64 = 50;
/// How long a broadcast waits for a success after one lane's own error, in ms.
const BROADCAST_GRACE_MS: u64 = 1_000;

/// What is known about a lane before the race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanePlan {
    /// Silence after which the next lane is asked too, in ms.
    pub hedge_ms: u64,
    /// Silence that counts as a fault, in ms.
    pub timeout_ms: u64,
    /// Whether this is the wallet's own provider. It is asked by half the deadline at the latest.
    pub wallet: bool,
}

/// What ends the race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The first answer; one lane at a time, with hedges.
    First,
    /// The first answer; all lanes at once.
    All,
    /// Two equal answers.
    Agree {
        /// Whether a third lane may settle a dispute.
        majority: bool,
        /// Whether an answer that no other lane confirms must not be given.
        strict: bool,
    },
    /// The first success of a transaction sent to all lanes.
    Broadcast,
    /// The first receipt of a transaction sent to all lanes. An error waits for every lane that is still waiting,
    /// because most lanes say "nonce too low" once another one's block contains it.
    Receipt,
}

/// The plan of a race.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Lanes in the order in which they are tried.
    pub lanes: Vec<LanePlan>,
    /// What ends it.
    pub need: Need,
    /// When it begins, in ms.
    pub start: u64,
    /// When it ends in any case, in ms.
    pub deadline: u64,
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Send the request on this lane.
    Send {
        /// Index of the lane.
        lane: usize,
        /// Why.
        why: Why,
    },
    /// The attempt on this lane has been silent for too long. Blame the lane; it may still answer.
    TimedOut {
        /// Index of the lane.
        lane: usize,
    },
    /// The attempt on this lane is no longer needed. Cancel it without blame.
    Cancel {
        /// Index of the lane.
        lane: usize,
    },
    /// The race is over.
    Settle(End),
}

/// One send, for the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Index of the lane.
    pub lane: usize,
    /// Why it was sent.
    pub why: Why,
    /// When it was sent, in ms.
    pub sent: u64,
    /// When and how it ended.
    pub ended: Option<(u64, Outcome)>,
    /// Whether it has been silent for so long that nobody waits for it. An answer still counts.
    pub overdue: bool,
    digest: u64,
}

/// One running race.
#[derive(Debug, Clone)]
pub struct Race {
    plan: Plan,
    attempts: Vec<Attempt>,
    hedge_at: Option<u64>,
    grace_at: Option<u64>,
    settled: bool,
}

impl Race {
    /// A race that has not started.
    pub fn new(plan: Plan) -> Self {
        Race { plan, attempts: Vec::new(), hedge_at: None, grace_at: None, settled: false }
    }

    /// Sends the first attempts.
    pub fn start(&mut self, acts: &mut Vec<Act>) {
        let now = self.plan.start;
        let (count, why) = match self.plan.need {
            Need::First => (1, Why::Best),
            Need::Agree { .. } => (2, Why::Compare),
            Need::All => (self.plan.lanes.iter().filter(|l| !l.wallet).count().max(1), Why::Race),
            Need::Broadcast | Need::Receipt => (self.plan.lanes.len(), Why::Broadcast),
        };
        for _ in 0..count {
            self.send_next(now, why, acts);
        }
        if self.attempts.is_empty() {
            self.settle(now, End::Failed { late: false }, acts);
        }
    }

    /// An attempt ended. `digest` distinguishes answers. For `Stale`, the answer with the highest digest is kept, and
    /// 0 means that it cannot be given at all. For `Empty`, see [`KNOWN`]. For a `Word`, it is the kind
    /// ([`ErrorKind::digest`]).
    pub fn ended(&mut self, now: u64, lane: usize, outcome: Outcome, digest: u64, acts: &mut Vec<Act>) {
        let Some(attempt) = self.attempts.iter_mut().find(|a| a.lane == lane && a.ended.is_none()) else { return };
        attempt.ended = Some((now, outcome));
        attempt.digest = digest;
        if !self.settled {
            self.weigh(now, lane, outcome, acts);
        }
    }

    /// Time has passed. `may_hedge` is called once for each wanted hedge, and spends it.
    pub fn tick(&mut self, now: u64, may_hedge: &mut dyn FnMut() -> bool, acts: &mut Vec<Act>) {
        if self.settled {
            return;
        }
        if now >= self.plan.deadline || self.grace_at.is_some_and(|at| now >= at) {
            let late = now >= self.plan.deadline;
            let end = self.fallback().unwrap_or(End::Failed { late });
            return self.settle(now, end, acts);
        }
        self.time_out(now, acts);
        if self.settled {
            return;
        }
        if self.hedge_at.is_some_and(|at| now >= at) {
            self.hedge_at = None;
            // While the wallet stalls, the first endpoint is not an extra send.
            let free = self.plan.need != Need::First || self.endpoints_out() == 0;
            if self.next_lane().is_some() {
                if free || may_hedge() {
                    self.send_next(now, Why::Hedge, acts);
                } else {
                    // The budget grows with every request, and the longest wait is served first.
                    self.hedge_at = Some(now + AGAIN_MS);
                }
            }
        }
        if self.wallet_by().is_some_and(|at| now >= at) {
            self.send_wallet(now, acts);
        }
    }

    /// When [`Race::tick`] wants to be called next.
    pub fn wake(&self) -> Option<u64> {
        if self.settled {
            return None;
        }
        let timeouts = self.pending().filter(|a| !a.overdue).map(|a| a.sent + self.lane(a.lane).timeout_ms);
        let others = [Some(self.plan.deadline), self.hedge_at, self.grace_at, self.wallet_by()];
        timeouts.chain(others.into_iter().flatten()).min()
    }

    /// An attempt that waited for its lane's check can be sent now, and its time begins. Returns `false` if another
    /// lane was asked in the meantime; then this lane is the next one to try.
    pub fn begun(&mut self, now: u64, lane: usize) -> bool {
        let alone = self.endpoints_out() == 0;
        let Some(at) = self.attempts.iter().position(|a| a.lane == lane && a.ended.is_none()) else { return false };
        if !alone && self.attempts.get(at).is_some_and(|a| a.overdue) {
            self.attempts.remove(at);
            return false;
        }
        if let Some(attempt) = self.attempts.get_mut(at) {
            (attempt.sent, attempt.overdue) = (now, false);
        }
        true
    }

    /// An attempt still waits for a free slot on its lane, so the lane is not silent.
    pub fn held(&mut self, now: u64, lane: usize) {
        self.attempts.iter_mut().filter(|a| a.lane == lane && a.ended.is_none()).for_each(|a| a.sent = now);
    }

    /// A lane was skipped because it had not shown the block that the request names. It has shown the block since, so
    /// it may be asked.
    pub fn caught_up(&mut self, lane: usize) {
        self.attempts.retain(|a| a.lane != lane || a.ended.is_none());
    }

    /// A lane's answer is behind the blocks that others have shown since.
    pub fn is_behind(&mut self, lane: usize) {
        let mine = self.attempts.iter_mut().filter(|a| a.lane == lane);
        mine.filter_map(|a| a.ended.as_mut()).for_each(|(_, outcome)| *outcome = Outcome::Stale);
    }

    /// Every attempt so far, in the order of sending.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    fn pending(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|a| a.ended.is_none())
    }

    /// Endpoints with attempts in flight. A stalled wallet is the page's own and holds no endpoint back.
    fn endpoints_out(&self) -> usize {
        self.pending().filter(|a| !a.overdue && !self.lane(a.lane).wallet).count()
    }

    fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(move |a| a.ended.is_some_and(|(_, o)| o == outcome))
    }

    fn lane(&self, lane: usize) -> LanePlan {
        self.plan.lanes.get(lane).copied().unwrap_or(LanePlan { hedge_ms: 0, timeout_ms: 0, wallet: false })
    }

    fn next_lane(&self) -> Option<usize> {
        (0..self.plan.lanes.len()).find(|&lane| self.attempts.iter().all(|a| a.lane != lane))
    }

    /// The wallet gets half of the time, so that the page gets no less than it would without Breakwater.
    fn wallet_by(&self) -> Option<u64> {
        let unasked = |&lane: &usize| self.lane(lane).wallet && self.attempts.iter().all(|a| a.lane != lane);
        (0..self.plan.lanes.len()).find(unasked)?;
        Some(self.plan.start + self.plan.deadline.saturating_sub(self.plan.start) / 2)
    }

    fn send_wallet(&mut self, now: u64, acts: &mut Vec<Act>) {
        if let Some(lane) = (0..self.plan.lanes.len()).find(|&l| self.lane(l).wallet) {
            self.send(now, lane, Why::Wallet, acts);
        }
    }

    fn send_next(&mut self, now: u64, why: Why, acts: &mut Vec<Act>) -> bool {
        // The timer fired too late, for example after the machine slept. Nobody waits any more.
        if now >= self.plan.deadline {
            return false;
        }
        let Some(lane) = self.next_lane() else { return false };
        self.send(now, lane, why, acts);
        true
    }

    fn send(&mut self, now: u64, lane: usize, why: Why, acts: &mut Vec<Act>) {
        self.attempts.push(Attempt { lane, why, sent: now, ended: None, overdue: false, digest: 0 });
        self.hedge_at = Some(now + self.lane(lane).hedge_ms);
        acts.push(Act::Send { lane, why });
    }

    fn time_out(&mut self, now: u64, acts: &mut Vec<Act>) {
        let silent = |a: &&Attempt| !a.overdue && now >= a.sent + self.lane(a.lane).timeout_ms;
        let late: Vec<usize> = self.pending().filter(silent).map(|a| a.lane).collect();
        for lane in late {
            self.attempts.iter_mut().filter(|a| a.lane == lane).for_each(|a| a.overdue = true);
            acts.push(Act::TimedOut { lane });
            if !self.settled {
                self.go_on(now, Outcome::Fault, acts);
            }
        }
    }

    fn weigh(&mut self, now: u64, lane: usize, outcome: Outcome, acts: &mut Vec<Act>) {
        match (outcome, self.plan.need) {
            (Outcome::Answer | Outcome::ChainError, Need::Agree { majority, .. }) => self.compare(now, majority, acts),
            (Outcome::Answer, Need::Broadcast | Need::Receipt) => {
                self.settle(now, End::Lane { lane, reason: Reason::Accepted }, acts);
            }
            (Outcome::ChainError | Outcome::Word, Need::Broadcast) => {
                self.grace_at.get_or_insert(now + BROADCAST_GRACE_MS);
                self.go_on(now, outcome, acts);
            }
            (_, Need::Receipt) => self.go_on(now, outcome, acts),
            (Outcome::Answer | Outcome::ChainError, _) => {
                let reason = self.reason(lane);
                self.settle(now, End::Lane { lane, reason }, acts);
            }
            (Outcome::Empty, _) if self.with(Outcome::Empty).filter(|a| a.digest != KNOWN).count() >= NULLS => {
                self.settle(now, End::Lane { lane, reason: Reason::Nothing }, acts);
            }
            (Outcome::Word, _) => self.word(now, lane, acts),
            _ => self.go_on(now, outcome, acts),
        }
    }

    /// An attempt did not win. Ask the next lane, unless one in flight may still win.
    fn go_on(&mut self, now: u64, outcome: Outcome, acts: &mut Vec<Act>) {
        let answers = self.answers().count();
        let (wanted, in_hand) = match self.plan.need {
            // Two lanes disagree, and the lane that should decide could not.
            Need::Agree { majority: true, .. } if answers == 2 => (3, answers),
            Need::Agree { .. } => (2, answers),
            _ => (1, 0),
        };
        let sent = self.endpoints_out() + in_hand < wanted && self.send_next(now, Why::After(outcome), acts);
        if sent || self.pending().any(|a| !a.overdue) {
            return;
        }
        // Only overdue lanes are left. Use the answer in hand, or wait for one of those lanes.
        match self.fallback() {
            Some(end) => self.settle(now, end, acts),
            None if self.pending().next().is_none() => self.settle(now, End::Failed { late: false }, acts),
            None => {}
        }
    }

    /// Answers that can be compared.
    fn answers(&self) -> impl Iterator<Item = &Attempt> {
        self.with(Outcome::Answer).chain(self.with(Outcome::ChainError))
    }

    /// Answers that are behind, and can be given if there is nothing better.
    fn stale(&self) -> impl Iterator<Item = &Attempt> {
        self.with(Outcome::Stale).filter(|a| a.digest > 0)
    }

    /// Attempts whose result can be given if nothing better arrives.
    pub fn said(&self) -> impl Iterator<Item = &Attempt> {
        self.answers().chain(self.with(Outcome::Empty)).chain(self.stale())
    }

    /// Whether other lanes of a comparison gave answers, and none of them gave this one.
    pub fn is_disputed(&self, attempt: &Attempt) -> bool {
        let others = || self.answers().filter(|a| a.lane != attempt.lane);
        matches!(self.plan.need, Need::Agree { .. })
            && self.answers().any(|a| a.lane == attempt.lane)
            && others().next().is_some()
            && others().all(|a| a.digest != attempt.digest)
    }

    fn compare(&mut self, now: u64, majority: bool, acts: &mut Vec<Act>) {
        let answers: Vec<Attempt> = self.answers().copied().collect();
        let twin = |a: &Attempt| answers.iter().any(|b| b.lane != a.lane && b.digest == a.digest);
        if let Some(agreed) = answers.iter().find(|a| twin(a)) {
            let reason = if answers.len() == 2 { Reason::Agreed } else { Reason::Majority };
            return self.settle(now, End::Lane { lane: agreed.lane, reason }, acts);
        }
        if answers.len() < 2 {
            // The other lane is in flight, or it failed and the next one is asked.
            return self.go_on(now, Outcome::Answer, acts);
        }
        let third = majority && answers.len() == 2;
        if !(third && (self.endpoints_out() > 0 || self.send_next(now, Why::Tiebreak, acts))) {
            self.settle(now, End::Disputed, acts);
        }
    }

    /// The answer in hand when nothing better can arrive: an unconfirmed answer, the chain's error, null, or the
    /// newest answer that is behind.
    fn fallback(&self) -> Option<End> {
        match self.plan.need {
            Need::Agree { .. } if self.answers().count() > 1 => return Some(End::Disputed),
            Need::Agree { strict: true, .. } if self.said().next().is_some() => return Some(End::Unconfirmed),
            _ => {}
        }
        let pick = |a: &Attempt, reason| Some(End::Lane { lane: a.lane, reason });
        if self.plan.need == Need::Receipt
            && let Some(a) = self.with(Outcome::Empty).next()
        {
            return pick(a, Reason::Nothing);
        }
        if self.goes_to_all() {
            return self.most().and_then(|a| pick(a, Reason::Rejected));
        }
        if let Some(a) = self.with(Outcome::Answer).next() {
            return pick(a, Reason::Unconfirmed);
        }
        if let Some(a) = self.with(Outcome::ChainError).next() {
            return pick(a, Reason::Rejected);
        }
        if let Some(a) = self.with(Outcome::Empty).next() {
            return pick(a, Reason::Nothing);
        }
        let behind = self.stale().max_by_key(|a| a.digest);
        behind
            .and_then(|a| pick(a, Reason::Behind))
            .or_else(|| self.first_word().and_then(|a| pick(a, Reason::Unconfirmed)))
    }

    fn reason(&self, lane: usize) -> Reason {
        match self.attempts.iter().find(|a| a.lane == lane).map(|a| a.why) {
            Some(Why::Race) => Reason::First,
            Some(Why::Hedge | Why::Wallet) => Reason::Hedge,
            Some(Why::After(_)) => Reason::Failover,
            _ => Reason::Best,
        }
    }

    /// Whether this is a transaction's race. Its sends continue after the race has ended.
    fn goes_to_all(&self) -> bool {
        matches!(self.plan.need, Need::Broadcast | Need::Receipt)
    }

    fn settle(&mut self, now: u64, end: End, acts: &mut Vec<Act>) {
        self.settled = true;
        if !self.goes_to_all() {
            for attempt in self.attempts.iter_mut().filter(|a| a.ended.is_none()) {
                let outcome = if attempt.overdue { Outcome::Fault } else { Outcome::Cancelled };
                attempt.ended = Some((now, outcome));
                acts.push(Act::Cancel { lane: attempt.lane });
            }
        }
        acts.push(Act::Settle(end));
    }
}
