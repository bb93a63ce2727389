//! Changes in the lanes, for the parts that wait for them.

use crate::endpoint::LaneId;

/// A change in the lanes, in the order in which changes must be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Something was learnt that must be stored for the next worker.
    Learnt,
    /// The lane serves its chain, but its head is not known.
    Unshown(LaneId),
    /// The lane works, so its name may be resolved.
    Works(LaneId),
    /// The lane has begun to fail for good.
    Failing(LaneId),
    /// The lane serves again, or for the first time while others fail.
    Serving(LaneId),
    /// The lane serves another chain. None of its answers may be believed.
    Expelled,
    /// The lane's chain id is known, and it may be asked.
    Ready(LaneId),
    /// The lane cannot be asked.
    Gone(LaneId),
    /// The lane has shown its head.
    Shown(LaneId),
    /// The lane was asked for its head and did not show it.
    Silent(LaneId),
    /// More is known about the chain's lanes. Reads that waited for this may start.
    Warmer(u64),
    /// The chain has started over at a lower block.
    Reset(u64),
}
