//! One document with a port to the core. A page is hostile, and can only hurt itself.

use std::collections::{BTreeMap, BTreeSet};

use super::floors::Floors;
use super::wait::{Unanswered, Wait};
use crate::health::Health;
use crate::lanes::LastLane;
use crate::load::Document;
use crate::protocol::{CoreToPage, MAX_CHAINS};

/// One document.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(super) origin: String,
    pub(super) host: String,
    /// Origin of the tab's top document, if this one is a frame.
    pub(super) top: Option<String>,
    /// Chains it asked for that need the person's permission.
    pub(super) wanted: BTreeSet<u64>,
    /// Reverse domain names of the wallets that announced themselves.
    pub(super) wallets: BTreeSet<String>,
    /// Whether a wallet on the page cannot be guarded.
    pub(super) locked: bool,
    /// Calls that its wallets have not answered for a while.
    pub(super) waits: Vec<Wait>,
    /// The blocks it has been shown, by chain.
    pub(super) floors: Floors,
    /// How its own wallet has performed as a lane, by chain.
    pub(super) wallet: BTreeMap<u64, Health>,
    /// The lane that answered its last `latest` read, by chain.
    pub(super) last_lane: BTreeMap<u64, LastLane>,
    /// Chains it has asked for, guarded or not.
    pub(super) chains: BTreeSet<u64>,
    /// Its waiting requests.
    pub(super) load: Document,
    /// The last state it was sent.
    pub(super) state: Option<CoreToPage>,
}

impl Page {
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Host name of its tab's site.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn top(&self) -> Option<&str> {
        self.top.as_deref()
    }

    pub(crate) fn wanted(&self) -> &BTreeSet<u64> {
        &self.wanted
    }

    pub(crate) fn wallets(&self) -> &BTreeSet<String> {
        &self.wallets
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.locked
    }

    /// Calls that its wallets have not answered for a while, as the document reports.
    pub(crate) fn waits(&self, now: u64) -> impl Iterator<Item = Unanswered> {
        self.waits.iter().map(move |wait| wait.unanswered(now, None))
    }

    /// How its own wallet has performed as a lane of this chain.
    pub(crate) fn wallet(&self, chain: u64) -> Option<&Health> {
        self.wallet.get(&chain)
    }

    pub(crate) fn last_lane(&self, chain: u64) -> Option<LastLane> {
        self.last_lane.get(&chain).copied()
    }

    /// How many of its requests wait for an answer.
    pub(crate) fn waiting(&self) -> usize {
        self.load.waiting
    }

    /// The share it belongs to.
    pub(crate) fn share(&self) -> u32 {
        self.load.share
    }

    /// Whether it may ask for this chain: one it has asked for before, or one more within the limit.
    pub(super) fn may_ask_for(&mut self, chain: u64) -> bool {
        let may = self.chains.len() < MAX_CHAINS || self.chains.contains(&chain);
        may && {
            self.chains.insert(chain);
            true
        }
    }
}
