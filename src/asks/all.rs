//! Questions on their way, answers that are remembered, and who waits for what.

use std::collections::{BTreeMap, BTreeSet};

use super::flying::Requests;
use super::memory::Memory;
use super::receipts::Receipts;
use crate::budget::Budget;
use crate::classify::Classifier;
use crate::confirmed::Confirmed;
use crate::fair::Fair;
use crate::trail::Trail;

/// Everything that is asked, and what is known of it.
#[derive(Default)]
pub(crate) struct Asks {
    pub(crate) classifier: Classifier,
    pub(crate) requests: Requests,
    numbered: u64,
    /// Transactions whose answer is their receipt.
    pub(crate) receipts: Receipts,
    pub(crate) memory: Memory,
    /// Extra sends that the person allows.
    pub(crate) budget: Budget,
    /// Kinds of errors that two lanes gave.
    pub(crate) confirmed: Confirmed,
    /// Reads that wait for their turn, by chain.
    pub(crate) queues: BTreeMap<u64, Fair>,
    /// Attempts that wait for a place on their lane.
    pub(crate) full: Vec<(u64, usize)>,
    /// Reads that wait for the line.
    pub(crate) parked: BTreeSet<u64>,
    pub(crate) trail: Trail,
}

impl Asks {
    /// A number for a request.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }
}
