//! The ground benchmark for wasm: `./build.sh bench ground` compiles it, and `tests/bench/ground.mjs` measures the
//! time. The native one is `benches/ground.rs`.

#![cfg(target_family = "wasm")]
#![allow(unsafe_code, reason = "wasm-bindgen's expansion")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may panic")]
#![allow(missing_docs, unreachable_pub, reason = "shared with the same bench natively")]

#[path = "../benches/ground/work.rs"]
mod work;

use wasm_bindgen::prelude::*;
use work::{STEPS, Work};

/// Everything that is measured.
#[wasm_bindgen]
pub struct Bench(Work);

#[wasm_bindgen]
impl Bench {
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default, reason = "JavaScript knows no Default")]
    pub fn new() -> Bench {
        Bench(Work::new())
    }

    /// Name, size of the unit in ns, unit, calls; undefined after the last one.
    pub fn step(&self, at: usize) -> Option<String> {
        let step = STEPS.get(at)?;
        Some(format!("{}\t{}\t{}\t{}", step.name, step.unit.0, step.unit.1, step.calls))
    }

    /// One round of one step.
    pub fn round(&self, at: usize) {
        let step = &STEPS[at];
        (0..step.calls).for_each(|n| (step.call)(&self.0, n));
    }
}
