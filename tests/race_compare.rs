//! compare: two lanes on different ground agree at one block, or the page is told that they do not.

#[path = "world/mod.rs"]
mod world;

use breakwater::protocol::CoreToPage;
use serde_json::json;
use world::script::{AWS, GCP, HETZNER, Lane, Setup, lane, three};

fn compare(lanes: Vec<Lane>) -> Setup {
    Setup::new(lanes).mode("compare")
}

fn majority() -> Setup {
    Setup { dispute: "majority", ..compare(three()) }
}

#[test]
fn two_lanes_on_different_ground_must_agree() {
    let mut world = compare(vec![lane("a", AWS, 20), lane("near", AWS, 21), lane("far", GCP, 90)]).warm();
    world.balance(1);
    assert_eq!(world.asked(), ["a", "far"]);
    world.reply("a", "\"0x7\"");
    assert!(world.is_open(1), "one answer is none");
    world.reply("far", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
    assert_eq!(world.trail().1, "agreed");
}

#[test]
fn spacing_and_member_order_do_not_matter() {
    let mut world = compare(three()).warm();
    world.ask(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    world.reply("a", "\"0xAB\"");
    world.reply("b", "\"0xab\"");
    assert!(world.result(1).is_some());
}

#[test]
fn a_dispute_is_an_error_and_the_trail_has_both_answers() {
    let mut world = compare(three()).warm();
    world.balance(1);
    world.reply("a", "\"0x7\"");
    world.reply("b", "\"0x8\"");
    let (code, message) = world.failure(1).expect("an error");
    assert_eq!(code, -32002);
    assert!(message.contains("2 endpoints disagree about eth_getBalance"), "{message}");
    let pair = |lane: &str, outcome: &str| (lane.to_owned(), outcome.to_owned());
    assert_eq!(world.trail(), (vec![pair("a", "disputed"), pair("b", "disputed")], "disputed".to_owned()));
}

#[test]
fn a_majority_of_three_settles_a_dispute() {
    let mut world = majority().warm();
    world.balance(1);
    world.reply("a", "\"0x666\"");
    world.reply("b", "\"0x7\"");
    assert_eq!(world.asked(), ["c"]);
    world.reply("c", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
    let (tried, reason) = world.trail();
    let disputed: Vec<&str> = tried.iter().filter(|(_, o)| o == "disputed").map(|(lane, _)| lane.as_str()).collect();
    assert_eq!((disputed, reason.as_str()), (vec!["a"], "majority"), "who was outvoted is named: {tried:?}");
}

#[test]
fn three_different_answers_are_a_dispute() {
    let mut world = majority().warm();
    world.balance(1);
    world.reply("a", "\"0x1\"");
    world.reply("b", "\"0x2\"");
    world.reply("c", "\"0x3\"");
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32002));
}

/// The lane that should settle the dispute fails: the page is told at once, not at the deadline.
#[test]
fn a_dispute_without_a_third_lane_is_reported_at_once() {
    let mut world = majority().warm();
    world.balance(1);
    world.reply("a", "\"0x1\"");
    world.reply("b", "\"0x2\"");
    world.lost("c");
    let (code, message) = world.failure(1).expect("an error");
    assert_eq!(code, -32002);
    assert!(message.contains("2 endpoints disagree about"), "c said nothing: {message}");
}

#[test]
fn both_lanes_are_asked_at_the_newest_block_both_have() {
    let mut lanes = three();
    lanes[1].lag = 1;
    let mut world = compare(lanes).warm();
    for _ in 0..4 {
        world.page(1, breakwater::protocol::PageToCore::Use { chain: 1 });
        world.advance(6_000);
    }
    world.balance(1);
    let pinned = format!("\"0x{:x}\"", world.chains[0].head(world.now) - 1);
    assert_eq!(world.asked(), ["a", "b"]);
    assert!(world.out().iter().all(|f| f.params.contains(&pinned)), "{pinned}: {:?}", world.out());
}

/// A page that was quiet for an hour does not get an hour-old answer.
#[test]
fn the_pinned_block_is_never_an_old_one() {
    let mut world = compare(three()).warm();
    world.advance(3_600_000);
    world.balance(1);
    world.advance(200);
    let head = world.chains[0].head(world.now);
    let pinned = format!("\"0x{head:x}\"");
    assert!(
        world.out().len() > 1 && world.out().iter().all(|f| f.params.contains(&pinned)),
        "{head}: {:?}",
        world.out()
    );
}

#[test]
fn a_pending_nonce_stays_pending() {
    let mut world = compare(three()).warm();
    world.ask(1, "eth_getTransactionCount", json!(["0x1", "pending"]));
    assert!(world.out().iter().all(|f| f.params.contains("pending")), "{:?}", world.out());
}

#[test]
fn a_lane_that_cannot_answer_is_replaced_by_the_next() {
    let mut world = compare(three()).warm();
    world.balance(1);
    world.reply("a", "\"0x7\"");
    world.lost("b");
    assert_eq!(world.asked(), ["c"]);
    world.reply("c", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}

#[test]
fn an_unconfirmed_answer_is_given_and_marked() {
    let mut world = compare(vec![lane("a", AWS, 20), lane("b", HETZNER, 40)]).warm();
    world.balance(1);
    world.reply("a", "\"0x7\"");
    world.lost("b");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
    assert_eq!(world.trail().1, "unconfirmed");
}

fn strict(lanes: Vec<Lane>) -> Setup {
    Setup { unconfirmed: "error", ..compare(lanes) }
}

/// If the person chose so, silencing every other lane must not make a lie believed.
#[test]
fn an_unconfirmed_answer_is_an_error_if_the_person_chose() {
    let mut world = strict(three()).warm();
    world.balance(1);
    world.reply("a", "\"0x7\"");
    world.lost("b");
    assert!(world.is_open(1), "the third may confirm it");
    world.lost("c");
    let (code, message) = world.failure(1).expect("an error, and at once");
    assert_eq!(code, -32002);
    assert!(message.contains("only 1 endpoint answered eth_getBalance"), "{message}");
    let (tried, reason) = world.trail();
    assert_eq!((tried[0].1.as_str(), reason.as_str()), ("answer", "withheld"));
}

/// The same at the deadline, if the others are silent.
#[test]
fn an_answer_not_confirmed_in_time_is_an_error_too() {
    let mut world = strict(three()).warm();
    world.balance(1);
    world.reply("a", "\"0x7\"");
    world.advance(10_000);
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32002));
}

/// A single endpoint has nobody to agree with, so its answer alone does not count.
#[test]
fn a_single_endpoint_cannot_confirm_itself() {
    let mut world = strict(vec![lane("a", AWS, 20)]).warm();
    world.balance(1);
    world.reply("a", "\"0x7\"");
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32002));
    world.ask(2, "eth_gasPrice", json!([]));
    world.reply("a", "\"0x9\"");
    assert!(world.result(2).is_some(), "what is not compared is answered");
}

/// The wallet's own answer is what the page would get without Breakwater.
#[test]
fn the_wallets_own_answer_is_never_withheld() {
    let mut world = strict(vec![lane("a", AWS, 20)]).warm();
    world.ask_wallet(1, "eth_getBalance", json!(["0x1", "latest"]));
    world.lost("a");
    world.wallet_says(1, "\"0x7\"");
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }));
}

#[test]
fn equal_reverts_agree_whatever_their_text() {
    let mut world = compare(three()).warm();
    world.ask(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    world.error("a", 3, "execution reverted");
    world.error("b", -32000, "VM Exception: reverted");
    assert_eq!(world.failure(1).map(|f| f.0), Some(3));
}

#[test]
fn fees_are_not_compared() {
    let mut world = compare(three()).warm();
    world.ask(1, "eth_gasPrice", json!([]));
    assert_eq!(world.asked(), ["a"]);
}
