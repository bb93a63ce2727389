//! The catalogue of error texts (`data/errors.json`): rows, and how an error is held against them.

use serde::Deserialize;

use super::Meaning;
use super::text::{Text, has};

/// All rows, in their order.
#[derive(Default, Deserialize)]
pub(super) struct Catalogue {
    pub(super) reverts: Reverts,
    pub(super) rules: Vec<Row>,
    pub(super) broadcast: Vec<Row>,
    pub(super) wallet: Vec<Row>,
    pub(super) wallet_status: Vec<String>,
}

/// Words before what a contract says.
#[derive(Default, Deserialize)]
pub(super) struct Reverts {
    /// Where one of these stands, the error is a revert.
    pub(super) sure: Vec<String>,
    /// What follows one of these may be a contract's own.
    pub(super) maybe: Vec<String>,
}

/// One kind of error.
#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) class: Meaning,
    /// Whether it says nothing of a transaction that was sent.
    #[serde(default)]
    pub(super) reads: bool,
    /// Whether it tells more than the mark of a revert.
    #[serde(default)]
    pub(super) first: bool,
    /// Of which methods alone it tells; of any where none is named.
    #[serde(default)]
    method: Vec<String>,
    #[serde(default)]
    status: Vec<u16>,
    #[serde(default)]
    status_from: Option<u16>,
    #[serde(default)]
    code: Vec<i64>,
    #[serde(default)]
    text: Vec<String>,
}

impl Row {
    /// Whether an error is of this row.
    pub(super) fn matches(&self, method: &str, status: u16, code: i64, text: &Text) -> bool {
        (self.method.is_empty() || self.method.iter().any(|name| name == method))
            && (self.status.is_empty() || self.status.contains(&status))
            && self.status_from.is_none_or(|from| status >= from)
            && (self.code.is_empty() || self.code.contains(&code))
            && (self.text.is_empty() || self.text.iter().any(|pattern| has(&text.searched, pattern)))
    }

    /// Whether it tells by the status alone.
    pub(super) fn is_status(&self) -> bool {
        self.text.is_empty() && self.code.is_empty()
    }

    /// Whether it tells by the code alone: EIP-1474's codes mean other things in answer to a transaction.
    pub(super) fn is_code(&self) -> bool {
        self.text.is_empty() && !self.code.is_empty()
    }
}
