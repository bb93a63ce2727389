//! A lane that was slow is tried again, at no cost beyond the usual polls.

use breakwater::protocol::PageToCore;
use serde_json::json;

use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane};
use crate::world::{Seen, World};

/// `a` is remembered as slow, but now answers in 20 ms.
fn recovered() -> World {
    let mut world = Setup::new(vec![lane("a", AWS, 300), lane("b", GCP, 40), lane("c", HETZNER, 60)]).warm();
    world.alive = true;
    world.node("a").median_ms = 20;
    world
}

#[test]
fn a_recovered_lane_is_first_again_within_three_minutes() {
    let mut world = recovered();
    let mut to_a = 0;
    for id in 0..90 {
        world.sent_since();
        let latest = format!("0x{id:040x}");
        match id % 3 {
            0 => world.ask(id, "eth_getBalance", json!([latest, "latest"])),
            1 => world.ask(id, "eth_call", json!([{"to": latest}, "latest"])),
            _ => world.ask(id, "eth_getLogs", json!([{"fromBlock": "0x5", "address": latest}])),
        }
        let first = world.sent_since().first().cloned().unwrap();
        if id < 3 {
            assert_eq!(first, "b", "it is known to be slow");
        }
        to_a = if first == "a" { to_a + 1 } else { 0 };
        world.advance(2_000);
    }
    assert!(to_a >= 3, "a light, a heavy and a scanning read ask it first: {to_a}");
}

#[test]
fn a_recovering_lane_gets_only_polls_at_first() {
    let mut world = recovered();
    world.seen.clear();
    world.dwell(30_000);
    let to_a = |s: &&Seen| matches!(s, Seen::Sent(flight) if flight.node == 0);
    let sent: Vec<_> = world.seen.iter().filter(to_a).collect();
    assert!((1..=7).contains(&sent.len()), "a poll every 6 s, and no more: {sent:?}");
    assert!(sent.iter().all(|s| matches!(s, Seen::Sent(flight) if flight.is_chore())));
}

#[test]
fn nothing_is_sent_on_an_unused_chain() {
    let mut world = recovered();
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.advance(40_000);
    world.sent_since();
    world.advance(3_600_000);
    assert!(world.sent_since().is_empty());
}
