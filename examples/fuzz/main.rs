//! Fuzz targets for everything that comes from outside, without a nightly compiler.
//!
//! ```text
//! cargo run --profile worlds --example fuzz                      all targets, about ten seconds each
//! cargo run --profile worlds --example fuzz -- --target dns --seconds 3600 --seed 7
//! cargo run --profile worlds --example fuzz -- --target dns --replay target/fuzz/dns.input
//! ```
//!
//! A target starts with valid inputs, mutates them (`mutate.rs`, `json.rs`) and keeps each one whose outcome is new.
//! Without `--seconds` it runs a fixed count, and the same seed runs the same inputs. Seconds are processor time.
//! A broken promise is printed with its input in hex. If the process itself dies (a stack overflow), the last input is
//! in `DIR/NAME.input`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test program")]
#![allow(unreachable_pub, reason = "modules of a program")]

mod json;
mod mutate;
mod run;
mod targets;
#[path = "../../tests/world/mod.rs"]
mod world;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use run::{Limit, Report};
use targets::Target;

/// The stack size that wasm gives the core, so that recursion too deep for a browser fails here too.
const STACK: usize = 1024 * 1024;

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|a| a != name).nth(1)
}

fn number(name: &str) -> Option<u64> {
    option(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name} takes a number, not {text}")))
}

fn main() -> ExitCode {
    let wanted = option("--target");
    let chosen: Vec<&Target> =
        targets::ALL.iter().filter(|t| wanted.as_deref().is_none_or(|name| name == t.name)).collect();
    if chosen.is_empty() {
        println!("no such target; there are {}", targets::ALL.iter().map(|t| t.name).collect::<Vec<_>>().join(", "));
        return ExitCode::from(2);
    }
    if let Some(path) = option("--replay") {
        let input = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        println!("{}: {}", chosen[0].name, (chosen[0].run)(&input));
        return ExitCode::SUCCESS;
    }
    run::keep_panics();
    let reports = all(chosen);
    reports.iter().for_each(|report| println!("{report}"));
    let failed = reports.iter().filter(|report| !report.failures.is_empty()).count();
    println!("{} checked\n{failed} wrong", reports.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every target on its own thread, as many at once as there are cores.
fn all(chosen: Vec<&'static Target>) -> Vec<Report> {
    let (count, seconds, seed) = (number("--count"), number("--seconds"), number("--seed").unwrap_or(1));
    let dir = PathBuf::from(option("--dir").unwrap_or_else(|| "target/fuzz".to_owned()));
    std::fs::create_dir_all(&dir).expect("a folder for the last inputs");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let queue = Mutex::new(VecDeque::from(chosen));
    let reports = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(target) = { queue.lock().unwrap().pop_front() } {
                    let limit = seconds.map_or(Limit::Count(count.unwrap_or(target.count)), Limit::Seconds);
                    let thread = std::thread::Builder::new().name(format!("fuzz-{}", target.name)).stack_size(STACK);
                    let file = dir.join(format!("{}.input", target.name));
                    let report = thread.spawn(move || run::fuzz(target, seed, limit, &file)).unwrap().join();
                    reports.lock().unwrap().push(report.expect("the loop itself does not panic"));
                }
            });
        }
    });
    reports.into_inner().unwrap()
}
