//! The catalogue of error texts (`data/errors.json`): rows, and how an error is held against them.

use serde::Deserialize;

use super::meaning::Meaning;
use super::text::{Reverts, Text, bit, has, words};

/// All rows, in their order.
#[derive(Default, Deserialize)]
pub(super) struct Catalogue {
    pub(super) reverts: Reverts,
    pub(super) rules: Vec<Row>,
    pub(super) broadcast: Vec<Row>,
    pub(super) wallet: Vec<Row>,
    pub(super) wallet_status: Vec<String>,
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
    text: Vec<Pattern>,
}

/// A text of the catalogue.
#[derive(Deserialize)]
#[serde(from = "String")]
struct Pattern {
    text: String,
    /// The bit of its first word; of one that begins otherwise all.
    first: u128,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        let first = words(text.trim_start_matches('=')).next().filter(|word| !word.is_empty()).map_or(u128::MAX, bit);
        Pattern { text, first }
    }
}

impl Pattern {
    /// Hundreds are held against a text: most are told by a word that is not in it.
    fn is_in(&self, text: &Text) -> bool {
        self.first & text.words != 0 && has(&text.searched, &self.text)
    }
}

impl Row {
    /// Whether an error is of this row.
    pub(super) fn matches(&self, method: &str, status: u16, code: i64, text: &Text) -> bool {
        (self.method.is_empty() || self.method.iter().any(|name| name == method))
            && (self.status.is_empty() || self.status.contains(&status))
            && self.status_from.is_none_or(|from| status >= from)
            && (self.code.is_empty() || self.code.contains(&code))
            && (self.text.is_empty() || self.text.iter().any(|pattern| pattern.is_in(text)))
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
