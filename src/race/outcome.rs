//! How attempts and races end, and why attempts begin: one word for programs, one sentence for people.

/// How one attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A result.
    Answer,
    /// The chain's own error: as much an answer as a result.
    ChainError,
    /// `null` where `null` means "not here".
    Empty,
    /// Older than what is known already.
    Stale,
    /// Too much asked of the lane for now.
    Refused,
    /// The lane cannot; another may.
    Unable,
    /// The lane is broken, silent or wrong.
    Fault,
    /// Ended by us: another lane was sooner.
    Cancelled,
}

impl Outcome {
    /// One word, as the trail has it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Answer => "answer",
            Outcome::ChainError => "chain-error",
            Outcome::Empty => "empty",
            Outcome::Stale => "stale",
            Outcome::Refused => "refused",
            Outcome::Unable => "unable",
            Outcome::Fault => "fault",
            Outcome::Cancelled => "cancelled",
        }
    }
}

/// Why an attempt was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The best-ranked lane.
    Best,
    /// The lane before it was slower than it usually is.
    Hedge,
    /// The lane before it ended so.
    After(Outcome),
    /// All lanes at once.
    Race,
    /// Two lanes must agree.
    Compare,
    /// Two lanes did not agree.
    Tiebreak,
    /// A transaction goes to every lane.
    Broadcast,
    /// Time is running out, and the wallet has not been asked.
    Wallet,
}

impl Why {
    /// One word, as the trail has it.
    pub fn word(self) -> &'static str {
        match self {
            Why::Best => "best",
            Why::Hedge => "hedge",
            Why::After(outcome) => outcome.word(),
            Why::Race => "race",
            Why::Compare => "compare",
            Why::Tiebreak => "tiebreak",
            Why::Broadcast => "broadcast",
            Why::Wallet => "wallet",
        }
    }
}

/// How a race ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// This lane's reply is the answer.
    Lane {
        /// Index of the lane in the plan.
        lane: usize,
        /// Why this one.
        reason: Reason,
    },
    /// Lanes on different ground disagree, and nothing settles it.
    Disputed,
    /// No lane answered.
    Failed {
        /// Whether time ran out, rather than lanes.
        late: bool,
    },
}

/// Why a lane's reply is the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The best lane answered.
    Best,
    /// A hedge was sooner.
    Hedge,
    /// A lane before it had failed.
    Failover,
    /// All were asked at once and it was the first.
    First,
    /// Two lanes agreed.
    Agreed,
    /// Two of three agreed.
    Majority,
    /// It alone could answer; nothing confirmed it.
    Unconfirmed,
    /// Two lanes, or all there are, have nothing.
    Nothing,
    /// It is behind, and all there is.
    Behind,
    /// The node took the transaction.
    Accepted,
    /// The chain's own error.
    Rejected,
}

impl Reason {
    /// One word, as the trail has it.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Best => "best",
            Reason::Hedge => "hedge",
            Reason::Failover => "failover",
            Reason::First => "first",
            Reason::Agreed => "agreed",
            Reason::Majority => "majority",
            Reason::Unconfirmed => "unconfirmed",
            Reason::Nothing => "nothing",
            Reason::Behind => "behind",
            Reason::Accepted => "accepted",
            Reason::Rejected => "rejected",
        }
    }

    /// One sentence.
    pub fn explain(self) -> &'static str {
        match self {
            Reason::Best => "The best-ranked endpoint answered.",
            Reason::Hedge => "The first endpoint was slower than usual; the second one answered sooner.",
            Reason::Failover => "An endpoint failed; the next one answered.",
            Reason::First => "All endpoints were asked at once; this one was first.",
            Reason::Agreed => "Two endpoints on different ground agreed.",
            Reason::Majority => "Two endpoints disagreed; a third settled it.",
            Reason::Unconfirmed => "Only one endpoint could answer; nothing confirms it.",
            Reason::Nothing => "No endpoint that answered has it.",
            Reason::Behind => "The answer is behind the newest known block, but it was all there was.",
            Reason::Accepted => "An endpoint took the transaction.",
            Reason::Rejected => "The chain's own error.",
        }
    }
}

impl End {
    /// One word, as the trail has it.
    pub fn word(self) -> &'static str {
        match self {
            End::Lane { reason, .. } => reason.word(),
            End::Disputed => "disputed",
            End::Failed { late: true } => "late",
            End::Failed { late: false } => "failed",
        }
    }

    /// One sentence.
    pub fn explain(self) -> &'static str {
        match self {
            End::Lane { reason, .. } => reason.explain(),
            End::Disputed => "Endpoints on different ground disagree about this; no answer was given.",
            End::Failed { late: true } => "No endpoint answered before the deadline.",
            End::Failed { late: false } => "No endpoint could answer.",
        }
    }
}
