//! What the questions borrow while one of them is handled.

use super::request::{Asker, Request};
use crate::endpoint::LaneId;
use crate::health::Health;
use crate::io::ClientId;
use crate::lanes::{Lanes, LastLane};
use crate::settings::Settings;
use crate::wire::Wire;

/// The parts and settings that a question needs.
pub(crate) struct Means<'a> {
    pub(crate) now: u64,
    pub(crate) lanes: &'a mut Lanes,
    pub(crate) wire: &'a mut Wire,
    pub(crate) settings: &'a Settings,
    pub(crate) askers: &'a dyn Askers,
}

/// What a race must know about those who ask. Documents themselves are unknown here.
pub(crate) trait Askers {
    /// How many requests of a document are waiting.
    fn waiting(&self, client: ClientId) -> Option<usize>;
    /// The lane that served the document's last `latest` read.
    fn last_lane(&self, client: ClientId, chain: u64) -> Option<LastLane>;
    /// How the document's wallet has performed as a lane.
    fn wallet(&self, client: ClientId, chain: u64) -> Option<&Health>;
    /// Whether the asker's own endpoint already gave an error for this. Then a lane's error is the second one.
    fn has_word(&self, asker: Asker) -> bool;
}

impl Means<'_> {
    /// Whether a lane has a free slot for one more request of this origin.
    pub(super) fn has_place(&self, lane: LaneId, request: &Request) -> bool {
        self.wire.joining() == Some(lane)
            || self
                .lanes
                .get(lane)
                .is_none_or(|l| self.wire.room().is_free(self.now, l.authority(), request.queue_key.0))
    }

    /// How long a request of this kind may take, ms.
    pub(super) fn deadline_ms(&self, request: &Request) -> u64 {
        request.spec.deadline_ms(self.settings.deadline_ms)
    }
}
