#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use super::*;
use crate::answer::Question;
use crate::classify::Judged;
use crate::endpoint::{EndpointUrl, LaneId};
use crate::jsonrpc::Reply;
use crate::lanes::Lanes;
use crate::race::{Act, KNOWN, LanePlan, Need, Outcome, Plan, Race};
use crate::settings::{self, Endpoint};
use crate::wire::{Job, Purpose};

const CHAIN: u64 = 1;
const ID: u64 = 7;

/// A chain with two lanes.
fn lanes() -> (Lanes, [LaneId; 2]) {
    let mut chain = settings::Chain::new(CHAIN, "Ethereum".into());
    let ids = ["one", "two"].map(|name| {
        let url = EndpointUrl::parse(&format!("https://{name}.example/")).expect("a URL");
        let key = url.key(CHAIN);
        let (name, operator, ws) = (name.into(), None, None);
        let headers = Vec::new();
        chain.endpoints.push(Endpoint {
            url,
            name,
            enabled: true,
            private: false,
            traces: false,
            headers,
            operator,
            ws,
        });
        LaneId { chain: CHAIN, key }
    });
    let mut lanes = Lanes::default();
    lanes.rebuild(std::slice::from_ref(&chain), &Default::default());
    (lanes, ids)
}

/// A request of a page that has been shown block 100.
fn asks(lanes: &Lanes, method: &str, params: &str, need: Need) -> Asks {
    let question = Question { chain: CHAIN, method: method.into(), params: params.into() };
    let (origin, host) = ("https://dapp.example".to_owned(), "dapp.example".to_owned());
    let terms = Terms { origin, host, floor: 100, proof: None, place: (1, 1) };
    let asker = Asker::Page { client: 1, id: 1, wallet: false };
    let mut request = Request::new(1_000, question, terms, asker, lanes.chain(CHAIN), 10_000);
    let plan = LanePlan { hedge_ms: 100, timeout_ms: 4_000, wallet: false };
    request.race = Some(Race::new(Plan { lanes: vec![plan, plan], need, start: 1_000, deadline: 10_000 }));
    let mut asks = Asks::default();
    asks.requests.insert(ID, request);
    asks
}

/// What a reply of a lane means, and what the race compares it by.
fn weigh(asks: &Asks, lanes: &mut Lanes, lane: LaneId, result: &str) -> (Outcome, u64) {
    let mut job = Job::own(1_000, lane, Purpose::Attempt { request: ID, index: 0 }, 4_000);
    job.due = None;
    let outcome = if result == "null" { Outcome::Empty } else { Outcome::Answer };
    let judged = Judged { reply: Some(Reply::Result(result.into())), ..Judged::bare(outcome) };
    let (judged, digest) = asks.weigh(1_010, lanes, (ID, &job), judged);
    (judged.outcome, digest)
}

#[test]
fn of_two_heights_the_lower_one_is_stale() {
    let (mut lanes, [one, two]) = lanes();
    lanes.shown(900, 800, one, 200);
    let asks = asks(&lanes, "eth_blockNumber", "[]", Need::First);
    assert_eq!(weigh(&asks, &mut lanes, one, "\"0xc9\""), (Outcome::Answer, 202));
    assert_eq!(weigh(&asks, &mut lanes, two, "\"0x64\""), (Outcome::Stale, 101));
}

#[test]
fn of_two_answers_in_hand_the_higher_block_wins() {
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
fn equal_answers_are_equal_however_they_are_written() {
    let (mut lanes, [one, two]) = lanes();
    let need = Need::Agree { majority: false, strict: false };
    let asks = asks(&lanes, "eth_getBlockByHash", "[\"0x00\",false]", need);
    let (_, first) = weigh(&asks, &mut lanes, one, r#"{"a":"0xAB","b":[1]}"#);
    let (_, second) = weigh(&asks, &mut lanes, two, r#"{ "b": [1], "a": "0xab" }"#);
    let (_, other) = weigh(&asks, &mut lanes, two, r#"{"a":"0xac","b":[1]}"#);
    assert!(first == second && first != other);
}

#[test]
fn null_for_a_block_that_another_lane_has_settles_nothing() {
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
    assert_eq!(request.floor, 0, "no read is passed over for a block that no lane has shown");
}
