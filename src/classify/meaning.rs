//! What a failure of a lane means.

use crate::race::Outcome;

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A revert: the chain's own answer.
    Chain,
    /// The chain's word, unless another lane says otherwise.
    Word,
    /// A broadcast that the network already has.
    Known,
    /// A rate limit, a quota, or a missing key.
    Refused,
    /// The lane lacks this method; another one may have it.
    Unable,
    /// The lane would answer for a smaller range.
    Smaller,
    /// The lane lacks this block or state; it may have others.
    Missing,
    /// The lane gave up on this request; another one may not.
    Late,
    /// The lane's upstream is broken.
    Fault,
}

impl Meaning {
    /// The one the catalogue calls so.
    pub fn of(word: &str) -> Option<Meaning> {
        Some(match word {
            "chain" => Meaning::Chain,
            "word" => Meaning::Word,
            "known" => Meaning::Known,
            "refused" => Meaning::Refused,
            "unable" => Meaning::Unable,
            "smaller" => Meaning::Smaller,
            "missing" => Meaning::Missing,
            "late" => Meaning::Late,
            "fault" => Meaning::Fault,
            _ => return None,
        })
    }

    pub(super) fn outcome(self) -> Outcome {
        match self {
            Meaning::Chain => Outcome::ChainError,
            Meaning::Word => Outcome::Word,
            Meaning::Known => Outcome::Answer,
            Meaning::Refused => Outcome::Refused,
            Meaning::Unable | Meaning::Smaller | Meaning::Missing | Meaning::Late => Outcome::Unable,
            Meaning::Fault => Outcome::Fault,
        }
    }
}
