//! Heads are learnt from every answer. A lane that is behind is left out of `latest` reads. Numbers never go back.
//! (`latest` pinned for comparing: `race_compare`.)

use breakwater::guard::Event;
use breakwater::protocol::PageToCore;
use serde_json::json;

use crate::world::World;
use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};

fn quoted(number: u64) -> String {
    format!("\"0x{number:x}\"")
}

fn head(world: &World) -> u64 {
    world.chains[0].head(world.now)
}

fn number(world: &mut World, id: u64) {
    world.ask(id, "eth_blockNumber", json!([id]));
}

/// A page asks `b` for a block, which shows that `a` and `c` are behind.
#[test]
fn a_block_in_any_answer_updates_the_head() {
    let mut world = Setup::new(three()).warm();
    number(&mut world, 1);
    world.advance(50);
    assert_eq!(world.asked(), ["a", "b"]);
    let newer = quoted(head(&world) + 4);
    world.reply("b", &newer);
    world.advance(600);
    world.balance(2);
    assert_eq!(world.asked(), ["b"], "four blocks ahead of what the others have shown");
}

#[test]
fn three_blocks_of_ethereum_are_not_too_far() {
    let mut world = Setup::new(three()).warm();
    number(&mut world, 1);
    world.advance(100);
    let newer = quoted(head(&world) + 3);
    world.reply("b", &newer);
    world.advance(2_500);
    world.balance(2);
    assert_eq!(world.asked(), ["a"]);
}

#[test]
fn a_lane_behind_is_left_out_of_latest_reads_only() {
    let mut lanes = three();
    lanes[0].lag = 300;
    let mut world = Setup::new(lanes).warm();
    world.balance(1);
    assert_eq!(world.asked(), ["b"]);
    world.reply("b", "\"0x1\"");
    world.ask(2, "eth_getBalance", json!(["0x2", "0x10"]));
    assert_eq!(world.asked(), ["a"], "it has the old block, and it is the fastest");
}

/// `a` was 300 blocks behind when it last showed its head, and has shown nothing since.
#[test]
fn a_lane_behind_stays_so_over_new_settings_and_restarts() {
    let lanes = |count: usize| {
        let mut lanes = three();
        lanes[0].lag = 300;
        lanes.truncate(count);
        lanes
    };
    for restarts in [false, true] {
        let mut world = Setup::new(lanes(3)).warm();
        world.advance(3_000);
        number(&mut world, 1);
        let newer = quoted(head(&world) + 1);
        world.reply("b", &newer);
        world.advance(1_500);
        let changed = Setup::new(lanes(2)).text();
        if restarts {
            world.restart(&changed);
            world.open(PAGE);
        } else {
            world.event(Event::Settings(Some(changed)));
        }
        world.balance(2);
        assert_eq!(world.asked(), ["b"], "restarts: {restarts}");
    }
}

#[test]
fn a_lone_lane_behind_is_used_and_the_trail_says_so() {
    let mut lanes = vec![lane("b", GCP, 40), lane("c", HETZNER, 60)];
    lanes[0].lag = 300;
    let mut world = Setup::new(lanes).warm();
    number(&mut world, 1);
    world.lost("c");
    let old = quoted(head(&world) - 300);
    world.reply("b", &old);
    assert!(world.result(1).is_some());
    assert_eq!(world.trail().1, "behind");
}

#[test]
fn a_page_never_sees_a_lower_number_whichever_lane_is_left() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    let (new, old) = (quoted(head(&world) + 3), quoted(head(&world) + 1));
    number(&mut world, 1);
    world.reply("a", &new);
    number(&mut world, 2);
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        world.reply(&lane, &old);
    }
    assert_eq!(world.result(2).as_deref(), Some(new.as_str()));
    // A new life of the core still knows the blocks that were shown.
    world.advance(1_500);
    world.restart(&text);
    world.open(PAGE);
    number(&mut world, 3);
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        world.reply(&lane, &old);
    }
    assert_eq!(world.result(3).as_deref(), Some(new.as_str()));
}

/// `b` answers a read for which `a` was late.
fn on_b() -> World {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    world.advance(100);
    world.reply("b", "\"0x1\"");
    world
}

#[test]
fn reads_of_one_operation_stay_on_one_lane() {
    let mut world = on_b();
    for id in 2..=4 {
        world.advance(300);
        world.balance(id);
        assert_eq!(world.asked(), ["b"], "nonce, gas and call are read at one head");
        world.reply("b", "\"0x1\"");
    }
    world.ask(5, "eth_getBalance", json!(["0x5", "0x10"]));
    assert_eq!(world.asked(), ["a"], "reads that do not depend on the head are not part of it");
    world.reply("a", "\"0x1\"");
    world.advance(500);
    world.balance(6);
    assert_eq!(world.asked(), ["a"], "half a second of silence ends the operation");
}

#[test]
fn a_page_that_never_pauses_can_still_change_lanes() {
    let mut world = on_b();
    let asked: Vec<String> = (2..=12)
        .map(|id| {
            world.advance(300);
            world.balance(id);
            let lane = world.asked()[0].to_owned();
            world.reply(&lane, "\"0x1\"");
            lane
        })
        .collect();
    assert_eq!(asked.iter().position(|lane| lane == "a"), Some(3), "{asked:?}");
    assert_eq!(asked.last().map(String::as_str), Some("a"));
}

#[test]
fn heads_are_polled_only_while_a_page_uses_the_chain() {
    let mut world = Setup::new(three()).warm();
    world.sent_since();
    world.dwell(60_000);
    let polls = world.sent_since().len();
    assert!((24..=33).contains(&polls), "three lanes, every six seconds: {polls}");
    world.advance(30_000);
    world.sent_since();
    world.advance(3_600_000);
    assert!(world.sent_since().is_empty(), "nothing is sent after half a minute without reads");
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.advance(1_000);
    assert!(!world.sent_since().is_empty());
    world.event(breakwater::guard::Event::Close { client: PAGE });
    world.advance(5_000);
    world.sent_since();
    world.advance(60_000);
    assert!(world.sent_since().is_empty(), "nothing is sent after the page is gone");
}

#[test]
fn a_block_by_hash_shows_the_head_too() {
    let mut lanes = vec![lane("a", AWS, 20), lane("b", GCP, 60)];
    (lanes[0].lag, lanes[1].lag) = (300, 300);
    let mut world = Setup::new(lanes).warm();
    world.ask(1, "eth_getBlockByHash", json!([format!("0x{:064x}", 7), false]));
    world.advance(20);
    world.reply("a", "null");
    world.advance(60);
    world.reply("b", &format!(r#"{{"number":"0x3e8","hash":"0x{:064x}"}}"#, 7));
    assert!(world.result(1).is_some());
    world.balance(2);
    assert_eq!(world.asked(), ["b"], "a is 300 blocks behind");
}
