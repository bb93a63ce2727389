//! The only place where lanes learn from their attempts. No lane is blamed for a send that was in flight while the
//! person was offline; only this file checks that.

use super::change::Change;
use super::parts::Lanes;
use crate::endpoint::LaneId;
use crate::health::Rest;
use crate::named::Tag;
use crate::race::Outcome;
use crate::route::{Class, Spec, Weight};

/// From this many blocks below a lane's head, a missing state was pruned and will not come back.
const OLD: u64 = 64;

/// What one attempt teaches about its lane.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lesson<'a> {
    /// It was sent at this time and has ended.
    Ended {
        sent: u64,
        weight: Weight,
        outcome: Outcome,
        /// How long the lane asked to be left alone, in ms.
        retry_after_ms: Option<u64>,
        /// The method that the lane says it lacks.
        lacks: Option<&'a str>,
    },
    /// It has been silent since this time, for too long.
    Quiet { since: u64, weight: Weight },
    /// Nobody waits for it any more. `overtaken`: another lane that was asked later has answered.
    Left { since: u64, weight: Weight, overtaken: bool },
    /// It gave an error where another lane answered.
    Alone,
    /// It lacks the state of this block.
    Lacks { method: &'static str, block: u64 },
    /// It lacks this tag, and another lane has it.
    LacksTag(Tag),
}

/// Whether an attempt may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admit {
    Go,
    /// Once its chain id has been checked.
    AfterCheck,
    /// A drill darkens the lane.
    Dark,
    No,
}

impl Lanes {
    /// Whether a lane may be asked this now. `private`: the transaction is for private endpoints only.
    pub(crate) fn admit(&self, id: LaneId, spec: &Spec, private: bool) -> Admit {
        let Some(chain) = self.chain(id.chain) else { return Admit::No };
        let Some(lane) = chain.lane(id.key).filter(|l| l.serves(spec)) else { return Admit::No };
        let sends = spec.class == Class::Broadcast;
        // The person may have marked another endpoint private since.
        if sends && !lane.endpoint.private && (private || chain.is_private()) {
            return Admit::No;
        }
        // A drill never holds back a transaction.
        match lane.ready() {
            _ if lane.dark && !sends => Admit::Dark,
            true => Admit::Go,
            false => Admit::AfterCheck,
        }
    }

    /// Records what one attempt teaches.
    #[must_use]
    pub(crate) fn learn(&mut self, now: u64, id: LaneId, lesson: Lesson<'_>) -> Vec<Change> {
        let outcome = match lesson {
            Lesson::Ended { .. } => self.ended(now, id, lesson),
            Lesson::Quiet { since, weight } => self.quiet(now, id, since, weight),
            Lesson::Left { since, weight, overtaken } => return self.left(now, id, since, weight, overtaken),
            Lesson::Alone => return self.alone(now, id),
            Lesson::Lacks { method, block } => {
                if let Some(lane) = self.get_mut(id)
                    && lane.head.is_some_and(|head| block + OLD < head.number)
                {
                    lane.health.lacks(now, method, block);
                }
                None
            }
            Lesson::LacksTag(tag) => {
                self.get_mut(id).into_iter().for_each(|lane| lane.lacking.note(now, tag));
                None
            }
        };
        let watched = outcome.map(|outcome| self.watch(now, id, outcome));
        watched.map_or_else(Vec::new, |change| [Some(Change::Learnt), change].into_iter().flatten().collect())
    }

    fn ended(&mut self, now: u64, id: LaneId, lesson: Lesson<'_>) -> Option<Outcome> {
        let Lesson::Ended { sent, weight, outcome, retry_after_ms, lacks } = lesson else { return None };
        let may_blame = self.may_blame(sent);
        let lane = self.get_mut(id)?;
        let rested = lane.health.probe_at().is_some();
        if matches!(outcome, Outcome::Answer | Outcome::ChainError | Outcome::Empty | Outcome::Word) {
            lane.served = now;
        }
        match (outcome, lacks) {
            (Outcome::Fault, _) if !may_blame => return None,
            (Outcome::Word, _) => return None,
            (Outcome::Refused, _) => lane.health.refused(now, retry_after_ms),
            (Outcome::Unable, Some(method)) => lane.health.unable(now, method),
            _ => lane.health.ended(now, weight, outcome, now.saturating_sub(sent)),
        }
        // After a breakdown it may be another machine, so its chain is checked again.
        lane.doubted |= rested && lane.health.probe_at().is_none();
        Some(outcome)
    }

    fn quiet(&mut self, now: u64, id: LaneId, since: u64, weight: Weight) -> Option<Outcome> {
        if !self.may_blame(since) || weight == Weight::Slow {
            return None;
        }
        // A lane that has answered other requests since then is not silent. This request is too much for it.
        let lane = self.get_mut(id).filter(|lane| lane.served <= since)?;
        lane.health.ended(now, weight, Outcome::Fault, now.saturating_sub(since));
        Some(Outcome::Fault)
    }

    /// A loser's time is a censored sample. Silence counts against a lane that another one overtook.
    fn left(&mut self, now: u64, id: LaneId, since: u64, weight: Weight, overtaken: bool) -> Vec<Change> {
        if !self.may_blame(since) {
            return Vec::new();
        }
        let Some(lane) = self.get_mut(id) else { return Vec::new() };
        let overtaken = overtaken && lane.served <= since && weight != Weight::Slow;
        lane.health.ended(now, weight, Outcome::Cancelled, now.saturating_sub(since));
        let mut changes = vec![Change::Learnt];
        if overtaken {
            lane.health.overtaken(now);
            changes.extend(self.watch(now, id, Outcome::Fault));
        }
        changes
    }

    fn alone(&mut self, now: u64, id: LaneId) -> Vec<Change> {
        let tripped = self.get_mut(id).is_some_and(|lane| lane.health.contradicted(now));
        let change = if tripped { self.watch(now, id, Outcome::Fault) } else { None };
        change.into_iter().chain([Change::Learnt]).collect()
    }

    /// Records the outcome of a request. Returns a change when the lane starts to fail for good, or serves again.
    pub(super) fn watch(&mut self, now: u64, id: LaneId, outcome: Outcome) -> Option<Change> {
        let lane = self.get(id).filter(|l| !l.dark)?;
        let down = matches!(lane.health.resting(now), Some((Rest::Faults | Rest::Silent, _)));
        let serves = matches!(outcome, Outcome::Answer | Outcome::ChainError | Outcome::Empty);
        let first = lane.health.last_answer() == Some(now);
        match (down, serves) {
            (true, false) if self.failing.insert(id.key) => Some(Change::Failing(id)),
            (false, true) if self.failing.remove(&id.key) => Some(Change::Serving(id)),
            // A lane's first answer is reported too, because an incident needs a lane that serves.
            (false, true) if first && self.failing.len() > 1 => Some(Change::Serving(id)),
            _ => None,
        }
    }
}
