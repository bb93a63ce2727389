//! The chains Breakwater knows by name. `data/chains.json` is the one list of them.

mod chain;
mod table;

pub use chain::Chain;

use table::TABLE;

/// All of them, in the order they are offered.
pub fn all() -> impl Iterator<Item = &'static Chain> {
    TABLE.iter()
}

/// The chain with this id, where it is known.
pub fn get(id: u64) -> Option<&'static Chain> {
    all().find(|chain| chain.id == id)
}
