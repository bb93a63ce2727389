//! Which lanes have a block that a request names.

use super::chain::Chain;
use super::lane::Lane;
use crate::endpoint::EndpointKey;
use crate::heads::{Head, NEAR};
use crate::jsonrpc;
use crate::named::Named;

/// A lane without a head may be asked for blocks this far below the newest one, because a healthy lane has them.
const NEW: u64 = 128;

impl Chain {
    /// Whether a block has been shown that this lane has not shown: the block that a request names, or, if neither the
    /// page nor another lane has shown it, the newest block of all others. For a lane without a head this applies to
    /// new blocks only.
    pub(crate) fn has_not_shown(&self, lane: &Lane, named: Option<Named>) -> bool {
        let Some(named) = named else { return false };
        let others = self.lanes.iter().filter(|l| l.key != lane.key && l.enabled()).filter_map(|l| l.head);
        let seen = Some(named.newest).filter(|_| named.seen);
        let Some(shown) = others.map(|h| h.number).chain(seen).max() else { return false };
        let own = lane.head.map_or(shown.saturating_sub(NEW), |head| head.number);
        own < named.newest.min(shown)
    }

    /// A lane that returns a block has it. Only a new block shows the lane's head, because every lane has the old
    /// ones.
    pub(super) fn has_given(&mut self, now: u64, asked: u64, key: EndpointKey, named: Option<Named>, block: &str) {
        let higher = |number: &u64| {
            let head = self.lane(key).and_then(|lane| lane.head);
            let shows = Head { number: *number, at: now };
            let is_new = || self.heads.best().is_some() && !self.is_behind(now, Some(shows), 0);
            named.is_none_or(|named| named.newest == *number)
                && head.is_none_or(|head| head.number < *number)
                && is_new()
        };
        if let Some(number) = jsonrpc::block_of(block, "number").filter(higher) {
            self.shown(now, asked, key, number);
        }
    }

    /// Whether this is a new block of the chain, which lanes without it will soon have.
    pub(crate) fn is_coming(&self, named: Named) -> bool {
        self.heads.best().is_some_and(|best| named.newest <= best && named.newest.saturating_add(NEAR) >= best)
    }
}
