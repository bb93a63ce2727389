//! What the grounds of the endpoints mean, and what the person is told of it: verdicts, the badge, drills and
//! incidents.

use std::collections::{BTreeMap, BTreeSet};

use super::Guard;
use crate::cloud::drill::{Drill, Target};
use crate::cloud::evidence::Evidence;
use crate::cloud::ground::{Ground, assess};
use crate::cloud::incident::{Incidents, Notice, State};
use crate::cloud::table::Atlas;
use crate::cloud::verdict::{self, ChainVerdict, Level};
use crate::endpoint::{EndpointKey, LaneId};
use crate::io::Command;
use crate::lanes::Lane;
use crate::route::Class;
use crate::settings::{Endpoint, Settings};

/// Colour of a warning's badge.
const RED: &str = "#b3261e";
/// Colour of a drill's badge.
const BLUE: &str = "#0b57d0";

/// Token of the browser session: drills live in session storage, which ends with it.
const SESSION: &str = "session";

/// What is known of the ground, and what was said of it.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) atlas: Option<Atlas>,
    pub(super) evidence: BTreeMap<EndpointKey, Vec<Evidence>>,
    pub(super) incidents: Incidents,
    pub(super) drill: Option<Drill>,
    /// When the drill was last looked at, ms.
    drill_seen: u64,
    /// When the names behind an endpoint were last asked for, ms.
    pub(super) names_asked: BTreeMap<EndpointKey, u64>,
    badge: Option<(String, String, String)>,
    warned: BTreeSet<u64>,
    pub(super) evidence_dirty: bool,
}

impl Watch {
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

impl Guard {
    pub(super) fn table(&mut self, now: u64, bytes: Vec<u8>) {
        if let Ok(atlas) = Atlas::from_bytes(bytes) {
            self.watch.atlas = Some(atlas);
            self.assess_all(now);
        }
    }

    /// Grounds, drill and badge follow from settings, evidence and table.
    pub(super) fn assess_all(&mut self, now: u64) {
        let Guard { lanes, watch, settings, .. } = self;
        lanes.assess(&watch.evidence, |endpoint, evidence| {
            ground_of(watch.atlas.as_ref(), settings, endpoint, evidence)
        });
        self.darken(now);
        self.show(now);
        self.locate(now);
    }

    /// Lanes on a drill's target go dark, and come back with the health they had.
    fn darken(&mut self, now: u64) {
        let Guard { lanes, watch, .. } = self;
        let Some(drill) = &mut watch.drill else { return lanes.darken(false, |_| false) };
        let running = drill.running(now);
        lanes.darken(running, |ground| drill.is_dark(now, ground));
        for chain in lanes.chains().filter(|_| running) {
            drill.count_chain(chain.id(), &chain.enabled().map(Lane::ground).collect::<Vec<_>>());
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
        let at = self.watch.drill.as_ref().and_then(|d| d.ends(now));
        self.out.push_back(Command::Alarm { at });
        // A person's act, not a figure that is learnt again: it outlives a worker that dies in the next second.
        self.save_now(now);
    }

    pub(super) fn restore_drill(&mut self, now: u64, text: &str) {
        self.watch.drill = Drill::restore(text, SESSION).filter(|drill| !drill.is_to_come(now));
        self.darken(now);
    }

    /// A drill ends by itself.
    pub(super) fn tick_watch(&mut self, now: u64) {
        self.watch.drill_seen = now;
        let any_dark = self.lanes.all().any(Lane::is_dark);
        let over = self.watch.drill.as_ref().is_some_and(|d| !d.running(now));
        if over && (any_dark || self.watch.badge.as_ref().is_some_and(|b| b.1 == BLUE)) {
            self.drill_changed(now);
        }
    }

    /// A lane has begun to fail for good, or serves again: incidents are judged anew.
    pub(super) fn feed_incidents(&mut self, now: u64, id: LaneId, state: State) {
        let Some(lane) = self.lanes.get(id) else { return };
        let (name, ground) = (&lane.endpoint().name, lane.ground());
        let notices = self.watch.incidents.feed(now, &id.key.to_string(), name, ground, state);
        self.told(now, notices);
    }

    /// Incidents of an earlier life of the worker, with the endpoints that were failing in it.
    pub(super) fn restore_incidents(&mut self, now: u64, text: &str) {
        self.watch.incidents = Incidents::restore(text, now);
        self.lanes.restore_failing(|key| self.watch.incidents.is_failing(&key.to_string()));
    }

    pub(super) fn told(&mut self, now: u64, notices: Vec<Notice>) {
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

    /// What the badge says: a drill, an outage that goes on, or a chain that one failure would take.
    pub(super) fn show(&mut self, now: u64) {
        let verdicts: Vec<(u64, ChainVerdict)> = self.lanes.chains().map(|c| (c.id(), c.verdict(self.lang))).collect();
        let warnings: Vec<&(u64, ChainVerdict)> = verdicts.iter().filter(|(_, v)| v.level == Level::Warning).collect();
        let drill = self.watch.drill.as_ref().filter(|d| d.running(now)).map(|d| d.view(now, self.lang).name);
        let incident = self.watch.incidents.running(self.lang, self.offset_min);
        let badge = match (&drill, &incident, warnings.first()) {
            (Some(name), ..) => {
                let title =
                    self.lang.pick(format!("Breakwater – Drill: {name}"), format!("Breakwater – Exercice : {name}"));
                (self.lang.pick("DRILL", "EXER").to_owned(), BLUE.to_owned(), title)
            }
            (None, Some(incident), _) => {
                ("!!".to_owned(), RED.to_owned(), format!("Breakwater – {}", incident.sentence))
            }
            (None, None, Some((_, verdict))) => {
                ("!".to_owned(), RED.to_owned(), format!("Breakwater – {}", verdict.sentence))
            }
            (None, None, None) => (String::new(), RED.to_owned(), "Breakwater".to_owned()),
        };
        let shared = |v: &ChainVerdict| v.level == Level::Warning && v.reason != verdict::Reason::Single;
        let news: Vec<(u64, String)> = verdicts
            .iter()
            .filter(|(id, v)| shared(v) && !self.watch.warned.contains(id))
            .map(|(id, v)| (*id, v.sentence.clone()))
            .collect();
        let warns = |id: &u64| verdicts.iter().any(|(other, v)| other == id && v.level == Level::Warning);
        let (still, mended): (BTreeSet<u64>, BTreeSet<u64>) = self.watch.warned.iter().partition(|id| warns(id));
        self.watch.warned = still;
        let taken_back = mended.into_iter().map(|id| Command::Unnotify { id: format!("verdict-{id}") });
        self.out.extend(taken_back);
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
}
