//! One endpoint of one chain, with what is known about it.

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

/// One endpoint of one chain, with what is known about it.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(super) key: EndpointKey,
    pub(super) endpoint: Endpoint,
    /// Where its connections go (`scheme://host:port`), and how near that is.
    pub(super) authority: String,
    pub(super) near: Nearness,
    pub(super) health: Health,
    pub(super) head: Option<Head>,
    /// When the lane was asked for this head, ms.
    pub(super) head_asked: u64,
    /// The highest block it has shown.
    pub(super) top: u64,
    /// Tags that it lacks.
    pub(super) lacking: Lacking,
    pub(super) evidence: Vec<Evidence>,
    pub(super) ground: Ground,
    /// The send that checks the chain id, if one is in flight.
    pub(super) checking: Option<u64>,
    /// When that was last sent, in ms.
    pub(super) check_sent: u64,
    /// Earliest next check, in ms, and how many have failed in a row.
    pub(super) check_again: (u64, u32),
    /// When this life of the core last saw it serve the right chain, in ms.
    pub(super) confirmed: u64,
    /// Whether this is in doubt, so that it is checked again soon.
    pub(super) doubted: bool,
    /// The send of the light poll or a probe, if one is in flight.
    pub(super) polling: Option<u64>,
    /// When it last answered a page's question, in ms.
    pub(super) served: u64,
    /// When it was last polled, in ms.
    pub(super) polled: u64,
    /// Why its last request got no answer, in the browser's words.
    pub(super) cause: Option<String>,
    /// Whether a running drill darkens it.
    pub(super) dark: bool,
    /// A block that it claimed and that was not believed.
    pub(super) claim: Option<u64>,
}

impl Lane {
    /// A new lane: only the ground of its endpoint may be known.
    pub(super) fn new(key: EndpointKey, endpoint: Endpoint, evidence: Vec<Evidence>) -> Self {
        Lane {
            authority: endpoint.url.authority(),
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
            check_sent: 0,
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

    /// The same lane with the person's changed endpoint.
    pub(super) fn with(self, endpoint: Endpoint, evidence: Vec<Evidence>) -> Self {
        let mut lane = self;
        // A changed endpoint may be another server, so its chain is checked again.
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

    /// Where its connections go (`scheme://host:port`).
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// The newest block it has shown, and when.
    pub(crate) fn head(&self) -> Option<Head> {
        self.head
    }

    /// When the lane was asked for its head, ms.
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

    /// Whether a running drill darkens it.
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

    /// The secrets that no page may read, including the addresses at which it was reached.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = self.endpoint.secrets();
        let addresses = self.evidence.iter().flat_map(|e| e.fact.addresses());
        addresses.for_each(|ip| secrets.place(&ip.to_string()));
        secrets
    }
}
