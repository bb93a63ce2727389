//! One chain that has filters, and what is asked of lanes about it.

use std::collections::BTreeMap;

use super::canon::{Canon, Want};
use super::item::Key;

/// What an internal request is for.
#[derive(Debug, Clone)]
pub(super) enum Task {
    Latest { chain: u64 },
    Header { chain: u64, want: Want },
    Logs { key: Key, number: u64, hash: String },
    Range { key: Key, from: u64, to: u64 },
}

/// The newest blocks of one chain that has filters.
#[derive(Debug, Default)]
pub(super) struct Follow {
    pub(super) canon: Canon,
    /// The request for the newest block, when one is out.
    pub(super) looking: Option<u64>,
    /// The chain begins anew, and its newest block is not known yet.
    pub(super) reset: bool,
    /// A newer block was told of since that was asked.
    pub(super) overtaken: bool,
    pub(super) next_look: u64,
    /// Headers that are on their way.
    pub(super) wanted: BTreeMap<u64, Want>,
    /// A header could not be had: no more of this until the next look.
    pub(super) stuck: bool,
    /// Whether headers are asked for by number; not when that has failed since the last look.
    pub(super) guesses: bool,
    /// The best head of the chain at the last look.
    pub(super) best: u64,
}

impl Follow {
    pub(super) fn may_look(&self) -> bool {
        self.looking.is_none()
    }
}
