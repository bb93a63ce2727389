//! What the person can choose, and its limits.

use serde::{Deserialize, Serialize};

use super::resolver::Resolver;
use crate::chains;
use crate::cloud::label::OwnLabel;
use crate::endpoint::{EndpointKey, EndpointUrl, SocketUrl};
use crate::redact::Secrets;
use crate::secret::Secret;

/// Largest settings text read, in bytes. A hundred endpoints on each of ten chains take a quarter of it.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// Most chains.
pub const MAX_CHAINS: usize = 200;
/// Most endpoints of one chain.
pub const MAX_ENDPOINTS: usize = 100;
/// Most own labels.
pub const MAX_LABELS: usize = 1_000;
/// Most sites in each list.
pub const MAX_SITES: usize = 5_000;
/// Most extra headers of one endpoint.
pub const MAX_HEADERS: usize = 20;
/// Most endpoints of all chains.
pub const MAX_ALL_ENDPOINTS: usize = MAX_CHAINS * MAX_ENDPOINTS;
/// Deadline of a request, in ms, unless the person set another.
pub const DEFAULT_DEADLINE_MS: u64 = 10_000;
/// Shortest and longest deadline, in ms.
pub const DEADLINE_MS: (u64, u64) = (500, 120_000);
/// Smallest and largest cap on a reply's body, in bytes.
pub const BODY_BYTES: (u64, u64) = (64 * 1024, 256 * 1024 * 1024);

/// Everything the person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long a request may take before the page falls back to its wallet, in ms.
    pub deadline_ms: u64,
    /// Largest reply body read, in bytes.
    pub max_body_bytes: u64,
    /// EIP-155 id of the chain Breakwater's own read-only provider is on.
    pub own_chain: u64,
    /// Chains in the person's order, each id once.
    pub chains: Vec<Chain>,
    /// Host names where Breakwater is off. Exact: `example.org` does not switch off `app.example.org`.
    pub sites_off: Vec<String>,
    /// Host names where the page's own JSON-RPC calls are not rescued.
    pub direct_off: Vec<String>,
    /// Own labels for address ranges and hosts.
    pub labels: Vec<OwnLabel>,
    /// Resolver for DNS over HTTPS. None by default, because it would learn which endpoints a person has.
    pub resolver: Option<Resolver>,
    /// Whether to warn when all endpoints of a chain are in one country or under one law.
    pub warn_law: bool,
}

/// One chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// EIP-155 id.
    pub id: u64,
    /// Display name.
    pub name: String,
    /// How its reads are answered.
    pub mode: Mode,
    /// What a page gets when compared lanes disagree.
    pub dispute: Dispute,
    /// What a page gets when only one compared lane could answer.
    pub unconfirmed: Unconfirmed,
    /// Whether sites need permission for this chain even if none of its endpoints is on the person's own network.
    pub ask_sites: bool,
    /// Host names that may use the chain if it needs permission. Exact.
    pub sites_allowed: Vec<String>,
    /// Host names that may not: the person is not asked again.
    pub sites_denied: Vec<String>,
    /// Endpoints in the person's order, each URL once.
    pub endpoints: Vec<Endpoint>,
}

/// One endpoint of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub url: EndpointUrl,
    /// Display name; never empty.
    pub name: String,
    /// Whether it is asked at all.
    pub enabled: bool,
    /// Takes transactions without showing them to the public mempool.
    pub private: bool,
    /// Answers `debug_` and `trace_` reads, which re-execute blocks.
    pub traces: bool,
    /// Extra request headers, for keys. Names are lower case, each once.
    pub headers: Vec<Header>,
    /// Company that runs it, if the person set one: a key of the operator table or a name.
    pub operator: Option<String>,
    /// WebSocket URL at which it announces new blocks.
    pub ws: Option<SocketUrl>,
}

impl Endpoint {
    /// An enabled endpoint with defaults for everything else.
    pub fn new(url: EndpointUrl, name: String) -> Self {
        Endpoint {
            url,
            name,
            enabled: true,
            private: false,
            traces: false,
            headers: Vec::new(),
            operator: None,
            ws: None,
        }
    }

    /// The secrets that must be cut out of its answers.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        self.url.secrets(&mut secrets);
        self.ws.iter().for_each(|ws| ws.secrets(&mut secrets));
        self.headers.iter().for_each(|header| secrets.header(header.value.expose()));
        secrets
    }
}

/// One extra request header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name in lower case.
    pub name: String,
    /// Value: often a key.
    pub value: Secret,
}

/// How a chain's reads are answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The best lane first, a second on different ground after a delay.
    #[default]
    Guard,
    /// All lanes at once.
    Race,
    /// The wallet first, lanes when it fails or stalls.
    Rescue,
    /// Two lanes on different ground must agree.
    Compare,
    /// The chain passes through to the wallet.
    Off,
}

/// What a page gets when compared lanes disagree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dispute {
    /// An error that says so.
    #[default]
    Error,
    /// The answer of two out of three, an error when there is no majority.
    Majority,
}

/// What a page gets when one lane answered and no other one could confirm it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unconfirmed {
    /// The answer, which the trail calls unconfirmed, so that reads go on through an outage.
    #[default]
    Answer,
    /// An error, so that silencing the other lanes does not make a lie believed.
    Error,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            deadline_ms: DEFAULT_DEADLINE_MS,
            max_body_bytes: 32 * 1024 * 1024,
            own_chain: 1,
            // Without endpoints: none is used silently.
            chains: chains::all().filter(|c| c.first).map(|c| Chain::new(c.id, c.name.to_owned())).collect(),
            sites_off: Vec::new(),
            direct_off: Vec::new(),
            labels: Vec::new(),
            resolver: None,
            warn_law: false,
        }
    }
}

impl Settings {
    /// The chain with this EIP-155 id.
    #[must_use]
    pub fn chain(&self, id: u64) -> Option<&Chain> {
        self.chains.iter().find(|chain| chain.id == id)
    }

    /// Whether Breakwater works on the site with this host name.
    #[must_use]
    pub fn site_on(&self, host: &str) -> bool {
        !has(&self.sites_off, host)
    }

    /// Whether the page's own JSON-RPC calls are rescued on the site with this host name.
    #[must_use]
    pub fn direct_on(&self, host: &str) -> bool {
        self.site_on(host) && !has(&self.direct_off, host)
    }
}

/// Whether a list of sites contains a host name, with or without a final dot.
fn has(sites: &[String], host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    sites.iter().any(|site| site == host)
}

impl Chain {
    /// A chain without endpoints.
    #[must_use]
    pub fn new(id: u64, name: String) -> Chain {
        Chain {
            id,
            name,
            mode: Mode::default(),
            dispute: Dispute::default(),
            unconfirmed: Unconfirmed::default(),
            ask_sites: false,
            sites_allowed: Vec::new(),
            sites_denied: Vec::new(),
            endpoints: Vec::new(),
        }
    }

    /// Whether the person allowed a site to use this chain; `None` if they have not decided.
    #[must_use]
    pub fn consent(&self, host: &str) -> Option<bool> {
        let has = |list: &[String]| list.iter().any(|site| site == host);
        if has(&self.sites_denied) { Some(false) } else { has(&self.sites_allowed).then_some(true) }
    }

    /// Endpoints that are asked: the enabled ones, or none if the mode is off.
    pub fn enabled(&self) -> impl Iterator<Item = &Endpoint> {
        let on = self.mode != Mode::Off;
        self.endpoints.iter().filter(move |endpoint| on && endpoint.enabled)
    }

    /// The endpoint with this key.
    #[must_use]
    pub fn endpoint(&self, key: EndpointKey) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.url.key(self.id) == key)
    }
}
