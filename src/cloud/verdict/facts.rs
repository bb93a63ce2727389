//! The facts behind a chain's verdict.

use std::collections::BTreeMap;

use super::{Chain, Level, Pulse, Reason, Standing};
use crate::cloud::ground::{Domain, DomainKind, Ground, US, US_NEXUS};
use crate::cloud::operators;

/// What the failure of one domain would leave.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) domain: Domain,
    /// Endpoints on it.
    pub(crate) on: usize,
    /// Endpoints that are not on it.
    pub(crate) off: usize,
    /// Those of them that are not known to be down.
    pub(crate) may: usize,
    /// Those that answered lately.
    pub(crate) left: usize,
    /// Those that did, and are certainly elsewhere.
    pub(crate) sure: usize,
    /// Whether it decides the level. Country and law do not, unless the person wants that.
    pub(crate) counts: bool,
}

/// The counts.
pub(crate) struct Facts<'a> {
    pub(crate) chain: &'a Chain<'a>,
    /// Every domain that some endpoint is on. Worst first.
    pub(crate) lines: Vec<Line>,
}

/// How many endpoints there are of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    all: usize,
    may: usize,
    left: usize,
    sure: usize,
}

impl Tally {
    fn add(&mut self, one: &Standing<'_>) {
        self.all += 1;
        self.may += usize::from(one.pulse != Pulse::Down);
        self.left += usize::from(one.pulse == Pulse::Answers);
        self.sure += usize::from(one.is_sure());
    }
}

impl<'a> Facts<'a> {
    pub(crate) fn of(chain: &'a Chain<'a>) -> Facts<'a> {
        let mut total = Tally::default();
        let mut on: BTreeMap<Domain, Tally> = BTreeMap::new();
        for one in &chain.endpoints {
            total.add(one);
            for domain in one.ground.domains().into_iter().filter(is_told) {
                on.entry(domain).or_default().add(one);
            }
        }
        let line = |(domain, on): (Domain, Tally)| {
            let left = total.left - on.left;
            // Who runs a service does not depend on where it is.
            let sure = if domain.kind == DomainKind::Operator { left } else { total.sure - on.sure };
            let counts = chain.law || !is_beside(domain.kind);
            Line { domain, on: on.all, off: total.all - on.all, may: total.may - on.may, left, sure, counts }
        };
        let mut lines: Vec<Line> = on.into_iter().map(line).collect();
        lines.sort_by_key(|line| (!line.counts, line.off, line.left, line.sure, rank(line.domain.kind)));
        Facts { chain, lines }
    }

    pub(crate) fn count(&self) -> usize {
        self.chain.endpoints.len()
    }

    /// How many are certainly left, whatever goes dark: also if it is a network that nobody has seen yet.
    pub(crate) fn surely_left(&self) -> usize {
        let sure = self.chain.endpoints.iter().filter(|one| one.is_sure()).count();
        self.counting().map(|line| line.sure).min().unwrap_or(0).min(sure)
    }

    /// Whether a single failure takes all of them, whether they answer now or not.
    fn is_shared(&self) -> bool {
        self.counting().any(|line| line.off == 0)
    }

    pub(crate) fn level(&self) -> (Level, Reason) {
        let down = self.chain.endpoints.iter().filter(|one| one.pulse == Pulse::Down).count();
        match self.count() {
            0 => (Level::None, Reason::NoEndpoints),
            _ if self.chain.offline => (Level::CantTell, Reason::Offline),
            all if all == down => (Level::Dark, Reason::AllDark),
            1 => (Level::Single, Reason::Single),
            _ if self.is_shared() => (Level::Shared, Reason::Shared),
            all if all - down == 1 || self.counting().any(|line| line.may == 0) => (Level::Shared, Reason::Thin),
            _ if self.surely_left() > 0 => (Level::Survives, Reason::Survives),
            _ if self.not_seen().next().is_some() => (Level::CantTell, Reason::NotSeen),
            _ => (Level::CantTell, Reason::Hidden),
        }
    }

    /// Endpoints that may answer, and of which it is not known where they stand, or whether they still answer.
    pub(crate) fn not_seen(&self) -> impl Iterator<Item = &Standing<'a>> {
        let unseen = |one: &Standing<'_>| one.pulse == Pulse::Unknown || !one.ground.known();
        self.chain.endpoints.iter().filter(move |one| one.pulse != Pulse::Down && unseen(one))
    }

    /// Endpoints whose place is seen, and says nothing for certain.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &Standing<'a>> {
        self.chain.endpoints.iter().filter(|one| one.ground.known() && !one.ground.is_certain())
    }

    /// Domains whose failure takes all that may answer, without those that another one implies.
    pub(crate) fn worst(&self) -> Vec<&Domain> {
        let all: Vec<&Domain> = self.counting().filter(|line| line.may == 0).map(|line| &line.domain).collect();
        let has = |kind: DomainKind, key: &str| all.iter().any(|d| d.kind == kind && d.key == key);
        let implied = |domain: &Domain| match domain.kind {
            DomainKind::Country => domain.key == "US" && has(DomainKind::Jurisdiction, US),
            DomainKind::Network => all.iter().any(|d| d.kind == DomainKind::Region && region_group(d) == domain.key),
            _ => false,
        };
        all.iter().copied().filter(|domain| !implied(domain)).collect()
    }

    /// The domains that one more endpoint must avoid, so that every failure leaves one.
    pub(crate) fn avoided(&self) -> Vec<&Domain> {
        self.counting().filter(|line| line.sure == 0).map(|line| &line.domain).collect()
    }

    /// How many more endpoints it takes, each elsewhere and at a known place, to survive any one outage.
    pub(crate) fn lacking(&self) -> usize {
        if self.chain.endpoints.iter().any(Standing::is_sure) { 1 } else { 2 }
    }

    fn counting(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.counts)
    }
}

/// Company group of a region domain.
pub(crate) fn region_group(region: &Domain) -> &str {
    let operator = region.key.split('/').next().unwrap_or_default();
    operators::get(operator).map_or(operator, |o| o.group.as_str())
}

/// The wide reach of US law is shown with each endpoint and can be drilled, but no verdict mentions it. It would be true
/// of nearly every set of endpoints, on the least certain of all company facts.
fn is_told(domain: &Domain) -> bool {
    domain.kind != DomainKind::Jurisdiction || domain.key != US_NEXUS
}

/// Whether it stands beside the verdict.
fn is_beside(kind: DomainKind) -> bool {
    matches!(kind, DomainKind::Country | DomainKind::Jurisdiction)
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
