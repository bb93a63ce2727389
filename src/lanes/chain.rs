//! One chain and its lanes.

use std::collections::BTreeSet;

use super::lane::Lane;
use crate::chains;
use crate::cloud::ground::Ground;
use crate::cloud::local::Nearness;
use crate::endpoint::{EndpointKey, LaneId};
use crate::heads::{Head, Heads};
use crate::io::ClientId;
use crate::route::WEIGHTS;
use crate::settings::Mode;

/// One chain.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) mode: Mode,
    pub(super) majority: bool,
    /// Whether an unconfirmed answer counts as no answer when lanes are compared.
    pub(super) strict: bool,
    pub(super) lanes: Vec<Lane>,
    pub(super) heads: Heads,
    /// Newest block that an earlier life of the core was sure of. Pages may have been shown it.
    pub(super) floor: u64,
    /// Newest block that this life of the core was sure of, see [`Chain::sure`].
    pub(super) surest: u64,
    pub(super) users: BTreeSet<ClientId>,
    pub(super) last_used: u64,
    /// Until when the first reads wait for a second lane, in ms. All of them share this time.
    pub(super) hold_until: u64,
    /// How near its endpoints are: `Machine` if all of them are on this machine.
    pub(super) nearness: Nearness,
    /// Whether each of them is on the person's own machine or network.
    pub(super) own: bool,
    /// When a lane of such a chain first showed a lower block than before, in ms, until the reason is known.
    pub(super) fell: Option<u64>,
    /// The lane that is currently first, by weight of the request.
    pub(super) first: [Option<EndpointKey>; WEIGHTS],
}

impl Chain {
    pub(super) fn new(id: u64) -> Self {
        Chain {
            id,
            name: String::new(),
            mode: Mode::Off,
            majority: false,
            strict: false,
            lanes: Vec::new(),
            heads: Heads::of(chains::pace(id)),
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

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the majority wins when compared lanes disagree.
    pub(crate) fn is_majority(&self) -> bool {
        self.majority
    }

    /// Whether an unconfirmed answer counts as no answer when lanes are compared.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// How near its endpoints are: `Machine` if all of them are on this machine.
    pub(crate) fn nearness(&self) -> Nearness {
        self.nearness
    }

    /// Until when the first reads wait for a second lane, in ms. All of them share this time.
    pub(crate) fn hold_until(&self) -> u64 {
        self.hold_until
    }

    /// The newest block that any of its lanes has shown; 0 if none has.
    pub(crate) fn best(&self) -> u64 {
        self.heads.best().unwrap_or(0)
    }

    /// The newest block that is known to be final; 0 if none is.
    pub(crate) fn finalized(&self) -> u64 {
        self.heads.finalized
    }

    /// Whether a head is behind the blocks that lanes have shown, or below `floor`.
    pub(crate) fn is_behind(&self, now: u64, head: Option<Head>, floor: u64) -> bool {
        self.heads.behind(now, head, floor)
    }

    pub(crate) fn is_used_by(&self, client: ClientId) -> bool {
        self.users.contains(&client)
    }

    pub(crate) fn has_users(&self) -> bool {
        !self.users.is_empty()
    }

    pub(crate) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// Lanes that may be asked.
    pub(crate) fn enabled(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter().filter(|lane| lane.enabled())
    }

    /// Whether the core has a lane for its reads.
    pub(crate) fn is_guarded(&self) -> bool {
        self.enabled().next().is_some()
    }

    /// Names and grounds of the endpoints that may be asked.
    pub(crate) fn grounds(&self) -> Vec<(&str, &Ground)> {
        self.enabled().map(|lane| (lane.endpoint.name.as_str(), &lane.ground)).collect()
    }

    pub(crate) fn lane(&self, key: EndpointKey) -> Option<&Lane> {
        self.lanes.iter().find(|l| l.key == key)
    }

    pub(super) fn lane_mut(&mut self, key: EndpointKey) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|l| l.key == key)
    }

    pub(super) fn id_of(&self, key: EndpointKey) -> LaneId {
        LaneId { chain: self.id, key }
    }

    /// The best heads that were known when each lane showed its own, without repeats.
    pub(super) fn bests(&self) -> Vec<Head> {
        let mut bests: Vec<Head> = self.lanes.iter().filter_map(|l| self.heads.then(l.head?)).collect();
        bests.sort_by_key(|h| (h.at, h.number));
        bests.dedup();
        bests
    }

    /// Whether transactions go to private endpoints only.
    pub(crate) fn is_private(&self) -> bool {
        self.lanes.iter().any(|l| l.endpoint.enabled && l.endpoint.private)
    }
}
