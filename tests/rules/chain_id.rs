//! An endpoint's chain is checked before its first use, in a new life of the core, after a breakdown, when it shows a
//! block that this chain cannot have, and every five minutes of use.

use breakwater::cloud::ground::{Domain, DomainKind};
use breakwater::protocol::{PageToCore, PanelToCore};

use crate::world::Seen;
use crate::world::World;
use crate::world::node::{Fault, Http};
use crate::world::returned;
use crate::world::script::{PAGE, Setup, three};

const OTHER: Fault = Fault::WrongChain(77);

/// `tests/js/direct_rpc.test.mjs` tests the page's own endpoints with the same examples.
#[test]
fn every_notation_is_accepted() {
    let examples: Vec<(String, Option<u64>)> =
        serde_json::from_str(include_str!("../fixtures/chain_ids.json")).expect("examples");
    for (said, chain) in examples {
        assert_eq!(breakwater::jsonrpc::chain_id(&said), chain, "{said}");
    }
}

/// Chain-id checks sent to `a` since the last call.
fn checks(world: &mut World) -> usize {
    let seen = std::mem::take(&mut world.seen);
    let check = |s: &&Seen| matches!(s, Seen::Sent(f) if f.node == 0 && f.method == "eth_chainId");
    seen.iter().filter(check).count()
}

fn is_out(world: &mut World) {
    assert_eq!(world.dot("a"), "wrong-chain");
    world.seen.clear();
    world.dwell(60_000);
    world.balance(900);
    assert_eq!(world.asked(), ["b"]);
    assert!(!world.sent_since().contains(&"a".to_owned()), "nothing more is sent to it");
}

#[test]
fn it_is_checked_every_five_minutes_of_use() {
    let mut world = Setup::new(three()).warm();
    world.dwell(290_000);
    assert_eq!(checks(&mut world), 0);
    world.fault("a", OTHER);
    world.dwell(15_000);
    assert_eq!(checks(&mut world), 1);
    is_out(&mut world);
}

#[test]
fn sends_on_a_wrong_chain_move_to_the_next_lane_at_once() {
    let mut world = Setup::new(three()).warm();
    world.dwell(299_000);
    world.fault("a", OTHER);
    world.balance(1);
    assert_eq!(world.asked(), ["a"]);
    // The second lane is a hedge for the slow first one. The first lane's send ends.
    world.advance(1_500);
    assert!(!world.asked().contains(&"a"), "{:?}", world.asked());
    world.reply("b", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}

#[test]
fn it_is_checked_in_a_new_life_of_the_core() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    world.dwell(3_000);
    world.fault("a", OTHER);
    world.restart(&text);
    world.open(PAGE);
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.advance(200);
    is_out(&mut world);
}

/// The worker dies as soon as it has learnt that the chain is wrong.
#[test]
fn a_lane_of_another_chain_stays_out_in_the_next_life() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    world.dwell(40_000);
    world.fault("a", OTHER);
    world.ask(1, "eth_blockNumber", serde_json::json!([1]));
    world.reply("a", "\"0xfffff\"");
    world.advance(30);
    assert_eq!(world.dot("a"), "wrong-chain");
    world.restart(&text);
    world.open(PAGE);
    world.balance(2);
    assert_eq!(world.asked(), ["b"]);
}

/// A drill restores the health of its lanes, but a wrong chain that was found during the drill is real.
#[test]
fn a_wrong_chain_found_in_a_drill_outlives_the_worker() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    world.dwell(3_000);
    world.fault("a", OTHER);
    world.restart(&text);
    world.open(PAGE);
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.panel(PanelToCore::DrillStart { target: Domain::new(DomainKind::Region, "aws/us-east-1") });
    world.advance(2_000);
    world.restart(&text);
    world.panel(PanelToCore::DrillStop);
    assert_eq!(world.dot("a"), "wrong-chain");
}

#[test]
fn nothing_is_asked_in_a_new_life_until_a_page_uses_the_chain() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    world.dwell(3_000);
    world.restart(&text);
    world.open(PAGE);
    world.seen.clear();
    world.advance(600_000);
    assert!(world.sent_since().is_empty());
}

#[test]
fn after_a_breakdown_the_probe_checks_the_chain() {
    let mut world = Setup::new(three()).warm();
    world.fault("a", Fault::Status(503, 0));
    for id in 1..=5 {
        world.balance(id);
        world.http("a", Http::new(503, ""));
        world.reply("b", "\"0x1\"");
        world.advance(600);
    }
    assert_eq!(world.dot("a"), "down");
    world.heal("a");
    world.fault("a", OTHER);
    world.seen.clear();
    world.dwell(16_500);
    assert_eq!(checks(&mut world), 1);
    is_out(&mut world);
}

#[test]
fn a_probe_accepts_the_same_notations() {
    let mut world = Setup::new(three()).warm();
    world.fault("a", Fault::Status(503, 0));
    for id in 1..=5 {
        world.balance(id);
        world.http("a", Http::new(503, ""));
        world.reply("b", "\"0x1\"");
        world.advance(600);
    }
    assert_eq!(world.dot("a"), "down");
    world.heal("a");
    world.fault("a", Fault::Dark);
    let probe = |world: &World| world.flights.values().find(|f| f.node == 0 && f.is_chore()).map(|f| f.send);
    let waited = (0..60).find(|_| {
        world.dwell(500);
        probe(&world).is_some()
    });
    assert!(waited.is_some(), "a probe is sent");
    let send = probe(&world).unwrap();
    world.flights.remove(&send);
    let body = format!(r#"{{"jsonrpc":"2.0","id":{send},"result":1}}"#);
    world.event(returned(send, Ok(Http::new(200, body))));
    assert_eq!(world.dot("a"), "good");
}

#[test]
fn an_impossible_block_number_triggers_a_check() {
    for block in ["\"0xfffff\"", "\"0xffffffffff\""] {
        let mut world = Setup::new(three()).warm();
        world.dwell(40_000);
        world.fault("a", OTHER);
        world.seen.clear();
        world.ask(1, "eth_blockNumber", serde_json::json!([1]));
        world.reply("a", block);
        world.advance(100);
        assert_eq!(checks(&mut world), 1, "{block}");
        assert_eq!(world.dot("a"), "wrong-chain");
    }
}

/// A lane that keeps showing impossible blocks is not checked all the time.
#[test]
fn doubts_are_checked_every_thirty_seconds_at_most() {
    let mut world = Setup::new(three()).warm();
    world.dwell(40_000);
    world.seen.clear();
    for id in 1..=60 {
        world.ask(id, "eth_blockNumber", serde_json::json!([id]));
        if world.asked().contains(&"a") {
            world.reply("a", "\"0xfffff\"");
        }
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.reply(&lane, "\"0x3f0\"");
        }
        world.advance(1_000);
    }
    let count = checks(&mut world);
    assert!((1..=3).contains(&count), "{count} checks in a minute");
}

/// The health dot of a lane whose chain-id answer is this JSON text.
fn said(text: &str) -> String {
    let mut world = Setup::new(three()).fresh();
    world.fault("a", Fault::Dark);
    world.page(PAGE, PageToCore::Use { chain: 1 });
    let send = world.flights.values().find(|f| f.node == 0 && f.method == "eth_chainId").unwrap().send;
    world.flights.remove(&send);
    let body = format!(r#"{{"jsonrpc":"2.0","id":{send},"result":{text}}}"#);
    world.event(returned(send, Ok(Http::new(200, body))));
    world.dot("a")
}

#[test]
fn a_lane_is_used_whatever_notation_it_answers_with() {
    for text in [r#""0x1""#, r#""0X1""#, r#""1""#, "1", r#"" 0x1 ""#, r#""0x01""#] {
        assert_eq!(said(text), "good", "{text}");
    }
    for text in [r#""0x2""#, r#""2""#, "2"] {
        assert_eq!(said(text), "wrong-chain", "{text}");
    }
    for text in [r#""0x""#, "-1", r#""-1""#, "1.5", r#""""#, "null", r#""not synced""#, r#""0x20000000000001""#, "0"] {
        assert_eq!(said(text), "down", "{text}: it says no chain");
    }
}
