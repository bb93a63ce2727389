//! What one read costs the core, natively: `cargo bench --bench race`, or `./build.sh bench native`.
//!
//! A whole race through the façade (ask, answer, settle), and its parts: routing a method, judging a reply,
//! splitting an envelope of 1 kB and of 5 MB.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

use std::hint::black_box;

use breakwater::classify::{Classifier, Http};
use breakwater::guard::{Command, Event, Guard};
use breakwater::jsonrpc::{self, depth::is_shallow};
use breakwater::protocol::{CoreToPage, PageToCore};
use breakwater::route;
use breakwater::shape;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const SETTINGS: &str = r#"{"version":1,"chains":[{"id":1,"name":"Ethereum","endpoints":[
  {"url":"http://52.10.0.1/","name":"a"},{"url":"http://34.20.0.1/","name":"b"},{"url":"http://88.30.0.1/","name":"c"}]}]}"#;

/// A core in front of endpoints that answer at once.
struct World {
    guard: Guard,
    now: u64,
    id: u64,
    logs: String,
}

impl World {
    fn new() -> World {
        let mut world = World { guard: Guard::new(7), now: 1_700_000_000_000, id: 0, logs: String::new() };
        world.event(Event::Settings(Some(SETTINGS.to_owned())));
        world.event(Event::Open {
            client: 1,
            origin: "https://dapp.example".into(),
            host: "dapp.example".into(),
            top: None,
        });
        (0..200).for_each(|_| assert!(world.read()));
        world
    }

    /// One event and its commands. Every send is answered a millisecond later. Returns whether the page was answered.
    fn event(&mut self, event: Event) -> bool {
        self.guard.handle(self.now, event);
        let mut answered = false;
        while let Some(command) = self.guard.poll() {
            match command {
                Command::Send { send, http, .. } => {
                    let text = std::str::from_utf8(&http.body).unwrap();
                    let body = if text.contains("eth_getLogs") {
                        format!(r#"{{"jsonrpc":"2.0","id":{send},"result":[{}]}}"#, self.logs).into_bytes()
                    } else {
                        let result = if text.contains("eth_chainId") { "0x1" } else { "0x1000" };
                        format!(r#"{{"jsonrpc":"2.0","id":{send},"result":"{result}"}}"#).into_bytes()
                    };
                    self.now += 1;
                    answered |= self.event(Event::Response { send, status: 200, headers: Vec::new(), body });
                }
                Command::Post { message: CoreToPage::Answer { .. }, .. } => answered = true,
                _ => {}
            }
        }
        answered
    }

    fn read_logs(&mut self, logs: &str) -> bool {
        if self.logs.is_empty() {
            logs.clone_into(&mut self.logs);
        }
        self.ask("eth_getLogs", |id| format!(r#"[{{"fromBlock":"0x{id:x}"}}]"#))
    }

    fn read(&mut self) -> bool {
        self.ask("eth_getBalance", |id| format!(r#"["0x{id:040x}","latest"]"#))
    }

    fn ask(&mut self, method: &str, params: impl Fn(u64) -> String) -> bool {
        self.id += 1;
        // Five reads of a page in a second: as busy as a page may be without being slowed down.
        self.now += 200;
        let (method, params) = (method.to_owned(), params(self.id));
        self.event(Event::Message {
            client: 1,
            message: PageToCore::Ask { id: self.id, chain: 1, method, params, wallet: false },
        })
    }
}

fn one_race(c: &mut Criterion) {
    let mut world = World::new();
    c.bench_function("one race through the facade", |b| b.iter(|| assert!(world.read())));
}

/// A whole race whose answer is 5 MB of logs, compared with one scan and one copy of the same bytes.
fn big_answer(c: &mut Criterion) {
    let log = r#"{"address":"0x5fbdb2315678afecb367f032d93f642f64180aa3","data":"0x01","blockNumber":"0x10"}"#;
    let logs = vec![log; 5_000_000 / log.len()].join(",");
    let mut world = World::new();
    let mut group = c.benchmark_group("5 MB of logs");
    group.throughput(Throughput::Bytes(logs.len() as u64));
    group.bench_function("one race", |b| b.iter(|| assert!(world.read_logs(&logs))));
    let body = format!(r#"{{"jsonrpc":"2.0","id":7,"result":[{logs}]}}"#).into_bytes();
    group.bench_function("one scan and one copy", |b| b.iter(|| jsonrpc::reply(&black_box(&body).clone(), 7)));
    group.finish();
}

fn parts(c: &mut Criterion) {
    c.bench_function("routing a method", |b| b.iter(|| route::spec(black_box("eth_getTransactionReceipt")).class));
    let classifier = Classifier::default();
    let judge = |name: &str, c: &mut Criterion, status, body: &'static str| {
        let spec = route::spec("eth_getBalance");
        c.bench_function(name, |b| {
            b.iter(|| classifier.http(spec, 7, Http { status, retry_after: None, body: black_box(body).as_bytes() }))
        });
    };
    judge("judging an answer", c, 200, r#"{"jsonrpc":"2.0","id":7,"result":"0x1000"}"#);
    judge(
        "judging an error",
        c,
        200,
        r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"project exceeded its daily quota"}}"#,
    );
    judge(
        "judging an error that no row knows",
        c,
        200,
        r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"invalid jump destination"}}"#,
    );
}

/// Whether a result has the shape of an answer, by the raw text alone.
fn shapes(c: &mut Criterion) {
    let hash = format!("0x{}", "ab".repeat(32));
    let log = format!(
        r#"{{"address":"0x5fbdb2315678afecb367f032d93f642f64180aa3","transactionHash":"{hash}","data":"0x01"}}"#
    );
    let block = format!(r#"{{"hash":"{hash}","parentHash":"{hash}","number":"0x1000","transactions":["{hash}"]}}"#);
    let receipt = format!(r#"{{"blockHash":"{hash}","logs":[{log},{log}],"transactionHash":"{hash}"}}"#);
    let mut group = c.benchmark_group("the shape of");
    for (name, method, text) in [
        ("a balance", "eth_getBalance", "\"0x1000\""),
        ("a word of a call", "eth_call", &format!("\"{hash}\"")),
        ("a block", "eth_getBlockByNumber", &block),
        ("a receipt", "eth_getTransactionReceipt", &receipt),
    ] {
        let spec = route::spec(method);
        group.bench_function(name, |b| b.iter(|| assert!(shape::fits(spec, black_box(text)))));
    }
    let (spec, params) = (route::spec("eth_getTransactionReceipt"), format!("[\"{hash}\"]"));
    group.bench_function("a receipt, and its name", |b| {
        b.iter(|| assert!(shape::fits(spec, black_box(&receipt)) && shape::names(spec, &params, black_box(&receipt))))
    });
    group.finish();
}

fn envelopes(c: &mut Criterion) {
    let mut group = c.benchmark_group("splitting an envelope");
    for (name, bytes) in [("1 kB", 1_000), ("5 MB", 5_000_000)] {
        let log = r#"{"address":"0x5fbdb2315678afecb367f032d93f642f64180aa3","data":"0x01","blockNumber":"0x10"}"#;
        let logs = vec![log; bytes / log.len()].join(",");
        let body = format!(r#"{{"jsonrpc":"2.0","id":7,"result":[{logs}]}}"#).into_bytes();
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |b| {
            b.iter_batched(|| (), |()| jsonrpc::reply(black_box(&body), 7), BatchSize::LargeInput)
        });
        let text = std::str::from_utf8(&body).unwrap();
        group.bench_function(format!("{name}, its depth"), |b| b.iter(|| is_shallow(black_box(text))));
    }
    group.finish();
}

criterion_group!(benches, one_race, big_answer, parts, shapes, envelopes);
criterion_main!(benches);
