//! Which methods are raced beyond the standard ones, and which endpoints are asked.

use breakwater::guard::Event;
use breakwater::protocol::CoreToPage;
use breakwater::route::{Class, TABLE};
use serde_json::{Value, json};

use crate::world::World;
use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};

/// The header of the block with the requested hash.
const NAMED: &str = r#"{"hash":"0x0000000000000000000000000000000000000000000000000000000000000007","number":"0x10"}"#;

/// Methods that only read, of the standard and of L2s: parameters, a valid answer, and an invalid one.
fn reads() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let hash = format!("0x{:064x}", 7);
    let account = "0x00000000000000000000000000000000000000aa";
    let call = json!({"to": account, "data": "0x"});
    vec![
        ("eth_getStorageValues", json!([{account: [hash]}, "latest"]), r#"{"0xaa":["0x0"]}"#, "null"),
        ("eth_baseFee", json!([]), r#""0x7""#, "{}"),
        ("eth_getHeaderByNumber", json!(["0x10"]), r#"{"number":"0x10","hash":"0x1"}"#, "{}"),
        ("eth_getHeaderByHash", json!([hash]), NAMED, r#"{"number":"0x10","hash":"0x1"}"#),
        ("eth_getBlockAccessList", json!(["0x10"]), r#"[{"address":"0xaa"}]"#, "[{}]"),
        ("eth_getRawTransactionByHash", json!([hash]), r#""0x02f8""#, "{}"),
        ("eth_getProof", json!([account, [], "latest"]), r#"{"accountProof":[]}"#, "{}"),
        ("eth_syncing", json!([]), "false", "null"),
        ("eth_config", json!([]), r#"{"current":{},"next":null,"last":null}"#, "null"),
        ("eth_capabilities", json!([]), r#"{"head":{"number":"0x3e8","hash":"0x1"},"state":{}}"#, r#"{"head":{}}"#),
        ("zks_estimateFee", json!([call]), r#"{"gas_limit":"0x1"}"#, "{}"),
        ("zks_getBlockDetails", json!([140_599]), r#"{"number":140599}"#, r#""0x1""#),
        ("zks_getL1BatchBlockRange", json!([1_617]), r#"["0x1","0x2"]"#, "{}"),
        ("zks_getTransactionDetails", json!([hash]), r#"{"status":"verified"}"#, "{}"),
        ("zks_L1BatchNumber", json!([]), r#""0x7""#, "null"),
        ("linea_estimateGas", json!([call]), r#"{"gasLimit":"0x5208"}"#, "null"),
        ("linea_getProof", json!([account, [hash], "latest"]), r#"{"accountProof":{}}"#, "null"),
        ("rollup_gasPrices", json!([]), r#"{"l1GasPrice":"0x1","l2GasPrice":"0x1"}"#, "null"),
        ("optimism_outputAtBlock", json!(["0x10"]), r#"{"outputRoot":"0x1"}"#, "null"),
        ("arb_getRawBlockMetadata", json!(["0x1", "0x10"]), "[]", "null"),
        ("bor_getAuthor", json!(["latest"]), r#""0xaa""#, "null"),
        ("bor_getCurrentValidators", json!([]), "[]", "null"),
    ]
}

/// Methods of the same namespaces that send, vote, store or control, and unknown methods.
const OTHERS: &[&str] = &[
    "zks_sendRawTransactionWithDetailedOutput",
    "zks_something",
    "linea_sendBundle",
    "linea_setExtraData",
    "rollup_somethingElse",
    "arb_triggerMaintenance",
    "arbdebug_pricingModel",
    "timeboost_sendExpressLaneTransaction",
    "bor_getVoteOnHash",
    "bor_sendRawTransactionConditional",
    "admin_addPeer",
    "engine_newPayloadV4",
    "personal_unlockAccount",
    "eth_sendBundle",
    "debug_setHead",
    "debug_setGCPercent",
    "debug_startCPUProfile",
    "debug_writeMemProfile",
    "debug_freezeClient",
    "debug_freeOSMemory",
    "debug_traceBlockFromFile",
    "debug_standardTraceBlockToFile",
    "debug_chaindbCompact",
    "debug_dbGet",
    "debug_dumpBlock",
    "trace_rawTransaction",
    "trace_",
    "debug_",
];

/// Three lanes. Those named here have the `traces` switch.
fn tracing(names: &[&str]) -> World {
    let setup = Setup::new(three());
    let text = switched(&setup, names);
    let mut world = setup.warm();
    world.event(Event::Settings(Some(text)));
    world
}

fn switched(setup: &Setup, names: &[&str]) -> String {
    let mut text: Value = serde_json::from_str(&setup.text()).unwrap();
    for endpoint in text["chains"][0]["endpoints"].as_array_mut().unwrap() {
        endpoint["traces"] = json!(names.contains(&endpoint["name"].as_str().unwrap()));
    }
    text.to_string()
}

fn trace(world: &mut World, id: u64) {
    world.ask(id, "debug_traceTransaction", json!([format!("0x{:064x}", 7), {"tracer": "callTracer"}]));
}

#[test]
fn reads_are_raced_with_and_without_a_wallet() {
    for wallet in [false, true] {
        for (method, params, good, bad) in reads() {
            let mut world = Setup::new(three()).warm();
            world.ask_from(PAGE, 1, method, params, wallet);
            assert_eq!(world.asked(), ["a"], "{method}");
            world.reply("a", bad);
            assert_eq!(world.asked(), ["b"], "{method}: {bad} is no answer to it");
            world.reply("b", good);
            assert_eq!(world.result(1).as_deref(), Some(good), "{method}");
        }
    }
}

#[test]
fn methods_that_write_or_control_stay_with_the_wallet() {
    for method in OTHERS {
        let mut world = tracing(&["a", "b", "c"]);
        world.ask_wallet(1, method, json!([]));
        assert_eq!(world.told(1), [CoreToPage::UseWallet { id: 1 }], "{method}");
        world.ask(2, method, json!([]));
        assert_eq!(world.failure(2).map(|f| f.0), Some(4200), "{method}");
        assert!(world.asked().is_empty(), "{method}");
    }
}

#[test]
fn traces_go_only_to_endpoints_with_the_switch() {
    let traces: Vec<_> = TABLE.iter().filter(|spec| spec.is_trace()).collect();
    assert!(traces.len() > 30 && traces.iter().all(|spec| spec.class == Class::Read));
    for spec in traces {
        let mut world = tracing(&["b"]);
        world.ask(1, spec.method, json!(["0x10"]));
        assert_eq!(world.asked(), ["b"], "{}", spec.method);
        world.lost("b");
        assert!(world.asked().is_empty() && world.failure(1).is_some(), "{}: nobody else", spec.method);
    }
}

#[test]
fn without_any_switch_a_trace_goes_to_the_wallet() {
    let mut world = tracing(&[]);
    world.ask_wallet(1, "trace_block", json!(["0x10"]));
    assert_eq!(world.told(1), [CoreToPage::UseWallet { id: 1 }]);
    world.ask(2, "trace_block", json!(["0x10"]));
    assert_eq!(world.failure(2).map(|f| f.0), Some(4200));
    assert!(world.asked().is_empty());
}

#[test]
fn a_switch_turned_off_counts_from_the_next_send() {
    let mut world = tracing(&["a", "b"]);
    trace(&mut world, 1);
    assert_eq!(world.asked(), ["a"]);
    world.event(Event::Settings(Some(switched(&Setup::new(three()), &["a"]))));
    world.lost("a");
    assert!(world.asked().is_empty(), "the lane whose switch is off now is not asked");
    assert!(!world.is_open(1));
}

#[test]
fn a_trace_may_take_a_minute_without_blame() {
    let mut world = tracing(&["a", "b"]);
    trace(&mut world, 1);
    world.dwell(9_000);
    assert_eq!(world.asked(), ["a"], "no other lane runs it in the meantime");
    world.dwell(31_000);
    assert!(world.is_open(1), "it outlives the usual deadline");
    assert_eq!(world.asked(), ["a", "b"], "now another lane is asked too");
    world.reply("a", "{}");
    assert_eq!(world.result(1).as_deref(), Some("{}"));
    world.balance(2);
    assert_eq!(world.asked(), ["a"], "other reads still use the lane");
    assert_eq!(world.dot("a"), "good");
}

#[test]
fn a_trace_also_has_a_deadline() {
    let mut world = tracing(&["a"]);
    trace(&mut world, 1);
    world.dwell(59_900);
    assert!(world.failure(1).is_some_and(|(code, message)| code == -32603 && message.contains("in time")));
}

#[test]
fn traces_in_flight_are_joined() {
    let mut world = tracing(&["a", "b"]);
    trace(&mut world, 1);
    trace(&mut world, 2);
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "{}");
    assert!(world.result(1).is_some() && world.result(2).is_some());
}

#[test]
fn a_read_of_the_newest_state_skips_a_lane_behind() {
    let mut lanes = vec![lane("a", AWS, 20), lane("b", GCP, 40), lane("c", HETZNER, 60)];
    lanes[0].lag = 40;
    for (method, params, first) in [
        ("eth_baseFee", json!([]), "b"),
        ("eth_getStorageValues", json!([{}]), "b"),
        ("eth_getStorageValues", json!([{}, "0x10"]), "a"),
        ("zks_L1BatchNumber", json!([]), "b"),
        ("zks_getBlockDetails", json!([16]), "a"),
        ("linea_getProof", json!(["0x1", []]), "b"),
        ("bor_getAuthor", json!([]), "b"),
        ("bor_getAuthor", json!(["0x10"]), "a"),
    ] {
        let mut world = Setup::new(lanes.clone()).warm();
        world.ask(1, method, params);
        assert_eq!(world.asked(), [first], "{method}");
    }
}

#[test]
fn a_node_that_reports_an_old_head_does_not_answer_first() {
    let mut world = Setup::new(three()).warm();
    let said = |head: u64| format!(r#"{{"head":{{"number":"0x{head:x}","hash":"0x1"}},"state":{{}}}}"#);
    world.ask(1, "eth_capabilities", json!([]));
    world.reply("a", &said(900));
    assert_eq!(world.asked(), ["b"], "a is a hundred blocks behind the known head");
    world.reply("b", &said(1_000));
    assert_eq!(world.result(1), Some(said(1_000)));
}
