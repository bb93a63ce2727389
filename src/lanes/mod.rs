//! What is known of each endpoint, by chain: health, heads, chain-id checks, ground; and which one is asked first.
//!
//! ```text
//!  lane.rs      one endpoint of one chain            rank.rs     in which order lanes are tried
//!  chain.rs     one chain and its lanes              upkeep.rs   what a lane wants asked of itself
//!  belief.rs    which blocks of lanes are believed   shown.rs    which lanes have a block
//!  reset.rs     own chains that begin anew           lacking.rs  tags that a lane has nothing for
//! ```

use std::collections::BTreeMap;

mod belief;
mod chain;
mod lacking;
mod lane;
mod rank;
mod reset;
mod shown;
mod upkeep;

pub(crate) use chain::Chain;
pub(crate) use lane::Lane;
pub(crate) use rank::{Free, LaneRef, LastLane, OPERATION_READS, Wanted};
pub(crate) use reset::Said;
pub(crate) use upkeep::{Chore, POLL_MS, USED_MS};

use crate::endpoint::LaneId;

/// Every chain with its lanes.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    chains: BTreeMap<u64, Chain>,
}

impl Lanes {
    pub(crate) fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }

    pub(crate) fn chain(&self, id: u64) -> Option<&Chain> {
        self.chains.get(&id)
    }

    pub(crate) fn chain_mut(&mut self, id: u64) -> Option<&mut Chain> {
        self.chains.get_mut(&id)
    }

    /// Every chain, by its id.
    pub(crate) fn chains(&self) -> impl Iterator<Item = &Chain> {
        self.chains.values()
    }

    pub(crate) fn chains_mut(&mut self) -> impl Iterator<Item = &mut Chain> {
        self.chains.values_mut()
    }

    pub(crate) fn get(&self, id: LaneId) -> Option<&Lane> {
        self.chain(id.chain)?.lane(id.key)
    }

    pub(crate) fn get_mut(&mut self, id: LaneId) -> Option<&mut Lane> {
        self.chain_mut(id.chain)?.lane_mut(id.key)
    }

    /// Whether there is such a lane, and it may be asked.
    pub(crate) fn serves(&self, id: LaneId) -> bool {
        self.get(id).is_some_and(Lane::enabled)
    }

    /// Every lane of every chain.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Lane> {
        self.chains().flat_map(|chain| &chain.lanes)
    }

    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Lane> {
        self.chains_mut().flat_map(|chain| &mut chain.lanes)
    }

    /// Takes all chains out, to put them back one by one.
    pub(crate) fn take(&mut self) -> BTreeMap<u64, Chain> {
        std::mem::take(&mut self.chains)
    }

    pub(crate) fn insert(&mut self, chain: Chain) {
        self.chains.insert(chain.id, chain);
    }
}
