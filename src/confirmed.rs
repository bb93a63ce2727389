//! Kinds of errors that two lanes have given. The next error of such a kind needs no second lane.
//!
//! A kind counts only for its site: a page that provokes errors must not turn a broken lane's error into another page's
//! answer. Only numbers are kept, no text.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::budget::Budget;
use crate::race::ErrorKind;

/// Most kinds kept for one chain.
const KINDS: usize = 256;
/// How long a kind is remembered, in ms.
const REMEMBERED_MS: u64 = 3_600_000;
/// Most sites whose look-ups are counted.
const ORIGINS: usize = 64;
/// Each site has its own budget, with this single share.
const OWN: u32 = 0;

/// One kind, of one site and method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    key: u64,
    until: u64,
    /// Whether another lane once answered instead. Such a kind is looked up every time.
    doubted: bool,
}

/// The stored form, by chain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Saved(BTreeMap<u64, VecDeque<Entry>>);

/// Kinds that two lanes have given, and how many look-ups each site has left.
#[derive(Debug, Default)]
pub struct Confirmed {
    kinds: BTreeMap<u64, VecDeque<Entry>>,
    budgets: BTreeMap<String, Budget>,
}

impl Confirmed {
    /// A site made a request.
    pub fn asked(&mut self, origin: &str) {
        if let Some(budget) = self.budgets.get_mut(origin) {
            return budget.request(OWN);
        }
        if self.budgets.len() >= ORIGINS {
            self.budgets.clear();
        }
        self.budgets.entry(origin.to_owned()).or_default().request(OWN);
    }

    /// Whether a second lane may be asked about an error.
    pub fn may_ask(&self, origin: &str) -> bool {
        self.budgets.get(origin).is_some_and(|budget| budget.is_left(OWN))
    }

    /// A second lane is asked.
    pub fn spend(&mut self, origin: &str) {
        self.budgets.get_mut(origin).map(|budget| budget.spend(OWN));
    }

    /// It answered, so it would have been needed in any case.
    pub fn give_back(&mut self, origin: &str) {
        self.budgets.get_mut(origin).into_iter().for_each(|budget| budget.give_back(OWN));
    }

    /// Whether two lanes have given this kind, and none has contradicted it.
    pub fn holds(&self, now: u64, chain: u64, origin: &str, method: &str, kind: ErrorKind) -> bool {
        let key = key(origin, method, kind);
        let entries = self.kinds.get(&chain);
        entries.is_some_and(|entries| entries.iter().any(|e| e.key == key && e.until > now && !e.doubted))
    }

    /// Two lanes gave it.
    pub fn confirm(&mut self, now: u64, chain: u64, origin: &str, method: &str, kind: ErrorKind) {
        self.note(now, chain, key(origin, method, kind), false);
    }

    /// One lane gave it where another answered.
    pub fn contradict(&mut self, now: u64, chain: u64, origin: &str, method: &str, kind: ErrorKind) {
        self.note(now, chain, key(origin, method, kind), true);
    }

    fn note(&mut self, now: u64, chain: u64, key: u64, doubted: bool) {
        let entries = self.kinds.entry(chain).or_default();
        let known = entries.iter().position(|e| e.key == key).and_then(|at| entries.remove(at));
        // A doubt counts from the last contradiction, even if lanes confirm the kind meanwhile.
        let doubt = known.filter(|e| e.doubted && e.until > now && !doubted);
        entries.push_back(doubt.unwrap_or(Entry { key, until: now + REMEMBERED_MS, doubted }));
        if entries.len() > KINDS {
            entries.pop_front();
        }
    }

    /// The form to store.
    pub fn save(&self) -> Saved {
        Saved(self.kinds.clone())
    }

    /// Restores the stored form; entries out of bounds are ignored.
    pub fn restore(&mut self, now: u64, saved: Saved) {
        let sound = |e: &Entry| e.until <= now.saturating_add(REMEMBERED_MS);
        let kept = saved.0.into_iter().filter(|(_, entries)| entries.len() <= KINDS && entries.iter().all(sound));
        self.kinds = kept.collect();
    }
}

/// FNV-1a: the same in every life of the core.
fn key(origin: &str, method: &str, kind: ErrorKind) -> u64 {
    let bytes = origin.bytes().chain([0]).chain(method.bytes()).chain([0]).chain(kind.digest().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: ErrorKind = ErrorKind { code: 1, shape: 2 };

    fn holds(confirmed: &Confirmed, now: u64, origin: &str) -> bool {
        confirmed.holds(now, 1, origin, "eth_call", KIND)
    }

    #[test]
    fn a_kind_is_remembered_for_its_site_and_method() {
        let mut confirmed = Confirmed::default();
        confirmed.confirm(0, 1, "https://a.example", "eth_call", KIND);
        assert!(holds(&confirmed, 1, "https://a.example") && !holds(&confirmed, 1, "https://b.example"));
        assert!(!confirmed.holds(1, 1, "https://a.example", "eth_estimateGas", KIND));
        assert!(!confirmed.holds(1, 2, "https://a.example", "eth_call", KIND));
        assert!(!holds(&confirmed, REMEMBERED_MS, "https://a.example"), "not for ever");
    }

    #[test]
    fn a_contradicted_kind_is_looked_up_every_time() {
        let mut confirmed = Confirmed::default();
        confirmed.contradict(0, 1, "a", "eth_call", KIND);
        confirmed.confirm(1, 1, "a", "eth_call", KIND);
        assert!(!holds(&confirmed, 2, "a"));
        confirmed.confirm(REMEMBERED_MS, 1, "a", "eth_call", KIND);
        assert!(holds(&confirmed, REMEMBERED_MS + 1, "a"), "the doubt is over");
    }

    #[test]
    fn it_is_bounded_and_survives_storage() {
        let mut confirmed = Confirmed::default();
        (0..1_000).for_each(|code| confirmed.confirm(0, 1, "a", "eth_call", ErrorKind { code, shape: 0 }));
        assert_eq!(confirmed.kinds[&1].len(), KINDS);
        let text = serde_json::to_string(&confirmed.save()).expect("text");
        let mut back = Confirmed::default();
        back.restore(1, serde_json::from_str(&text).expect("saved"));
        assert_eq!(back.kinds, confirmed.kinds);
        let far = text.replacen("3600000", "99999999999", 1);
        back.restore(1, serde_json::from_str(&far).expect("saved"));
        assert!(back.kinds.is_empty());
    }
}
