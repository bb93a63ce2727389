//! The trail: the last 200 races. No parameters, no URLs.

use serde::Serialize;

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
    /// From asking to answering, ms.
    pub took_ms: u64,
    /// Display name of the lane that answered, `wallet`, or none when all failed.
    pub answered_by: Option<String>,
    /// Why it ended so: one word.
    pub reason: String,
    /// The reason as a sentence.
    pub why: String,
    /// Lanes tried, in order.
    pub attempts: Vec<Attempt>,
}

/// One send of one race.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attempt {
    /// Display name of the endpoint, or `wallet`.
    pub lane: String,
    /// Why it was started: `best`, `hedge`, `fault`, `empty`, `stale`, `refused`, `unable`, `race`, `compare`, …
    pub started_for: String,
    /// After how long it was sent, ms from the start of the race.
    pub sent_ms: u64,
    /// How long it took, ms, once it ended.
    pub took_ms: Option<u64>,
    /// How it ended: `answer`, `chain-error`, `empty`, `stale`, `refused`, `unable`, `fault`, `disputed`, `cancelled`.
    pub outcome: String,
}
