//! The blocks that one page has been shown. Its block numbers never go back, and do not affect other pages.
//!
//! A page's numbers come from lanes, and from its own wallet, which may be on a developer's fork or made up by the
//! page. So each number is kept with its source, and numbers that the chain cannot have reached do not count. `reach`
//! is the highest block the lanes make possible ([`crate::lanes::Chain::reach`]).

use std::collections::BTreeMap;

use crate::endpoint::EndpointKey;
use crate::heads::HIGHEST;

/// Who showed a block to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ShownBy {
    Lane(EndpointKey),
    /// Blocks announced by subscriptions and filters.
    Followed,
    /// The page's own wallet.
    Wallet,
    /// The page's own wallet, if the lanes did not make the block possible at the time. Later they may.
    Claim,
    /// An earlier life of the core: the document reported the block, or was given the newest block of that life.
    Before,
}

/// The highest block that each source has shown to one page, by chain.
#[derive(Debug, Default)]
pub(super) struct Floors {
    shown: BTreeMap<u64, BTreeMap<ShownBy, u64>>,
    told: BTreeMap<u64, u64>,
}

impl Floors {
    /// Records a block that the page is about to be shown.
    pub(super) fn raise(&mut self, chain: u64, source: ShownBy, number: u64, reach: u64) {
        let shown = self.shown.entry(chain).or_default();
        if number <= HIGHEST && (reach == 0 || number <= reach) {
            let highest = shown.entry(source).or_default();
            *highest = number.max(*highest);
        } else if source == ShownBy::Wallet {
            shown.insert(ShownBy::Claim, number);
        }
    }

    /// The highest block that the page has been shown and that the chain can have reached. A block from a lane that
    /// still exists (`is_lane`) counts even if the lane has gone back since. While no lane has shown a block (`reach`
    /// is 0), earlier blocks from lanes still count, and the wallet's do not.
    pub(super) fn get(&self, chain: u64, reach: u64, is_lane: impl Fn(EndpointKey) -> bool) -> u64 {
        let counts = |source: &ShownBy, number: u64| match (source, reach) {
            (ShownBy::Lane(key), _) if is_lane(*key) => true,
            (_, 0) => !matches!(source, ShownBy::Wallet | ShownBy::Claim),
            _ => number <= reach,
        };
        let shown = self.shown.get(&chain).into_iter().flatten();
        shown.filter(|(source, number)| counts(source, **number)).map(|(_, number)| *number).max().unwrap_or(0)
    }

    /// The same, if the document has not been told yet. The document reports it to the next life of the core.
    pub(super) fn untold(&mut self, chain: u64, reach: u64, is_lane: impl Fn(EndpointKey) -> bool) -> Option<u64> {
        let floor = self.get(chain, reach, is_lane);
        let told = self.told.entry(chain).or_default();
        (floor > 0 && std::mem::replace(told, floor) != floor).then_some(floor)
    }

    /// The chain has started over: earlier blocks belong to another chain.
    pub(super) fn forget(&mut self, chain: u64) {
        self.shown.remove(&chain);
        self.told.remove(&chain);
    }

    /// The chains of which the page has been shown a block.
    pub(super) fn chains(&self) -> Vec<u64> {
        self.shown.keys().copied().collect()
    }
}
