//! The facts behind a chain's verdict.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cloud::ground::{Domain, DomainKind, Ground, US, US_NEXUS};
use crate::cloud::operators;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// No endpoint is enabled: the chain passes through to the wallet.
    None,
    /// Not enough is known yet.
    Unknown,
    /// Whichever domain goes dark, at least two endpoints are left.
    Diverse,
    /// One endpoint would be left.
    Caution,
    /// None would be left.
    Warning,
}

/// Why the level is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// There is no endpoint.
    NoEndpoints,
    /// There is only one endpoint, and no ground can make up for that.
    Single,
    /// All endpoints share a domain.
    Shared,
    /// All but one share a domain.
    OneLeft,
    /// Origins are hidden, so the remaining endpoints may be on the same ground.
    Hidden,
    /// It is not known yet where some endpoints stand.
    NotSeen,
    /// Whatever goes dark, two are left.
    Diverse,
}

/// The counts.
pub(crate) struct Facts {
    /// How many endpoints there are.
    pub(crate) count: usize,
    /// Domains of each endpoint.
    pub(crate) domains: Vec<Vec<Domain>>,
    /// For each domain, how many endpoints are on it. Worst first.
    pub(crate) on: Vec<(Domain, usize)>,
    /// Endpoints about which nothing is known.
    pub(crate) unknown: Vec<usize>,
    /// Endpoints whose origin is hidden.
    pub(crate) hidden: Vec<usize>,
}

impl Facts {
    pub(crate) fn of(endpoints: &[(&str, &Ground)]) -> Facts {
        let domains: Vec<Vec<Domain>> = endpoints.iter().map(|(_, ground)| ground.domains()).collect();
        let mut counts: BTreeMap<&Domain, usize> = BTreeMap::new();
        for domain in domains.iter().flatten().filter(|domain| counts_for_level(domain)) {
            *counts.entry(domain).or_default() += 1;
        }
        let mut on: Vec<(Domain, usize)> = counts.into_iter().map(|(domain, on)| (domain.clone(), on)).collect();
        on.sort_by_key(|(domain, on)| (usize::MAX - on, rank(domain.kind)));
        let which = |wanted: fn(&Ground) -> bool| {
            let hits = endpoints.iter().enumerate().filter(|(_, (_, ground))| wanted(ground));
            hits.map(|(at, _)| at).collect()
        };
        Facts { count: endpoints.len(), domains, on, unknown: which(|g| !g.known()), hidden: which(Ground::hidden) }
    }

    pub(crate) fn level(&self) -> (Level, Reason) {
        let worst = self.on.first().map_or(self.count, |(_, on)| self.count - on);
        match (self.count, worst) {
            (0, _) => (Level::None, Reason::NoEndpoints),
            (1, _) => (Level::Warning, Reason::Single),
            (_, 0) => (Level::Warning, Reason::Shared),
            _ if self.unknown.len() == self.count => (Level::Unknown, Reason::NotSeen),
            (_, 1) => (Level::Caution, Reason::OneLeft),
            _ if self.surely_left() >= 2 => (Level::Diverse, Reason::Diverse),
            _ if self.unknown.is_empty() => (Level::Caution, Reason::Hidden),
            _ => (Level::Unknown, Reason::NotSeen),
        }
    }

    /// How many endpoints are certainly left whatever goes dark: known, not hidden, and elsewhere.
    fn surely_left(&self) -> usize {
        let left = |domain: &Domain| {
            let off = self.domains.iter().enumerate().filter(|(_, on)| !on.contains(domain));
            // Who runs a service does not depend on where it is.
            let sure = |at: &usize| domain.kind == DomainKind::Operator || !self.vague(*at);
            off.map(|(at, _)| at).filter(sure).count()
        };
        let anywhere = (0..self.count).filter(|at| !self.vague(*at)).count();
        self.on.iter().map(|(domain, _)| left(domain)).min().unwrap_or(anywhere)
    }

    fn vague(&self, at: usize) -> bool {
        self.unknown.contains(&at) || self.hidden.contains(&at)
    }

    /// Domains whose failure leaves only `left`, without those that another one implies.
    pub(crate) fn worst(&self, left: usize) -> Vec<&Domain> {
        let lines = self.on.iter().filter(|(_, on)| self.count - on == left);
        let all: Vec<&Domain> = lines.map(|(domain, _)| domain).collect();
        let has = |kind: DomainKind, key: &str| all.iter().any(|d| d.kind == kind && d.key == key);
        let implied = |domain: &Domain| match domain.kind {
            DomainKind::Country => domain.key == "US" && has(DomainKind::Jurisdiction, US),
            DomainKind::Network => all.iter().any(|d| d.kind == DomainKind::Region && region_group(d) == domain.key),
            _ => false,
        };
        all.iter().copied().filter(|domain| !implied(domain)).collect()
    }

    /// The domains that one more endpoint must avoid to clear the verdict.
    pub(crate) fn avoided(&self, reason: Reason) -> Vec<&Domain> {
        match reason {
            Reason::Single | Reason::Shared => self.worst(0),
            Reason::OneLeft => self.worst(1),
            _ => Vec::new(),
        }
    }
}

/// Company group of a region domain.
pub(crate) fn region_group(region: &Domain) -> &str {
    let operator = region.key.split('/').next().unwrap_or_default();
    operators::get(operator).map_or(operator, |o| o.group.as_str())
}

/// The wide reach of US law is shown with each endpoint and can be drilled, but no verdict uses it. It would warn about
/// nearly every set of endpoints, on the least certain of all company facts.
fn counts_for_level(domain: &Domain) -> bool {
    domain.kind != DomainKind::Jurisdiction || domain.key != US_NEXUS
}

/// Among equally bad domains, the most informative one comes first.
pub(super) fn rank(kind: DomainKind) -> u8 {
    match kind {
        DomainKind::Region => 0,
        DomainKind::Network => 1,
        DomainKind::Operator => 2,
        DomainKind::Country => 3,
        DomainKind::Jurisdiction => 4,
    }
}

/// Herfindahl-Hirschman index over network groups: the sum of squared shares, 10,000 if all are one. An endpoint with
/// addresses in two networks counts half in each; unknown ones do not count.
pub(crate) fn hhi<'a>(grounds: impl Iterator<Item = &'a Ground>) -> Option<u32> {
    let mut shares: BTreeMap<&str, f64> = BTreeMap::new();
    for ground in grounds.filter(|ground| ground.known()) {
        let layers = if ground.places.is_empty() { &ground.layers } else { &ground.places };
        for layer in layers {
            *shares.entry(layer.group()).or_default() += 1.0 / layers.len() as f64;
        }
    }
    let total: f64 = shares.values().sum();
    let index: f64 = shares.values().map(|share| (share / total).powi(2)).sum();
    (total > 0.0).then(|| (index * 10_000.0).round() as u32)
}
