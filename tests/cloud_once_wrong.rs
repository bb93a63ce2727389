//! Verdicts that were once wrong, judged from the addresses that the browser sees and the shipped table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::net::IpAddr;

use breakwater::cloud::Atlas;
use breakwater::cloud::between::Between;
use breakwater::cloud::evidence::Evidence;
use breakwater::cloud::ground::{Ground, assess};
use breakwater::cloud::verdict::{Chain, Level};
use breakwater::protocol::ChainVerdict;
use breakwater::words::{Lang, judge};

/// Hosts of companies, then hosts that nobody lists.
const HOSTS: [&str; 6] = [
    "mainnet.infura.io",
    "eth-mainnet.g.alchemy.com",
    "eth.drpc.org",
    "rpc.one.example",
    "rpc.two.example",
    "rpc.three.example",
];

/// The grounds of hosts at these addresses. An empty address is one that a proxy hides.
fn grounds(hosts: &[&str], addresses: &[&str]) -> Vec<Ground> {
    let mut atlas = Atlas::from_bytes(include_bytes!("../data/cloud.bin").to_vec()).expect("the shipped table reads");
    let address = |text: &&str| text.parse::<IpAddr>().ok();
    let seen: Vec<(&str, IpAddr)> =
        hosts.iter().zip(addresses).filter_map(|(host, text)| Some((*host, address(text)?))).collect();
    let between = Between::of(&atlas, &seen);
    atlas.set_nat64(between.nat64());
    let evidence = |text: &&str| address(text).map_or(Evidence::proxied(5), |ip| Evidence::observed(ip, 5));
    let ground =
        |(host, text): (&&str, &&str)| assess(Some(&atlas), &[], host, None, &between.trusted(&[evidence(text)]));
    hosts.iter().zip(addresses).map(ground).collect()
}

fn judged(hosts: &[&str], addresses: &[&str]) -> ChainVerdict {
    let grounds = grounds(hosts, addresses);
    let endpoints: Vec<(&str, &Ground)> = hosts.iter().copied().zip(&grounds).collect();
    judge(&Chain::answering("Ethereum", &endpoints), Lang::En)
}

fn level(hosts: &[&str], addresses: &[&str]) -> Level {
    judged(hosts, addresses).level
}

fn chips(hosts: &[&str], addresses: &[&str]) -> Vec<String> {
    grounds(hosts, addresses).iter().map(|ground| ground.chip(Lang::En)).collect()
}

#[test]
fn three_servers_of_one_small_hoster_are_one_network() {
    assert_eq!(level(&HOSTS[..3], &["5.181.188.9", "45.129.196.9", "77.73.129.9"]), Level::Shared, "MEVSPACE");
    assert_eq!(level(&HOSTS[..3], &["2.56.117.9", "5.8.18.9", "5.180.23.9"]), Level::Shared, "AS63023");
    assert_eq!(level(&HOSTS[..3], &["2.56.117.9", "5.181.188.9", "5.9.0.9"]), Level::Survives, "three hosters");
}

#[test]
fn three_endpoints_behind_one_protection_service_are_shared() {
    assert_eq!(level(&HOSTS[..3], &["45.10.240.9", "45.10.241.9", "45.10.242.9"]), Level::Shared, "DDoS-Guard");
    assert_eq!(level(&HOSTS[..3], &["43.159.96.9", "43.159.97.9", "43.159.98.9"]), Level::Shared, "EdgeOne");
    let several = ["45.10.240.9", "178.248.233.9", "5.252.32.9"];
    assert_eq!(level(&HOSTS[..3], &several), Level::CantTell, "their origins are hidden");
}

#[test]
fn networks_that_nobody_lists_are_not_surely_apart() {
    let unlisted = ["2001:67c:2b0:db32::1", "2001:67c:2b1:1::1", "2001:67c:2b2:1::1"];
    assert!(chips(&HOSTS[..3], &unlisted).iter().all(|chip| chip.starts_with("unlisted network")));
    assert_ne!(level(&HOSTS[..3], &unlisted), Level::Survives);
}

#[test]
fn behind_a_proxy_nothing_can_be_told() {
    for hosts in [&HOSTS[..3], &HOSTS[3..]] {
        assert_eq!(level(hosts, &["", "", ""]), Level::CantTell, "the browser says so");
        assert_eq!(chips(hosts, &["", "", ""]), ["behind a proxy"; 3]);
        let told = judged(hosts, &["", "", ""]).sentence;
        assert!(told.contains("Behind a proxy, where they stand cannot be seen: "), "{told}");
    }
    // Where the browser does not say so.
    for at in ["127.0.0.1", "192.168.1.9", "52.94.76.10"] {
        assert_eq!(level(&HOSTS[..3], &[at; 3]), Level::CantTell, "{at}");
        assert_eq!(chips(&HOSTS[..3], &[at; 3]), ["behind a proxy"; 3], "{at}");
    }
}

#[test]
fn what_nat64_carries_is_seen() {
    for prefix in ["64:ff9b::", "64:ff9b:1::", "2001:67c:2b0:db32:0:1:"] {
        // 52.94.76.10, 52.94.76.11 and 5.9.0.9.
        let [aws, other, hetzner] = ["345e:4c0a", "345e:4c0b", "509:9"].map(|low| format!("{prefix}{low}"));
        assert_eq!(level(&HOSTS[..2], &[&aws, &other]), Level::Shared, "{prefix}");
        assert_eq!(level(&HOSTS[..2], &[&aws, &hetzner]), Level::Survives, "{prefix}");
    }
}

#[test]
fn a_cdn_in_front_of_four_hides_not_the_two_others() {
    let cloudflare = ["104.16.0.1", "104.16.0.2", "104.16.0.3", "104.16.0.4"];
    let addresses = [&cloudflare[..], &["52.94.76.10", "5.9.0.9"]].concat();
    assert_eq!(level(&HOSTS, &addresses), Level::Survives);
    assert_eq!(level(&HOSTS[..4], &cloudflare), Level::Shared);
}

#[test]
fn who_runs_them_is_not_enough_to_survive() {
    let companies = &HOSTS[..3];
    let unseen: Vec<Ground> = companies.iter().map(|host| assess(None, &[], host, None, &[])).collect();
    let endpoints: Vec<(&str, &Ground)> = companies.iter().copied().zip(&unseen).collect();
    assert_eq!(Chain::answering("Ethereum", &endpoints).level().0, Level::CantTell);
}
