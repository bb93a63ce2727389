//! The verdict on a chain's endpoints: diverse, or what they share.
//!
//! For every failure domain there is one question: *if it goes dark, how many endpoints are left?* None is a warning,
//! one is a caution. An endpoint whose origin is hidden never counts as certainly elsewhere.

mod change;
mod facts;
mod offer;
mod overall;
mod words;

pub use change::change;
pub use facts::{DomainLine, Level, Reason};
pub use overall::{Chain, ChainLoss, OverallVerdict, judge_all};

use serde::Serialize;

use super::ground::{Domain, Ground};
use crate::lang::Lang;
use facts::{Facts, hhi};

/// The verdict of one chain, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainVerdict {
    /// How bad it is.
    pub level: Level,
    /// Why.
    pub reason: Reason,
    /// One sentence.
    pub sentence: String,
    /// The smallest change that clears it, if there is one.
    pub advice: Option<String>,
    /// Names of the presets that could clear it. Where one stands is learnt when the person checks it.
    pub presets: Vec<String>,
    /// The domains that an endpoint must avoid to clear it.
    #[serde(skip)]
    pub avoid: Vec<Domain>,
    /// Every failure domain, worst first, with what is left when it goes dark.
    pub domains: Vec<DomainLine>,
    /// Herfindahl-Hirschman index over network groups, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// The verdict on one chain. `endpoints`: display name and ground of each enabled endpoint.
pub fn judge(chain_name: &str, endpoints: &[(&str, &Ground)], lang: Lang) -> ChainVerdict {
    let facts = Facts::of(endpoints);
    let (level, reason) = facts.level();
    let words = words::Words { chain: chain_name, endpoints, facts: &facts, lang };
    ChainVerdict {
        level,
        reason,
        sentence: words.sentence(reason),
        advice: words.advice(reason),
        presets: Vec::new(),
        avoid: words.avoided(reason),
        domains: facts.lines(lang),
        hhi: hhi(endpoints.iter().map(|(_, ground)| *ground)),
    }
}

/// The level of these endpoints, without words.
pub fn level(endpoints: &[(&str, &Ground)]) -> Level {
    Facts::of(endpoints).level().0
}

/// The level of these endpoints with one more, to show what a candidate would change.
pub fn level_with(endpoints: &[(&str, &Ground)], candidate: &Ground) -> Level {
    let mut all = endpoints.to_vec();
    all.push(("", candidate));
    Facts::of(&all).level().0
}
