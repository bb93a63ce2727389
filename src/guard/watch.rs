//! Where the endpoints stand, what that means, and what the person is told of it: evidence, verdicts, the
//! badge, drills and incidents.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::chains::{Chain, Lane};
use super::sends::{Brought, Job, Kind};
use super::{Command, Guard, HttpRequest};
use crate::cloud::dns::{self, Ask};
use crate::cloud::drill::{Drill, Target};
use crate::cloud::evidence::{Evidence, Fact, remember};
use crate::cloud::ground::{Ground, assess};
use crate::cloud::incident::{Incidents, Notice, State};
use crate::cloud::table::Atlas;
use crate::cloud::verdict::{self, ChainVerdict, Level};
use crate::endpoint::EndpointKey;
use crate::health::{Check, Health, Rest};
use crate::lang::Lang;
use crate::race::Outcome;
use crate::route::Class;
use crate::secret::Secret;
use crate::settings::{Endpoint, Settings};

/// Colour of a warning's badge.
const RED: &str = "#b3261e";
/// Colour of a drill's badge.
const BLUE: &str = "#0b57d0";
/// How long a resolver may take, ms.
const RESOLVE_MS: u64 = 4_000;
/// Age at which a name is resolved again, ms.
const RESOLVED_MS: u64 = 24 * 60 * 60 * 1_000;

/// Token of the browser session: drills live in session storage, which ends with it.
const SESSION: &str = "session";

/// What is known of the ground, and what was said of it.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) atlas: Option<Atlas>,
    pub(super) evidence: BTreeMap<EndpointKey, Vec<Evidence>>,
    pub(super) incidents: Incidents,
    pub(super) drill: Option<Drill>,
    /// Health of every lane when the drill began; what a drill teaches is not true.
    pub(super) before: BTreeMap<EndpointKey, Health>,
    /// When the drill was last looked at, ms.
    drill_seen: u64,
    failing: BTreeSet<EndpointKey>,
    badge: Option<(String, String, String)>,
    warned: BTreeSet<u64>,
    pub(super) evidence_dirty: bool,
}

impl Watch {
    /// A lane for an endpoint: the one known already, or a new one.
    pub(super) fn lane(&self, known: Option<Lane>, key: EndpointKey, endpoint: Endpoint) -> Lane {
        let evidence = self.evidence.get(&key).cloned().unwrap_or_default();
        match known {
            Some(mut lane) => {
                // A mended endpoint is another one: whether it serves the chain is asked anew.
                if lane.endpoint != endpoint && matches!(lane.health.check, Check::Wrong(_)) {
                    lane.health.check = Check::Unknown;
                }
                Lane { endpoint, evidence, ..lane }
            }
            None => Lane {
                key,
                endpoint,
                evidence,
                health: Health::default(),
                head: None,
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
            },
        }
    }

    pub(super) fn wake(&self) -> Option<u64> {
        self.drill.as_ref().and_then(|d| d.ends(self.drill_seen))
    }

    pub(super) fn asked(&mut self, now: u64, class: Class) {
        match (&mut self.drill, class) {
            (Some(drill), Class::Broadcast) => drill.step_aside(now),
            (Some(drill), _) => drill.count_asked(now),
            (None, _) => {}
        }
    }

    pub(super) fn answered(&mut self, now: u64, took_ms: u64, class: Class) {
        if let Some(drill) = self.drill.as_mut().filter(|_| class != Class::Broadcast) {
            drill.count_answered(now, took_ms);
        }
    }
}

/// Where an endpoint stands, as far as is known.
pub(super) fn ground_of(
    atlas: Option<&Atlas>,
    settings: &Settings,
    endpoint: &Endpoint,
    evidence: &[Evidence],
) -> Ground {
    assess(atlas, &settings.labels, endpoint.url.host(), endpoint.operator.as_deref(), evidence)
}

impl Chain {
    pub(super) fn verdict(&self, lang: Lang) -> ChainVerdict {
        let endpoints: Vec<(&str, &Ground)> =
            self.lanes.iter().filter(|l| l.enabled()).map(|l| (l.endpoint.name.as_str(), &l.ground)).collect();
        verdict::judge(&self.name, &endpoints, lang)
    }
}

impl Guard {
    /// The browser connected to an address for one of our requests.
    pub(super) fn address(&mut self, now: u64, url: &Secret, ip: &str) {
        let Ok(ip) = ip.trim_matches(['[', ']']).parse::<IpAddr>() else { return };
        let same = |e: &Endpoint| e.url.request_url() == url.expose();
        let mut keys: Vec<EndpointKey> =
            self.chains.values().flat_map(|c| &c.lanes).filter(|l| same(&l.endpoint)).map(|l| l.key).collect();
        keys.extend(self.panel_probes_of(url.expose()));
        for key in keys {
            self.note(now, key, Evidence::observed(ip, now));
        }
        self.panel_address(now, url.expose());
    }

    /// The browser's word for a failure; our own aborts are none.
    pub(super) fn network_error(&mut self, url: &Secret, error: &str) {
        let word: String =
            error.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_')).take(60).collect();
        if word.to_ascii_uppercase().contains("ABORT") {
            return;
        }
        let lanes = self.chains.values_mut().flat_map(|c| &mut c.lanes);
        for lane in lanes.filter(|l| l.endpoint.url.request_url() == url.expose()) {
            lane.cause = Some(word.clone());
        }
    }

    /// Response headers are claims: they add a layer, never remove one.
    pub(super) fn claims(&mut self, now: u64, chain: u64, key: EndpointKey, headers: &[(String, String)]) {
        if self.chains.get(&chain).and_then(|c| c.lane(key)).is_none() && self.panel_probes_of_key(key).is_none() {
            return;
        }
        let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        if let Some(evidence) = Evidence::headers(pairs, now) {
            self.note(now, key, evidence);
        }
    }

    fn note(&mut self, now: u64, key: EndpointKey, evidence: Evidence) {
        let list = self.watch.evidence.entry(key).or_default();
        if remember(list, evidence) {
            self.watch.evidence_dirty = true;
            self.save_soon(now);
            self.assess_all(now);
        }
    }

    pub(super) fn table(&mut self, now: u64, bytes: Vec<u8>) {
        if let Ok(atlas) = Atlas::from_bytes(bytes) {
            self.watch.atlas = Some(atlas);
            self.assess_all(now);
        }
    }

    /// Grounds, drill and badge follow from settings, evidence and table.
    pub(super) fn assess_all(&mut self, now: u64) {
        for chain in self.chains.values_mut() {
            for lane in &mut chain.lanes {
                if let Some(evidence) = self.watch.evidence.get(&lane.key) {
                    lane.evidence.clone_from(evidence);
                }
                lane.ground = ground_of(self.watch.atlas.as_ref(), &self.settings, &lane.endpoint, &lane.evidence);
            }
        }
        self.darken(now);
        self.show(now);
    }

    /// Lanes on a drill's target go dark, and come back with the health they had.
    fn darken(&mut self, now: u64) {
        let running = self.watch.drill.as_ref().is_some_and(|d| d.running(now));
        for chain in self.chains.values_mut() {
            for lane in &mut chain.lanes {
                let dark = self.watch.drill.as_ref().is_some_and(|d| d.is_dark(now, &lane.ground));
                if dark && !lane.dark {
                    self.watch.before.insert(lane.key, lane.health.clone());
                }
                if lane.dark && !dark {
                    // But which chain it serves was no pretence.
                    let check = lane.health.check;
                    lane.health = self.watch.before.remove(&lane.key).unwrap_or_default();
                    if check != Check::Unknown {
                        lane.health.check = check;
                    }
                }
                lane.dark = dark;
            }
            if let Some(drill) = self.watch.drill.as_mut().filter(|_| running) {
                let grounds: Vec<&Ground> = chain.lanes.iter().filter(|l| l.enabled()).map(|l| &l.ground).collect();
                drill.count_chain(chain.id, &grounds);
            }
        }
        if !running {
            self.watch.before.clear();
        }
    }

    pub(super) fn drill_start(&mut self, now: u64, target: Target) {
        self.drill_stop(now);
        self.watch.drill = Some(Drill::start(now, target, SESSION));
        self.drill_changed(now);
    }

    pub(super) fn drill_stop(&mut self, now: u64) {
        if let Some(drill) = &mut self.watch.drill {
            drill.stop(now);
        }
        self.drill_changed(now);
    }

    fn drill_changed(&mut self, now: u64) {
        self.darken(now);
        self.show(now);
        // A person's act, not a figure that is learnt again: it outlives a worker that dies in the next second.
        self.save_now(now);
    }

    pub(super) fn restore_drill(&mut self, now: u64, text: &str) {
        self.watch.drill = Drill::restore(text, SESSION);
        self.darken(now);
    }

    /// A drill ends by itself.
    pub(super) fn tick_watch(&mut self, now: u64) {
        self.watch.drill_seen = now;
        let any_dark = self.chains.values().any(|c| c.lanes.iter().any(|l| l.dark));
        let over = self.watch.drill.as_ref().is_some_and(|d| !d.running(now));
        if over && (any_dark || self.watch.badge.as_ref().is_some_and(|b| b.1 == BLUE)) {
            self.drill_changed(now);
        }
    }

    /// How a lane did: when it starts to fail for good, or serves again, incidents are judged anew.
    pub(super) fn watch_lane(&mut self, now: u64, chain: u64, key: EndpointKey, outcome: Outcome) {
        let Some(lane) = self.chains.get(&chain).and_then(|c| c.lane(key)).filter(|l| !l.dark) else { return };
        let down = matches!(lane.health.resting(now), Some((Rest::Faults | Rest::Silent, _)));
        let serves = matches!(outcome, Outcome::Answer | Outcome::ChainError | Outcome::Empty);
        let state = match (down, serves) {
            (true, false) if self.watch.failing.insert(key) => State::Failing,
            (false, true) if self.watch.failing.remove(&key) => State::Serving,
            // The first answer of a lane is news too: an incident needs somebody who serves.
            (false, true) if lane.health.last_answer() == Some(now) && self.watch.failing.len() > 1 => State::Serving,
            _ => return,
        };
        let notices = self.watch.incidents.feed(now, &key.to_string(), &lane.endpoint.name, &lane.ground, state);
        self.told(now, notices);
    }

    fn told(&mut self, now: u64, notices: Vec<Notice>) {
        if notices.is_empty() {
            return;
        }
        let views = self.watch.incidents.view(self.lang, self.offset_min);
        for notice in notices {
            match notice {
                Notice::Opened { since_ms } => {
                    if let Some(view) = views.iter().find(|v| v.since_ms == since_ms) {
                        let message = view.sentence.clone();
                        self.out.push_back(Command::Notify { id: format!("incident-{since_ms}"), message });
                    }
                }
                Notice::Ended { since_ms } => {
                    self.out.push_back(Command::Unnotify { id: format!("incident-{since_ms}") })
                }
            }
        }
        self.show(now);
    }

    /// What the badge says: a drill, or how many chains would be lost by one failure.
    pub(super) fn show(&mut self, now: u64) {
        let verdicts: Vec<(u64, ChainVerdict)> = self.chains.values().map(|c| (c.id, c.verdict(self.lang))).collect();
        let warnings: Vec<&(u64, ChainVerdict)> = verdicts.iter().filter(|(_, v)| v.level == Level::Warning).collect();
        let drill = self.watch.drill.as_ref().filter(|d| d.running(now)).map(|d| d.view(now, self.lang).name);
        let badge = match (&drill, warnings.first()) {
            (Some(name), _) => {
                let title = self.lang.pick("Drill", "Exercice");
                (self.lang.pick("DRILL", "EXER").to_owned(), BLUE.to_owned(), format!("Breakwater – {title}: {name}"))
            }
            (None, Some((_, verdict))) => {
                ("!".to_owned(), RED.to_owned(), format!("Breakwater – {}", verdict.sentence))
            }
            (None, None) => (String::new(), RED.to_owned(), "Breakwater".to_owned()),
        };
        let shared = |v: &ChainVerdict| v.level == Level::Warning && v.reason != verdict::Reason::Single;
        let news: Vec<(u64, String)> = verdicts
            .iter()
            .filter(|(id, v)| shared(v) && !self.watch.warned.contains(id))
            .map(|(id, v)| (*id, v.sentence.clone()))
            .collect();
        self.watch.warned.retain(|id| verdicts.iter().any(|(other, v)| other == id && v.level == Level::Warning));
        for (id, message) in news {
            self.watch.warned.insert(id);
            self.out.push_back(Command::Notify { id: format!("verdict-{id}"), message });
        }
        if self.watch.badge.as_ref() != Some(&badge) {
            let (text, color, title) = badge.clone();
            self.watch.badge = Some(badge);
            self.out.push_back(Command::Badge { text, color, title });
        }
    }

    pub(super) fn warned(&self) -> &BTreeSet<u64> {
        &self.watch.warned
    }

    pub(super) fn set_warned(&mut self, warned: BTreeSet<u64>) {
        self.watch.warned = warned;
    }

    /// What the browser's own resolver said of an endpoint's name.
    pub(super) fn looked_up(&mut self, now: u64, host: &str, ips: &[String]) {
        let ips: Vec<IpAddr> = ips.iter().filter_map(|ip| ip.parse().ok()).collect();
        if ips.is_empty() {
            return;
        }
        let lanes = self.chains.values().flat_map(|c| &c.lanes);
        let keys: Vec<EndpointKey> = lanes.filter(|l| l.endpoint.url.host() == host).map(|l| l.key).collect();
        for key in keys {
            self.note(now, key, Evidence::resolved(ips.clone(), now));
        }
    }

    /// Asks the browser's own resolver, where it can be asked: it tells all addresses of a name, a connection
    /// only one.
    pub(super) fn look_up(&mut self, now: u64, chain: u64, key: EndpointKey) {
        let Some(lane) = self.chains.get(&chain).and_then(|c| c.lane(key)) else { return };
        let fresh = |e: &Evidence| matches!(e.fact, Fact::Resolved { .. }) && e.at_ms + RESOLVED_MS > now;
        let host = lane.endpoint.url.host();
        if host.parse::<IpAddr>().is_err() && !host.starts_with('[') && !lane.evidence.iter().any(fresh) {
            self.out.push_back(Command::LookUp { host: host.to_owned() });
        }
    }

    /// Asks the resolver the person chose, if any, for the names behind an endpoint.
    pub(super) fn resolve(&mut self, now: u64, chain: u64, key: EndpointKey) {
        let Some(resolver) = self.settings.resolver.as_ref().map(|r| r.request_url()) else { return };
        let Some(lane) = self.chains.get(&chain).and_then(|c| c.lane(key)) else { return };
        let fresh = |e: &Evidence| matches!(e.fact, Fact::Doh { .. }) && e.at_ms + RESOLVED_MS > now;
        let host = lane.endpoint.url.host().to_owned();
        if lane.evidence.iter().any(fresh) || host.parse::<IpAddr>().is_ok() || host.starts_with('[') {
            return;
        }
        for ask in [Ask::A, Ask::Aaaa] {
            let Some(body) = dns::query(&host, ask) else { return };
            let send = self.number();
            let headers = vec![
                ("content-type".to_owned(), dns::MEDIA_TYPE.into()),
                ("accept".to_owned(), dns::MEDIA_TYPE.into()),
            ];
            let max_body_bytes = dns::MAX_REPLY_BYTES as u64;
            self.jobs.insert(send, Job { kind: Kind::Resolve, chain, key, sent: now, due: Some(now + RESOLVE_MS) });
            let http = HttpRequest { url: resolver.clone(), headers, body, max_body_bytes, all_headers: false };
            self.out.push_back(Command::Send { send, http });
        }
    }

    pub(super) fn resolved(&mut self, now: u64, job: &Job, brought: &Brought<'_>) {
        let Brought::Response { status: 200, body, .. } = brought else { return };
        let Some(host) = self.chains.get(&job.chain).and_then(|c| c.lane(job.key)).map(|l| l.endpoint.url.host())
        else {
            return;
        };
        let Ok(mut reply) = dns::parse(body, host) else { return };
        // The answers for IPv4 and IPv6 come apart and are one piece of evidence.
        for old in self.watch.evidence.get(&job.key).into_iter().flatten() {
            if let Fact::Doh { cnames, ips } = &old.fact
                && old.at_ms + RESOLVE_MS * 2 > now
            {
                reply.ips.extend(ips);
                if reply.cnames.is_empty() {
                    reply.cnames.clone_from(cnames);
                }
            }
        }
        self.note(now, job.key, Evidence::doh(reply.cnames, reply.ips, now));
    }
}
