//! The chains Breakwater knows by name. `data/chains.json` is the one list of them.

mod chain;
mod pace;
mod table;

pub use chain::Chain;
pub use pace::Pace;

use table::TABLE;

/// All of them, in the order they are offered.
pub fn all() -> impl Iterator<Item = &'static Chain> {
    TABLE.iter()
}

/// The chain with this id, where it is known.
pub fn get(id: u64) -> Option<&'static Chain> {
    all().find(|chain| chain.id == id)
}

/// How fast the chain with this id is.
pub fn pace(id: u64) -> Pace {
    get(id).and_then(|chain| chain.block_ms).map_or_else(Pace::default, Pace::of)
}
