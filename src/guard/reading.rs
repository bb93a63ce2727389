//! What storage holds, as it is read: nothing in it stops the core, and nothing in it is lost.
//!
//! An original that cannot be read is kept beside, cut to a bound; the rest goes on. For settings see
//! [`crate::choice`].

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Guard;
use crate::choice::{News, start_of};
use crate::cloud::evidence::{self, Evidence};
use crate::cloud::table::Atlas;
use crate::endpoint::EndpointKey;
use crate::io::Stored;

/// Largest text that is read of what the core stores by itself, in bytes: many times what it ever writes.
const MAX_READ_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes kept of what could not be read.
const KEPT_BYTES: usize = 256 * 1024;

impl Guard {
    /// Settings as they are stored, or that none are.
    pub(super) fn settings_changed(&mut self, now: u64, text: Option<String>) {
        let news = self.choice.read(text, self.lanes.is_empty());
        self.chosen(now, news);
    }

    /// Stores and adopts what follows from settings that were read or changed.
    pub(super) fn chosen(&mut self, now: u64, news: News) {
        news.store.into_iter().for_each(|(what, text)| self.store(what, text));
        if let Some(settings) = news.adopt {
            self.adopt(now, settings);
        }
    }

    /// Keeps an original that cannot be read.
    pub(super) fn keep_broken(&mut self, what: Stored, text: &str) {
        self.store(what, start_of(text, KEPT_BYTES));
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
