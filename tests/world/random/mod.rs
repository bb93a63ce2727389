//! Random worlds: a script is drawn from a seed and played, and every promise is checked. The seed alone repeats a
//! world.

mod draw;
mod judge;
mod play;
mod truth;

pub use draw::Script;
pub use judge::Judge;

use super::World;

/// Counts from a world that kept every promise.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub asked: u64,
    pub answered: u64,
    pub sends: u64,
}

/// Plays the world that `seed` draws. The error says which promise was broken, when, and by what.
pub fn run(seed: u64) -> Result<Tally, String> {
    let script = Script::draw(seed);
    play::play(&script)
}

/// The script of a world as text.
pub fn told(seed: u64) -> String {
    use std::fmt::Write as _;
    let script = Script::draw(seed);
    let mut text =
        format!("world {seed}\nchains {:?}\nbook {:?}\npages {:?}\n", script.chains, script.book, script.pages);
    for node in &script.nodes {
        let _ = writeln!(text, "node {node:?}");
    }
    for (at, act) in &script.acts {
        let _ = writeln!(text, "{at:>8} ms  {act:?}");
    }
    text
}
