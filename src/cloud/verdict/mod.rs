//! The verdict on a chain's endpoints: diverse, or what they share.
//!
//! For every failure domain there is one question: *if it goes dark, how many endpoints are left?* None is a warning,
//! one is a caution. An endpoint whose origin is hidden never counts as certainly elsewhere.

mod facts;
mod overall;

pub(crate) use facts::{Facts, hhi, region_group};
pub use facts::{Level, Reason};
pub use overall::{Chain, Overall, overall};

use super::ground::Ground;

/// The level of these endpoints, and why. Each has its display name and its ground.
pub fn level(endpoints: &[(&str, &Ground)]) -> (Level, Reason) {
    Facts::of(endpoints).level()
}

/// The level of these endpoints with one more, to show what a candidate would change.
pub fn level_with(endpoints: &[(&str, &Ground)], candidate: &Ground) -> Level {
    let mut all = endpoints.to_vec();
    all.push(("", candidate));
    level(&all).0
}
