//! guard, race, rescue, compare, off; and the wallet as a lane in each.

#[path = "world/mod.rs"]
mod world;

use breakwater::protocol::CoreToPage;
use serde_json::json;
use world::node::Http;
use world::script::{AWS, GCP, Setup, lane, three};

#[test]
fn race_asks_all_at_once_and_the_first_answer_wins() {
    let mut world = Setup::new(three()).mode("race").warm();
    world.balance(1);
    assert_eq!(world.asked(), ["a", "b", "c"]);
    world.lost("a");
    world.reply("c", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
    assert!(world.flights.is_empty());
}

#[test]
fn rescue_asks_the_wallet_first_and_lanes_when_it_stalls() {
    let mut world = Setup::new(three()).mode("rescue").warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    assert_eq!(world.told(1), [CoreToPage::AskWallet { id: 1 }]);
    assert!(world.asked().is_empty());
    world.advance(800);
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "\"0x9\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x9\""));
}

#[test]
fn rescue_asks_lanes_at_once_when_the_wallet_fails() {
    let mut world = Setup::new(three()).mode("rescue").warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    world.wallet_fails(1, -32603, "Internal JSON-RPC error.");
    assert_eq!(world.asked(), ["a"]);
}

/// The outage we protect against: the wallet's own server is dark, and every read of a busy page stalls there.
#[test]
fn rescuing_a_stalled_wallet_needs_no_budget() {
    let mut world = Setup::new(three()).mode("rescue").tls().warm();
    for id in 1..=14 {
        world.ask_wallet(id, "eth_getBalance", world::script::balance_of(id));
    }
    world.advance(800);
    assert_eq!(world.asked().len(), 14, "all that one page may have out on a lane");
}

#[test]
fn with_a_stalled_wallet_the_next_lane_follows_a_failure() {
    let mut world = Setup::new(three()).mode("rescue").warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    world.advance(800);
    world.lost("a");
    assert_eq!(world.asked(), ["b"]);
    world.lost("b");
    assert_eq!(world.asked(), ["c"]);
}

#[test]
fn the_wallet_is_the_last_lane_and_its_answer_counts() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    world.lost("a");
    assert_eq!(world.told(1), [CoreToPage::AskWallet { id: 1 }]);
    world.wallet_says(1, "\"0x3\"");
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }), "its own value, not a copy");
}

#[test]
fn the_wallet_is_asked_by_half_the_deadline() {
    let mut world = Setup::new(three()).warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    world.advance(5_100);
    assert!(world.told(1).contains(&CoreToPage::AskWallet { id: 1 }));
    world.wallet_says(1, "\"0x3\"");
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }));
    assert!(world.flights.is_empty());
}

#[test]
fn with_all_dark_the_wallet_answers_before_the_deadline() {
    let mut world = Setup::new(three()).warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    world.advance(9_900);
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }));
    world.ask(2, "eth_gasPrice", json!([1]));
    world.advance(9_900);
    let (code, message) = world.failure(2).expect("an error");
    assert_eq!(code, -32603);
    assert!(message.contains("did not answer in time") && message.contains('a'), "{message}");
}

/// Promise 4: unusually long silence is no reason to fail while there is time.
#[test]
fn a_slow_lane_may_answer_when_no_other_can() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40)]).warm();
    world.balance(1);
    world.advance(6_000);
    assert!(world.is_open(1));
    world.reply("a", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}

#[test]
fn off_passes_through_to_the_wallet() {
    let mut world = Setup::new(three()).mode("off").warm();
    world.ask_wallet(1, "eth_gasPrice", json!([]));
    assert_eq!(world.told(1), [CoreToPage::UseWallet { id: 1 }]);
    world.ask(2, "eth_gasPrice", json!([]));
    assert_eq!(world.failure(2).map(|f| f.0), Some(4901));
    assert!(world.sent_since().is_empty());
}

#[test]
fn unknown_methods_go_to_the_wallet_alone_at_once() {
    let mut world = Setup::new(three()).warm();
    for (id, method) in
        ["eth_accounts", "personal_sign", "eth_sendTransaction", "wallet_x", "eth_future"].iter().enumerate()
    {
        world.ask_wallet(id as u64, method, json!([]));
        assert_eq!(world.told(id as u64), [CoreToPage::UseWallet { id: id as u64 }]);
    }
    assert!(world.sent_since().is_empty());
}

#[test]
fn two_lanes_fail_over_to_each_other() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40)]).warm();
    world.balance(1);
    world.http("a", Http::new(503, ""));
    assert_eq!(world.asked(), ["b"]);
    world.http("b", Http::new(503, ""));
    let (code, message) = world.failure(1).expect("an error");
    assert_eq!((code, message.as_str()), (-32603, "Breakwater: 2 endpoints could not answer (eth_getBalance)."));
}
