//! Answers and requests nested too deep for a parser are refused.

use serde_json::json;

use breakwater::protocol::{CoreToPage, PageToCore};

use crate::world::Seen;
use crate::world::script::{PAGE, Setup, three};

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn a_result_nested_too_deep_is_a_fault() {
    for levels in [513, 5_000_000] {
        let mut world = Setup::new(three()).warm();
        world.ask(1, "eth_protocolVersion", json!([]));
        world.reply("a", &nested(levels));
        assert!(world.is_open(1), "it is not given as the answer");
        assert_eq!(world.asked(), ["b"], "another lane is asked at once");
        world.reply("b", &nested(512));
        assert_eq!(world.result(1), Some(nested(512)), "the deepest result that is allowed");
    }
}

#[test]
fn the_page_gets_an_error_when_every_result_is_too_deep() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getLogs", json!([{"fromBlock": "0x1"}]));
    for lane in ["a", "b", "c"] {
        world.reply(lane, &nested(5_000_000));
    }
    assert_eq!(world.failure(1).map(|(code, _)| code), Some(-32603));
}

#[test]
fn parameters_nested_too_deep_are_refused() {
    let mut world = Setup::new(three()).warm();
    let ask = |id, params| PageToCore::Ask { id, chain: 1, method: "eth_call".into(), params, wallet: false };
    world.page(PAGE, ask(1, nested(513)));
    world.page(PAGE, ask(2, nested(2_000_000)));
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"eth_call","params":{}}}"#, nested(600));
    world.page(PAGE, PageToCore::Rescue { id: 3, chain: 1, body, said: None });
    assert!(world.asked().is_empty());
    for id in [1, 2] {
        let (code, message) = world.failure(id).expect("an error");
        assert_eq!(code, -32602);
        assert!(message.contains("too deep"), "{message}");
    }
    let stands = |s: &Seen| matches!(s, Seen::Posted(PAGE, CoreToPage::NoRescue { id: 3 }));
    assert!(world.seen.iter().any(stands), "the result of the page's own call stands");
}

#[test]
fn parameters_must_be_an_array_or_object() {
    let mut world = Setup::new(three()).warm();
    for (id, params) in ["1e999", "\"x\"", "true", "[1", "[]],\"method\":[", "{\"a\":1}}"].into_iter().enumerate() {
        let (id, params) = (id as u64, params.to_owned());
        world.page(PAGE, PageToCore::Ask { id, chain: 1, method: "eth_call".into(), params, wallet: false });
        assert_eq!(world.failure(id).map(|(code, _)| code), Some(-32602));
    }
    assert!(world.asked().is_empty());
}
