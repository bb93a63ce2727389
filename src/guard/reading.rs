//! What storage holds, as it is read: nothing in it stops the core, and nothing in it is lost.
//!
//! An original that cannot be read is kept beside, cut to a bound; the rest goes on. In place of settings that
//! cannot be read the last good ones are used, and the person is told.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Guard;
use crate::cloud::evidence::{self, Evidence};
use crate::cloud::table::Atlas;
use crate::endpoint::EndpointKey;
use crate::io::Stored;
use crate::lang::Lang;
use crate::settings::{Problem, Settings, Wrong};

/// Largest text that is read of what the core stores by itself, in bytes: many times what it ever writes.
const MAX_READ_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes kept of settings that could not be read: as many as settings have.
const KEPT_SETTINGS_BYTES: usize = crate::settings::MAX_TEXT_BYTES;
/// Most bytes kept of anything else.
const KEPT_BYTES: usize = 256 * 1024;

/// Why the stored settings are not in use as they are, for the person.
#[derive(Debug)]
pub(super) struct Trouble {
    /// What is wrong with them; nothing that could not be mended.
    problem: Option<Problem>,
    instead: Instead,
}

/// What is in use instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    /// The same, without what is refused today.
    Mended,
    /// The last ones that could be read.
    Good,
    /// No endpoint.
    Defaults,
}

impl Trouble {
    /// One or two sentences. There is no field on the page to show the place at, so it is named.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let instead = match self.instead {
            Instead::Mended => lang.pick(
                "The stored settings held hidden characters, or hosts that are none: those were taken out. The original is kept.",
                "Les réglages enregistrés contenaient des caractères invisibles ou des hôtes qui n’en sont pas : ils ont été retirés. L’original est conservé.",
            ),
            Instead::Good => lang.pick("The last good ones are in use.", "Les derniers réglages valables servent."),
            Instead::Defaults => lang.pick(
                "No endpoint is in use: requests go to your wallet alone.",
                "Aucun point d’accès ne sert : les requêtes vont au seul portefeuille.",
            ),
        };
        let Some(problem) = &self.problem else { return instead.to_owned() };
        let place = if problem.field.is_empty() { String::new() } else { format!(" ({})", problem.field) };
        let message = problem.message(lang);
        lang.pick(
            format!("The stored settings cannot be used{place}: {message} {instead}"),
            format!("Les réglages enregistrés sont inutilisables{place} : {message} {instead}"),
        )
    }
}

impl Guard {
    /// Settings as they are stored, or that none are.
    pub(super) fn settings_changed(&mut self, now: u64, text: Option<String>) {
        let Some(text) = text else { return self.settings_gone(now) };
        match Settings::parse_stored(&text) {
            Ok(stored) => {
                self.trouble = stored.mended.then_some(Trouble { problem: None, instead: Instead::Mended });
                if stored.mended {
                    self.keep_broken(Stored::Broken, &text);
                }
                self.keep_good(&stored.settings);
                if stored.settings != self.settings || self.lanes.is_empty() {
                    self.adopt(now, stored.settings);
                }
            }
            Err(problem) => {
                // What the browser could not read comes as null: nothing to keep in the place of an earlier original.
                if text != "null" {
                    self.keep_broken(Stored::Broken, &text);
                }
                self.fall_back(now, problem);
            }
        }
    }

    /// Nothing is stored: the first start of all, unless good settings are kept beside.
    fn settings_gone(&mut self, now: u64) {
        match self.good {
            Some(_) => self.fall_back(now, Wrong::Gone.at("")),
            None => {
                self.trouble = None;
                self.adopt(now, Settings::default());
            }
        }
    }

    /// The settings in use stay; a core that has none yet takes the last good ones.
    fn fall_back(&mut self, now: u64, problem: Problem) {
        let mut instead = self.trouble.as_ref().map_or(Instead::Good, |trouble| trouble.instead);
        if self.lanes.is_empty() {
            let good = self.good.as_deref().and_then(|text| Settings::parse_stored(text).ok());
            instead = if good.is_some() { Instead::Good } else { Instead::Defaults };
            self.adopt(now, good.map(|stored| stored.settings).unwrap_or_default());
        }
        self.trouble = Some(Trouble { problem: Some(problem), instead });
    }

    /// Keeps these settings beside the stored ones, as text, unless they are there already.
    pub(super) fn keep_good(&mut self, settings: &Settings) {
        let text = settings.to_text();
        if self.good.as_ref() != Some(&text) {
            self.store(Stored::Good, text.clone());
            self.good = Some(text);
        }
    }

    /// Keeps an original that cannot be read.
    pub(super) fn keep_broken(&mut self, what: Stored, text: &str) {
        let most = if what == Stored::Broken { KEPT_SETTINGS_BYTES } else { KEPT_BYTES };
        let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        self.store(what, text.get(..end).unwrap_or_default().to_owned());
    }

    /// Evidence of earlier sessions: every piece that can be read.
    pub(super) fn observed(&mut self, now: u64, text: &str) {
        let fields = Fields::read(text).map(|fields| fields.map);
        let mut whole = fields.is_some();
        let mut known = BTreeMap::new();
        for (key, list) in fields.unwrap_or_default() {
            let list = serde_json::from_value::<Vec<Value>>(list).map(each::<Evidence>);
            match (key.parse::<EndpointKey>(), list) {
                (Ok(key), Ok((list, all))) => {
                    whole &= all;
                    known.insert(key, evidence::sound(list, now));
                }
                _ => whole = false,
            }
        }
        if !whole {
            self.keep_broken(Stored::ObservedBroken, text);
        }
        self.watch.set_evidence(known);
        self.assess_all(now);
    }

    /// The address table that was loaded by hand. One that cannot be read is put aside: the shipped one serves.
    pub(super) fn own_table(&mut self, now: u64, base64: &str) {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(base64.as_bytes());
        match bytes.ok().and_then(|bytes| Atlas::from_bytes(bytes).ok()) {
            Some(atlas) => {
                self.watch.set_atlas(atlas);
                self.assess_all(now);
            }
            None => {
                self.keep_broken(Stored::TableBroken, base64);
                self.store(Stored::Table, String::new());
            }
        }
    }
}

/// The fields of a stored object, each read by itself: one that is wrong takes no other with it.
pub(super) struct Fields {
    map: Map<String, Value>,
    /// Whether everything could be read so far.
    whole: bool,
}

impl Fields {
    pub(super) fn read(text: &str) -> Option<Fields> {
        let text = Some(text).filter(|text| text.len() <= MAX_READ_BYTES)?;
        serde_json::from_str(text).ok().map(|map| Fields { map, whole: true })
    }

    /// Whether every field was one that is known, and could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.whole && self.map.is_empty()
    }

    /// One field; what is left out, or cannot be read, is nothing.
    pub(super) fn one<T: DeserializeOwned + Default>(&mut self, name: &str) -> T {
        let Some(value) = self.map.remove(name) else { return T::default() };
        serde_json::from_value(value).unwrap_or_else(|_| {
            self.whole = false;
            T::default()
        })
    }

    /// A list, each item by itself.
    pub(super) fn each<T: DeserializeOwned>(&mut self, name: &str) -> Vec<T> {
        let (list, all) = each(self.one(name));
        self.whole &= all;
        list
    }
}

/// Every item that can be read, and whether all could.
fn each<T: DeserializeOwned>(items: Vec<Value>) -> (Vec<T>, bool) {
    let count = items.len();
    let list: Vec<T> = items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect();
    let all = list.len() == count;
    (list, all)
}
