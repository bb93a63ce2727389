//! `null` does not win while another lane may have the result. (Filters and subscriptions: `sticky`.)

use serde_json::{Value, json};

use crate::world::World;
use crate::world::script::{AWS, GCP, Setup, lane, three};

/// Look-ups that one lane may answer and another may not.
fn lookups() -> [(&'static str, Value); 13] {
    let hash = format!("0x{:064x}", 7);
    [
        ("eth_getTransactionReceipt", json!([hash])),
        ("eth_getTransactionByHash", json!([hash])),
        ("eth_getBlockByHash", json!([hash, false])),
        ("eth_getBlockByNumber", json!(["0x10", false])),
        ("eth_getBlockReceipts", json!(["0x10"])),
        ("eth_getTransactionByBlockHashAndIndex", json!([hash, "0x0"])),
        ("eth_getBlockTransactionCountByNumber", json!(["0x10"])),
        ("eth_getHeaderByHash", json!([hash])),
        ("eth_getHeaderByNumber", json!(["0x10"])),
        ("eth_getBlockAccessList", json!(["0x10"])),
        ("eth_getRawTransactionByHash", json!([hash])),
        ("eth_baseFee", json!([])),
        ("eth_blobBaseFee", json!([])),
    ]
}

/// The answer of a lane that has the result.
fn there(method: &str) -> &'static str {
    match method {
        "eth_getBlockReceipts" | "eth_getBlockAccessList" => "[]",
        "eth_getBlockTransactionCountByNumber" | "eth_baseFee" | "eth_blobBaseFee" => "\"0x1\"",
        "eth_getRawTransactionByHash" => "\"0x02f8\"",
        _ => concat!(
            r#"{"number":"0x10","hash":"0x0000000000000000000000000000000000000000000000000000000000000007","#,
            r#""transactionHash":"0x0000000000000000000000000000000000000000000000000000000000000007"}"#,
        ),
    }
}

fn asked(mode: &'static str, (method, params): (&str, Value)) -> World {
    let mut world = Setup::new(three()).mode(mode).warm();
    world.ask(1, method, params);
    world
}

#[test]
fn after_null_another_lanes_result_is_the_answer() {
    for lookup in lookups() {
        let method = lookup.0;
        let mut world = asked("guard", lookup);
        world.reply("a", "null");
        assert!(world.is_open(1), "{method}");
        assert_eq!(world.asked(), ["b"], "{method}: at once, and one");
        world.reply("b", there(method));
        assert_eq!(world.result(1).as_deref(), Some(there(method)), "{method}");
    }
}

#[test]
fn null_from_two_lanes_is_an_answer() {
    for lookup in lookups() {
        let mut world = asked("guard", lookup);
        world.reply("a", "null");
        world.reply("b", "null");
        assert_eq!(world.result(1).as_deref(), Some("null"));
        assert!(world.asked().is_empty(), "no third lane is asked");
        assert_eq!(world.trail().1, "nothing");
    }
}

#[test]
fn one_null_is_the_answer_when_the_other_lanes_fail() {
    let mut world = asked("guard", lookups()[0].clone());
    world.reply("a", "null");
    world.lost("b");
    world.lost("c");
    assert_eq!(world.result(1).as_deref(), Some("null"));
}

#[test]
fn null_of_the_only_lane_is_an_answer_at_once() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).warm();
    world.ask(1, "eth_getTransactionReceipt", json!([format!("0x{:064x}", 7)]));
    world.reply("a", "null");
    assert_eq!(world.result(1).as_deref(), Some("null"));
}

#[test]
fn the_fastest_null_of_a_race_loses_too() {
    let mut world = asked("race", lookups()[0].clone());
    world.reply("a", "null");
    assert!(world.is_open(1));
    let receipt = there("eth_getTransactionReceipt");
    world.reply("c", receipt);
    assert_eq!(world.result(1).as_deref(), Some(receipt));
}

/// The other lane is full of this page's own reads. It has not been asked yet, so it is not silent.
#[test]
fn a_lane_without_a_free_slot_is_waited_for() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40)]).warm();
    let receipt = |id: u64| json!([format!("0x{id:064x}")]);
    for id in 1..=5 {
        world.ask(id, "eth_getTransactionReceipt", receipt(id));
        world.reply("a", "null");
    }
    let to_b = world.out();
    assert_eq!(to_b.iter().map(|f| f.node).collect::<Vec<_>>(), [1; 4], "that is the lane's limit for one page");
    assert!(world.is_open(5));
    world.advance(2_500);
    assert_eq!(world.result(1).as_deref(), Some("null"), "b was asked, and is silent");
    assert_eq!(world.asked(), ["b"], "the read is sent once there is room");
    let found = format!(r#"{{"transactionHash":"0x{:064x}"}}"#, 5);
    world.reply("b", &found);
    assert_eq!(world.result(5), Some(found));
}

#[test]
fn null_is_the_answer_where_it_is_a_value() {
    let mut world = asked("guard", ("eth_protocolVersion", json!([])));
    world.reply("a", "null");
    assert_eq!(world.result(1).as_deref(), Some("null"));
}

/// An empty list may be true. It wins, and costs no second send.
#[test]
fn an_empty_list_of_logs_is_an_answer() {
    let mut world = asked("guard", ("eth_getLogs", json!([{"fromBlock": "0x1", "toBlock": "0x2"}])));
    world.reply("a", "[]");
    assert_eq!(world.result(1).as_deref(), Some("[]"));
}
