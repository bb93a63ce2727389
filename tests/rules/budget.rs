//! At most 10 % extra sends over any 200 requests, plus a reserve of 10, even while everything is slow.

use std::collections::BTreeMap;

use breakwater::protocol::{PanelReply, PanelToCore};
use breakwater::trail::Record;

use crate::world::World;
use crate::world::node::Fault;
use crate::world::rows::{READS, lanes, read};
use crate::world::script::{Setup, three};

/// The last 200 races.
fn races(world: &mut World) -> Vec<Record> {
    let PanelReply::Trail { races } = world.panel(PanelToCore::Trail { lang: "en".into() }) else { panic!("a trail") };
    races
}

/// Hedges in those races.
fn hedges(world: &mut World) -> usize {
    races(world).iter().flat_map(|race| &race.attempts).filter(|attempt| attempt.started_for == "hedge").count()
}

/// Every lane is late half of the time, so that every other read would use a second lane, and a third.
#[test]
fn the_budget_holds_over_any_200_requests() {
    let mut world = Setup::new(three()).warm();
    world.alive = true;
    ["a", "b", "c"].into_iter().for_each(|lane| world.fault(lane, Fault::Tail(50, 700)));
    // When each request was first sent, which is when its turn came, and when its hedges were sent.
    let mut all = BTreeMap::new();
    for id in 1..=800 {
        world.balance(id);
        world.advance(40);
        if id % 50 == 0 || id == 800 {
            world.advance(if id == 800 { 12_000 } else { 0 });
            for race in races(&mut world) {
                let hedges = race.attempts.iter().filter(|a| a.started_for == "hedge");
                let hedges: Vec<u64> = hedges.map(|a| race.at_ms + a.sent_ms).collect();
                all.insert(race.at_ms, (race.at_ms + race.attempts[0].sent_ms, hedges));
            }
        }
    }
    let mut begun: Vec<u64> = all.values().map(|(at, _)| *at).collect();
    begun.sort_unstable();
    let sent: Vec<u64> = all.into_values().flat_map(|(_, hedges)| hedges).collect();
    assert_eq!(begun.len(), 800);
    // Several races begin in one millisecond when a lane has room again, and a hedge of that millisecond may be older.
    // And a race that has begun may wait for a slot before it is sent.
    let among = |window: &[u64]| sent.iter().filter(|at| (window[0] + 1..window[200]).contains(*at)).count();
    let most = begun.windows(201).map(among).max().unwrap();
    assert!((20..=32).contains(&most), "{most} hedges while 200 requests began");
}

/// The best lane is dark, with eight reads at a time: sends beyond one per read are hedges or follow a failure.
#[test]
fn the_budget_holds_in_an_outage() {
    for seed in 0..20 {
        let mut world = lanes(seed, Some(Fault::Dark));
        let row = read(&mut world, 1, READS, 0);
        assert!(row.sends_per_read() <= 1.2, "row {seed}: {} sends per read", row.sends_per_read());
        assert!(hedges(&mut world) <= 30);
    }
}

/// A send after a request that failed at once does not count as a hedge, and needs no budget.
#[test]
fn a_send_after_a_failure_does_not_count_as_a_hedge() {
    let mut world = Setup::new(three()).warm();
    for id in 1..=40 {
        world.balance(id);
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            if lane == "c" { world.reply("c", "\"0x1\"") } else { world.error(&lane, -32601, "method not found") }
        }
        assert!(world.result(id).is_some());
        world.advance(600);
    }
    assert_eq!(hedges(&mut world), 0);
}
