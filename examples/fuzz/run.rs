//! The loop: change an input, run it, keep it when its outcome is new, and report what broke.

#![allow(clippy::disallowed_methods, reason = "a test program has a clock")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::mutate::{MAX_BYTES, mutate};
use crate::targets::Target;
use crate::world::rng::Rng;

/// An input may take so long, in processor time, before it is reported as slow.
const SLOW_MS: u128 = 50;
/// An input that takes so long on the wall is taken for one that never ends.
const HUNG: Duration = Duration::from_secs(120);
/// Most inputs kept because their outcome was new.
const MOST_KEPT: usize = 4_000;
/// Tries to make a failing input smaller.
const SHRINKS: u32 = 2_000;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    Count(u64),
    Seconds(u64),
}

/// What a run saw.
pub struct Report {
    name: &'static str,
    seed: u64,
    executions: u64,
    outcomes: usize,
    kept: usize,
    slowest_ms: u128,
    slow: Vec<(u128, Vec<u8>)>,
    /// By the place of the panic.
    pub failures: BTreeMap<String, (String, Vec<u8>)>,
}

thread_local! {
    static PANIC: RefCell<(String, String)> = RefCell::default();
}

/// Panics are kept for the report instead of printed.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let _ = PANIC.try_with(|kept| *kept.borrow_mut() = (place, info.to_string()));
    }));
}

/// Where and why it panicked, if it did.
fn fails(target: &Target, input: &[u8]) -> Result<String, (String, String)> {
    catch_unwind(|| (target.run)(input)).map_err(|_| PANIC.with(RefCell::take))
}

/// One target, until the limit. The input at work is always in `file`.
pub fn fuzz(target: &'static Target, seed: u64, limit: Limit, file: &Path) -> Report {
    let mut rng = Rng::new(seed ^ target.name.bytes().fold(0, |sum, b| sum * 131 + u64::from(b)));
    let mut corpus = (target.seeds)();
    let mut seen = BTreeSet::new();
    let mut report = Report::new(target.name, seed);
    let mut last = File::create(file).expect("a file for the last input");
    let alive = watch(target.name, file);
    let (start, mut told) = (Instant::now(), 0);
    let fresh = corpus.len() as u64;
    while limit.allows(report.executions, start) {
        // Every seed runs once as it is, and must be well.
        let input = match corpus.get(report.executions as usize) {
            Some(seed) if report.executions < fresh => seed.clone(),
            _ => changed(target, &mut rng, &corpus),
        };
        write(&mut last, &input);
        let _ = alive.send(());
        let began = Instant::now();
        let outcome = fails(target, &input);
        report.timed(target, began.elapsed().as_millis(), &input);
        report.executions += 1;
        match outcome {
            Ok(outcome) if !seen.contains(&outcome) => {
                seen.insert(outcome);
                if report.kept < MOST_KEPT {
                    report.kept += 1;
                    corpus.push(input);
                }
            }
            Ok(_) => {}
            Err((place, why)) => report.failed(target, place, why, input),
        }
        report.outcomes = seen.len();
        if start.elapsed().as_secs() / 60 > told {
            told = start.elapsed().as_secs() / 60;
            println!("{told} min {report}");
        }
    }
    report
}

fn changed(target: &Target, rng: &mut Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    let last = corpus.len() as u64;
    // The newest inputs are the least explored.
    let from = if rng.chance(50) { last * 3 / 4 } else { 0 };
    let (base, other) = (rng.within(from, last) as usize, rng.within(0, last) as usize);
    let mut input = mutate(rng, target, &corpus[base], &corpus[other]);
    (target.repair)(&mut input, rng);
    input
}

fn write(file: &mut File, input: &[u8]) {
    let done = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).and_then(|_| file.write_all(input));
    done.expect("the last input is written");
}

/// Ends the process when no new input begins for too long.
fn watch(name: &'static str, file: &Path) -> mpsc::Sender<()> {
    let (alive, beats) = mpsc::channel();
    let file = file.to_owned();
    std::thread::spawn(move || {
        loop {
            match beats.recv_timeout(HUNG) {
                Ok(()) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let input = std::fs::read(&file).unwrap_or_default();
                    println!("{name}: an input does not end: {}\n0 checked\n1 wrong", hex(&input));
                    std::process::exit(1);
                }
            }
        }
    });
    alive
}

/// Time this thread has had on a processor, ms: the machine may be busy with other things.
fn processor_ms() -> Option<u128> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<u128>().ok()? / 1_000_000)
}

impl Limit {
    fn allows(self, executions: u64, start: Instant) -> bool {
        match self {
            Limit::Count(count) => executions < count,
            Limit::Seconds(seconds) => start.elapsed().as_secs() < seconds,
        }
    }
}

impl Report {
    fn new(name: &'static str, seed: u64) -> Report {
        let (slow, failures) = (Vec::new(), BTreeMap::new());
        Report { name, seed, executions: 0, outcomes: 0, kept: 0, slowest_ms: 0, slow, failures }
    }

    /// What seemed slow is run again, by the processor's clock.
    fn timed(&mut self, target: &Target, ms: u128, input: &[u8]) {
        if ms <= SLOW_MS {
            self.slowest_ms = self.slowest_ms.max(ms);
            return;
        }
        let before = processor_ms();
        let _ = fails(target, input);
        let took = before.zip(processor_ms()).map_or(ms, |(before, after)| after - before);
        self.slowest_ms = self.slowest_ms.max(took);
        if took > SLOW_MS && input.len() <= MAX_BYTES && self.slow.len() < 10 {
            println!("{}: {took} ms for {} bytes: {}", self.name, input.len(), hex(input));
            self.slow.push((took, input.to_vec()));
        }
    }

    fn failed(&mut self, target: &Target, place: String, why: String, input: Vec<u8>) {
        if self.failures.contains_key(&place) || self.failures.len() >= 20 {
            return;
        }
        let small = shrink(target, &place, input);
        println!("{}: {why}\n  input: {}", self.name, hex(&small));
        self.failures.insert(place, (why, small));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { name, seed, executions, outcomes, kept, slowest_ms, .. } = self;
        write!(
            f,
            "{name}: {executions} executions, {outcomes} outcomes, {kept} inputs kept, slowest {slowest_ms} ms, "
        )?;
        write!(f, "{} slow, {} failures (seed {seed})", self.slow.len(), self.failures.len())
    }
}

/// A smaller input that fails at the same place: pieces are left out, big ones first.
fn shrink(target: &Target, place: &str, mut input: Vec<u8>) -> Vec<u8> {
    let mut piece = input.len() / 2;
    let mut tries = SHRINKS;
    while piece > 0 {
        let mut at = 0;
        while at < input.len() && tries > 0 {
            tries -= 1;
            let mut less = input.clone();
            less.drain(at..(at + piece).min(input.len()));
            if fails(target, &less).is_err_and(|(other, _)| other == place) { input = less } else { at += piece }
        }
        piece /= 2;
    }
    input
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
