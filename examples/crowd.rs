//! Memory of the core under a crowd: `cargo run --release --example crowd`.
//!
//! Four pages have 1,000 requests in flight, then each is answered with 100 kB. Reports resident memory as seen by
//! Linux.

#![allow(clippy::unwrap_used, reason = "an experiment, not a part of the core")]

use breakwater::guard::{Command, Event, Guard};
use breakwater::protocol::PageToCore;

const SETTINGS: &str = r#"{"version":1,"chains":[{"id":1,"name":"Ethereum","endpoints":[
  {"url":"http://52.10.0.1/","name":"a"},{"url":"http://34.20.0.1/","name":"b"}]}]}"#;
const PAGES: u32 = 4;
const REQUESTS: u64 = 1_000;
const ANSWER_BYTES: usize = 100_000;

/// Resident memory now, in kB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}

/// Handles one event and returns the sends it caused.
fn event(guard: &mut Guard, now: u64, event: Event) -> (Vec<(u64, bool)>, usize) {
    guard.handle(now, event);
    let (mut sends, mut posts) = (Vec::new(), 0);
    while let Some(command) = guard.poll() {
        match command {
            Command::Send { send, http, .. } => {
                let text = String::from_utf8(http.body).unwrap();
                sends.push((send, text.contains("eth_chainId") || text.contains("eth_blockNumber")));
            }
            Command::Post { .. } => posts += 1,
            _ => {}
        }
    }
    (sends, posts)
}

fn main() {
    let mut guard = Guard::new(7);
    let now = 1_700_000_000_000;
    event(&mut guard, now, Event::Settings(Some(SETTINGS.to_owned())));
    let before = resident();
    let mut flying = Vec::new();
    for client in 1..=PAGES {
        let origin = format!("https://dapp{client}.example");
        event(&mut guard, now, Event::Open { client, origin, host: format!("dapp{client}.example"), top: None });
    }
    for id in 0..REQUESTS {
        let client = u32::try_from(id).unwrap() % PAGES + 1;
        let params = format!(r#"[{{"to":"0x{id:040x}","data":"0x{}"}},"latest"]"#, "ab".repeat(500));
        let ask = PageToCore::Ask { id, chain: 1, method: "eth_call".into(), params, wallet: false };
        flying.extend(event(&mut guard, now, Event::Message { client, message: ask }).0);
    }
    let mut posts = 0;
    let mut full = resident();
    let mut asked = flying.len();
    println!("{REQUESTS} requests with 1 kB of parameters each: {} kB more", full - before);
    while let Some((send, chore)) = flying.pop() {
        let result = if chore { "0x1".to_owned() } else { format!("0x{}", "ab".repeat(ANSWER_BYTES / 2)) };
        let body = format!(r#"{{"jsonrpc":"2.0","id":{send},"result":"{result}"}}"#).into_bytes();
        let (more, told) =
            event(&mut guard, now + 50, Event::Response { send, status: 200, headers: Vec::new(), body });
        asked += more.len();
        posts += told;
        flying.extend(more);
        full = full.max(resident());
    }
    println!(
        "{posts} messages to pages for {asked} sends, answers of {} kB: at most {} kB more",
        ANSWER_BYTES / 1_000,
        full - before
    );
    println!("afterwards: {} kB more", resident().saturating_sub(before));
}
