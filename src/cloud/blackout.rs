//! Blackouts: times in which a chain had no endpoint that answered, so that pages got only what their wallets had.
//!
//! ```text
//!            a chain in use has none that answers,          one of them answers again,
//!            and the person's connection works              or the chain is gone
//!   (none) ──────────────────────────────────────► running ───────────────────────────► over
//!                    one notification                 ▲                                   │
//!                                                     └──── again within 10 minutes ──────┘
//! ```
//!
//! Chains that go dark while one runs belong to it: what takes several chains down is one event to the person.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::kept::{MAX_COUNTED, MAX_KEPT, SAME_MS, is_short};

/// Most chains of one blackout.
const MAX_CHAINS: usize = 200;

/// What is known of a chain now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// An endpoint answers, or may.
    On,
    /// None has answered since this time, in ms, and the person's connection works.
    Off(u64),
    /// It cannot be seen now: what was true before still counts.
    Unseen,
}

/// A chain that may be dark.
#[derive(Debug, Clone)]
pub struct Look<'a> {
    /// EIP-155 id.
    pub chain: u64,
    /// Display name.
    pub name: &'a str,
    /// How many endpoints it has.
    pub endpoints: usize,
    /// Whether any of them answers.
    pub light: Light,
}

/// A chain in a blackout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dark {
    pub(crate) chain: u64,
    pub(crate) name: String,
    pub(crate) endpoints: usize,
    /// Whether an endpoint answers again.
    pub(crate) over: bool,
}

/// One blackout. Times in ms since the Unix epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Blackout {
    pub(crate) since_ms: u64,
    pub(crate) ended_ms: Option<u64>,
    pub(crate) chains: Vec<Dark>,
}

/// The blackouts, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Blackouts(VecDeque<Blackout>);

/// What has become of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// One has begun at this time, in ms.
    Began(u64),
    /// One goes on again, or with other chains. Nobody is notified.
    Changed,
    /// The one that began at this time, in ms, is over.
    Ended(u64),
}

impl Blackouts {
    /// The one that runs.
    pub(crate) fn running(&self) -> Option<&Blackout> {
        self.0.back().filter(|last| last.ended_ms.is_none())
    }

    /// Newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Blackout> {
        self.0.iter().rev()
    }

    /// Leaves out what is invalid, or begins in the future.
    pub(crate) fn retain_sound(&mut self, now_ms: u64) {
        self.0.retain(|blackout| blackout.is_sound(now_ms));
        while self.0.len() > MAX_KEPT {
            self.0.pop_front();
        }
    }

    /// Judges every chain. One that is not among them is gone.
    pub(crate) fn look(&mut self, now_ms: u64, chains: &[Look<'_>]) -> Option<Turn> {
        let mut off = chains.iter().filter_map(|look| match look.light {
            Light::Off(since_ms) => Some((look, since_ms)),
            Light::On | Light::Unseen => None,
        });
        if let Some(running) = self.0.back_mut().filter(|last| last.ended_ms.is_none()) {
            let before = running.chains.clone();
            let is_on =
                |id: u64| chains.iter().find(|look| look.chain == id).is_none_or(|look| look.light == Light::On);
            running.chains.iter_mut().for_each(|dark| dark.over |= is_on(dark.chain));
            off.for_each(|(look, _)| running.add(look));
            if running.chains.iter().all(|dark| dark.over) {
                running.ended_ms = Some(now_ms);
                return Some(Turn::Ended(running.since_ms));
            }
            return (running.chains != before).then_some(Turn::Changed);
        }
        let first = off.next()?;
        let all: Vec<(&Look<'_>, u64)> = std::iter::once(first).chain(off).collect();
        let again = |last: &&mut Blackout| {
            let lately = last.ended_ms.is_some_and(|ended| now_ms.saturating_sub(ended) <= SAME_MS);
            lately && last.chains.iter().any(|dark| all.iter().any(|(look, _)| look.chain == dark.chain))
        };
        if let Some(last) = self.0.back_mut().filter(again) {
            last.ended_ms = None;
            all.iter().for_each(|(look, _)| last.add(look));
            return Some(Turn::Changed);
        }
        let newest = self.0.back().map_or(0, |last| last.since_ms + 1);
        // A start names its blackout, so no two have the same.
        let since_ms = all.iter().map(|(_, since_ms)| *since_ms).min().unwrap_or(now_ms).max(newest).min(now_ms);
        let mut begun = Blackout { since_ms, ended_ms: None, chains: Vec::new() };
        all.iter().for_each(|(look, _)| begun.add(look));
        self.0.push_back(begun);
        if self.0.len() > MAX_KEPT {
            self.0.pop_front();
        }
        Some(Turn::Began(since_ms))
    }
}

impl Blackout {
    /// Chains that have no endpoint that answers; once it is over, all that had none.
    pub(crate) fn dark(&self) -> impl Iterator<Item = &Dark> {
        let over = self.ended_ms.is_some();
        self.chains.iter().filter(move |dark| over || !dark.over)
    }

    fn add(&mut self, look: &Look<'_>) {
        let dark = Dark { chain: look.chain, name: look.name.to_owned(), endpoints: look.endpoints, over: false };
        if let Some(known) = self.chains.iter_mut().find(|known| known.chain == look.chain) {
            *known = dark;
        } else if self.chains.len() < MAX_CHAINS {
            self.chains.push(dark);
        }
    }

    fn is_sound(&self, now_ms: u64) -> bool {
        let ended = self.ended_ms.is_none_or(|at| (self.since_ms..=now_ms).contains(&at));
        let short = |dark: &Dark| is_short(&dark.name) && dark.endpoints <= MAX_COUNTED;
        ended && self.since_ms <= now_ms && self.chains.len() <= MAX_CHAINS && self.chains.iter().all(short)
    }
}
