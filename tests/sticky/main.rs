//! Filters and subscriptions: no event is lost or doubled when lanes die, lag or are reorganised, or when the core
//! itself is restarted.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic
#[path = "../world/mod.rs"]
mod simulator;

mod ledger;
mod reset;
mod sockets;
mod world;

use breakwater::guard::Event;
use breakwater::protocol::{CoreToPage, MAX_STICKY, PageToCore};
use ledger::Ledger;
use serde_json::{Value, json};
use simulator::script::PAGE;
use world::{World, counts, hash};

const POLL: u64 = 3_500;

fn heads(ledger: &Ledger) -> Vec<String> {
    let hash = |text: &String| {
        serde_json::from_str::<Value>(text).map(|h| h["hash"].as_str().unwrap_or("").to_owned()).expect("header")
    };
    ledger.results.iter().map(hash).collect()
}

#[test]
fn new_heads_arrive_in_order_without_their_transactions() {
    let mut world = World::new(2);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    for _ in 0..3 {
        world.mine(&[0, 1], 0, 0);
        world.run(POLL);
    }
    world.mine(&[0, 1], 0, 0);
    world.mine(&[0, 1], 0, 0);
    world.run(POLL);
    sub.listen(&mut world);
    assert_eq!(heads(&sub), (101..=105).map(|n| hash(0, n)).collect::<Vec<_>>());
    assert!(!sub.results[0].contains("transactions") && sub.results[0].contains("parentHash"));
}

#[test]
fn a_local_chain_is_followed_while_offline() {
    for (ip, told) in [("127.0.0.1", 1), ("52.1.1.1", 0)] {
        let mut world = World::new(1);
        world.handle(Event::Address { url: "https://lane0.example/".to_owned().into(), ip: ip.into() });
        let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
        world.handle(Event::Online(false));
        world.mine(&[0], 0, 0);
        world.run(POLL);
        sub.listen(&mut world);
        assert_eq!(heads(&sub).len(), told, "{ip}");
    }
}

/// If the core crashes on a reply, the document that asked must be known.
#[test]
fn logs_are_read_per_document_and_blocks_for_all() {
    let mut world = World::new(2);
    Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    world.run(POLL);
    world.asked.clear();
    world.mine(&[0, 1], 0, 1);
    world.run(POLL);
    let whose = |method: &str| -> Vec<u32> {
        world.asked.iter().filter(|(body, _)| body.contains(method)).map(|(_, client)| *client).collect()
    };
    assert_eq!(whose("eth_getLogs").first(), Some(&PAGE));
    assert!(!whose("eth_getBlockByNumber").is_empty() && whose("eth_getBlockByNumber").iter().all(|c| *c == 0));
}

#[test]
fn a_newer_block_in_any_answer_is_announced() {
    let mut world = World::new(2);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    world.run(POLL);
    world.mine(&[0, 1], 0, 0);
    world.call("eth_blockNumber", json!([]));
    world.run(100);
    sub.listen(&mut world);
    assert_eq!(heads(&sub), [hash(0, 101)]);
}

#[test]
fn no_event_is_lost_when_lanes_die_between_polls() {
    let mut world = World::new(2);
    let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
    let mut blocks = Ledger::create(&mut world, "eth_newBlockFilter", json!([]));
    for dark in [0, 1, 0, 1] {
        world.mine(&[0, 1], 0, 2);
        world.mine(&[0, 1], 0, 1);
        world.nodes[dark].own.dark = true;
        assert!(filter.changes(&mut world) && blocks.changes(&mut world));
        world.nodes[dark].own.dark = false;
    }
    filter.agrees(&world.nodes[0].own.chain, 100);
    assert_eq!(filter.taken_back, 0);
    assert_eq!(blocks.results, (101..=108).map(|n| format!("\"{}\"", hash(0, n))).collect::<Vec<_>>());
}

/// All lanes go dark after every possible number of replies during a catch-up.
#[test]
fn no_event_is_lost_when_lanes_die_during_a_catch_up() {
    for after in 0..60 {
        let mut world = World::new(2);
        let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
        let mut blocks = Ledger::create(&mut world, "eth_newBlockFilter", json!([]));
        (0..9).for_each(|i| world.mine(&[0, 1], 0, i % 3));
        let ids = [filter.id.clone(), blocks.id.clone()]
            .map(|id| world.ask(PAGE, false, "eth_getFilterChanges", json!([id])));
        let until = world.now + 5_000;
        (0..after).for_each(|_| {
            world.step(until);
        });
        world.nodes.iter_mut().for_each(|n| n.own.dark = true);
        world.run(20_000);
        for (id, ledger) in ids.into_iter().zip([&mut filter, &mut blocks]) {
            let answer = world.answer(id);
            world.told.push((
                PAGE,
                match answer {
                    CoreToPage::Changes { subscription, blocks, .. } => CoreToPage::Notify { subscription, blocks },
                    CoreToPage::Error { .. } => continue,
                    other => panic!("{other:?}"),
                },
            ));
            ledger.listen(&mut world);
        }
        world.nodes.iter_mut().for_each(|n| n.own.dark = false);
        world.run(130_000); // longer than any breaker's pause
        world.mine(&[0, 1], 0, 1);
        assert!(filter.changes(&mut world) && blocks.changes(&mut world), "{after}");
        filter.agrees(&world.nodes[0].own.chain, 100);
        assert_eq!(blocks.results.len(), 10, "{after}");
    }
}

#[test]
fn two_lanes_one_block_apart_lose_no_events() {
    for shrugs in [false, true] {
        let mut world = World::new(2);
        world.nodes[1].own.shrugs = shrugs;
        let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
        for round in 0..20 {
            world.mine(&[0], 0, 1);
            // The lane that is ahead falls silent as soon as it has shown its block.
            world.run(if round % 3 == 0 { POLL } else { 1_700 });
            world.nodes[0].own.dark = round % 2 == 0;
            world.run(POLL);
            world.nodes[0].own.dark = false;
            world.mine(&[1], 0, 1);
        }
        world.run(150_000);
        sub.listen(&mut world);
        sub.agrees(&world.nodes[0].own.chain, 100);
        assert_eq!(sub.taken_back, 0, "a lane that is behind does not look like a reorganisation");
    }
}

#[test]
fn an_empty_log_list_for_an_unknown_block_is_ignored() {
    let mut world = World::new(2);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    world.mine(&[0, 1], 0, 1);
    world.run(POLL);
    // The lane that has the block serves only the block. The other lane answers an empty list.
    world.nodes[1].own.shrugs = true;
    world.mine(&[0], 0, 2);
    world.run(30_000);
    world.mine(&[1], 0, 2);
    world.run(30_000);
    sub.listen(&mut world);
    sub.agrees(&world.nodes[0].own.chain, 100);
}

#[test]
fn a_reorganisation_of_three_blocks_is_followed() {
    let mut world = World::new(2);
    let mut logs = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
    let mut blocks = Ledger::create(&mut world, "eth_newBlockFilter", json!([]));
    for logs in [1, 2, 0, 3] {
        world.mine(&[0, 1], 0, logs);
        world.run(POLL);
    }
    assert!(filter.changes(&mut world) && blocks.changes(&mut world));
    world.reorg(1, 3, 2);
    world.run(POLL);
    assert!(filter.changes(&mut world) && blocks.changes(&mut world));
    [&mut logs, &mut sub].into_iter().for_each(|l| l.listen(&mut world));
    for ledger in [&logs, &filter] {
        ledger.agrees(&world.nodes[0].own.chain, 100);
        assert_eq!(ledger.taken_back, 5);
    }
    let told = [(0, 101), (0, 102), (0, 103), (0, 104), (1, 102), (1, 103), (1, 104)].map(|(fork, n)| hash(fork, n));
    assert_eq!(heads(&sub), told);
    assert_eq!(blocks.results, told.map(|h| format!("\"{h}\"")));
}

#[test]
fn removed_logs_come_newest_first_before_new_ones() {
    let mut world = World::new(1);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    world.mine(&[0], 0, 2);
    world.mine(&[0], 0, 1);
    world.run(POLL);
    world.reorg(1, 2, 1);
    world.run(POLL);
    sub.listen(&mut world);
    let places: Vec<(u64, String, bool)> = sub
        .results
        .iter()
        .map(|text| {
            let log: Value = serde_json::from_str(text).expect("log");
            let fork = log["blockHash"].as_str().map_or(0, |h| u64::from(h.starts_with("0x01")));
            (
                fork,
                format!("{}/{}", log["blockNumber"].as_str().unwrap_or(""), log["logIndex"].as_str().unwrap_or("")),
                log["removed"] == true,
            )
        })
        .collect();
    let expected = [
        (0, "0x65/0x0", false),
        (0, "0x65/0x1", false),
        (0, "0x66/0x0", false),
        (0, "0x66/0x0", true),
        (0, "0x65/0x1", true),
        (0, "0x65/0x0", true),
        (1, "0x65/0x0", false),
        (1, "0x66/0x0", false),
    ];
    assert_eq!(places, expected.map(|(fork, place, gone)| (fork, place.to_owned(), gone)));
}

#[test]
fn a_gap_is_read_as_one_range_and_the_newest_by_hash() {
    let mut world = World::new(2);
    let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
    let mut blocks = Ledger::create(&mut world, "eth_newBlockFilter", json!([]));
    (0..100).for_each(|i| world.mine(&[0, 1], 0, i % 2));
    world.nodes.iter_mut().for_each(|n| n.own.asked.clear());
    assert!(filter.changes(&mut world) && blocks.changes(&mut world));
    filter.agrees(&world.nodes[0].own.chain, 100);
    assert_eq!(blocks.results.len(), 100);
    let logs: usize = world.nodes.iter().map(|n| counts(n).get("eth_getLogs").copied().unwrap_or(0)).sum();
    assert!(logs <= 18, "{logs} log requests");
}

#[test]
fn a_range_that_is_too_wide_is_split() {
    let mut world = World::new(2);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    world.nodes.iter_mut().for_each(|n| n.own.most_blocks = Some(50));
    (0..3_000).for_each(|i| world.mine(&[0, 1], 0, usize::from(i % 50 == 0)));
    world.run(600_000);
    sub.listen(&mut world);
    sub.agrees(&world.nodes[0].own.chain, 100);
}

/// The core ends after every possible number of replies. The page reports to the next one what it has.
#[test]
fn a_restarted_core_resumes_where_the_page_is() {
    for after in 0..40 {
        let mut world = World::new(2);
        let mut logs = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
        let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
        let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
        for n in [1, 2, 1] {
            world.mine(&[0, 1], 0, n);
        }
        world.run(POLL);
        world.reorg(1, 2, 1);
        let until = world.now + POLL;
        (0..after).for_each(|_| {
            world.step(until);
        });
        [&mut logs, &mut sub].into_iter().for_each(|l| l.listen(&mut world));
        world.reorg(2, 2, 3);
        world.restart();
        [&logs, &sub, &filter].into_iter().for_each(|l| l.resume(&mut world));
        world.run(POLL * 3);
        [&mut logs, &mut sub].into_iter().for_each(|l| l.listen(&mut world));
        assert!(filter.changes(&mut world), "{after}");
        logs.agrees(&world.nodes[0].own.chain, 100);
        filter.agrees(&world.nodes[0].own.chain, 100);
        let on_chain: Vec<String> = sub.blocks[1..].iter().map(|b| b.hash.clone()).collect();
        assert_eq!(on_chain, [hash(0, 101), hash(2, 102), hash(2, 103)], "{after}");
    }
}

#[test]
fn a_restarted_core_with_a_lane_behind_removes_nothing() {
    let mut world = World::new(2);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    world.mine(&[0, 1], 0, 1);
    world.mine(&[0], 0, 2);
    world.run(POLL);
    sub.listen(&mut world);
    sub.agrees(&world.nodes[0].own.chain, 100);
    world.nodes[0].own.dark = true;
    world.restart();
    sub.resume(&mut world);
    world.run(30_000);
    world.nodes[0].own.dark = false;
    world.mine(&[1], 0, 2);
    world.mine(&[0, 1], 0, 1);
    world.run(150_000);
    sub.listen(&mut world);
    sub.agrees(&world.nodes[0].own.chain, 100);
    assert_eq!(sub.taken_back, 0);
}

#[test]
fn block_numbers_never_go_below_an_announced_block() {
    let mut world = World::new(2);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    world.mine(&[0], 0, 0);
    world.run(POLL * 2);
    sub.listen(&mut world);
    assert_eq!(heads(&sub), [hash(0, 101)]);
    world.nodes[0].own.dark = true;
    let answer = world.call("eth_blockNumber", json!([]));
    assert!(matches!(answer, CoreToPage::Answer { ref result, .. } if result == "\"0x65\""), "{answer:?}");
}

#[test]
fn a_page_reaches_only_its_own_filters_until_it_closes() {
    let mut world = World::new(2);
    let filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
    let sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    world.open(2);
    for (method, id) in
        [("eth_getFilterChanges", &filter.id), ("eth_getFilterLogs", &filter.id), ("eth_unsubscribe", &sub.id)]
    {
        let id = world.ask(2, false, method, json!([id]));
        assert!(matches!(world.answer(id), CoreToPage::Error { code: -32000, .. }));
        let id = world.ask(2, true, method, json!([filter.id]));
        assert!(matches!(world.answer(id), CoreToPage::UseWallet { .. }));
    }
    world.handle(Event::Close { client: PAGE });
    world.handle(Event::Close { client: 2 });
    world.run(60_000);
    assert!(world.is_quiet());
    let asked: usize = world.nodes.iter().map(|n| n.own.asked.len()).sum();
    world.run(600_000);
    assert_eq!(world.nodes.iter().map(|n| n.own.asked.len()).sum::<usize>(), asked);
}

#[test]
fn an_idle_filter_causes_no_sends() {
    let mut world = World::new(2);
    let filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
    world.run(40_000);
    let asked = world.nodes[0].own.asked.len() + world.nodes[1].own.asked.len();
    world.run(600_000);
    assert_eq!(world.nodes[0].own.asked.len() + world.nodes[1].own.asked.len(), asked);
    let reply = world.call("eth_getFilterChanges", json!([filter.id]));
    assert!(matches!(reply, CoreToPage::Error { code: -32000, .. }), "after five idle minutes a filter is dropped");
}

#[test]
fn an_ended_subscription_is_quiet() {
    let mut world = World::new(2);
    let sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    let answer = world.call("eth_unsubscribe", json!([sub.id]));
    assert!(matches!(answer, CoreToPage::Answer { result, .. } if result == "true"));
    world.run(40_000);
    world.told.clear();
    world.mine(&[0, 1], 0, 0);
    world.run(60_000);
    assert!(world.told.is_empty());
    let again = world.call("eth_unsubscribe", json!([sub.id]));
    assert!(matches!(again, CoreToPage::Error { code: -32000, .. }));
}

#[test]
fn a_page_has_a_limit_of_filters() {
    let mut world = World::new(1);
    for _ in 0..MAX_STICKY {
        Ledger::create(&mut world, "eth_newBlockFilter", json!([]));
    }
    let reply = world.call("eth_subscribe", json!(["newHeads"]));
    assert!(matches!(reply, CoreToPage::Error { code: -32005, .. }));
}

#[test]
fn the_wallet_serves_subscriptions_that_lanes_cannot() {
    let mut world = World::new(2);
    for (method, params) in [
        ("eth_newPendingTransactionFilter", json!([])),
        ("eth_subscribe", json!(["newPendingTransactions"])),
        ("eth_subscribe", json!(["syncing"])),
    ] {
        let id = world.ask(PAGE, true, method, params.clone());
        assert!(matches!(world.answer(id), CoreToPage::UseWallet { .. }));
        assert!(matches!(world.call(method, params), CoreToPage::Error { code: 4200, .. }));
    }
    let bad = world.call("eth_newFilter", json!([{"address": "0x12"}]));
    assert!(matches!(bad, CoreToPage::Error { code: -32602, .. }));
}

#[test]
fn the_wallet_makes_the_filter_when_no_lane_answers() {
    let mut world = World::new(2);
    world.nodes.iter_mut().for_each(|n| n.own.dark = true);
    let id = world.ask(PAGE, true, "eth_subscribe", json!(["newHeads"]));
    assert!(matches!(world.answer(id), CoreToPage::UseWallet { .. }));
    assert!(matches!(world.call("eth_newFilter", json!([{}])), CoreToPage::Error { code: -32603, .. }));
}

#[test]
fn filter_logs_are_read_in_their_own_race() {
    let mut world = World::new(2);
    world.mine(&[0, 1], 0, 3);
    let filter = Ledger::create(&mut world, "eth_newFilter", json!([{"fromBlock": "0x65"}]));
    let CoreToPage::Answer { result, .. } = world.call("eth_getFilterLogs", json!([filter.id])) else { panic!() };
    assert_eq!(serde_json::from_str::<Vec<Value>>(&result).expect("logs").len(), 3);
}

#[test]
fn changes_of_an_aborted_call_are_kept_for_the_next_one() {
    let mut world = World::new(2);
    let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{}]));
    world.mine(&[0, 1], 0, 2);
    let id = world.ask(PAGE, false, "eth_getFilterChanges", json!([filter.id]));
    let until = world.now + 1_000;
    world.step(until);
    world.handle(Event::Message { client: PAGE, message: PageToCore::Abort { id } });
    world.run(1_000);
    assert!(filter.changes(&mut world));
    filter.agrees(&world.nodes[0].own.chain, 100);
}

#[test]
fn a_filter_keeps_to_its_block_range() {
    let mut world = World::new(1);
    let mut filter = Ledger::create(&mut world, "eth_newFilter", json!([{"fromBlock": "0x67", "toBlock": "0x68"}]));
    (0..40).for_each(|_| world.mine(&[0], 0, 1));
    assert!(filter.changes(&mut world));
    assert_eq!(filter.results.len(), 2);
}

#[test]
fn an_invalid_resume_is_dropped() {
    let mut world = World::new(1);
    let sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    let resume = |world: &mut World, change: &dyn Fn(&mut Ledger)| {
        let mut bad = Ledger {
            id: "0xabc".into(),
            method: sub.method.clone(),
            params: sub.params.clone(),
            blocks: sub.blocks.clone(),
            results: vec![],
            held: Default::default(),
            taken_back: 0,
        };
        change(&mut bad);
        bad.resume(world);
        let reply = world.call("eth_unsubscribe", json!([bad.id]));
        matches!(reply, CoreToPage::Answer { .. })
    };
    assert!(resume(&mut world, &|_| {}));
    assert!(!resume(&mut world, &|l| l.id = "evil".into()));
    assert!(!resume(&mut world, &|l| l.method = "eth_accounts".into()));
    assert!(!resume(&mut world, &|l| l.params = json!(["syncing"])));
    assert!(!resume(&mut world, &|l| l.blocks.clear()));
    assert!(!resume(&mut world, &|l| l.blocks[0].number = u64::MAX));
    assert!(!resume(&mut world, &|l| l.blocks.push(l.blocks[0].clone())));
}
