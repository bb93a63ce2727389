//! `eth_sendRawTransactionSync`: a transaction goes to every lane, and the answer is its receipt (EIP-7966).

use serde_json::{Value, json};

use crate::world::World;
use crate::world::chain::transaction_hash;
use crate::world::script::{AWS, GCP, HETZNER, Lane, PAGE, Setup, lane, three};

const RAW: &str = "0x02f86b0180843b9aca00";
const SYNC: &str = "eth_sendRawTransactionSync";

fn sent_with(lanes: Vec<Lane>, params: Value) -> World {
    let mut world = Setup::new(lanes).warm();
    world.ask(1, SYNC, params);
    world
}

fn sent() -> World {
    sent_with(three(), json!([RAW]))
}

fn alone(params: Value) -> World {
    sent_with(vec![lane("a", AWS, 20)], params)
}

fn hash() -> String {
    format!("\"{}\"", transaction_hash(RAW))
}

fn receipt() -> String {
    format!(r#"{{"transactionHash":{},"blockNumber":"0x3e9","status":"0x1","logs":[]}}"#, hash())
}

/// Method and parameters of the send in flight on a lane.
fn out(world: &World, lane: &str) -> (String, String) {
    let send = world.flight(lane);
    let flight = world.out().into_iter().find(|f| f.send == send).unwrap().clone();
    (flight.method, flight.params)
}

fn unknown(world: &mut World, lane: &str) {
    world.error(lane, -32601, "the method eth_sendRawTransactionSync does not exist/is not available");
}

/// The code and data of the page's error.
fn told(world: &World) -> (i64, Option<String>) {
    match world.told(1).as_slice() {
        [breakwater::protocol::CoreToPage::Error { code, data, .. }] => (*code, data.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_goes_to_all_lanes_and_the_first_receipt_counts() {
    let mut world = sent();
    assert_eq!(world.asked(), ["a", "b", "c"]);
    assert_eq!(out(&world, "b"), (SYNC.into(), format!(r#"["{RAW}"]"#)));
    world.reply("b", &receipt());
    assert_eq!(world.result(1), Some(receipt()));
    assert_eq!(world.asked(), ["a", "c"], "the other sends continue");
    world.advance(11_000);
    assert!(world.asked().is_empty(), "but not forever");
}

#[test]
fn it_goes_only_to_private_endpoints_if_there_are_any() {
    let mut lanes = vec![lane("a", AWS, 20), lane("b", GCP, 40), lane("p", HETZNER, 60)];
    lanes[2].private = true;
    let mut world = Setup::new(lanes).warm();
    world.ask_from(PAGE, 1, SYNC, json!([RAW]), true);
    assert_eq!(world.asked(), ["p"]);
    unknown(&mut world, "p");
    assert_eq!(out(&world, "p").0, "eth_sendRawTransaction", "the plain method, on the same lane");
    world.lost("p");
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32603), "and not to the wallet's node");
}

#[test]
fn another_transactions_receipt_does_not_count() {
    let mut world = sent();
    world.reply("a", &receipt().replace("0x", "0xf"));
    assert!(world.is_open(1));
    world.reply("b", "\"0x1\"");
    assert!(world.is_open(1));
    world.reply("c", &receipt());
    assert_eq!(world.result(1), Some(receipt()));
}

#[test]
fn a_lane_without_the_method_is_sent_to_and_polled() {
    let mut world = alone(json!([RAW]));
    unknown(&mut world, "a");
    assert_eq!(out(&world, "a"), ("eth_sendRawTransaction".into(), format!(r#"["{RAW}"]"#)));
    world.reply("a", &hash());
    assert!(world.is_open(1) && world.asked().is_empty());
    world.advance(250);
    assert_eq!(out(&world, "a"), ("eth_getTransactionReceipt".into(), format!("[{}]", hash())));
    world.reply("a", "null");
    world.advance(250);
    assert!(world.asked().is_empty(), "the pauses between looks grow");
    world.advance(250);
    world.lost("a");
    world.advance(1_000);
    world.reply("a", &receipt());
    assert_eq!(world.result(1), Some(receipt()), "a failed look does not end it");
    world.ask(2, SYNC, json!([RAW, "0x7d0"]));
    assert_eq!(out(&world, "a").0, "eth_sendRawTransaction", "the missing method is not tried again");
}

#[test]
fn a_lane_that_already_has_it_is_polled() {
    for words in ["already known", "ALREADY_EXISTS: already imported"] {
        let mut world = alone(json!([RAW]));
        world.error("a", -32000, words);
        assert!(world.is_open(1), "{words}: no receipt yet");
        world.advance(250);
        world.reply("a", &receipt());
        assert_eq!(world.result(1), Some(receipt()));
    }
    let mut world = alone(json!([RAW]));
    world.reply("a", &hash());
    world.advance(250);
    assert_eq!(out(&world, "a").0, "eth_getTransactionReceipt", "a lane that answers with the hash is polled too");
}

#[test]
fn an_error_waits_for_lanes_that_are_still_waiting() {
    let mut world = sent();
    world.error("a", -32000, "nonce too low");
    world.error("b", -32000, "nonce too low");
    world.dwell(9_000);
    assert!(world.is_open(1), "another lane's node may have it in a block");
    world.reply("c", &receipt());
    assert_eq!(world.result(1), Some(receipt()));
}

#[test]
fn an_error_of_every_lane_arrives_unchanged() {
    let mut world = sent();
    for lane in ["a", "b", "c"] {
        world.says(
            lane,
            json!({"code": -32000, "message": "insufficient funds for gas * price + value", "data": "0x1"}),
        );
    }
    assert_eq!(told(&world), (-32000, Some("\"0x1\"".into())));
}

#[test]
fn standard_error_codes_arrive_with_their_data() {
    for (code, message, data) in [
        (4, "The transaction was added to the mempool but wasn't processed in 2s.", hash()),
        (5, "The transaction was rejected: not ready", hash()),
        (6, "The transaction has a nonce gap; rate limit of life", "\"0x5\"".into()),
    ] {
        let mut world = sent();
        let data: Value = serde_json::from_str(&data).unwrap();
        world.says("a", json!({"code": code, "message": message, "data": data}));
        assert!(world.is_open(1), "{code}: another one may have the receipt");
        world.lost("b");
        world.lost("c");
        assert_eq!(told(&world), (code, Some(data.to_string())));
        assert_eq!(world.dot("a"), "good", "{code} is no fault");
    }
}

#[test]
fn an_in_mempool_error_beats_a_nonce_error() {
    let mut world = sent();
    world.error("a", -32000, "nonce too low");
    world.error("b", -32000, "nonce too low");
    world.says("c", json!({"code": 4, "message": "not in time", "data": "0x1"}));
    assert_eq!(told(&world).0, 4);
}

#[test]
fn the_pages_own_timeout_counts() {
    for ms in [json!(5_000), json!("0x1388")] {
        let mut world = alone(json!([RAW, ms]));
        unknown(&mut world, "a");
        world.reply("a", &hash());
        let mut waited = 0;
        while world.is_open(1) && waited < 60_000 {
            world.advance(50);
            waited += 50;
            if !world.asked().is_empty() {
                world.reply("a", "null");
            }
        }
        assert!((5_000..7_500).contains(&waited), "{waited}");
        assert_eq!(told(&world), (4, Some(hash())), "the error carries the hash");
    }
    let mut world = alone(json!([RAW, 5_000]));
    world.dwell(7_100);
    assert!(!world.is_open(1), "a silent node is not waited for much longer");
    let mut world = alone(json!([RAW]));
    world.dwell(30_000);
    assert!(world.is_open(1), "without it the node's own timeout counts");
    assert_eq!(world.asked(), ["a"]);
}

#[test]
fn a_node_that_waits_less_than_the_page_is_polled_again() {
    let mut world = alone(json!([RAW, 8_000]));
    world.advance(2_000);
    world.says("a", json!({"code": 4, "message": "not in 2s", "data": "0x1"}));
    assert!(world.is_open(1));
    world.advance(250);
    world.reply("a", &receipt());
    assert_eq!(world.result(1), Some(receipt()));
}

#[test]
fn equal_transactions_are_not_joined() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).warm();
    world.ask(1, SYNC, json!([RAW]));
    world.ask(2, SYNC, json!([RAW]));
    assert_eq!(world.asked(), ["a", "a"]);
}

#[test]
fn a_removed_lane_is_not_polled_again() {
    let mut world = alone(json!([RAW]));
    world.reply("a", &hash());
    let text = Setup::new(vec![lane("b", GCP, 20)]).text();
    world.event(breakwater::guard::Event::Settings(Some(text)));
    world.sent_since();
    world.advance(5_000);
    assert!(!world.is_open(1) && !world.sent_since().contains(&"a".to_owned()));
}

#[test]
fn a_node_that_rejects_the_timeout_is_asked_without_it() {
    let invalid = "invalid type: integer `5000`, expected a variable number of bytes";
    let mut world = alone(json!([RAW, 5_000]));
    world.error("a", -32602, invalid);
    assert_eq!(out(&world, "a"), ("eth_sendRawTransaction".into(), format!(r#"["{RAW}"]"#)));
    world.error("a", -32602, "rlp: element is larger than containing list");
    assert_eq!(told(&world).0, -32602, "an error about the transaction itself is given");
    let mut world = alone(json!([RAW]));
    world.error("a", -32602, invalid);
    assert_eq!(told(&world).0, -32602);
}
