//! A transaction goes to every lane, or only to the private ones.

use serde_json::json;

use crate::world::World;
use crate::world::chain::transaction_hash;
use crate::world::node::Http;
use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};

const RAW: &str = "0x02f86b0180843b9aca00";

fn broadcast() -> World {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_sendRawTransaction", json!([RAW]));
    world
}

fn hash() -> String {
    format!("\"{}\"", transaction_hash(RAW))
}

#[test]
fn it_goes_to_all_lanes_and_the_first_success_counts() {
    let mut world = broadcast();
    assert_eq!(world.asked(), ["a", "b", "c"]);
    world.reply("c", &hash());
    assert_eq!(world.result(1), Some(hash()));
    assert_eq!(world.asked(), ["a", "b"], "the other sends continue: the more nodes have it, the better");
    world.advance(11_000);
    assert!(world.asked().is_empty(), "but not forever");
}

#[test]
fn it_goes_only_to_private_endpoints_if_there_are_any() {
    let mut lanes = vec![lane("a", AWS, 20), lane("b", GCP, 40), lane("p", HETZNER, 60)];
    lanes[2].private = true;
    let mut world = Setup::new(lanes).warm();
    world.ask_from(PAGE, 1, "eth_sendRawTransaction", json!([RAW]), true);
    assert_eq!(world.asked(), ["p"]);
    world.lost("p");
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32603), "and not to the wallet's node");
    assert!(world.asked().is_empty());
}

#[test]
fn already_known_is_success() {
    for words in ["already known", "known transaction: 1a2b", "ALREADY_EXISTS: already imported", "already in mempool"]
    {
        let mut world = broadcast();
        world.error("a", -32000, words);
        assert_eq!(world.result(1), Some(hash()), "{words}");
    }
}

#[test]
fn a_wrong_hash_does_not_count_as_success() {
    let mut world = broadcast();
    world.reply("a", &format!("\"0x{:064x}\"", 7));
    assert!(world.is_open(1));
    world.reply("b", &hash());
    assert_eq!(world.result(1), Some(hash()));
    assert_eq!(world.trail().0[0].1, "fault");
}

#[test]
fn insufficient_funds_is_an_answer_but_a_rate_limit_is_not() {
    let mut world = broadcast();
    world.http("a", Http::new(429, ""));
    assert!(world.is_open(1));
    world.error("b", -32000, "insufficient funds for gas * price + value");
    world.error("c", -32005, "rate limit");
    assert_eq!(world.failure(1), Some((-32000, "insufficient funds for gas * price + value".to_owned())));
}

#[test]
fn an_error_of_the_chain_waits_a_second_for_a_success() {
    let mut world = broadcast();
    world.error("a", -32000, "nonce too low");
    world.advance(900);
    assert!(world.is_open(1));
    world.reply("b", &hash());
    assert_eq!(world.result(1), Some(hash()));
    let mut world = broadcast();
    world.error("a", -32000, "nonce too low");
    world.advance(1_000);
    assert_eq!(world.failure(1).map(|f| f.1).as_deref(), Some("nonce too low"));
}

#[test]
fn rate_limits_on_all_lanes_are_not_an_answer() {
    let mut world = broadcast();
    ["a", "b", "c"].into_iter().for_each(|lane| world.error(lane, -32005, "rate limit"));
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32603));
}
