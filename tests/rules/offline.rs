//! The person's own connection drops and returns. Reads wait for it within their deadline, and no lane is blamed. The
//! browser reports it late or never, so all lanes failing at once counts as a sign too.

use breakwater::guard::{ClientId, Event, SendError};
use breakwater::protocol::{CoreToPage, PageToCore};

use serde_json::{Value, json};

use crate::world::chain::Chain;
use crate::world::node::Node;
use crate::world::own::Own;
use crate::world::rng::Rng;
use crate::world::script::{AWS, GCP, PAGE, Setup, balance_of, lane, three};
use crate::world::{Seen, World, node::Fault};

/// Every lane loses every connection at once.
fn cut(world: &mut World) {
    world.alive = true;
    ["a", "b", "c"].into_iter().for_each(|lane| world.fault(lane, Fault::NoName));
}

fn mend(world: &mut World) {
    ["a", "b", "c"].into_iter().for_each(|lane| world.heal(lane));
}

fn answered(world: &World, ids: std::ops::RangeInclusive<u64>) -> usize {
    ids.filter(|id| world.result(*id).is_some()).count()
}

/// The connection is down for `ms`. The browser reports that after `late`, and a page keeps reading.
fn outage(ms: u64, late: Option<u64>) -> World {
    let mut world = Setup::new(three()).warm();
    cut(&mut world);
    for step in 0..=ms / 50 {
        if late.is_some_and(|late| late / 50 == step) {
            world.event(Event::Online(false));
        }
        world.balance(1 + step);
        world.advance(50);
    }
    mend(&mut world);
    if late.is_some() {
        world.event(Event::Online(true));
    }
    world.advance(9_000);
    world
}

#[test]
fn reads_wait_while_offline_without_a_browser_event() {
    let mut world = outage(4_000, None);
    assert_eq!(answered(&world, 1..=81), 81);
    assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{:?}", world.dots());
}

#[test]
fn reads_wait_while_offline_with_a_late_browser_event() {
    for late in [0, 500, 2_000] {
        let mut world = outage(4_000, Some(late));
        assert_eq!(answered(&world, 1..=81), 81, "{late} ms late");
        assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{late} ms late: {:?}", world.dots());
    }
}

/// The first read that gets through shows that the connection is back, so the others are sent at once.
#[test]
fn all_reads_continue_once_one_gets_through() {
    let mut world = Setup::new(three()).warm();
    cut(&mut world);
    (1..=10).for_each(|id| world.balance(id));
    world.advance(2_000);
    assert_eq!(answered(&world, 1..=10), 0);
    mend(&mut world);
    world.advance(1_200);
    assert_eq!(answered(&world, 1..=10), 10);
}

/// Losses while the connection is coming back are held against no lane, but still show that it is down.
#[test]
fn waiting_reads_go_as_soon_as_the_connection_is_back() {
    for pause in [0, 100, 500, 900] {
        let mut world = Setup::new(three()).warm();
        cut(&mut world);
        world.balance(1);
        world.advance(2_000);
        mend(&mut world);
        while world.result(1).is_none() {
            world.advance(10);
        }
        world.advance(pause);
        cut(&mut world);
        (2..=6).for_each(|id| world.balance(id));
        world.advance(2_000);
        mend(&mut world);
        world.advance(7_000);
        assert_eq!(answered(&world, 2..=6), 5, "after {pause} ms: {:?}", world.failure(2));
        assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "after {pause} ms: {:?}", world.dots());
    }
}

#[test]
fn a_read_that_waits_offline_ends_by_its_deadline() {
    let mut world = Setup::new(three()).warm();
    cut(&mut world);
    world.balance(1);
    world.advance(9_000);
    assert!(world.is_open(1));
    world.advance(1_000);
    let (code, message) = world.failure(1).expect("an error");
    assert_eq!(code, -32603);
    assert!(message.starts_with("Breakwater:"), "{message}");
    assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{:?}", world.dots());
}

/// With a wallet, half of the time is left for the wallet, because the page would have its answer without Breakwater.
#[test]
fn offline_a_page_gets_its_wallets_answer_in_time() {
    let mut world = Setup::new(three()).warm();
    cut(&mut world);
    world.ask_wallet(1, "eth_getBalance", balance_of(1));
    world.advance(1_000);
    assert!(world.told(1).contains(&CoreToPage::AskWallet { id: 1 }), "{:?}", world.told(1));
    world.wallet_says(1, "\"0x5\"");
    assert!(world.told(1).contains(&CoreToPage::UseWallet { id: 1 }));

    world.ask_wallet(2, "eth_getBalance", balance_of(2));
    world.advance(1_000);
    world.wallet_fails(2, -32603, "Internal JSON-RPC error.");
    assert!(!world.told(2).contains(&CoreToPage::UseWallet { id: 2 }), "it may still come back");
    world.advance(4_000);
    assert!(world.told(2).contains(&CoreToPage::UseWallet { id: 2 }));
}

/// One endpoint's lost connections count against it while others answer.
#[test]
fn one_lanes_losses_do_not_mean_offline() {
    let mut world = Setup::new(three()).warm();
    world.alive = true;
    world.fault("a", Fault::NoName);
    for id in 1..=12 {
        world.balance(id);
        world.advance(600);
    }
    assert_eq!(answered(&world, 1..=12), 12);
    assert_eq!(world.dot("a"), "down");
    assert!(world.dots()[1..].iter().all(|(_, dot)| dot == "good"), "{:?}", world.dots());
}

/// With one endpoint the cause cannot be known, so the page gets an error at once, as usual.
#[test]
fn a_chain_with_one_endpoint_fails_at_once() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).warm();
    world.balance(1);
    world.lost("a");
    assert!(world.failure(1).is_some());
}

/// Reads that are aborted, or whose page closes, no longer wait for the connection.
#[test]
fn abandoned_reads_do_not_wait_for_the_connection() {
    let mut world = Setup::new(three()).warm();
    cut(&mut world);
    (1..=5).for_each(|id| world.balance(id));
    world.advance(1_000);
    world.event(Event::Close { client: PAGE });
    mend(&mut world);
    world.seen.clear();
    world.advance(9_000);
    assert!(!world.seen.iter().any(|s| matches!(s, Seen::Sent(_) | Seen::Posted(..))), "{:?}", world.seen);
}

/// A browser that reports offline may be wrong. A lane that refuses was reached, so the read ends.
#[test]
fn a_refusal_shows_that_the_connection_is_up() {
    let mut world = Setup::new(vec![lane("a", AWS, 30)]).warm();
    world.event(Event::Online(false));
    world.balance(1);
    world.error("a", 429, "too many requests");
    assert!(!world.is_open(1), "the read does not wait");
    assert_eq!(world.out().iter().filter(|flight| !flight.is_chore()).count(), 0, "the read is not sent again");
}

/// The connection is back for one lane a moment before the others.
#[test]
fn no_lane_is_blamed_while_the_connection_comes_back() {
    let mut world = Setup::new(three()).warm();
    cut(&mut world);
    (1..=20).for_each(|id| world.balance(id));
    world.advance(2_000);
    world.heal("a");
    for id in 21..=60 {
        world.balance(id);
        world.advance(20);
    }
    ["b", "c"].into_iter().for_each(|lane| world.heal(lane));
    world.advance(3_000);
    let dots = world.dots();
    assert!(dots.iter().all(|(_, dot)| dot != "down"), "{dots:?}");
}

/// An answer to an earlier send does not show that the connection is back after the losses.
#[test]
fn an_answer_to_an_earlier_send_does_not_mean_online() {
    let mut world = Setup::new(three()).mode("race").warm();
    (1..=6).for_each(|id| world.balance(id));
    world.advance(10);
    (1..=6).for_each(|_| world.lost("a"));
    world.reply("c", "\"0x1\"");
    assert_eq!(answered(&world, 1..=1), 1);
    (2..=6).for_each(|_| world.lost("b"));
    world.alive = true;
    (2..=6).for_each(|_| world.lost("c"));
    world.advance(3_000);
    let failed: Vec<_> = (1..=6).filter_map(|id| world.failure(id)).collect();
    assert_eq!(answered(&world, 1..=6), 6, "{failed:?}");
    assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{:?}", world.dots());
}

/// A send from before the connection dropped is answered late. Waiting reads keep waiting.
#[test]
fn an_answer_to_an_earlier_send_does_not_end_the_wait() {
    let mut world = Setup::new(three()).mode("race").warm();
    (1..=3).for_each(|id| world.balance(id));
    world.advance(10);
    ["a", "b", "c"].into_iter().for_each(|lane| (1..=2).for_each(|_| world.lost(lane)));
    assert!(world.is_open(1) && world.is_open(2), "both reads wait");
    world.seen.clear();
    world.reply("c", "\"0x1\"");
    assert!(!world.seen.iter().any(|s| matches!(s, Seen::Sent(_))), "nothing is sent again: {:?}", world.seen);
}

/// A node on the person's own machine answers even if the person is offline.
#[test]
fn an_answer_from_this_machine_does_not_mean_online() {
    const LOCAL: ClientId = 2;
    let setup = Setup::new(three());
    let mut settings: Value = serde_json::from_str(&setup.text()).expect("settings");
    let url = "http://127.0.0.1:8545/";
    let own = json!({"id": 31_337, "endpoints": [{"url": url, "name": "own"}, {"url": "http://127.0.0.2:8545/", "name": "other"}]});
    settings["chains"].as_array_mut().expect("chains").push(own);
    let mut world = setup.warm();
    world.chains.push(Chain { id: 31_337, block_ms: 12_000, base: 1_000 });
    for (name, url) in [("own", url), ("other", "http://127.0.0.2:8545/")] {
        let (name, url) = (name.to_owned(), url.to_owned());
        let own = Own::default();
        world.nodes.push(Node { name, url, chain: 1, median_ms: 2, lag: 0, spells: Vec::new(), own });
    }
    world.event(Event::Settings(Some(settings.to_string())));
    world.open_at(LOCAL, "localhost");
    world.alive = true;
    let read_own = |world: &mut World, id: u64| {
        let (method, params) = ("eth_getBalance".into(), balance_of(id).to_string());
        world.page(LOCAL, PageToCore::Ask { id, chain: 31_337, method, params, wallet: false });
    };
    read_own(&mut world, 1);
    world.advance(500);
    cut(&mut world);
    for id in 1..=60 {
        world.balance(id);
        world.advance(20);
        read_own(&mut world, 1 + id);
        world.advance(20);
    }
    assert!((2..=61).all(|id| world.told_to(LOCAL, id).iter().any(|m| matches!(m, CoreToPage::Answer { .. }))));
    mend(&mut world);
    world.advance(6_000);
    assert_eq!(answered(&world, 1..=60), 60);
    assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{:?}", world.dots());
}

/// Sends in flight are lost one after the other.
fn lose_all(world: &mut World, rng: &mut Rng) {
    let out: Vec<u64> = world.flights.keys().copied().collect();
    out.into_iter()
        .for_each(|send| world.later(rng.within(0, 60), Event::SendFailed { send, why: SendError::Network }));
}

/// The connection drops and returns several times while a page without a wallet reads. The browser reports it after
/// `late`, or never. The lanes return one after the other within `apart`. Returns how many reads there were.
fn toggled(seed: u64, late: Option<u64>, apart: u64) -> (World, u64) {
    let (mut world, mut rng) = (Setup::new(three()).warm(), Rng::new(seed));
    world.alive = true;
    let mut reads = 0;
    let mut read_for = |world: &mut World, ms: u64| {
        for _ in 0..ms / 20 {
            reads += 1;
            world.balance(reads);
            world.advance(20);
        }
    };
    read_for(&mut world, 200);
    for _ in 0..3 {
        let fault = rng.pick(&[Fault::NoName, Fault::Refuse, Fault::Reset]);
        lose_all(&mut world, &mut rng);
        ["a", "b", "c"].into_iter().for_each(|lane| world.fault(lane, fault));
        late.into_iter().for_each(|late| world.later(late, Event::Online(false)));
        let away = rng.within(150, 1_200);
        read_for(&mut world, away);
        late.into_iter().for_each(|late| world.later(late, Event::Online(true)));
        for lane in ["a", "b", "c"] {
            world.heal(lane);
            let pause = rng.within(0, apart);
            read_for(&mut world, pause);
        }
        let there = rng.within(0, 700);
        read_for(&mut world, there);
    }
    world.advance(10_000);
    (world, reads)
}

#[test]
fn reads_survive_a_connection_that_comes_and_goes() {
    let mut bad = Vec::new();
    for seed in 1..=200 {
        let late = [None, Some(0), Some(30), Some(400), Some(2_000)][(seed % 5) as usize];
        let (mut world, reads) = toggled(seed, late, [0, 100][(seed % 2) as usize]);
        let failed: Vec<_> = (1..=reads).filter_map(|id| Some((id, world.failure(id)?))).collect();
        if !failed.is_empty() || answered(&world, 1..=reads) != reads as usize {
            bad.push(format!("seed {seed}, {late:?}: {} of {reads}, {:?}", failed.len(), failed.first()));
        }
        let dots = world.dots();
        if dots.iter().any(|(_, dot)| dot == "down") {
            bad.push(format!("seed {seed}, {late:?}: {dots:?}"));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// A worker that starts offline knows no lane's chain yet.
#[test]
fn reads_wait_while_offline_in_a_new_life_of_the_core() {
    for late in [None, Some(0), Some(1_000)] {
        let mut world = Setup::new(three()).fresh();
        world.page(PAGE, PageToCore::Use { chain: 1 });
        cut(&mut world);
        late.into_iter().for_each(|late| world.later(late, Event::Online(false)));
        for id in 1..=40 {
            world.balance(id);
            world.advance(100);
        }
        mend(&mut world);
        late.into_iter().for_each(|late| world.later(late, Event::Online(true)));
        for id in 41..=80 {
            world.balance(id);
            world.advance(20);
        }
        world.advance(8_000);
        assert_eq!(answered(&world, 1..=80), 80, "{late:?}: {:?}", world.failure(1));
        let dots = world.dots();
        assert!(dots.iter().all(|(_, dot)| dot != "down"), "{late:?}: {dots:?}");
    }
}

/// `b` responds and is of no use, so whatever it says makes the waiting reads try again.
#[test]
fn waiting_reads_do_not_check_a_lane_again_and_again() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 40)]).fresh();
    world.fault("a", Fault::NoName);
    world.fault("b", Fault::Html);
    world.event(Event::Online(false));
    for id in 1..=40 {
        world.balance(id);
        world.advance(50);
    }
    let checks = world.sent_since().into_iter().filter(|lane| lane == "a").count();
    assert!(checks <= 46, "{checks} checks for 40 reads");
}
