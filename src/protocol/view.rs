//! What popup and options show.

use serde::Serialize;

use super::ground::{ChainVerdict, DrillView, GroundView, IncidentView, OverallVerdict};
use super::site::SiteView;
use crate::settings::{Dispute, Mode, Unconfirmed};

/// Everything the popup and the options page show.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Snapshot {
    /// State of the requested site.
    pub site: Option<SiteView>,
    /// Chains, in the person's order.
    pub chains: Vec<ChainView>,
    /// Which chains a single failure would take down.
    pub overall: OverallVerdict,
    /// Running drill.
    pub drill: Option<DrillView>,
    /// Incidents, newest first.
    pub incidents: Vec<IncidentView>,
    /// Whether the person wants to be warned about a shared country or law too.
    pub warn_law: bool,
    /// Date of the address data, `YYYY-MM-DD`.
    pub data_date: String,
    /// A sentence if the address data is older than a year.
    pub data_old: Option<String>,
    /// Why the stored settings could not be read, if that is so.
    pub settings_problem: Option<String>,
}

/// One chain.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct ChainView {
    /// EIP-155 id.
    pub id: u64,
    /// Display name.
    pub name: String,
    /// Mode the person chose.
    pub mode: Mode,
    /// What a page gets when compared lanes disagree.
    pub dispute: Dispute,
    /// What a page gets when no other lane confirms an answer.
    pub unconfirmed: Unconfirmed,
    /// Whether a page uses it now.
    pub in_use: bool,
    /// Whether only sites that the person allowed may use it.
    pub consent: bool,
    /// Whether that is because the person marked it.
    pub ask_sites: bool,
    /// Endpoints, in the person's order.
    pub endpoints: Vec<EndpointView>,
    /// Breakwater's verdict on them.
    pub verdict: ChainVerdict,
}

/// One endpoint, as our own pages show it.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct EndpointView {
    /// Stable key of the endpoint in edits: 16 hex digits that do not reveal the URL.
    pub key: String,
    /// Display name.
    pub name: String,
    /// URL with everything that may be a secret replaced by `…`.
    pub url: String,
    /// Whether it is asked at all.
    pub enabled: bool,
    /// Whether it takes transactions privately.
    pub private: bool,
    /// Whether it answers `debug_` and `trace_` reads.
    pub traces: bool,
    /// Where it stands.
    pub ground: GroundView,
    /// Health dot: `good`, `slow`, `resting`, `down`, `unknown`, `wrong-chain`, `no-permission`, `drill`.
    pub health: String,
    /// One sentence that explains the dot.
    pub why: String,
    /// Median latency in ms, if known, and if it answers now.
    pub p50_ms: Option<u64>,
    /// Newest block it has shown, if known.
    pub head: Option<u64>,
    /// Its WebSocket URL, redacted, if it has one.
    pub ws: Option<String>,
    /// Whether its WebSocket announces the chain's new blocks now.
    pub live: bool,
}
