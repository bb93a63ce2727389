//! The verdict over all chains: which of them a single failure would take down.

use std::collections::BTreeMap;

use super::facts::{Facts, Level, hhi, rank};
use crate::cloud::ground::{Domain, Ground};

/// The verdict over all chains.
#[derive(Debug, Clone, PartialEq)]
pub struct Overall {
    /// The worst level of any chain.
    pub level: Level,
    /// Domains whose failure would leave chains without an endpoint, and the names of those chains. Worst first.
    pub losses: Vec<(Domain, Vec<String>)>,
    /// How many chains have endpoints.
    pub chains: usize,
    /// Herfindahl-Hirschman index over network groups of all endpoints, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// One chain: its name and its enabled endpoints with their display names.
pub type Chain<'a> = (&'a str, &'a [(&'a str, &'a Ground)]);

/// The verdict over all chains.
pub fn overall(chains: &[Chain<'_>]) -> Overall {
    let facts: Vec<(&str, Facts)> = chains.iter().map(|(name, endpoints)| (*name, Facts::of(endpoints))).collect();
    let mut lost: BTreeMap<&Domain, Vec<String>> = BTreeMap::new();
    for (name, facts) in &facts {
        for (domain, _) in facts.on.iter().filter(|(_, on)| *on == facts.count) {
            lost.entry(domain).or_default().push((*name).to_owned());
        }
    }
    let mut losses: Vec<(Domain, Vec<String>)> =
        lost.into_iter().map(|(domain, chains)| (domain.clone(), chains)).collect();
    losses.sort_by_key(|(domain, chains)| (usize::MAX - chains.len(), rank(domain.kind)));
    let grounds = chains.iter().flat_map(|(_, endpoints)| endpoints.iter().map(|(_, ground)| *ground));
    Overall {
        level: facts.iter().map(|(_, facts)| facts.level().0).max().unwrap_or(Level::None),
        losses,
        chains: facts.iter().filter(|(_, facts)| facts.count > 0).count(),
        hhi: hhi(grounds),
    }
}
