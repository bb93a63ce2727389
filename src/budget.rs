//! The hedging budget: at most 10 % extra sends over any window of 200 requests, plus a reserve of 10.
//!
//! A hedge is a send made while another attempt of the same request may still answer. A send after a
//! failure is none: without it there would be no answer.

use std::collections::VecDeque;

/// Requests a window spans.
pub const WINDOW: usize = 200;
/// Hedges allowed per hundred requests of the window.
pub const PERCENT: usize = 10;
/// Hedges allowed on top, so that a quiet page may hedge at all.
pub const RESERVE: usize = 10;

/// Hedges of the last 200 requests.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    // One entry a request, newest last: how many hedges were sent after it came and before the next.
    hedges: VecDeque<usize>,
    sum: usize,
}

impl Budget {
    /// A request has come.
    pub fn request(&mut self) {
        self.hedges.push_back(0);
        if self.hedges.len() > WINDOW {
            self.sum -= self.hedges.pop_front().unwrap_or(0);
        }
    }

    /// Spends one hedge, if there is one.
    pub fn spend(&mut self) -> bool {
        let allowed = RESERVE + self.hedges.len() * PERCENT / 100;
        let Some(last) = self.hedges.back_mut() else { return false };
        if self.sum >= allowed {
            return false;
        }
        *last += 1;
        self.sum += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_window_holds_the_budget() {
        let mut budget = Budget::default();
        let mut sent = Vec::new();
        for i in 0..2_000 {
            budget.request();
            // Greedy: every request wants up to three hedges, in bursts.
            let wanted = if i / 100 % 2 == 0 { 3 } else { 0 };
            sent.push((0..wanted).filter(|_| budget.spend()).count());
        }
        for window in sent.windows(WINDOW) {
            assert!(window.iter().sum::<usize>() <= RESERVE + WINDOW * PERCENT / 100);
        }
        assert!(sent.iter().sum::<usize>() >= 150, "and what is allowed can be used");
    }

    #[test]
    fn nothing_is_spent_before_the_first_request() {
        assert!(!Budget::default().spend());
    }
}
