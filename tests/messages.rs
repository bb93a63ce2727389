//! A document's message is one JSON text that is parsed into a type or refused. No text breaks anything.

#![allow(clippy::expect_used, reason = "a test")]

use breakwater::protocol::{MAX_MESSAGE_BYTES, PageToCore};
use proptest::prelude::*;

fn ask(params: &str) -> String {
    let params = serde_json::to_string(params).expect("a text");
    format!(r#"{{"type":"ask","id":1,"wallet":true,"chain":1,"method":"eth_call","params":{params}}}"#)
}

#[test]
fn protocol_messages_are_parsed() {
    let read = PageToCore::read(&ask(r#"[9007199254740993, "\ud83d"]"#));
    let params = r#"[9007199254740993, "\ud83d"]"#.to_owned();
    assert_eq!(read, Some(PageToCore::Ask { id: 1, chain: 1, method: "eth_call".into(), params, wallet: true }));
    let resume = r#"{"type":"resume","chain":1,"subscription":"0xf","method":"eth_subscribe","params":"[]","blocks":[{"number":5,"hash":"0x5","results":["{}"]}]}"#;
    assert!(matches!(PageToCore::read(resume), Some(PageToCore::Resume { blocks, .. }) if blocks.len() == 1));
}

#[test]
fn deep_wide_and_large_messages_are_refused_at_once() {
    let member = |value: String| format!(r#"{{"type":"ask","id":1,"more":{value}}}"#);
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let objects = |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    let hostile = [
        member(nested(4_000)),
        member(objects(4_000)),
        member(nested(2_000_000)),
        member(format!("[{}{{}}]", "{},".repeat(1_000_000))),
        "[".repeat(4_000_000),
        ask(&"x".repeat(MAX_MESSAGE_BYTES)),
        String::new(),
        "null".into(),
        r#"{"type":"ask","type":"use","id":1,"chain":1}"#.into(),
        r#"{"type":"use","chain":-1}"#.into(),
        r#"{"type":"use","chain":1.5}"#.into(),
        r#"{"type":"use","chain":1,"chain":2}"#.into(),
        r#"["use",{"chain":1}]"#.into(),
    ];
    for text in hostile {
        assert_eq!(PageToCore::read(&text), None, "{:.60}", text);
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in r#"\PC{0,60}|[\[\]{}",:0-9a-z\\-]{0,200}"#) {
        let _ = PageToCore::read(&text);
        let _ = breakwater::jsonrpc::reply(text.as_bytes(), 1);
    }
}
