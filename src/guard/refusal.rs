//! What a page is told when it gets no answer: how many endpoints could not give one, and never which.

use crate::race::End;

/// Who was asked in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) endpoints: usize,
    pub(super) wallet: bool,
}

/// No lane that answers has the block that a request names, and another one has shown it. Whoever asks again may find
/// that one well again, or the others further.
pub(super) fn not_there(method: &str) -> String {
    format!("Breakwater: no endpoint that answers has the block that {method} names.")
}

impl Tally {
    fn who(self) -> String {
        let endpoints = match self.endpoints {
            0 => "no endpoint".to_owned(),
            1 => "1 endpoint".to_owned(),
            many => format!("{many} endpoints"),
        };
        match (self.endpoints, self.wallet) {
            (_, false) => endpoints,
            (0, true) => "the wallet".to_owned(),
            (_, true) => format!("{endpoints} and the wallet"),
        }
    }

    /// The sentence for a race that ended so.
    pub(super) fn explain(self, end: End, method: &str) -> String {
        let who = self.who();
        match end {
            End::Disputed => format!("Breakwater: {who} disagree about {method}; no answer was given."),
            End::Unconfirmed => {
                format!("Breakwater: only {who} answered {method}, and nothing confirms it; no answer was given.")
            }
            End::Failed { late: true } if self.endpoints > 0 => {
                format!("Breakwater: {who} did not answer in time ({method}).")
            }
            End::Failed { late: true } => format!("Breakwater: {who} answered in time ({method})."),
            End::Failed { late: false } if self.endpoints == 0 && !self.wallet => {
                format!("Breakwater: {who} could answer ({method}).")
            }
            _ => format!("Breakwater: {who} could not answer ({method})."),
        }
    }
}
