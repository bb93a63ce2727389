//! What a lane's reply means for the race and for the lane.

#![allow(clippy::indexing_slicing, reason = "a test")]

#[path = "world/mod.rs"]
mod world;

use serde_json::json;
use world::node::Http;
use world::script::{Setup, three};

fn next_after(http: impl Fn(u64) -> Http) -> (world::World, Vec<String>) {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getLogs", json!([{"fromBlock": "0x1"}]));
    let send = world.out()[0].send;
    world.http("a", http(send));
    let asked = world.asked().iter().map(|s| (*s).to_owned()).collect();
    (world, asked)
}

#[test]
fn an_invalid_reply_never_wins() {
    let json = |text: &str| Http::new(200, text.as_bytes().to_vec());
    let bad: [&dyn Fn(u64) -> Http; 9] = [
        &|_| Http::new(503, "no"),
        &|_| json("<html>"),
        &|_| json(""),
        &|id| json(&format!(r#"{{"id":{},"result":[]}}"#, id + 1)),
        &|id| json(&format!(r#"{{"id":{id},"result":[]}}{{"id":{id},"result":[]}}"#)),
        &|id| Http::new(200, [format!(r#"{{"id":{id},"result":""#).as_bytes(), b"\xff\"}"].concat()),
        &|id| json(&format!(r#"[{{"id":{id},"result":[]}}]"#)),
        &|id| json(&format!(r#"{{"id":{id}}}"#)),
        &|id| Http::new(502, format!(r#"{{"id":{id},"result":[]}}"#)),
    ];
    for (at, http) in bad.iter().enumerate() {
        let (mut world, asked) = next_after(http);
        assert_eq!(asked, ["b"], "case {at}");
        world.reply("b", "[]");
        assert_eq!(world.result(1).as_deref(), Some("[]"));
        assert_eq!(world.trail().0[0].1, "fault", "case {at}");
    }
}

#[test]
fn a_revert_is_the_answer_and_arrives_as_it_was_sent() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    let send = world.out()[0].send;
    world.http(
        "a",
        Http::new(
            200,
            format!(r#"{{"id":{send},"error":{{"code":3,"message":"execution reverted: é","data":"0x08c3"}}}}"#),
        ),
    );
    let told = world.told(1);
    assert!(
        matches!(&told[..], [breakwater::protocol::CoreToPage::Error { code: 3, message, data: Some(data), .. }]
        if message == "execution reverted: é" && data == "\"0x08c3\""),
        "{told:?}"
    );
    assert!(world.asked().is_empty());
}

#[test]
fn a_rate_limited_lane_rests_as_long_as_it_asks() {
    let mut limit = Http::new(429, "slow down");
    limit.headers.push(("retry-after".into(), "42".into()));
    let (mut world, asked) = next_after(|_| limit.clone());
    assert_eq!(asked, ["b"]);
    world.reply("b", "[]");
    assert_eq!(world.dot("a"), "resting");
    world.sent_since();
    for id in 2..20 {
        world.balance(id);
        assert_eq!(world.asked(), ["b"]);
        world.reply("b", "\"0x1\"");
        world.advance(2_000);
    }
    assert!(!world.sent_since().contains(&"a".to_owned()), "not even a poll");
    world.advance(6_000);
    world.balance(30);
    assert_eq!(world.asked(), ["a"], "42 s are over");
}

#[test]
fn a_rate_limit_in_a_200_response_is_recognised() {
    let (mut world, asked) = next_after(|id| {
        Http::new(200, format!(r#"{{"id":{id},"error":{{"code":-32005,"message":"limit exceeded"}}}}"#))
    });
    assert_eq!(asked, ["b"]);
    assert_eq!(world.dot("a"), "resting");
}

#[test]
fn a_range_limit_asks_another_lane_and_blames_nobody() {
    let (mut world, asked) = next_after(|id| {
        Http::new(
            200,
            format!(r#"{{"id":{id},"error":{{"code":-32005,"message":"query returned more than 10000 results"}}}}"#),
        )
    });
    assert_eq!(asked, ["b"]);
    world.reply("b", "[]");
    world.advance(600);
    assert_eq!(world.dot("a"), "good");
    world.ask(2, "eth_getLogs", json!([{"fromBlock": "0x2"}]));
    assert_eq!(world.asked(), ["a"], "and the next range is asked there first, as before");
}

#[test]
fn the_page_hears_when_every_lane_wants_a_smaller_range() {
    let (mut world, _) = next_after(|_| Http::new(503, ""));
    world.error("b", -32005, "query returned more than 10000 results");
    world.error("c", -32005, "query returned more than 10000 results");
    assert!(world.failure(1).is_some());
}

#[test]
fn a_lane_is_not_asked_again_for_a_method_it_lacks() {
    let mut world = Setup::new(three()).warm();
    let proof = |world: &mut world::World, id| world.ask(id, "eth_getProof", json!([format!("0x{id}"), [], "latest"]));
    proof(&mut world, 1);
    world.error("a", -32601, "the method eth_getProof does not exist/is not available");
    world.reply("b", r#"{"accountProof":[]}"#);
    world.advance(600);
    proof(&mut world, 2);
    assert_eq!(world.asked(), ["b"]);
    world.reply("b", r#"{"accountProof":[]}"#);
    world.advance(600);
    world.balance(3);
    assert_eq!(world.asked(), ["a"], "other methods are");
}

/// A lane that lacks one block or state may have the next one.
#[test]
fn a_missing_block_says_nothing_about_the_method() {
    for message in ["header not found", "missing trie node 1a2b", "block not found"] {
        let mut world = Setup::new(three()).warm();
        world.ask(1, "eth_getBalance", json!(["0x1", "0x10"]));
        world.error("a", -32000, message);
        world.reply("b", "\"0x1\"");
        world.advance(600);
        world.balance(2);
        assert_eq!(world.asked(), ["a"], "{message}");
    }
}

#[test]
fn an_answer_over_the_cap_says_nothing_about_the_method() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getLogs", json!([{}]));
    let send = world.out()[0].send;
    world.flights.remove(&send);
    world.event(breakwater::guard::Event::SendFailed { send, why: breakwater::guard::SendError::TooLarge });
    assert_eq!(world.asked(), ["b"]);
    world.reply("b", "[]");
    world.advance(600);
    world.ask(2, "eth_getLogs", json!([{"fromBlock": "0x5"}]));
    assert_eq!(world.asked(), ["a"]);
}

#[test]
fn five_faults_open_the_breaker_and_one_probe_closes_it() {
    let mut world = Setup::new(three()).warm();
    world.fault("a", world::node::Fault::Status(503, 0));
    for id in 1..=5 {
        world.balance(id);
        world.http("a", Http::new(503, ""));
        world.reply("b", "\"0x1\"");
        world.advance(600);
    }
    assert_eq!(world.dot("a"), "down");
    world.balance(6);
    assert_eq!(world.asked(), ["b"]);
    world.reply("b", "\"0x1\"");
    world.sent_since();
    world.advance(14_300);
    assert!(!world.sent_since().contains(&"a".to_owned()), "nothing for 15 s");
    world.advance(1_500);
    assert_eq!(world.sent_since().iter().filter(|l| *l == "a").count(), 1, "one probe");
    assert_eq!(world.dot("a"), "down", "which failed");
    world.heal("a");
    world.balance(7);
    world.reply("b", "\"0x1\"");
    world.advance(20_000);
    world.balance(8);
    world.reply("b", "\"0x1\"");
    assert_eq!(world.dot("a"), "down", "the pause has doubled");
    world.advance(11_500);
    assert_eq!(world.dot("a"), "good");
}
