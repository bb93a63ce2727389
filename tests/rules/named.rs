//! A read that names a block is sent last to a lane that has not shown that block, whatever the method. What such a
//! lane says about the block is not an answer while another lane can give one.

use breakwater::guard::Event;
use breakwater::protocol::PageToCore;
use serde_json::{Value, json};

use crate::world::World;
use crate::world::node::{Fault, Http};
use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};

/// `a` is the fastest, and 300 blocks behind; `b` and `c` have shown block 1000 (0x3e8).
fn behind() -> World {
    let mut lanes = three();
    lanes[0].lag = 300;
    Setup::new(lanes).warm()
}

/// A block that `b` and `c` have shown and `a` has not.
const NEW: &str = "0x3e8";

fn reads() -> Vec<(&'static str, Value)> {
    let who = format!("0x{:040x}", 0xab);
    vec![
        ("eth_call", json!([{"to": who}, NEW])),
        ("eth_call", json!([{"to": who}, {"blockNumber": NEW}])),
        ("eth_call", json!([{"to": who}, {"blockNumber": NEW, "requireCanonical": true}])),
        ("eth_estimateGas", json!([{"to": who}, NEW])),
        ("eth_createAccessList", json!([{"to": who}, NEW])),
        ("eth_simulateV1", json!([{"blockStateCalls": []}, NEW])),
        ("eth_getBalance", json!([who, NEW])),
        ("eth_getBalance", json!([who, 1_000])),
        ("eth_getCode", json!([who, NEW])),
        ("eth_getStorageAt", json!([who, "0x0", NEW])),
        ("eth_getTransactionCount", json!([who, NEW])),
        ("eth_getProof", json!([who, [], {"blockNumber": NEW}])),
        ("eth_feeHistory", json!(["0x4", NEW, []])),
        ("eth_getBlockByNumber", json!([NEW, false])),
        ("eth_getHeaderByNumber", json!([NEW])),
        ("eth_getBlockReceipts", json!([NEW])),
        ("eth_getBlockTransactionCountByNumber", json!([NEW])),
        ("eth_getTransactionByBlockNumberAndIndex", json!([NEW, "0x0"])),
        ("eth_getLogs", json!([{"fromBlock": "0x3e0", "toBlock": NEW}])),
        ("eth_getLogs", json!([{"fromBlock": NEW, "toBlock": "latest"}])),
        ("eth_getLogs", json!([{"fromBlock": NEW, "toBlock": "0xffffff"}])),
    ]
}

/// What a node answers.
fn result_of(method: &str) -> String {
    let result = match method {
        "eth_getBlockByNumber" | "eth_getHeaderByNumber" => {
            json!({"number": NEW, "hash": format!("0x{:064x}", 7), "transactions": []})
        }
        "eth_getTransactionByBlockNumberAndIndex" => json!({"hash": format!("0x{:064x}", 7), "blockNumber": NEW}),
        "eth_getProof" | "eth_createAccessList" => json!({"accountProof": [], "accessList": []}),
        "eth_feeHistory" => json!({"oldestBlock": NEW, "baseFeePerGas": ["0x1"], "gasUsedRatio": [0.5]}),
        "eth_getLogs" | "eth_simulateV1" | "eth_getBlockReceipts" => json!([]),
        "eth_getStorageAt" => json!(format!("0x{:064x}", 0)),
        _ => json!("0x1"),
    };
    result.to_string()
}

#[test]
fn a_lane_is_asked_last_for_a_block_it_has_not_shown() {
    for (method, params) in reads() {
        let mut world = behind();
        world.ask(1, method, params.clone());
        assert_eq!(world.asked(), ["b"], "{method} {params}");
        world.lost("b");
        assert_eq!(world.asked(), ["c"], "{method} {params}");
        world.reply("c", &result_of(method));
        assert!(world.result(1).is_some(), "{method} {params}");
    }
}

#[test]
fn the_fastest_lane_is_asked_for_a_block_all_have_shown() {
    for block in ["0x2bc", "0x1"] {
        let mut world = behind();
        world.ask(1, "eth_getBalance", json!(["0xab", block]));
        assert_eq!(world.asked(), ["a"], "{block}");
    }
}

/// The lane is asked only if the others could not answer, and it must first show its head.
#[test]
fn a_lane_that_has_caught_up_answers() {
    let mut world = behind();
    world.heal("a");
    world.node("a").lag = 0;
    world.ask(1, "eth_getBalance", json!(["0xab", NEW]));
    world.lost("b");
    world.lost("c");
    assert!(world.asked().is_empty(), "the lane is asked for its head");
    world.advance(100);
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "\"0x5\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x5\""));
}

#[test]
fn the_page_gets_an_error_when_no_lane_left_has_the_block() {
    for (method, params) in reads().into_iter().take(13) {
        let mut world = behind();
        world.ask(1, method, params.clone());
        world.lost("b");
        world.lost("c");
        world.advance(100);
        assert!(world.asked().is_empty(), "{method}: `a` showed block 700 again, and has no say");
        let (code, message) = world.failure(1).expect("a failure");
        assert_eq!(code, -32603);
        assert_eq!(message, format!("Breakwater: no endpoint that answers has the block that {method} names."));
        assert_eq!(world.trail().0[2], ("a".into(), "stale".into()), "{method}");
        assert_eq!(world.dot("a"), "good", "{method}");
    }
}

#[test]
fn a_removed_lanes_head_is_not_waited_for() {
    let mut lanes = three();
    lanes[0].lag = 300;
    let mut without = Setup::new(lanes.clone());
    without.lanes[0].enabled = false;
    let mut world = Setup::new(lanes).warm();
    world.ask(1, "eth_getBalance", json!(["0xab", NEW]));
    world.http("b", Http::new(503, ""));
    world.http("c", Http::new(503, ""));
    assert!(world.is_open(1));
    world.event(Event::Settings(Some(without.text())));
    assert_eq!(world.failure(1).map(|(code, _)| code), Some(-32603));
}

/// A lane without the block answers `null`, which is not an answer while another lane can give one.
#[test]
fn null_for_a_block_another_lane_has_is_not_given() {
    for method in [
        "eth_getBlockByNumber",
        "eth_getHeaderByNumber",
        "eth_getBlockReceipts",
        "eth_getBlockTransactionCountByNumber",
    ] {
        let mut world = Setup::new(three()).warm();
        world.ask(1, method, json!([NEW, false]));
        world.reply("a", "null");
        world.reply("b", "null");
        assert!(world.is_open(1), "{method}: two lanes have not got it, and the chain has");
        let result = result_of(method);
        world.reply("c", &result);
        assert_eq!(world.result(1), Some(result), "{method}");
    }
}

#[test]
fn null_is_the_answer_when_every_lane_says_so() {
    let mut world = behind();
    world.ask(1, "eth_getBlockByNumber", json!([NEW, false]));
    world.lost("b");
    world.lost("c");
    world.reply("a", "null");
    assert_eq!(world.result(1).as_deref(), Some("null"));
    assert_eq!(world.trail().1, "nothing");
}

#[test]
fn null_for_a_block_nobody_has_shown_needs_two_lanes() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getBlockByNumber", json!(["0x3e9", false]));
    world.reply("a", "null");
    world.reply("b", "null");
    assert_eq!(world.result(1).as_deref(), Some("null"));
}

/// A lane that returns a block has it from then on.
#[test]
fn a_lane_that_returns_a_block_has_it() {
    for method in ["eth_getBlockByNumber", "eth_getHeaderByNumber"] {
        let mut world = behind();
        world.ask(1, method, json!([NEW]));
        world.lost("b");
        world.lost("c");
        world.reply("a", &result_of(method));
        assert!(world.result(1).is_some());
        world.ask(2, "eth_getBalance", json!(["0xab", NEW]));
        assert_eq!(world.asked(), ["a"], "{method}");
    }
}

/// Real nodes have given an empty answer instead of "header not found" (erigon, issues 12850 and 18912).
#[test]
fn a_hedge_does_not_win_for_a_block_its_lane_lacks() {
    for mode in ["guard", "race"] {
        let mut lanes = three();
        lanes[0].lag = 300;
        let mut world = Setup::new(lanes).mode(mode).warm();
        world.ask(1, "eth_getBalance", json!(["0xab", NEW]));
        world.advance(500);
        assert!(!world.asked().contains(&"a"), "{mode}: {:?}", world.asked());
        world.reply("c", "\"0x7\"");
        assert_eq!(world.result(1).as_deref(), Some("\"0x7\""), "{mode}");
    }
}

#[test]
fn lanes_without_the_block_are_not_compared() {
    let mut lanes = three();
    lanes[0].lag = 300;
    let mut world = Setup::new(lanes).mode("compare").warm();
    world.ask(1, "eth_getBalance", json!(["0xab", NEW]));
    assert_eq!(world.asked(), ["b", "c"]);
    world.reply("b", "\"0x7\"");
    world.reply("c", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}

/// `b` had not shown the block when it was its turn. It shows the block to another read, while `c` is slow.
#[test]
fn a_lane_that_was_passed_over_is_asked_once_it_has_the_block() {
    let mut lanes = three();
    (lanes[1].lag, lanes[2].lag) = (1, 1);
    let mut world = Setup { unconfirmed: "error", ..Setup::new(lanes).mode("compare") }.warm();
    world.fault("c", Fault::Slow(1_500));
    world.ask(1, "eth_getBalance", json!(["0xab", NEW]));
    world.reply("a", "\"0x7\"");
    world.advance(300);
    assert!(world.asked().is_empty() && world.is_open(1), "b is one block behind, and c has not shown its head");
    world.node("b").lag = 0;
    world.ask(2, "eth_getBalance", json!(["0xac", NEW]));
    world.reply("a", "\"0x8\"");
    world.advance(300);
    world.reply("b", "\"0x8\"");
    assert_eq!(world.result(2).as_deref(), Some("\"0x8\""));
    world.advance(1_500);
    assert_eq!(world.asked(), ["b"], "c does not have the block");
    world.reply("b", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}

/// One node with two names, or a lone endpoint: no other lane has shown the block.
#[test]
fn a_block_nobody_has_shown_is_asked_as_usual() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).warm();
    world.ask(1, "eth_getBalance", json!(["0xab", "0xffff"]));
    assert_eq!(world.asked(), ["a"]);
    world.error("a", -32000, "header not found");
    assert_eq!(world.failure(1), Some((-32000, "header not found".into())));
    let mut world = behind();
    world.ask(2, "eth_getBalance", json!(["0xab", "0xffff"]));
    world.error("b", -32000, "header not found");
    world.error("c", -32000, "header not found");
    world.advance(100);
    assert_eq!(world.failure(2), Some((-32000, "header not found".into())), "the best lane's error");
}

#[test]
fn a_block_not_there_yet_is_recognised_in_any_wording() {
    for (code, message) in [
        (-32000, "header not found"),
        (-32000, "block not found"),
        (-39001, "unknown block"),
        (-32602, "block range extends beyond current head block"),
        (-32602, "Block with such an ID doesn't exist yet"),
    ] {
        let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40), lane("c", HETZNER, 60)]).warm();
        world.ask(1, "eth_getLogs", json!([{"fromBlock": "0x3e0", "toBlock": NEW}]));
        world.error("a", code, message);
        assert_eq!(world.asked(), ["b"], "{message}");
        world.reply("b", "[]");
        assert_eq!(world.result(1).as_deref(), Some("[]"), "{message}");
        assert_eq!(world.dot("a"), "good", "{message}");
    }
}

/// Without the block, a node's trace is incomplete or empty, like its logs and states.
#[test]
fn a_lane_without_the_block_is_not_asked_for_traces() {
    for (method, params) in [
        ("trace_filter", json!([{"fromBlock": "0x3e0", "toBlock": NEW}])),
        ("trace_call", json!([{"to": "0xab"}, ["trace"], NEW])),
        ("debug_traceCall", json!([{"to": "0xab"}, NEW, {}])),
    ] {
        let mut lanes = three();
        lanes[0].lag = 300;
        let setup = Setup::new(lanes);
        let mut settings: Value = serde_json::from_str(&setup.text()).unwrap();
        settings["chains"][0]["endpoints"].as_array_mut().unwrap().iter_mut().for_each(|e| e["traces"] = json!(true));
        let mut world = setup.warm();
        world.event(Event::Settings(Some(settings.to_string())));
        world.ask(1, method, params);
        world.lost("b");
        world.lost("c");
        world.advance(100);
        assert!(world.asked().is_empty() && world.failure(1).is_some(), "{method}: `a` showed block 700 again");
    }
}

/// The lane was asked before another lane showed a newer block than its own, so it may have lacked the block.
#[test]
fn null_is_not_given_for_a_block_the_lane_may_lack() {
    let mut world = Setup::new(three()).warm();
    world.dwell(11_000);
    world.fault("a", Fault::Dark);
    world.ask(1, "eth_getBalance", json!(["0xab", "0x3ea"]));
    assert_eq!(world.asked(), ["a"], "no lane has shown it");
    world.advance(100);
    world.error("b", -32000, "header not found");
    world.error("c", -32000, "header not found");
    world.dwell(3_000);
    world.reply("a", "\"0x0\"");
    assert_eq!(world.failure(1), Some((-32000, "header not found".into())), "the other lanes have shown 0x3e9 since");
}

/// The only answer in a comparison waits until the deadline.
#[test]
fn a_lone_answer_is_withheld_once_its_lane_is_behind() {
    for (reply, error) in [(Some("\"0x0\""), None), (None, Some((3, "execution reverted")))] {
        let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40)]).mode("compare").warm();
        world.dwell(11_000);
        world.fault("a", Fault::Dark);
        world.ask(1, "eth_call", json!([{"to": "0xab"}, "0x3ea"]));
        assert_eq!(world.asked(), ["a", "b"], "no lane has shown it");
        reply.into_iter().for_each(|result| world.reply("a", result));
        error.into_iter().for_each(|(code, message)| world.error("a", code, message));
        world.dwell(11_000);
        let told = "Breakwater: no endpoint that answers has the block that eth_call names.";
        assert_eq!(world.failure(1), Some((-32603, told.into())), "b has shown 0x3e9 since");
    }
}

/// A newly added lane. Its chain is checked, and its first head has not arrived.
#[test]
fn a_lane_without_a_head_is_asked_for_it_first() {
    for (block, first) in [("0x1", Some("a")), (NEW, None)] {
        let mut lanes = three();
        lanes[0].ms = 900;
        let mut world = Setup::new(lanes).fresh();
        world.page(PAGE, PageToCore::Use { chain: 1 });
        let polled = |world: &World| world.flights.values().any(|f| f.node == 0 && f.method == "eth_blockNumber");
        while !polled(&world) {
            world.advance(10);
        }
        world.ask(1, "eth_getBalance", json!(["0xab", block]));
        world.lost("b");
        world.lost("c");
        assert_eq!(world.asked().first().copied(), first, "{block}");
        world.advance(2_000);
        assert_eq!(world.asked(), ["a"], "{block}");
    }
}

/// The worker has died right after a lane showed the page a block. The next life does not know which lane that was.
#[test]
fn a_block_the_page_has_seen_is_shown_first_after_a_restart() {
    let text = Setup::new(three()).text();
    let mut world = Setup::new(three()).warm();
    world.advance(3_000);
    world.restart(&text);
    world.open(PAGE);
    let newest = world.chains[0].head(world.now) + 1;
    world.page(PAGE, PageToCore::Floor { chain: 1, number: newest });
    let block = format!("0x{newest:x}");
    world.ask(1, "eth_getLogs", json!([{"fromBlock": block, "toBlock": block}]));
    let methods: Vec<&str> = world.flights.values().map(|flight| flight.method.as_str()).collect();
    assert!(!methods.contains(&"eth_getLogs"), "{methods:?}");
}

/// The only answer in a comparison. Its lane had shown the block, and has fallen back since.
#[test]
fn a_lone_empty_answer_is_withheld_once_its_lane_fell_back() {
    for (reply, given) in [("\"0x0\"", false), ("\"0x\"", false), ("\"0x5\"", true)] {
        let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40)]).mode("compare").warm();
        world.dwell(11_000);
        world.fault("a", Fault::Dark);
        world.ask(1, "eth_getBalance", json!(["0xab", "latest"]));
        assert_eq!(world.asked(), ["a", "b"]);
        world.reply("b", reply);
        world.node("b").lag = 30;
        world.dwell(11_000);
        assert_eq!(world.result(1).is_some(), given, "{reply}: {:?}", world.told(1));
    }
}

/// A lane that must show its head has just done so, in its answer to another read.
#[test]
fn a_lane_is_asked_once_another_read_shows_its_block() {
    let mut lanes = vec![lane("a", AWS, 20), lane("b", GCP, 40)];
    lanes[1].lag = 1;
    let mut world = Setup::new(lanes).warm();
    world.fault("b", Fault::Slow(2_000));
    world.ask(1, "eth_getBalance", json!(["0xab", NEW]));
    world.http("a", Http::new(503, ""));
    assert!(world.asked().is_empty(), "b is asked for its head");
    world.ask(2, "eth_getBlockByNumber", json!(["latest", false]));
    world.http("a", Http::new(503, ""));
    world.reply("b", &result_of("eth_getBlockByNumber"));
    assert_eq!(world.asked(), ["b"]);
    world.reply("b", "\"0x7\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x7\""));
}
