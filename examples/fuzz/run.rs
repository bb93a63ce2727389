//! The loop: mutate an input, run it, keep it if its outcome is new, and report failures.

#![allow(clippy::disallowed_methods, reason = "a test program has a clock")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::mutate::{MAX_BYTES, mutate};
use crate::targets::Target;
use crate::world::rng::Rng;

/// Processor time after which an input is reported as slow.
const SLOW_MS: u128 = 50;
/// Processor time after which an input counts as endless.
const HUNG_MS: u128 = 60_000;
/// How often that is checked.
const LOOK: Duration = Duration::from_secs(10);
/// Executions between two reads of the processor clock, which takes longer than many inputs.
const SPAN: u64 = 64;
/// Most inputs kept because their outcome was new.
const MOST_KEPT: usize = 4_000;
/// Attempts to make a failing input smaller.
const SHRINKS: u32 = 2_000;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    Count(u64),
    /// Processor time: on a busy machine, an hour of real time may be a minute of work.
    Seconds(u64),
}

/// The result of a run.
pub struct Report {
    name: &'static str,
    seed: u64,
    executions: u64,
    /// Processor time.
    ms: u128,
    outcomes: usize,
    kept: usize,
    slowest_ms: u128,
    slow: Vec<(u128, Vec<u8>)>,
    /// Grouped by the location of the panic.
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

/// Runs one target until the limit. The current input is always in `file`.
pub fn fuzz(target: &'static Target, seed: u64, limit: Limit, file: &Path) -> Report {
    let mut rng = Rng::new(seed ^ target.name.bytes().fold(0, |sum, b| sum * 131 + u64::from(b)));
    let mut corpus = (target.seeds)();
    let mut seen = BTreeSet::new();
    let mut report = Report::new(target.name, seed);
    let mut last = File::create(file).expect("a file for the last input");
    let alive = watch(target.name, file);
    let (start, begun, mut told) = (Instant::now(), processor_ms(OWN), 0);
    let mut seeds = corpus.clone().into_iter();
    loop {
        if report.executions.is_multiple_of(SPAN) {
            report.ms = processor_ms(OWN).saturating_sub(begun);
        }
        if limit.reached(&report) {
            break;
        }
        // Every seed input runs once unchanged, and must pass.
        let first = seeds.next();
        let input = first.unwrap_or_else(|| changed(target, &mut rng, &corpus));
        write(&mut last, &input);
        alive.store(report.executions + 1, Ordering::Relaxed);
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
        let minutes = start.elapsed().as_secs() / 60;
        if minutes > told {
            println!("{minutes} min {report}");
            told = minutes;
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

/// Ends the process when one input keeps this thread busy for too long.
fn watch(name: &'static str, file: &Path) -> Arc<AtomicU64> {
    let beats = Arc::new(AtomicU64::new(0));
    let (seen, file) = (Arc::downgrade(&beats), file.to_owned());
    let thread = std::fs::read_link(OWN).map_or_else(|_| OWN.to_owned(), |link| format!("/proc/{}", link.display()));
    std::thread::spawn(move || {
        let mut last = (0, processor_ms(&thread));
        while let Some(beats) = seen.upgrade() {
            let beat = beats.load(Ordering::Relaxed);
            if beat != last.0 {
                last = (beat, processor_ms(&thread));
            } else if processor_ms(&thread).saturating_sub(last.1) > HUNG_MS {
                let input = std::fs::read(&file).unwrap_or_default();
                println!("{name}: an input does not end: {}\n0 checked\n1 wrong", hex(&input));
                std::process::exit(1);
            }
            drop(beats);
            std::thread::sleep(LOOK);
        }
    });
    beats
}

/// The calling thread, as Linux names it.
const OWN: &str = "/proc/thread-self";

/// Processor time of a thread, in ms, because the machine may be busy with other things.
fn processor_ms(thread: &str) -> u128 {
    let text = std::fs::read_to_string(format!("{thread}/schedstat")).unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<u128>().ok()).unwrap_or(0) / 1_000_000
}

impl Limit {
    fn reached(self, report: &Report) -> bool {
        match self {
            Limit::Count(count) => report.executions >= count,
            Limit::Seconds(seconds) => report.ms >= u128::from(seconds) * 1_000,
        }
    }
}

impl Report {
    fn new(name: &'static str, seed: u64) -> Report {
        let (slow, failures) = (Vec::new(), BTreeMap::new());
        Report { name, seed, executions: 0, ms: 0, outcomes: 0, kept: 0, slowest_ms: 0, slow, failures }
    }

    /// Inputs that seemed slow run again, measured by the processor clock.
    fn timed(&mut self, target: &Target, ms: u128, input: &[u8]) {
        if ms <= SLOW_MS {
            self.slowest_ms = self.slowest_ms.max(ms);
            return;
        }
        let before = processor_ms(OWN);
        let _ = fails(target, input);
        let took = processor_ms(OWN).saturating_sub(before);
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
        let Report { name, seed, executions, ms, outcomes, kept, slowest_ms, .. } = self;
        write!(f, "{name}: {executions} executions in {} s, {outcomes} outcomes, {kept} inputs kept, ", ms / 1_000)?;
        write!(f, "slowest {slowest_ms} ms, {} slow, {} failures (seed {seed})", self.slow.len(), self.failures.len())
    }
}

/// A smaller input that fails at the same location: pieces are removed, big ones first.
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
