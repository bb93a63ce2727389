//! How attempts and races end, and why attempts begin: one word each.

/// How one attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A result.
    Answer,
    /// The chain's own error: as much an answer as a result.
    ChainError,
    /// An error that is the chain's, unless another lane says otherwise.
    Word,
    /// `null` where `null` means "not here".
    Empty,
    /// Older than what is known already.
    Stale,
    /// Too much asked of the lane for now.
    Refused,
    /// The lane is unable to answer; another one may be able.
    Unable,
    /// The lane is broken, silent or wrong.
    Fault,
    /// Ended by us: another lane was faster.
    Cancelled,
}

impl Outcome {
    /// One word, as the trail has it.
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
    /// One lane answered, no other one confirms it, and an unconfirmed answer may not be given.
    Unconfirmed,
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
    /// A hedge was faster.
    Hedge,
    /// A lane before it had failed.
    Failover,
    /// All were asked at once and it was the first.
    First,
    /// Two lanes agreed.
    Agreed,
    /// Two of three agreed.
    Majority,
    /// Lanes gave the same kind of error.
    Confirmed,
    /// Only this lane could answer; nothing confirmed it.
    Unconfirmed,
    /// Two lanes, or all lanes, say `null`.
    Nothing,
    /// It is behind, but the only answer.
    Behind,
    /// The node accepted the transaction.
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
    /// One word, as the trail has it.
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
