//! What survives: settings for good, evidence for good, health and drill for the browser session.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Guard;
use super::reading::Fields;
use crate::confirmed::Saved;
use crate::endpoint::EndpointKey;
use crate::heads::Head;
use crate::health::Health;
use crate::io::{Command, Stored};
use crate::lanes::{Kept, Lane};
use crate::settings::Settings;
use crate::watch::Watched;

/// What is learnt is stored this long after the first change, ms: a worker that dies loses no more.
const SAVE_MS: u64 = 1_000;

#[derive(Serialize)]
struct Session {
    lanes: Vec<(EndpointKey, Health, Option<Head>)>,
    drill: Option<String>,
    incidents: String,
    warned: BTreeSet<u64>,
    /// Newest block that is known for sure, by chain: pages may have been shown it. Never what one page was shown.
    floors: BTreeMap<u64, u64>,
    /// What was known of each chain when its lanes showed their heads: by that they were behind, or not.
    bests: BTreeMap<u64, Vec<Head>>,
    /// Kinds of errors that two lanes gave.
    confirmed: Saved,
}

impl Session {
    /// Every field that can be read, and whether all could.
    fn read(text: &str) -> Option<(Session, bool)> {
        let mut fields = Fields::read(text)?;
        let session = Session {
            lanes: fields.each("lanes"),
            drill: fields.one("drill"),
            incidents: fields.one("incidents"),
            warned: fields.one("warned"),
            floors: fields.one("floors"),
            bests: fields.one("bests"),
            confirmed: fields.one("confirmed"),
        };
        Some((session, fields.is_whole()))
    }
}

impl Guard {
    /// Works by these settings from now on.
    pub(super) fn adopt(&mut self, now: u64, settings: Settings) {
        let before = self.choice.settings();
        let sites = settings.sites_off != before.sites_off;
        if settings.resolver != before.resolver {
            self.watch.forget_names();
        }
        self.choice.adopt(settings);
        self.asks.forget();
        self.lanes.rebuild(&self.choice.settings().chains, self.watch.evidence());
        self.asked(now, |asks, cx| asks.drop_lost_lanes(cx));
        self.follow(now, |follower, cx| follower.prune(cx));
        self.assess_all(now);
        let commands = self.watch.keep_only(now, &self.lanes);
        self.out.extend(commands);
        self.withdraw(now);
        if sites {
            self.out.push_back(Command::Sites { off: self.choice.settings().sites_off.clone() });
        }
        self.tell_states();
    }

    /// Takes back what an earlier life of the worker stored. What is not sound is not taken.
    pub(super) fn restore(&mut self, now: u64, text: &str) {
        let read = Session::read(text);
        if !matches!(read, Some((_, true))) {
            self.keep_broken(Stored::HealthBroken, text);
        }
        let Some((session, _)) = read else { return };
        self.lanes.restore(now, Kept { lanes: session.lanes, floors: session.floors, bests: session.bests });
        self.asks.confirmed.restore(now, session.confirmed);
        let kept = Watched { drill: session.drill, incidents: session.incidents, warned: session.warned };
        let commands = self.watch.restore(now, &mut self.lanes, kept);
        self.out.extend(commands);
        self.tell_states();
    }

    pub(super) fn permission_changed(&mut self, permission: bool) {
        self.choice.permit(permission);
        self.tell_states();
    }

    pub(super) fn save_soon(&mut self, now: u64) {
        self.save_at.get_or_insert(now + SAVE_MS);
    }

    pub(super) fn save_now(&mut self, now: u64) {
        self.save_at = Some(now);
    }

    pub(super) fn tick_store(&mut self, now: u64) {
        if self.save_at.is_none_or(|at| now < at) {
            return;
        }
        self.save_at = None;
        self.tell_floors(now);
        let Kept { lanes, floors, bests } = self.lanes.keep(now);
        let Watched { drill, incidents, warned } = self.watch.keep();
        let session = Session { lanes, drill, incidents, warned, bests, floors, confirmed: self.asks.confirmed.save() };
        if let Ok(text) = serde_json::to_string(&session) {
            self.store(Stored::Health, text);
        }
        let keys: BTreeSet<EndpointKey> = self.lanes.all().map(Lane::key).collect();
        let evidence = self.watch.take_unsaved(&keys).and_then(|evidence| serde_json::to_string(&evidence).ok());
        evidence.into_iter().for_each(|text| self.store(Stored::Observed, text));
    }

    pub(super) fn store(&mut self, what: Stored, text: String) {
        self.out.push_back(Command::Store { what, text: text.into() });
    }
}
