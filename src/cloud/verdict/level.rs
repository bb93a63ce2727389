//! How bad it is, and why.

use serde::Serialize;

/// How bad it is. A later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// No endpoint is enabled: the chain passes through to the wallet.
    None,
    /// Whichever operator, network or region goes dark, an endpoint is left.
    Survives,
    /// There is only one endpoint. That is a state, not an alarm.
    Single,
    /// It hangs on endpoints at hidden places, or on some that were not seen lately.
    CantTell,
    /// One failure takes all that answer.
    Shared,
    /// No endpoint answers.
    Dark,
}

/// Why the level is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// There is no endpoint.
    NoEndpoints,
    /// Whatever goes dark, one is left.
    Survives,
    /// There is only one endpoint.
    Single,
    /// Places are hidden, so the endpoints that are left may be on the same ground.
    Hidden,
    /// Some endpoints were not seen yet, or not lately.
    NotSeen,
    /// No endpoint can be reached, and the person may be offline.
    Offline,
    /// All endpoints share a domain.
    Shared,
    /// All that answer share a domain, or only one answers.
    Thin,
    /// None answers.
    AllDark,
}
