//! Big answers and many requests, measured in bytes by a counting allocator instead of a clock.

#![allow(unsafe_code, reason = "a counting allocator cannot be written without; it passes everything on")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

#[path = "world/mod.rs"]
mod world;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use breakwater::guard::{Event, Guard};
use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::json;
use world::script::{PAGE, Setup, three};

thread_local! {
    /// Bytes allocated by this thread, and bytes it holds. Each test has its own thread.
    static ASKED: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ASKED.try_with(|n| n.set(n.get() + layout.size()));
        let _ = HELD.try_with(|n| n.set(n.get() + layout.size() as isize));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        let _ = HELD.try_with(|n| n.set(n.get() - layout.size() as isize));
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MB: usize = 1_000_000;

/// 5 MB of logs, as a reply to this send.
fn logs(send: u64) -> Vec<u8> {
    let log = r#"{"address":"0x5fbdb2315678afecb367f032d93f642f64180aa3","data":"0x01","blockNumber":"0x10"}"#;
    format!(r#"{{"jsonrpc":"2.0","id":{send},"result":[{}]}}"#, vec![log; 5 * MB / log.len()].join(",")).into_bytes()
}

/// A parsed copy of 5 MB of logs takes over 20 MB, a second one as text 5 MB.
#[test]
fn five_megabytes_of_logs_are_copied_once_and_not_parsed() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getLogs", json!([{"fromBlock": "0x1"}]));
    let send = world.flight("a");
    let body = logs(send);
    let size = body.len();
    world.flights.remove(&send);
    let before = ASKED.get();
    world.event(Event::Response { send, status: 200, headers: Vec::new(), body });
    let asked = ASKED.get() - before;
    assert!(world.result(1).is_some_and(|text| text.len() > size - 100));
    assert!(asked < size + size / 10, "{asked} bytes were asked for, for an answer of {size}");
}

/// Building a value would need recursion. A result nested deeper than serde_json's own limit passes as it was
/// sent.
#[test]
fn a_result_no_parser_accepts_passes_untouched() {
    let tower = format!("[{{\"x\":{}1e999{}}}]", "[".repeat(500), "]".repeat(500));
    assert!(serde_json::from_str::<serde_json::Value>(&tower).is_err());
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getLogs", json!([{"fromBlock": "0x1"}]));
    world.reply("a", &tower);
    assert_eq!(world.result(1), Some(tower));
}

/// 1,000 requests of 1 kB are in flight at once, and each is answered with 100 kB.
#[test]
fn a_thousand_requests_hold_only_their_parameters() {
    let setup = Setup::new(three());
    let mut guard = Guard::new(7);
    let now = world::chain::START;
    let mut flying = Vec::new();
    let mut posts = 0;
    let mut event = |at: u64, event: Event, flying: &mut Vec<(u64, bool)>| {
        guard.handle(now + at, event);
        while let Some(command) = guard.poll() {
            match command {
                breakwater::guard::Command::Send { send, http, .. } => {
                    let body = String::from_utf8(http.body).unwrap();
                    flying.push((send, body.contains("eth_chainId") || body.contains("eth_blockNumber")));
                }
                breakwater::guard::Command::Post { message: CoreToPage::Answer { .. }, .. } => posts += 1,
                _ => {}
            }
        }
    };
    event(0, Event::Settings(Some(setup.text())), &mut flying);
    event(
        0,
        Event::Open { client: PAGE, origin: "https://d.example".into(), host: "d.example".into(), top: None },
        &mut flying,
    );
    let before = HELD.get();
    for id in 0..1_000_u64 {
        let params = format!(r#"[{{"to":"0x{id:040x}","data":"0x{}"}},"latest"]"#, "ab".repeat(450));
        let ask = PageToCore::Ask { id, chain: 1, method: "eth_call".into(), params, wallet: false };
        event(1, Event::Message { client: PAGE, message: ask }, &mut flying);
    }
    let most = |what: &str, limit: usize| {
        let held = HELD.get() - before;
        assert!(held < limit as isize, "{what}: {held} bytes");
    };
    most("asked", 6 * MB);
    while let Some((send, chore)) = flying.pop() {
        let result = if chore { "0x1".to_owned() } else { format!("0x{}", "ab".repeat(50_000)) };
        let body = format!(r#"{{"jsonrpc":"2.0","id":{send},"result":"{result}"}}"#).into_bytes();
        event(50, Event::Response { send, status: 200, headers: Vec::new(), body }, &mut flying);
        most("being answered", 6 * MB);
    }
    flying = Vec::new();
    most("answered", MB);
    assert_eq!((posts, flying.len()), (1_000, 0));
}
