#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use std::net::IpAddr;

use super::*;
use crate::cloud::between::IPV4_ONLY;
use crate::cloud::evidence::Fact;
use crate::endpoint::EndpointUrl;
use crate::io::Command;
use crate::settings::{self, Resolver};
use crate::wire::{Brought, Purpose, Wire};

/// A chain whose endpoints stand on the grounds of these labels.
fn known(labels: &[&str]) -> (Watch, Lanes, Settings, Vec<LaneId>) {
    let mut chain = settings::Chain::new(1, "Ethereum".into());
    let mut settings = Settings::default();
    for (at, operator) in labels.iter().enumerate() {
        let host = format!("rpc{at}.example");
        let url = EndpointUrl::parse(&format!("https://{host}/")).expect("a URL");
        let label = serde_json::json!({ "match": host, "operator": operator });
        settings.labels.push(serde_json::from_value(label).expect("a label"));
        chain.endpoints.push(Endpoint::new(url, format!("rpc{at}")));
    }
    let ids = chain.endpoints.iter().map(|e| LaneId { chain: 1, key: e.url.key(1) }).collect();
    settings.chains = vec![chain];
    let mut lanes = Lanes::default();
    lanes.rebuild(&settings.chains, &BTreeMap::new());
    (Watch::default(), lanes, settings, ids)
}

#[test]
fn a_chain_on_one_ground_is_reported_once() {
    let (mut watch, mut lanes, settings, _) = known(&["hetzner", "hetzner"]);
    let first = watch.assess(1, &mut lanes, &settings);
    assert_eq!(first, [Signal::Shared { chain: 1 }, Signal::Badge(Badge::Warning(1))]);
    assert_eq!(watch.assess(2, &mut lanes, &settings), [Signal::Badge(Badge::Warning(1))]);
}

#[test]
fn a_warning_is_taken_back_when_the_ground_differs() {
    let (mut watch, mut lanes, mut settings, _) = known(&["hetzner", "hetzner", "hetzner"]);
    drop(watch.assess(1, &mut lanes, &settings));
    for (label, operator) in settings.labels.iter_mut().zip(["hetzner", "ovh", "aws"]) {
        label.operator = operator.to_owned();
    }
    let signals = watch.assess(2, &mut lanes, &settings);
    assert_eq!(signals, [Signal::Cleared { chain: 1 }, Signal::Badge(Badge::Empty)]);
}

#[test]
fn an_answer_is_noted_once_an_hour() {
    let (mut watch, lanes, _, ids) = known(&["hetzner"]);
    let keys = lanes.all().map(Lane::key).collect();
    assert!(watch.note_answer(5, ids[0].key) && watch.take_unsaved(&keys).is_some());
    assert!(!watch.note_answer(NOTED_MS, ids[0].key) && watch.take_unsaved(&keys).is_none());
    assert!(watch.note_answer(5 + NOTED_MS, ids[0].key) && watch.take_unsaved(&keys).is_some());
}

#[test]
fn one_endpoint_is_no_warning() {
    let (mut watch, mut lanes, settings, _) = known(&["hetzner"]);
    assert_eq!(watch.assess(1, &mut lanes, &settings), [Signal::Badge(Badge::Empty)]);
}

#[test]
fn a_drill_darkens_lanes_and_ends_by_itself() {
    let (mut watch, mut lanes, settings, ids) = known(&["hetzner", "ovh", "aws"]);
    drop(watch.assess(1, &mut lanes, &settings));
    let domain = lanes.get(ids[0]).expect("a lane").ground().domains()[0].clone();
    let signals = watch.start_drill(10, &mut lanes, domain);
    assert!(signals.contains(&Signal::Badge(Badge::Drill)), "{signals:?}");
    assert!(lanes.get(ids[0]).is_some_and(Lane::is_dark) && !lanes.get(ids[1]).is_some_and(Lane::is_dark));
    assert_eq!(watch.tick(10, &mut lanes), None);
    let end = watch.wake().expect("an end");
    assert_eq!(watch.tick(end - 1, &mut lanes), None);
    let signals = watch.tick(end, &mut lanes).expect("its end");
    assert_eq!(signals, [Signal::Badge(Badge::Empty), Signal::Alarm { at: None }]);
    assert!(!lanes.all().any(Lane::is_dark));
}

#[test]
fn an_address_is_evidence_of_every_endpoint_under_its_url() {
    let (mut watch, lanes, _, ids) = known(&["hetzner", "ovh"]);
    let other = LaneId { chain: 2, ..ids[1] }.key;
    let found = address(5, &lanes, "https://rpc0.example/", "[2001:db8::1]", vec![other]).expect("an address");
    assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [ids[0].key, other]);
    let (key, evidence) = found[0].clone();
    assert!(watch.note(key, evidence.clone()) && !watch.note(key, evidence), "it is new once");
    assert_eq!(address(5, &lanes, "https://rpc0.example/", "no address", vec![]), None);
    assert_eq!((failure("net::ERR_ABORTED"), failure("NS_ERROR <x>")), (None, Some("NS_ERRORx".into())));
}

#[test]
fn names_are_asked_for_once_in_a_while() {
    let (mut watch, lanes, mut settings, ids) = known(&["hetzner"]);
    let mut wire = Wire::default();
    let mut ask = |now, settings: &Settings| watch.learn_names(now, &lanes, &mut wire, settings, ids[0]);
    assert_eq!(ask(0, &settings), [Command::LookUp { host: "rpc0.example".into() }]);
    settings.resolver = Some(Resolver::Quad9);
    assert_eq!(ask(AGAIN_MS - 1, &settings), []);
    let commands = ask(AGAIN_MS, &settings);
    assert!(
        matches!(commands[..], [Command::LookUp { .. }, Command::Send { .. }, Command::Send { .. }]),
        "{commands:?}"
    );
}

#[test]
fn what_a_resolver_cannot_say_is_no_evidence() {
    let (watch, lanes, _, ids) = known(&["hetzner"]);
    let job = crate::wire::Job::own(0, ids[0], Purpose::Resolve, 100);
    let failed = Brought::Response { status: 500, headers: &[], body: b"" };
    assert_eq!(watch.resolved(1, &lanes, &job, &failed), None);
    let garbage = Brought::Response { status: 200, headers: &[], body: b"\x00\x01" };
    assert_eq!(watch.resolved(1, &lanes, &job, &garbage), None);
    let found = looked_up(1, &lanes, "rpc0.example", &["192.0.2.1".into(), "x".into()]);
    let ips: Vec<IpAddr> = vec!["192.0.2.1".parse().expect("an address")];
    assert!(
        matches!(&found[..], [(_, Evidence { fact: Fact::Resolved { ips: told }, .. })] if *told == ips),
        "{found:?}"
    );
}

/// A watch with the shipped table, and a chain with endpoints at these URLs.
fn shipped(urls: &[&str]) -> (Watch, Lanes, Settings, Vec<LaneId>) {
    let (mut watch, mut lanes, mut settings, _) = known(&[]);
    let table = include_bytes!("../../data/cloud.bin");
    watch.set_atlas(Atlas::from_bytes(table.to_vec()).expect("the shipped table"));
    let endpoint = |url: &&str| Endpoint::new(EndpointUrl::parse(url).expect("a URL"), "x".into());
    settings.chains[0].endpoints = urls.iter().map(endpoint).collect();
    lanes.rebuild(&settings.chains, &BTreeMap::new());
    let ids = settings.chains[0].endpoints.iter().map(|e| LaneId { chain: 1, key: e.url.key(1) }).collect();
    (watch, lanes, settings, ids)
}

/// The operators of the networks that the endpoints stand on, as far as is known.
fn networks(watch: &mut Watch, lanes: &mut Lanes, settings: &Settings, found: Vec<Found>) -> Vec<String> {
    for (key, evidence) in found {
        watch.note(key, evidence);
    }
    drop(watch.assess(9, lanes, settings));
    settings.chains[0]
        .endpoints
        .iter()
        .map(|e| lanes.get(LaneId { chain: 1, key: e.url.key(1) }).expect("a lane").ground())
        .map(|ground| {
            if ground.is_proxied() {
                "a proxy".into()
            } else {
                ground.places.iter().map(|place| place.operator.as_str()).collect()
            }
        })
        .collect()
}

#[test]
fn where_an_endpoint_behind_a_proxy_stands_is_not_seen() {
    let urls = ["https://mainnet.infura.io/v3/x", "https://node.example/"];
    let (mut watch, mut lanes, settings, _) = shipped(&urls);
    let told = address(5, &lanes, urls[1], "", vec![]).expect("evidence");
    assert_eq!(networks(&mut watch, &mut lanes, &settings, told), ["", "a proxy"]);
    // Where the browser does not say so: a company's service is not on the person's own machine.
    let (mut watch, mut lanes, settings, _) = shipped(&urls);
    for url in urls {
        let seen = address(5, &lanes, url, "127.0.0.1", vec![]).expect("an address");
        drop(networks(&mut watch, &mut lanes, &settings, seen));
    }
    assert_eq!(networks(&mut watch, &mut lanes, &settings, vec![]), ["a proxy", "a proxy"]);
}

#[test]
fn the_address_of_a_websocket_is_evidence() {
    let (mut watch, mut lanes, mut settings, _) = shipped(&["https://node.example/"]);
    let endpoint = &mut settings.chains[0].endpoints[0];
    let socket = crate::endpoint::SocketUrl::parse("wss://node.example/ws", &endpoint.url);
    endpoint.ws = Some(socket.expect("a URL"));
    lanes.rebuild(&settings.chains, &BTreeMap::new());
    let seen = address(5, &lanes, "wss://node.example/ws", "5.9.0.9", vec![]).expect("an address");
    assert_eq!(networks(&mut watch, &mut lanes, &settings, seen), ["hetzner"]);
}

#[test]
fn a_networks_resolver_is_asked_once_for_its_nat64() {
    let url = "https://node.example/";
    let (mut watch, mut lanes, settings, ids) = shipped(&[url]);
    let seen = address(5, &lanes, url, "2001:67c:2b0:db32:0:1:509:9", vec![]).expect("an address");
    assert!(networks(&mut watch, &mut lanes, &settings, seen)[0].contains('/'));
    let mut wire = Wire::default();
    let asked = |commands: &[Command]| commands.contains(&Command::LookUp { host: IPV4_ONLY.into() });
    assert!(asked(&watch.learn_names(0, &lanes, &mut wire, &settings, ids[0])));
    assert!(!asked(&watch.learn_names(AGAIN_MS, &lanes, &mut wire, &settings, ids[0])), "once");
    watch.hear_nat64(&["192.0.0.170".into(), "2001:67c:2b0:db32:0:1:c000:aa".into()]);
    assert_eq!(networks(&mut watch, &mut lanes, &settings, vec![]), ["hetzner"]);
}
