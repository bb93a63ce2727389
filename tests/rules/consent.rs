//! A chain on the person's own network exists only for the sites they allowed. For every other document it does not
//! exist, whatever it sends.

use breakwater::guard::{ClientId, Event};
use breakwater::protocol::{BlockEvents, CoreToPage, PageToCore, PanelReply, PanelToCore};
use serde_json::{Value, json};

use crate::world::script::{Lane, Setup, lane};
use crate::world::{Seen, World};

const GOOD: ClientId = 2;
const EVIL: ClientId = 3;
/// Addresses on the local network.
const HOME: &str = "192.168.1";
const MACHINE: &str = "127.0.0";

fn lanes(network: &str) -> Vec<Lane> {
    vec![lane("a", network, 20), lane("b", network, 40)]
}

/// The settings file with these fields of its only chain.
fn settings(network: &str, fields: &Value) -> String {
    let mut file: Value = serde_json::from_str(&Setup::new(lanes(network)).text()).unwrap();
    let chain = file["chains"][0].as_object_mut().unwrap();
    chain.extend(fields.as_object().unwrap().clone());
    file.to_string()
}

/// A world whose chain is on this network, with a document of `good.test` and one of `evil.test`.
fn world(network: &str, fields: Value) -> World {
    let mut world = Setup::new(lanes(network)).warm();
    world.event(Event::Settings(Some(settings(network, &fields))));
    world.open_at(GOOD, "good.test");
    world.open_at(EVIL, "evil.test");
    world
}

fn allowed() -> Value {
    json!({"sites_allowed": ["good.test"]})
}

/// Messages to a document since the last call.
fn posts(world: &mut World, client: ClientId) -> Vec<CoreToPage> {
    let seen = std::mem::take(&mut world.seen);
    let posts = seen.into_iter().filter_map(|s| if let Seen::Posted(c, m) = s { Some((c, m)) } else { None });
    posts.filter(|(c, _)| *c == client).map(|(_, message)| message).collect()
}

fn state_chains(world: &mut World, client: ClientId) -> Option<Vec<u64>> {
    posts(world, client).into_iter().rev().find_map(|m| match m {
        CoreToPage::State { chains, .. } => Some(chains),
        _ => None,
    })
}

/// The chains in the state of a new document.
fn chains_for(world: &mut World, origin: &str, host: &str, top: Option<&str>) -> Vec<u64> {
    let (origin, host) = (origin.to_owned(), host.to_owned());
    world.event(Event::Open { client: 9, origin, host, top: top.map(str::to_owned) });
    state_chains(world, 9).expect("a state")
}

/// Every way to ask for a chain.
fn all_messages(chain: u64) -> Vec<PageToCore> {
    let ask = |id, method: &str, params: &str, wallet| PageToCore::Ask {
        id,
        chain,
        method: method.into(),
        params: params.into(),
        wallet,
    };
    let block = BlockEvents { number: 5, hash: "0x1".into(), removed: false, results: Vec::new() };
    vec![
        PageToCore::Use { chain },
        PageToCore::Wants { chain },
        ask(1, "eth_getBalance", r#"["0x1","latest"]"#, false),
        ask(2, "eth_getBalance", r#"["0x1","latest"]"#, true),
        ask(3, "eth_sendRawTransaction", r#"["0x02aa"]"#, false),
        ask(4, "eth_sendRawTransaction", r#"["0x02aa"]"#, true),
        ask(5, "eth_subscribe", r#"["newHeads"]"#, false),
        ask(6, "eth_newBlockFilter", "", true),
        ask(7, "eth_blockNumber", "not JSON", false),
        ask(8, "eth_somethingElse", "", false),
        PageToCore::Rescue {
            id: 10,
            chain,
            body: r#"{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"}"#.into(),
            said: None,
        },
        PageToCore::Resume {
            chain,
            subscription: "0x5".into(),
            method: "eth_newBlockFilter".into(),
            params: String::new(),
            blocks: vec![block],
        },
        ask(11, "eth_getFilterChanges", r#"["0x5"]"#, false),
    ]
}

fn edit(world: &mut World, edit: Value) {
    let edit = serde_json::from_value(edit).unwrap();
    assert_eq!(world.panel(PanelToCore::Edit { edit, lang: "en".into() }), PanelReply::Done);
}

fn consent(world: &mut World, host: &str, allow: Option<bool>) {
    edit(world, json!({"op": "consent", "chain": 1, "host": host, "allow": allow}));
}

#[test]
fn only_allowed_sites_see_the_chain_in_their_state() {
    for network in [HOME, MACHINE, "10.0.0", "172.16.5", "169.254.1", "100.64.0"] {
        let mut world = world(network, allowed());
        assert_eq!(chains_for(&mut world, "https://good.test", "good.test", None), [1], "{network}");
        assert_eq!(chains_for(&mut world, "https://evil.test", "evil.test", None), [0; 0], "{network}");
        assert_eq!(chains_for(&mut world, "https://x.good.test", "x.good.test", None), [0; 0], "hosts are exact");
    }
}

#[test]
fn for_other_sites_the_chain_does_not_exist() {
    for private in [false, true] {
        let mut world = world(HOME, allowed());
        if private {
            let key = json!({"op": "private", "chain": 1, "key": key(&mut world), "private": true});
            edit(&mut world, key);
        }
        for (there, nowhere) in all_messages(1).into_iter().zip(all_messages(999)) {
            world.seen.clear();
            world.page(EVIL, there.clone());
            let sent = world.sent_since();
            let told = posts(&mut world, EVIL);
            world.page(EVIL, nowhere);
            assert_eq!(told, posts(&mut world, EVIL), "{there:?}");
            assert_eq!(sent, [""; 0], "{there:?}");
        }
        world.advance(60_000);
        assert_eq!(world.sent_since(), [""; 0], "no check, poll or probe");
        assert_eq!(posts(&mut world, EVIL), []);
    }
}

fn key(world: &mut World) -> String {
    let PanelReply::Snapshot(snapshot) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    snapshot.chains[0].endpoints[0].key.clone()
}

#[test]
fn own_chain_does_not_reveal_the_chain_id() {
    let mut world = world(HOME, allowed());
    let mut file: Value = serde_json::from_str(&settings(HOME, &json!({"id": 31_337}))).unwrap();
    file["own_chain"] = json!(31_337);
    world.seen.clear();
    world.event(Event::Settings(Some(file.to_string())));
    let told = posts(&mut world, EVIL);
    assert!(!format!("{told:?}").contains("31337"), "{told:?}");
}

#[test]
fn an_allowed_site_reads_the_chain() {
    let mut world = world(HOME, json!({}));
    world.ask_from(GOOD, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert_eq!(world.asked(), [""; 0]);
    world.seen.clear();
    consent(&mut world, "good.test", Some(true));
    assert_eq!(state_chains(&mut world, GOOD), Some(vec![1]), "the page is told at once");
    world.ask_from(GOOD, 2, "eth_getBalance", json!(["0x1", "latest"]), false);
    world.reply("a", "\"0x7\"");
    assert!(matches!(world.told_to(GOOD, 2)[..], [CoreToPage::Answer { .. }]));
    world.ask_from(EVIL, 3, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert_eq!(world.asked(), [""; 0]);
}

#[test]
fn withdrawn_consent_stops_reads_at_once() {
    let mut world = world(HOME, allowed());
    world.page(GOOD, PageToCore::Use { chain: 1 });
    world.ask_from(GOOD, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    world.ask_from(GOOD, 2, "eth_getBalance", json!(["0x2", "latest"]), true);
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"}"#.to_owned();
    world.page(GOOD, PageToCore::Rescue { id: 3, chain: 1, body, said: None });
    world.ask_from(GOOD, 4, "eth_subscribe", json!(["newHeads"]), false);
    world.ask_from(GOOD, 5, "eth_sendRawTransaction", json!(["0x02aa"]), true);
    assert!(!world.asked().is_empty());
    consent(&mut world, "good.test", None);
    assert_eq!(world.asked(), [""; 0], "reads in flight are cancelled");
    assert!(matches!(world.told_to(GOOD, 1)[..], [CoreToPage::Error { code: 4901, .. }]));
    assert!(matches!(world.told_to(GOOD, 2)[..], [CoreToPage::UseWallet { .. }]));
    assert!(matches!(world.told_to(GOOD, 3)[..], [CoreToPage::NoRescue { .. }]));
    assert!(matches!(world.told_to(GOOD, 4)[..], [CoreToPage::Error { .. }]));
    assert!(matches!(world.told_to(GOOD, 5)[..], [CoreToPage::UseWallet { .. }]));
    assert_eq!(state_chains(&mut world, GOOD), Some(vec![]));
    world.advance(120_000);
    assert_eq!(world.sent_since(), [""; 0], "no more reads, polls or checks");
    assert_eq!(posts(&mut world, GOOD), []);
}

#[test]
fn after_withdrawal_a_private_transaction_stays_private() {
    let mut world = world(HOME, allowed());
    let key = json!({"op": "private", "chain": 1, "key": key(&mut world), "private": true});
    edit(&mut world, key);
    world.ask_from(GOOD, 1, "eth_sendRawTransaction", json!(["0x02aa"]), true);
    assert_eq!(world.asked().len(), 1);
    consent(&mut world, "good.test", Some(false));
    assert_eq!(world.asked(), [""; 0]);
    assert!(matches!(world.told_to(GOOD, 1)[..], [CoreToPage::Error { code: -32603, .. }]));
}

#[test]
fn pages_on_this_machine_read_chains_of_this_machine() {
    let mut own = world(MACHINE, json!({}));
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
        assert_eq!(chains_for(&mut own, &format!("http://{host}:5173"), host, None), [1], "{host}");
    }
    for host in ["evil.test", "localhost.evil.test", "0.0.0.0", "192.168.1.1", "[::2]"] {
        assert_eq!(chains_for(&mut own, &format!("http://{host}"), host, None), [0; 0], "{host}");
    }
    let mut home = world(HOME, json!({}));
    assert_eq!(chains_for(&mut home, "http://localhost", "localhost", None), [0; 0], "the chain is on another machine");
    let mut marked = world(MACHINE, json!({"ask_sites": true}));
    assert_eq!(chains_for(&mut marked, "http://localhost", "localhost", None), [0; 0], "the person marked the chain");
    let mut denied = world(MACHINE, json!({"sites_denied": ["localhost"]}));
    assert_eq!(chains_for(&mut denied, "http://localhost", "localhost", None), [0; 0]);
}

#[test]
fn any_chain_can_be_marked_to_need_consent() {
    let mut world = world("52.10.0", json!({}));
    assert_eq!(chains_for(&mut world, "https://evil.test", "evil.test", None), [1], "a public chain");
    edit(&mut world, json!({"op": "ask-sites", "chain": 1, "on": true}));
    assert_eq!(chains_for(&mut world, "https://evil.test", "evil.test", None), [0; 0]);
    consent(&mut world, "evil.test", Some(true));
    assert_eq!(chains_for(&mut world, "https://evil.test", "evil.test", None), [1]);
}

#[test]
fn a_frame_and_its_tab_must_both_be_allowed() {
    let mut world = world(HOME, allowed());
    let mut chains = |origin: &str, host: &str, top: &str| chains_for(&mut world, origin, host, Some(top));
    assert_eq!(chains("https://good.test", "good.test", "https://good.test"), [1]);
    assert_eq!(chains("https://evil.test", "good.test", "https://good.test"), [0; 0], "a foreign frame");
    assert_eq!(chains("https://good.test", "evil.test", "https://evil.test"), [0; 0], "in a foreign tab");
    assert_eq!(chains("null", "good.test", "https://good.test"), [0; 0], "a sandboxed frame");
}

#[test]
fn one_near_endpoint_makes_a_chain_near() {
    let mut world = world("52.10.0", json!({}));
    assert_eq!(chains_for(&mut world, "https://evil.test", "evil.test", None), [1]);
    let add = |url: &str| json!({"op": "add-endpoint", "chain": 1, "url": url, "enabled": true});
    edit(&mut world, add("http://nas:8545"));
    assert_eq!(chains_for(&mut world, "https://evil.test", "evil.test", None), [0; 0]);
}
