//! What survives: settings for good, evidence for good, health and drill for the browser session.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Guard;
use super::reading::Fields;
use crate::cloud::evidence::Evidence;
use crate::confirmed::Saved;
use crate::endpoint::EndpointKey;
use crate::heads::{HIGHEST, Head};
use crate::health::{Check, Health};
use crate::io::{Command, Stored};
use crate::settings::Settings;

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
        let sites = settings.sites_off != self.settings.sites_off;
        if settings.resolver != self.settings.resolver {
            self.watch.names_asked.clear();
        }
        self.settings = settings;
        self.memory.forget();
        self.rebuild_chains(now);
        self.assess_all(now);
        let keys: BTreeSet<String> = self.lanes.all().map(|l| l.key.to_string()).collect();
        let notices = self.watch.incidents.keep_only(now, &keys);
        self.told(now, notices);
        self.withdraw(now);
        if sites {
            self.out.push_back(Command::Sites { off: self.settings.sites_off.clone() });
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
        let known: BTreeMap<EndpointKey, (Health, Option<Head>)> =
            session.lanes.into_iter().filter(|(_, h, _)| h.is_sound(now)).map(|(k, h, head)| (k, (h, head))).collect();
        for chain in self.lanes.chains_mut() {
            for lane in &mut chain.lanes {
                if let Some((health, head)) = known.get(&lane.key) {
                    lane.health = health.clone();
                    // A right answer is no wrong one: what storage says cannot shut out an endpoint.
                    if lane.health.check == Check::Wrong(chain.id) {
                        lane.health.check = Check::Unknown;
                    }
                    lane.head = head.filter(|h| h.at <= now && h.number <= HIGHEST);
                }
            }
            let bests = session.bests.get(&chain.id).into_iter().flatten().copied();
            // What only an endpoint that is gone had shown is known no more.
            let top = chain.lanes.iter().filter_map(|l| l.head).map(|h| h.number).max().unwrap_or(0);
            let bests = bests.filter(|h| h.at <= now && h.number <= top);
            chain.heads.only(chain.lanes.iter().filter_map(|l| l.head).chain(bests).collect());
            let known = session.floors.get(&chain.id).copied().filter(|n| *n <= chain.reach(now));
            chain.floor = known.unwrap_or(0).max(chain.sure());
        }
        self.confirmed.restore(now, session.confirmed);
        self.restore_incidents(now, &session.incidents);
        self.set_warned(session.warned);
        if let Some(drill) = session.drill {
            self.restore_drill(now, &drill);
        }
        self.show(now);
        self.tell_states();
    }

    pub(super) fn permission_changed(&mut self, permission: bool) {
        self.permission = permission;
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
        // What a drill teaches is not kept.
        let lanes = self.lanes.all();
        let session = Session {
            lanes: lanes.map(|l| (l.key, self.watch.without_drill(l), l.head)).collect(),
            drill: self.watch.drill.as_ref().map(|d| d.save()),
            incidents: self.watch.incidents.save(),
            warned: self.warned().clone(),
            bests: self.lanes.chains().map(|c| (c.id, c.bests())).collect(),
            floors: self.lanes.chains().map(|c| (c.id, c.next_floor(now))).collect(),
            confirmed: self.confirmed.save(),
        };
        if let Ok(text) = serde_json::to_string(&session) {
            self.store(Stored::Health, text);
        }
        if std::mem::take(&mut self.watch.evidence_dirty) {
            let keys: BTreeSet<EndpointKey> = self.lanes.all().map(|l| l.key).collect();
            let kept: BTreeMap<&EndpointKey, &Vec<Evidence>> =
                self.watch.evidence.iter().filter(|(key, _)| keys.contains(key)).collect();
            if let Ok(text) = serde_json::to_string(&kept) {
                self.store(Stored::Observed, text);
            }
        }
    }

    pub(super) fn store(&mut self, what: Stored, text: String) {
        self.out.push_back(Command::Store { what, text: text.into() });
    }
}
