//! Every chain with its lanes: looked up, updated from the settings, darkened by drills, stored and restored.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Chain;
use super::lane::Lane;
use super::lost::Lost;
use crate::cloud::evidence::Evidence;
use crate::cloud::ground::Ground;
use crate::cloud::label::OwnLabel;
use crate::cloud::local::{Nearness, nearness};
use crate::connectivity::Connectivity;
use crate::endpoint::{EndpointKey, LaneId};
use crate::heads::{HIGHEST, Head};
use crate::health::{Check, Health};
use crate::io::ClientId;
use crate::named::Named;
use crate::settings::{self, Dispute, Endpoint, Mode, Unconfirmed};

/// How long the first reads of a cold chain wait for a second lane's head, in ms. With only one head, a stale lane
/// cannot be recognised.
const HOLD_MS: u64 = 400;

/// Every chain with its lanes. No other part writes what is known about them.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    pub(super) chains: BTreeMap<u64, Chain>,
    pub(super) connectivity: Connectivity<Lost>,
    /// Endpoints that fail for good.
    pub(super) failing: BTreeSet<EndpointKey>,
    /// When something at the other end of the person's connection last responded, in ms.
    pub(super) heard: u64,
    /// Spreads the probes of many browsers over time, in ms.
    pub(super) jitter: u64,
    /// Health of the lanes before a drill darkened them. What happens in a drill must not be learnt.
    before: BTreeMap<EndpointKey, Health>,
}

/// The state of the lanes that outlives a worker.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) lanes: Vec<(EndpointKey, Health, Option<Head>)>,
    /// Newest block known for sure, by chain: pages may have been shown it.
    pub(crate) floors: BTreeMap<u64, u64>,
    /// The best heads known when each chain's lanes showed theirs, which decide whether a lane was behind.
    pub(crate) bests: BTreeMap<u64, Vec<Head>>,
}

impl Lanes {
    /// `jitter` spreads the probes of many browsers over time, in ms.
    pub(crate) fn new(jitter: u64) -> Self {
        Lanes { jitter, ..Lanes::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }

    pub(crate) fn chain(&self, id: u64) -> Option<&Chain> {
        self.chains.get(&id)
    }

    /// For the ranking, which records the first lane.
    pub(crate) fn chain_mut(&mut self, id: u64) -> Option<&mut Chain> {
        self.chains.get_mut(&id)
    }

    /// Every chain, by its id.
    pub(crate) fn chains(&self) -> impl Iterator<Item = &Chain> {
        self.chains.values()
    }

    pub(super) fn chains_mut(&mut self) -> impl Iterator<Item = &mut Chain> {
        self.chains.values_mut()
    }

    pub(crate) fn get(&self, id: LaneId) -> Option<&Lane> {
        self.chain(id.chain)?.lane(id.key)
    }

    pub(super) fn get_mut(&mut self, id: LaneId) -> Option<&mut Lane> {
        self.chain_mut(id.chain)?.lane_mut(id.key)
    }

    /// Whether this lane exists and may be asked.
    pub(crate) fn serves(&self, id: LaneId) -> bool {
        self.get(id).is_some_and(Lane::enabled)
    }

    /// Every lane of every chain.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Lane> {
        self.chains().flat_map(|chain| &chain.lanes)
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Lane> {
        self.chains_mut().flat_map(|chain| &mut chain.lanes)
    }

    /// Updates the chains from the settings. What is known about an endpoint stays as long as the endpoint does.
    pub(crate) fn rebuild(&mut self, chains: &[settings::Chain], evidence: &BTreeMap<EndpointKey, Vec<Evidence>>) {
        let mut old = std::mem::take(&mut self.chains);
        for wanted in chains {
            let mut chain = old.remove(&wanted.id).unwrap_or_else(|| Chain::new(wanted.id));
            let mut lanes = std::mem::take(&mut chain.lanes);
            chain.name.clone_from(&wanted.name);
            chain.mode = wanted.mode;
            chain.majority = wanted.dispute == Dispute::Majority;
            chain.strict = wanted.unconfirmed == Unconfirmed::Error;
            if wanted.mode != Mode::Off {
                for endpoint in &wanted.endpoints {
                    let key = endpoint.url.key(wanted.id);
                    let known = lanes.iter().position(|l| l.key == key).map(|at| lanes.swap_remove(at));
                    let evidence = evidence.get(&key).cloned().unwrap_or_default();
                    chain.lanes.push(match known {
                        Some(lane) => lane.with(endpoint.clone(), evidence),
                        None => Lane::new(key, endpoint.clone(), evidence),
                    });
                }
            }
            // Forgets what only a removed lane has shown.
            if !lanes.is_empty() || chain.lanes.iter().any(|l| !l.endpoint.enabled) {
                chain.heads.only(chain.lanes.iter().filter(|l| l.endpoint.enabled).filter_map(|l| l.head).collect());
            }
            self.chains.insert(wanted.id, chain);
        }
    }

    /// Updates each endpoint's ground. `of` gives the ground of one endpoint.
    pub(crate) fn assess(
        &mut self,
        evidence: &BTreeMap<EndpointKey, Vec<Evidence>>,
        of: impl Fn(&Endpoint, &[Evidence]) -> Ground,
    ) {
        for lane in self.all_mut() {
            if let Some(evidence) = evidence.get(&lane.key) {
                lane.evidence.clone_from(evidence);
            }
            lane.ground = of(&lane.endpoint, &lane.evidence);
        }
    }

    /// Updates how near each chain is, from settings and evidence. Returns `true` if that has changed.
    pub(crate) fn locate(&mut self, labels: &[OwnLabel]) -> bool {
        let mut moved = false;
        for chain in self.chains.values_mut() {
            for lane in &mut chain.lanes {
                lane.near = nearness(labels, lane.endpoint.url.host(), &lane.evidence);
            }
            let asked = chain.lanes.iter().filter(|lane| lane.endpoint.enabled);
            let each = asked.map(|lane| lane.near);
            chain.own = each.clone().next().is_some() && each.clone().all(|near| near != Nearness::Public);
            let near = Nearness::of_all(each);
            moved |= near != chain.nearness;
            chain.nearness = near;
        }
        moved
    }

    /// Darkens lanes on a drill's target, and restores them afterwards with the health they had.
    pub(crate) fn darken(&mut self, running: bool, is_dark: impl Fn(&Ground) -> bool) {
        let Lanes { chains, before, .. } = self;
        for lane in chains.values_mut().flat_map(|chain| &mut chain.lanes) {
            let dark = is_dark(&lane.ground);
            if dark && !lane.dark {
                before.insert(lane.key, lane.health.clone());
            }
            if lane.dark && !dark {
                lane.health = without_drill(before, lane);
            }
            lane.dark = dark;
        }
        if !running {
            before.clear();
        }
    }

    /// The browser's reason for a failed connection to this URL.
    pub(crate) fn note_cause(&mut self, url: &str, word: &str) {
        let lanes = self.all_mut().filter(|l| l.endpoint.url.request_url() == url);
        lanes.for_each(|lane| lane.cause = Some(word.to_owned()));
    }

    /// A document uses a chain.
    pub(crate) fn used(&mut self, now: u64, id: u64, client: ClientId) {
        let Some(chain) = self.chain_mut(id) else { return };
        if !chain.in_use(now) {
            chain.hold_until = now + HOLD_MS;
        }
        chain.users.insert(client);
        chain.last_used = now;
    }

    /// Drops documents that have closed or may no longer use a chain.
    pub(crate) fn keep_users(&mut self, may: impl Fn(&Chain, ClientId) -> bool) {
        for chain in self.chains_mut() {
            let mut users = std::mem::take(&mut chain.users);
            users.retain(|client| may(chain, *client));
            chain.users = users;
        }
    }

    /// A lane that was asked at this time has shown a block. Returns `false` if the block is not believed.
    pub(crate) fn shown(&mut self, now: u64, asked: u64, id: LaneId, number: u64) -> bool {
        self.chain_mut(id.chain).is_some_and(|chain| chain.shown(now, asked, id.key, number))
    }

    /// A lane that was asked at this time has returned a block that was requested by number or by hash.
    pub(crate) fn has_given(&mut self, now: u64, asked: u64, id: LaneId, named: Option<Named>, block: &str) {
        if let Some(chain) = self.chain_mut(id.chain) {
            chain.has_given(now, asked, id.key, named, block);
        }
    }

    /// A lane has returned this block as final. One lane alone does not prove what is immutable.
    pub(crate) fn finalize(&mut self, chain: u64, number: u64) {
        if let Some(chain) = self.chain_mut(chain).filter(|chain| number <= chain.sure()) {
            chain.heads.finalized = chain.heads.finalized.max(number);
        }
    }

    /// Endpoints that were failing in an earlier life of the worker.
    pub(crate) fn restore_failing(&mut self, is_failing: impl Fn(EndpointKey) -> bool) {
        self.failing = self.all().map(|l| l.key).filter(|key| is_failing(*key)).collect();
    }

    /// The state to store for the next worker, without anything learnt from a drill.
    pub(crate) fn keep(&self, now: u64) -> Kept {
        Kept {
            lanes: self.all().map(|l| (l.key, without_drill(&self.before, l), l.head)).collect(),
            bests: self.chains().map(|c| (c.id, c.bests())).collect(),
            floors: self.chains().map(|c| (c.id, c.next_floor(now))).collect(),
        }
    }

    /// Restores what an earlier life of the worker stored. Invalid values are ignored.
    pub(crate) fn restore(&mut self, now: u64, kept: Kept) {
        let known: BTreeMap<EndpointKey, (Health, Option<Head>)> =
            kept.lanes.into_iter().filter(|(_, h, _)| h.is_sound(now)).map(|(k, h, head)| (k, (h, head))).collect();
        for chain in self.chains.values_mut() {
            for lane in &mut chain.lanes {
                if let Some((health, head)) = known.get(&lane.key) {
                    lane.health = health.clone();
                    // The stored chain id is the right one, so it must not shut the endpoint out.
                    if lane.health.check == Check::Wrong(chain.id) {
                        lane.health.check = Check::Unknown;
                    }
                    lane.head = head.filter(|h| h.at <= now && h.number <= HIGHEST);
                }
            }
            let bests = kept.bests.get(&chain.id).into_iter().flatten().copied();
            // Ignores what only a removed endpoint has shown.
            let top = chain.lanes.iter().filter_map(|l| l.head).map(|h| h.number).max().unwrap_or(0);
            let bests = bests.filter(|h| h.at <= now && h.number <= top);
            chain.heads.only(chain.lanes.iter().filter_map(|l| l.head).chain(bests).collect());
            let known = kept.floors.get(&chain.id).copied().filter(|n| *n <= chain.reach(now));
            chain.floor = known.unwrap_or(0).max(chain.sure());
        }
    }
}

/// A lane's health from before a drill darkened it. A wrong chain that was found during the drill is real and stays.
fn without_drill(before: &BTreeMap<EndpointKey, Health>, lane: &Lane) -> Health {
    let mut health = match before.get(&lane.key) {
        Some(before) if lane.dark => before.clone(),
        _ => return lane.health.clone(),
    };
    if lane.health.check != Check::Unknown {
        health.check = lane.health.check;
    }
    health
}
