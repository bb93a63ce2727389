//! What popup and options are shown.

use serde::Serialize;

use super::site::SiteView;
use crate::cloud::ground::GroundView;
use crate::cloud::verdict::ChainVerdict;
use crate::settings::{Dispute, Mode, Unconfirmed};

/// Everything the popup and the options page show.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Snapshot {
    /// State of the site asked about.
    pub site: Option<SiteView>,
    /// Chains, in the person's order.
    pub chains: Vec<ChainView>,
    /// What one failure would take of all chains.
    pub overall: crate::cloud::verdict::OverallVerdict,
    /// Running drill.
    pub drill: Option<crate::cloud::drill::DrillView>,
    /// Incidents, newest first.
    pub incidents: Vec<crate::cloud::incident::IncidentView>,
    /// Date of the address data, `YYYY-MM-DD`.
    pub data_date: String,
    /// Sentence when the address data is older than a year.
    pub data_old: Option<String>,
    /// Why the stored settings could not be read, if they could not.
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
    /// What a page gets when nothing confirms an answer.
    pub unconfirmed: Unconfirmed,
    /// Whether a page uses it now.
    pub in_use: bool,
    /// Whether only sites that the person allowed may use it.
    pub consent: bool,
    /// Whether that is so because the person said so.
    pub ask_sites: bool,
    /// Endpoints, in the person's order.
    pub endpoints: Vec<EndpointView>,
    /// What Breakwater says of them.
    pub verdict: ChainVerdict,
}

/// One endpoint, as our own pages show it.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct EndpointView {
    /// Stable key of the endpoint in edits: 16 hex digits, says nothing of the URL.
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
    /// Median latency in ms, when known.
    pub p50_ms: Option<u64>,
    /// Newest block it has shown, when known.
    pub head: Option<u64>,
    /// Its WebSocket URL, redacted, when it has one.
    pub ws: Option<String>,
    /// Whether it is this endpoint that tells of the chain's new blocks, by WebSocket, now.
    pub live: bool,
}
