//! The hedge delay, simulated: `cargo run --release --example hedge`.
//!
//! For each profile of lanes and each pair of constants (the quantile of the first lane's latency, and the cap in
//! medians on top of 30 ms) it prints the cost of hedging in added sends and its gain at p99. The sketch and the budget
//! are the core's own; the rest simulates a page's reads one after the other. The figures and the decision are in
//! `docs/adr/0003-hedge-delay.md`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "an experiment, not a part of the core")]

use breakwater::budget::Budget;
use breakwater::sketch::Sketch;

const READS: usize = 200_000;
const SLACK_MS: u64 = 30;
const BOUNDS_MS: (u64, u64) = (12, 1_000);
const UNKNOWN_MS: u64 = 250;
/// Number of samples from which the quantile is meaningful, and the share of it that is added: an eighth.
const SAMPLES: f64 = 20.0;
const STEP: u64 = 8;
const QUANTILES: [f64; 6] = [0.5, 0.75, 0.9, 0.95, 0.98, 0.99];
/// The last one means no cap.
const CAPS: [u64; 4] = [1, 2, 3, 1_000];

/// Latency of one lane: around a median, log-normal or uniform, with an occasional long one.
#[derive(Clone, Copy)]
struct Lane {
    median: f64,
    spread: f64,
    normal: bool,
    tail: (f64, f64),
}

/// xorshift64*: the same figures on every machine.
struct Rng(u64);

impl Rng {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn latency(&mut self, lane: Lane) -> u64 {
        let shape = if lane.normal {
            // Irwin-Hall: twelve even numbers make a normal one.
            let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
            (lane.spread * normal).exp()
        } else {
            1.0 + lane.spread * (2.0 * self.unit() - 1.0)
        };
        let late = if self.unit() < lane.tail.0 { lane.tail.1 } else { 0.0 };
        (lane.median * shape + late).round() as u64
    }
}

fn delay(sketch: &Sketch, quantile: f64, cap: u64) -> u64 {
    let (Some(p50), Some(high)) = (sketch.quantile(0.5), sketch.quantile(quantile)) else { return UNKNOWN_MS };
    let longest = p50 * cap + SLACK_MS;
    let usual = if sketch.weight() < SAMPLES { longest } else { high + high / STEP };
    usual.min(longest).clamp(BOUNDS_MS.0, BOUNDS_MS.1)
}

/// One read over lanes in this order. Returns when it was answered, and how many sends it took.
fn read(
    lanes: &[Lane],
    sketches: &mut [Sketch],
    rng: &mut Rng,
    budget: &mut Budget,
    delay: impl Fn(&Sketch) -> u64,
) -> (u64, usize) {
    budget.request(1);
    let mut sent = vec![(0, rng.latency(lanes[0]))];
    let mut done = sent[0].1;
    let mut hedge_at = delay(&sketches[0]);
    while sent.len() < lanes.len() && hedge_at < done && budget.spend(1) {
        let at = sent.len();
        let took = rng.latency(lanes[at]);
        sent.push((hedge_at, took));
        done = done.min(hedge_at + took);
        hedge_at += delay(&sketches[at]);
    }
    for (at, (since, took)) in sent.iter().enumerate() {
        if since + took <= done { sketches[at].done(*took) } else { sketches[at].censored(done - since) }
    }
    (done, sent.len())
}

fn run(lanes: &[Lane], quantile: f64, cap: u64) -> (f64, u64, u64, u64) {
    let (mut rng, mut budget) = (Rng(0x9e37_79b9), Budget::default());
    let mut sketches = vec![Sketch::default(); lanes.len()];
    let mut sends = 0;
    let mut times: Vec<u64> = (0..READS)
        .map(|_| {
            let (ms, count) = read(lanes, &mut sketches, &mut rng, &mut budget, |s| delay(s, quantile, cap));
            sends += count;
            ms
        })
        .collect();
    times.sort_unstable();
    let at = |q: f64| times[(q * READS as f64) as usize];
    (100.0 * (sends - READS) as f64 / READS as f64, at(0.5), at(0.99), at(0.999))
}

fn main() {
    let even = |median, tail| Lane { median, spread: 0.15, normal: false, tail };
    let wide = |median, spread, tail| Lane { median, spread, normal: true, tail };
    let profiles = [
        (
            "bench: 20, 40, 60 ms, 2 % tail of +150 ms",
            vec![even(20.0, (0.02, 150.0)), even(40.0, (0.02, 150.0)), even(60.0, (0.02, 150.0))],
        ),
        (
            "thick tail: the first with 10 % of +3 s",
            vec![even(20.0, (0.1, 3_000.0)), even(40.0, (0.02, 150.0)), even(60.0, (0.02, 150.0))],
        ),
        (
            "public endpoints: log-normal, 80, 110, 150 ms, 1 % of +800 ms",
            vec![wide(80.0, 0.35, (0.01, 800.0)), wide(110.0, 0.35, (0.01, 800.0)), wide(150.0, 0.35, (0.01, 800.0))],
        ),
        (
            "wide: log-normal with sigma 0.6, 60, 75, 90 ms, 1 % of +500 ms",
            vec![wide(60.0, 0.6, (0.01, 500.0)), wide(75.0, 0.6, (0.01, 500.0)), wide(90.0, 0.6, (0.01, 500.0))],
        ),
        (
            "alike: log-normal, 30, 32, 35 ms, 3 % of +400 ms",
            vec![wide(30.0, 0.25, (0.03, 400.0)), wide(32.0, 0.25, (0.03, 400.0)), wide(35.0, 0.25, (0.03, 400.0))],
        ),
    ];
    for (name, lanes) in &profiles {
        println!("\n{name}\n\n| quantile | cap | added sends | p50 | p99 | p99.9 |\n|---|---|---|---|---|---|");
        for quantile in QUANTILES {
            for cap in CAPS {
                let (added, p50, p99, p999) = run(lanes, quantile, cap);
                let cap = if cap == CAPS[3] { "none".to_owned() } else { format!("{cap} medians + {SLACK_MS} ms") };
                println!("| {quantile} | {cap} | {added:.1} % | {p50} ms | {p99} ms | {p999} ms |");
            }
        }
    }
}
