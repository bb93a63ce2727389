//! What a failure of a lane means.

use serde::Deserialize;

use crate::race::Outcome;

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// A revert: the chain's own answer.
    Chain,
    /// The chain's word, unless another lane says otherwise.
    Word,
    /// A broadcast the network already has.
    Known,
    /// Too much asked of it for now, or a key is wanted.
    Refused,
    /// It has not got this method; another may.
    Unable,
    /// It would, for a smaller range.
    Smaller,
    /// It has not got this block or state; of another it may.
    Missing,
    /// It gave up on this question; another may not.
    Late,
    /// What stands behind it is broken.
    Fault,
}

impl Meaning {
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
