//! Questions from the first send to the askers' answers, with lanes and a wire, and without pages.

use std::collections::VecDeque;

use super::super::effect::Effect;
use super::super::means::{Askers, Means};
use super::super::request::Asker;
use super::{Asks, CHAIN, Terms, lanes_in};
use crate::answer::{Answer, Question, Refusal};
use crate::batch;
use crate::classify::Judged;
use crate::endpoint::LaneId;
use crate::health::Health;
use crate::io::{ClientId, Command, SendError};
use crate::jsonrpc::Reply;
use crate::lanes::{Lanes, LastLane};
use crate::race::Outcome;
use crate::settings::{Mode, Settings};
use crate::wire::{Brought, Job, Purpose, Wire};

/// Documents about which nothing is known.
struct Strangers;

impl Askers for Strangers {
    fn waiting(&self, _: ClientId) -> Option<usize> {
        None
    }

    fn last_lane(&self, _: ClientId, _: u64) -> Option<LastLane> {
        None
    }

    fn wallet(&self, _: ClientId, _: u64) -> Option<&Health> {
        None
    }

    fn has_word(&self, _: Asker) -> bool {
        false
    }
}

/// Questions, and the parts they are asked with.
struct Setting {
    asks: Asks,
    lanes: Lanes,
    wire: Wire,
    settings: Settings,
    ids: [LaneId; 2],
}

/// Two lanes that serve their chain and have shown block 16.
fn room(mode: Mode) -> Setting {
    let (mut lanes, ids) = lanes_in(mode);
    for id in ids {
        serve(&mut lanes, id);
    }
    Setting { asks: Asks::default(), lanes, wire: Wire::default(), settings: Settings::default(), ids }
}

fn serve(lanes: &mut Lanes, id: LaneId) {
    for (purpose, said) in [(Purpose::Check, "\"0x1\""), (Purpose::Poll, "\"0x10\"")] {
        let judged = Judged { reply: Some(Reply::Result(said.into())), ..Judged::bare(Outcome::Answer) };
        let brought = Brought::Response { status: 200, headers: &[], body: b"" };
        drop(lanes.upkept(1_000, &Job::own(1_000, id, purpose, 100), &judged, &brought));
    }
}

impl Setting {
    /// The effects of a call, after all of its steps were carried out.
    fn deal(&mut self, now: u64, deal: impl FnOnce(&mut Asks, &mut Means<'_>)) -> Vec<Effect> {
        let Setting { asks, lanes, wire, settings, .. } = self;
        let cx = &mut Means { now, lanes, wire, settings, askers: &Strangers };
        deal(asks, cx);
        let mut todo = VecDeque::from(asks.take_effects());
        let mut rest = Vec::new();
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Then(step) => {
                    asks.step(cx, step);
                    asks.take_effects().into_iter().rev().for_each(|effect| todo.push_front(effect));
                }
                other => rest.push(other),
            }
        }
        rest
    }

    /// A document asks.
    fn ask(&mut self, now: u64, client: ClientId, method: &str, params: &str) -> Vec<Effect> {
        let question = Question { chain: CHAIN, method: method.into(), params: params.into() };
        let (origin, host) = ("https://dapp.example".to_owned(), "dapp.example".to_owned());
        let terms = Terms { origin, host, floor: 16, proof: None, queue_key: (1, client) };
        let asker = Asker::Page { client, id: 1, wallet: false };
        self.deal(now, |asks, cx| asks.ask(cx, question, terms, asker))
    }

    /// A send has returned this result.
    fn answer(&mut self, now: u64, send: u64, result: &str) -> Vec<Effect> {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{send},"result":{result}}}"#);
        self.bring(now, send, &Brought::Response { status: 200, headers: &[], body: body.as_bytes() })
    }

    fn bring(&mut self, now: u64, send: u64, brought: &Brought<'_>) -> Vec<Effect> {
        let job = self.wire.landed(send).expect("a send that is out");
        let Purpose::Attempt { request, index } = job.purpose else { unreachable!("{job:?}") };
        let mut effects = self.deal(now, |asks, cx| asks.note_connectivity(cx, &job, brought));
        effects.extend(self.deal(now, |asks, cx| asks.raced(cx, send, &job, (request, index), brought)));
        effects
    }

    fn tick(&mut self, now: u64) -> Vec<Effect> {
        self.deal(now, Asks::tick)
    }
}

/// The numbers of the sends among these effects.
fn sends(effects: &[Effect]) -> Vec<u64> {
    let send = |effect: &Effect| match effect {
        Effect::Command(Command::Send { send, .. }) => Some(*send),
        _ => None,
    };
    effects.iter().filter_map(send).collect()
}

/// What the askers were given.
fn given(effects: &[Effect]) -> Vec<(ClientId, Answer)> {
    let done = effects.iter().filter_map(|effect| if let Effect::Done(done) = effect { Some(done) } else { None });
    done.flat_map(|d| &d.given).filter_map(|one| Some((one.asker.client()?, one.answer.clone()))).collect()
}

const BALANCE: &str = r#"["0x00","latest"]"#;

#[test]
fn one_send_answers_everybody_who_asked_the_same() {
    let mut room = room(Mode::Guard);
    let [send] = sends(&room.ask(1_010, 1, "eth_getBalance", BALANCE))[..] else { unreachable!("one send") };
    assert!(sends(&room.ask(1_020, 2, "eth_getBalance", BALANCE)).is_empty());
    let effects = room.answer(1_030, send, "\"0x5\"");
    assert_eq!(given(&effects), [1, 2].map(|client| (client, Answer::result("\"0x5\""))));
    assert_eq!(room.asks.waiting().count(), 0);
}

#[test]
fn the_mode_decides_how_many_lanes_are_asked() {
    let sent = |mode, method: &str, params: &str| sends(&room(mode).ask(1_010, 1, method, params)).len();
    let modes = [Mode::Guard, Mode::Race, Mode::Compare];
    assert_eq!(modes.map(|mode| sent(mode, "eth_getBalance", BALANCE)), [1, 2, 2]);
    assert_eq!(modes.map(|mode| sent(mode, "eth_gasPrice", "[]")), [1, 2, 1], "prices are not compared");
    assert_eq!(sent(Mode::Guard, "eth_sendRawTransaction", r#"["0x02"]"#), 2);
}

#[test]
fn an_answer_that_is_behind_waits_for_a_newer_one() {
    let mut room = room(Mode::Race);
    let [one, two] = sends(&room.ask(1_010, 1, "eth_blockNumber", "[]"))[..] else { unreachable!("two sends") };
    assert_eq!(given(&room.answer(1_020, one, "\"0x1\"")), [], "the lane has shown block 16");
    assert_eq!(given(&room.answer(1_030, two, "\"0x11\"")), [(1, Answer::result("\"0x11\""))]);
}

#[test]
fn compared_lanes_that_differ_give_no_answer() {
    let mut room = room(Mode::Compare);
    let [one, two] = sends(&room.ask(1_010, 1, "eth_getBalance", BALANCE))[..] else { unreachable!("two sends") };
    assert_eq!(given(&room.answer(1_020, one, "\"0x1\"")), []);
    let told = given(&room.answer(1_030, two, "\"0x2\""));
    assert!(matches!(told[..], [(1, Answer::Ours(Refusal::Disputed { .. }))]), "{told:?}");
}

#[test]
fn a_read_is_queued_until_a_lane_has_room() {
    let mut room = room(Mode::Guard);
    let ask =
        |room: &mut Setting, n: u64| sends(&room.ask(1_010, 1, "eth_getBalance", &format!(r#"["{n:#x}","latest"]"#)));
    let out: Vec<u64> = (0..500).flat_map(|n| ask(&mut room, n)).collect();
    assert!(!out.is_empty() && out.len() < 500, "{}", out.len());
    drop(room.answer(1_020, out[0], "\"0x5\""));
    let next = sends(&room.tick(1_020));
    assert!((1..=batch::MOST).contains(&next.len()), "queued reads get its slot: {}", next.len());
    let late = room.tick(60_000);
    assert!(
        given(&late)
            .iter()
            .any(|(_, answer)| matches!(answer, Answer::Wallet { otherwise: Refusal::NoRoom { .. }, .. }))
    );
}

#[test]
fn a_read_that_every_lane_lost_waits_for_the_connection() {
    let mut room = room(Mode::Guard);
    let mut out = sends(&room.ask(1_010, 1, "eth_getBalance", BALANCE));
    while let Some(send) = out.pop() {
        let effects = room.bring(1_020, send, &Brought::Nothing(SendError::Network));
        assert_eq!(given(&effects), []);
        out.extend(sends(&effects));
    }
    assert_eq!(room.asks.waiting().count(), 1);
    assert!(sends(&room.deal(1_100, |asks, cx| asks.online(cx, false))).is_empty());
    assert_eq!(sends(&room.deal(1_200, |asks, cx| asks.online(cx, true))).len(), 1, "the connection is back");
}

#[test]
fn a_read_that_nobody_wants_is_cancelled() {
    let mut room = room(Mode::Guard);
    let [send] = sends(&room.ask(1_010, 1, "eth_getBalance", BALANCE))[..] else { unreachable!("one send") };
    drop(room.ask(1_010, 2, "eth_getBalance", BALANCE));
    let leave = |room: &mut Setting, client| room.deal(1_020, |asks, _| asks.leave(&|a| a.client() == Some(client)));
    let bytes = BALANCE.len();
    assert_eq!(leave(&mut room, 1), [Effect::Left { client: 1, bytes }], "the other document still wants it");
    let effects = leave(&mut room, 2);
    assert_eq!(effects[..2], [Effect::Left { client: 2, bytes }, Effect::Command(Command::Cancel { send })]);
    assert_eq!((room.wire.landed(send), room.asks.waiting().count()), (None, 0));
}

#[test]
fn a_transaction_continues_after_its_page_has_gone() {
    let mut room = room(Mode::Guard);
    let out = sends(&room.ask(1_010, 1, "eth_sendRawTransaction", r#"["0x02"]"#));
    let effects = room.deal(1_020, |asks, _| asks.leave(&|_| true));
    assert_eq!(effects, [Effect::Left { client: 1, bytes: r#"["0x02"]"#.len() }]);
    assert!(out.iter().all(|send| room.wire.get(*send).is_some()));
}

#[test]
fn attempts_on_a_removed_lane_move_to_another() {
    let mut room = room(Mode::Guard);
    let [send] = sends(&room.ask(1_010, 1, "eth_getBalance", BALANCE))[..] else { unreachable!("one send") };
    let lane = room.wire.get(send).expect("a job").lane;
    let other = room.ids.into_iter().find(|id| *id != lane).expect("another lane");
    let kept = room.lanes.get(other).expect("a lane").endpoint().clone();
    let mut chain = crate::settings::Chain::new(CHAIN, "Ethereum".into());
    chain.endpoints.push(kept);
    room.lanes.rebuild(&[chain], &Default::default());
    let effects = room.deal(1_020, |asks, cx| asks.drop_lost_lanes(cx));
    assert_eq!(effects[0], Effect::Command(Command::Cancel { send }));
    let [again] = sends(&effects)[..] else { unreachable!("{effects:?}") };
    assert_eq!(room.wire.get(again).map(|job| job.lane), Some(other));
}
