//! One chain and its lanes.

use std::collections::BTreeSet;

use super::lane::Lane;
use crate::cloud::ground::Ground;
use crate::cloud::local::Nearness;
use crate::cloud::verdict::{self, ChainVerdict};
use crate::endpoint::EndpointKey;
use crate::heads::{Head, Heads};
use crate::io::ClientId;
use crate::lang::Lang;
use crate::route::WEIGHTS;
use crate::settings::Mode;

/// One chain.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) mode: Mode,
    pub(crate) majority: bool,
    /// Whether an answer that nothing confirms is none, where lanes are compared.
    pub(crate) strict: bool,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) heads: Heads,
    /// Newest block that an earlier life of the core knew for sure: pages may have been shown it.
    pub(crate) floor: u64,
    /// Newest block that was known for sure in this life, see [`Chain::sure`].
    pub(crate) surest: u64,
    pub(crate) users: BTreeSet<ClientId>,
    pub(crate) last_used: u64,
    /// Until when the first reads wait for a second lane, ms; once for all of them.
    pub(crate) hold_until: u64,
    /// How near its endpoints are: `Machine` when all of them are on this machine.
    pub(crate) nearness: Nearness,
    /// Whether each of them is on the person's own machine or network.
    pub(crate) own: bool,
    /// When a lane of such a chain first showed a lower block than before, until it is known why, ms.
    pub(crate) fell: Option<u64>,
    /// The lane that is first by now, by weight of the request.
    pub(super) first: [Option<EndpointKey>; WEIGHTS],
}

impl Chain {
    pub(crate) fn new(id: u64) -> Self {
        Chain {
            id,
            name: String::new(),
            mode: Mode::Off,
            majority: false,
            strict: false,
            lanes: Vec::new(),
            heads: Heads::default(),
            floor: 0,
            surest: 0,
            users: BTreeSet::new(),
            last_used: 0,
            hold_until: 0,
            nearness: Nearness::default(),
            own: false,
            fell: None,
            first: [None; WEIGHTS],
        }
    }

    pub(crate) fn lane(&self, key: EndpointKey) -> Option<&Lane> {
        self.lanes.iter().find(|l| l.key == key)
    }

    pub(crate) fn lane_mut(&mut self, key: EndpointKey) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|l| l.key == key)
    }

    /// The best head that was known when each lane showed its own; the same one once.
    pub(crate) fn bests(&self) -> Vec<Head> {
        let mut bests: Vec<Head> = self.lanes.iter().filter_map(|l| self.heads.then(l.head?)).collect();
        bests.sort_by_key(|h| (h.at, h.number));
        bests.dedup();
        bests
    }

    /// Whether transactions go to private endpoints only.
    pub(crate) fn is_private(&self) -> bool {
        self.lanes.iter().any(|l| l.endpoint.enabled && l.endpoint.private)
    }

    /// What Breakwater says of its endpoints.
    pub(crate) fn verdict(&self, lang: Lang) -> ChainVerdict {
        let endpoints: Vec<(&str, &Ground)> =
            self.lanes.iter().filter(|l| l.enabled()).map(|l| (l.endpoint.name.as_str(), &l.ground)).collect();
        verdict::judge(&self.name, &endpoints, lang)
    }
}
