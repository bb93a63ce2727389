//! The verdict over all chains: which of them a single failure would take down.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{Facts, Level, hhi, rank};
use crate::cloud::ground::{Domain, Ground};
use crate::lang::Lang;

/// The verdict over all chains, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverallVerdict {
    /// The worst level of any chain.
    pub level: Level,
    /// One sentence.
    pub sentence: String,
    /// Domains whose failure would take down whole chains, worst first.
    pub losses: Vec<ChainLoss>,
    /// Herfindahl-Hirschman index over network groups of all endpoints, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// The chains that the failure of one domain would take down.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainLoss {
    /// The domain.
    pub domain: Domain,
    /// Its display name.
    pub name: String,
    /// Names of the chains that would have no endpoint left.
    pub chains: Vec<String>,
}

/// One chain: its name and its enabled endpoints with their display names.
pub type Chain<'a> = (&'a str, &'a [(&'a str, &'a Ground)]);

/// The verdict over all chains.
pub fn judge_all(chains: &[Chain<'_>], lang: Lang) -> OverallVerdict {
    let facts: Vec<(&str, Facts)> = chains.iter().map(|(name, endpoints)| (*name, Facts::of(endpoints))).collect();
    let mut lost: BTreeMap<&Domain, Vec<String>> = BTreeMap::new();
    for (name, facts) in &facts {
        for (domain, _) in facts.on.iter().filter(|(_, on)| *on == facts.count) {
            lost.entry(domain).or_default().push((*name).to_owned());
        }
    }
    let loss = |(domain, chains): (&Domain, Vec<String>)| ChainLoss {
        domain: domain.clone(),
        name: domain.name(lang),
        chains,
    };
    let mut losses: Vec<ChainLoss> = lost.into_iter().map(loss).collect();
    losses.sort_by_key(|loss| (usize::MAX - loss.chains.len(), rank(loss.domain.kind)));
    let level = facts.iter().map(|(_, facts)| facts.level().0).max().unwrap_or(Level::None);
    let with_endpoints = facts.iter().filter(|(_, facts)| facts.count > 0).count();
    let grounds = chains.iter().flat_map(|(_, endpoints)| endpoints.iter().map(|(_, ground)| *ground));
    OverallVerdict { level, sentence: sentence(level, losses.first(), with_endpoints, lang), losses, hhi: hhi(grounds) }
}

fn sentence(level: Level, worst: Option<&ChainLoss>, chains: usize, lang: Lang) -> String {
    let Some(worst) = worst else {
        return match level {
            Level::None => {
                lang.pick("No chain has an endpoint of yours yet.", "Aucune chaîne n’a encore de point d’accès à vous.")
            }
            Level::Unknown => lang.pick(
                "It is not known yet where your endpoints stand.",
                "On ne sait pas encore où se trouvent vos points d’accès.",
            ),
            Level::Warning => lang.pick(
                "A chain has only one endpoint: when it goes dark, nothing is left.",
                "Une chaîne n’a qu’un point d’accès : s’il tombe, il ne reste rien.",
            ),
            _ => lang.pick(
                "No single failure would take all endpoints of a chain.",
                "Aucune panne isolée ne prendrait tous les points d’accès d’une chaîne.",
            ),
        }
        .to_owned();
    };
    let (name, lost, list) = (&worst.name, worst.chains.len(), worst.chains.join(", "));
    lang.pick(
        format!("If {name} goes dark, {lost} of {chains} chains lose every endpoint: {list}."),
        format!("Si une panne touche {name}, {lost} des {chains} chaînes perdent tous leurs points d’accès : {list}."),
    )
}
