//! The state of all questions: in flight, remembered and waiting.

use std::collections::{BTreeMap, BTreeSet};

use super::done::Done;
use super::effect::{Continuation, Effect};
use super::flying::Requests;
use super::memory::Memory;
use super::receipts::Receipts;
use crate::budget::Budget;
use crate::classify::Classifier;
use crate::confirmed::Confirmed;
use crate::fair::Fair;
use crate::io::Command;
use crate::lanes::Change;
use crate::trail::Trail;

/// All questions, and what is known of them.
#[derive(Default)]
pub(crate) struct Asks {
    pub(crate) classifier: Classifier,
    pub(super) requests: Requests,
    pub(super) numbered: u64,
    /// Transactions whose answer is their receipt.
    pub(super) receipts: Receipts,
    pub(super) memory: Memory,
    /// The budget of extra sends that the person allows.
    pub(super) budget: Budget,
    /// Kinds of errors that two lanes gave.
    pub(crate) confirmed: Confirmed,
    /// Reads that wait for their turn, by chain.
    pub(super) queues: BTreeMap<u64, Fair>,
    /// When the next of them may start without any send ending, ms.
    pub(super) turn_at: Option<u64>,
    /// Attempts that wait for a free slot on their lane.
    pub(super) full: Vec<(u64, usize)>,
    /// Reads that wait for the connection.
    pub(super) parked: BTreeSet<u64>,
    pub(crate) trail: Trail,
    /// What others must do after the current step.
    pub(super) effects: Vec<Effect>,
}

impl Asks {
    /// Forgets the remembered answers.
    pub(crate) fn forget(&mut self) {
        self.memory.forget();
    }

    /// Takes what others must do, in order.
    #[must_use]
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    pub(super) fn then(&mut self, step: Continuation) {
        self.effects.push(Effect::Then(step));
    }

    pub(super) fn command(&mut self, command: Command) {
        self.effects.push(Effect::Command(command));
    }

    pub(super) fn changed(&mut self, changes: Vec<Change>) {
        if !changes.is_empty() {
            self.effects.push(Effect::Changed(changes));
        }
    }

    pub(super) fn done(&mut self, done: Done) {
        self.effects.push(Effect::Done(done));
    }
}
