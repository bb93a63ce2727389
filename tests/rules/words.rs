//! A read that no lane can answer: the page gets a lane's own error, because dApps read its text.

use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::json;

use crate::world::World;
use crate::world::node::Http;
use crate::world::script::{KEY, PAGE, Setup, three};

const LESS: &str = "query returned more than 10000 results";

fn logs(wallet: bool) -> World {
    let mut world = Setup::new(three()).warm();
    world.ask_from(PAGE, 1, "eth_getLogs", json!([{"fromBlock": "0x1"}]), wallet);
    world
}

#[test]
fn a_range_limit_is_passed_on_whatever_other_lanes_say() {
    let mut world = logs(false);
    world.error("a", -32601, "the method eth_getLogs does not exist/is not available");
    world.says("b", json!({"code": -32005, "message": LESS, "data": {"from": "0x1", "to": "0x9"}}));
    world.lost("c");
    let told = world.told(1);
    assert!(
        matches!(&told[..], [CoreToPage::Error { code: -32005, message, data: Some(data), .. }]
            if message == LESS && data == r#"{"from":"0x1","to":"0x9"}"#),
        "{told:?}"
    );
}

#[test]
fn when_all_are_unable_the_best_lanes_error_is_given() {
    let mut world = logs(false);
    world.error("a", -32601, "the method eth_getLogs does not exist/is not available");
    world.error("b", -32004, "method not supported");
    world.error("c", -32004, "no");
    let best = "the method eth_getLogs does not exist/is not available";
    assert_eq!(world.failure(1), Some((-32601, best.to_owned())));
}

/// Lanes that refuse have answered too, so the error of a lane that is unable is given.
#[test]
fn an_unable_lanes_error_is_given_when_the_others_refuse() {
    let cannot = "the method eth_getLogs does not exist/is not available";
    for says in [["a", "b", "c"], ["b", "a", "c"], ["c", "b", "a"]] {
        let mut world = logs(false);
        for lane in ["a", "b", "c"] {
            match says {
                [it, ..] if it == lane => {
                    world
                        .says(lane, json!({"code": -32601, "message": format!("{cannot} ({KEY})"), "data": {"at": 7}}));
                }
                [_, it, _] if it == lane => world.error(lane, -32005, "rate limit exceeded"),
                _ => world.http(lane, Http::new(429, "too many requests")),
            }
        }
        let told = world.told(1);
        assert!(
            matches!(&told[..], [CoreToPage::Error { code: -32601, message, data: Some(data), .. }]
                if *message == format!("{cannot} (…)") && data == r#"{"at":7}"#),
            "{says:?}: {told:?}"
        );
    }
}

/// A refusal is about the person's plan, not about the request.
#[test]
fn refusals_by_all_lanes_are_not_passed_on() {
    let mut world = logs(false);
    ["a", "b", "c"].into_iter().for_each(|lane| world.error(lane, -32005, "rate limit exceeded"));
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32603));
}

/// The lane that is down may have the method.
#[test]
fn an_unable_lanes_error_is_not_given_with_a_lane_down() {
    let mut world = logs(false);
    world.error("a", -32601, "method not found");
    world.lost("b");
    world.error("c", -32601, "method not found");
    assert_eq!(world.failure(1).map(|f| f.0), Some(-32603));
}

#[test]
fn addresses_and_keys_are_cut_out_of_errors() {
    let node = |world: &mut World| world.node("a").url.clone();
    let host = |url: &str| url.split("//").nth(1).unwrap().split(':').next().unwrap().to_owned();
    for text in [KEY.to_owned(), format!("{KEY}-header"), "/v2/S3CR3TK3Y".to_owned(), host(&node(&mut logs(false)))] {
        let mut world = logs(false);
        world.says("a", json!({"code": -32005, "message": format!("{LESS} ({text})"), "data": [text, 0x7]}));
        world.lost("b");
        world.lost("c");
        let told = world.told(1);
        assert!(
            matches!(&told[..], [CoreToPage::Error { code: -32005, message, data: Some(data), .. }]
                if *message == format!("{LESS} (…)") && data == r#"["…",7]"#),
            "{told:?}"
        );
    }
}

#[test]
fn a_wallet_comes_before_a_lanes_error() {
    let mut world = logs(true);
    ["a", "b", "c"].into_iter().for_each(|lane| world.error(lane, -32005, LESS));
    world.wallet_fails(1, -32005, LESS);
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }));
}

/// The page's own call may still be answered.
#[test]
fn a_pages_own_call_is_left_to_its_endpoint() {
    let mut world = Setup::new(three()).warm();
    let body = json!({"jsonrpc": "2.0", "id": 5, "method": "eth_getLogs", "params": [{}]}).to_string();
    world.page(PAGE, PageToCore::Rescue { id: 1, chain: 1, body, said: None });
    ["a", "b", "c"].into_iter().for_each(|lane| world.error(lane, -32005, LESS));
    assert_eq!(world.told(1), [CoreToPage::NoRescue { id: 1 }]);
}

#[test]
fn a_revert_with_the_key_in_it_loses_only_the_key() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    world.says(
        "a",
        json!({"code": 3, "message": format!("execution reverted at http://node/v2/{KEY}"), "data": "0xcafe"}),
    );
    let told = world.told(1);
    assert!(
        matches!(&told[..], [CoreToPage::Error { code: 3, message, data: Some(data), .. }]
            if message == "execution reverted at http://node…" && data == "\"0xcafe\""),
        "{told:?}"
    );
}
