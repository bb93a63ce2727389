//! Heads: the newest block each lane has shown, and when.
//!
//! A popular endpoint has answered 200 OK eleven minutes stale. A lane further behind the best head than the chain's
//! [`Pace`] allows is not asked for `latest` reads while a fresher one can be.

use std::collections::VecDeque;

use crate::chains::Pace;

/// Blocks that are near each other on any chain.
pub const NEAR: u64 = 16;
/// For this many ms, the block a lane showed tells exactly where it is now.
const FRESH_MS: u64 = 2_000;
/// Time between the answers of one round of polls, in ms: 15 blocks of the fastest chains.
const ROUND_MS: u64 = 1_500;
/// Rises of the best head that are remembered.
const HISTORY: usize = 128;
/// A head more than this many blocks above what the chain can have grown to since is a leap: a lie, another
/// chain – or the first lane that is not stuck.
pub const LEAP: u64 = 10_000;
/// Block time of the fastest chains, in ms.
const BLOCK_MS: u64 = 100;
/// No chain is this high: a larger number is a lie, whichever lane it comes from.
pub const HIGHEST: u64 = 1 << 48;

/// The newest block a lane has shown, and when, in ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    /// Block number.
    pub number: u64,
    /// When it was shown, in ms.
    pub at: u64,
}

impl Head {
    /// The block that the fastest chains would have reached since.
    pub fn grown(self, now: u64) -> u64 {
        self.number.saturating_add(now.saturating_sub(self.at) / BLOCK_MS)
    }
}

/// The best head of one chain, and how it rose.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    rises: VecDeque<Head>,
    pace: Pace,
    /// Newest finalized block that a lane has named.
    pub finalized: u64,
}

impl Heads {
    /// Of a chain as fast as this.
    #[must_use]
    pub fn of(pace: Pace) -> Heads {
        Heads { pace, ..Heads::default() }
    }

    /// How fast the chain is.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// A lane has shown a block that is believed.
    pub fn learn(&mut self, now: u64, number: u64) {
        if self.best().is_none_or(|b| number > b) && number <= HIGHEST {
            self.rises.push_back(Head { number, at: now });
            if self.rises.len() > HISTORY {
                self.rises.pop_front();
            }
        }
    }

    /// Whether a block is so far above the best head that one lane alone is not believed.
    pub fn is_leap(&self, now: u64, number: u64) -> bool {
        number > HIGHEST || self.newest().is_some_and(|best| number > best.grown(now).saturating_add(LEAP))
    }

    /// Forgets heads above everything that these lanes have shown. The rise of the best head up to there is kept.
    /// Without it, a lane that was far behind would look as if nobody had been ahead of it.
    pub fn only(&mut self, mut shown: Vec<Head>) {
        let top = shown.iter().map(|h| h.number).max().unwrap_or(0);
        self.rises.retain(|rise| rise.number <= top);
        self.finalized = 0;
        shown.sort_by_key(|h| (h.at, h.number));
        shown.into_iter().for_each(|h| self.learn(h.at, h.number));
    }

    /// The best head that was known when a lane showed this one, or soon after, and when it was shown.
    pub fn then(&self, head: Head) -> Option<Head> {
        self.rises.iter().rev().find(|rise| rise.at <= head.at.saturating_add(ROUND_MS)).copied()
    }

    /// The best head, and when it was first shown.
    pub fn newest(&self) -> Option<Head> {
        self.rises.back().copied()
    }

    /// The best head.
    pub fn best(&self) -> Option<u64> {
        self.rises.back().map(|h| h.number)
    }

    /// Whether a lane whose newest block is `head` is too far behind for a `latest` read by a page that
    /// has been shown `floor`.
    pub fn behind(&self, now: u64, head: Option<Head>, floor: u64) -> bool {
        let Some(head) = head else { return false };
        // It may have risen since, as the best one has.
        let best = self.then(head).map_or(head.number, |best| best.number);
        // When the chain passed this block. A lane that was not asked since then may have newer ones.
        let passed = self.rises.iter().find(|r| r.number > head.number).map(|r| r.at);
        let late = passed.is_some_and(|at| head.at > at.saturating_add(self.pace.behind_ms));
        // A lane rises with the chain. If the chain has shown no newer block, it still has what it showed, until a poll
        // shows more.
        let still = self.rises.back().is_none_or(|r| r.at <= head.at);
        let low = head.number < floor && (still || head.at.saturating_add(FRESH_MS) > now);
        best > head.number.saturating_add(self.pace.behind_blocks) || late || low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(number: u64, at: u64) -> Option<Head> {
        Some(Head { number, at })
    }

    #[test]
    fn over_sixteen_blocks_or_thirty_seconds_is_behind() {
        let mut heads = Heads::default();
        heads.learn(0, 100);
        heads.learn(1_000, 116);
        assert!(!heads.behind(1_000, head(100, 1_000), 0));
        heads.learn(2_000, 117);
        assert!(heads.behind(2_000, head(100, 2_000), 0), "17 blocks");
        assert!(!heads.behind(31_000, head(116, 31_000), 0));
        assert!(heads.behind(32_001, head(116, 32_001), 0), "one block, for more than 30 s");
        assert!(!heads.behind(60_000, head(116, 3_000), 0), "not asked since: it may have it by now");
    }

    #[test]
    fn how_far_behind_is_behind_follows_the_chain() {
        let (mut slow, mut fast) = (Heads::of(Pace::of(12_000)), Heads::of(Pace::of(250)));
        [&mut slow, &mut fast].into_iter().for_each(|heads| heads.learn(0, 120));
        assert!(slow.behind(0, head(116, 0), 0) && !slow.behind(0, head(117, 0), 0));
        assert!(fast.behind(0, head(79, 0), 0) && !fast.behind(0, head(80, 0), 0));
    }

    #[test]
    fn an_idle_lane_is_not_behind() {
        let mut heads = Heads::default();
        (0..40).for_each(|n| heads.learn(n * 250, 100 + n));
        assert!(!heads.behind(10_000, head(104, 1_000), 0), "it has risen with the chain, for all that is known");
        assert!(heads.behind(10_000, head(70, 1_000), 0), "it was behind when it was asked");
        heads.learn(10_000, 140);
        assert!(heads.behind(10_000, head(100, 9_900), 0), "others answered a little later");
    }

    #[test]
    fn the_floor_of_a_page_counts_while_the_head_is_fresh() {
        let mut heads = Heads::default();
        heads.learn(0, 100);
        assert!(heads.behind(0, head(99, 0), 100));
        assert!(heads.behind(5_000, head(99, 0), 100), "no block has come since");
        heads.learn(1_000, 101);
        assert!(heads.behind(1_900, head(99, 0), 100));
        assert!(!heads.behind(5_000, head(99, 0), 100), "it may have risen with the chain");
        assert!(!heads.behind(0, None, 100), "unknown is not behind");
    }

    #[test]
    fn a_leap_is_faster_than_any_chain_grows() {
        let mut heads = Heads::default();
        assert!(!heads.is_leap(0, 20_000_000), "nothing is known yet");
        heads.learn(0, 100);
        assert!(!heads.is_leap(0, 10_100) && heads.is_leap(0, 10_101));
        assert!(!heads.is_leap(3_600_000, 14_500), "an hour of quarter-second blocks");
        assert!(Heads::default().is_leap(0, u64::MAX));
        heads.learn(1, u64::MAX);
        assert_eq!(heads.best(), Some(100));
    }
}
