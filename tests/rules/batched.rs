//! A page with many queued reads shares HTTP requests among them, as JSON-RPC batches. Whatever goes wrong with a
//! batch does not harm its items.

use std::collections::BTreeMap;

use breakwater::guard::{ClientId, Event, SendError};
use serde_json::json;

use crate::world::World;
use crate::world::script::{PAGE, Setup, balance_of, three};

const OTHER: ClientId = 2;
/// Most requests in one HTTP request.
const MOST: usize = 8;

/// A page has asked so much that reads are queued, and share HTTP requests once the first ones are answered.
fn crowd(reads: u64) -> World {
    let mut world = Setup::new(three()).warm();
    ask(&mut world, reads);
    let first: Vec<u64> = world.flights.keys().copied().collect();
    answer(&mut world, &first);
    world
}

fn ask(world: &mut World, reads: u64) {
    (1..=reads).for_each(|id| world.balance(id));
}

/// Sends in flight, by their HTTP request.
fn exchanges(world: &World) -> BTreeMap<u64, Vec<u64>> {
    let mut all: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    world.out().iter().for_each(|f| all.entry(f.exchange()).or_default().push(f.send));
    all
}

/// The HTTP requests that are batches.
fn batches(world: &World) -> Vec<Vec<u64>> {
    exchanges(world).into_values().filter(|sends| sends.len() > 1).collect()
}

fn answer(world: &mut World, sends: &[u64]) {
    for send in sends {
        world.flights.remove(send);
        let body = json!({"jsonrpc": "2.0", "id": send, "result": "0x1"}).to_string().into_bytes();
        world.event(Event::Response { send: *send, status: 200, headers: Vec::new(), body });
    }
}

fn fail(world: &mut World, sends: &[u64]) {
    for send in sends {
        world.flights.remove(send);
        world.event(Event::SendFailed { send: *send, why: SendError::Unbatched });
    }
}

/// Answers the oldest HTTP request on each lane.
fn answer_some(world: &mut World) {
    let oldest: Vec<Vec<u64>> = exchanges(world).into_values().take(6).collect();
    oldest.iter().for_each(|sends| answer(world, sends));
}

fn answered(world: &World, reads: u64) -> usize {
    (1..=reads).filter(|id| world.result(*id).is_some()).count()
}

/// Runs `step` every 20 ms until all reads are answered.
fn until_answered(world: &mut World, reads: u64, mut step: impl FnMut(&mut World)) {
    for _ in 0..reads {
        if answered(world, reads) as u64 == reads {
            return;
        }
        step(world);
        world.advance(20);
    }
    let open: Vec<u64> = (1..=reads).filter(|id| world.is_open(*id)).collect();
    panic!("{} of {reads} are answered, {open:?} are open; {:?}", answered(world, reads), exchanges(world));
}

#[test]
fn a_crowd_of_reads_shares_http_requests() {
    let mut world = crowd(200);
    assert!(batches(&world).iter().all(|sends| sends.len() <= MOST));
    let mut exchanges_in_all = 0;
    until_answered(&mut world, 200, |world| {
        exchanges_in_all += exchanges(world).len();
        let out: Vec<Vec<u64>> = exchanges(world).into_values().collect();
        out.iter().for_each(|sends| answer(world, sends));
    });
    assert!(exchanges_in_all <= 60, "{exchanges_in_all} HTTP requests for 200 reads");
}

#[test]
fn an_unknown_lane_is_sent_one_batch_at_a_time() {
    let mut world = crowd(200);
    let lanes = |world: &World| -> Vec<usize> {
        let mut lanes: Vec<usize> = batches(world).iter().map(|sends| world.flights[&sends[0]].node).collect();
        lanes.sort_unstable();
        lanes
    };
    let unknown = lanes(&world);
    let mut each = unknown.clone();
    each.dedup();
    assert!(!each.is_empty() && each == unknown, "{unknown:?}");
    let first = batches(&world).remove(0);
    answer(&mut world, &first);
    answer_some(&mut world);
    assert!(lanes(&world).iter().filter(|lane| **lane == each[0]).count() > 1, "it takes more: {:?}", lanes(&world));
}

#[test]
fn a_few_reads_are_sent_one_by_one() {
    let world = crowd(20);
    assert_eq!(batches(&world), Vec::<Vec<u64>>::new());
}

#[test]
fn reads_of_a_refused_batch_are_sent_one_by_one() {
    let mut world = crowd(200);
    let first = batches(&world).remove(0);
    let lane = world.flights[&first[0]].node;
    fail(&mut world, &first);
    until_answered(&mut world, 200, |world| {
        let tried_again = world.out().iter().any(|f| f.node == lane && f.joins.is_some() && f.send > first[0]);
        assert!(!tried_again, "the lane is sent no other batch");
        answer_some(world);
    });
    assert_eq!((world.dot("a"), world.dot("b"), world.dot("c")), ("good".into(), "good".into(), "good".into()));
}

#[test]
fn a_lane_that_refused_a_batch_gets_one_again_later() {
    let mut world = crowd(200);
    let mut refused = 0;
    until_answered(&mut world, 200, |world| {
        let first = batches(world);
        refused += first.len();
        first.iter().for_each(|sends| fail(world, sends));
        answer_some(world);
    });
    assert!((1..=3).contains(&refused), "at most one on each lane: {refused}");
    world.dwell(600_000);
    (1_001..=1_200).for_each(|id| world.balance(id));
    answer_some(&mut world);
    assert!(!batches(&world).is_empty());
}

#[test]
fn one_item_without_a_reply_is_asked_again() {
    let mut world = crowd(200);
    let first = batches(&world).remove(0);
    let params = world.flights[&first[1]].params.clone();
    fail(&mut world, &first[1..2]);
    let rest: Vec<u64> = first.iter().copied().filter(|send| *send != first[1]).collect();
    answer(&mut world, &rest);
    for _ in 0..100 {
        if world.out().iter().any(|f| f.params == params) {
            break;
        }
        answer_some(&mut world);
    }
    let again = world.out().into_iter().find(|f| f.params == params).cloned();
    assert!(again.is_some_and(|flight| flight.joins.is_none()));
}

/// A batch is one exchange, so it teaches about its lane once.
#[test]
fn a_silent_batch_counts_against_its_lane_once() {
    let mut world = crowd(200);
    let before = world.dot("a");
    world.advance(1_000);
    assert_eq!((before.as_str(), world.dot("a").as_str()), ("good", "good"));
}

#[test]
fn aborting_one_read_keeps_the_rest_of_its_batch() {
    let mut world = crowd(200);
    let first = batches(&world).remove(0);
    let params: serde_json::Value = serde_json::from_str(&world.flights[&first[0]].params).unwrap();
    let id = (1..=200).find(|id| balance_of(*id) == params);
    world.page(PAGE, breakwater::protocol::PageToCore::Abort { id: id.unwrap() });
    assert!(!world.flights.contains_key(&first[0]) && world.flights.contains_key(&first[1]));
    let out = exchanges(&world).len();
    answer(&mut world, &first[1..]);
    assert!(exchanges(&world).len() >= out, "the batch's slot is free again");
}

#[test]
fn two_pages_never_share_a_batch() {
    let mut world = Setup::new(three()).warm();
    world.open_at(OTHER, "other.example");
    for id in 1..=200 {
        world.balance(id);
        world.ask_from(OTHER, 1_000 + id, "eth_getBalance", balance_of(1_000 + id), false);
    }
    for _ in 0..20 {
        assert_eq!(batches(&world), Vec::<Vec<u64>>::new(), "a page that is not alone sends one by one");
        answer_some(&mut world);
        world.advance(20);
    }
}

#[test]
fn modes_that_ask_several_lanes_send_no_batches() {
    for mode in ["compare", "race"] {
        let mut world = Setup::new(three()).mode(mode).warm();
        ask(&mut world, 200);
        assert_eq!(batches(&world), Vec::<Vec<u64>>::new(), "{mode}");
    }
}
