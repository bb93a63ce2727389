//! Rows of the side-by-side bench, through the core and in virtual time:
//! `cargo run --profile worlds --example rows -- 300`.
//!
//! Each line sums up the given number of rows of 200 reads, eight at a time, each row from a core that knows nothing.
//! `docs/adr/0003-hedge-delay.md` says what it is for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "an experiment")]

#[path = "../tests/world/mod.rs"]
mod world;

use world::node::Fault;
use world::rows::{READS, Row, lanes, read};

fn print(name: &str, rows: &[Row]) {
    let sorted = |q: f64| {
        let mut all: Vec<u64> = rows.iter().map(|r| r.quantile(q)).collect();
        all.sort_unstable();
        all
    };
    let sends: Vec<f64> = rows.iter().map(Row::sends_per_read).collect();
    let (p50, p99) = (sorted(0.5), sorted(0.99));
    let mid = rows.len() / 2;
    println!(
        "| {name} | {} | {} | {} | {} | {:.1} % | {:.3} | {:.3} |",
        p50[mid],
        p99[mid],
        p99[rows.len() * 19 / 20],
        p99[rows.len() - 1],
        100.0 * p99.iter().filter(|ms| **ms > 250).count() as f64 / rows.len() as f64,
        sends.iter().sum::<f64>() / rows.len() as f64,
        sends.iter().copied().fold(0.0, f64::max),
    );
}

fn main() {
    let count: u64 = std::env::args().nth(1).map_or(200, |text| text.parse().expect("a number of rows"));
    println!(
        "| fault of the first lane | p50 | p99 | p99 of 19 in 20 rows | worst p99 | p99 over 250 ms | sends per read | most |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let faults = [
        ("none", None),
        ("10 % +3 s", Some(Fault::Tail(10, 3_000))),
        ("5 % +3 s", Some(Fault::Tail(5, 3_000))),
        ("20 % +3 s", Some(Fault::Tail(20, 3_000))),
        ("10 % +500 ms", Some(Fault::Tail(10, 500))),
        ("dark", Some(Fault::Dark)),
    ];
    for (name, fault) in faults {
        let rows: Vec<Row> = (0..count).map(|seed| read(&mut lanes(seed, fault), 1, READS, 0)).collect();
        print(name, &rows);
    }
    // A page that goes on reading, with pauses.
    for (name, fault) in faults {
        let long = |seed| {
            let mut world = lanes(seed, fault);
            (0..5).map(|i| read(&mut world, 1 + i * READS, READS, 500)).collect::<Vec<_>>()
        };
        let rows: Vec<Row> = (0..count / 5).flat_map(long).collect();
        print(&format!("{name}, half a second between reads"), &rows);
    }
}
