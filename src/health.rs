//! What is known about one lane: how fast it is, whether it rests, and why.
//!
//! ```text
//!            5 faults in 30 s, or 3 silences in a row
//!  Closed ────────────────────────────────────────────► Open (15 s, doubling to 2 min)
//!    ▲                                                     │ pause over
//!    └──── probe answered ──── Half-open ◄─────────────────┘
//!                                  └── probe failed: Open again, twice as long
//! ```
//! The circuit breaker is Nygard's (M. T. Nygard, "Release It!", 2007). Unknown does not mean bad: a lane without
//! samples is neither fast nor slow.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::race::Outcome;
use crate::route::{WEIGHTS, Weight};
use crate::sketch::Sketch;

/// Faults within [`FAULT_WINDOW_MS`] that open the breaker.
const FAULTS: usize = 5;
/// Failures without an answer between them that are more than a mishap.
const FAILS: usize = 2;
/// How long a fault counts, ms.
const FAULT_WINDOW_MS: u64 = 30_000;
/// Silences in a row, each overtaken by another lane, that open the breaker.
const SILENCES: u32 = 3;
/// Errors in a row, contradicted by other lanes, that open the breaker.
const ALONE: u32 = 5;
/// First pause, in ms.
const PAUSE_MS: u64 = 15_000;
/// Longest pause, in ms.
const MAX_PAUSE_MS: u64 = 120_000;
/// First rest after "too many requests" without a `Retry-After`, in ms.
const COOL_MS: u64 = 5_000;
/// Longest such rest, in ms.
const MAX_COOL_MS: u64 = 60_000;
/// How long "this method is not on your plan" is remembered, in ms.
const UNABLE_MS: u64 = 600_000;
/// Number of answers, with older ones decayed, after which a lane counts as measured: five in a row.
const MEASURED: f64 = 4.5;
/// Prompt answers credited to every lane when its tail is measured, because two late ones out of ten prove little.
const GRANTED: f64 = 20.0;
/// Most methods remembered like this.
const UNABLE_METHODS: usize = 32;
/// How far the clock of an earlier life may have been ahead, in ms: browsers round clocks.
const SKEW_MS: u64 = 1_000;
/// Longest name of such a method, in bytes: pages cannot send longer ones.
const MAX_METHOD_BYTES: usize = 128;

/// The result of a lane's chain-id check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// Not asked yet.
    #[default]
    Unknown,
    /// The right chain.
    Right,
    /// Another chain: never asked again until the settings change.
    Wrong(u64),
}

/// Why a lane rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rest {
    /// The breaker is open after faults.
    Faults,
    /// The breaker is open after silences.
    Silent,
    /// It asked for a pause.
    Refused,
}

/// Health of one lane.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Chain-id check.
    pub check: Check,
    latency: [Sketch; WEIGHTS],
    /// Kinds of requests answered since the last light poll.
    #[serde(default)]
    lately: [bool; WEIGHTS],
    faults: VecDeque<u64>,
    silences: u32,
    /// Errors in a row that only this lane gave.
    #[serde(default)]
    alone: u32,
    pause_ms: u64,
    open: Option<(Rest, u64)>,
    cool_ms: u64,
    cool_until: u64,
    last_answer: Option<u64>,
    unable: Vec<(String, u64)>,
    /// Newest block for which it lacked what a method needs, and until when that is remembered.
    #[serde(default)]
    lacks: Vec<(String, u64, u64)>,
}

impl Health {
    /// An attempt ended. `ms` is how long it took, or had taken when it was cancelled.
    pub fn ended(&mut self, now: u64, weight: Weight, outcome: Outcome, ms: u64) {
        match outcome {
            Outcome::Answer | Outcome::ChainError | Outcome::Empty => self.answered(now, weight, ms),
            // A lane that is behind is not broken, and its speed counts. Staleness is handled by the heads.
            Outcome::Stale => self.sketch(weight).done(ms),
            Outcome::Cancelled => self.sketch(weight).censored(ms),
            Outcome::Fault => self.fault(now),
            Outcome::Refused => self.refused(now, None),
            // A well-formed error says nothing about the lane, unless it is repeatedly the only lane with an error.
            Outcome::Unable | Outcome::Word => {}
        }
    }

    /// It gave an error where another lane answered. Returns `true` if it has done so repeatedly.
    pub fn contradicted(&mut self, now: u64) -> bool {
        self.alone += 1;
        if self.alone < ALONE {
            return false;
        }
        self.alone = 0;
        self.trip(now, Rest::Faults);
        true
    }

    /// The light poll was answered. For kinds of requests that were not sent to this lane meanwhile, old samples count
    /// less with each poll. So a lane that was slow is tried again once its polls are fast.
    pub fn polled(&mut self, now: u64, ms: u64) {
        for (sketch, lately) in self.latency.iter_mut().zip(self.lately) {
            if !lately {
                sketch.fade();
            }
        }
        self.ended(now, Weight::Light, Outcome::Answer, ms);
        self.lately = [false; WEIGHTS];
    }

    /// It was silent past its hedge delay, and a lane asked later answered first.
    pub fn overtaken(&mut self, now: u64) {
        self.silences = (self.silences + 1).min(SILENCES);
        if self.silences == SILENCES {
            self.trip(now, Rest::Silent);
        }
    }

    /// It asked for a pause, of `retry_after_ms` if it said so.
    pub fn refused(&mut self, now: u64, retry_after_ms: Option<u64>) {
        if now >= self.cool_until {
            self.cool_ms = (self.cool_ms * 2).clamp(COOL_MS, MAX_COOL_MS);
        }
        self.cool_until = self.cool_until.max(now + retry_after_ms.unwrap_or(self.cool_ms));
    }

    /// It cannot answer this method.
    pub fn unable(&mut self, now: u64, method: &str) {
        self.unable.retain(|(m, until)| *until > now && m != method);
        if self.unable.len() < UNABLE_METHODS {
            self.unable.push((method.to_owned(), now + UNABLE_MS));
        }
    }

    /// Whether it said so lately.
    pub fn is_unable(&self, now: u64, method: &str) -> bool {
        self.unable.iter().any(|(m, until)| m == method && *until > now)
    }

    /// It lacks what this method needs of a block.
    pub fn lacks(&mut self, now: u64, method: &str, block: u64) {
        let before = self.lacks.iter().filter(|(m, _, until)| m == method && *until > now).map(|l| l.1).max();
        self.lacks.retain(|(m, _, until)| *until > now && m != method);
        if self.lacks.len() < UNABLE_METHODS {
            let newest = before.map_or(block, |before| before.max(block));
            self.lacks.push((method.to_owned(), newest, now + UNABLE_MS));
        }
    }

    /// Whether it said so lately for this block or a newer one.
    pub fn is_lacking(&self, now: u64, method: &str, block: u64) -> bool {
        self.lacks.iter().any(|(m, newest, until)| m == method && block <= *newest && *until > now)
    }

    /// Why it should not be asked now, and until when.
    pub fn resting(&self, now: u64) -> Option<(Rest, u64)> {
        let cooling = (now < self.cool_until).then_some((Rest::Refused, self.cool_until));
        self.open.or(cooling)
    }

    /// Until when it asked for a pause, in ms; 0 if it never did.
    pub fn cool_until(&self) -> u64 {
        self.cool_until
    }

    /// When the pause is over.
    pub fn probe_at(&self) -> Option<u64> {
        self.open.map(|(_, until)| until)
    }

    /// The probe's outcome. The lane keeps resting, or is as good as new.
    pub fn probed(&mut self, now: u64, answered: bool) {
        let Some((rest, _)) = self.open else { return };
        if answered {
            self.open = None;
            (self.silences, self.alone) = (0, 0);
            self.faults.clear();
            // Its performance before the pause says little about now.
            self.latency = Default::default();
        } else {
            self.trip(now, rest);
        }
    }

    /// Whether there are enough answers to rank it.
    pub fn is_measured(&self) -> bool {
        self.latency.iter().any(|sketch| sketch.answers() >= MEASURED)
    }

    /// Median latency of this kind of request, in ms; another kind substitutes for one never seen.
    pub fn p50(&self, weight: Weight) -> Option<u64> {
        self.quantile(weight, 0.5)
    }

    /// The share of requests that take longer than `limit` makes of their kind's median. A tail belongs to the lane and
    /// not to a kind, so all kinds count together and it shows soon. One late answer counts as chance, and a lane is
    /// credited a few prompt ones. Kinds whose requests were all cut short are left out.
    pub fn tail(&self, limit: impl Fn(u64) -> u64) -> f64 {
        let kinds = self.latency.iter().filter(|s| s.answers() >= 0.5);
        let kinds = kinds.filter_map(|s| Some((s.weight(), s.later_than(limit(s.quantile(0.5)?)))));
        let (all, late) = kinds.fold((GRANTED, -1.0), |(all, late), (n, share)| (all + n, late + n * share));
        (late / all).max(0.0)
    }

    /// The latency that a share `q` of requests stays under, in ms.
    pub fn quantile(&self, weight: Weight, q: f64) -> Option<u64> {
        self.known(weight)?.quantile(q)
    }

    /// How many requests the estimate for this kind is based on; older ones count less.
    pub fn samples(&self, weight: Weight) -> f64 {
        self.known(weight).map_or(0.0, Sketch::weight)
    }

    fn known(&self, weight: Weight) -> Option<&Sketch> {
        let known = |s: &&Sketch| s.quantile(0.5).is_some();
        self.latency.get(weight as usize).filter(known).or_else(|| self.latency.iter().find(known))
    }

    /// When it last answered, in ms.
    pub fn last_answer(&self) -> Option<u64> {
        self.last_answer
    }

    /// Faults that count now.
    pub fn faults(&self, now: u64) -> usize {
        self.faults.iter().filter(|at| **at + FAULT_WINDOW_MS > now).count()
    }

    /// Faults since it last answered, as far as they are remembered.
    fn failures(&self) -> impl Iterator<Item = u64> {
        self.faults.iter().copied().filter(|at| self.last_answer.is_none_or(|answer| *at > answer))
    }

    /// When it began to fail, in ms, if it has failed again and again since it last answered. A single failure does not
    /// count.
    pub fn failing_since(&self) -> Option<u64> {
        let first = self.failures().next()?;
        (self.failures().count() >= FAILS || self.open.is_some()).then_some(first)
    }

    /// Whether it does not answer, for more than a moment: it keeps failing, falling silent or refusing.
    pub fn is_lost(&self, now: u64) -> bool {
        let refuses = now < self.cool_until && self.cool_ms > COOL_MS;
        self.open.is_some() || self.failing_since().is_some() || refuses
    }

    /// Stored health is untrusted input: values must be bounded, finite and in the past, or they are ignored.
    pub fn is_sound(&self, now: u64) -> bool {
        let past = self.last_answer.iter().chain(&self.faults).all(|at| *at <= now.saturating_add(SKEW_MS));
        let soon = |until: u64, most: u64| until <= now.saturating_add(most);
        let known = |method: &str, until: u64| method.len() <= MAX_METHOD_BYTES && soon(until, UNABLE_MS);
        self.latency.iter().all(Sketch::is_sound)
            && past
            && self.open.is_none_or(|(_, until)| soon(until, MAX_PAUSE_MS))
            && soon(self.cool_until, UNABLE_MS)
            && self.faults.len() <= FAULTS
            && self.unable.len() <= UNABLE_METHODS
            && self.unable.iter().all(|(method, until)| known(method, *until))
            && self.lacks.len() <= UNABLE_METHODS
            && self.lacks.iter().all(|(method, _, until)| known(method, *until))
            && self.silences <= SILENCES
            && self.alone < ALONE
            && self.pause_ms <= MAX_PAUSE_MS
            && self.cool_ms <= MAX_COOL_MS
    }

    fn answered(&mut self, now: u64, weight: Weight, ms: u64) {
        self.sketch(weight).done(ms);
        self.lately.get_mut(weight as usize).into_iter().for_each(|lately| *lately = true);
        self.last_answer = Some(now);
        (self.silences, self.alone) = (0, 0);
        if now >= self.cool_until {
            self.cool_ms = 0;
        }
        if self.faults(now) == 0 && self.open.is_none() {
            self.pause_ms = 0;
        }
        // A request sent before the breaker opened, or as a last resort, is as good as a probe.
        self.open = None;
    }

    fn fault(&mut self, now: u64) {
        self.faults.push_back(now);
        if self.faults.len() > FAULTS {
            self.faults.pop_front();
        }
        if self.faults(now) >= FAULTS {
            self.trip(now, Rest::Faults);
        }
    }

    fn trip(&mut self, now: u64, rest: Rest) {
        // Requests in flight when it opened fail too. They do not make the pause longer.
        if self.open.is_some_and(|(_, until)| now < until) {
            return;
        }
        self.pause_ms = (self.pause_ms * 2).clamp(PAUSE_MS, MAX_PAUSE_MS);
        self.open = Some((rest, now + self.pause_ms));
    }

    fn sketch(&mut self, weight: Weight) -> &mut Sketch {
        let [light, heavy, scan, slow] = &mut self.latency;
        match weight {
            Weight::Light => light,
            Weight::Heavy => heavy,
            Weight::Scan => scan,
            Weight::Slow => slow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(health: &mut Health, times: &[u64]) {
        times.iter().for_each(|t| health.ended(*t, Weight::Light, Outcome::Fault, 10));
    }

    #[test]
    fn five_faults_in_thirty_seconds_open_the_breaker() {
        let mut health = Health::default();
        fail(&mut health, &[0, 10_000, 20_000, 29_000]);
        assert_eq!(health.resting(29_000), None);
        fail(&mut health, &[31_000]);
        assert_eq!(health.resting(31_000), None, "the first is forgotten");
        fail(&mut health, &[32_000]);
        assert_eq!(health.resting(32_000), Some((Rest::Faults, 47_000)));
    }

    #[test]
    fn the_pause_doubles_until_a_probe_is_answered() {
        let mut health = Health::default();
        fail(&mut health, &[0, 1, 2, 3, 4]);
        assert_eq!(health.probe_at(), Some(15_004));
        let mut now = 15_004;
        for pause in [30_000, 60_000, 120_000, 120_000] {
            health.probed(now, false);
            assert_eq!(health.probe_at(), Some(now + pause));
            now += pause;
        }
        health.probed(now, true);
        assert_eq!(health.resting(now), None);
        fail(&mut health, &[now]);
        assert_eq!(health.resting(now), None, "one fault after a recovery is one fault");
    }

    #[test]
    fn three_timeouts_in_a_row_open_the_breaker() {
        let mut health = Health::default();
        health.overtaken(0);
        health.overtaken(1);
        health.ended(2, Weight::Light, Outcome::Answer, 900);
        health.overtaken(3);
        health.overtaken(4);
        assert_eq!(health.resting(4), None);
        health.overtaken(5);
        assert!(matches!(health.resting(5), Some((Rest::Silent, _))));
    }

    #[test]
    fn a_rate_limit_rests_as_asked_and_is_not_a_fault() {
        let mut health = Health::default();
        health.refused(0, Some(42_000));
        assert_eq!(health.resting(1), Some((Rest::Refused, 42_000)));
        assert_eq!((health.resting(42_000), health.faults(1)), (None, 0));
        health.refused(42_000, None);
        assert_eq!(health.resting(42_001), Some((Rest::Refused, 52_000)), "and longer the second time");
    }

    #[test]
    fn five_errors_only_this_lane_gives_open_the_breaker() {
        let mut health = Health::default();
        (0..4).for_each(|t| assert!(!health.contradicted(t)));
        health.ended(4, Weight::Light, Outcome::Answer, 9);
        (5..9).for_each(|t| assert!(!health.contradicted(t), "an answer between them starts anew"));
        assert!(health.contradicted(9) && matches!(health.resting(9), Some((Rest::Faults, _))));
    }

    #[test]
    fn inability_is_remembered_only_for_its_method() {
        let mut health = Health::default();
        health.unable(0, "eth_getProof");
        assert!(health.is_unable(1, "eth_getProof") && !health.is_unable(1, "eth_call"));
        assert!(!health.is_unable(UNABLE_MS, "eth_getProof"));
    }

    #[test]
    fn health_survives_storage() {
        let mut health = Health::default();
        health.ended(5, Weight::Heavy, Outcome::Answer, 33);
        fail(&mut health, &[6, 7]);
        let text = serde_json::to_string(&health).expect("text");
        let back: Health = serde_json::from_str(&text).expect("health");
        assert_eq!(back, health);
        assert!(back.is_sound(10) && !Health { cool_until: u64::MAX, ..back }.is_sound(10));
    }
}
