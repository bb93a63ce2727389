//! A local chain that has been reset or rolled back: a developer's node was restarted, and its blocks begin at 0 again.
//!
//! On a public chain, a page's block numbers never go back, whatever lanes and pages say. If every endpoint is on the
//! person's own machine or network, they may go back once all lanes that answer have shown a lower block. Each lane
//! must do so in answer to a question sent after it had shown the higher one, and all must show about the same block.
//! A lane that goes back alone is behind, as on any chain.

use super::chain::Chain;
use super::change::Change;
use super::lane::Lane;
use super::parts::Lanes;
use crate::endpoint::EndpointKey;
use crate::heads::{Head, Heads, NEAR};
use crate::health::Check;

/// What the lanes show after one of them has gone back.
#[derive(Debug, PartialEq, Eq)]
enum Witnesses {
    /// These must still be asked.
    Wait(Vec<EndpointKey>),
    /// The chain is unchanged.
    Same,
    /// All lanes show a lower block.
    Reset,
}

impl Lane {
    /// Whether it was asked for its head after `fell` and did not show it.
    fn is_silent(&self, now: u64, fell: u64) -> bool {
        self.dark
            || self.health.resting(now).is_some()
            || self.health.check != Check::Right
            || self.polled >= fell && self.polling.is_none()
    }
}

impl Chain {
    /// Notes when a lane is about to show a lower block than it had shown before it was asked.
    pub(super) fn note_fall(&mut self, now: u64, asked: u64, key: EndpointKey, number: u64) {
        let before = self.lane(key).and_then(|lane| lane.head);
        if self.own && before.is_some_and(|head| number < head.number && asked > head.at) {
            self.fell.get_or_insert(now);
        }
    }

    /// The outcome, from what the lanes have shown since.
    fn after_fall(&self, now: u64, fell: u64) -> Witnesses {
        let best = self.heads.best().unwrap_or(0);
        let (shown, rest): (Vec<&Lane>, Vec<&Lane>) =
            self.lanes.iter().filter(|l| l.enabled()).partition(|l| l.head.is_some_and(|h| h.at >= fell));
        let heads: Vec<u64> = shown.iter().filter_map(|l| l.head).map(|h| h.number).collect();
        if heads.iter().any(|head| *head >= best) {
            return Witnesses::Same;
        }
        let waited: Vec<EndpointKey> = rest.iter().filter(|l| !l.is_silent(now, fell)).map(|l| l.key).collect();
        if !waited.is_empty() {
            return Witnesses::Wait(waited);
        }
        match (heads.iter().min(), heads.iter().max()) {
            (Some(low), Some(high)) if high - low <= NEAR => Witnesses::Reset,
            _ => Witnesses::Same,
        }
    }

    /// Forgets what was known about the longer chain.
    fn reset(&mut self, fell: u64) {
        for lane in &mut self.lanes {
            lane.head.take_if(|head| head.at < fell);
            (lane.claim, lane.top) = (None, 0);
            // It may be another chain by now.
            lane.doubted = true;
        }
        let shown: Vec<Head> = self.lanes.iter().filter(|l| l.enabled()).filter_map(|l| l.head).collect();
        (self.heads, self.floor) = (Heads::of(self.heads.pace()), 0);
        self.heads.only(shown);
        self.surest = self.sure();
    }
}

impl Lanes {
    /// Checks the chains on which a lane has gone back. Returns the lanes that must show their heads, and the chains
    /// that have started over.
    #[must_use]
    pub(crate) fn resets(&mut self, now: u64) -> Vec<Change> {
        let mut changes = Vec::new();
        for chain in self.chains_mut() {
            let Some(fell) = chain.fell else { continue };
            match chain.after_fall(now, fell) {
                Witnesses::Wait(keys) => changes.extend(keys.into_iter().map(|key| Change::Unshown(chain.id_of(key)))),
                Witnesses::Same => chain.fell = None,
                Witnesses::Reset => {
                    chain.fell = None;
                    chain.reset(fell);
                    changes.push(Change::Reset(chain.id));
                }
            }
        }
        changes
    }
}
