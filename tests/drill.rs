//! Drills in a whole core, in virtual time: what goes dark, who answers, how it ends and what is reported.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside #[test]"
)]

#[path = "world/mod.rs"]
mod world;

use breakwater::cloud::drill::DRILL_MS;
use breakwater::cloud::ground::{Domain, DomainKind};
use breakwater::protocol::{DrillView, PanelReply, PanelToCore};
use serde_json::json;
use world::script::{AWS, HETZNER, Setup, lane, three};
use world::{Seen, World};

fn start(world: &mut World, kind: DomainKind, key: &str) {
    let target = Domain::new(kind, key);
    assert_eq!(world.panel(PanelToCore::DrillStart { target }), PanelReply::Done);
}

fn drill(world: &mut World) -> DrillView {
    match world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) {
        PanelReply::Snapshot(snapshot) => snapshot.drill.expect("a drill"),
        other => panic!("{other:?}"),
    }
}

fn badge(world: &World) -> Option<String> {
    world.seen.iter().rev().find_map(|s| if let Seen::Badge(text, _) = s { Some(text.clone()) } else { None })
}

#[test]
fn a_drill_ends_after_five_minutes_and_reports() {
    let setup = Setup::new(vec![lane("a", AWS, 20), lane("b", HETZNER, 60)]);
    let mut world = setup.warm();
    let began = world.now;
    start(&mut world, DomainKind::Region, "aws/us-east-1");
    assert_eq!(badge(&world).as_deref(), Some("DRILL"));
    let alarm = |s: &Seen| matches!(s, Seen::Alarm(Some(at)) if *at == began + DRILL_MS);
    assert!(world.seen.iter().any(alarm), "a worker that sleeps at the end is woken");
    world.balance(1);
    world.advance(500);
    assert_eq!(world.asked(), ["b"], "nothing is sent into the dark, and the hedge goes elsewhere");
    world.advance(70);
    world.reply("b", r#""0x1""#);
    assert_eq!(world.result(1).as_deref(), Some(r#""0x1""#));
    world.advance(DRILL_MS - 1_000);
    assert!(drill(&mut world).running);
    world.advance(1_000);
    let over = drill(&mut world);
    assert_eq!((over.running, over.asked, over.answered, over.slowest_ms), (false, 1, 1, 570));
    assert!(over.sentence.starts_with("The drill is over: AWS us-east-1. 1 of 1 reads answered, slowest 570 ms"));
    assert_eq!(badge(&world).as_deref(), Some(""), "the badge is quiet again without anybody asking");
    world.seen.clear();
    world.balance(2);
    assert!(world.asked().contains(&"a"), "the lane is back with the health it had: {:?}", world.asked());
}

#[test]
fn a_drill_survives_the_worker_and_ends_in_the_next() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    let began = world.now;
    start(&mut world, DomainKind::Network, "hetzner");
    world.advance(1_500);
    world.restart(&text);
    assert_eq!(world.dot("c"), "drill");
    let again = drill(&mut world);
    assert_eq!((again.running, again.started_ms, again.ends_ms), (true, began, began + DRILL_MS));
    world.seen.clear();
    world.advance(DRILL_MS);
    assert_eq!(badge(&world).as_deref(), Some(""));
    assert_eq!(world.dot("c"), "good", "what the lane was before");
    // A worker that slept through the end reports it when it wakes.
    start(&mut world, DomainKind::Network, "hetzner");
    world.advance(1_500);
    world.now += DRILL_MS;
    world.seen.clear();
    world.restart(&text);
    assert_eq!(badge(&world).as_deref(), Some(""));
    assert!(!drill(&mut world).running);
}

#[test]
fn without_session_storage_there_is_no_drill() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    start(&mut world, DomainKind::Network, "hetzner");
    world.advance(1_500);
    world.stored.clear(); // closing the browser clears session storage
    world.restart(&text);
    let PanelReply::Snapshot(now) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    assert_eq!(now.drill, None);
}

#[test]
fn a_drill_lets_transactions_pass_and_says_so() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 30)]).warm();
    start(&mut world, DomainKind::Region, "aws/us-east-1");
    let raw = "0x02f8";
    world.ask(1, "eth_sendRawTransaction", json!([raw]));
    let mut asked = world.asked();
    asked.sort_unstable();
    assert_eq!(asked, ["a", "b"], "both lanes, dark or not");
    let told = drill(&mut world);
    assert_eq!((told.stepped_aside, told.asked), (1, 0));
    assert!(
        told.sentence.ends_with("It stepped aside for a transaction: nothing was dark for it."),
        "{}",
        told.sentence
    );
}

#[test]
fn a_chain_that_would_be_lost_is_reported() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 30)]).warm();
    start(&mut world, DomainKind::Jurisdiction, "us");
    world.ask_wallet(1, "eth_getBalance", json!([format!("0x{:040x}", 1), "latest"]));
    assert!(world.asked().is_empty(), "both lanes are dark: {:?}", world.asked());
    world.advance(10_000);
    world.panel(PanelToCore::DrillStop);
    let over = drill(&mut world);
    assert_eq!((over.running, over.asked, over.lost.as_slice()), (false, 1, &[1][..]));
    assert!(over.sentence.contains("chains lost: 1"), "{}", over.sentence);
}
