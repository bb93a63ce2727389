//! The health dot of an endpoint: how it is doing, in one word.

use super::lane::Lane;
use crate::health::{Check, Rest};
use crate::route::Weight;

/// Median above which the dot says "slow", ms.
const SLOW_MS: u64 = 1_000;

/// How an endpoint is doing. `left_ms`: the time until it is tried again. `cause`: the browser's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dot<'a> {
    /// The person took the permission back.
    NotPermitted,
    /// A drill darkens it.
    Drill,
    /// It serves this other chain.
    WrongChain(u64),
    /// It keeps failing.
    Failing { cause: Option<&'a str>, left_ms: u64 },
    /// It does not answer.
    Silent { left_ms: u64 },
    /// It asked for a pause.
    Paused { left_ms: u64 },
    /// It did not answer the chain-id check.
    Unchecked { cause: Option<&'a str> },
    /// It did not answer what it was asked last.
    Lost { cause: Option<&'a str> },
    /// It was not asked yet.
    Unknown,
    /// It answers in about this many ms, which is slow.
    Slow(u64),
    /// It answers in about this many ms.
    Good(u64),
}

impl Lane {
    /// How the endpoint is doing. `permitted`: the person lets the extension reach it.
    pub(crate) fn dot(&self, now: u64, permitted: bool) -> Dot<'_> {
        if !permitted {
            return Dot::NotPermitted;
        }
        if self.is_dark() {
            return Dot::Drill;
        }
        if let Check::Wrong(id) = self.health().check {
            return Dot::WrongChain(id);
        }
        let left = |until: u64| until.saturating_sub(now);
        match self.health().resting(now) {
            Some((Rest::Faults, until)) => return Dot::Failing { cause: self.cause(), left_ms: left(until) },
            Some((Rest::Silent, until)) => return Dot::Silent { left_ms: left(until) },
            Some((Rest::Refused, until)) => return Dot::Paused { left_ms: left(until) },
            None if self.has_failed_checks() => return Dot::Unchecked { cause: self.cause() },
            None if self.health().is_lost(now) => return Dot::Lost { cause: self.cause() },
            None => {}
        }
        match self.health().p50(Weight::Light) {
            None => Dot::Unknown,
            Some(ms) if ms > SLOW_MS => Dot::Slow(ms),
            Some(ms) => Dot::Good(ms),
        }
    }
}

impl Dot<'_> {
    /// How fast it answers, in ms. `None` if it does not answer now.
    pub(crate) fn ms(self) -> Option<u64> {
        match self {
            Dot::Slow(ms) | Dot::Good(ms) => Some(ms),
            _ => None,
        }
    }

    /// One word, as the popup's styles name it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Dot::NotPermitted => "no-permission",
            Dot::Drill => "drill",
            Dot::WrongChain(_) => "wrong-chain",
            Dot::Failing { .. } | Dot::Silent { .. } | Dot::Unchecked { .. } | Dot::Lost { .. } => "down",
            Dot::Paused { .. } => "resting",
            Dot::Unknown => "unknown",
            Dot::Slow(_) => "slow",
            Dot::Good(_) => "good",
        }
    }
}
