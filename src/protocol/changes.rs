//! What importing settings would change, ready to show. `words` fills it in.

use serde::Serialize;

/// Changes that belong together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Their topic: a chain with its id, sites, labels.
    pub title: String,
    /// One change each.
    pub lines: Vec<ChangeLine>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeLine {
    /// The kind of change.
    pub sign: Sign,
    /// What changes.
    pub what: String,
    /// The value now, if there is one.
    pub before: Option<String>,
    /// The value afterwards, if there is one.
    pub after: Option<String>,
}

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// It is added.
    Added,
    /// It is removed.
    Removed,
    /// It has another value afterwards.
    Changed,
}
