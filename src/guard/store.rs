//! What survives: settings for good, evidence for good, health and drill for the browser session.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::chains::Chain;
use super::{Command, Guard, Stored};
use crate::cloud::evidence::Evidence;
use crate::endpoint::EndpointKey;
use crate::heads::{HIGHEST, Head};
use crate::health::Health;
use crate::settings::Settings;

/// What is learnt is stored this long after the first change, ms: a worker that dies loses no more.
const SAVE_MS: u64 = 1_000;

#[derive(Serialize, Deserialize)]
struct Session {
    lanes: Vec<(EndpointKey, Health, Option<Head>)>,
    drill: Option<String>,
    incidents: String,
    warned: BTreeSet<u64>,
    /// Highest block number that a page may have been shown, by chain.
    #[serde(default)]
    floors: BTreeMap<u64, u64>,
    /// What was known of each chain when its lanes showed their heads: by that they were behind, or not.
    #[serde(default)]
    bests: BTreeMap<u64, Vec<Head>>,
}

impl Guard {
    /// Settings as they are stored. What cannot be read is kept, and the last good settings stay.
    pub(super) fn settings_changed(&mut self, now: u64, text: Option<String>) {
        let parsed = text.as_deref().map_or_else(|| Ok(Settings::default()), Settings::parse);
        match parsed {
            Ok(settings) => {
                self.problem = None;
                if settings != self.settings || self.chains.is_empty() {
                    self.adopt(now, settings);
                }
            }
            Err(problem) => {
                self.problem = Some(problem);
                self.store(Stored::Broken, text.unwrap_or_default());
                if self.chains.is_empty() {
                    self.adopt(now, Settings::default());
                }
            }
        }
    }

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
        let keys: BTreeSet<String> = self.chains.values().flat_map(|c| &c.lanes).map(|l| l.key.to_string()).collect();
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
        let Ok(session) = serde_json::from_str::<Session>(text) else { return };
        let known: BTreeMap<EndpointKey, (Health, Option<Head>)> =
            session.lanes.into_iter().filter(|(_, h, _)| h.is_sound(now)).map(|(k, h, head)| (k, (h, head))).collect();
        for chain in self.chains.values_mut() {
            for lane in &mut chain.lanes {
                if let Some((health, head)) = known.get(&lane.key) {
                    lane.health = health.clone();
                    lane.head = head.filter(|h| h.at <= now && h.number <= HIGHEST);
                }
            }
            let bests = session.bests.get(&chain.id).into_iter().flatten().copied();
            let bests = bests.filter(|h| h.at <= now && h.number <= HIGHEST);
            chain.heads.only(chain.lanes.iter().filter_map(|l| l.head).chain(bests).collect());
            let shown = session.floors.get(&chain.id).copied().filter(|n| *n <= HIGHEST);
            chain.floor = shown.max(chain.heads.best()).unwrap_or(0);
        }
        self.restore_incidents(&session.incidents);
        self.set_warned(session.warned);
        if let Some(drill) = session.drill {
            self.restore_drill(now, &drill);
        }
        self.show(now);
        self.tell_states();
    }

    /// Evidence of earlier sessions.
    pub(super) fn observed(&mut self, now: u64, text: &str) {
        if let Ok(evidence) = serde_json::from_str::<BTreeMap<EndpointKey, Vec<Evidence>>>(text) {
            self.watch.evidence = evidence;
            self.assess_all(now);
        }
    }

    pub(super) fn permission_changed(&mut self, permission: bool) {
        self.permission = permission;
        self.tell_states();
    }

    fn highest_shown(&self, chain: &Chain) -> u64 {
        let pages = self.pages.values().filter_map(|p| p.floors.get(&chain.id)).copied();
        pages.chain(chain.heads.best()).chain([chain.floor]).max().unwrap_or(0)
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
        // What a drill teaches is not kept.
        let lanes = self.chains.values().flat_map(|c| &c.lanes);
        let session = Session {
            lanes: lanes.map(|l| (l.key, self.watch.without_drill(l), l.head)).collect(),
            drill: self.watch.drill.as_ref().map(|d| d.save()),
            incidents: self.watch.incidents.save(),
            warned: self.warned().clone(),
            bests: self.chains.values().map(|c| (c.id, c.bests())).collect(),
            floors: self.chains.values().map(|c| (c.id, self.highest_shown(c))).collect(),
        };
        if let Ok(text) = serde_json::to_string(&session) {
            self.store(Stored::Health, text);
        }
        if std::mem::take(&mut self.watch.evidence_dirty) {
            let keys: BTreeSet<EndpointKey> = self.chains.values().flat_map(|c| &c.lanes).map(|l| l.key).collect();
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
