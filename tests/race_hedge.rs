//! The second lane: when it is asked, on which ground, and how often at most.

#[path = "world/mod.rs"]
mod world;

use serde_json::json;
use world::node::Fault;
use world::script::{AWS, GCP, HETZNER, Setup, lane, three};

#[test]
fn a_second_lane_is_asked_when_the_first_is_slower_than_usual() {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    assert_eq!(world.asked(), ["a"]);
    world.advance(15);
    assert_eq!(world.asked(), ["a"], "20 ms is usual for it");
    world.advance(20);
    assert_eq!(world.asked(), ["a", "b"]);
    world.reply("b", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
    assert!(world.flights.is_empty(), "the loser is cancelled");
}

/// 600 kB pass a connection of 16 Mbit/s in 300 ms.
#[test]
fn a_large_request_is_hedged_once_it_can_have_arrived() {
    let mut world = Setup::new(three()).warm();
    let call =
        |bytes: usize| json!([{"to": format!("0x{:040x}", 1), "data": format!("0x{}", "ab".repeat(bytes))}, "latest"]);
    world.ask(1, "eth_call", call(300_000));
    world.advance(300);
    assert_eq!(world.asked(), ["a"], "it is on its way");
    world.advance(300);
    assert_eq!(world.asked(), ["a", "b"]);
}

#[test]
fn the_second_lane_stands_on_different_ground() {
    let lanes = vec![lane("a", AWS, 20), lane("near", AWS, 21), lane("far", GCP, 90)];
    let mut world = Setup::new(lanes).warm();
    world.balance(1);
    world.advance(40);
    assert_eq!(world.asked(), ["a", "far"]);
}

#[test]
fn after_a_fault_the_next_lane_is_asked_at_once() {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    world.lost("a");
    assert_eq!(world.asked(), ["b"]);
    world.error("b", -32603, "Internal error");
    assert_eq!(world.asked(), ["c"]);
    world.reply("c", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}

/// Thirty reads at once while every lane is silent: the budget holds.
#[test]
fn the_budget_holds_in_an_outage() {
    let mut world = Setup::new(three()).tls().warm();
    for id in 1..=30 {
        world.balance(id);
    }
    world.advance(1_500);
    let sent = world.sent_since().len();
    assert!((35..=43).contains(&sent), "30 reads, at most 10 + 10 % more: {sent}");
    world.advance(9_000);
    assert!((1..=30).all(|id| world.failure(id).is_some()), "and every one is settled");
}

#[test]
fn without_budget_a_dark_lane_is_left_at_its_timeout() {
    let mut world = Setup::new(three()).tls().warm();
    (1..=14).for_each(|id| world.balance(id));
    world.advance(300);
    (1..=14).for_each(|_| {
        if world.asked().contains(&"b") {
            world.reply("b", "\"0x1\"");
        }
    });
    world.advance(2_000);
    let on = |lane: &str| world.asked().iter().filter(|l| **l == lane).count();
    assert!(on("a") > 0 && on("b") == on("a"), "each asks the next lane: {:?}", world.asked());
}

#[test]
fn the_faster_lane_becomes_the_first() {
    let mut world = Setup::new(vec![lane("slow", AWS, 90), lane("fast", HETZNER, 15)]).warm();
    world.balance(1);
    assert_eq!(world.asked(), ["fast"]);
}

#[test]
fn an_open_breaker_sends_reads_to_the_next_lane_at_once() {
    let mut world = Setup::new(three()).warm();
    world.alive = true;
    world.fault("a", Fault::Dark);
    for id in 1..=6 {
        world.balance(id);
        // Longer than the gap between reads of one operation, which stay on the lane that answered.
        world.advance(700);
        assert!(world.result(id).is_some());
    }
    world.sent_since();
    world.balance(7);
    assert_eq!(world.sent_since(), ["b"]);
}
