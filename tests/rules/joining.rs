//! Equal questions of one origin share a send, and answers that cannot change are cached. Never across origins.

use breakwater::guard::{ClientId, Event};
use serde_json::json;

use crate::world::World;
use crate::world::script::{PAGE, Setup, three};

const SAME: ClientId = 2;
const OTHER: ClientId = 3;

/// Two documents of one site, and one of another.
fn three_pages() -> World {
    let mut world = Setup::new(three()).warm();
    world.open(SAME);
    world.open_at(OTHER, "other.example");
    world
}

fn receipt(world: &mut World, client: ClientId, id: u64) {
    world.ask_from(client, id, "eth_getTransactionReceipt", json!([format!("0x{:064x}", 7)]), false);
}

/// Block 7, by its hash.
fn by_hash(number: &str) -> String {
    format!("{{\"number\":\"{number}\",\"hash\":\"0x{:064x}\"}}", 7)
}

fn is_told(world: &World, client: ClientId, id: u64) -> bool {
    !world.told_to(client, id).is_empty()
}

#[test]
fn equal_questions_of_one_origin_share_one_send() {
    let mut world = three_pages();
    world.ask_from(PAGE, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    world.ask_from(SAME, 2, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "\"0x7\"");
    assert!(is_told(&world, PAGE, 1) && is_told(&world, SAME, 2));
}

#[test]
fn another_origins_question_is_sent_separately() {
    let mut world = three_pages();
    world.ask_from(PAGE, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    world.ask_from(OTHER, 2, "eth_getBalance", json!(["0x1", "latest"]), false);
    assert_eq!(world.asked(), ["a", "a"]);
    world.reply("a", "\"0x7\"");
    assert!(is_told(&world, PAGE, 1) && !is_told(&world, OTHER, 2));
}

#[test]
fn transactions_are_never_joined() {
    let mut world = three_pages();
    world.ask_from(PAGE, 1, "eth_sendRawTransaction", json!(["0x02aa"]), false);
    world.ask_from(SAME, 2, "eth_sendRawTransaction", json!(["0x02aa"]), false);
    assert_eq!(world.asked().len(), 6);
}

#[test]
fn reads_by_hash_are_sent_once_for_each_origin() {
    let mut world = three_pages();
    let ask = |world: &mut World, client, id| {
        world.ask_from(client, id, "eth_getBlockByHash", json!([format!("0x{:064x}", 7), false]), false);
    };
    ask(&mut world, PAGE, 1);
    world.reply("a", &by_hash("0x1"));
    world.advance(60_000);
    ask(&mut world, SAME, 2);
    assert!(world.asked().is_empty() && is_told(&world, SAME, 2), "remembered");
    ask(&mut world, OTHER, 3);
    assert!(!world.asked().is_empty() && !is_told(&world, OTHER, 3), "it is remembered for its own origin only");
}

#[test]
fn a_receipt_is_remembered_once_its_block_is_final() {
    for (block, kept) in [("0x10", true), ("0x11", false)] {
        let mut world = three_pages();
        world.ask(1, "eth_getBlockByNumber", json!(["finalized", false]));
        world.reply("a", &by_hash("0x10"));
        receipt(&mut world, PAGE, 2);
        world.reply("a", &format!("{{\"blockNumber\":\"{block}\",\"transactionHash\":\"0x{:064x}\"}}", 7));
        receipt(&mut world, PAGE, 3);
        assert_eq!(world.asked().is_empty(), kept, "{block}");
    }
}

#[test]
fn null_is_not_remembered() {
    let mut world = three_pages();
    receipt(&mut world, PAGE, 1);
    world.reply("a", "null");
    world.reply("b", "null");
    receipt(&mut world, PAGE, 2);
    assert_eq!(world.asked().len(), 1);
}

#[test]
fn the_chain_id_is_answered_without_a_send() {
    let mut world = three_pages();
    world.ask(1, "eth_chainId", json!([]));
    assert_eq!(world.result(1).as_deref(), Some("\"0x1\""));
    assert!(world.out().is_empty());
}

/// At most 8 MiB in all. The oldest answers are forgotten first.
#[test]
fn memory_is_bounded() {
    let mut world = three_pages();
    let text = |id: u64| {
        format!("{{\"number\":\"0x1\",\"hash\":\"0x{:064x}\",\"x\":\"{}\"}}", id % 1_000, "y".repeat(200_000))
    };
    let ask = |world: &mut World, id: u64| {
        world.ask(id, "eth_getBlockByHash", json!([format!("0x{:064x}", id % 1_000), false]));
    };
    for id in 1..=60 {
        ask(&mut world, id);
        world.reply("a", &text(id));
    }
    ask(&mut world, 1_060);
    assert!(world.asked().is_empty(), "the newest answer is remembered");
    ask(&mut world, 1_001);
    assert_eq!(world.asked(), ["a"], "12 MB are more than is kept");
}

/// With a shorter deadline than before, an equal question is a request of its own. It outlives the earlier one.
#[test]
fn an_equal_question_is_joined_after_an_earlier_one_ended() {
    let mut world = three_pages();
    let ask = |world: &mut World, id| world.ask(id, "eth_getBalance", json!(["0x1", "latest"]));
    ask(&mut world, 1);
    world.event(Event::Settings(Some(Setup { deadline_ms: 1_000, ..Setup::new(three()) }.text())));
    ask(&mut world, 2);
    assert_eq!(world.asked(), ["a", "a"]);
    world.reply("a", "\"0x7\"");
    ask(&mut world, 3);
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "\"0x7\"");
    assert!(is_told(&world, PAGE, 2) && is_told(&world, PAGE, 3));
}
