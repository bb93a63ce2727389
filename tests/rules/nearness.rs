//! Which endpoints are on the person's own machine or network: by their host, by the addresses the browser
//! connected to, and by the person's labels. Never by a header.

use breakwater::cloud::evidence::Evidence;
use breakwater::cloud::label::OwnLabel;
use breakwater::cloud::local::Nearness::{self, Machine, Network, Public};
use breakwater::cloud::local::nearness;
use breakwater::endpoint::EndpointUrl;
use breakwater::guard::{ClientId, Event};
use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::json;

use crate::world::script::Setup;
use crate::world::{Seen, World};

const EVIL: ClientId = 3;

fn near(url: &str, addresses: &[&str]) -> Nearness {
    let seen: Vec<Evidence> = addresses.iter().map(|ip| Evidence::observed(ip.parse().unwrap(), 5)).collect();
    nearness(&[], EndpointUrl::parse(url).unwrap().host(), &seen)
}

#[test]
fn host_names_show_nearness() {
    let machine =
        ["localhost", "LOCALHOST.", "node.localhost", "127.0.0.1", "127.9.9.9", "2130706433", "0x7f.1", "[::1]"];
    let mapped = ["[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"];
    for host in machine.into_iter().chain(mapped) {
        assert_eq!(near(&format!("http://{host}:8545"), &[]), Machine, "{host}");
    }
    let addresses =
        ["10.1.2.3", "172.31.0.1", "192.168.0.9", "169.254.1.1", "100.100.1.1", "0.0.0.0", "[fd00::1]", "[fe80::1]"];
    let names =
        ["nas", "node.local", "node7.home.lan", "rpc.secret-company.internal", "x.home.arpa", "a.corp", "a.lan."];
    for host in addresses.into_iter().chain(names).chain(["[::ffff:10.0.0.1]", "[::]"]) {
        assert_eq!(near(&format!("http://{host}:8545"), &[]), Network, "{host}");
    }
    let public = [
        "rpc.example.org",
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "notlocal.example",
        "mylocalhost.com",
        "[2606:4700::1]",
    ];
    for host in public.into_iter().chain(["local.example.com", "internal.example.com"]) {
        assert_eq!(near(&format!("https://{host}"), &[]), Public, "{host}");
    }
}

#[test]
fn addresses_show_nearness() {
    assert_eq!(near("https://node.example", &["52.1.1.1"]), Public);
    assert_eq!(near("https://node.example", &["127.0.0.1"]), Machine);
    assert_eq!(near("https://node.example", &["10.0.0.5"]), Network);
    assert_eq!(near("https://node.example", &["52.1.1.1", "10.0.0.5"]), Network, "one near address is enough");
    assert_eq!(near("https://node.example", &["10.0.0.5", "127.0.0.1"]), Network, "not all are this machine");
    assert_eq!(near("https://mainnet.infura.io", &["127.0.0.1"]), Public, "a local proxy's address");
}

#[test]
fn labels_show_nearness_and_headers_do_not() {
    let label = |pattern: &str, operator: &str| {
        serde_json::from_value::<OwnLabel>(json!({"match": pattern, "operator": operator})).unwrap()
    };
    for (pattern, operator, wanted) in [
        ("node.example", "own network", Network),
        ("node.example", "Home", Network),
        ("52.1.0.0/16", "own", Network),
        ("node.example", "aws", Public),
        ("other.example", "own", Public),
    ] {
        let seen = [Evidence::observed("52.1.1.1".parse().unwrap(), 5)];
        assert_eq!(nearness(&[label(pattern, operator)], "node.example", &seen), wanted, "{pattern} {operator}");
    }
    assert_eq!(nearness(&[label("192.168.0.0/16", "aws")], "192.168.0.9", &[]), Network, "not made public by a label");
    let claims = Evidence::headers([("server", "cloudflare"), ("x-real-ip", "10.0.0.1")], 5);
    assert_eq!(nearness(&[], "node.example", claims.as_slice()), Public);
}

/// A world with one endpoint that has a name, and a document that reads its chain.
fn named() -> World {
    let mut world = Setup::new(Vec::new()).fresh();
    let chain = json!({"id": 1, "endpoints": [{"url": "https://node.example/"}]});
    world.event(Event::Settings(Some(json!({"version": 1, "chains": [chain]}).to_string())));
    world.open_at(EVIL, "evil.test");
    world.page(EVIL, PageToCore::Use { chain: 1 });
    world.ask_from(EVIL, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    world
}

fn address(world: &mut World, ip: &str) {
    world.event(Event::Address { url: "https://node.example/".into(), ip: ip.into() });
}

#[test]
fn a_chain_that_turns_out_near_is_withdrawn_at_once() {
    let mut world = named();
    address(&mut world, "52.1.1.1");
    assert!(world.is_open(1));
    world.seen.clear();
    address(&mut world, "10.0.0.5");
    assert!(matches!(world.told_to(EVIL, 1)[..], [CoreToPage::Error { code: 4901, .. }]));
    let state = |s: &Seen| matches!(s, Seen::Posted(EVIL, CoreToPage::State { chains, .. }) if chains.is_empty());
    assert!(world.seen.iter().any(state));
    world.seen.clear();
    world.ask_from(EVIL, 2, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert!(matches!(world.told_to(EVIL, 2)[..], [CoreToPage::Error { code: 4901, .. }]));
}

#[test]
fn an_earlier_sessions_addresses_count_from_the_start() {
    let mut world = Setup::new(Vec::new()).fresh();
    let key = EndpointUrl::parse("https://node.example/").unwrap().key(1);
    let chain = json!({"id": 1, "endpoints": [{"url": "https://node.example/"}]});
    world.event(Event::Settings(Some(json!({"version": 1, "chains": [chain]}).to_string())));
    let seen = [Evidence::observed("10.0.0.5".parse().unwrap(), world.now)];
    world.event(Event::Observed(json!({ key.to_string(): seen }).to_string()));
    world.open_at(EVIL, "evil.test");
    world.ask_from(EVIL, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert!(matches!(world.told_to(EVIL, 1)[..], [CoreToPage::Error { code: 4901, .. }]));
}
