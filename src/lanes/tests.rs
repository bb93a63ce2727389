#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use super::upkeep::CheckReply;
use super::*;
use crate::classify::Judged;
use crate::cloud::ground::Ground;
use crate::endpoint::{EndpointUrl, LaneId};
use crate::heads::Head;
use crate::health::Check;
use crate::named::Named;
use crate::race::Outcome;
use crate::route::{Weight, spec};
use crate::settings::{self, Endpoint};
use crate::wire::{Purpose, Wire};

const CHAIN: u64 = 1;

/// A chain with endpoints of these names; `!` before one marks it as private.
fn lanes(names: &[&str]) -> (Lanes, Vec<LaneId>) {
    lanes_of(CHAIN, names)
}

fn lanes_of(id: u64, names: &[&str]) -> (Lanes, Vec<LaneId>) {
    let mut chain = settings::Chain::new(id, "a chain".into());
    for name in names {
        let (private, name) = (name.starts_with('!'), name.trim_start_matches('!'));
        let url = EndpointUrl::parse(&format!("https://{name}.example/")).expect("a URL");
        chain.endpoints.push(Endpoint { private, ..Endpoint::new(url, name.into()) });
    }
    let mut lanes = Lanes::default();
    lanes.rebuild(std::slice::from_ref(&chain), &Default::default());
    let ids = chain.endpoints.iter().map(|e| LaneId { chain: id, key: e.url.key(id) }).collect();
    (lanes, ids)
}

fn ended(sent: u64, outcome: Outcome) -> Lesson<'static> {
    Lesson::Ended { sent, weight: Weight::Light, outcome, retry_after_ms: None, lacks: None }
}

/// The result of a chain-id check of a lane.
fn check(lanes: &mut Lanes, now: u64, id: LaneId, chain: Option<u64>) -> Vec<Change> {
    let judged = Judged::bare(if chain.is_some() { Outcome::Answer } else { Outcome::Fault });
    lanes.checked(now, id, CheckReply { number: chain, judged: &judged, sent: now, spared: false })
}

#[test]
fn a_lane_is_asked_once_its_chain_is_known() {
    let (mut lanes, ids) = lanes(&["one"]);
    let read = spec("eth_call");
    assert_eq!(lanes.admit(ids[0], read, false), Admit::AfterCheck);
    assert_eq!(check(&mut lanes, 1, ids[0], Some(CHAIN)), [Change::Learnt, Change::Ready(ids[0])]);
    assert_eq!(lanes.admit(ids[0], read, false), Admit::Go);
    assert_eq!(lanes.admit(ids[0], spec("debug_traceCall"), false), Admit::No, "the lane is not marked for traces");
}

#[test]
fn the_pace_of_polls_follows_the_block_time() {
    for (chain, poll_ms) in [(1, 6_000), (42_161, 6_000), (314, 15_000), (5, 6_000)] {
        let (mut lanes, ids) = lanes_of(chain, &["one"]);
        lanes.used(1, chain, 7);
        check(&mut lanes, 1, ids[0], Some(chain));
        assert!(lanes.shown(1, 1, ids[0], 100));
        assert_eq!(lanes.chores_at(1), Some(1 + poll_ms), "chain {chain}");
        let mut wire = Wire::default();
        assert_eq!(lanes.upkeep(poll_ms, &mut wire, 64), []);
        assert_eq!(lanes.upkeep(1 + poll_ms, &mut wire, 64).len(), 1);
        assert!(wire.is_out(ids[0], Purpose::Poll));
    }
}

#[test]
fn the_limit_for_being_behind_follows_the_block_time() {
    for (chain, far) in [(1, 3), (42_161, 40), (314, 3), (5, 16)] {
        let (mut lanes, ids) = lanes_of(chain, &["one"]);
        assert!(lanes.shown(1, 1, ids[0], 100));
        let chain = lanes.chain(chain).expect("the chain");
        let is_behind = |number: u64| chain.is_behind(1, Some(Head { number, at: 1 }), 0);
        assert_eq!([is_behind(100 - far), is_behind(99 - far)], [false, true], "{}", chain.id());
    }
}

/// A page reads an old block from a lane that has not shown its head yet.
#[test]
fn an_old_block_does_not_show_its_lanes_head() {
    let (mut lanes, ids) = lanes(&["one", "two"]);
    let gives = |lanes: &mut Lanes, number: u64| {
        let (named, block) =
            (Named { oldest: number, newest: number, seen: false }, format!(r#"{{"number":"0x{number:x}"}}"#));
        lanes.has_given(2, 1, ids[1], Some(named), &block);
        lanes.get(ids[1]).and_then(Lane::head).map(|head| head.number)
    };
    assert_eq!(gives(&mut lanes, 100), None, "no lane has shown its head yet");
    assert!(lanes.shown(2, 1, ids[0], 1_000));
    assert_eq!([100, 900, 999, 998].map(|number| gives(&mut lanes, number)), [None, None, Some(999), Some(999)]);
}

#[test]
fn a_lane_of_another_chain_loses_its_head() {
    let (mut lanes, ids) = lanes(&["one"]);
    check(&mut lanes, 1, ids[0], Some(CHAIN));
    assert!(lanes.shown(2, 1, ids[0], 100));
    let changes = check(&mut lanes, 3, ids[0], Some(10));
    assert_eq!(changes, [Change::Learnt, Change::Expelled, Change::Gone(ids[0])]);
    assert_eq!(lanes.get(ids[0]).map(|l| (l.health().check, l.head())), Some((Check::Wrong(10), None)));
    assert_eq!(lanes.chain(CHAIN).map(Chain::best), Some(0));
    assert_eq!(lanes.admit(ids[0], spec("eth_call"), false), Admit::No);
}

#[test]
fn a_transaction_goes_only_to_private_lanes() {
    let (mut lanes, ids) = lanes(&["open", "!private"]);
    ids.iter().for_each(|id| drop(check(&mut lanes, 1, *id, Some(CHAIN))));
    let send = spec("eth_sendRawTransaction");
    assert_eq!([lanes.admit(ids[0], send, false), lanes.admit(ids[1], send, false)], [Admit::No, Admit::Go]);
    assert_eq!(lanes.admit(ids[0], spec("eth_call"), false), Admit::Go);
}

#[test]
fn a_drill_blocks_reads_but_not_transactions() {
    let (mut lanes, ids) = lanes(&["one"]);
    check(&mut lanes, 1, ids[0], Some(CHAIN));
    lanes.darken(true, |_: &Ground| true);
    assert_eq!(lanes.admit(ids[0], spec("eth_call"), false), Admit::Dark);
    assert_eq!(lanes.admit(ids[0], spec("eth_sendRawTransaction"), false), Admit::Go);
    assert_eq!(lanes.learn(2, ids[0], Lesson::Quiet { since: 1, weight: Weight::Light }), [Change::Learnt]);
    lanes.darken(false, |_| false);
    assert_eq!(lanes.admit(ids[0], spec("eth_call"), false), Admit::Go);
}

#[test]
fn a_lane_that_keeps_failing_is_reported_once() {
    let (mut lanes, ids) = lanes(&["one"]);
    let news: Vec<Change> = (1..=6).flat_map(|at| lanes.learn(at, ids[0], ended(at, Outcome::Fault))).collect();
    assert_eq!(news.iter().filter(|change| **change == Change::Failing(ids[0])).count(), 1);
    let probe = Judged::bare(Outcome::Answer);
    let heard = CheckReply { number: Some(CHAIN), judged: &probe, sent: 60_000, spared: false };
    assert!(lanes.probed(60_000, ids[0], heard).contains(&Change::Serving(ids[0])));
}

#[test]
fn a_chains_error_says_nothing_about_the_lane() {
    let (mut lanes, ids) = lanes(&["one"]);
    assert_eq!(lanes.learn(1, ids[0], ended(0, Outcome::Word)), []);
    assert_eq!(lanes.learn(1, ids[0], ended(0, Outcome::ChainError)), [Change::Learnt]);
}

#[test]
fn no_lane_is_blamed_while_the_connection_is_down() {
    let (mut lanes, ids) = lanes(&["one"]);
    lanes.online(1, false);
    let lessons = [
        ended(1, Outcome::Fault),
        Lesson::Quiet { since: 1, weight: Weight::Light },
        Lesson::Left { since: 1, weight: Weight::Light, overtaken: true },
    ];
    for lesson in lessons {
        assert_eq!(lanes.learn(5, ids[0], lesson), []);
    }
}

#[test]
fn a_lane_that_answers_other_requests_is_not_silent() {
    let (mut lanes, ids) = lanes(&["one"]);
    let quiet = Lesson::Quiet { since: 10, weight: Weight::Light };
    drop(lanes.learn(20, ids[0], ended(15, Outcome::Answer)));
    assert_eq!(lanes.learn(30, ids[0], quiet), []);
    let slow = Lesson::Quiet { since: 25, weight: Weight::Slow };
    assert_eq!(lanes.learn(30, ids[0], slow), [], "slow methods take seconds on every lane");
}

#[test]
fn a_single_loss_waits_for_the_other_lanes() {
    let (mut lanes, ids) = lanes(&["one", "two"]);
    assert!(lanes.lost(10, ids[0], 5, Weight::Light));
    assert_eq!(lanes.blame_due(20), []);
    let responded = lanes.responded(20, ids[1], 10).expect("a lane");
    assert_eq!(responded.changes, [Change::Learnt]);
    let (mut alone, ids) = self::lanes(&["one"]);
    assert!(!alone.lost(10, ids[0], 5, Weight::Light), "a lane without others is blamed at once");
}
