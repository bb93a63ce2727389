//! Random worlds: 2,000 of them keep every promise of the design. `examples/worlds.rs` plays more.

#[path = "world/mod.rs"]
mod world;

#[test]
fn two_thousand_worlds_keep_every_promise() {
    for seed in 1..=2_000 {
        if let Err(why) = world::random::run(seed) {
            panic!("{why}\n{}", world::random::told(seed));
        }
    }
}
