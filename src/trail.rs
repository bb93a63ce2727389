//! The trail: the last 200 races. No parameters, no URLs.

use std::collections::VecDeque;

use serde::Serialize;

use crate::race::End;

/// Races kept.
pub const LENGTH: usize = 200;

/// One race.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Start, ms since the Unix epoch.
    pub at_ms: u64,
    /// EIP-155 chain id.
    pub chain: u64,
    /// JSON-RPC method.
    pub method: String,
    /// Host name of the site that asked.
    pub site: String,
    /// Whether the page's own JSON-RPC call was rescued.
    pub rescued: bool,
    /// From the request to the answer, in ms.
    pub took_ms: u64,
    /// Display name of the lane that answered, `wallet`, or `None` if all failed.
    pub answered_by: Option<String>,
    /// Why it ended like this: one word.
    pub reason: String,
    /// The reason as a sentence.
    pub why: String,
    /// Lanes tried, in order.
    pub attempts: Vec<SendRecord>,
}

/// One send of one race.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SendRecord {
    /// Display name of the endpoint, or `wallet`.
    pub lane: String,
    /// Why it was started: `best`, `hedge`, `race`, `compare`, …, or how the lane before it ended.
    pub started_for: String,
    /// When it was sent, in ms from the start of the race.
    pub sent_ms: u64,
    /// How long it took, in ms, once it ended.
    pub took_ms: Option<u64>,
    /// How it ended: `answer`, `chain-error`, `empty`, `stale`, `refused`, `unable`, `fault`, `cancelled`,
    /// `pending`; `disputed` when another lane of a comparison answered something else, and none the same.
    pub outcome: String,
}

/// The last races, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    records: VecDeque<(Record, End)>,
}

impl Trail {
    /// A race ended. `words` fills in reason and sentence when they are read.
    pub fn push(&mut self, record: Record, end: End) {
        self.records.push_back((record, end));
        if self.records.len() > LENGTH {
            self.records.pop_front();
        }
    }

    /// The races with how they ended, oldest first.
    pub(crate) fn records(&self) -> impl DoubleEndedIterator<Item = &(Record, End)> {
        self.records.iter()
    }
}
