//! Whether endpoints answer, as verdicts count it, and whether a chain has none left that does.
//!
//! When nothing answers, the cause may be the person's own connection. Endpoints are called dark only if something has
//! shown since that the connection works: an HTTP response of whatever status and endpoint, or an answer of a wallet.

use super::chain::Chain;
use super::dot::Dot;
use super::lane::Lane;
use super::parts::Lanes;
use crate::cloud::evidence;
use crate::cloud::local::Nearness;
use crate::cloud::verdict::{self, Pulse, Standing};
use crate::endpoint::LaneId;

/// How long an endpoint that is not asked counts as one that answers, in ms: three days.
const LATELY_MS: u64 = 3 * 24 * 60 * 60 * 1_000;
/// How long a sign that the connection works counts for endpoints that refuse, in ms.
const SIGN_MS: u64 = 10_000;
/// For how long all connections of a chain must have been lost, in ms: a change of networks takes as long.
const LOST_MS: u64 = 2_000;

/// What a verdict depends on besides the lanes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) now: u64,
    /// Whether the extension may reach endpoints.
    pub(crate) permitted: bool,
    /// Whether the person wants to be warned about a shared country or law too.
    pub(crate) law: bool,
}

/// Whether a chain has an endpoint that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plight {
    /// One answers, or may.
    Fine,
    /// None has answered since this time, in ms, and the person's connection works.
    Dark(u64),
    /// None can be reached, and nobody knows whose fault that is.
    Unreachable,
    /// A drill darkens some of them, so that it cannot be seen.
    Drill,
}

impl Lane {
    /// When it last answered, in ms, in whatever life of the core.
    fn answered(&self) -> Option<u64> {
        self.health().last_answer().max(evidence::answered(self.evidence()))
    }

    /// How it did when it was last asked.
    pub(crate) fn pulse(&self, now: u64, permitted: bool) -> Pulse {
        match self.dot(now, permitted) {
            Dot::NotPermitted | Dot::Failing { .. } | Dot::Silent { .. } | Dot::Paused { .. } => Pulse::Down,
            Dot::WrongChain(_) | Dot::Unchecked { .. } | Dot::Lost { .. } => Pulse::Down,
            Dot::Drill | Dot::Unknown | Dot::Slow(_) | Dot::Good(_) => match self.answered() {
                Some(at) if now < at.saturating_add(LATELY_MS) => Pulse::Answers,
                _ => Pulse::Unknown,
            },
        }
    }

    /// Whether it does not answer, for more than a moment.
    fn is_lost(&self, now: u64) -> bool {
        self.health().is_lost(now) || self.check_again.1 > 1
    }
}

impl Lanes {
    /// Something at the other end of the person's connection has responded.
    pub(crate) fn hear(&mut self, now: u64) {
        self.heard = self.heard.max(now);
    }

    /// A lane has responded, with whatever status. What is near needs no connection, and says nothing of it.
    pub(crate) fn hear_from(&mut self, now: u64, id: LaneId) {
        if self.get(id).is_some_and(|lane| lane.near == Nearness::Public) {
            self.hear(now);
        }
    }

    /// Whether a chain has an endpoint that answers.
    pub(crate) fn plight(&self, now: u64, chain: &Chain) -> Plight {
        let mut lost = chain.enabled().peekable();
        if lost.peek().is_none() {
            return Plight::Fine;
        }
        let near = chain.nearness != Nearness::Public;
        // What is near can be reached while the browser is offline.
        let cut = (!near || self.connectivity.is_online()) && self.is_line_down(now, chain.id);
        if !cut && !lost.all(|lane| lane.is_lost(now)) {
            return Plight::Fine;
        }
        if chain.enabled().any(Lane::is_dark) {
            return Plight::Drill;
        }
        let since = if cut { self.cut_since(chain) } else { began(chain) };
        let sign = since.unwrap_or_else(|| now.saturating_sub(SIGN_MS));
        let works = near || self.connectivity.is_online() && self.heard >= sign;
        if works && !(cut && now < sign + LOST_MS) { Plight::Dark(since.unwrap_or(now)) } else { Plight::Unreachable }
    }

    /// Since when every connection of a chain is lost, in ms.
    fn cut_since(&self, chain: &Chain) -> Option<u64> {
        self.connectivity.lost_since(chain.enabled().map(|lane| lane.authority.as_str()))
    }

    /// A chain, as verdicts see it.
    pub(crate) fn standings<'a>(&self, chain: &'a Chain, terms: Terms) -> verdict::Chain<'a> {
        let Terms { now, permitted, law } = terms;
        let plight = self.plight(now, chain);
        let standing = |lane: &'a Lane| Standing {
            name: &lane.endpoint().name,
            ground: lane.ground(),
            // Lost connections are held against no lane while they may be the person's own.
            pulse: if matches!(plight, Plight::Dark(_)) { Pulse::Down } else { lane.pulse(now, permitted) },
        };
        let endpoints = chain.enabled().map(standing).collect();
        verdict::Chain { name: chain.name(), endpoints, offline: plight == Plight::Unreachable, law }
    }
}

/// When the last endpoint of a chain began to fail, in ms. Those that refuse began at no known time.
fn began(chain: &Chain) -> Option<u64> {
    chain.enabled().filter_map(|lane| lane.health().failing_since()).max()
}
