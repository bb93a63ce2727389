//! A page's own JSON-RPC batch is split, raced item by item, and joined in order.

use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::{Value, json};

use crate::world::World;
use crate::world::script::{PAGE, Setup, three};

fn rescue(world: &mut World, body: &str) {
    world.page(PAGE, PageToCore::Rescue { id: 1, chain: 1, body: body.to_owned(), said: None });
}

fn batch(world: &mut World) {
    rescue(
        world,
        r#"[{"jsonrpc":"2.0","id":"x","method":"eth_getBalance","params":["0x1","latest"]},
            {"jsonrpc":"2.0","id":7,"method":"eth_chainId"},
            {"jsonrpc":"2.0","id":9007199254740993,"method":"eth_call","params":[{"to":"0x2"},"latest"]}]"#,
    );
}

fn body(world: &World) -> Option<String> {
    world.told(1).into_iter().find_map(|m| if let CoreToPage::Body { body, .. } = m { Some(body) } else { None })
}

/// A lane answers the send for this method.
fn answer(world: &mut World, method: &str, member: Value) {
    let send = world.out().iter().find(|f| f.method == method).expect("out").send;
    world.flights.remove(&send);
    let mut reply = json!({"jsonrpc": "2.0", "id": send});
    reply.as_object_mut().unwrap().extend(member.as_object().unwrap().clone());
    let body = reply.to_string().into_bytes();
    world.event(breakwater::guard::Event::Response { send, status: 200, headers: Vec::new(), body });
}

#[test]
fn items_are_raced_one_by_one_and_order_and_ids_are_kept() {
    let mut world = Setup::new(three()).warm();
    batch(&mut world);
    assert_eq!(world.asked(), ["a", "a"], "the chain id is known");
    answer(&mut world, "eth_call", json!({"result": "0xcc"}));
    assert_eq!(body(&world), None, "not before all items are answered");
    // One item fails over without the other.
    answer(&mut world, "eth_getBalance", json!({"error": {"code": -32603, "message": "Internal error"}}));
    assert_eq!(world.asked(), ["b"]);
    world.reply("b", "\"0xbb\"");
    assert_eq!(
        body(&world).as_deref(),
        Some(concat!(
            r#"[{"jsonrpc":"2.0","id":"x","result":"0xbb"},{"jsonrpc":"2.0","id":7,"result":"0x1"},"#,
            r#"{"jsonrpc":"2.0","id":9007199254740993,"result":"0xcc"}]"#
        ))
    );
}

#[test]
fn a_revert_is_the_answer_to_its_item() {
    let mut world = Setup::new(three()).warm();
    batch(&mut world);
    answer(&mut world, "eth_call", json!({"error": {"code": 3, "message": "execution reverted", "data": "0x08"}}));
    answer(&mut world, "eth_getBalance", json!({"result": "0x1"}));
    let body: Value = serde_json::from_str(&body(&world).unwrap()).unwrap();
    assert_eq!(body[2]["error"], json!({"code": 3, "message": "execution reverted", "data": "0x08"}));
}

#[test]
fn one_unanswerable_item_ends_the_whole_rescue() {
    let mut world = Setup::new(three()).warm();
    batch(&mut world);
    for _ in 0..3 {
        answer(&mut world, "eth_call", json!({"error": {"code": -32005, "message": "limit exceeded"}}));
    }
    assert_eq!(world.told(1), [CoreToPage::NoRescue { id: 1 }]);
    assert!(world.out().is_empty());
}

#[test]
fn a_single_call_is_not_answered_as_a_batch() {
    let mut world = Setup::new(three()).warm();
    rescue(&mut world, r#"{"jsonrpc":"2.0","id":0,"method":"eth_gasPrice","params":[]}"#);
    world.reply("a", "\"0x9\"");
    assert_eq!(body(&world).as_deref(), Some(r#"{"jsonrpc":"2.0","id":0,"result":"0x9"}"#));
}

#[test]
fn a_batch_with_more_than_reads_is_not_rescued() {
    for method in ["eth_sendRawTransaction", "eth_sendTransaction", "eth_newFilter", "eth_future"] {
        let mut world = Setup::new(three()).warm();
        let item = |method: &str| json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": []});
        rescue(&mut world, &json!([item("eth_gasPrice"), item(method)]).to_string());
        assert_eq!(world.told(1), [CoreToPage::NoRescue { id: 1 }], "{method}");
        assert!(world.out().is_empty());
    }
}

#[test]
fn equal_items_share_one_send_and_get_two_answers() {
    let mut world = Setup::new(three()).warm();
    let item = |id: u64| json!({"jsonrpc": "2.0", "id": id, "method": "eth_gasPrice", "params": []});
    rescue(&mut world, &json!([item(1), item(2)]).to_string());
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "\"0x9\"");
    let body: Value = serde_json::from_str(&body(&world).unwrap()).unwrap();
    assert_eq!((&body[0]["id"], &body[1]["id"], &body[1]["result"]), (&json!(1), &json!(2), &json!("0x9")));
}
