//! What a lane wants asked of itself, and when: its chain id, its head, or a probe after a breakdown.

use super::chain::Chain;
use super::lane::Lane;
use crate::health::Check;

/// A chain counts as used this long after a page last asked something of it, ms.
pub(crate) const USED_MS: u64 = 30_000;
/// Age of a head at which it is asked for again, ms: half a mainnet slot.
pub(crate) const POLL_MS: u64 = 6_000;
/// How long a chain id that was right is believed while its chain is in use, ms.
const CONFIRMED_MS: u64 = 300_000;
/// The same when something makes it doubtful, ms: a lane that leaps for ever is not asked for ever.
const DOUBTED_MS: u64 = 30_000;

/// What is sent besides requests.
pub(crate) enum Chore {
    Check,
    Poll,
    Probe,
}

impl Chain {
    pub(crate) fn in_use(&self, now: u64) -> bool {
        !self.users.is_empty() && now < self.last_used + USED_MS
    }
}

impl Lane {
    /// What this lane wants, and when.
    pub(crate) fn chore(&self, jitter: u64) -> Option<(u64, Chore)> {
        if !self.enabled() || self.dark || self.polling.is_some() || self.checking.is_some() {
            return None;
        }
        if let Some(at) = self.health.probe_at() {
            // A probe that brought nothing, for the browser was offline, is not repeated at once.
            return Some(((at + jitter).max(self.polled + POLL_MS), Chore::Probe));
        }
        // A lane that asked for a pause is left alone.
        let rested = self.health.cool_until();
        if self.health.check == Check::Unknown {
            return Some((self.check_again.0.max(rested), Chore::Check));
        }
        let fresh = self.head.map_or(0, |h| h.at).max(self.polled);
        let poll = if fresh == 0 { rested } else { (fresh + POLL_MS).max(rested) };
        let check = self.confirm_at().max(rested);
        Some(if check <= poll { (check, Chore::Check) } else { (poll, Chore::Poll) })
    }

    /// When a chain id that was right is asked for again: at once in a new life of the core, soon when it is
    /// doubtful, and now and then. The lane is believed meanwhile.
    fn confirm_at(&self) -> u64 {
        let believed = if self.doubted { DOUBTED_MS } else { CONFIRMED_MS };
        let due = if self.confirmed == 0 { 0 } else { self.confirmed + believed };
        due.max(self.check_again.0)
    }
}
