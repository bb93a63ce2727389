//! Drills: a pretend outage that the person starts.

use serde::{Deserialize, Serialize};

use super::ground::Domain;

/// What goes dark: one failure domain.
pub type Target = Domain;

/// A running or finished drill, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrillView {
    /// What is dark.
    pub target: Target,
    /// Its display name.
    pub name: String,
    /// Start, ms since the Unix epoch.
    pub started_ms: u64,
    /// End, ms since the Unix epoch.
    pub ends_ms: u64,
    /// Whether it still runs.
    pub running: bool,
    /// Reads asked.
    pub asked: u64,
    /// Reads answered.
    pub answered: u64,
    /// Slowest answer, ms.
    pub slowest_ms: u64,
    /// Chains that would have been lost.
    pub lost: Vec<u64>,
}
