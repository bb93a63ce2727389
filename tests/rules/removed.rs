//! A removed endpoint is no longer asked, and its answers no longer count, from that moment on.

use breakwater::guard::Event;
use serde_json::json;

use crate::world::World;
use crate::world::script::{Setup, three};

/// The person removes the first endpoint, or disables it.
fn without_a(world: &mut World, removed: bool) {
    let mut lanes = three();
    if removed {
        lanes.remove(0);
    } else {
        lanes[0].enabled = false;
    }
    world.event(Event::Settings(Some(Setup::new(lanes).text())));
}

#[test]
fn sends_to_a_removed_endpoint_move_to_the_next_lane() {
    for removed in [true, false] {
        let mut world = Setup::new(three()).warm();
        world.balance(1);
        assert_eq!(world.asked(), ["a"]);
        without_a(&mut world, removed);
        assert_eq!(world.asked(), ["b"], "at the same moment");
        world.reply("b", "\"0x7\"");
        assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
    }
}

#[test]
fn a_removed_endpoint_gets_nothing_more() {
    for removed in [true, false] {
        let mut world = Setup::new(three()).warm();
        without_a(&mut world, removed);
        world.seen.clear();
        world.dwell(120_000);
        for id in 1..=3 {
            world.balance(id);
            world.advance(3_000);
        }
        assert!(!world.sent_since().contains(&"a".to_owned()), "no read, poll, check or probe");
    }
}

#[test]
fn a_removed_endpoints_answers_are_forgotten() {
    let mut world = Setup::new(three()).warm();
    let ask = |world: &mut World, id: u64| {
        world.ask(id, "eth_getBlockByHash", json!([format!("0x{:064x}", 7), false]));
    };
    ask(&mut world, 1);
    world.reply("a", &format!("{{\"number\":\"0x1\",\"hash\":\"0x{:064x}\"}}", 7));
    without_a(&mut world, true);
    ask(&mut world, 2);
    assert_eq!(world.asked(), ["b"], "not answered from memory");
}

#[test]
fn a_removed_endpoints_head_does_not_hold_lanes_back() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getBlockByNumber", json!(["latest", false]));
    let far = world.chains[0].head(world.now) + 500;
    world.reply("a", &format!("{{\"number\":\"0x{far:x}\",\"hash\":\"0x7\"}}"));
    world.advance(600);
    world.open(2);
    without_a(&mut world, true);
    world.ask_from(2, 2, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert_eq!(world.asked(), ["b"]);
    world.advance(200);
    assert_eq!(world.asked(), ["b", "c"], "neither lane is a last resort");
}

#[test]
fn removing_the_last_endpoint_ends_reads_at_once() {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    world.event(Event::Settings(Some(Setup::new(Vec::new()).text())));
    assert!(!world.is_open(1));
    world.balance(2);
    assert_eq!(world.failure(2).map(|f| f.0), Some(4901));
}
