//! What changes with the lanes, for whoever waits for it.

use crate::endpoint::LaneId;

/// News of the lanes, in the order in which it is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Something was learnt that outlives the worker.
    Learnt,
    /// The lane serves its chain, and nobody has heard lately how far it is.
    Unshown(LaneId),
    /// The lane works: what its name stands for may be asked.
    Works(LaneId),
    /// It has begun to fail for good.
    Failing(LaneId),
    /// It serves again, or for the first time while others fail.
    Serving(LaneId),
    /// A lane serves another chain: nothing of what it said is to be believed.
    Expelled,
    /// Its chain id is known, and it may be asked.
    Ready(LaneId),
    /// It cannot be asked.
    Gone(LaneId),
    /// It has shown how far it is.
    Shown(LaneId),
    /// It was to show how far it is, and did not.
    Silent(LaneId),
    /// The chain's lanes are known better: reads that waited for that may go on.
    Warmer(u64),
    /// The chain begins anew at a lower block.
    Reset(u64),
}
