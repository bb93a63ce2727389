//! Shared failure, named: lanes on one ground failing together.

use serde::Serialize;

/// One incident, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentView {
    /// One sentence: what fails, since when, who serves.
    pub sentence: String,
    /// Start, ms since the Unix epoch.
    pub since_ms: u64,
    /// End, ms since the Unix epoch, once it ended.
    pub ended_ms: Option<u64>,
}
