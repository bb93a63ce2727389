//! The catalogue of error texts: each row matches its example, and lookalikes do not match.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests, outside #[test]")]

use breakwater::classify::{Classifier, Http, Judged, Meaning};
use breakwater::jsonrpc::{Reply, RpcError};
use breakwater::route::spec;
use serde_json::{Value, json};

fn catalogue() -> Value {
    serde_json::from_str(include_str!("../data/errors.json")).unwrap()
}

fn error(of: &Value) -> RpcError {
    RpcError {
        code: of["code"].as_i64().unwrap_or(0),
        message: of["message"].as_str().unwrap().to_owned(),
        data: of.get("data").map(Value::to_string),
    }
}

fn meaning(of: &Value, method: &str) -> Meaning {
    let status = of["status"].as_u64().unwrap_or(200) as u16;
    Classifier::default().meaning(spec(of["method"].as_str().unwrap_or(method)), status, &error(of))
}

fn class(of: &Value) -> Meaning {
    Meaning::of(of.as_str().unwrap()).unwrap()
}

#[test]
fn each_row_has_a_source_and_matches_its_example() {
    let all = catalogue();
    for (list, method) in [("rules", "eth_call"), ("broadcast", "eth_sendRawTransaction")] {
        for row in all[list].as_array().unwrap() {
            assert!(row["source"].as_str().is_some_and(|text| !text.is_empty()), "{row}");
            assert_eq!(meaning(&row["example"], method), class(&row["class"]), "{}", row["example"]);
        }
    }
    for row in all["wallet"].as_array().unwrap() {
        assert!(row["source"].as_str().is_some_and(|text| !text.is_empty()), "{row}");
        let judged = Classifier::default().wallet(spec("eth_call"), Reply::Error(error(&row["example"])));
        assert_eq!(judged.meaning, Some(class(&row["class"])), "{}", row["example"]);
    }
}

#[test]
fn lookalikes_do_not_match_the_row_they_resemble() {
    let all = catalogue();
    let lookalikes = all["lookalikes"].as_array().unwrap();
    assert!(lookalikes.len() > 30);
    for case in lookalikes {
        assert_eq!(meaning(case, "eth_call"), class(&case["is"]), "{case}");
    }
}

/// A pattern contained in an earlier row of another class would never be reached.
#[test]
fn no_pattern_is_hidden_by_an_earlier_row() {
    let all = catalogue();
    for row in all["rules"].as_array().unwrap() {
        let Some(texts) = row.get("text").and_then(Value::as_array) else { continue };
        for text in texts.iter().filter_map(Value::as_str) {
            let code = row["code"][0].as_i64().unwrap_or(-32000);
            let message = text.trim_start_matches('=').replace('…', "x");
            let found = meaning(&json!({"code": code, "message": message}), "eth_getLogs");
            assert_eq!(found, class(&row["class"]), "{text}");
        }
    }
}

fn judge(method: &str, status: u16, body: &str) -> Judged {
    Classifier::default().http(spec(method), 1, Http { status, retry_after: Some("7"), body: body.as_bytes() })
}

#[test]
fn replies_are_judged_by_status_and_body() {
    let says = |error: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"error":{error}}}"#);
    let gives = |result: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
    for (method, status, body, word) in [
        ("eth_call", 200, gives("\"0x\""), "answer"),
        ("eth_getTransactionReceipt", 200, gives("null"), "empty"),
        ("eth_getHeaderByNumber", 200, gives("null"), "empty"),
        ("eth_getHeaderByHash", 200, gives("{}"), "unable"),
        ("eth_baseFee", 200, gives("null"), "empty"),
        ("eth_blobBaseFee", 200, gives("null"), "empty"),
        ("eth_gasPrice", 200, gives("null"), "unable"),
        ("eth_syncing", 200, gives("null"), "unable"),
        ("eth_syncing", 200, gives("false"), "answer"),
        ("eth_getProof", 200, gives("{}"), "unable"),
        ("eth_createAccessList", 200, gives("{}"), "unable"),
        ("eth_capabilities", 200, gives(r#"{"effective":{"state":{"disabled":false}}}"#), "answer"),
        ("eth_capabilities", 200, gives(r#"{"head":{"number":"0x1","hash":"0x1"}}"#), "unable"),
        ("eth_getBalance", 200, gives("null"), "unable"),
        ("eth_getBalance", 200, gives("\"Error while processing\""), "unable"),
        ("eth_getBalance", 200, gives("1e99999"), "unable"),
        ("eth_call", 500, gives("\"0x1\""), "fault"),
        ("eth_call", 200, says(r#"{"code":"3","message":"no"}"#), "word"),
        ("eth_call", 500, says(r#"{"code":3,"message":"execution reverted"}"#), "word"),
        ("eth_call", 500, says(r#"{"code":-32603,"message":"Internal error"}"#), "word"),
        ("eth_call", 200, says(r#"{"code":"-32005","message":"no"}"#), "refused"),
        ("eth_call", 200, says(r#"{"code":429,"message":"no"}"#), "refused"),
        (
            "eth_call",
            200,
            says(r#"{"code":-32603,"message":"{\"code\":-32005,\"message\":\"rate limit\"}"}"#),
            "refused",
        ),
        (
            "eth_call",
            200,
            says(r#"{"code":-32603,"message":"execution reverted: {\"message\":\"rate limit\"}"}"#),
            "word",
        ),
        (
            "eth_call",
            200,
            says(r#"{"code":-32603,"message":"no","data":{"code":-32000,"message":"header not found"}}"#),
            "missing",
        ),
        ("eth_call", 200, says("\"Too Many Requests\""), "refused"),
        ("eth_call", 200, r#"{"id":1,"result":null,"error":{"code":-32601,"message":"no"}}"#.into(), "unable"),
        ("eth_call", 200, r#"{"id":1,"result":"0x1","error":{"code":-32000,"message":"out of gas"}}"#.into(), "word"),
        ("eth_call", 200, r#"{"id":1,"result":"0x1","error":{}}"#.into(), "answer"),
        (
            "eth_call",
            200,
            r#"[{"id":null,"error":{"code":-32000,"message":"batch too large: rate limit"}}]"#.into(),
            "refused",
        ),
        ("eth_call", 200, r#"{"message":"API key required"}"#.into(), "refused"),
        ("eth_call", 200, r#"{"code":-32005,"message":"limit exceeded"}"#.into(), "refused"),
        ("eth_call", 200, r#"{"code":0,"message":"limit exceeded"}"#.into(), "fault"),
        ("eth_call", 408, says(r#"{"code":30,"message":"Request timeout on the free tier"}"#), "refused"),
        ("eth_call", 408, "".into(), "fault"),
        ("eth_call", 200, "<html>Subscribe: billing</html>".into(), "fault"),
        ("eth_call", 200, r#"{"id":2,"result":"0x"}"#.into(), "fault"),
        ("eth_getLogs", 413, "".into(), "smaller"),
        ("eth_call", 401, "".into(), "refused"),
        ("eth_call", 503, says(r#"{"code":-32000,"message":"no"}"#), "fault"),
        ("eth_sendRawTransaction", 200, says(r#"{"code":-32000,"message":"already known"}"#), "answer"),
        ("eth_sendRawTransaction", 200, says(r#"{"code":-31000,"message":"ALREADY_KNOWN"}"#), "answer"),
        ("debug_traceBlockByNumber", 200, says(r#"{"code":-32000,"message":"genesis is not traceable"}"#), "word"),
        ("eth_call", 200, says(r#"{"code":-32000,"message":"execution aborted (timeout = 5s)"}"#), "unable"),
        (
            "eth_getTransactionReceipt",
            200,
            says(r#"{"code":-32000,"message":"transaction indexing is in progress"}"#),
            "unable",
        ),
    ] {
        assert_eq!(judge(method, status, &body).word(), word, "{method} {status} {body}");
    }
}

/// Replies of nodes and vendors as people have met them, and similar ones, one per line. Also used by
/// `cargo run --example judge`.
#[test]
fn recorded_replies_are_judged_correctly() {
    let mut wrong = Vec::new();
    for line in include_str!("fixtures/replies.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (method, body) = (case["method"].as_str().unwrap(), case["body"].as_str().unwrap());
        let word = judge(method, case["status"].as_u64().unwrap() as u16, body).word();
        if case["is"] != word {
            wrong.push(format!("{word}, not {case}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_a_missing_method_is_remembered() {
    let lacks = |message: &str| {
        let body = json!({"id": 1, "error": {"code": -32000, "message": message}}).to_string();
        judge("eth_call", 200, &body).lacks_method()
    };
    assert!(lacks("method not supported"));
    for message in [
        "state for block 5 not available",
        "historical backend error: rpc method is not whitelisted",
        "execution aborted (timeout = 5s)",
    ] {
        assert!(!lacks(message), "{message}");
    }
}

#[test]
fn a_requested_pause_is_kept() {
    assert_eq!(judge("eth_call", 429, "").retry_after_ms, Some(7_000));
    assert_eq!(judge("eth_call", 503, "").retry_after_ms, None);
}
