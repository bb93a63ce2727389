//! What survives a restart: settings and evidence permanently, health and drill for the browser session
//! ([`crate::store`]). If stored text cannot be read, a copy of limited size is kept and the core continues without
//! it.

use std::collections::BTreeSet;

use super::Guard;
use crate::choice::{News, start_of};
use crate::endpoint::EndpointKey;
use crate::io::{Command, Stored};
use crate::lanes::Lane;
use crate::settings::Settings;
use crate::store::Session;

/// How many bytes are kept of text that cannot be read.
const KEPT_BYTES: usize = 256 * 1024;

impl Guard {
    /// Reads the stored settings, or notes that there are none.
    pub(super) fn settings_changed(&mut self, now: u64, text: Option<String>) {
        let news = self.choice.read(text, self.lanes.is_empty());
        self.chosen(now, news);
    }

    /// Stores and adopts the result of reading or changing settings.
    pub(super) fn chosen(&mut self, now: u64, news: News) {
        news.store.into_iter().for_each(|(what, text)| self.store(what, text));
        if let Some(settings) = news.adopt {
            self.adopt(now, settings);
        }
    }

    /// Uses these settings from now on.
    fn adopt(&mut self, now: u64, settings: Settings) {
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
        let signals = self.watch.keep_only(now, &self.lanes);
        self.show(signals);
        self.withdraw(now);
        if sites {
            self.out.push_back(Command::Sites { off: self.choice.settings().sites_off.clone() });
        }
        self.tell_states();
    }

    /// Restores what an earlier life of the worker stored. Invalid parts are dropped.
    pub(super) fn restore(&mut self, now: u64, text: &str) {
        let read = Session::read(text);
        if !matches!(read, Some((_, true))) {
            self.keep_broken(Stored::HealthBroken, text);
        }
        let Some((session, _)) = read else { return };
        let (lanes, watched, confirmed) = session.parts();
        self.lanes.restore(now, lanes);
        self.asks.confirmed.restore(now, confirmed);
        let signals = self.watch.restore(now, &mut self.lanes, watched);
        self.show(signals);
        self.tell_states();
    }

    pub(super) fn permission_changed(&mut self, permission: bool) {
        self.choice.permit(permission);
        self.tell_states();
    }

    pub(super) fn save_soon(&mut self, now: u64) {
        self.store.soon(now);
    }

    pub(super) fn save_now(&mut self, now: u64) {
        self.store.at_once(now);
    }

    pub(super) fn tick_store(&mut self, now: u64) {
        if !self.store.take_due(now) {
            return;
        }
        self.tell_floors(now);
        let session = Session::of(now, &self.lanes, &self.watch, &self.asks);
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

    /// Keeps a copy of text that cannot be read.
    pub(super) fn keep_broken(&mut self, what: Stored, text: &str) {
        self.store(what, start_of(text, KEPT_BYTES));
    }
}
