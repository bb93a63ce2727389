//! News of the lanes, for the parts that wait for it.

use crate::endpoint::LaneId;

/// News of the lanes, in the order in which it must be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Something was learnt that must be stored for the next worker.
    Learnt,
    /// The lane serves its chain, but its head is not known.
    Unshown(LaneId),
    /// The lane works, so its name may be resolved.
    Works(LaneId),
    /// It has begun to fail for good.
    Failing(LaneId),
    /// It serves again, or for the first time while others fail.
    Serving(LaneId),
    /// The lane serves another chain: none of its answers may be believed.
    Expelled,
    /// Its chain id is known, and it may be asked.
    Ready(LaneId),
    /// It cannot be asked.
    Gone(LaneId),
    /// It has shown its head.
    Shown(LaneId),
    /// It was asked for its head and did not show it.
    Silent(LaneId),
    /// More is known about the chain's lanes: reads that waited for this may go on.
    Warmer(u64),
    /// The chain has started over at a lower block.
    Reset(u64),
}
