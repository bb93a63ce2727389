//! What stands around the questions while one of them is dealt with.

use super::request::{Asker, Request};
use crate::endpoint::LaneId;
use crate::health::Health;
use crate::io::ClientId;
use crate::lanes::{Lanes, LastLane};
use crate::settings::Settings;
use crate::wire::Wire;

/// What questions are asked with.
pub(crate) struct Means<'a> {
    pub(crate) now: u64,
    pub(crate) lanes: &'a mut Lanes,
    pub(crate) wire: &'a mut Wire,
    pub(crate) settings: &'a Settings,
    pub(crate) askers: &'a dyn Askers,
}

/// What a race has to know of those who ask. What a document is, nobody here knows.
pub(crate) trait Askers {
    /// How many requests a document has waiting.
    fn waiting(&self, client: ClientId) -> Option<usize>;
    /// The lane that its `latest` reads are on.
    fn last_lane(&self, client: ClientId, chain: u64) -> Option<LastLane>;
    /// What its own wallet has been like as a lane.
    fn wallet(&self, client: ClientId, chain: u64) -> Option<&Health>;
    /// Whether its own endpoint gave an error for this: a lane's is the second then.
    fn has_word(&self, asker: Asker) -> bool;
}

impl Means<'_> {
    /// Whether a lane has a place for one more of this origin.
    pub(super) fn has_place(&self, lane: LaneId, request: &Request) -> bool {
        self.wire.joining() == Some(lane)
            || self.lanes.get(lane).is_none_or(|l| self.wire.room().is_free(self.now, l.place(), request.place.0))
    }

    /// How long a request of this kind may take in all, ms.
    pub(super) fn deadline_ms(&self, request: &Request) -> u64 {
        request.spec.deadline_ms(self.settings.deadline_ms)
    }
}
