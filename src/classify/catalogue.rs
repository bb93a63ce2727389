//! The catalogue of error texts (`data/errors.json`): its rows, and how an error is matched against them.
//!
//! The core reads `catalogue.tsv`, which `tools/generate/` writes from that file. A line is one of these:
//!
//! ```text
//! sure, maybe, status      texts
//! rules, broadcast, wallet class, flags (r: reads, f: first), methods, statuses, status from, codes, texts
//! ```

use super::meaning::Meaning;
use super::text::{Reverts, Text, bit, has, words};

/// All rows, in their order.
#[derive(Default)]
pub(super) struct Catalogue {
    pub(super) reverts: Reverts,
    pub(super) rules: Vec<Row>,
    pub(super) broadcast: Vec<Row>,
    pub(super) wallet: Vec<Row>,
    pub(super) wallet_status: Vec<&'static str>,
}

impl Catalogue {
    /// The one that is compiled in.
    pub(super) fn read() -> Catalogue {
        let mut whole = Catalogue::default();
        for line in include_str!("catalogue.tsv").lines() {
            let mut cells = line.split('\t');
            match cells.next().unwrap_or_default() {
                "sure" => whole.reverts.sure = cells.collect(),
                "maybe" => whole.reverts.maybe = cells.collect(),
                "status" => whole.wallet_status = cells.collect(),
                "rules" => whole.rules.extend(Row::read(cells)),
                "broadcast" => whole.broadcast.extend(Row::read(cells)),
                _ => whole.wallet.extend(Row::read(cells)),
            }
        }
        whole
    }
}

/// One kind of error.
pub(super) struct Row {
    pub(super) class: Meaning,
    /// Whether it does not count for transactions.
    pub(super) reads: bool,
    /// Whether it is tried before the marks of a revert.
    pub(super) first: bool,
    /// The only methods it applies to; empty for all methods.
    method: Vec<&'static str>,
    status: Vec<i64>,
    status_from: Option<i64>,
    code: Vec<i64>,
    text: Vec<Pattern>,
}

/// A text of the catalogue.
struct Pattern {
    text: &'static str,
    /// The bit of its first word, or all bits if it does not begin with a word.
    first: u128,
}

impl From<&'static str> for Pattern {
    fn from(text: &'static str) -> Self {
        let first = words(text.trim_start_matches('=')).next().filter(|word| !word.is_empty()).map_or(u128::MAX, bit);
        Pattern { text, first }
    }
}

impl Pattern {
    /// A quick check: hundreds of texts are tried, and most contain a word that the error does not.
    fn is_in(&self, text: &Text) -> bool {
        self.first & text.words != 0 && has(&text.searched, self.text)
    }
}

impl Row {
    fn read(mut cells: std::str::Split<'static, char>) -> Option<Row> {
        let class = Meaning::of(cells.next()?)?;
        let flags = cells.next()?;
        let method = cells.next()?.split_ascii_whitespace().collect();
        let mut numbers = || Some(cells.next()?.split_ascii_whitespace().filter_map(|n| n.parse().ok()).collect());
        let (status, from, code): (_, Vec<i64>, _) = (numbers()?, numbers()?, numbers()?);
        let (reads, first) = (flags.contains('r'), flags.contains('f'));
        let text = cells.map(Pattern::from).collect();
        Some(Row { class, reads, first, method, status, status_from: from.first().copied(), code, text })
    }

    /// Whether an error matches this row.
    pub(super) fn matches(&self, method: &str, status: u16, code: i64, text: &Text) -> bool {
        (self.method.is_empty() || self.method.contains(&method))
            && (self.status.is_empty() || self.status.contains(&i64::from(status)))
            && self.status_from.is_none_or(|from| i64::from(status) >= from)
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
