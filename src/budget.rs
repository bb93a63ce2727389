//! The hedging budget: at most 10 % extra sends over any window of 200 requests, plus a reserve of 10.
//!
//! A hedge is a send made while another attempt of the same request may still answer. A send after a failure does
//! not count as a hedge: without it there would be no answer.
//!
//! Among others, a share (the origin of a page) has 10 % of its own requests in the window and half of the reserve, so
//! that its stalled reads leave hedges for the others.

use std::collections::{BTreeMap, VecDeque};

/// Requests a window spans.
pub const WINDOW: usize = 200;
/// Hedges allowed per hundred requests of the window.
pub const PERCENT: usize = 10;
/// Hedges allowed on top, so that a quiet page may hedge at all.
pub const RESERVE: usize = 10;

/// Hedges of the last 200 requests.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    // One entry for each request, newest last: its share, and the shares of hedges sent between it and the next one.
    window: VecDeque<(u32, Vec<u32>)>,
    hedges: usize,
    /// Requests and hedges of each share in the window.
    shares: BTreeMap<u32, (usize, usize)>,
}

impl Budget {
    /// A request of this share has arrived.
    pub fn request(&mut self, share: u32) {
        self.window.push_back((share, Vec::new()));
        self.shares.entry(share).or_default().0 += 1;
        if self.window.len() <= WINDOW {
            return;
        }
        let Some((oldest, hedges)) = self.window.pop_front() else { return };
        self.hedges -= hedges.len();
        self.shares.entry(oldest).or_default().0 -= 1;
        for share in hedges {
            self.shares.entry(share).or_default().1 -= 1;
        }
        self.shares.retain(|_, known| *known != (0, 0));
    }

    /// Spends one hedge for this share, if there is one.
    pub fn spend(&mut self, share: u32) -> bool {
        if !self.is_left(share) {
            return false;
        }
        let Some((_, last)) = self.window.back_mut() else { return false };
        last.push(share);
        self.hedges += 1;
        self.shares.entry(share).or_default().1 += 1;
        true
    }

    /// Whether one could be spent.
    pub fn is_left(&self, share: u32) -> bool {
        let (requests, hedges) = self.shares.get(&share).copied().unwrap_or((0, 0));
        let reserve = if self.shares.len() > 1 { RESERVE / 2 } else { RESERVE };
        let allowed = RESERVE + self.window.len() * PERCENT / 100;
        let own = reserve + requests * PERCENT / 100;
        !self.window.is_empty() && self.hedges < allowed && hedges < own
    }

    /// The last hedge of this share was needed in any case and does not count.
    pub fn give_back(&mut self, share: u32) {
        let newest = |(_, hedges): &mut (u32, Vec<u32>)| {
            let at = hedges.iter().rposition(|spent| *spent == share)?;
            Some(hedges.remove(at))
        };
        if self.window.iter_mut().rev().find_map(newest).is_some() {
            self.hedges -= 1;
            self.shares.entry(share).or_default().1 -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_keeps_the_budget() {
        let mut budget = Budget::default();
        let mut sent = Vec::new();
        for i in 0..2_000 {
            budget.request(1);
            // Greedy: every request asks for up to three hedges, in bursts.
            let wanted = if i / 100 % 2 == 0 { 3 } else { 0 };
            sent.push((0..wanted).filter(|_| budget.spend(1)).count());
        }
        for window in sent.windows(WINDOW) {
            assert!(window.iter().sum::<usize>() <= RESERVE + WINDOW * PERCENT / 100);
        }
        assert!(sent.iter().sum::<usize>() >= 150, "and what is allowed can be used");
    }

    #[test]
    fn nothing_is_spent_before_the_first_request() {
        assert!(!Budget::default().spend(1));
    }

    #[test]
    fn one_share_leaves_hedges_for_the_others() {
        let mut budget = Budget::default();
        for i in 0..2_000 {
            budget.request(1);
            let greedy = (0..3).filter(|_| budget.spend(1)).count();
            assert!(greedy <= 3);
            if i % 40 == 0 {
                budget.request(2);
                assert!(i < 200 || budget.spend(2), "at {i}");
            }
        }
    }
}
