//! Random worlds: `cargo run --profile worlds --example worlds -- --count 100000 --seed 1 --threads 2`.
//!
//! World `i` of seed `S` is the world of seed `S + i`. A failing one is printed as a script, and `--count 1 --seed N`
//! reruns it alone (with `WORLD_TRACE=1`, event by event).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test program")]

#[path = "../tests/world/mod.rs"]
mod world;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use world::random::{run, told};

fn option(name: &str, usual: u64) -> u64 {
    let mut args = std::env::args().skip_while(|a| a != name).skip(1);
    args.next().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} takes a number, not {text}")))
}

fn main() -> ExitCode {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let (count, seed, threads) = (option("--count", 10_000), option("--seed", 1), option("--threads", cores).max(1));
    let (next, asked, answered, sends) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let failed = std::sync::Mutex::new(Vec::new());
    std::panic::set_hook(Box::new(|_| ()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count || failed.lock().unwrap().len() >= 20 {
                        break;
                    }
                    match played(seed.wrapping_add(i)) {
                        Ok(tally) => {
                            asked.fetch_add(tally.asked, Ordering::Relaxed);
                            answered.fetch_add(tally.answered, Ordering::Relaxed);
                            sends.fetch_add(tally.sends, Ordering::Relaxed);
                        }
                        Err(why) => failed.lock().unwrap().push((seed.wrapping_add(i), why)),
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    if let Some((seed, _)) = failed.first() {
        println!("{}", told(*seed));
        failed.iter().for_each(|(_, why)| println!("{why}"));
        println!("\nrerun one: WORLD_TRACE=1 cargo run --profile worlds --example worlds -- --count 1 --seed {seed}");
        return ExitCode::FAILURE;
    }
    let [asked, answered, sends] = [asked, answered, sends].map(AtomicU64::into_inner);
    println!(
        "{count} worlds kept every promise: {asked} requests, {answered} answered by a lane, {sends} sends (seed {seed})."
    );
    ExitCode::SUCCESS
}

/// A world. A panic in it is a broken promise too.
fn played(seed: u64) -> Result<world::random::Tally, String> {
    std::panic::catch_unwind(|| run(seed)).unwrap_or_else(|panic| {
        let text =
            panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Err(format!("world {seed}: panic: {}", text.unwrap_or_default()))
    })
}
