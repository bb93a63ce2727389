//! Which lane to blame for a lost connection.

use crate::endpoint::LaneId;
use crate::route::Weight;

/// A lane that lost a connection, and what it was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    pub(super) lane: LaneId,
    pub(super) weight: Weight,
}
