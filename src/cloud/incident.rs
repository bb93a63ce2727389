//! Incidents: lanes on one ground fail together while lanes elsewhere do not.
//!
//! ```text
//!            two or more endpoints on one domain, all failing,        one of them serves again,
//!            and one that is not on it serving                        or is no longer there
//!   (quiet) ────────────────────────────────────────────► open ─────────────────────────────► ended
//!                     one notification                       ▲                                  │
//!                                                            └── same domain within 10 minutes ─┘
//! ```
//!
//! Feed it when an endpoint's breaker opens or closes, not with every single fault: one blip must not cause a
//! notification.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::blackout::{Blackouts, Look, Turn};
use super::ground::{Domain, DomainKind, Ground};
use super::kept::{MAX_COUNTED, MAX_KEPT, SAME_MS, is_short};

/// How an endpoint is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It fails.
    Failing,
    /// It answers.
    Serving,
}

/// The current state of one endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Lane {
    name: String,
    place: String,
    domains: Vec<Domain>,
    state: State,
    since_ms: u64,
}

/// One incident. Times in ms since the Unix epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub(crate) domain: Domain,
    pub(crate) since_ms: u64,
    pub(crate) ended_ms: Option<u64>,
    pub(crate) failing: usize,
    pub(crate) total: usize,
    pub(crate) served_by: Vec<String>,
}

/// The states of all endpoints, and the incidents derived from them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Incidents {
    lanes: BTreeMap<String, Lane>,
    /// Oldest first.
    kept: VecDeque<Incident>,
    /// Times in which a chain had no endpoint that answered.
    #[serde(default)]
    blackouts: Blackouts,
}

/// A new or ended incident. Each has an id, so that its notification can be cleared when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Show this notification once.
    Opened {
        /// Start of the incident, which identifies it.
        since_ms: u64,
    },
    /// It ended: clear the notification.
    Ended {
        /// Start of the incident, which identifies it.
        since_ms: u64,
    },
}

impl Incidents {
    /// The incidents that [`Incidents::save`] wrote. Invalid ones, and ones that begin in the future, are left out.
    pub fn restore(text: &str, now_ms: u64) -> Incidents {
        let mut read: Incidents = serde_json::from_str(text).unwrap_or_default();
        read.lanes.retain(|_, lane| lane.is_sound(now_ms));
        read.kept.retain(|incident| incident.is_sound(now_ms));
        while read.kept.len() > MAX_KEPT {
            read.kept.pop_front();
        }
        read.blackouts.retain_sound(now_ms);
        read
    }

    /// The incidents as text for session storage.
    pub fn save(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// An endpoint began to fail or to serve. `key` is its key, `name` its display name, and `place` says where it
    /// stands.
    pub fn feed(
        &mut self,
        now_ms: u64,
        (key, name, place): (&str, &str, String),
        ground: &Ground,
        state: State,
    ) -> Vec<Notice> {
        let since_ms = self.lanes.get(key).filter(|lane| lane.state == state).map_or(now_ms, |lane| lane.since_ms);
        let lane = Lane { name: name.to_owned(), place, domains: ground.domains(), state, since_ms };
        self.lanes.insert(key.to_owned(), lane);
        self.judge(now_ms)
    }

    /// Keeps only the endpoints that still exist.
    pub fn keep_only(&mut self, now_ms: u64, keys: &BTreeSet<String>) -> Vec<Notice> {
        self.lanes.retain(|key, _| keys.contains(key));
        self.judge(now_ms)
    }

    /// Whether one is open.
    pub fn is_open(&self) -> bool {
        self.running().is_some()
    }

    /// The open incident.
    pub(crate) fn running(&self) -> Option<&Incident> {
        self.kept.iter().find(|incident| incident.ended_ms.is_none())
    }

    /// The incidents, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Incident> {
        self.kept.iter().rev()
    }

    /// Judges whether any chain has no endpoint that answers. One that is not among them is gone.
    pub fn dark(&mut self, now_ms: u64, chains: &[Look<'_>]) -> Option<Turn> {
        self.blackouts.look(now_ms, chains)
    }

    /// Times in which a chain had no endpoint that answered.
    pub(crate) fn blackouts(&self) -> &Blackouts {
        &self.blackouts
    }

    /// Whether the endpoint with this key failed when it was last seen.
    pub fn is_failing(&self, key: &str) -> bool {
        self.lanes.get(key).is_some_and(|lane| lane.state == State::Failing)
    }

    fn judge(&mut self, now_ms: u64) -> Vec<Notice> {
        let mut notices = Vec::new();
        let lanes = &self.lanes;
        for incident in self.kept.iter_mut().filter(|incident| incident.ended_ms.is_none()) {
            match Count::of(lanes, &incident.domain) {
                Some(count) if count.is_shared_failure() => incident.take(count),
                _ => {
                    incident.ended_ms = Some(now_ms);
                    notices.push(Notice::Ended { since_ms: incident.since_ms });
                }
            }
        }
        // One cause makes one incident: while one is open, wider or narrower domains add nothing. In a blackout nobody
        // serves, whatever the last news of a lane was.
        if !self.is_open() && self.blackouts.running().is_none() {
            notices.extend(self.open(now_ms));
        }
        notices
    }

    /// Opens an incident for the narrowest domain that explains most of the failing endpoints.
    fn open(&mut self, now_ms: u64) -> Option<Notice> {
        let failing = self.lanes.values().filter(|lane| lane.state == State::Failing);
        let domains: BTreeSet<&Domain> = failing.flat_map(|lane| &lane.domains).collect();
        let counts = domains.into_iter().filter_map(|domain| Some((domain, Count::of(&self.lanes, domain)?)));
        let shared = counts.filter(|(_, count)| count.is_shared_failure());
        let (domain, count) = shared.max_by_key(|(domain, count)| (count.failing, narrowness(domain.kind)))?;
        let again = |old: &&mut Incident| {
            old.domain == *domain && old.ended_ms.is_some_and(|ended| now_ms.saturating_sub(ended) <= SAME_MS)
        };
        if let Some(old) = self.kept.iter_mut().rev().find(again) {
            old.ended_ms = None;
            old.take(count);
            return None;
        }
        let since_ms = count.since_ms;
        let mut new =
            Incident { domain: domain.clone(), since_ms, ended_ms: None, failing: 0, total: 0, served_by: Vec::new() };
        new.take(count);
        self.kept.push_back(new);
        while self.kept.len() > MAX_KEPT {
            self.kept.pop_front();
        }
        Some(Notice::Opened { since_ms })
    }
}

/// How the lanes on one domain and elsewhere are doing.
struct Count {
    failing: usize,
    total: usize,
    since_ms: u64,
    /// The lanes that the sentence names.
    served_by: Vec<String>,
    serving_elsewhere: usize,
    failing_elsewhere: usize,
}

impl Count {
    fn of(lanes: &BTreeMap<String, Lane>, domain: &Domain) -> Option<Count> {
        let on = |lane: &&Lane| lane.domains.contains(domain);
        let fails = |lane: &&Lane| lane.state == State::Failing;
        let here: Vec<&Lane> = lanes.values().filter(on).collect();
        let elsewhere: Vec<&Lane> = lanes.values().filter(|lane| !on(lane)).collect();
        let since_ms = here.iter().copied().filter(fails).map(|lane| lane.since_ms).min()?;
        let serving = elsewhere.iter().filter(|lane| lane.state == State::Serving);
        let mut names: Vec<String> = serving.clone().map(|lane| lane.label()).collect();
        names.sort();
        names.dedup();
        Some(Count {
            failing: here.iter().copied().filter(fails).count(),
            total: here.len(),
            since_ms,
            served_by: names,
            serving_elsewhere: serving.count(),
            failing_elsewhere: elsewhere.iter().copied().filter(fails).count(),
        })
    }

    /// Two or more are on this domain and all of them fail; elsewhere more serve than fail.
    fn is_shared_failure(&self) -> bool {
        self.total >= 2 && self.failing == self.total && self.serving_elsewhere > self.failing_elsewhere
    }
}

impl Lane {
    fn is_sound(&self, now_ms: u64) -> bool {
        let domains = self.domains.iter().all(|domain| is_short(&domain.key));
        self.since_ms <= now_ms && is_short(&self.name) && is_short(&self.place) && domains
    }

    /// How the sentence names a lane: where it stands, or its name if that is not known.
    fn label(&self) -> String {
        if self.domains.is_empty() { self.name.clone() } else { self.place.clone() }
    }
}

impl Incident {
    fn is_sound(&self, now_ms: u64) -> bool {
        let counted = self.failing <= self.total && self.total <= MAX_COUNTED;
        let served = self.served_by.len() <= MAX_COUNTED && self.served_by.iter().all(|name| is_short(name));
        let ended = self.ended_ms.is_none_or(|at| (self.since_ms..=now_ms).contains(&at));
        counted && served && ended && self.since_ms <= now_ms && is_short(&self.domain.key)
    }

    fn take(&mut self, count: Count) {
        self.failing = self.failing.max(count.failing);
        self.total = self.total.max(count.total);
        self.served_by = count.served_by;
    }
}

/// The narrowest domain that explains a failure says most.
fn narrowness(kind: DomainKind) -> u8 {
    match kind {
        DomainKind::Region => 4,
        DomainKind::Operator => 3,
        DomainKind::Network => 2,
        DomainKind::Country => 1,
        DomainKind::Jurisdiction => 0,
    }
}
