//! One endpoint of one chain, with what is known of it.

use super::lacking::Lacking;
use crate::cloud::evidence::Evidence;
use crate::cloud::ground::Ground;
use crate::cloud::local::Nearness;
use crate::endpoint::EndpointKey;
use crate::heads::Head;
use crate::health::{Check, Health};
use crate::redact::Secrets;
use crate::route::Spec;
use crate::settings::Endpoint;

/// One endpoint of one chain, with what is known of it.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(super) key: EndpointKey,
    pub(super) endpoint: Endpoint,
    /// Where its connections go, and how near that is.
    pub(super) place: String,
    pub(super) near: Nearness,
    pub(super) health: Health,
    pub(super) head: Option<Head>,
    /// When it was asked for what it showed, ms.
    pub(super) head_asked: u64,
    /// The highest block it has shown.
    pub(super) top: u64,
    /// Tags that it has nothing for.
    pub(super) lacking: Lacking,
    pub(super) evidence: Vec<Evidence>,
    pub(super) ground: Ground,
    /// Send that checks the chain id, when one is out.
    pub(super) checking: Option<u64>,
    /// Earliest next check, ms, and how many have failed in a row.
    pub(super) check_again: (u64, u32),
    /// When it was last seen, in this life of the core, to serve the right chain, ms.
    pub(super) confirmed: u64,
    /// Something about it makes that doubtful: it is asked again soon.
    pub(super) doubted: bool,
    /// Send of the light poll or a probe, when one is out.
    pub(super) polling: Option<u64>,
    /// When it last answered a page's question, ms.
    pub(super) served: u64,
    /// When it was last polled, ms.
    pub(super) polled: u64,
    /// Why its last request got no answer, in the browser's words.
    pub(super) cause: Option<String>,
    /// A running drill holds it dark.
    pub(super) dark: bool,
    /// A block it named that nobody believed.
    pub(super) claim: Option<u64>,
}

impl Lane {
    /// A lane of which nothing is known but where its endpoint may stand.
    pub(super) fn new(key: EndpointKey, endpoint: Endpoint, evidence: Vec<Evidence>) -> Self {
        Lane {
            place: endpoint.url.place(),
            near: Nearness::default(),
            served: 0,
            key,
            endpoint,
            evidence,
            health: Health::default(),
            head: None,
            head_asked: 0,
            top: 0,
            lacking: Lacking::default(),
            ground: Ground::default(),
            checking: None,
            check_again: (0, 0),
            confirmed: 0,
            doubted: false,
            polling: None,
            polled: 0,
            cause: None,
            dark: false,
            claim: None,
        }
    }

    /// The same lane with its endpoint as the person has it now.
    pub(super) fn with(self, endpoint: Endpoint, evidence: Vec<Evidence>) -> Self {
        let mut lane = self;
        // A mended endpoint is another one: whether it serves the chain is asked anew.
        if lane.endpoint != endpoint && matches!(lane.health.check, Check::Wrong(_)) {
            lane.health.check = Check::Unknown;
        }
        Lane { endpoint, evidence, ..lane }
    }

    pub(crate) fn key(&self) -> EndpointKey {
        self.key
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where its connections go.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// The newest block it has shown, and when.
    pub(crate) fn head(&self) -> Option<Head> {
        self.head
    }

    /// When it was asked for what it showed, ms.
    pub(crate) fn head_asked(&self) -> u64 {
        self.head_asked
    }

    /// The highest block it has shown.
    pub(crate) fn top(&self) -> u64 {
        self.top
    }

    pub(crate) fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Why its last request got no answer, in the browser's words.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Whether a running drill holds it dark.
    pub(crate) fn is_dark(&self) -> bool {
        self.dark
    }

    /// Whether its chain id or its head is being asked for.
    pub(crate) fn is_asked(&self) -> bool {
        self.checking.is_some() || self.polling.is_some()
    }

    /// Whether its last chain-id checks failed.
    pub(crate) fn has_failed_checks(&self) -> bool {
        self.check_again.1 > 0
    }

    /// Whether it may be asked at all.
    pub(crate) fn enabled(&self) -> bool {
        self.endpoint.enabled && !matches!(self.health.check, Check::Wrong(_))
    }

    /// Whether it may be asked this method.
    pub(crate) fn serves(&self, spec: &Spec) -> bool {
        self.enabled() && (!spec.is_trace() || self.endpoint.traces)
    }

    pub(crate) fn ready(&self) -> bool {
        self.enabled() && self.health.check == Check::Right
    }

    /// What no page may read of it: also the addresses it was reached at.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = self.endpoint.secrets();
        let addresses = self.evidence.iter().flat_map(|e| e.fact.addresses());
        addresses.for_each(|ip| secrets.place(&ip.to_string()));
        secrets
    }
}
