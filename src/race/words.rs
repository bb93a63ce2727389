//! Unknown errors ([`Outcome::Word`], "words"). They count as the chain's unless another lane contradicts them.

use super::{Act, Attempt, End, ErrorKind, Need, Outcome, Race, Reason};

/// Once this many lanes gave unknown errors, of whatever kinds, no other lane is asked: node software words the same
/// failure of the EVM in many ways.
const WORDS: usize = 2;
/// The same where lanes are compared, because two different errors do not agree.
const WORDS_COMPARED: usize = 3;
/// How long an unknown error waits if only the wallet is still in flight, in ms. The wallet may be waiting for the
/// person.
const WALLET_GRACE_MS: u64 = 1_000;

impl Race {
    /// A lane gave an unknown error. It is the answer once another lane gave one too; otherwise one more lane is
    /// asked.
    pub(super) fn word(&mut self, now: u64, lane: usize, acts: &mut Vec<Act>) {
        if let Some(lane) = self.confirmed(lane).filter(|_| !self.is_contradicted()) {
            return self.settle(now, End::Lane { lane, reason: Reason::Confirmed }, acts);
        }
        self.go_on(now, Outcome::Word, acts);
        if !self.settled && self.pending().all(|a| self.lane(a.lane).wallet) {
            self.grace_at.get_or_insert(now + WALLET_GRACE_MS);
        }
    }

    /// The lane whose error is given, if several lanes gave one: the first of two errors of one kind, otherwise the
    /// first that is not vague.
    fn confirmed(&self, new: usize) -> Option<usize> {
        let kind = |a: &Attempt| ErrorKind::of(a.digest);
        let new = self.with(Outcome::Word).find(|a| a.lane == new)?;
        let twin = self.with(Outcome::Word).filter(|a| a.lane != new.lane && kind(a).same(kind(new))).min_by_key(ended);
        let enough = if self.compares() { WORDS_COMPARED } else { WORDS };
        let all = || self.with(Outcome::Word);
        let other = (all().count() >= enough)
            .then(|| all().filter(|a| !kind(a).is_vague()).min_by_key(ended).or_else(|| self.first_word()));
        twin.or(other.flatten()).map(|a| a.lane)
    }

    /// The first unknown error.
    pub(super) fn first_word(&self) -> Option<&Attempt> {
        self.with(Outcome::Word).min_by_key(ended)
    }

    /// The error that most lanes gave for a transaction, in the words of the first of them.
    pub(super) fn most(&self) -> Option<&Attempt> {
        let said = || self.with(Outcome::ChainError).chain(self.with(Outcome::Word));
        let votes = |a: &Attempt| {
            let (own, others) = (ErrorKind::of(a.digest), || said().map(|b| ErrorKind::of(b.digest)));
            (others().filter(|b| b.shape == own.shape).count(), others().filter(|b| b.same(own)).count())
        };
        said().max_by_key(|a| (votes(a), std::cmp::Reverse(ended(a))))
    }

    /// Whether a lane gave something other than an error. A stale result counts too.
    pub fn is_contradicted(&self) -> bool {
        let said = |o| matches!(o, Outcome::Answer | Outcome::ChainError | Outcome::Empty | Outcome::Stale);
        self.attempts().iter().any(|a| a.ended.is_some_and(|(_, outcome)| said(outcome)))
    }

    /// The unknown errors of this race: lane and kind.
    pub fn words(&self) -> impl Iterator<Item = (usize, ErrorKind)> {
        self.with(Outcome::Word).map(|a| (a.lane, ErrorKind::of(a.digest)))
    }

    /// Whether two lanes must agree. Then errors of other races do not count here.
    pub fn compares(&self) -> bool {
        matches!(self.plan().need, Need::Agree { .. })
    }
}

fn ended(attempt: &&Attempt) -> (u64, usize) {
    (attempt.ended.map_or(u64::MAX, |(at, _)| at), attempt.lane)
}
