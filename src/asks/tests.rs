#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use super::Terms;
use super::all::Asks;
use super::done::{Done, Shown};
use super::request::{Asker, Request, Slot};
use crate::answer::{Answer, Question, Refusal};
use crate::classify::Judged;
use crate::endpoint::{EndpointUrl, LaneId};
use crate::jsonrpc::Reply;
use crate::lanes::{LaneRef, Lanes};
use crate::race::{Act, End, KNOWN, LanePlan, Need, Outcome, Plan, Race};
use crate::settings::{self, Endpoint, Mode};
use crate::wire::{Job, Purpose};

const CHAIN: u64 = 1;
const ID: u64 = 7;

mod flow;

/// A chain with two lanes.
fn lanes() -> (Lanes, [LaneId; 2]) {
    lanes_in(Mode::Guard)
}

fn lanes_in(mode: Mode) -> (Lanes, [LaneId; 2]) {
    let mut chain = settings::Chain { mode, ..settings::Chain::new(CHAIN, "Ethereum".into()) };
    let ids = ["one", "two"].map(|name| {
        let url = EndpointUrl::parse(&format!("https://{name}.example/")).expect("a URL");
        let key = url.key(CHAIN);
        chain.endpoints.push(Endpoint::new(url, name.into()));
        LaneId { chain: CHAIN, key }
    });
    let mut lanes = Lanes::default();
    lanes.rebuild(std::slice::from_ref(&chain), &Default::default());
    (lanes, ids)
}

/// A request of a page that was shown block 100.
fn asks(lanes: &Lanes, method: &str, params: &str, need: Need) -> Asks {
    let question = Question { chain: CHAIN, method: method.into(), params: params.into() };
    let (origin, host) = ("https://dapp.example".to_owned(), "dapp.example".to_owned());
    let terms = Terms { origin, host, floor: 100, proof: None, queue_key: (1, 1) };
    let asker = Asker::Page { client: 1, id: 1, wallet: false };
    let mut request = Request::new(1_000, question, terms, asker, lanes.chain(CHAIN), 10_000);
    let plan = LanePlan { hedge_ms: 100, timeout_ms: 4_000, wallet: false };
    request.race = Some(Race::new(Plan { lanes: vec![plan, plan], need, start: 1_000, deadline: 10_000 }));
    let mut asks = Asks::default();
    asks.requests.insert(ID, request);
    asks
}

/// What a lane's reply means, and what the race compares it by.
fn weigh(asks: &Asks, lanes: &mut Lanes, lane: LaneId, result: &str) -> (Outcome, u64) {
    let mut job = Job::own(1_000, lane, Purpose::Attempt { request: ID, index: 0 }, 4_000);
    job.due = None;
    let outcome = if result == "null" { Outcome::Empty } else { Outcome::Answer };
    let judged = Judged { reply: Some(Reply::Result(result.into())), ..Judged::bare(outcome) };
    let (judged, digest) = asks.weigh(1_010, lanes, (ID, &job), judged);
    (judged.outcome, digest)
}

#[test]
fn the_lower_of_two_block_numbers_is_stale() {
    let (mut lanes, [one, two]) = lanes();
    lanes.shown(900, 800, one, 200);
    let asks = asks(&lanes, "eth_blockNumber", "[]", Need::First);
    assert_eq!(weigh(&asks, &mut lanes, one, "\"0xc9\""), (Outcome::Answer, 202));
    assert_eq!(weigh(&asks, &mut lanes, two, "\"0x64\""), (Outcome::Stale, 101));
}

#[test]
fn the_answer_with_the_higher_block_wins() {
    let (mut lanes, [one, two]) = lanes();
    lanes.shown(900, 800, one, 1_000);
    let mut asks = asks(&lanes, "eth_blockNumber", "[]", Need::All);
    let heard = [weigh(&asks, &mut lanes, one, "\"0x10\""), weigh(&asks, &mut lanes, two, "\"0x11\"")];
    let mut request = asks.requests.remove(&ID).expect("a request");
    let race = request.race.as_mut().expect("a race");
    let mut acts = Vec::new();
    race.start(&mut acts);
    for (lane, (outcome, digest)) in heard.into_iter().enumerate() {
        race.ended(1_010, lane, outcome, digest, &mut acts);
    }
    let settled = acts.iter().any(|act| matches!(act, Act::Settle(crate::race::End::Lane { lane: 1, .. })));
    assert!(settled, "{acts:?}");
}

#[test]
fn json_answers_are_compared_by_value() {
    let (mut lanes, [one, two]) = lanes();
    let need = Need::Agree { majority: false, strict: false };
    let asks = asks(&lanes, "eth_getBlockByHash", "[\"0x00\",false]", need);
    let (_, first) = weigh(&asks, &mut lanes, one, r#"{"a":"0xAB","b":[1]}"#);
    let (_, second) = weigh(&asks, &mut lanes, two, r#"{ "b": [1], "a": "0xab" }"#);
    let (_, other) = weigh(&asks, &mut lanes, two, r#"{"a":"0xac","b":[1]}"#);
    assert!(first == second && first != other);
}

#[test]
fn null_for_a_block_another_lane_has_does_not_settle() {
    let (mut lanes, [one, two]) = lanes();
    lanes.shown(900, 800, one, 200);
    lanes.shown(900, 800, two, 190);
    let asks = asks(&lanes, "eth_getBlockByNumber", "[\"0xc8\",false]", Need::First);
    assert_eq!(weigh(&asks, &mut lanes, two, "null"), (Outcome::Empty, KNOWN));
}

#[test]
fn a_request_is_settled_before_its_page_gives_up() {
    let (lanes, _) = lanes();
    let mut asks = asks(&lanes, "eth_call", "[{},\"latest\"]", Need::First);
    let request = asks.requests.remove(&ID).expect("a request");
    assert!(request.latest && request.deadline < 1_000 + 10_000);
    assert_eq!(request.floor, 0, "a floor above every known block is not used");
}

/// Both lanes have replied: how the race ended, and its result.
fn settled(asks: &mut Asks, lanes: &mut Lanes, ids: [LaneId; 2], replies: [(Outcome, u64, Reply); 2]) -> (End, Done) {
    let mut request = asks.requests.remove(&ID).expect("a request");
    request.lanes = ids.map(|id| LaneRef::Endpoint(id.key)).to_vec();
    request.slots = vec![Slot::Idle; 2];
    let mut acts = Vec::new();
    let race = request.race.as_mut().expect("a race");
    race.start(&mut acts);
    for (lane, (outcome, digest, reply)) in replies.into_iter().enumerate() {
        request.replies.push((lane, reply));
        race.ended(1_010, lane, outcome, digest, &mut acts);
    }
    let end = acts.iter().find_map(|act| if let Act::Settle(end) = act { Some(*end) } else { None }).expect("an end");
    (end, asks.settle(1_020, lanes, request, end))
}

fn result(digest: u64, text: &str) -> (Outcome, u64, Reply) {
    (Outcome::Answer, digest, Reply::Result(text.into()))
}

#[test]
fn every_asker_gets_the_higher_of_two_numbers() {
    let (mut lanes, ids) = lanes();
    let mut asks = asks(&lanes, "eth_blockNumber", "[]", Need::All);
    asks.requests.join(ID, Asker::Page { client: 2, id: 5, wallet: true });
    let older = (Outcome::Stale, 17, Reply::Result("\"0x10\"".into()));
    let (_, done) = settled(&mut asks, &mut lanes, ids, [older, result(18, "\"0x11\"")]);
    let shown = Shown { number: 17, by: LaneRef::Endpoint(ids[1].key), is_number: true, counts: true };
    assert_eq!(done.given.len(), 2);
    assert!(done.given.iter().all(|one| one.answer == Answer::result("\"0x11\"") && one.shown == Some(shown)));
    assert_eq!((done.served, done.took.map(|(ms, _)| ms)), (Some(ids[1]), Some(20)));
    assert_eq!(asks.trail.records().count(), 1);
}

#[test]
fn two_answers_that_differ_are_a_dispute() {
    let (mut lanes, ids) = lanes();
    let need = Need::Agree { majority: false, strict: true };
    let mut asks = asks(&lanes, "eth_getBalance", "[\"0x00\",\"0x1\"]", need);
    let (end, done) = settled(&mut asks, &mut lanes, ids, [result(1, "\"0x1\""), result(2, "\"0x2\"")]);
    assert_eq!(end, End::Disputed);
    let Answer::Ours(Refusal::Disputed { asked, .. }) = &done.given[0].answer else { unreachable!("{done:?}") };
    assert_eq!((asked.endpoints, done.served, done.took), (2, None, None));
    assert_eq!(asks.memory.recall("https://dapp.example", &question()), None, "a disputed answer is not remembered");
}

fn question() -> Question {
    Question { chain: CHAIN, method: "eth_getBalance".into(), params: "[\"0x00\",\"0x1\"]".into() }
}

#[test]
fn a_wallet_that_is_behind_answers_only_its_own_page() {
    let (lanes, _) = lanes();
    let mut asks = asks(&lanes, "eth_blockNumber", "[]", Need::First);
    asks.requests.join(ID, Asker::Page { client: 2, id: 5, wallet: true });
    let mut request = asks.requests.remove(&ID).expect("a request");
    request.wallet = Some(2);
    asks.requests.insert(ID, request);
    let own = asks.give_own(ID, 2, Some(90));
    let shown = Shown { number: 90, by: LaneRef::Wallet, is_number: true, counts: true };
    let given: Vec<_> = own.given.iter().map(|one| (one.asker.client(), one.shown)).collect();
    assert_eq!(given, [(Some(2), Some(shown))]);
    let rest = asks.requests.remove(&ID).expect("it continues for the others");
    let failed = asks.fail(&lanes, rest, false);
    assert_eq!(failed.given.iter().map(|one| one.asker.client()).collect::<Vec<_>>(), [Some(1)]);
    assert!(matches!(failed.given[0].answer, Answer::Wallet { words: None, .. }));
}
