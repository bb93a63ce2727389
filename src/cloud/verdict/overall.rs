//! The verdict over all chains: which of them a single failure would take down.

use std::collections::BTreeMap;

use super::facts::{Facts, hhi, rank};
use super::{Chain, Level};
use crate::cloud::ground::Domain;

/// The verdict over all chains.
#[derive(Debug, Clone, PartialEq)]
pub struct Overall {
    /// The worst level of any chain.
    pub level: Level,
    /// Domains whose failure would leave chains without an endpoint that answers, and the names of those chains. Worst
    /// first.
    pub losses: Vec<(Domain, Vec<String>)>,
    /// Names of the chains of this level.
    pub worst: Vec<String>,
    /// How many chains have endpoints.
    pub chains: usize,
    /// Herfindahl-Hirschman index over network groups of all endpoints, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// The verdict over all chains.
pub fn overall(chains: &[Chain<'_>]) -> Overall {
    let judged: Vec<(Level, Facts<'_>)> = chains.iter().map(Facts::of).map(|facts| (facts.level().0, facts)).collect();
    let level = judged.iter().map(|(level, _)| *level).max().unwrap_or(Level::None);
    let mut lost: BTreeMap<&Domain, Vec<String>> = BTreeMap::new();
    for (_, facts) in &judged {
        for line in facts.lines.iter().filter(|line| line.counts && line.may == 0) {
            lost.entry(&line.domain).or_default().push(facts.chain.name.to_owned());
        }
    }
    let mut losses: Vec<(Domain, Vec<String>)> =
        lost.into_iter().map(|(domain, chains)| (domain.clone(), chains)).collect();
    losses.sort_by_key(|(domain, chains)| (usize::MAX - chains.len(), rank(domain.kind)));
    let of_level = judged.iter().filter(|(one, _)| *one == level);
    Overall {
        level,
        losses,
        worst: of_level.map(|(_, facts)| facts.chain.name.to_owned()).collect(),
        chains: chains.iter().filter(|chain| !chain.endpoints.is_empty()).count(),
        hhi: hhi(chains.iter().flat_map(|chain| &chain.endpoints).map(|one| one.ground)),
    }
}
