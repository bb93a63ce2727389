//! Endpoints' replies: whatever they contain, a request settles once and in time, and no key is revealed.

use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::{Value, json};

use super::{DEADLINE_MS, Target, as_is, joined, kind, parts, settled};
use crate::world::node::Http;
use crate::world::script::{KEY, PAGE, Setup, three};
use crate::world::{Seen, World, returned};

pub const TARGET: Target = Target {
    name: "replies",
    count: 20_000,
    json: true,
    words: &[
        "jsonrpc",
        "2.0",
        "id",
        "@",
        "result",
        "error",
        "code",
        "message",
        "data",
        "eth_getBalance",
        "eth_blockNumber",
        "eth_getLogs",
        "eth_call",
        "eth_getTransactionReceipt",
        "eth_getBlockByNumber",
        "eth_getTransactionCount",
        "eth_gasPrice",
        "eth_newFilter",
        "eth_subscribe",
        "rescue",
        "guard",
        "race",
        "compare",
        "200",
        "429",
        "500",
        "403",
        "execution reverted",
        "query returned more than 10000 results",
        "rate limit",
        "header not found",
        "s3cr3tk3y",
        "127.10.0.97",
        "http://127.10.0.97:8545/v2/s3cr3tk3y",
        "-32005",
        "-32603",
        "-32000",
        "-32601",
        "3",
        "blockNumber",
        "number",
        "hash",
        "parentHash",
        "0xffffffffffffffff",
        "0x3e8",
        "null",
        "<!doctype html>",
        "logs",
    ],
    seeds,
    repair: as_is,
    run,
};

const METHODS: &[&str] = &[
    "eth_getBalance",
    "eth_blockNumber",
    "eth_getLogs",
    "eth_call",
    "eth_getTransactionReceipt",
    "eth_getBlockByNumber",
    "eth_getTransactionCount",
    "eth_gasPrice",
    "eth_newFilter",
    "eth_subscribe",
    "rescue",
];
const MODES: &[&str] = &["guard", "race", "compare"];
const PARAMS: &str = r#"["0x00000000000000000000000000000000000000aa","latest"]"#;

fn seeds() -> Vec<Vec<u8>> {
    let ok = |result: &str| format!(r#"{{"jsonrpc":"2.0","id":"@","result":{result}}}"#);
    let bad = |code: i64, message: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":"@","error":{{"code":{code},"message":"{message}","data":"0x"}}}}"#)
    };
    let block = r#"{"number":"0x3e8","hash":"0x01","parentHash":"0x00","transactions":[]}"#;
    let logs = r#"[{"address":"0x01","topics":["0x01"],"data":"0x","blockNumber":"0x3e8","logIndex":"0x0"}]"#;
    vec![
        joined(&["eth_getBalance guard 200", &ok("\"0x1\"")]),
        joined(&["eth_blockNumber race 200", &ok("\"0x3e8\""), &ok("\"0xffffffffffff\"")]),
        joined(&["eth_call guard 200", &bad(3, "execution reverted"), &ok("\"0x\"")]),
        joined(&["eth_getLogs guard 200 429", &bad(-32005, "query returned more than 10000 results"), &ok(logs)]),
        joined(&["eth_getTransactionReceipt guard 200", &ok("null"), &ok(r#"{"blockNumber":"0x3e8"}"#)]),
        joined(&["eth_getBlockByNumber guard 500 200", "<!doctype html><title>no</title>", &ok(block)]),
        joined(&["eth_getTransactionCount compare 200", &ok("\"0x1\""), &ok("\"0x2\"")]),
        joined(&["eth_gasPrice compare 200 403", &ok("\"0x1\""), &bad(-32000, "Unauthorized s3cr3tk3y")]),
        joined(&["eth_newFilter guard 200", &ok("\"0xf1\""), &ok(block)]),
        joined(&["eth_subscribe race 200", &ok(block), &ok(logs)]),
        joined(&["rescue guard 200", &ok("\"0x3e8\""), &bad(-32601, "the method does not exist")]),
    ]
}

/// First part: method, mode and the statuses of the replies. The others: bodies, in turn; `"@"` is the request's id.
fn run(input: &[u8]) -> String {
    let parts = parts(input);
    let first: Vec<&str> = parts[0].split_whitespace().collect();
    let method = METHODS.iter().find(|m| first.contains(m)).unwrap_or(&"eth_call");
    let mode = MODES.iter().find(|m| first.contains(m)).unwrap_or(&"guard");
    let statuses: Vec<u16> = first.iter().filter_map(|word| word.parse().ok()).collect();
    let mut world = Setup::new(three()).mode(mode).warm();
    world.page(PAGE, question(method));
    for turn in 0..24 {
        answer(&mut world, turn, &parts[1..], &statuses);
        world.advance(20);
    }
    world.advance(DEADLINE_MS);
    let ends = settled(&world, PAGE, 1);
    assert_eq!(ends.len(), 1, "settled {} times: {ends:?}", ends.len());
    no_key(&world);
    let outcomes: Vec<String> = match *method {
        "rescue" | "eth_newFilter" | "eth_subscribe" => Vec::new(),
        _ => world.trail().0.into_iter().map(|(_, outcome)| outcome).collect(),
    };
    format!("{method} {mode} {} {outcomes:?}", kind(&ends[0]))
}

fn question(method: &str) -> PageToCore {
    let item = |id: u64, method: &str| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": []});
    let params = match method {
        "rescue" => {
            let body = json!([item(1, "eth_blockNumber"), item(1, "eth_gasPrice")]).to_string();
            return PageToCore::Rescue { id: 1, chain: 1, body, said: None };
        }
        "eth_subscribe" => r#"["newHeads"]"#,
        "eth_getLogs" | "eth_newFilter" => r#"[{"fromBlock":"0x1"}]"#,
        _ => PARAMS,
    };
    PageToCore::Ask { id: 1, chain: 1, method: method.into(), params: params.into(), wallet: false }
}

/// The oldest request in flight gets the next body.
fn answer(world: &mut World, turn: usize, bodies: &[String], statuses: &[u16]) {
    let Some(send) = world.out().first().map(|flight| flight.send) else { return };
    let body = bodies.get(turn % bodies.len().max(1)).map_or("", String::as_str);
    let status = statuses.get(turn % statuses.len().max(1)).copied().unwrap_or(200);
    world.flights.remove(&send);
    world.event(returned(send, Ok(Http::new(status, body.replace("\"@\"", &send.to_string())))));
}

/// No error that a page gets contains a key.
fn no_key(world: &World) {
    for seen in &world.seen {
        let Seen::Posted(_, message) = seen else { continue };
        let errors = match message {
            CoreToPage::Error { message, data, .. } => vec![message.clone(), data.clone().unwrap_or_default()],
            CoreToPage::Body { body, .. } => errors(&serde_json::from_str(body).unwrap_or_default()),
            _ => Vec::new(),
        };
        assert!(!errors.iter().any(|text| is_told(text)), "a page was told a key: {errors:?}");
    }
}

/// Whether a text contains the key as a word of its own. Joined to other letters or digits it is another word.
fn is_told(text: &str) -> bool {
    let bare = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let mut found = text.match_indices(KEY);
    found.any(|(at, _)| bare(text[..at].chars().next_back()) && bare(text[at + KEY.len()..].chars().next()))
}

fn errors(body: &Value) -> Vec<String> {
    let items = body.as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
    items.iter().filter_map(|item| item.get("error")).map(Value::to_string).collect()
}
