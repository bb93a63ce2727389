//! New blocks by WebSocket: they arrive at once and without polls. However a socket fails, everything continues as it
//! would without the socket.

use breakwater::guard::Event;
use serde_json::{Value, json};

use crate::ledger::Ledger;
use crate::simulator::node::Node;
use crate::world::{World, Ws, counts, hash};

/// How long it takes until a new socket is live, ms.
const LIVE: u64 = 200;

fn heads(ledger: &Ledger) -> Vec<String> {
    let hash = |text: &String| serde_json::from_str::<Value>(text).expect("header")["hash"].as_str().map(str::to_owned);
    ledger.results.iter().filter_map(hash).collect()
}

fn hashes(numbers: std::ops::RangeInclusive<u64>) -> Vec<String> {
    numbers.map(|n| hash(0, n)).collect()
}

/// A page that is subscribed to new blocks and logs, and a live socket.
fn live(lanes: usize) -> (World, Ledger, Ledger) {
    let mut world = World::with_sockets(lanes);
    let heads = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    let logs = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    world.run(LIVE);
    assert_eq!(subscribed(&world), 1);
    (world, heads, logs)
}

fn subscribed(world: &World) -> usize {
    world.sockets.iter().filter(|(.., subscribed)| *subscribed).count()
}

fn lane_of(world: &World) -> usize {
    world.sockets[0].1
}

fn looks(world: &World) -> usize {
    let of = |node: &Node| counts(node).get("eth_getBlockByNumber").copied().unwrap_or(0);
    world.nodes.iter().map(of).sum()
}

fn everybody(world: &mut World, ledgers: [&mut Ledger; 2], after: u64) {
    let [heads, logs] = ledgers;
    heads.listen(world);
    logs.listen(world);
    let chain = world.nodes[0].own.chain.clone();
    logs.agrees(&chain, after);
    assert_eq!(heads.blocks.last().map(|b| b.number), chain.last().map(|b| b.number));
}

#[test]
fn blocks_arrive_by_socket_with_hardly_any_polls() {
    let (mut world, mut blocks, mut logs) = live(2);
    let before = looks(&world);
    for n in 101..=125 {
        world.mine(&[0, 1], 0, 1);
        world.run(100);
        blocks.listen(&mut world);
        assert_eq!(heads(&blocks).last(), Some(&hash(0, n)), "within 100 ms");
        world.run(11_900);
    }
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    assert_eq!(heads(&blocks), hashes(101..=125));
    assert!(!blocks.results[0].contains("transactions"));
    let asked = looks(&world) - before;
    assert!((10..=22).contains(&asked), "{asked} looks in five minutes; without a socket there are a hundred");
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_socket_is_open_only_while_a_page_is_subscribed() {
    let mut world = World::with_sockets(2);
    let mut filter = Ledger::create(&mut world, "eth_newBlockFilter", json!([]));
    world.mine(&[0, 1], 0, 0);
    assert!(filter.changes(&mut world));
    world.run(10_000);
    assert_eq!(world.nodes.iter().map(|n| n.own.dialled).sum::<usize>(), 0);
    let sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    world.run(LIVE);
    assert_eq!(subscribed(&world), 1);
    world.call("eth_unsubscribe", json!([sub.id]));
    assert_eq!(world.sockets.len(), 0);
}

#[test]
fn polls_fill_the_gap_between_two_sockets() {
    let (mut world, mut blocks, mut logs) = live(2);
    for round in 0..4 {
        let first = lane_of(&world);
        world.mine(&[0, 1], 0, 2);
        world.run(50);
        world.hang_up(first);
        world.mine(&[0, 1], 0, 1);
        world.mine(&[0, 1], 0, 1);
        world.run(400);
        everybody(&mut world, [&mut blocks, &mut logs], 100);
        assert_eq!(subscribed(&world), 1, "round {round}");
        assert_ne!(lane_of(&world), first, "the other lane has a socket while the first one pauses");
        world.run(5_000);
    }
    assert_eq!(heads(&blocks), hashes(101..=112));
}

#[test]
fn a_silent_socket_is_detected() {
    let (mut world, mut blocks, mut logs) = live(2);
    let first = lane_of(&world);
    world.mine(&[0, 1], 0, 1);
    world.run(1_000);
    world.nodes[first].own.ws = Ws::Silent;
    world.mine(&[0, 1], 0, 1);
    world.run(15_000);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    world.run(7_000);
    assert_eq!((subscribed(&world), lane_of(&world)), (1, 1 - first));
    world.mine(&[0, 1], 0, 1);
    world.run(100);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
}

#[test]
fn a_quiet_chain_does_not_look_like_a_silent_socket() {
    let (mut world, ..) = live(2);
    let first = world.sockets.clone();
    // One block came before the subscription, so the socket does not announce it.
    world.run(600_000);
    assert_eq!(world.sockets, first);
}

#[test]
fn a_socket_need_not_announce_blocks_from_before_it() {
    let mut world = World::with_sockets(1);
    let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
    while subscribed(&world) == 0 {
        let until = world.now + 10_000;
        assert!(world.step(until));
    }
    // The server has subscribed us, and its reply is on the way. A block from just before that is not announced.
    let open = world.sockets.clone();
    world.sockets.iter_mut().for_each(|s| s.2 = false);
    world.mine(&[0], 0, 0);
    world.sockets.iter_mut().for_each(|s| s.2 = true);
    world.run(60_000);
    sub.listen(&mut world);
    assert_eq!(heads(&sub), hashes(101..=101));
    assert_eq!(world.sockets, open);
}

#[test]
fn failing_sockets_back_off_while_polls_continue() {
    for ws in [Ws::Refuses, Ws::Silent, Ws::Strays, Ws::Polls] {
        let mut world = World::with_sockets(1);
        world.nodes[0].own.ws = ws;
        let mut blocks = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
        for _ in 0..200 {
            world.mine(&[0], 0, 0);
            world.run(3_050);
        }
        blocks.listen(&mut world);
        assert_eq!(heads(&blocks), hashes(101..=300));
        let dialled = world.nodes[0].own.dialled;
        assert!((3..=10).contains(&dialled), "{dialled} times in ten minutes");
        world.nodes[0].own.ws = Ws::Well;
        world.run(310_000);
        assert_eq!(subscribed(&world), 1, "the socket is used again");
    }
}

#[test]
fn a_socket_announces_a_reorganisation_block_by_block() {
    let (mut world, mut blocks, mut logs) = live(2);
    for _ in 0..5 {
        world.mine(&[0, 1], 0, 2);
        world.run(1_000);
    }
    world.reorg(7, 3, 1);
    world.run(300);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    assert_eq!(logs.taken_back, 6);
    world.mine(&[0, 1], 7, 1);
    world.run(300);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    assert_eq!((logs.taken_back, blocks.results.len()), (6, 5 + 3 + 1));
}

#[test]
fn blocks_faster_than_header_fetches_are_still_linked() {
    let (mut world, mut blocks, mut logs) = live(2);
    let lane = lane_of(&world);
    world.mine(&[0, 1], 0, 1);
    world.run(500);
    // Two blocks are not announced. Then one comes every 10 ms, which is half the time that a missing header takes.
    world.nodes[lane].own.ws = Ws::Silent;
    world.mine(&[0, 1], 0, 1);
    world.mine(&[0, 1], 0, 1);
    world.nodes[lane].own.ws = Ws::Well;
    for _ in 0..40 {
        world.mine(&[0, 1], 0, 1);
        world.run(10);
    }
    blocks.listen(&mut world);
    assert!(heads(&blocks).len() > 20, "{} blocks before the last one", heads(&blocks).len());
    world.run(2_000);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    assert_eq!(heads(&blocks), hashes(101..=143));
}

#[test]
fn an_answer_in_flight_does_not_undo_a_socket_block() {
    let (mut world, mut blocks, mut logs) = live(1);
    for _ in 0..3 {
        world.mine(&[0], 0, 1);
        world.run(1_000);
    }
    world.slow_looks = Some(1_000);
    let asked = looks(&world);
    while looks(&world) == asked {
        let until = world.now + 1;
        world.step(until);
    }
    world.reorg(7, 1, 1);
    world.mine(&[0], 7, 1);
    world.run(2_000);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    assert_eq!(logs.taken_back, 1);
}

#[test]
fn a_look_from_before_the_subscription_does_not_count() {
    let (mut world, mut blocks, _) = live(1);
    world.slow_looks = Some(2_500);
    world.hang_up(0);
    world.run(1_000);
    world.mine(&[0], 0, 0);
    world.run(3_000);
    let again = world.sockets.clone();
    assert_eq!(subscribed(&world), 1);
    world.run(60_000);
    blocks.listen(&mut world);
    assert_eq!((heads(&blocks), &world.sockets), (hashes(101..=101), &again));
}

#[test]
fn polling_starts_at_once_when_the_only_socket_ends() {
    let (mut world, mut blocks, _) = live(1);
    world.run(16_000);
    world.nodes[0].own.ws = Ws::Refuses;
    world.mine(&[0], 0, 0);
    world.hang_up(0);
    world.run(100);
    blocks.listen(&mut world);
    assert_eq!(heads(&blocks), hashes(101..=101));
}

#[test]
fn a_changed_endpoint_ends_its_socket() {
    let (mut world, ..) = live(2);
    world.set(2, false);
    world.run(5_000);
    assert_eq!(world.sockets.len(), 0, "no WebSocket URL any more");
    world.set(2, true);
    world.run(LIVE);
    assert_eq!(subscribed(&world), 1);
    world.handle(Event::Online(false));
    assert_eq!(world.sockets.len(), 0, "offline");
    world.handle(Event::Online(true));
    world.run(LIVE);
    assert_eq!(subscribed(&world), 1);
    world.handle(Event::Permission(false));
    assert_eq!(world.sockets.len(), 0, "the permission was taken back");
    world.handle(Event::Permission(true));
    world.run(LIVE);
    let other = 1 - lane_of(&world);
    world.nodes[other].own.ws = Ws::Refuses;
    world.set(1, true);
    world.run(LIVE);
    assert!(world.sockets.iter().all(|(_, lane, _)| *lane == 0), "a removed endpoint has no socket");
}

#[test]
fn a_restarted_core_opens_its_own_socket() {
    let (mut world, mut blocks, mut logs) = live(2);
    world.mine(&[0, 1], 0, 1);
    world.run(500);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    world.restart();
    world.mine(&[0, 1], 0, 1);
    blocks.resume(&mut world);
    logs.resume(&mut world);
    world.run(500);
    assert_eq!(subscribed(&world), 1);
    world.mine(&[0, 1], 0, 1);
    world.run(100);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
    assert_eq!(heads(&blocks), hashes(101..=103));
}

#[test]
fn every_socket_message_is_checked() {
    let (mut world, mut blocks, mut logs) = live(1);
    let socket = world.sockets[0].0;
    let note = |id: &str, header: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","method":"eth_subscription","params":{{"subscription":"{id}","result":{header}}}}}"#
        )
    };
    let header =
        |n: u64| format!(r#"{{"number":"0x{n:x}","hash":"{}","parentHash":"{}"}}"#, hash(9, n), hash(0, n - 1));
    for text in [
        note("0xother", &header(101)),
        note("0xs0", "{}"),
        note("0xs0", "null"),
        "[]".into(),
        "".into(),
        "\u{0}".into(),
    ] {
        world.handle(Event::SocketMessage { socket, text });
    }
    world.handle(Event::SocketMessage { socket: socket + 1_000, text: note("0xs0", &header(101)) });
    world.handle(Event::SocketOpened { socket: socket + 1_000 });
    world.handle(Event::SocketClosed { socket: socket + 1_000 });
    world.run(1_000);
    blocks.listen(&mut world);
    assert_eq!((heads(&blocks).len(), subscribed(&world)), (0, 1));
    // An impossible block, or more text than any header, ends the socket.
    for text in [note("0xs0", &header(1 << 50)), note("0xs0", &format!("\"{}\"", "f".repeat(70_000)))] {
        let socket = world.sockets[0].0;
        world.handle(Event::SocketMessage { socket, text });
        assert_eq!(world.sockets.len(), 0);
        world.run(20_000);
        assert_eq!(subscribed(&world), 1);
    }
    world.mine(&[0], 0, 1);
    world.run(500);
    everybody(&mut world, [&mut blocks, &mut logs], 100);
}

/// Messages that no good server sends: invalid JSON, replies to nothing or of the wrong type, unknown blocks. `n`
/// supplies all numbers.
fn nonsense(kind: u8, text: &str, n: u64) -> String {
    let value = match n % 5 {
        0 => json!(text),
        1 => json!(n),
        2 => Value::Null,
        3 => json!({ text: n }),
        _ => json!([text]),
    };
    let note = |result: Value| json!({"params": {"subscription": "0xs0", "result": result}}).to_string();
    let header = |number: u64, fork: u8| json!({"number": format!("0x{number:x}"), "hash": hash(fork, n), "parentHash": hash(fork, n >> 8)});
    match kind {
        0 => text.to_owned(),
        1 => json!({"jsonrpc": "2.0", "id": n % 4, "result": value}).to_string(),
        2 => json!({"jsonrpc": "2.0", "id": n % 4, "error": {"code": n, "message": value}}).to_string(),
        3 => note(value),
        4 => note(header(n >> 14, 9)),
        5 => note(header(n % 200, 9)),
        _ => note(json!({"number": "0x65", "hash": hash(9, n), "parentHash": hash(0, 100)})),
    }
}

proptest::proptest! {
    /// Whatever a server sends, and whenever: nothing panics, and the page's subscription continues.
    #[test]
    fn no_text_from_a_server_does_harm(
        words in proptest::collection::vec((0_u8..7, "\\PC{0,40}", proptest::num::u64::ANY, 0_u64..LIVE), 1..12),
    ) {
        let mut world = World::with_sockets(1);
        let mut blocks = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
        for (kind, text, n, after) in words {
            world.run(after);
            if world.sockets.is_empty() {
                world.run(3_000); // it rests after a failure
            }
            if let Some(&(socket, ..)) = world.sockets.first() {
                world.handle(Event::SocketMessage { socket, text: nonsense(kind, &text, n) });
            }
        }
        world.run(60_000);
        world.mine(&[0], 3, 0);
        world.run(60_000);
        blocks.listen(&mut world);
        proptest::prop_assert_eq!(heads(&blocks).last().cloned(), Some(hash(3, 101)));
    }
}
