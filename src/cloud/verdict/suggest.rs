//! Which of the tested candidates helps a chain most.

use super::{Chain, Level};
use crate::cloud::ground::Ground;

/// An endpoint that was tested and is not used yet.
#[derive(Debug, Clone)]
pub struct Candidate<'a, T> {
    /// Whose it is.
    pub tag: T,
    /// Display name.
    pub name: &'a str,
    /// Where it stands.
    pub ground: Ground,
    /// Round trip of the test, in ms.
    pub ms: u64,
}

/// What adding a candidate would do.
#[derive(Debug, Clone)]
pub struct Suggestion<'a> {
    /// Where it stands.
    pub ground: &'a Ground,
    /// Round trip of its test, in ms.
    pub ms: u64,
    /// The chain's level with it.
    pub level: Level,
}

/// The candidate that makes the chain survive any one outage; of several, the one that leaves most, then the fastest.
/// If none does alone, one from where it takes only one more.
pub fn suggest<'a, T>(chain: &Chain<'_>, candidates: &'a [Candidate<'_, T>]) -> Option<(&'a T, Suggestion<'a>)> {
    let now = chain.level().0;
    if now == Level::Survives {
        return None;
    }
    let judged = candidates.iter().filter_map(|one| {
        let then = chain.with(one.name, &one.ground);
        let (level, left, lacking) = then.outcome();
        let helps = level == Level::Survives || lacking < chain.outcome().2;
        helps.then_some((one, level, left))
    });
    let best = judged.min_by_key(|(one, level, left)| (*level != Level::Survives, usize::MAX - left, one.ms));
    best.map(|(one, level, _)| (&one.tag, Suggestion { ground: &one.ground, ms: one.ms, level }))
}
