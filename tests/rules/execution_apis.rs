//! Requests and responses of ethereum/execution-apis (<https://github.com/ethereum/execution-apis>, `tests/`, CC0-1.0),
//! from several of its versions, with long texts and lists cut. If all nodes give the same response, the page gets it
//! byte for byte.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use breakwater::classify::{self, Classifier};
use breakwater::guard::Event;
use breakwater::jsonrpc;
use breakwater::protocol::CoreToPage;
use breakwater::route::{self, Class};

use crate::world::World;
use crate::world::node::Http;
use crate::world::script::{Setup, three};

/// The newest block of most pairs.
const HEAD: u64 = 0x36;

#[derive(Deserialize)]
struct Pair {
    /// Its file.
    pair: String,
    method: String,
    params: Box<RawValue>,
    /// The response after its id.
    reply: String,
}

impl Pair {
    fn class(&self) -> Class {
        route::spec(&self.method).class
    }

    /// What the page must get: a result, or the code, message and data of an error.
    fn told(&self) -> CoreToPage {
        match jsonrpc::reply(format!(r#"{{"id":1,{}}}"#, self.reply).as_bytes(), 1).expect(&self.pair) {
            jsonrpc::Reply::Result(result) => CoreToPage::Answer { id: 1, result },
            jsonrpc::Reply::Error(e) => CoreToPage::Error { id: 1, code: e.code, message: e.message, data: e.data },
        }
    }

    /// The newest block, if the response shows it.
    fn head(&self) -> u64 {
        let block =
            self.params.get().contains("latest").then(|| self.reply.split_once("\"number\":")?.1.split('}').next());
        let number = self.reply.strip_prefix("\"result\":").filter(|_| self.method == "eth_blockNumber");
        let told = number.or_else(|| block.flatten()?.split(',').next());
        told.and_then(jsonrpc::quantity).unwrap_or(HEAD)
    }

    /// How many of three lanes may be asked. Another lane may have what one lane lacks.
    fn most(&self) -> usize {
        let body = format!(r#"{{"id":1,{}}}"#, self.reply);
        let http = classify::Http { status: 200, retry_after: None, body: body.as_bytes() };
        let missing = Classifier::default().http(route::spec(&self.method), 1, http).word() == "missing";
        if missing || self.class() == Class::Broadcast { 3 } else { 2 }
    }
}

fn pairs() -> Vec<Pair> {
    let lines = include_str!("../fixtures/execution_apis.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// Three lanes that may be asked anything.
fn lanes(head: u64) -> World {
    let setup = Setup { head, ..Setup::new(three()) };
    let mut text: Value = serde_json::from_str(&setup.text()).unwrap();
    for endpoint in text["chains"][0]["endpoints"].as_array_mut().unwrap() {
        endpoint["traces"] = Value::Bool(true);
    }
    let mut world = setup.warm();
    world.event(Event::Settings(Some(text.to_string())));
    world.advance(100);
    world
}

/// All lanes give the same response. Returns what the page gets, and how many lanes were asked.
fn replay(pair: &Pair) -> (Vec<CoreToPage>, usize) {
    let mut world = lanes(pair.head());
    let before = world.dots();
    world.ask(1, &pair.method, serde_json::from_str(pair.params.get()).unwrap());
    let mut sends = 0;
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        sends += 1;
        let send = world.flight(&lane);
        world.http(&lane, Http::new(200, format!(r#"{{"jsonrpc":"2.0","id":{send},{}}}"#, pair.reply)));
    }
    // Nodes answer polls of their heads by themselves.
    world.advance(100);
    assert_eq!(world.dots(), before, "{}: no lane is blamed", pair.pair);
    (world.told(1), sends)
}

#[test]
fn an_answer_that_all_nodes_give_arrives_unchanged() {
    let mut other = Vec::new();
    let pairs = pairs();
    let raced = || pairs.iter().filter(|pair| matches!(pair.class(), Class::Read | Class::Broadcast));
    for pair in raced() {
        let (told, sends) = replay(pair);
        assert!(sends <= pair.most(), "{}: {sends} sends", pair.pair);
        if told != [pair.told()] {
            other.push(pair.pair.as_str());
        }
    }
    assert_eq!(raced().count(), 251);
    assert_eq!(other, ["eth_sendRawTransaction/send-already-known"], "that error counts as success");
}
