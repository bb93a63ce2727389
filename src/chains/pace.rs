//! What follows from the time between two blocks of a chain.

/// How far behind is behind, and how often a chain is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Blocks that a lane may be behind the best head.
    pub behind_blocks: u64,
    /// Time that it may be behind, ms.
    pub behind_ms: u64,
    /// Age of a lane's head at which it is asked for again, ms.
    pub poll_ms: u64,
    /// Time between two looks at the newest block while a page is subscribed, ms.
    pub look_ms: u64,
}

impl Default for Pace {
    /// Of a chain whose block time is not known: on nearly all chains, a lane that misses 16 blocks or 30 s is stuck.
    fn default() -> Self {
        Pace { behind_blocks: 16, behind_ms: 30_000, poll_ms: 6_000, look_ms: 3_000 }
    }
}

impl Pace {
    /// Of a chain that makes a block in so many ms.
    ///
    /// A lane may miss 15 blocks, within bounds. 10 s at least: sound lanes of the fastest chains are some seconds
    /// apart. 36 s at most, three slots of Ethereum: whoever waits for a transaction notices more. But three blocks
    /// always: a slot may be empty, and a block takes its time from lane to lane.
    #[must_use]
    pub fn of(block_ms: u64) -> Pace {
        let block_ms = block_ms.max(1);
        let behind_ms = (15 * block_ms).clamp(10_000, 36_000).max(3 * block_ms);
        Pace {
            behind_blocks: behind_ms / block_ms,
            behind_ms,
            // Twice a block is soon enough. At most every 6 s: answers show heads, too, and polls are what is sent
            // besides requests. At least every 15 s: a poll also finds what fails.
            poll_ms: (block_ms / 2).clamp(6_000, 15_000),
            // Four times a block: who subscribes wants blocks soon. At most every 2 s: that is what a lane can bear.
            look_ms: (block_ms / 4).clamp(2_000, 5_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chains::{all, pace};

    #[test]
    fn a_lane_may_miss_what_its_chain_makes_in_a_while() {
        let behind = |id: u64| (pace(id).behind_blocks, pace(id).behind_ms);
        assert_eq!(behind(1), (3, 36_000));
        assert_eq!(behind(8453), (15, 30_000));
        assert_eq!(behind(42161), (40, 10_000));
        assert_eq!(behind(314), (3, 90_000));
    }

    #[test]
    fn times_stay_within_their_bounds() {
        for chain in all() {
            let Pace { behind_blocks, behind_ms, poll_ms, look_ms } = pace(chain.id);
            assert!(behind_blocks >= 3 && (10_000..=90_000).contains(&behind_ms), "{}", chain.name);
            assert!((6_000..=15_000).contains(&poll_ms) && poll_ms < behind_ms, "{}", chain.name);
            assert!((2_000..=5_000).contains(&look_ms), "{}", chain.name);
        }
        assert!(Pace::of(0).behind_blocks > 0 && Pace::of(u64::MAX / 100).behind_blocks == 3);
    }

    #[test]
    fn an_unknown_chain_has_the_usual_times() {
        assert_eq!(pace(5), Pace::default());
        assert_eq!(pace(1_440_000), Pace::default(), "known, but not how fast it is");
    }
}
