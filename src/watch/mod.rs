//! Where the endpoints stand, and what the person sees of it: verdicts, the badge, drills and incidents. This part only
//! returns signals, which `words` puts into sentences.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::cloud::between::{Between, told_nat64};
use crate::cloud::blackout::{Light, Look, Turn};
use crate::cloud::drill::{Drill, Target};
use crate::cloud::evidence::{self, Evidence, remember};
use crate::cloud::ground::{Ground, assess};
use crate::cloud::incident::{Incidents, Notice, State};
use crate::cloud::table::{Atlas, TableError};
use crate::cloud::verdict::{self, Level};
use crate::endpoint::{EndpointKey, LaneId};
use crate::lanes::{Chain, Lane, Lanes, Plight};
use crate::route::Class;
use crate::settings::{Endpoint, Settings};

mod sources;

#[cfg(test)]
mod tests;

pub(crate) use sources::{Found, address, claims, failure, looked_up};

/// A resolver that does not answer is asked again after this many ms.
const AGAIN_MS: u64 = 10 * 60 * 1_000;

/// An answer is noted again after this many ms.
const NOTED_MS: u64 = 60 * 60 * 1_000;

/// Token of the browser session. Drills live in session storage, which ends with the session.
const SESSION: &str = "session";

/// What is known about the ground, and what the person was told about it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// BCP 47 tag of the person's language.
    language: String,
    /// The person's clock minus UTC, in minutes.
    offset_min: i32,
    atlas: Option<Atlas>,
    evidence: BTreeMap<EndpointKey, Vec<Evidence>>,
    /// What stands between the browser and the endpoints.
    between: Between,
    /// Whether the network's resolver was asked for its NAT64, and the first 96 bits if it has one.
    nat64_asked: bool,
    nat64: Option<u128>,
    /// When the names behind an endpoint were last asked for, in ms.
    names_asked: BTreeMap<EndpointKey, u64>,
    /// Whether there is evidence that is not stored yet.
    unsaved: bool,
    incidents: Incidents,
    /// Whether the person wants to be warned about a shared country or law too.
    law: bool,
    drill: Option<Drill>,
    /// When the drill was last checked, in ms.
    drill_seen: u64,
    /// What the badge stands for.
    badge: Badge,
    /// The badge as it was last shown.
    shown: Option<BadgeText>,
    /// Chains whose verdict the person has been warned about.
    warned: BTreeSet<u64>,
}

/// What the person should see now, as facts.
#[derive(Debug, PartialEq)]
pub(crate) enum Signal {
    /// An incident began or ended.
    Incident(Notice),
    /// No endpoint of a chain answers since this time, in ms.
    Dark {
        /// It identifies the blackout.
        since_ms: u64,
    },
    /// The blackout that began then is over.
    Light {
        /// It identifies the blackout.
        since_ms: u64,
    },
    /// One failure would take down all endpoints of this chain.
    Shared {
        /// EIP-155 id.
        chain: u64,
    },
    /// The warning about this chain is over.
    Cleared {
        /// EIP-155 id.
        chain: u64,
    },
    /// What the badge stands for now. Its title may have changed although this has not.
    Badge(Badge),
    /// The worker must be woken for the end of a drill, or for nothing any more.
    Alarm {
        /// When, in ms.
        at: Option<u64>,
    },
}

/// What the badge stands for: the most urgent of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Badge {
    /// Nothing.
    #[default]
    Empty,
    /// One failure would take down all endpoints of this chain.
    Warning(u64),
    /// An incident that goes on.
    Incident,
    /// A running drill.
    Drill,
    /// No endpoint of a chain answers.
    Dark,
}

/// A badge in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadgeText {
    pub(crate) text: &'static str,
    pub(crate) color: &'static str,
    pub(crate) title: String,
}

/// The state that outlives a worker within the browser session.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    pub(crate) drill: Option<String>,
    pub(crate) incidents: String,
    pub(crate) warned: BTreeSet<u64>,
}

impl Watch {
    /// Sets language and time zone of the person.
    pub(crate) fn set_locale(&mut self, language: String, offset_min: i32) {
        (self.language, self.offset_min) = (language, offset_min);
    }

    /// BCP 47 tag of the person's language.
    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// The person's clock minus UTC, in minutes.
    pub(crate) fn offset_min(&self) -> i32 {
        self.offset_min
    }

    pub(crate) fn set_atlas(&mut self, atlas: Atlas) {
        self.atlas = Some(atlas);
    }

    /// An address table that the person loaded.
    pub(crate) fn load_table(&mut self, base64: &str) -> Result<(), TableError> {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(base64.as_bytes());
        self.atlas = Some(bytes.map_err(|_| TableError::Magic).and_then(Atlas::from_bytes)?);
        Ok(())
    }

    /// Date of the address data, if there is any.
    pub(crate) fn data_date(&self) -> &str {
        self.atlas.as_ref().map_or("", Atlas::date)
    }

    pub(crate) fn evidence(&self) -> &BTreeMap<EndpointKey, Vec<Evidence>> {
        &self.evidence
    }

    pub(crate) fn evidence_of(&self, key: EndpointKey) -> &[Evidence] {
        self.evidence.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Restores what earlier sessions learnt.
    pub(crate) fn set_evidence(&mut self, evidence: BTreeMap<EndpointKey, Vec<Evidence>>) {
        self.evidence = evidence;
    }

    /// Adds a piece of evidence. Returns `true` if it says something new.
    pub(crate) fn note(&mut self, key: EndpointKey, evidence: Evidence) -> bool {
        let new = remember(self.evidence.entry(key).or_default(), evidence);
        self.unsaved |= new;
        new
    }

    /// An endpoint has answered. That is kept, so that verdicts need not ask it again after a restart. Returns `true` if
    /// it must be stored.
    pub(crate) fn note_answer(&mut self, now: u64, key: EndpointKey) -> bool {
        let list = self.evidence.entry(key).or_default();
        let due = evidence::answered(list).is_none_or(|at| now >= at + NOTED_MS);
        if due {
            remember(list, Evidence::answered(now));
            self.unsaved = true;
        }
        due
    }

    /// Whether the names behind an endpoint should be asked for now, because they were not asked for recently.
    fn may_ask_names(&mut self, now: u64, key: EndpointKey) -> bool {
        let may = self.names_asked.get(&key).is_none_or(|at| now >= at + AGAIN_MS);
        if may {
            self.names_asked.insert(key, now);
        }
        may
    }

    /// The resolver has changed, so it is asked for every name.
    pub(crate) fn forget_names(&mut self) {
        self.names_asked.clear();
    }

    /// Evidence of these endpoints that must be stored now.
    pub(crate) fn take_unsaved(
        &mut self,
        keys: &BTreeSet<EndpointKey>,
    ) -> Option<BTreeMap<&EndpointKey, &Vec<Evidence>>> {
        let unsaved = std::mem::take(&mut self.unsaved);
        unsaved.then(|| self.evidence.iter().filter(|(key, _)| keys.contains(key)).collect())
    }

    /// Where an endpoint stands, as far as is known.
    pub(crate) fn ground_of(&self, settings: &Settings, endpoint: &Endpoint, evidence: &[Evidence]) -> Ground {
        let operator = endpoint.operator.as_deref();
        let evidence = self.between.trusted(evidence);
        assess(self.atlas.as_ref(), &settings.labels, endpoint.url.host(), operator, &evidence)
    }

    /// Learns from the addresses of all endpoints what stands between them and the browser.
    fn look_between(&mut self, lanes: &Lanes) {
        let mut seen = Vec::new();
        for lane in lanes.all() {
            let observed = self.evidence_of(lane.key()).iter().filter_map(Evidence::observed_address);
            seen.extend(observed.map(|address| (lane.endpoint().url.host(), address)));
        }
        let Some(atlas) = &mut self.atlas else { return };
        atlas.set_nat64(None);
        self.between = Between::of(atlas, &seen);
        atlas.set_nat64(self.between.nat64().or(self.nat64));
    }

    /// Whether the resolver should be asked for the network's NAT64: once, if an endpoint is in an IPv6 network that nobody
    /// lists.
    fn may_ask_nat64(&mut self, lane: &Lane) -> bool {
        let Some(atlas) = self.atlas.as_ref().filter(|_| !self.nat64_asked) else { return false };
        let addresses = lane.evidence().iter().filter_map(Evidence::observed_address);
        let unlisted = |ip: IpAddr| atlas.look_up(ip).operator.is_none() && atlas.inside(ip).is_ipv6();
        self.nat64_asked = addresses.into_iter().any(unlisted);
        self.nat64_asked
    }

    /// What the network's resolver said of its NAT64.
    pub(crate) fn hear_nat64(&mut self, ips: &[String]) {
        self.nat64 = told_nat64(ips.iter().filter_map(|ip| ip.parse().ok()));
    }

    /// Updates grounds, drill and badge from settings, evidence and table.
    #[must_use]
    pub(crate) fn assess(&mut self, now: u64, lanes: &mut Lanes, settings: &Settings) -> Vec<Signal> {
        self.law = settings.warn_law;
        self.look_between(lanes);
        lanes.assess(&self.evidence, |endpoint, evidence| self.ground_of(settings, endpoint, evidence));
        self.darken(now, lanes);
        self.show(now, lanes)
    }

    /// Darkens lanes on a drill's target, and restores them afterwards with the health they had.
    fn darken(&mut self, now: u64, lanes: &mut Lanes) {
        let Some(drill) = &mut self.drill else { return lanes.darken(false, |_| false) };
        let running = drill.running(now);
        lanes.darken(running, |ground| drill.is_dark(now, ground));
        for chain in lanes.chains().filter(|_| running) {
            drill.count_chain(chain.id(), &chain.enabled().map(Lane::ground).collect::<Vec<_>>());
        }
    }

    #[must_use]
    pub(crate) fn start_drill(&mut self, now: u64, lanes: &mut Lanes, target: Target) -> Vec<Signal> {
        let mut signals = self.stop_drill(now, lanes);
        self.drill = Some(Drill::start(now, target, SESSION));
        signals.extend(self.drill_changed(now, lanes));
        signals
    }

    #[must_use]
    pub(crate) fn stop_drill(&mut self, now: u64, lanes: &mut Lanes) -> Vec<Signal> {
        if let Some(drill) = &mut self.drill {
            drill.stop(now);
        }
        self.drill_changed(now, lanes)
    }

    fn drill_changed(&mut self, now: u64, lanes: &mut Lanes) -> Vec<Signal> {
        self.darken(now, lanes);
        let mut signals = self.show(now, lanes);
        signals.push(Signal::Alarm { at: self.drill.as_ref().and_then(|d| d.ends(now)) });
        signals
    }

    /// When the drill ends by itself, in ms.
    pub(crate) fn wake(&self) -> Option<u64> {
        self.drill.as_ref().and_then(|d| d.ends(self.drill_seen))
    }

    /// A drill ends by itself.
    pub(crate) fn tick(&mut self, now: u64, lanes: &mut Lanes) -> Option<Vec<Signal>> {
        self.drill_seen = now;
        let any_dark = lanes.all().any(Lane::is_dark);
        let over = self.drill.as_ref().is_some_and(|d| !d.running(now));
        let shown = any_dark || self.badge == Badge::Drill;
        (over && shown).then(|| self.drill_changed(now, lanes))
    }

    /// A page has made a request, which a running drill counts.
    pub(crate) fn asked(&mut self, now: u64, class: Class) {
        match (&mut self.drill, class) {
            (Some(drill), Class::Broadcast) => drill.step_aside(now),
            (Some(drill), _) => drill.count_asked(now),
            (None, _) => {}
        }
    }

    /// A page was answered, which a running drill counts.
    pub(crate) fn answered(&mut self, now: u64, took_ms: u64, class: Class) {
        if let Some(drill) = self.drill.as_mut().filter(|_| class != Class::Broadcast) {
            drill.count_answered(now, took_ms);
        }
    }

    pub(crate) fn drill(&self) -> Option<&Drill> {
        self.drill.as_ref()
    }

    pub(crate) fn incidents(&self) -> &Incidents {
        &self.incidents
    }

    /// A lane has begun to fail for good, or serves again: updates the incidents. `place`: where it stands, in words
    /// that outlive a change of language.
    #[must_use]
    pub(crate) fn feed(&mut self, now: u64, lanes: &Lanes, (id, place): (LaneId, String), state: State) -> Vec<Signal> {
        let Some(lane) = lanes.get(id) else { return Vec::new() };
        let named = (id.key.to_string(), &lane.endpoint().name);
        let notices = self.incidents.feed(now, (&named.0, named.1, place), lane.ground(), state);
        self.notify(now, lanes, notices)
    }

    /// Removed endpoints no longer count as failing.
    #[must_use]
    pub(crate) fn keep_only(&mut self, now: u64, lanes: &Lanes) -> Vec<Signal> {
        let keys: BTreeSet<String> = lanes.all().map(|lane| lane.key().to_string()).collect();
        let notices = self.incidents.keep_only(now, &keys);
        self.notify(now, lanes, notices)
    }

    fn notify(&mut self, now: u64, lanes: &Lanes, notices: Vec<Notice>) -> Vec<Signal> {
        if notices.is_empty() {
            return Vec::new();
        }
        let mut signals: Vec<Signal> = notices.into_iter().map(Signal::Incident).collect();
        signals.extend(self.show(now, lanes));
        signals
    }

    /// Looks whether every chain in use has an endpoint that answers.
    pub(crate) fn look(&mut self, now: u64, lanes: &Lanes) -> Option<Vec<Signal>> {
        let light = |chain: &Chain| match lanes.plight(now, chain) {
            Plight::Fine => Light::On,
            Plight::Dark(since) if chain.in_use(now) => Light::Off(since),
            Plight::Dark(_) | Plight::Unreachable | Plight::Drill => Light::Unseen,
        };
        let looks: Vec<Look<'_>> = lanes
            .chains()
            .map(|chain| {
                let endpoints = chain.enabled().count();
                Look { chain: chain.id(), name: chain.name(), endpoints, light: light(chain) }
            })
            .collect();
        let mut signals = match self.incidents.dark(now, &looks)? {
            Turn::Began(since_ms) => vec![Signal::Dark { since_ms }],
            Turn::Ended(since_ms) => vec![Signal::Light { since_ms }],
            Turn::Changed => Vec::new(),
        };
        signals.extend(self.show(now, lanes));
        Some(signals)
    }

    /// A chain as its ground alone makes it: whether endpoints answer now is no matter for a warning, because races
    /// absorb that.
    pub(crate) fn by_ground<'a>(&self, chain: &'a Chain) -> verdict::Chain<'a> {
        verdict::Chain { law: self.law, ..verdict::Chain::answering(chain.name(), &chain.grounds()) }
    }

    /// Updates badge and warnings: a blackout, a drill, an incident that goes on, or a chain that one failure would take
    /// down.
    fn show(&mut self, now: u64, lanes: &Lanes) -> Vec<Signal> {
        let shares = |chain: &&Chain| self.by_ground(chain).level().0 == Level::Shared;
        let shared: BTreeSet<u64> = lanes.chains().filter(shares).map(Chain::id).collect();
        self.badge = self.badge_of(now, &shared);
        let mut signals = self.warn(shared);
        signals.push(Signal::Badge(self.badge));
        signals
    }

    fn badge_of(&self, now: u64, shared: &BTreeSet<u64>) -> Badge {
        if self.incidents.blackouts().running().is_some() {
            return Badge::Dark;
        }
        if self.drill.as_ref().is_some_and(|d| d.running(now)) {
            return Badge::Drill;
        }
        if self.incidents.is_open() {
            return Badge::Incident;
        }
        shared.first().map_or(Badge::Empty, |id| Badge::Warning(*id))
    }

    /// Takes the badge in words. Returns `true` if the person does not see it yet.
    pub(crate) fn is_new(&mut self, badge: &BadgeText) -> bool {
        let new = self.shown.as_ref() != Some(badge);
        if new {
            self.shown = Some(badge.clone());
        }
        new
    }

    /// One notification for each chain whose endpoints share their ground, cleared when that is over.
    fn warn(&mut self, shared: BTreeSet<u64>) -> Vec<Signal> {
        let (before, now) = (&self.warned, &shared);
        let cleared = before.iter().filter(|chain| !now.contains(chain)).map(|chain| Signal::Cleared { chain: *chain });
        let news = now.iter().filter(|chain| !before.contains(chain)).map(|chain| Signal::Shared { chain: *chain });
        let signals = cleared.chain(news).collect();
        self.warned = shared;
        signals
    }

    /// The state to store for the next worker.
    pub(crate) fn keep(&self) -> Watched {
        Watched {
            drill: self.drill.as_ref().map(Drill::save),
            incidents: self.incidents.save(),
            warned: self.warned.clone(),
        }
    }

    /// Restores what an earlier life of the worker stored, with the endpoints that were failing then.
    #[must_use]
    pub(crate) fn restore(&mut self, now: u64, lanes: &mut Lanes, kept: Watched) -> Vec<Signal> {
        self.incidents = Incidents::restore(&kept.incidents, now);
        lanes.restore_failing(|key| self.incidents.is_failing(&key.to_string()));
        self.warned = kept.warned;
        if let Some(drill) = kept.drill {
            self.drill = Drill::restore(&drill, SESSION).filter(|drill| !drill.is_to_come(now));
            self.darken(now, lanes);
        }
        self.show(now, lanes)
    }
}
