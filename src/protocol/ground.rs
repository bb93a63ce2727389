//! Where endpoints stand, what that means and what failed there, ready to show. `words` fills it in.

use serde::{Deserialize, Serialize};

use crate::cloud::drill::Target;
use crate::cloud::ground::Domain;
use crate::cloud::verdict::{Level, Reason};

/// Where an endpoint stands, ready to show.
#[derive(Debug, Clone, Serialize, PartialEq, Default)]
pub struct GroundView {
    /// Chip text, for example `AWS us-east-1`, `Cloudflare (origin hidden)`, `unknown`.
    pub chip: String,
    /// Operator of the network, display name.
    pub network: Option<String>,
    /// Company that runs the RPC service, display name.
    pub operator: Option<String>,
    /// Region code.
    pub region: Option<String>,
    /// ISO 3166 country of the server.
    pub country: Option<String>,
    /// `us`, `us-nexus`, `none-known` or `unknown`.
    pub jurisdiction: String,
    /// CDN, anycast or tunnel: the origin cannot be seen.
    pub hidden: bool,
    /// Whether this comes from the person's own label and not from evidence.
    pub own_label: bool,
    /// Evidence, one sentence each.
    pub evidence: Vec<String>,
}

/// The verdict of one chain, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainVerdict {
    /// How bad it is.
    pub level: Level,
    /// Why.
    pub reason: Reason,
    /// A few words for a pill: `Survives any one outage`, `One cloud`.
    pub word: String,
    /// One sentence.
    pub sentence: String,
    /// How many endpoints answer, if some do not: `1 of 3 answers now.`
    pub health: Option<String>,
    /// How many endpoints are certainly left, whatever one operator, network or region goes dark.
    pub left: usize,
    /// What they share of country and law, in a few words each: stands beside the verdict, without a colour.
    pub beside: Vec<String>,
    /// The smallest change that clears it, if there is one.
    pub advice: Option<String>,
    /// The best of the presets that were tested, if adding it would help.
    pub offer: Option<OfferView>,
    /// Names of presets that could clear it and were not tested. Where one stands is learnt by a test.
    pub presets: Vec<String>,
    /// The domains that an endpoint must avoid to clear it.
    #[serde(skip)]
    pub avoid: Vec<Domain>,
    /// Every failure domain, worst first, with what is left when it goes dark.
    pub domains: Vec<DomainLine>,
    /// Herfindahl-Hirschman index over network groups, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// A tested preset that would help a chain's verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfferView {
    /// Display name.
    pub name: String,
    /// URL, to be added as it is.
    pub url: String,
    /// Key of the RPC operator.
    pub operator: String,
    /// Where it stands, in a few words.
    pub place: String,
    /// Round trip of the test, in ms.
    pub ms: u64,
    /// The chain's level with it.
    pub level: Level,
    /// One sentence that names it and says what adding it does.
    pub sentence: String,
}

/// What the failure of one domain would leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DomainLine {
    /// The domain.
    pub domain: Domain,
    /// Its display name.
    pub name: String,
    /// Endpoints on it.
    pub on: usize,
    /// Endpoints that are not on it and answered lately.
    pub left: usize,
    /// Those of them that are certainly elsewhere: seen, and not hidden.
    pub sure: usize,
    /// Survives, cannot be told or shared. None for a country or a law, which stand beside the verdict.
    pub level: Option<Level>,
}

/// The verdict over all chains, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverallVerdict {
    /// The worst level of any chain.
    pub level: Level,
    /// One sentence.
    pub sentence: String,
    /// Names of the chains of this level.
    pub worst: Vec<String>,
    /// Domains whose failure would take down whole chains, worst first.
    pub losses: Vec<ChainLoss>,
    /// Herfindahl-Hirschman index over network groups of all endpoints, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// The chains that the failure of one domain would take down.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainLoss {
    /// The domain.
    pub domain: Domain,
    /// Its display name.
    pub name: String,
    /// Names of the chains that would have no endpoint left.
    pub chains: Vec<String>,
}

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
    /// Transactions it stepped aside for.
    pub stepped_aside: u64,
    /// All of it in one sentence.
    pub sentence: String,
}

/// One incident, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentView {
    /// One sentence: what fails, since when, who serves.
    pub sentence: String,
    /// What to do now, if there is something and the incident goes on.
    pub advice: Option<String>,
    /// Chains of which no endpoint answers, or answered. Empty if others served.
    pub dark: Vec<u64>,
    /// Start, ms since the Unix epoch.
    pub since_ms: u64,
    /// End, ms since the Unix epoch, once it ended.
    pub ended_ms: Option<u64>,
}

/// One preset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// EIP-155 chain id.
    pub chain: u64,
    /// Display name.
    pub name: String,
    /// URL.
    pub url: String,
    /// Key of the RPC operator.
    pub operator: String,
    /// Whether it takes transactions privately.
    pub private: bool,
    /// What the operator says about the person's data, with a source.
    pub note: String,
    /// What a test of it has shown, if it was tested.
    pub test: Option<TestView>,
}

/// What the test of a preset has shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestView {
    /// Round trip in ms; none if it did not serve the chain.
    pub ms: Option<u64>,
    /// Where it stands, in a few words.
    pub place: String,
    /// The chain's level with it; none if it did not serve the chain.
    pub level: Option<Level>,
}
