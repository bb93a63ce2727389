//! The catalogue of error texts (`data/errors.json`): its rows, and how an error is matched against them.

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
    /// Whether it does not count for transactions.
    #[serde(default)]
    pub(super) reads: bool,
    /// Whether it is tried before the marks of a revert.
    #[serde(default)]
    pub(super) first: bool,
    /// The only methods it applies to; empty for all methods.
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
    /// The bit of its first word, or all bits if it does not begin with a word.
    first: u128,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        let first = words(text.trim_start_matches('=')).next().filter(|word| !word.is_empty()).map_or(u128::MAX, bit);
        Pattern { text, first }
    }
}

impl Pattern {
    /// A quick check: hundreds of texts are tried, and most contain a word that the error does not.
    fn is_in(&self, text: &Text) -> bool {
        self.first & text.words != 0 && has(&text.searched, &self.text)
    }
}

impl Row {
    /// Whether an error matches this row.
    pub(super) fn matches(&self, method: &str, status: u16, code: i64, text: &Text) -> bool {
        (self.method.is_empty() || self.method.iter().any(|name| name == method))
            && (self.status.is_empty() || self.status.contains(&status))
            && self.status_from.is_none_or(|from| status >= from)
            && (self.code.is_empty() || self.code.contains(&code))
            && (self.text.is_empty() || self.text.iter().any(|pattern| pattern.is_in(text)))
    }

    /// Whether the status alone decides.
    pub(super) fn is_status(&self) -> bool {
        self.text.is_empty() && self.code.is_empty()
    }

    /// Whether the code alone decides. EIP-1474's codes mean other things in answer to a transaction.
    pub(super) fn is_code(&self) -> bool {
        self.text.is_empty() && !self.code.is_empty()
    }
}
