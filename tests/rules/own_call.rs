//! The answers of a page's own endpoint are judged by the same catalogue as those of lanes.

use breakwater::protocol::{CoreToPage, OwnReply, PageToCore};
use serde_json::{Value, json};

use crate::world::World;
use crate::world::node::Http;
use crate::world::script::{PAGE, Setup, three};

const BATCH: &str = concat!(
    r#"[{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice"},"#,
    r#"{"jsonrpc":"2.0","id":2,"method":"eth_getBalance","params":["0x1","latest"]},"#,
    r#"{"jsonrpc":"2.0","id":3,"method":"eth_chainId"}]"#,
);

fn call(id: u64, method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

fn balance() -> String {
    call(1, "eth_getBalance", &json!(["0x1", "latest"]))
}

/// The page's own endpoint answered `text` to `body`.
fn said(world: &mut World, id: u64, body: &str, status: u16, text: &str) {
    let said = Some(OwnReply { status, text: text.to_owned() });
    world.page(PAGE, PageToCore::Rescue { id, chain: 1, body: body.to_owned(), said });
}

fn error(code: i64, message: &str) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": message}}).to_string()
}

fn body(world: &World, id: u64) -> Option<Value> {
    world.told(id).into_iter().find_map(|m| match m {
        CoreToPage::Body { body, .. } => serde_json::from_str(&body).ok(),
        _ => None,
    })
}

fn stands(world: &World, id: u64) -> bool {
    world.told(id) == [CoreToPage::NoRescue { id }]
}

/// A world in which the page's own endpoint has just answered a balance with this.
fn answered(status: u16, text: &str) -> World {
    let mut world = Setup::new(three()).warm();
    said(&mut world, 9, &balance(), status, text);
    world
}

#[test]
fn a_call_without_an_answer_is_rescued() {
    let refused = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"upgrade your plan"}}"#;
    for (status, text) in [
        (200, format!("[{refused}]")),
        (200, refused.to_owned()),
        (200, error(-32012, "credits limited to 100 a second")),
        (408, error(30, "Request timeout on the free tier, please upgrade your tier to the paid one")),
        (200, error(30, "Request timeout on the free tier, please upgrade your tier to the paid one")),
        (200, error(-32000, "Unauthorized: You must authenticate your request with an API key.")),
        (200, error(-32603, "Internal error")),
        (200, error(-32000, "header not found")),
        (200, error(-32601, "the method eth_getBalance does not exist/is not available")),
        (200, r#"{"jsonrpc":"2.0","id":2,"result":"0x5"}"#.to_owned()),
        (200, error(-32002, "rejected due to project ID settings")),
        (200, error(-32000, "some odd thing of one proxy")),
        (403, "<html>no</html>".to_owned()),
        (200, r#"{"jsonrpc":"2.0","id":1,"resu"#.to_owned()),
        (200, r#"{"jsonrpc":"2.0","id":1,"result":null}"#.to_owned()),
        (200, r#"{"jsonrpc":"2.0","id":1,"result":"Error while processing"}"#.to_owned()),
        (200, r#"{"jsonrpc":"2.0","id":1,"result":1e99999}"#.to_owned()),
    ] {
        let mut world = answered(status, &text);
        assert_eq!(world.asked(), ["a"], "{status} {text}");
        world.reply("a", "\"0x7\"");
        assert_eq!(body(&world, 9), Some(json!({"jsonrpc": "2.0", "id": 1, "result": "0x7"})), "{status} {text}");
    }
}

#[test]
fn an_answer_stands_and_costs_no_send() {
    for (status, text) in [
        (200, r#"{"jsonrpc":"2.0","id":1,"result":"0x5"}"#.to_owned()),
        (200, r#"{"jsonrpc":"2.0","id":"1","result":"0x5","vendor":{"x":1}}"#.to_owned()),
        (200, error(3, "execution reverted: rate limit")),
        (500, error(-32000, "execution reverted")),
        (200, error(-32015, "VM execution error.")),
    ] {
        let world = answered(status, &text);
        assert!(stands(&world, 9) && world.asked().is_empty(), "{status} {text}");
    }
    let mut world = Setup::new(three()).warm();
    let receipt = call(1, "eth_getTransactionReceipt", &json!(["0x7"]));
    said(&mut world, 9, &receipt, 200, r#"{"jsonrpc":"2.0","id":1,"result":null}"#);
    assert!(stands(&world, 9), "null is an answer if there is nothing yet");
}

/// The page's own error is its answer, word for word, if the lanes have no result.
#[test]
fn its_own_error_stands_when_lanes_have_one_too() {
    for (code, message) in [(-32000, "invalid jump destination"), (-32603, "Internal error")] {
        let mut world = answered(200, &error(-32000, "invalid jump destination"));
        world.error("a", code, message);
        assert!(stands(&world, 9), "{message}: {:?}", world.told(9));
        assert!(world.asked().is_empty(), "{message}: two said so");
        said(&mut world, 10, &balance(), 200, &error(-32000, "invalid jump destination"));
        assert!(stands(&world, 10) && world.asked().is_empty(), "this kind of error is known from now on");
    }
}

#[test]
fn a_lanes_revert_contradicts_its_own_error() {
    let mut world = answered(200, &error(-32603, "Internal error"));
    world.says("a", json!({"code": 3, "message": "execution reverted", "data": "0x01"}));
    let told = body(&world, 9).expect("a body");
    assert_eq!(told["error"], json!({"code": 3, "message": "execution reverted", "data": "0x01"}));
}

/// A vague error is replaced by one that is not vague. A lane's error that is just as vague confirms it.
#[test]
fn a_lanes_error_replaces_a_vague_error_of_its_own_endpoint() {
    for (code, message) in [(-32603, "Internal error"), (-32000, "Unknown error"), (-32603, "Internal JSON-RPC error.")]
    {
        let mut world = answered(200, &error(code, message));
        world.error("a", -32000, "invalid jump destination");
        let told = body(&world, 9).unwrap_or_else(|| panic!("{message}: {:?}", world.told(9)));
        assert_eq!(told["error"], json!({"code": -32000, "message": "invalid jump destination"}), "{message}");
    }
}

#[test]
fn its_own_refusal_stands_when_no_lane_can_answer() {
    for text in [error(-32005, "rate limit"), error(-32000, "header not found"), error(-32601, "Method not found")] {
        let mut world = answered(200, &text);
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.http(&lane, Http::new(503, ""));
        }
        assert!(stands(&world, 9), "{text}");
    }
}

#[test]
fn a_lanes_revert_answers_a_call_its_endpoint_refused() {
    let mut world = answered(200, &error(-32005, "rate limit"));
    world.says("a", json!({"code": 3, "message": "execution reverted", "data": "0x01"}));
    let told = body(&world, 9).expect("a body");
    assert_eq!(told["error"], json!({"code": 3, "message": "execution reverted", "data": "0x01"}));
}

#[test]
fn a_contradicted_error_is_confirmed_every_time() {
    let mut world = Setup::new(three()).warm();
    for id in 1..=30 {
        world.advance(1_100);
        said(&mut world, id, &balance(), 200, &error(-32000, "my proxy is confused"));
        assert_eq!(world.asked().len(), 1, "{id}");
        let lane = world.asked()[0].to_owned();
        world.reply(&lane, "\"0x7\"");
        assert!(body(&world, id).is_some(), "{id}");
    }
}

/// Errors that differ every time cost no more than those of lanes would.
#[test]
fn confirming_own_errors_stays_within_a_budget() {
    let mut world = Setup::new(three()).warm();
    let mut sends = 0;
    for id in 1..=100 {
        world.advance(1_100);
        said(&mut world, id, &balance(), 200, &error(1_000 + id as i64, &"odd ".repeat(id as usize)));
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            sends += 1;
            world.error(&lane, -32000, "invalid jump destination");
        }
        assert!(stands(&world, id), "{id}");
    }
    assert!(sends <= 40, "{sends} sends");
}

#[test]
fn only_unanswered_items_of_a_batch_are_rescued() {
    let mut world = Setup::new(three()).warm();
    let two = r#"[{"jsonrpc":"2.0","id":3,"result":"0x1"},{"jsonrpc":"2.0","id":1,"result":"0x55"}]"#;
    said(&mut world, 9, BATCH, 200, two);
    assert_eq!(world.asked(), ["a"], "only the balance is asked for");
    world.reply("a", "\"0x7\"");
    let ids = json!([{"jsonrpc": "2.0", "id": 1, "result": "0x55"}, {"jsonrpc": "2.0", "id": 2, "result": "0x7"},
        {"jsonrpc": "2.0", "id": 3, "result": "0x1"}]);
    assert_eq!(body(&world, 9), Some(ids));
}

#[test]
fn a_batch_refused_whole_is_rescued_whole() {
    let refused = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch: daily quota"}}"#;
    for text in [refused.to_owned(), format!("[{refused}]"), "<html>".to_owned(), "[]".to_owned()] {
        let mut world = Setup::new(three()).warm();
        said(&mut world, 9, BATCH, 200, &text);
        assert_eq!(world.asked(), ["a", "a"], "{text}");
    }
}

/// The error of one item stands, and another item is rescued.
#[test]
fn a_batch_keeps_its_own_errors() {
    let mut world = Setup::new(three()).warm();
    let own = concat!(
        r#"[{"id":1,"error":{"code":3,"message":"execution reverted","data":"0x0b"}},"#,
        r#"{"id":2,"error":{"code":429,"message":"no"}},{"id":3,"result":"0x1"}]"#,
    );
    said(&mut world, 9, BATCH, 200, own);
    world.reply("a", "\"0x7\"");
    let told = body(&world, 9).expect("a body");
    assert_eq!(told[0]["error"], json!({"code": 3, "message": "execution reverted", "data": "0x0b"}));
    assert_eq!(told[1]["result"], json!("0x7"));
}

#[test]
fn a_pages_claims_about_its_endpoint_stay_on_its_site() {
    let mut world = answered(200, &error(-32000, "backend 7 is confused"));
    world.error("a", -32000, "backend 8 is confused");
    assert!(stands(&world, 9));
    world.open_at(2, "other.example");
    world.ask_from(2, 1, "eth_getBalance", json!(["0x1", "latest"]), false);
    world.error("a", -32000, "backend 9 is confused");
    assert_eq!(world.asked(), ["b"]);
}

/// Judging costs work too, so items count whatever their outcome.
#[test]
fn items_that_are_not_rescued_count_like_messages() {
    let mut world = Setup::new(three()).warm();
    let items: Vec<Value> = (0..1_000).map(|i| json!({"id": i, "method": "eth_gasPrice"})).collect();
    let own: Vec<Value> = (0..1_000).map(|i| json!({"id": i, "result": "0x1"})).collect();
    for id in 1..=4 {
        said(&mut world, id, &json!(items).to_string(), 200, &json!(own).to_string());
        assert!(stands(&world, id));
    }
    said(&mut world, 5, &json!(items).to_string(), 200, "<html>");
    assert!(stands(&world, 5) && world.asked().is_empty(), "its messages are used up");
}
