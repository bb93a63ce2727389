//! One page's load never keeps another page from its answers: floods of every kind next to a page that reads quietly.
//! Hosts take six requests at once, as a browser's do with HTTP/1.1. Further requests wait in order.

use std::collections::{BTreeMap, BTreeSet};

use breakwater::guard::{ClientId, Event};
use breakwater::protocol::{CoreToPage, MAX_CHAINS, MAX_IN_FLIGHT, MAX_STICKY_ORIGIN, PageToCore};
use serde_json::{Value, json};

use crate::wires::Wires;
use crate::world::script::{AWS, PAGE, Setup, balance_of, lane, three};
use crate::world::{Seen, World};

const MIB: usize = 1024 * 1024;
/// The flooding documents; the quiet page is [`PAGE`].
const EVIL: ClientId = 100;

/// A page that reads quietly, four at a time, whatever else happens.
struct Quiet {
    next: u64,
    out: BTreeMap<u64, u64>,
    times: Vec<u64>,
    failed: usize,
}

impl Quiet {
    fn new() -> Quiet {
        Quiet { next: 1_000_000, out: BTreeMap::new(), times: Vec::new(), failed: 0 }
    }

    fn step(&mut self, world: &mut World) {
        while self.out.len() < 4 && self.next < 1_000_400 {
            self.next += 1;
            self.out.insert(self.next, world.now);
            world.balance(self.next);
        }
    }

    fn hear(&mut self, now: u64, client: ClientId, message: &CoreToPage) {
        let (id, answered) = match message {
            CoreToPage::Answer { id, .. } => (*id, true),
            CoreToPage::Error { id, .. } => (*id, false),
            _ => return,
        };
        if let Some(since) = self.out.remove(&id).filter(|_| client == PAGE) {
            self.times.push(now - since);
            self.failed += usize::from(!answered);
        }
    }

    fn p99(&mut self) -> u64 {
        self.times.sort_unstable();
        self.times[self.times.len() * 99 / 100]
    }
}

fn world() -> World {
    let mut world = Setup::new(three()).warm();
    for frame in 0..12 {
        world.open_at(EVIL + frame, "evil.example");
    }
    world
}

/// What the quiet page gets next to a flood that began this many ms earlier, and what the flooding documents get.
fn beside(
    mut flood: impl FnMut(&mut World, u64),
    held: fn(&str) -> bool,
    before: u64,
) -> (Quiet, Vec<(ClientId, CoreToPage)>) {
    let mut world = world();
    let (mut quiet, mut wires) = (Quiet::new(), Wires::new(held));
    let mut told = Vec::new();
    for ms in 0..before + 12_000 {
        flood(&mut world, ms);
        if ms >= before {
            quiet.step(&mut world);
        }
        wires.step(&mut world);
        for seen in std::mem::take(&mut world.seen) {
            if let Seen::Posted(client, message) = seen {
                quiet.hear(world.now, client, &message);
                if client >= EVIL {
                    told.push((client, message));
                }
            }
        }
        if quiet.times.len() == 400 {
            break;
        }
        world.advance(1);
    }
    (quiet, told)
}

fn asks(world: &mut World, client: ClientId, id: u64) {
    world.ask_from(client, id, "eth_getBalance", balance_of(id), false);
}

/// The quiet page next to a flood: all of its reads are answered, and within three times the usual time. This holds
/// whether the page was there first or opens after the flood has taken everything.
fn held_to(flood: impl FnMut(&mut World, u64) + Clone, held: fn(&str) -> bool) -> Vec<(ClientId, CoreToPage)> {
    let calm = beside(|_, _| {}, |_| false, 0).0.p99();
    let mut heard = Vec::new();
    for before in [0, 3, 30, 300, 3_000] {
        let (mut quiet, told) = beside(flood.clone(), held, before);
        assert_eq!((quiet.times.len(), quiet.failed), (400, 0), "all answered in 12 s, {before} ms after the flood");
        let p99 = quiet.p99();
        assert!(p99 < 3 * calm, "p99 of {p99} ms, {before} ms after the flood; {calm} without it");
        heard = told;
    }
    heard
}

fn refused(told: &[(ClientId, CoreToPage)]) -> usize {
    told.iter().filter(|(_, m)| matches!(m, CoreToPage::Error { code: -32005, .. })).count()
}

#[test]
fn a_loop_of_asks_leaves_others_their_share() {
    let told = held_to(|world, ms| (0..20).for_each(|i| asks(world, EVIL, ms * 20 + i)), |_| false);
    assert!(refused(&told) > 100, "the flood gets errors: {}", refused(&told));
}

#[test]
fn twelve_asking_frames_leave_others_their_share() {
    let flood = |world: &mut World, ms: u64| (0..12).for_each(|i| asks(world, EVIL + i as u32, ms * 12 + i));
    let told = held_to(flood, |_| false);
    assert!(refused(&told) > 100, "the flood gets errors: {}", refused(&told));
}

#[test]
fn junk_messages_leave_others_their_share() {
    let flood = |world: &mut World, ms: u64| {
        for i in 0..10 {
            world.page(EVIL, PageToCore::Abort { id: i });
            world.page(EVIL, PageToCore::Use { chain: 1 });
            let (subscription, method) = (format!("0x{:x}", ms * 10 + i), "eth_newBlockFilter".to_owned());
            world.page(
                EVIL,
                PageToCore::Resume { chain: 1, subscription, method, params: "[]".into(), blocks: Vec::new() },
            );
        }
    };
    held_to(flood, |_| false);
}

/// Every message counts. After a flood of messages that ask nothing, the page has no messages left to ask with.
#[test]
fn messages_that_ask_nothing_count_too() {
    type Send = fn(&mut World, u64);
    let kinds: [(&str, Send); 5] = [
        ("use", |world, _| world.page(EVIL, PageToCore::Use { chain: 1 })),
        ("abort", |world, id| world.page(EVIL, PageToCore::Abort { id })),
        ("locked", |world, _| world.page(EVIL, PageToCore::Locked)),
        ("wallet", |world, id| {
            let result = Some("1".to_owned());
            world.page(EVIL, PageToCore::Wallet { id, result, code: None, message: None, data: None });
        }),
        ("done", |world, id| world.page(EVIL, PageToCore::WalletDone { id })),
    ];
    for (kind, send) in kinds {
        let mut world = world();
        (0..4_000).for_each(|id| send(&mut world, id));
        asks(&mut world, EVIL + 1, 7);
        let told = world.told_to(EVIL + 1, 7);
        assert!(matches!(told[..], [CoreToPage::Error { code: -32005, .. }]), "{kind}: {told:?}");
        world.balance(8);
        assert_eq!(world.asked(), ["a"], "{kind}: the other page reads on");
    }
}

/// A call that no node answers.
fn asks_in_vain(world: &mut World, id: u64) {
    world.ask_from(EVIL, id, "eth_call", json!([{"to": "0xdead", "data": format!("0x{id:08x}")}, "latest"]), false);
}

#[test]
fn endless_calls_leave_others_their_share() {
    let flood = |world: &mut World, ms: u64| {
        if ms.is_multiple_of(10) {
            asks_in_vain(world, ms);
        }
    };
    held_to(flood, |params| params.contains("dead"));
}

#[test]
fn six_endless_calls_leave_others_their_share() {
    let flood = |world: &mut World, ms: u64| (ms..6.min(ms + 1)).for_each(|id| asks_in_vain(world, id));
    held_to(flood, |params| params.contains("dead"));
}

/// Quick answers show that a host takes more than its first limit. A browser may still open only six connections.
#[test]
fn endless_calls_after_quick_ones_leave_others_theirs() {
    let flood = |world: &mut World, ms: u64| match ms {
        0 => (0..200).for_each(|id| asks(world, EVIL, id)),
        700 => (1_000..1_060).for_each(|id| asks_in_vain(world, id)),
        _ => {}
    };
    held_to(flood, |params| params.contains("dead"));
}

/// The items of rescued batches count one by one: here a thousand in each batch.
#[test]
fn rescued_batches_leave_others_their_share() {
    let flood = |world: &mut World, ms: u64| {
        if ms.is_multiple_of(100) {
            let item = |i: u64| json!({"jsonrpc": "2.0", "id": i, "method": "eth_getBalance", "params": balance_of(ms * 1_000 + i)});
            let body = Value::Array((0..1_000).map(item).collect()).to_string();
            world.page(EVIL, PageToCore::Rescue { id: ms, chain: 1, body, said: None });
        }
    };
    held_to(flood, |_| false);
}

#[test]
fn large_parameters_leave_others_their_share() {
    let large = format!("0x{}", "ab".repeat(1_900_000));
    let flood = |world: &mut World, ms: u64| {
        if ms.is_multiple_of(200) {
            world.ask_from(EVIL, ms, "eth_call", json!([{"to": "0x1", "data": large}, format!("0x{ms:x}")]), false);
        }
    };
    held_to(flood, |_| false);
}

/// A document may have 16 MiB in flight and all documents 64 MiB, and an origin always leaves room for the others.
#[test]
fn bytes_in_flight_are_bounded() {
    let mut world = world();
    let large = "ab".repeat(MIB - 100);
    let ask = |world: &mut World, client: ClientId, id: u64| {
        world.ask_from(client, id, "eth_call", json!([{"to": "0x1", "data": large}, format!("0x{id:x}")]), false);
        world.told_to(client, id).is_empty()
    };
    let taken: Vec<usize> =
        (0..3).map(|f| (0..9).filter(|i| ask(&mut world, EVIL + f, u64::from(f) * 100 + i)).count()).collect();
    assert_eq!(taken.iter().sum::<usize>(), 16, "32 MiB for one origin: {taken:?}");
    assert_eq!(taken[0], 8, "16 MiB for one document");
    assert!(ask(&mut world, PAGE, 1), "the other page has room of its own");
    // A page that closes frees its bytes.
    world.event(Event::Close { client: EVIL });
    assert!(ask(&mut world, EVIL + 2, 999));
}

#[test]
fn a_message_has_at_most_4_mib() {
    let mut world = world();
    world.ask_from(EVIL, 1, "eth_call", json!([{"data": "a".repeat(4 * MIB)}, "latest"]), false);
    let told = world.told_to(EVIL, 1);
    let [CoreToPage::Error { code: -32602, message, .. }] = &told[..] else { panic!("{told:?}") };
    assert!(message.contains("too large"), "{message}");
}

#[test]
fn an_origin_may_wait_for_twice_a_documents_requests() {
    let mut world = world();
    let mut refused = |client: ClientId, from: u64| {
        (from..from + 1_990).for_each(|id| asks(&mut world, client, id));
        world.advance(3_000); // its message allowance refills
        (from..from + 1_990).filter(|id| !world.told_to(client, *id).is_empty()).count()
    };
    assert_eq!((refused(EVIL, 0), refused(EVIL + 1, 10_000)), (0, 0));
    assert!(refused(EVIL + 2, 20_000) >= 1_990 - (2 * MAX_IN_FLIGHT - 2 * 1_990), "12 frames are not 12 shares");
}

/// A closed page's reads leave the queue at once, and so do those of a page that keeps asking over its limit.
#[test]
fn abandoned_requests_are_dropped_at_once() {
    let mut world = world();
    (0..500).for_each(|id| asks(&mut world, EVIL, id));
    let out = world.out().len();
    assert!((3..=18).contains(&out), "the other reads wait: {out}");
    world.event(Event::Close { client: EVIL });
    assert!(world.out().is_empty());
    world.seen.clear();
    world.advance(9_000);
    assert!(!world.seen.iter().any(|s| matches!(s, Seen::Sent(f) if !f.is_chore())), "none of its reads is sent");

    let mut world = self::world();
    (0..4_500).for_each(|id| asks(&mut world, EVIL, id));
    let told = |world: &World, id: u64| !world.told_to(EVIL, id).is_empty();
    assert!((20..4_500).all(|id| told(&world, id)), "all reads except those in flight get an error");
    assert!(world.out().iter().all(|f| f.node < 3) && world.out().len() <= 18);
}

/// How long this many reads of a page take from now on, and how many sends they cost.
fn answered(world: &mut World, client: ClientId, reads: u64) -> (Vec<u64>, usize) {
    let (mut wires, mut times, mut sends) = (Wires::new(|_| false), Vec::new(), 0);
    for ms in 0..20_000 {
        wires.step(world);
        for seen in std::mem::take(&mut world.seen) {
            match seen {
                Seen::Posted(to, CoreToPage::Answer { .. }) if to == client => times.push(ms),
                Seen::Sent(flight) if !flight.is_chore() => sends += 1,
                _ => {}
            }
        }
        if times.len() as u64 == reads {
            break;
        }
        world.advance(1);
    }
    (times, sends)
}

/// Six connections to a host with answers after 20, 40 and 60 ms: at most 550 HTTP requests a second, with eight reads
/// in each.
#[test]
fn a_lone_page_may_use_all_lanes() {
    let mut world = world();
    (0..1_000).for_each(|id| asks(&mut world, EVIL, id));
    let (times, sends) = answered(&mut world, EVIL, 1_000);
    assert_eq!(times.len(), 1_000);
    let (p50, last) = (times[500], times[999]);
    assert!(p50 < 300 && last < 600, "p50 {p50} ms, the last after {last} ms");
    assert!(sends < 1_100, "{sends} sends for 1,000 reads");
}

#[test]
fn a_page_next_to_a_flood_is_served_next() {
    let mut world = world();
    (0..500).for_each(|id| asks(&mut world, EVIL, id));
    world.balance(1);
    let mine = balance_of(1).to_string();
    assert!(world.out().iter().any(|f| f.params == mine), "at once, because a slot was left for it");
}

#[test]
fn a_document_may_ask_for_32_chains() {
    let mut world = world();
    let ask = |world: &mut World, client: ClientId, chain: u64| {
        let (method, params) = ("eth_gasPrice".to_owned(), "[]".to_owned());
        world.page(client, PageToCore::Ask { id: chain, chain, method, params, wallet: false });
        world.told_to(client, chain)
    };
    for chain in 2..2 + MAX_CHAINS as u64 {
        let told = ask(&mut world, EVIL, chain);
        assert!(matches!(told[..], [CoreToPage::Error { code: 4901, .. }]), "the chain is not ours: {told:?}");
    }
    let told = ask(&mut world, EVIL, 400_000);
    let [CoreToPage::Error { code: -32005, message, .. }] = &told[..] else { panic!("{told:?}") };
    assert!(message.contains("too many chains"), "{message}");
    let told = ask(&mut world, EVIL, 2);
    assert!(matches!(told[1..], [CoreToPage::Error { code: 4901, .. }]), "its earlier chains still work: {told:?}");
    assert!(matches!(ask(&mut world, EVIL + 1, 99)[..], [CoreToPage::Error { code: 4901, .. }]));
}

/// A `use`, a rescue and a `resume` count like a read.
#[test]
fn chains_count_whichever_message_names_them() {
    let mut world = world();
    (2..40).for_each(|chain| world.page(EVIL, PageToCore::Use { chain }));
    asks(&mut world, EVIL, 1);
    assert!(matches!(world.told_to(EVIL, 1)[..], [CoreToPage::Error { code: -32005, .. }]));
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"eth_gasPrice","params":[]}"#.to_owned();
    world.page(EVIL, PageToCore::Rescue { id: 2, chain: 1, body, said: None });
    assert_eq!(world.told_to(EVIL, 2), [CoreToPage::NoRescue { id: 2 }]);
}

/// Filters of all frames of an origin are counted together.
#[test]
fn filters_of_twelve_frames_count_for_one_origin() {
    let mut world = world();
    let mut refused = 0;
    for id in 0..12 * 64 {
        let client = EVIL + (id % 12) as u32;
        world.ask_from(client, id, "eth_newBlockFilter", json!([]), false);
        let told = world.told_to(client, id);
        refused += usize::from(matches!(told[..], [CoreToPage::Error { code: -32005, .. }]));
    }
    assert_eq!(refused, 12 * 64 - MAX_STICKY_ORIGIN);
}

/// A page's own endpoint fails on purpose, call after call. The person's endpoints are asked only within a budget.
#[test]
fn rescues_of_an_origin_have_a_budget() {
    let mut world = world();
    world.alive = true;
    let rescue = |world: &mut World, client: ClientId, id: u64| {
        let body =
            json!({"jsonrpc": "2.0", "id": id, "method": "eth_getBalance", "params": balance_of(id)}).to_string();
        world.page(client, PageToCore::Rescue { id, chain: 1, body, said: None });
    };
    for id in 0..1_900 {
        rescue(&mut world, EVIL + (id % 12) as u32, id);
        world.advance(10);
    }
    let sent = world.seen.iter().filter(|s| matches!(s, Seen::Sent(f) if !f.is_chore())).count();
    assert!((500..=620).contains(&sent), "{sent} sends in 19 s");
    (4_995..=5_000).for_each(|id| rescue(&mut world, EVIL, id));
    rescue(&mut world, PAGE, 5_001);
    world.advance(1_000);
    assert_eq!(world.told_to(EVIL, 5_000), [CoreToPage::NoRescue { id: 5_000 }], "the page's own failure stands");
    assert!(matches!(world.told_to(PAGE, 5_001)[..], [CoreToPage::Body { .. }]), "another page's call is rescued");
}

/// A dApp whose endpoint is down: 100 reads when it loads, three times over, then some tens a minute for an hour.
#[test]
fn an_outage_of_a_pages_own_endpoint_is_fully_rescued() {
    let mut world = world();
    world.alive = true;
    let mut id = 0;
    let mut rescue = |world: &mut World| {
        id += 1;
        let body =
            json!({"jsonrpc": "2.0", "id": id, "method": "eth_getBalance", "params": balance_of(id)}).to_string();
        world.page(PAGE, PageToCore::Rescue { id, chain: 1, body, said: None });
    };
    for _ in 0..3 {
        (0..100).for_each(|_| rescue(&mut world));
        world.advance(2_000);
    }
    for _ in 0..3_600 {
        rescue(&mut world);
        world.advance(1_000);
    }
    let posts = world.seen.iter().filter_map(|s| if let Seen::Posted(PAGE, m) = s { Some(m) } else { None });
    let rescued = posts.clone().filter(|m| matches!(m, CoreToPage::Body { .. })).count();
    assert_eq!((rescued, posts.filter(|m| matches!(m, CoreToPage::NoRescue { .. })).count()), (3_900, 0));
}

/// Stalled reads of one page leave hedges for another.
#[test]
fn one_page_does_not_spend_anothers_hedges() {
    let mut world = world();
    for id in 0..100 {
        asks(&mut world, EVIL, id);
        world.advance(20);
    }
    world.seen.clear();
    world.balance(1_000);
    world.advance(1_500);
    let mine = balance_of(1_000).to_string();
    let sent = world.seen.iter().filter(|s| matches!(s, Seen::Sent(f) if f.params == mine)).count();
    assert!(sent >= 2, "a second lane was asked: {sent}");
}

/// If the core crashes on a reply, the shell must know from the send which document asked.
#[test]
fn sends_name_the_asking_document_except_the_cores_own() {
    let mut world = Setup::new(three()).warm();
    world.open(9);
    world.seen.clear();
    world.balance(1);
    world.ask_from(9, 2, "eth_getBalance", balance_of(2), false);
    world.page(9, PageToCore::Rescue { id: 3, chain: 1, body: rescue_of("eth_gasPrice"), said: None });
    world.advance(20_000);
    let mut whose: BTreeMap<String, BTreeSet<ClientId>> = BTreeMap::new();
    for seen in &world.seen {
        if let Seen::Sent(flight) = seen {
            whose.entry(format!("{} {}", flight.method, flight.params)).or_default().insert(flight.client);
        }
    }
    let of = |method: &str, params: &str| {
        whose.get(&format!("{method} {params}")).map(|s| s.iter().copied().collect::<Vec<_>>())
    };
    assert_eq!(of("eth_getBalance", &balance_of(1).to_string()), Some(vec![PAGE]));
    assert_eq!(of("eth_getBalance", &balance_of(2).to_string()), Some(vec![9]));
    assert_eq!(of("eth_gasPrice", "[]"), Some(vec![9]));
    assert_eq!(of("eth_blockNumber", "[]"), Some(vec![0]));
}

fn rescue_of(method: &str) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": []}).to_string()
}

/// While two sites read, each begins a few sends at a time. The next one waits until those no longer count.
#[test]
fn a_queued_read_goes_as_soon_as_it_may() {
    let mut world = Setup::new(vec![lane("a", AWS, 400)]).warm();
    world.open_at(2, "other.example");
    world.ask_from(2, 100, "eth_getBalance", balance_of(100), false);
    (1..=4).for_each(|id| world.balance(id));
    assert_eq!(world.asked().len(), 4);
    world.advance(249);
    assert_eq!(world.asked().len(), 4, "the fourth read waits");
    world.advance(1);
    assert_eq!(world.asked().len(), 5);
}
