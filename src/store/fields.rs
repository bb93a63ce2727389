//! What storage holds, as it is read: what cannot be read takes nothing else along.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::cloud::evidence::{self, Evidence};
use crate::endpoint::EndpointKey;

/// Largest text that is read of what the core stores by itself, in bytes: many times what it ever writes.
const MAX_READ_BYTES: usize = 4 * 1024 * 1024;

/// The fields of a stored object, each read by itself: one that is wrong takes no other with it.
pub(super) struct StoredFields {
    map: Map<String, Value>,
    /// Whether everything could be read so far.
    whole: bool,
}

impl StoredFields {
    pub(super) fn read(text: &str) -> Option<StoredFields> {
        let text = Some(text).filter(|text| text.len() <= MAX_READ_BYTES)?;
        serde_json::from_str(text).ok().map(|map| StoredFields { map, whole: true })
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

/// Evidence of earlier sessions: every piece that can be read, and whether all could.
pub(crate) fn evidence(text: &str, now: u64) -> (BTreeMap<EndpointKey, Vec<Evidence>>, bool) {
    let fields = StoredFields::read(text).map(|fields| fields.map);
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
    (known, whole)
}
