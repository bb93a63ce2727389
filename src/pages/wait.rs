//! One call that a wallet has not answered.

/// One call that the wallet has not answered.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(super) id: u64,
    pub(super) chain: Option<u64>,
    pub(super) method: &'static str,
    pub(super) since: u64,
    pub(super) endpoint: Tried,
}

/// A call that a wallet has not answered, as shown to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unanswered {
    pub(crate) method: &'static str,
    /// For how long, in ms.
    pub(crate) ms: u64,
    /// Whether the wallet's endpoint answers; `None` if unknown.
    pub(crate) endpoint_answers: Option<bool>,
}

/// The state of the test read of a wallet's endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// Asked at this time, and not answered yet.
    Out(u64),
    Answers,
    Fails,
    /// The answer says nothing about the endpoint.
    Open,
}

impl Wait {
    /// The call as shown to the person.
    pub(super) fn unanswered(&self, now: u64, endpoint_answers: Option<bool>) -> Unanswered {
        Unanswered { method: self.method, ms: now.saturating_sub(self.since), endpoint_answers }
    }
}
