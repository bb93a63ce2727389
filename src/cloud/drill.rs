//! Drills: a pretend outage that the person starts, to see what survives.
//!
//! ```text
//!             start                 five minutes, or stop
//!   (none) ─────────► running ─────────────────────────────► over (kept for its figures until dismissed)
//! ```
//!
//! While it runs, lanes on the target are treated as dark; the network is not touched, and everything else is real. It
//! is kept in session storage under the token of one browser session, so it survives a restart of the worker and never
//! outlives the browser. A transaction is never held back: no lane is dark for a broadcast, and the drill reports that
//! it stepped aside.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ground::{Domain, Ground};

/// What goes dark: one failure domain.
pub type Target = Domain;

/// How long a drill runs, in ms.
pub const DRILL_MS: u64 = 5 * 60 * 1000;

/// A drill. Times in ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    pub(crate) target: Target,
    /// Token of the browser session it belongs to.
    session: String,
    pub(crate) started_ms: u64,
    pub(crate) ends_ms: u64,
    pub(crate) asked: u64,
    pub(crate) answered: u64,
    pub(crate) slowest_ms: u64,
    pub(crate) lost: BTreeSet<u64>,
    pub(crate) stepped_aside: u64,
}

impl Drill {
    /// Starts a drill. `session` is a token that is new with every start of the browser.
    pub fn start(now_ms: u64, target: Target, session: &str) -> Drill {
        Drill {
            target,
            session: session.to_owned(),
            started_ms: now_ms,
            ends_ms: now_ms.saturating_add(DRILL_MS),
            asked: 0,
            answered: 0,
            slowest_ms: 0,
            lost: BTreeSet::new(),
            stepped_aside: 0,
        }
    }

    /// The drill as text for session storage.
    pub fn save(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The drill that [`Drill::save`] wrote, if it belongs to this browser session. Text that is not a
    /// drill, or one whose times make no sense, is no drill.
    pub fn restore(text: &str, session: &str) -> Option<Drill> {
        let drill: Drill = serde_json::from_str(text).ok()?;
        let sane = drill.ends_ms >= drill.started_ms && drill.ends_ms - drill.started_ms <= DRILL_MS;
        (sane && drill.session == session).then_some(drill)
    }

    /// Whether its start is in the future. Drills are never planned, so such a record is not ours.
    pub fn is_to_come(&self, now_ms: u64) -> bool {
        self.started_ms > now_ms.saturating_add(DRILL_MS)
    }

    /// Whether it runs. A clock set back before its start ends it.
    pub fn running(&self, now_ms: u64) -> bool {
        (self.started_ms..self.ends_ms).contains(&now_ms)
    }

    /// When the badge and the popup must learn that it is over; `None` once it is.
    pub fn ends(&self, now_ms: u64) -> Option<u64> {
        self.running(now_ms).then_some(self.ends_ms)
    }

    /// Ends it now.
    pub fn stop(&mut self, now_ms: u64) {
        self.ends_ms = self.ends_ms.min(now_ms.max(self.started_ms));
    }

    /// What is dark.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Whether a lane on this ground is dark for a read now.
    pub fn is_dark(&self, now_ms: u64, ground: &Ground) -> bool {
        self.running(now_ms) && self.would_take(ground)
    }

    /// Whether the target's failure takes down an endpoint on this ground.
    fn would_take(&self, ground: &Ground) -> bool {
        ground.domains().contains(&self.target)
    }

    /// A page made a read.
    pub fn count_asked(&mut self, now_ms: u64) {
        self.asked = self.asked.saturating_add(u64::from(self.running(now_ms)));
    }

    /// A read made during the drill was answered after this many ms.
    pub fn count_answered(&mut self, now_ms: u64, took_ms: u64) {
        if self.running(now_ms) && self.answered < self.asked {
            self.answered += 1;
            self.slowest_ms = self.slowest_ms.max(took_ms);
        }
    }

    /// A transaction is broadcast: no lane is dark for it.
    pub fn step_aside(&mut self, now_ms: u64) {
        self.stepped_aside = self.stepped_aside.saturating_add(u64::from(self.running(now_ms)));
    }

    /// Records whether a chain with these endpoints would have been lost.
    pub fn count_chain(&mut self, chain: u64, endpoints: &[&Ground]) {
        let lost = !endpoints.is_empty() && endpoints.iter().all(|ground| self.would_take(ground));
        if lost {
            self.lost.insert(chain);
        } else {
            self.lost.remove(&chain);
        }
    }
}
