//! Latency as a quantile sketch that also learns from losers.
//!
//! A lane that lost a race was cancelled: all that is known is that it would have taken *at least* that long.
//! Such samples are censored. Leaving them out makes a slow lane look fast; counting them as finished makes
//! a fast lane look slow. The Kaplan-Meier estimator (E. L. Kaplan, P. Meier, "Nonparametric estimation from
//! incomplete observations", J. Am. Stat. Assoc. 53, 1958) uses both correctly.

use serde::{Deserialize, Serialize};

/// Buckets grow by this factor, so a quantile is exact to 6 %.
const GROWTH: f64 = 1.12;
/// 1.12^98 is 67 s, longer than every usual deadline.
const BUCKETS: usize = 99;
/// The weight of a sample is multiplied by this with each new one, so the memory is about 100 samples.
const DECAY: f32 = 0.99;
/// The weight of all samples is multiplied by this at a light poll without requests since the last: half after three.
const FADE: f32 = 0.8;
/// Total weight below which nothing is known any more: half a sample.
const FORGOTTEN: f64 = 0.5;
/// Weight below which a bucket is forgotten.
const DUST: f32 = 0.001;

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Bucket {
    index: u8,
    done: f32,
    censored: f32,
}

/// A decaying histogram of latencies in ms.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    // Sorted by index; only buckets that are not empty.
    buckets: Vec<Bucket>,
}

impl Sketch {
    /// An answer took `ms`.
    pub fn done(&mut self, ms: u64) {
        self.add(ms, |b| b.done += 1.0);
    }

    /// The attempt was cancelled after `ms` without an answer.
    pub fn censored(&mut self, ms: u64) {
        self.add(ms, |b| b.censored += 1.0);
    }

    /// Answers in memory; older ones count less than one.
    pub fn answers(&self) -> f64 {
        self.buckets.iter().map(|b| f64::from(b.done)).sum()
    }

    /// Everything in memory: answers, and silences that were cut short.
    pub fn weight(&self) -> f64 {
        self.buckets.iter().map(|b| f64::from(b.done + b.censored)).sum()
    }

    /// The share of requests that take longer than `ms`, as far as is known.
    pub fn later_than(&self, ms: u64) -> f64 {
        let limit = index(ms);
        let (mut at_risk, mut silent) = (self.weight(), 1.0);
        for bucket in self.buckets.iter().take_while(|b| b.index <= limit) {
            if at_risk > 0.0 {
                silent *= 1.0 - (f64::from(bucket.done) / at_risk).min(1.0);
            }
            at_risk -= f64::from(bucket.done + bucket.censored);
        }
        silent
    }

    /// Time has passed without a request: old samples count less.
    pub fn fade(&mut self) {
        self.scale(FADE);
    }

    /// The latency, in ms, that a share `q` of answers stays under. If too few were seen to finish, the longest silence
    /// is used as a lower bound.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let (mut at_risk, mut silent) = (self.weight(), 1.0);
        if at_risk < FORGOTTEN {
            return None;
        }
        for bucket in &self.buckets {
            if at_risk > 0.0 {
                silent *= 1.0 - (f64::from(bucket.done) / at_risk).min(1.0);
            }
            // The sum of many small f32 is not exact: slightly below the quantile counts as the quantile.
            if 1.0 - silent >= q - 1e-6 {
                return Some(middle(bucket.index));
            }
            at_risk -= f64::from(bucket.done + bucket.censored);
        }
        self.buckets.last().map(|b| middle(b.index))
    }

    fn add(&mut self, ms: u64, put: impl FnOnce(&mut Bucket)) {
        self.scale(DECAY);
        let index = index(ms);
        let at = self.buckets.partition_point(|b| b.index < index);
        if self.buckets.get(at).is_none_or(|b| b.index != index) {
            self.buckets.insert(at, Bucket { index, ..Bucket::default() });
        }
        if let Some(bucket) = self.buckets.get_mut(at) {
            put(bucket);
        }
    }

    fn scale(&mut self, by: f32) {
        for bucket in &mut self.buckets {
            bucket.done *= by;
            bucket.censored *= by;
        }
        self.buckets.retain(|b| b.done + b.censored > DUST);
    }

    /// A stored sketch is untrusted input: it must be sorted, bounded and finite, or it is ignored.
    pub fn is_sound(&self) -> bool {
        let weight = |w: f32| w.is_finite() && (0.0..=1_000.0).contains(&w);
        self.buckets.len() <= BUCKETS
            && self.buckets.iter().all(|b| usize::from(b.index) < BUCKETS && weight(b.done) && weight(b.censored))
            && self.buckets.is_sorted_by(|a, b| a.index < b.index)
    }
}

fn index(ms: u64) -> u8 {
    let bucket = (ms.max(1) as f64).ln() / GROWTH.ln();
    bucket.round().min((BUCKETS - 1) as f64) as u8
}

fn middle(index: u8) -> u64 {
    GROWTH.powi(i32::from(index)).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_close_to_the_truth() {
        let mut sketch = Sketch::default();
        assert_eq!(sketch.quantile(0.5), None);
        for i in 0..1_000 {
            sketch.done(20 + (i * 37 % 100) / 10);
        }
        let p50 = sketch.quantile(0.5).expect("samples");
        assert!((22..=27).contains(&p50), "{p50}");
    }

    #[test]
    fn a_constant_loser_looks_as_slow_as_its_silence() {
        let mut sketch = Sketch::default();
        sketch.done(20);
        (0..10).for_each(|_| sketch.censored(300));
        assert!(sketch.quantile(0.5) >= Some(280));
    }

    #[test]
    fn a_cancelled_hedge_does_not_make_a_fast_lane_slow() {
        let mut sketch = Sketch::default();
        (0..50).for_each(|_| sketch.done(40));
        (0..20).for_each(|_| sketch.censored(5));
        assert!((38..=42).contains(&sketch.quantile(0.5).expect("samples")));
    }

    #[test]
    fn zero_and_infinity_have_a_bucket() {
        let mut sketch = Sketch::default();
        sketch.done(0);
        sketch.done(u64::MAX);
        assert!(sketch.is_sound());
        assert!(sketch.quantile(1.0) > Some(60_000));
    }
}
