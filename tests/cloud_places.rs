//! Where the shipped table places addresses that it once got wrong, or did not know.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use breakwater::cloud::evidence::Evidence;
use breakwater::cloud::ground::{DomainKind, Ground, assess};
use breakwater::cloud::{Atlas, Place};
use breakwater::words::Lang;

fn atlas() -> Atlas {
    Atlas::from_bytes(include_bytes!("../data/cloud.bin").to_vec()).expect("the shipped table reads")
}

fn place<'a>(atlas: &'a Atlas, ip: &str) -> Place<'a> {
    atlas.look_up(ip.parse().expect("an address"))
}

fn at(atlas: &Atlas, ip: &str) -> Ground {
    let evidence = [Evidence::observed(ip.parse().unwrap(), 0)];
    assess(Some(atlas), &[], "rpc.example.org", None, &evidence)
}

fn network(ground: &Ground) -> Vec<String> {
    ground.domains().into_iter().filter(|d| d.kind == DomainKind::Network).map(|d| d.name(Lang::En)).collect()
}

#[test]
fn servers_of_one_small_hoster_share_a_network() {
    let atlas = atlas();
    for [first, second, third] in [
        ["5.181.188.9", "45.129.196.9", "77.73.129.9"],
        ["2.56.117.9", "5.8.18.9", "5.180.23.9"],
        ["2.56.228.9", "2.57.76.9", "5.42.198.9"],
    ] {
        let one = network(&at(&atlas, first));
        assert_eq!(one.len(), 1, "{first}");
        assert!(!one[0].contains('/'), "{first} is in no unlisted network: {one:?}");
        assert_eq!(one, network(&at(&atlas, second)));
        assert_eq!(one, network(&at(&atlas, third)));
    }
}

#[test]
fn a_small_network_is_named_with_its_as_number() {
    let atlas = atlas();
    assert_eq!(place(&atlas, "2.56.117.9").operator, Some("GTHost (AS63023)"));
    assert_eq!(at(&atlas, "2.56.117.9").chip(Lang::En), "GTHost (AS63023)");
}

#[test]
fn companies_that_were_missing_are_known_by_name() {
    let atlas = atlas();
    for (ip, operator) in [
        ("5.181.188.9", "mevspace"),
        ("37.252.184.9", "ipax"),
        ("23.234.64.9", "tzulo"),
        ("23.165.200.9", "xtom"),
        ("2.56.188.9", "clouvider"),
        ("2.56.228.9", "hostroyale"),
        ("64.106.128.9", "rackspace"),
        ("66.85.7.9", "nocix"),
        ("23.235.240.9", "phoenixnap"),
        ("37.252.224.9", "netcup"),
    ] {
        assert_eq!(place(&atlas, ip).operator, Some(operator), "{ip}");
    }
}

#[test]
fn protection_services_hide_the_origin() {
    let atlas = atlas();
    for (ip, name) in [
        ("45.10.240.9", "DDoS-Guard"),
        ("5.252.32.9", "StormWall"),
        ("46.174.140.9", "Qrator"),
        ("178.248.233.9", "Qrator"),
        ("14.0.33.9", "CDNetworks"),
        ("43.159.96.9", "Tencent Cloud EdgeOne"),
    ] {
        let ground = at(&atlas, ip);
        assert!(ground.hidden(), "{ip}");
        assert_eq!(ground.chip(Lang::En), format!("{name} (origin hidden)"));
        assert_eq!(place(&atlas, ip).country, None, "{ip}");
    }
}

#[test]
fn anycast_ranges_of_hosters_hide_the_origin() {
    let atlas = atlas();
    for (ip, operator) in [
        ("170.33.8.9", "alibaba"),
        ("97.74.100.9", "godaddy"),
        ("119.29.29.29", "tencent"),
        ("128.1.19.9", "zenlayer"),
        ("46.105.200.9", "ovh"),
    ] {
        let ground = at(&atlas, ip);
        assert_eq!(place(&atlas, ip).operator, Some(operator), "{ip}");
        assert!(ground.hidden(), "{ip}");
        assert!(ground.domains().iter().all(|d| d.kind != DomainKind::Country), "{ip}");
    }
}

#[test]
fn a_geofeed_says_whose_an_address_is() {
    let atlas = atlas();
    // Announced by Akamai, and listed by Linode as its own.
    for ip in ["104.64.3.9", "104.66.200.9", "104.111.9.9"] {
        assert_eq!(place(&atlas, ip).operator, Some("linode"), "{ip}");
        assert!(!at(&atlas, ip).hidden(), "{ip}");
        assert!(place(&atlas, ip).country.is_some(), "{ip}");
    }
    assert_eq!(place(&atlas, "23.1.99.9").operator, Some("akamai"), "not listed by Linode");
}

#[test]
fn a_zone_abroad_has_its_own_country() {
    let atlas = atlas();
    for (ip, region, country) in [
        ("15.220.120.9", "us-east-1", "AR"),
        ("96.0.48.9", "us-east-1", "CL"),
        ("15.220.48.9", "eu-central-1", "PL"),
        ("96.0.40.9", "af-south-1", "NG"),
        ("96.0.144.9", "ap-southeast-1", "PH"),
        ("155.146.0.9", "us-east-1", "US"),
    ] {
        let found = place(&atlas, ip);
        assert_eq!((found.operator, found.region, found.country), (Some("aws"), Some(region), Some(country)), "{ip}");
    }
    assert_eq!(at(&atlas, "15.220.120.9").domains().iter().filter(|d| d.kind == DomainKind::Country).count(), 1);
}

#[test]
fn a_country_without_a_site_is_no_country() {
    let atlas = atlas();
    for (ip, operator) in [
        ("2.28.0.9", "hetzner"),
        ("5.222.0.9", "hetzner"),
        ("5.135.87.9", "ovh"),
        ("5.196.150.9", "ovh"),
        ("161.104.192.9", "exoscale"),
    ] {
        let found = place(&atlas, ip);
        assert_eq!((found.operator, found.country), (Some(operator), None), "{ip}");
    }
    assert_eq!(place(&atlas, "5.9.0.9").country, Some("DE"));
}
