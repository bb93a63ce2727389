//! The levels of all combinations of the presets, in assumed worlds: a verdict that is never green is not read, and one
//! that is always green warns of nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::collections::{BTreeMap, BTreeSet};

use breakwater::cloud::ground::{Domain, DomainKind, Ground, assess};
use breakwater::cloud::label::OwnLabel;
use breakwater::cloud::verdict::{Chain, Level};
use breakwater::cloud::{presets, rpc};

/// Where the nth operator stands: the operator of its network, and the region.
type World = fn(usize) -> (String, Option<&'static str>);

/// Three of four stand behind one of two CDNs, the others on two clouds.
fn mostly_cdn(nth: usize) -> (String, Option<&'static str>) {
    match nth % 8 {
        0 => ("aws".into(), Some("us-east-1")),
        4 => ("hetzner".into(), Some("fsn1")),
        7 => ("fastly".into(), None),
        _ => ("cloudflare".into(), None),
    }
}

/// Every one stands on one of eight clouds, in turns.
fn spread(nth: usize) -> (String, Option<&'static str>) {
    let clouds = [
        ("aws", "us-east-1"),
        ("gcp", "europe-west3"),
        ("hetzner", "fsn1"),
        ("ovh", "FR"),
        ("azure", "westeurope"),
        ("digitalocean", "US-NJ"),
        ("exoscale", "ch-gva-2"),
        ("scaleway", "FR"),
    ];
    let (operator, region) = clouds[nth % clouds.len()];
    (operator.to_owned(), Some(region))
}

/// Every one has a hoster of its own.
fn own_hosters(nth: usize) -> (String, Option<&'static str>) {
    (format!("hoster {nth}"), None)
}

/// What the test has to know of a combination.
struct Set {
    operators: BTreeSet<&'static str>,
    networks: BTreeSet<Domain>,
    size: usize,
    level: Level,
}

/// Every combination of two to four presets of a chain that answer reads.
fn sets(world: World) -> Vec<Set> {
    let operators: BTreeSet<&str> =
        presets::chains().flat_map(presets::for_chain).map(|offer| rpc::group(&offer.operator)).collect();
    let nth: BTreeMap<&str, usize> = operators.into_iter().enumerate().map(|(nth, key)| (key, nth)).collect();
    let mut sets = Vec::new();
    for chain in presets::chains() {
        let offers: Vec<_> = presets::for_chain(chain).filter(|offer| !offer.private).collect();
        let grounds: Vec<(&str, Ground)> = offers
            .iter()
            .map(|offer| {
                let (network, region) = world(nth[rpc::group(&offer.operator)]);
                let region = region.map(str::to_owned);
                let label = OwnLabel { pattern: "10.0.0.1".into(), operator: network, region, country: None };
                (rpc::group(&offer.operator), assess(None, &[label], "10.0.0.1", Some(&offer.operator), &[]))
            })
            .collect();
        for chosen in 0_u32..1 << grounds.len() {
            let size = chosen.count_ones() as usize;
            if !(2..=4).contains(&size) {
                continue;
            }
            let of: Vec<&(&str, Ground)> =
                (0..grounds.len()).filter(|at| chosen >> at & 1 == 1).map(|at| &grounds[at]).collect();
            let endpoints: Vec<(&str, &Ground)> = of.iter().map(|(name, ground)| (*name, ground)).collect();
            let networks = of.iter().flat_map(|(_, ground)| ground.domains());
            sets.push(Set {
                operators: of.iter().map(|(operator, _)| rpc::group(operator)).map(known).collect(),
                networks: networks.filter(|domain| domain.kind == DomainKind::Network).collect(),
                size,
                level: Chain::answering("chain", &endpoints).level().0,
            });
        }
    }
    sets
}

/// The same key, as the table has it.
fn known(key: &str) -> &'static str {
    rpc::iter().map(|(known, _)| known).find(|known| *known == key).expect("a known operator")
}

/// Of a hundred sets, how many have this level.
fn share(sets: &[Set], level: Level) -> usize {
    sets.iter().filter(|set| set.level == level).count() * 100 / sets.len()
}

#[test]
fn every_assumed_world_has_its_share_of_each_level() {
    for (name, world, green, amber, red) in [
        ("mostly CDN", mostly_cdn as World, 10..=30, 50..=70, 10..=30),
        ("spread", spread, 90..=100, 0..=0, 0..=10),
        ("own hosters", own_hosters, 95..=100, 0..=0, 0..=5),
    ] {
        let sets = sets(world);
        let told = [Level::Survives, Level::CantTell, Level::Shared].map(|level| share(&sets, level));
        println!("{name}: of {} sets {} % green, {} % amber, {} % red", sets.len(), told[0], told[1], told[2]);
        assert!(sets.len() > 300, "{name}: {} sets", sets.len());
        assert!(green.contains(&told[0]), "{name}: green {told:?}");
        assert!(amber.contains(&told[1]), "{name}: amber {told:?}");
        assert!(red.contains(&told[2]), "{name}: red {told:?}");
    }
}

#[test]
fn three_operators_on_three_companies_are_green_when_spread() {
    let all = sets(spread);
    let apart: Vec<&Set> =
        all.iter().filter(|set| set.size == 3 && set.operators.len() == 3 && set.networks.len() == 3).collect();
    assert!(apart.len() > 50, "{}", apart.len());
    assert!(apart.iter().all(|set| set.level == Level::Survives));
}

#[test]
fn no_set_on_one_company_is_green() {
    for world in [mostly_cdn as World, spread, own_hosters] {
        let shared = sets(world).into_iter().filter(|set| set.networks.len() == 1 || set.operators.len() == 1);
        assert!(shared.into_iter().all(|set| set.level == Level::Shared));
    }
}
