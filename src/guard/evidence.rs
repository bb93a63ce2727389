//! Evidence of where the endpoints stand (`watch/sources.rs`). New evidence is stored, and the verdict updated.

use super::Guard;
use crate::cloud::between::IPV4_ONLY;
use crate::endpoint::LaneId;
use crate::io::Stored;
use crate::secret::Secret;
use crate::store;
use crate::watch::{Found, address, claims, failure, looked_up};

impl Guard {
    /// The browser connected to this address for one of our requests.
    pub(super) fn address(&mut self, now: u64, url: &Secret, ip: &str) {
        let others = self.candidates.under(url.expose());
        let Some(found) = address(now, &self.lanes, url.expose(), ip, others) else { return };
        self.note(now, found);
        self.candidates.located(now, url.expose());
    }

    /// The browser gave this reason for a failure.
    pub(super) fn network_error(&mut self, now: u64, url: &Secret, error: &str) {
        if let Some(word) = failure(error) {
            self.lanes.note_cause(url.expose(), &word);
            self.candidates.note_cause(now, url.expose(), &word);
        }
    }

    pub(super) fn claims(&mut self, now: u64, id: LaneId, headers: &[(String, String)]) {
        if self.lanes.get(id).is_some() || self.candidates.contains(id.key) {
            self.note(now, claims(now, id.key, headers).into_iter().collect());
        }
    }

    /// The browser's own resolver returned these addresses for an endpoint's name.
    pub(super) fn looked_up(&mut self, now: u64, host: &str, ips: &[String]) {
        if host == IPV4_ONLY {
            self.watch.hear_nat64(ips);
            return self.assess_all(now);
        }
        self.note(now, looked_up(now, &self.lanes, host, ips));
    }

    pub(super) fn note(&mut self, now: u64, found: Vec<Found>) {
        for (key, evidence) in found {
            if self.watch.note(key, evidence) {
                self.save_soon(now);
                self.assess_all(now);
            }
        }
    }

    /// Looks up the names and addresses behind an endpoint.
    pub(super) fn learn_names(&mut self, now: u64, id: LaneId) {
        let Guard { watch, lanes, wire, choice, .. } = self;
        let commands = watch.learn_names(now, lanes, wire, choice.settings(), id);
        self.out.extend(commands);
    }

    /// Loads the evidence of earlier sessions.
    pub(super) fn observed(&mut self, now: u64, text: &str) {
        let (known, whole) = store::evidence(text, now);
        if !whole {
            self.keep_broken(Stored::ObservedBroken, text);
        }
        self.watch.set_evidence(known);
        self.assess_all(now);
    }

    /// The address table that the person loaded. If it cannot be read, it is set aside and the shipped one is used.
    pub(super) fn own_table(&mut self, now: u64, base64: &str) {
        match self.watch.load_table(base64) {
            Ok(()) => self.assess_all(now),
            Err(_) => {
                self.keep_broken(Stored::TableBroken, base64);
                self.store(Stored::Table, String::new());
            }
        }
    }
}
