//! A lane with a thick tail costs neither the page's time nor the whole budget.

use serde_json::json;

use crate::world::node::Fault;
use crate::world::rows::{READS, lanes, read};
use crate::world::script::{Setup, balance_of, three};

/// The row of the benchmark: 20 ms with 10 % of 3 s, next to 40 and 60 ms, and a core without any state.
#[test]
fn one_late_answer_in_ten_costs_a_quarter_of_a_second() {
    for seed in 0..40 {
        let row = read(&mut lanes(seed, Some(Fault::Tail(10, 3_000))), 1, READS, 0);
        let (p99, sends) = (row.quantile(0.99), row.sends_per_read());
        assert!(p99 <= 250 && sends <= 1.15, "row {seed}: p99 {p99} ms, {sends} sends per read");
    }
}

#[test]
fn without_a_fault_the_fastest_lane_answers_nearly_alone() {
    let mut all = Vec::new();
    for seed in 0..40 {
        let row = read(&mut lanes(seed, None), 1, READS, 0);
        assert!(row.sends_per_read() <= 1.10, "row {seed}: {} sends per read", row.sends_per_read());
        all.push(row.quantile(0.5));
    }
    assert!(all.iter().all(|p50| *p50 <= 23), "p50 of 40 rows: {all:?}");
}

#[test]
fn a_lane_with_a_slow_tail_soon_ranks_lower() {
    let mut world = Setup::new(three()).warm();
    world.alive = true;
    world.rng = crate::world::rng::Rng::new(3);
    world.fault("a", Fault::Tail(20, 3_000));
    let mut first = 0;
    for id in 1..=120 {
        world.sent_since();
        world.balance(id);
        first += u32::from(world.sent_since() == ["a"]);
        world.advance(700);
    }
    assert!((10..60).contains(&first), "{first} of 120 reads asked it first");
}

#[test]
fn one_late_answer_in_many_does_not_demote_a_lane() {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    world.advance(100);
    world.reply("b", "\"0x1\"");
    world.advance(600);
    world.balance(2);
    assert_eq!(world.asked(), ["a"]);
}

/// The budget is used up. What new requests add to it goes to the read that has waited longest.
#[test]
fn freed_budget_goes_to_the_longest_wait() {
    let mut world = Setup::new(three()).tls().warm();
    (1..=12).for_each(|id| world.balance(id));
    world.advance(120);
    let hedges = |world: &crate::world::World| world.asked().iter().filter(|lane| **lane != "a").count();
    assert_eq!(hedges(&world), 11, "10 and a tenth of 12");
    // Ten more requests, each answered at once.
    for id in 101..=110 {
        world.ask(id, "eth_getBalance", balance_of(id));
        let send = world.out().last().unwrap().send;
        world.flights.remove(&send);
        let body = json!({"jsonrpc": "2.0", "id": send, "result": "0x1"}).to_string().into_bytes();
        world.event(breakwater::guard::Event::Response { send, status: 200, headers: Vec::new(), body });
    }
    world.advance(60);
    assert_eq!(hedges(&world), 12, "a tenth of 22");
}
