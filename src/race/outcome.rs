//! How attempts and races end, and why attempts are made: one word each.

/// How one attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A result.
    Answer,
    /// The chain's own error. It is as much an answer as a result.
    ChainError,
    /// An unknown error. It counts as the chain's unless another lane contradicts it.
    Word,
    /// `null` where `null` means "not here".
    Empty,
    /// Older than what is already known.
    Stale,
    /// The lane refuses for now, because too much was asked of it.
    Refused,
    /// The lane is unable to answer; another one may be able.
    Unable,
    /// The lane is broken, silent or wrong.
    Fault,
    /// We ended it, because another lane was faster.
    Cancelled,
}

impl Outcome {
    /// One word, as the trail shows it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Answer => "answer",
            Outcome::ChainError => "chain-error",
            Outcome::Word => "word",
            Outcome::Empty => "empty",
            Outcome::Stale => "stale",
            Outcome::Refused => "refused",
            Outcome::Unable => "unable",
            Outcome::Fault => "fault",
            Outcome::Cancelled => "cancelled",
        }
    }
}

/// Why an attempt was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The best-ranked lane.
    Best,
    /// The lane before it was slower than usual.
    Hedge,
    /// The lane before it ended like this.
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
    /// One word, as the trail shows it.
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
        /// Why this lane.
        reason: Reason,
    },
    /// Lanes on different ground disagree, and nothing decides between them.
    Disputed,
    /// Only one lane answered, and an unconfirmed answer may not be given.
    Unconfirmed,
    /// No lane answered.
    Failed {
        /// Whether time ran out before all lanes had failed.
        late: bool,
    },
}

/// Why a lane's reply is the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The best lane answered.
    Best,
    /// A hedge was faster.
    Hedge,
    /// A lane before it had failed.
    Failover,
    /// All lanes were asked at once, and this one was the first.
    First,
    /// Two lanes agreed.
    Agreed,
    /// Two of three agreed.
    Majority,
    /// Lanes gave the same kind of error.
    Confirmed,
    /// Only this lane could answer. Nothing confirmed it.
    Unconfirmed,
    /// Two lanes, or all lanes, answered `null`.
    Nothing,
    /// The answer is behind, but there is no other.
    Behind,
    /// The node accepted the transaction.
    Accepted,
    /// The chain's own error.
    Rejected,
}

impl Reason {
    /// One word, as the trail shows it.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Best => "best",
            Reason::Hedge => "hedge",
            Reason::Failover => "failover",
            Reason::First => "first",
            Reason::Agreed => "agreed",
            Reason::Majority => "majority",
            Reason::Confirmed => "confirmed",
            Reason::Unconfirmed => "unconfirmed",
            Reason::Nothing => "nothing",
            Reason::Behind => "behind",
            Reason::Accepted => "accepted",
            Reason::Rejected => "rejected",
        }
    }
}

impl End {
    /// One word, as the trail shows it.
    pub fn word(self) -> &'static str {
        match self {
            End::Lane { reason, .. } => reason.word(),
            End::Disputed => "disputed",
            End::Unconfirmed => "withheld",
            End::Failed { late: true } => "late",
            End::Failed { late: false } => "failed",
        }
    }
}
