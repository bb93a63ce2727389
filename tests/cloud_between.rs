//! What stands between the browser and the endpoints: a proxy, or the NAT64 of a carrier.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::net::IpAddr;

use breakwater::cloud::Atlas;
use breakwater::cloud::between::{Between, told_nat64};
use breakwater::cloud::evidence::{self, Evidence, remember};
use breakwater::cloud::ground::{Ground, assess};
use breakwater::words::Lang;

fn atlas() -> Atlas {
    Atlas::from_bytes(include_bytes!("../data/cloud.bin").to_vec()).expect("the shipped table reads")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// The ground of one of several hosts, as the addresses of all of them show it.
fn ground(seen: &[(&str, &str)], host: &str) -> Ground {
    let mut atlas = atlas();
    let all: Vec<(&str, IpAddr)> = seen.iter().map(|(host, address)| (*host, ip(address))).collect();
    let between = Between::of(&atlas, &all);
    atlas.set_nat64(between.nat64());
    let own = all.iter().filter(|(of, _)| *of == host);
    let list: Vec<Evidence> = own.map(|(_, address)| Evidence::observed(*address, 5)).collect();
    assess(Some(&atlas), &[], host, None, &between.trusted(&list))
}

fn chip(seen: &[(&str, &str)], host: &str) -> String {
    ground(seen, host).chip(Lang::En)
}

const INFURA: &str = "mainnet.infura.io";
const ALCHEMY: &str = "eth-mainnet.g.alchemy.com";
const DRPC: &str = "eth.drpc.org";
const MINE: &str = "node.example.org";

#[test]
fn a_proxys_address_is_no_evidence() {
    // The shell says so.
    let mut list = vec![];
    remember(&mut list, Evidence::proxied(9));
    assert!(evidence::is_proxied(&list) && evidence::addresses(&list).is_empty());
    let unseen = assess(Some(&atlas()), &[], MINE, None, &list);
    assert!(!unseen.known());
    assert_eq!(unseen.chip(Lang::En), "behind a proxy");
    let view = unseen.view(9, Lang::En);
    assert_eq!(view.evidence, ["It is reached through a proxy: where it stands cannot be seen."]);
    // Without the proxy, its address is seen again.
    remember(&mut list, Evidence::observed(ip("5.9.0.9"), 10));
    assert!(!evidence::is_proxied(&list));
    assert_eq!(assess(Some(&atlas()), &[], MINE, None, &list).chip(Lang::En), "Hetzner DE");
    // A proxy that comes and goes is news each time.
    assert!(remember(&mut list, Evidence::proxied(11)) && remember(&mut list, Evidence::observed(ip("5.9.0.9"), 12)));
    assert!(!remember(&mut list, Evidence::observed(ip("5.9.0.9"), 13)));
}

#[test]
fn stored_evidence_of_a_proxy_is_read_back() {
    let list = vec![Evidence::proxied(9)];
    let text = serde_json::to_string(&list).unwrap();
    assert_eq!(text, r#"[{"at_ms":9,"kind":"proxied"}]"#);
    assert_eq!(evidence::sound(serde_json::from_str(&text).unwrap(), 9), list);
}

#[test]
fn a_public_service_on_the_own_network_is_a_proxy() {
    for address in ["127.0.0.1", "192.168.1.9", "::1"] {
        let seen = [(INFURA, address), (MINE, address)];
        for host in [INFURA, MINE] {
            assert_eq!(chip(&seen, host), "behind a proxy", "{host} at {address}");
        }
    }
    assert_eq!(chip(&[(MINE, "192.168.1.9")], MINE), "own network");
    assert_eq!(chip(&[(INFURA, "127.0.0.1"), (MINE, "10.0.0.5")], MINE), "own network");
}

#[test]
fn one_address_of_three_services_is_a_proxys() {
    let at = "5.9.0.9";
    let seen = [(INFURA, at), (ALCHEMY, at), (DRPC, at)];
    for host in [INFURA, ALCHEMY, DRPC] {
        assert!(!ground(&seen, host).known(), "{host}");
        assert_eq!(chip(&seen, host), "behind a proxy");
    }
    assert_eq!(chip(&seen[..2], INFURA), "Hetzner DE", "two may share a server");
    let cdn = "104.16.0.9";
    assert_eq!(chip(&[(INFURA, cdn), (ALCHEMY, cdn), (DRPC, cdn)], INFURA), "Cloudflare (origin hidden)");
}

#[test]
fn a_carriers_nat64_hides_no_address() {
    // 52.94.76.10 and 5.9.0.9 behind a prefix that nobody lists.
    let seen = [(INFURA, "2001:67c:2b0:db32:0:1:345e:4c0a"), (MINE, "2001:67c:2b0:db32:0:1:509:9")];
    assert_eq!(chip(&seen, MINE), "Hetzner DE");
    assert!(chip(&seen, INFURA).starts_with("AWS"), "{}", chip(&seen, INFURA));
    assert!(chip(&seen[1..], MINE).starts_with("unlisted network"), "one host alone proves nothing");
}

#[test]
fn neighbours_in_one_network_are_no_nat64() {
    let two = [(INFURA, "2001:67c:2b0:db32::1"), (MINE, "2001:67c:2b0:db32::2")];
    assert!(chip(&two, MINE).starts_with("unlisted network"), "{}", chip(&two, MINE));
    let cloudflare = [(INFURA, "2606:4700::6812:1b2"), (MINE, "2606:4700::6812:2b2")];
    assert_eq!(chip(&cloudflare, MINE), "Cloudflare (origin hidden)");
}

#[test]
fn the_resolver_tells_a_networks_nat64() {
    let told = |ips: &[&str]| told_nat64(ips.iter().map(|text| ip(text)));
    assert_eq!(told(&["192.0.0.170", "2a0c:b640:1:ffff::c000:aa"]), Some(0x2a0c_b640_0001_ffff << 32));
    assert_eq!(told(&["192.0.0.170", "192.0.0.171"]), None, "there is none");
    assert_eq!(told(&["64:ff9b::c000:ab"]), None, "that one is known to all");
    assert_eq!(told(&["2a0c:b640:1:ffff::1"]), None);
    let mut atlas = atlas();
    atlas.set_nat64(told(&["2a0c:b640:1:ffff::c000:ab"]));
    assert_eq!(atlas.look_up(ip("2a0c:b640:1:ffff::509:9")).operator, Some("hetzner"));
}
