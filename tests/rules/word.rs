//! An error that is not in the catalogue counts as the chain's own until another lane contradicts it.

use serde_json::json;

use breakwater::protocol::CoreToPage;

use crate::world::node::Http;
use crate::world::rng::Rng;
use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};
use crate::world::{Seen, World};

const HALT: &str = "invalid jump destination";

/// A call, at a time when the lane that last answered the page is no longer preferred.
fn call(world: &mut World, id: u64) {
    world.advance(1_100);
    world.ask(id, "eth_call", json!([{"to": format!("0x{id:040x}")}, "latest"]));
}

fn asked() -> World {
    let mut world = Setup::new(three()).warm();
    call(&mut world, 1);
    world
}

fn all_good(world: &mut World) {
    for (lane, dot) in world.dots() {
        assert_eq!(dot, "good", "{lane}");
    }
}

/// Two lanes answer that the call halts. From now on one lane is enough.
fn learn(world: &mut World, id: u64) {
    call(world, id);
    world.error("a", -32000, HALT);
    world.error("b", -32000, HALT);
    assert!(world.failure(id).is_some());
}

#[test]
fn a_lane_on_different_ground_confirms_an_error() {
    let lanes = vec![lane("a", AWS, 20), lane("near", AWS, 21), lane("far", GCP, 90)];
    let mut world = Setup::new(lanes).warm();
    call(&mut world, 1);
    world.says("a", json!({"code": -32000, "message": HALT, "data": {"at": 1}}));
    assert_eq!(world.asked(), ["far"], "one more lane, on different ground");
    world.error("far", -32000, "another text under the same code");
    assert_eq!(world.failure(1), Some((-32000, HALT.to_owned())), "the first lane's error, unchanged");
    assert!(world.asked().is_empty());
    assert_eq!(world.trail().1, "confirmed");
    all_good(&mut world);
}

#[test]
fn a_result_contradicts_an_error() {
    let mut world = asked();
    world.error("a", -32000, HALT);
    world.reply("b", "\"0x07\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x07\""));
    assert_eq!(world.trail().0[0].1, "word");
    all_good(&mut world);
}

#[test]
fn a_revert_contradicts_an_error_too() {
    let mut world = asked();
    world.error("a", -32603, "Internal error");
    world.error("b", 3, "execution reverted");
    assert_eq!(world.failure(1), Some((3, "execution reverted".to_owned())));
}

#[test]
fn with_no_other_lane_an_error_is_passed_on() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).warm();
    call(&mut world, 1);
    world.error("a", -32003, "EVM error: InvalidJump");
    assert_eq!(world.failure(1), Some((-32003, "EVM error: InvalidJump".to_owned())));
    let mut world = asked();
    world.error("a", -32603, "Internal error");
    world.lost("b");
    world.http("c", Http::new(429, ""));
    assert_eq!(world.failure(1), Some((-32603, "Internal error".to_owned())), "the lane's own error");
    assert_eq!(world.trail().1, "unconfirmed");
}

#[test]
fn errors_of_two_kinds_count_as_the_chains_own() {
    let mut world = asked();
    world.error("a", -32000, HALT);
    world.error("b", -32003, "EVM error: InvalidJump");
    assert_eq!(world.failure(1), Some((-32000, HALT.to_owned())));
    call(&mut world, 2);
    world.error("a", -32000, HALT);
    assert!(world.failure(2).is_some(), "this kind is known from now on");
}

#[test]
fn of_two_errors_the_one_that_is_not_vague_is_given() {
    let mut world = asked();
    world.error("a", -32603, "Internal error");
    world.error("b", -32000, HALT);
    assert_eq!(world.failure(1), Some((-32000, HALT.to_owned())));
}

#[test]
fn two_kinds_of_errors_do_not_agree_in_compare_mode() {
    let mut world = compare();
    world.error("a", -32000, HALT);
    world.error("b", -32003, "EVM error: InvalidJump");
    assert_eq!(world.asked(), ["c"]);
    world.error("c", -32099, "Bad jump");
    assert_eq!(world.failure(1), Some((-32000, HALT.to_owned())));
}

#[test]
fn a_kind_that_two_lanes_gave_needs_one_send() {
    let mut world = asked();
    world.error("a", -32000, "nonce gap 5 at 0xAB12");
    world.error("b", -32000, "nonce gap 6 at 0xAB13");
    call(&mut world, 2);
    world.error("a", -32000, "nonce gap 7 at 0xCD99");
    assert_eq!(world.failure(2), Some((-32000, "nonce gap 7 at 0xCD99".to_owned())));
    call(&mut world, 3);
    world.error("a", -32000, "another text");
    assert_eq!(world.asked(), ["b"], "another kind needs a second lane");
    world.reply("b", "\"0x\"");
    world.advance(1_100);
    world.ask(4, "eth_estimateGas", json!([{"to": "0x1"}, "latest"]));
    world.error("a", -32000, "nonce gap 7 at 0xCD99");
    assert_eq!(world.asked(), ["b"], "so does another method");
}

#[test]
fn a_confirmed_kind_survives_a_restart_of_the_core() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    learn(&mut world, 1);
    world.dwell(3_000);
    world.restart(&text);
    world.open(PAGE);
    world.dwell(1_000);
    call(&mut world, 2);
    world.error("a", -32000, HALT);
    assert!(world.failure(2).is_some());
}

/// A page that provokes errors must not turn a broken lane's error into another page's answer.
#[test]
fn a_confirmed_kind_counts_for_its_site_only() {
    let mut world = Setup::new(three()).warm();
    learn(&mut world, 1);
    world.open_at(2, "other.example");
    world.ask_from(2, 1, "eth_call", json!([{"to": "0x2"}, "latest"]), false);
    world.error("a", -32000, HALT);
    assert_eq!(world.asked(), ["b"]);
}

#[test]
fn a_vague_error_always_needs_a_second_lane() {
    let mut world = Setup::new(three()).warm();
    for id in 1..40 {
        call(&mut world, id);
        world.error("a", -32603, "Internal error");
        assert_eq!(world.asked(), ["b"], "{id}");
        world.error("b", -32603, "Internal error");
        assert!(world.failure(id).is_some());
    }
    all_good(&mut world);
}

#[test]
fn a_contradicted_kind_needs_a_second_lane() {
    let mut world = Setup::new(three()).warm();
    call(&mut world, 1);
    world.error("a", -32000, "backend 7 is confused");
    world.reply("b", "\"0x\"");
    call(&mut world, 2);
    world.error("a", -32000, "backend 8 is confused");
    world.error("b", -32000, "backend 9 is confused");
    call(&mut world, 3);
    world.error("a", -32000, "backend 7 is confused");
    assert_eq!(world.asked(), ["b"]);
}

/// An error that only one lane keeps giving counts against that lane.
#[test]
fn a_lane_that_alone_keeps_giving_errors_goes_down() {
    let mut world = Setup::new(three()).warm();
    for id in 1..=5 {
        all_good(&mut world);
        call(&mut world, id);
        world.error("a", -32603, "Internal error");
        world.reply("b", "\"0x\"");
    }
    assert_eq!(world.dot("a"), "down");
}

#[test]
fn an_answer_between_the_errors_keeps_the_lane_up() {
    let mut world = Setup::new(three()).warm();
    for id in 1..=20 {
        call(&mut world, id);
        if id % 4 == 0 {
            world.reply("a", "\"0x\"");
        } else {
            world.error("a", -32603, "Internal error");
            world.reply("b", "\"0x\"");
        }
    }
    all_good(&mut world);
}

#[test]
fn a_wallet_has_a_second_to_confirm_an_error() {
    let one = || Setup::new(vec![lane("a", AWS, 20)]).warm();
    let mut world = one();
    world.ask_wallet(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    world.error("a", -32000, HALT);
    world.wallet_says(1, "\"0x07\"");
    assert!(matches!(world.told(1).last(), Some(CoreToPage::UseWallet { .. })));
    let mut world = one();
    world.ask_wallet(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    world.error("a", -32000, HALT);
    world.advance(1_000);
    assert_eq!(world.failure(1), Some((-32000, HALT.to_owned())));
}

fn compare() -> World {
    let mut world = Setup::new(three()).mode("compare").warm();
    call(&mut world, 1);
    world
}

#[test]
fn two_equal_errors_agree_and_a_result_outweighs_one() {
    let mut world = compare();
    world.error("a", -32000, HALT);
    world.error("b", -32000, HALT);
    assert_eq!(world.failure(1), Some((-32000, HALT.to_owned())));
    let mut world = compare();
    world.error("a", -32000, HALT);
    world.reply("b", "\"0x07\"");
    assert_eq!(world.asked(), ["c"], "an unknown error is not a dispute");
    world.reply("c", "\"0x07\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x07\""));
}

#[test]
fn two_unable_lanes_never_agree() {
    for text in ["header not found", "execution aborted (timeout = 5s)", "transaction indexing is in progress"] {
        let mut world = compare();
        world.error("a", -32000, text);
        world.error("b", -32000, text);
        assert_eq!(world.asked(), ["c"], "{text}");
    }
}

#[test]
fn reverts_without_data_agree_by_reason() {
    for (other, agree) in
        [("VM Exception while processing transaction: revert Too low", true), ("execution reverted: Too high", false)]
    {
        let mut world = compare();
        world.error("a", 3, "execution reverted: Too low");
        world.error("b", 3, other);
        let told = world.failure(1).map(|f| f.0);
        assert_eq!(told, Some(if agree { 3 } else { -32002 }), "{other}");
    }
}

#[test]
fn reverts_with_different_data_do_not_agree() {
    let mut world = compare();
    world.says("a", json!({"code": 3, "message": "execution reverted", "data": "0x01"}));
    world.says("b", json!({"code": 3, "message": "execution reverted", "data": "0x02"}));
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32002));
}

#[test]
fn a_lane_that_lacks_one_block_is_asked_for_others() {
    for text in [
        "state for block 5 not available",
        "historical backend error: rpc method is not whitelisted",
        "execution aborted (timeout = 5s)",
        "method handler crashed",
    ] {
        let mut world = Setup::new(three()).warm();
        world.ask(1, "eth_getBalance", json!(["0x1", "0x5"]));
        world.error("a", -32000, text);
        assert_eq!(world.asked(), ["b"], "{text}");
        world.reply("b", "\"0x1\"");
        world.balance(2);
        assert_eq!(world.asked(), ["a"], "{text}");
        all_good(&mut world);
    }
}

/// If a state was pruned, older states were too. Newer ones and other methods may still work.
#[test]
fn a_lane_without_an_old_state_is_skipped_for_it_only() {
    let mut world = Setup::new(three()).warm();
    let balance = |world: &mut World, id: u64, block: &str| {
        world.advance(1_100);
        world.ask(id, "eth_getBalance", json!([format!("0x{id:040x}"), block]));
    };
    balance(&mut world, 1, "0x50");
    world.error("a", -32000, "missing trie node 1a2b (path ) state 0x1 is not available");
    world.reply("b", "\"0x1\"");
    for (id, block, first) in [(2, "0x50", "b"), (3, "0x4f", "b"), (4, "0x51", "a"), (5, "latest", "a")] {
        balance(&mut world, id, block);
        assert_eq!(world.asked(), [first], "{block}");
        world.reply(first, "\"0x1\"");
    }
    world.advance(1_100);
    world.ask(6, "eth_getBlockByNumber", json!(["0x50", false]));
    assert_eq!(world.asked(), ["a"], "another method");
}

#[test]
fn after_a_result_of_the_wrong_shape_another_lane_is_asked() {
    let hash = |n: u64| format!("0x{n:064x}");
    let receipt = |n: u64| format!(r#"{{"transactionHash":"{}"}}"#, hash(n));
    for (method, params, odd, good) in [
        ("eth_getBalance", json!(["0x1", "latest"]), "null".to_owned(), "\"0x1\"".to_owned()),
        ("eth_getBalance", json!(["0x1", "latest"]), "\"Error while processing\"".to_owned(), "\"0x1\"".to_owned()),
        ("eth_gasPrice", json!([]), "1e99999".to_owned(), "\"0x1\"".to_owned()),
        ("eth_getTransactionReceipt", json!([hash(7)]), receipt(8), receipt(7)),
    ] {
        let mut world = Setup::new(three()).warm();
        world.ask(1, method, params);
        world.reply("a", &odd);
        assert_eq!(world.asked(), ["b"], "{odd}");
        world.reply("b", &good);
        assert_eq!(world.result(1), Some(good));
        all_good(&mut world);
    }
}

/// What a page can cost by errors that differ every time.
#[test]
fn confirming_ever_new_errors_stays_within_a_budget() {
    let mut world = Setup::new(three()).warm();
    world.sent_since();
    let text = |id: u64| format!("odd {}", "x".repeat(id as usize));
    for id in 1..=200 {
        call(&mut world, id);
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.error(&lane, id as i64 + 1_000, &text(id));
        }
        assert_eq!(world.failure(id).map(|f| f.1), Some(text(id)));
    }
    let calls = world.seen.iter().filter(|s| matches!(s, Seen::Sent(f) if f.method == "eth_call")).count();
    assert!(calls <= 200 + 30, "{calls} sends for 200 calls");
}

fn odd_text(rng: &mut Rng) -> String {
    let words = ["jump", "stack", "väärin", "tx", "\"quoted\"", "opcode", "cap:", "0x", "halt", "<b>"];
    let more = (0..rng.within(1, 5)).map(|_| rng.pick(&words));
    std::iter::once("halt").chain(more).collect::<Vec<_>>().join(" ")
}

fn is_word(code: i64, text: &str) -> bool {
    let error = breakwater::jsonrpc::RpcError { code, message: text.to_owned(), data: None };
    let spec = breakwater::route::spec("eth_call");
    breakwater::classify::Classifier::default().meaning(spec, 200, &error) == breakwater::classify::Meaning::Word
}

/// For any well-formed errors from all lanes, of one kind or of many, the page gets one of them byte for byte.
#[test]
fn an_error_that_all_lanes_give_arrives_unchanged() {
    for seed in 1..300 {
        let mut rng = Rng::new(seed);
        let one = (rng.within(1, 60_000) as i64 - 33_500, odd_text(&mut rng));
        let alike = rng.within(0, 1) == 0;
        let kinds: Vec<(i64, String)> = (0..3)
            .map(|_| if alike { one.clone() } else { (rng.within(1, 60_000) as i64 - 33_500, odd_text(&mut rng)) })
            .collect();
        if kinds.iter().all(|(code, text)| is_word(*code, text)) {
            all_lanes_say(&mut rng, &kinds);
        }
    }
}

fn all_lanes_say(rng: &mut Rng, kinds: &[(i64, String)]) {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40), lane("c", HETZNER, 60)]).warm();
    for id in 1..=4 {
        world.sent_since();
        call(&mut world, id);
        let mut said = Vec::new();
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            let (code, text) = &kinds[(lane.as_bytes()[0] - b'a') as usize];
            let (message, data) = (format!("{text} {}", rng.within(0, 99)), json!({"n": id}));
            world.says(&lane, json!({"code": code, "message": message, "data": data}));
            said.push((*code, message, data.to_string()));
        }
        let sends = world.sent_since().len();
        assert!(sends <= if id == 1 { 2 } else { 1 }, "call {id}: {sends} sends of {kinds:?}");
        let told = world.told(id).into_iter().find_map(|told| match told {
            CoreToPage::Error { code, message, data, .. } => Some((code, message, data.unwrap_or_default())),
            _ => None,
        });
        assert!(told.as_ref().is_some_and(|told| said.contains(told)), "{told:?} of {said:?}");
        all_good(&mut world);
    }
}

/// The second lane's error is of a known kind. It confirms the first error and contradicts nothing.
#[test]
fn a_known_kind_of_error_does_not_contradict_another() {
    let mut world = Setup::new(three()).warm();
    learn(&mut world, 1);
    for id in 2..10 {
        call(&mut world, id);
        world.error("a", -32603, "Internal error");
        world.error("b", -32000, HALT);
        assert!(world.failure(id).is_some());
    }
    all_good(&mut world);
}

/// Fifteen odd calls once took every endpoint down, and the person was notified of an outage.
#[test]
fn odd_calls_of_a_page_take_no_endpoint_down() {
    let mut world = Setup::new(three()).warm();
    for id in 1..=15 {
        call(&mut world, id);
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.error(&lane, -32000, HALT);
        }
        assert_eq!(world.failure(id), Some((-32000, HALT.to_owned())));
    }
    all_good(&mut world);
    assert!(!world.seen.iter().any(|seen| matches!(seen, Seen::Notify(..))));
}
