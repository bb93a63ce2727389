//! Where the endpoints stand, and what the person sees of it: verdicts, the badge, drills and incidents. This part only
//! returns commands for what the person should see.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::cloud::between::{Between, told_nat64};
use crate::cloud::drill::{Drill, Target};
use crate::cloud::evidence::{Evidence, remember};
use crate::cloud::ground::{Ground, assess};
use crate::cloud::incident::{IncidentView, Incidents, Notice, State};
use crate::cloud::table::{Atlas, TableError};
use crate::cloud::verdict::{self, ChainVerdict, Level};
use crate::endpoint::{EndpointKey, LaneId};
use crate::io::Command;
use crate::lanes::{Lane, Lanes};
use crate::lang::Lang;
use crate::route::Class;
use crate::settings::{Endpoint, Settings};

mod sources;

#[cfg(test)]
mod tests;

pub(crate) use sources::{Found, address, claims, failure, looked_up};

/// A resolver that does not answer is asked again after this many ms.
const AGAIN_MS: u64 = 10 * 60 * 1_000;
/// Colour of a warning's badge.
const RED: &str = "#b3261e";
/// Colour of a drill's badge.
const BLUE: &str = "#0b57d0";

/// Token of the browser session. Drills live in session storage, which ends with the session.
const SESSION: &str = "session";

/// What is known about the ground, and what the person was told about it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Language of badge titles and notifications.
    lang: Lang,
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
    drill: Option<Drill>,
    /// When the drill was last checked, in ms.
    drill_seen: u64,
    badge: Option<(String, String, String)>,
    /// Chains whose verdict the person has been warned about.
    warned: BTreeSet<u64>,
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
    pub(crate) fn set_locale(&mut self, lang: Lang, offset_min: i32) {
        (self.lang, self.offset_min) = (lang, offset_min);
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
    pub(crate) fn assess(&mut self, now: u64, lanes: &mut Lanes, settings: &Settings) -> Vec<Command> {
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
    pub(crate) fn start_drill(&mut self, now: u64, lanes: &mut Lanes, target: Target) -> Vec<Command> {
        let mut commands = self.stop_drill(now, lanes);
        self.drill = Some(Drill::start(now, target, SESSION));
        commands.extend(self.drill_changed(now, lanes));
        commands
    }

    #[must_use]
    pub(crate) fn stop_drill(&mut self, now: u64, lanes: &mut Lanes) -> Vec<Command> {
        if let Some(drill) = &mut self.drill {
            drill.stop(now);
        }
        self.drill_changed(now, lanes)
    }

    fn drill_changed(&mut self, now: u64, lanes: &mut Lanes) -> Vec<Command> {
        self.darken(now, lanes);
        let mut commands = self.show(now, lanes);
        commands.push(Command::Alarm { at: self.drill.as_ref().and_then(|d| d.ends(now)) });
        commands
    }

    /// When the drill ends by itself, in ms.
    pub(crate) fn wake(&self) -> Option<u64> {
        self.drill.as_ref().and_then(|d| d.ends(self.drill_seen))
    }

    /// A drill ends by itself.
    pub(crate) fn tick(&mut self, now: u64, lanes: &mut Lanes) -> Option<Vec<Command>> {
        self.drill_seen = now;
        let any_dark = lanes.all().any(Lane::is_dark);
        let over = self.drill.as_ref().is_some_and(|d| !d.running(now));
        let shown = any_dark || self.badge.as_ref().is_some_and(|(_, color, _)| color == BLUE);
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

    pub(crate) fn drill_view(&self, now: u64, lang: Lang) -> Option<crate::cloud::drill::DrillView> {
        self.drill.as_ref().map(|d| d.view(now, lang))
    }

    pub(crate) fn incident_views(&self, lang: Lang) -> Vec<IncidentView> {
        self.incidents.view(lang, self.offset_min)
    }

    /// A lane has begun to fail for good, or serves again: updates the incidents.
    #[must_use]
    pub(crate) fn feed(&mut self, now: u64, lanes: &Lanes, id: LaneId, state: State) -> Vec<Command> {
        let Some(lane) = lanes.get(id) else { return Vec::new() };
        let (name, ground) = (&lane.endpoint().name, lane.ground());
        let notices = self.incidents.feed(now, &id.key.to_string(), name, ground, state);
        self.notify(now, lanes, notices)
    }

    /// Removed endpoints no longer count as failing.
    #[must_use]
    pub(crate) fn keep_only(&mut self, now: u64, lanes: &Lanes) -> Vec<Command> {
        let keys: BTreeSet<String> = lanes.all().map(|lane| lane.key().to_string()).collect();
        let notices = self.incidents.keep_only(now, &keys);
        self.notify(now, lanes, notices)
    }

    fn notify(&mut self, now: u64, lanes: &Lanes, notices: Vec<Notice>) -> Vec<Command> {
        if notices.is_empty() {
            return Vec::new();
        }
        let views = self.incident_views(self.lang);
        let command = |notice: Notice| match notice {
            Notice::Opened { since_ms } => {
                let message = views.iter().find(|v| v.since_ms == since_ms)?.sentence.clone();
                Some(Command::Notify { id: format!("incident-{since_ms}"), message })
            }
            Notice::Ended { since_ms } => Some(Command::Unnotify { id: format!("incident-{since_ms}") }),
        };
        let mut commands: Vec<Command> = notices.into_iter().filter_map(command).collect();
        commands.extend(self.show(now, lanes));
        commands
    }

    /// Updates badge and warnings: a drill, an incident that goes on, or a chain that one failure would take
    /// down.
    fn show(&mut self, now: u64, lanes: &Lanes) -> Vec<Command> {
        let verdicts: Vec<(u64, ChainVerdict)> = lanes.chains().map(|c| (c.id(), c.verdict(self.lang))).collect();
        let mut commands = self.warn(&verdicts);
        let badge = self.badge_of(now, &verdicts);
        if self.badge.as_ref() != Some(&badge) {
            let (text, color, title) = badge.clone();
            self.badge = Some(badge);
            commands.push(Command::Badge { text, color, title });
        }
        commands
    }

    fn badge_of(&self, now: u64, verdicts: &[(u64, ChainVerdict)]) -> (String, String, String) {
        let warning = verdicts.iter().map(|(_, verdict)| verdict).find(|v| v.level == Level::Warning);
        let drill = self.drill.as_ref().filter(|d| d.running(now)).map(|d| d.view(now, self.lang).name);
        let incident = self.incidents.running(self.lang, self.offset_min);
        let (text, color, title) = match (&drill, &incident, warning) {
            (Some(name), ..) => {
                let title = self.lang.pick(format!("– Drill: {name}"), format!("– Exercice : {name}"));
                (self.lang.pick("DRILL", "EXER"), BLUE, title)
            }
            (None, Some(incident), _) => ("!!", RED, format!("– {}", incident.sentence)),
            (None, None, Some(verdict)) => ("!", RED, format!("– {}", verdict.sentence)),
            (None, None, None) => ("", RED, String::new()),
        };
        (text.to_owned(), color.to_owned(), format!("Breakwater {title}").trim_end().to_owned())
    }

    /// One notification for each chain whose endpoints share their ground, cleared when that is over.
    fn warn(&mut self, verdicts: &[(u64, ChainVerdict)]) -> Vec<Command> {
        let shared = |v: &ChainVerdict| v.level == Level::Warning && v.reason != verdict::Reason::Single;
        let news: Vec<(u64, String)> = verdicts
            .iter()
            .filter(|(id, v)| shared(v) && !self.warned.contains(id))
            .map(|(id, v)| (*id, v.sentence.clone()))
            .collect();
        let warns = |id: &u64| verdicts.iter().any(|(other, v)| other == id && v.level == Level::Warning);
        let (still, mended): (BTreeSet<u64>, BTreeSet<u64>) = self.warned.iter().partition(|id| warns(id));
        self.warned = still;
        self.warned.extend(news.iter().map(|(id, _)| *id));
        let taken_back = mended.into_iter().map(|id| Command::Unnotify { id: format!("verdict-{id}") });
        let news = news.into_iter().map(|(id, message)| Command::Notify { id: format!("verdict-{id}"), message });
        taken_back.chain(news).collect()
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
    pub(crate) fn restore(&mut self, now: u64, lanes: &mut Lanes, kept: Watched) -> Vec<Command> {
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
