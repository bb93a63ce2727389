#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use serde_json::json;

use super::*;
use crate::answer::Question;
use crate::asks::{Asker, Proof};
use crate::choice::Choice;
use crate::endpoint::EndpointUrl;
use crate::io::Command;
use crate::jsonrpc::Reply;
use crate::lanes::Lanes;
use crate::pages::Pages;
use crate::protocol::{CoreToPage, MAX_STICKY};
use crate::settings::{self, Endpoint, Settings};

const PAGE: u32 = 1;
const CHAIN: u64 = 1;

/// A follower and its surroundings: one page, and one chain with one endpoint.
struct Setting {
    follower: Follower,
    lanes: Lanes,
    pages: Pages,
    choice: Choice,
    chain: u64,
}

fn room() -> Setting {
    room_of(CHAIN)
}

fn room_of(id: u64) -> Setting {
    let url = EndpointUrl::parse("https://one.example/").expect("a URL");
    let mut chain = settings::Chain::new(id, "a chain".into());
    chain.endpoints.push(Endpoint::new(url, "one".into()));
    let (mut lanes, mut pages, mut choice) = (Lanes::default(), Pages::default(), Choice::default());
    lanes.rebuild(std::slice::from_ref(&chain), &Default::default());
    pages.open(0, PAGE, "https://dapp.example".into(), "dapp.example".into(), None);
    choice.adopt(Settings { chains: vec![chain], ..Settings::default() });
    Setting { follower: Follower::new(7), lanes, pages, choice, chain: id }
}

impl Setting {
    fn deal(&mut self, now: u64, deal: impl FnOnce(&mut Follower, &mut Around<'_>)) -> Vec<Wish> {
        let Setting { follower, lanes, pages, choice, .. } = self;
        deal(follower, &mut Around { now, lanes, pages, choice });
        self.follower.take_wishes()
    }

    /// The wishes after a page's call.
    fn call(&mut self, now: u64, id: u64, method: &str, params: &str) -> Vec<Wish> {
        let question = Question { chain: self.chain, method: method.into(), params: params.into() };
        let asker = Asker::Page { client: PAGE, id, wallet: false };
        self.deal(now, |follower, cx| follower.ask(cx, &question, asker, true))
    }

    /// An answer to an internal request has arrived.
    fn answer(&mut self, now: u64, task: u64, result: Option<String>) -> Vec<Wish> {
        self.follower.arrive(task, result.map(Reply::Result));
        self.deal(now, Follower::take_arrived)
    }
}

/// The requests for lanes: task and question.
fn asked(wishes: &[Wish]) -> Vec<(u64, &str, &str)> {
    let asks = wishes.iter().filter_map(|wish| match wish {
        Wish::Ask { question, inside } => Some((inside.task, question.method.as_str(), question.params.as_str())),
        _ => None,
    });
    asks.collect()
}

/// The messages to pages.
fn told(wishes: Vec<Wish>) -> Vec<CoreToPage> {
    let posts = wishes.into_iter().filter_map(|wish| match wish {
        Wish::Send(Command::Post { client: PAGE, message }) => Some(message),
        _ => None,
    });
    posts.collect()
}

fn hash(number: u64) -> String {
    format!("0x{number:064x}")
}

fn block(number: u64) -> Option<String> {
    let block = json!({
        "number": format!("0x{number:x}"),
        "hash": hash(number),
        "parentHash": hash(number - 1),
        "logsBloom": format!("0x{}", "f".repeat(512)),
    });
    Some(block.to_string())
}

/// A block filter that began after block 100.
fn followed() -> (Setting, String) {
    let mut room = room();
    let wishes = room.call(10, 1, "eth_newBlockFilter", "[]");
    let [(task, "eth_getBlockByNumber", r#"["latest",false]"#)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
    let told = told(room.answer(20, task, block(100)));
    let [CoreToPage::Created { id: 1, subscription, block }] = &told[..] else { panic!("{told:?}") };
    assert_eq!((block.number, block.hash.as_str()), (100, hash(100).as_str()));
    (room, subscription.clone())
}

#[test]
fn a_filter_begins_after_the_newest_block() {
    let (room, _) = followed();
    let floor = room.pages.floor(&room.lanes, 20, PAGE, CHAIN);
    assert_eq!(floor, 0, "a block that is not new does not raise the floor");
}

#[test]
fn changes_returns_the_blocks_since_the_last_call() {
    let (mut room, id) = followed();
    let wishes = room.call(30, 2, "eth_getFilterChanges", &format!("[{}]", json!(id)));
    let [(task, ..)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
    let told = told(room.answer(40, task, block(101)));
    let [CoreToPage::Changes { id: 2, subscription, blocks }] = &told[..] else { panic!("{told:?}") };
    assert_eq!((subscription, blocks.len(), blocks[0].number), (&id, 1, 101));
}

#[test]
fn a_failed_look_does_not_end_the_filter() {
    let (mut room, id) = followed();
    let params = format!("[{}]", json!(id));
    let wishes = room.call(30, 2, "eth_getFilterChanges", &params);
    let [(task, ..)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
    let told = told(room.answer(40, task, None));
    assert!(matches!(&told[..], [CoreToPage::Error { id: 2, .. }]), "{told:?}");
    assert_eq!(asked(&room.call(50, 3, "eth_getFilterChanges", &params)).len(), 1, "the next call asks again");
}

#[test]
fn filter_logs_are_read_for_the_page() {
    let mut room = room();
    let wishes = room.call(10, 1, "eth_newFilter", r#"[{"address":"0x00000000000000000000000000000000000000aa"}]"#);
    let [(task, ..)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
    let told = told(room.answer(20, task, block(100)));
    let [CoreToPage::Created { subscription, .. }] = &told[..] else { panic!("{told:?}") };
    let wishes = room.call(30, 2, "eth_getFilterLogs", &format!("[{}]", json!(subscription)));
    let [Wish::Read { question, asker: Asker::Page { client: PAGE, id: 2, wallet: false } }] = &wishes[..] else {
        panic!("{wishes:?}")
    };
    assert_eq!(question.method, "eth_getLogs");
}

#[test]
fn logs_of_a_new_block_must_name_that_block() {
    let mut room = room();
    let wishes = room.call(10, 1, "eth_subscribe", r#"["logs",{}]"#);
    let [(task, ..)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
    room.answer(20, task, block(100));
    let looked = room.deal(10_000, Follower::tick);
    let [(task, ..)] = asked(&looked)[..] else { panic!("{looked:?}") };
    let wishes = room.answer(10_010, task, block(101));
    let [Wish::Ask { question, inside }] = &wishes[..] else { panic!("{wishes:?}") };
    assert_eq!(question.method, "eth_getLogs");
    assert_eq!(inside.proof, Proof::Logs { number: 101, hash: hash(101), likely: true });
    assert_eq!(inside.origin, "https://dapp.example", "logs are joined within one origin");
}

#[test]
fn the_pace_of_looks_follows_the_block_time() {
    for (chain, look_ms) in [(1, 3_000), (42_161, 2_000), (314, 5_000), (5, 3_000)] {
        let mut room = room_of(chain);
        let wishes = room.call(10, 1, "eth_subscribe", r#"["newHeads"]"#);
        let [(task, ..)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
        room.answer(20, task, block(100));
        assert_eq!(room.follower.wake(20, &room.lanes, false), Some(10 + look_ms), "chain {chain}");
    }
}

#[test]
fn a_document_has_a_limit_of_filters() {
    let mut room = room();
    for id in 0..MAX_STICKY as u64 {
        assert!(told(room.call(10, id, "eth_newBlockFilter", "[]")).is_empty());
    }
    let told = told(room.call(10, 999, "eth_newBlockFilter", "[]"));
    assert!(matches!(&told[..], [CoreToPage::Error { id: 999, code: -32005, .. }]), "{told:?}");
}

#[test]
fn a_closed_page_ends_its_filters_and_requests() {
    let (mut room, id) = followed();
    let wishes = room.call(30, 2, "eth_getFilterChanges", &format!("[{}]", json!(id)));
    let [(task, ..)] = asked(&wishes)[..] else { panic!("{wishes:?}") };
    room.pages.close(PAGE);
    assert_eq!(room.deal(40, |follower, cx| follower.prune(cx)), [Wish::Keep(Vec::new())]);
    assert_eq!(room.answer(50, task, block(101)), []);
    assert_eq!(room.follower.wake(60, &room.lanes, true), None);
}

#[test]
fn an_expired_call_is_answered() {
    let (mut room, id) = followed();
    room.call(30, 2, "eth_getFilterChanges", &format!("[{}]", json!(id)));
    let due = room.follower.wake(30, &room.lanes, true).expect("a time");
    assert!(told(room.deal(due - 1, Follower::tick)).is_empty());
    assert!(matches!(&told(room.deal(due, Follower::tick))[..], [CoreToPage::Error { id: 2, .. }]));
}
