//! What the ground costs, natively: `cargo bench --bench ground`. In wasm: `./build.sh bench ground`.
//!
//! Each line has the median of many rounds and the best one, which says more on a busy machine. There is no harness:
//! one screen of code compiles faster than a framework, and these figures show orders of magnitude rather than compare
//! commits.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a bench may panic
#![allow(clippy::disallowed_methods)] // and it needs the clock, which the core lacks
#![allow(unreachable_pub, reason = "shared with the same bench in wasm")]

#[path = "ground/work.rs"]
mod work;

use std::time::Instant;

use work::{STEPS, TABLE, Work};

const ROUNDS: usize = 21;

fn main() {
    println!("the table\t{} bytes", TABLE.len());
    let work = Work::new();
    for step in &STEPS {
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                (0..step.calls).for_each(|n| (step.call)(&work, n));
                start.elapsed().as_nanos() as f64 / step.calls as f64
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (unit, word) = step.unit;
        println!("{}\t{:.2} {word}, best {:.2}", step.name, times[ROUNDS / 2] / unit, times[0] / unit);
    }
}
