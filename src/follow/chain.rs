//! One chain that has filters, and the requests in flight about it.

use std::collections::BTreeMap;

use super::canon::{Canon, Want};
use super::item::FeedKey;

/// What an internal request is for.
#[derive(Debug, Clone)]
pub(super) enum Task {
    Latest { chain: u64 },
    Header { chain: u64, want: Want },
    Logs { key: FeedKey, number: u64, hash: String },
    Range { key: FeedKey, from: u64, to: u64 },
}

/// The newest blocks of one chain that has filters.
#[derive(Debug, Default)]
pub(super) struct Follow {
    pub(super) canon: Canon,
    /// The request for the newest block, if one is in flight.
    pub(super) looking: Option<u64>,
    /// Whether the chain has started over and its newest block is not known yet.
    pub(super) reset: bool,
    /// Whether a newer block was announced after that request.
    pub(super) overtaken: bool,
    pub(super) next_look: u64,
    /// Header requests in flight.
    pub(super) wanted: BTreeMap<u64, Want>,
    /// Whether a header could not be read, so that nothing more is asked until the next look.
    pub(super) stuck: bool,
    /// Whether headers may be asked for by number. Not if that has failed since the last look.
    pub(super) guesses: bool,
    /// The best head of the chain at the last look.
    pub(super) best: u64,
}

impl Follow {
    pub(super) fn may_look(&self) -> bool {
        self.looking.is_none()
    }
}
