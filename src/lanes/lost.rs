//! A lost connection that a lane may be blamed for.

use crate::endpoint::LaneId;
use crate::route::Weight;

/// The lane that lost the connection, and the weight of the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    pub(super) lane: LaneId,
    pub(super) weight: Weight,
}
