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
    pub(crate) key: EndpointKey,
    pub(crate) endpoint: Endpoint,
    /// Where its connections go, and how near that is.
    pub(crate) place: String,
    pub(crate) near: Nearness,
    pub(crate) health: Health,
    pub(crate) head: Option<Head>,
    /// When it was asked for what it showed, ms.
    pub(crate) head_asked: u64,
    /// The highest block it has shown.
    pub(crate) top: u64,
    /// Tags that it has nothing for.
    pub(crate) lacking: Lacking,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) ground: Ground,
    /// Send that checks the chain id, when one is out.
    pub(crate) checking: Option<u64>,
    /// Earliest next check, ms, and how many have failed in a row.
    pub(crate) check_again: (u64, u32),
    /// When it was last seen, in this life of the core, to serve the right chain, ms.
    pub(crate) confirmed: u64,
    /// Something about it makes that doubtful: it is asked again soon.
    pub(crate) doubted: bool,
    /// Send of the light poll or a probe, when one is out.
    pub(crate) polling: Option<u64>,
    /// When it last answered a page's question, ms.
    pub(crate) served: u64,
    /// When it was last polled, ms.
    pub(crate) polled: u64,
    /// Why its last request got no answer, in the browser's words.
    pub(crate) cause: Option<String>,
    /// A running drill holds it dark.
    pub(crate) dark: bool,
    /// A block it named that nobody believed.
    pub(crate) claim: Option<u64>,
}

impl Lane {
    /// A lane of which nothing is known but where its endpoint may stand.
    pub(crate) fn new(key: EndpointKey, endpoint: Endpoint, evidence: Vec<Evidence>) -> Self {
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
    pub(crate) fn with(self, endpoint: Endpoint, evidence: Vec<Evidence>) -> Self {
        let mut lane = self;
        // A mended endpoint is another one: whether it serves the chain is asked anew.
        if lane.endpoint != endpoint && matches!(lane.health.check, Check::Wrong(_)) {
            lane.health.check = Check::Unknown;
        }
        Lane { endpoint, evidence, ..lane }
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
