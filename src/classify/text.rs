//! The text of an error: which part of it may be searched, and what it looks like without its numbers.

use crate::jsonrpc::RpcError;
use crate::race::ErrorKind;

/// Longest text that is searched, in bytes.
const LONGEST: usize = 4_096;
/// Most bytes between the halves of a pattern.
const GAP: usize = 120;
/// Selectors of `Error(string)` and `Panic(uint256)`.
const REASONS: [&str; 2] = ["0x08c379a0", "0x4e487b71"];

/// Words that say nothing about what is wrong.
const VAGUE: [&str; 22] = [
    "an",
    "error",
    "errors",
    "exception",
    "failed",
    "failure",
    "found",
    "generic",
    "internal",
    "json",
    "not",
    "occurred",
    "processing",
    "rejected",
    "request",
    "rpc",
    "server",
    "something",
    "unexpected",
    "unknown",
    "went",
    "wrong",
];

/// Marks that come before a contract's own text.
#[derive(Default)]
pub(super) struct Reverts {
    /// An error with one of these is a revert.
    pub(super) sure: Vec<&'static str>,
    /// The text after one of these may be a contract's own.
    pub(super) maybe: Vec<&'static str>,
}

/// An error's text.
#[derive(Default)]
pub(super) struct Text {
    /// The vendor's or node's part in lower case, without the contract's own text.
    pub(super) searched: String,
    /// Whether it is a revert.
    pub(super) reverted: bool,
    /// The bits of the words that are searched.
    pub(super) words: u128,
}

impl Text {
    /// The text of an error about a method. The method's name is replaced by `method`.
    pub(super) fn of(error: &RpcError, method: &str, reverts: &Reverts) -> Text {
        let mut text = Text { reverted: error.code == 3, ..Text::default() };
        text.add(&error.message, reverts);
        if let Some(data) = &error.data {
            match serde_json::from_str::<String>(data) {
                Ok(data) if REASONS.iter().any(|reason| data.starts_with(reason)) => text.reverted = true,
                Ok(data) if data.starts_with("0x") => {}
                Ok(data) => text.add_data(&data, reverts),
                Err(_) => {}
            }
        }
        text.unname(method);
        text.words = words(&text.searched).fold(0, |bits, word| bits | bit(word));
        text
    }

    fn unname(&mut self, method: &str) {
        let name = method.to_lowercase();
        while let Some(at) = Some(&name).filter(|name| !name.is_empty()).and_then(|name| find(&self.searched, name)) {
            self.searched.replace_range(at..at + name.len(), "method");
        }
    }

    /// Adds the part before a contract's own text.
    fn add(&mut self, more: &str, reverts: &Reverts) {
        let lower = worded(more);
        let first = |marks: &[&str]| marks.iter().filter_map(|mark| find(&lower, mark)).min();
        let sure = first(&reverts.sure);
        self.reverted |= sure.is_some();
        let end = sure.into_iter().chain(first(&reverts.maybe)).min().unwrap_or(lower.len());
        self.searched.push_str(lower.get(..end).unwrap_or_default());
    }

    /// A text in `data` is a contract's when it begins with a mark.
    fn add_data(&mut self, data: &str, reverts: &Reverts) {
        let lower = worded(data);
        let begins = |mark: &&str| find(&lower, mark) == Some(0);
        self.reverted |= reverts.sure.iter().chain(&reverts.maybe).any(begins);
        self.searched.push(' ');
        self.add(data, reverts);
    }
}

fn lower(text: &str) -> String {
    start(text).to_lowercase()
}

fn start(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Lower case, with error names split into words. A constant (`ALREADY_KNOWN`) is split at the start of a text or a
/// part of it. Camel case (`AlreadyKnown`) is split only as a whole text, because contracts are named like that.
fn worded(text: &str) -> String {
    let text = start(text);
    let name = text.trim_matches(|c: char| !c.is_alphanumeric());
    if name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return spaced(text).to_lowercase();
    }
    if !text.contains('_') {
        return text.to_lowercase();
    }
    let (mut words, mut begins) = (String::with_capacity(text.len()), true);
    for part in text.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let is_constant = begins && !part.contains(char::is_lowercase);
        words.push_str(&if is_constant { part.replace('_', " ") } else { part.to_owned() });
        begins = part.ends_with(|c: char| !c.is_alphanumeric() && c != ' ' && c != '_') || (begins && part == " ");
    }
    words.to_lowercase()
}

/// `AlreadyKnown` as `Already Known`.
fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for c in name.chars() {
        if before.is_lowercase() && c.is_uppercase() {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    out
}

/// What a contract reports by an error, however its node words it: the bytes, else the reason.
pub(super) fn said(error: &RpcError, reverts: &Reverts) -> String {
    let data = error.data.as_deref().and_then(|data| serde_json::from_str::<String>(data).ok()).unwrap_or_default();
    if let Some(bytes) = data.find("0x").and_then(|at| data.get(at..)).filter(|bytes| bytes.len() > 2) {
        return bytes.to_lowercase();
    }
    let reasons = [&error.message, &data].map(|text| reason(&lower(text), reverts));
    reasons.into_iter().find(|reason| !reason.is_empty()).unwrap_or_default()
}

/// The text after the marks of a revert.
fn reason(text: &str, reverts: &Reverts) -> String {
    let marks = || reverts.sure.iter().chain(&reverts.maybe);
    let first = marks().filter_map(|mark| Some((find(text, mark)?, mark.len()))).min_by_key(|(at, _)| *at);
    let Some((at, length)) = first else { return String::new() };
    let mut rest = text.get(at + length..).unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let Some(mark) = marks().find(|mark| find(rest, mark) == Some(0)) else { return rest.trim_end().to_owned() };
        rest = rest.get(mark.len()..).unwrap_or_default();
    }
}

/// Whole words, in the form that [`find`] takes.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

/// One of 128 bits for a word.
pub(super) fn bit(word: &str) -> u128 {
    1 << (fold(word.bytes()) % 128)
}

/// Whether a text contains a pattern of the catalogue.
pub(super) fn has(text: &str, pattern: &str) -> bool {
    if let Some(whole) = pattern.strip_prefix('=') {
        return text.trim_matches(|c: char| !c.is_alphanumeric()) == whole;
    }
    let Some((first, second)) = pattern.split_once(" … ") else { return find(text, pattern).is_some() };
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| find(rest, first)) {
        let after = from + at + first.len();
        let rest = text.get(after..).unwrap_or_default();
        if find(rest, second).is_some_and(|gap| gap <= GAP) {
            return true;
        }
        from = after;
    }
    false
}

/// Where a text contains these whole words: `expected` is not in `unexpected`.
fn find(text: &str, words: &str) -> Option<usize> {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let bound = |edge: Option<char>, other: Option<char>| !(inside(edge) && inside(other));
    text.match_indices(words).map(|(at, _)| at).find(|at| {
        let (before, after) = (text.get(..*at).unwrap_or_default(), text.get(at + words.len()..).unwrap_or_default());
        bound(words.chars().next(), before.chars().next_back())
            && bound(words.chars().next_back(), after.chars().next())
    })
}

/// The kind of this error.
pub(super) fn kind(error: &RpcError) -> ErrorKind {
    let shape = if is_vague(&error.message) { 0 } else { fold(shape(&error.message).bytes()).max(1) };
    let code = if error.code == 0 { shape.rotate_left(16) } else { fold(error.code.to_le_bytes().into_iter()) };
    ErrorKind { code, shape }
}

/// Whether a text says nothing about what is wrong.
fn is_vague(message: &str) -> bool {
    shape(message).split(' ').all(|word| word.is_empty() || VAGUE.contains(&word))
}

/// The words of a text. A word with a digit is a number, an address or a hash, which differs from error to error.
fn shape(message: &str) -> String {
    let lower = lower(message);
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect();
    words.join(" ")
}

/// FNV-1a, folded. Kinds are stored, so it must be the same in every life of the core.
fn fold(bytes: impl Iterator<Item = u8>) -> u32 {
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_words() {
        for (text, pattern, found) in [
            ("unexpected eof", "expected", false),
            ("rate limits", "rate limit", false),
            ("ratelimit!", "ratelimit", true),
            ("block 0x5 not found", "block … not found", true),
            ("blockage not found", "block … not found", false),
            ("limit exceeded.", "=limit exceeded", true),
            ("gas limit exceeded", "=limit exceeded", false),
            ("failed: <html>", "<html", true),
        ] {
            assert_eq!(has(text, pattern), found, "{text} / {pattern}");
        }
    }

    #[test]
    fn error_names_are_split_into_words() {
        for (text, words) in [
            ("ALREADY_KNOWN", "already known"),
            ("RPC: TOO_MANY_REQUESTS!", "rpc: too many requests!"),
            ("code = RESOURCE_EXHAUSTED desc = no", "code = resource exhausted desc = no"),
            ("the pool ERC20_QUOTA_ORACLE is paused", "the pool erc20_quota_oracle is paused"),
            ("AlreadyKnown", "already known"),
            ("\"RateLimitExceeded.\"", "\"rate limit exceeded.\""),
            ("<html>", "<html>"),
            ("QuotaOracle: paused", "quotaoracle: paused"),
            ("trace_block, eth_getLogs", "trace_block, eth_getlogs"),
            ("Timeout", "timeout"),
            ("", ""),
        ] {
            assert_eq!(worded(text), words, "{text}");
        }
    }

    #[test]
    fn every_wording_of_a_revert_gives_the_same_reason() {
        let reverts = Reverts {
            sure: vec!["execution reverted", "vm execution error", "vm exception while processing transaction"],
            maybe: vec!["revert"],
        };
        let said = |message: &str, data: &str| {
            let data = (!data.is_empty()).then(|| format!("\"{data}\""));
            said(&RpcError { code: 3, message: message.into(), data }, &reverts)
        };
        for (message, data) in [
            ("execution reverted: Too low", ""),
            ("VM Exception while processing transaction: revert too low", ""),
            ("VM execution error.", "revert: too low"),
        ] {
            assert_eq!(said(message, data), "too low", "{message} {data}");
        }
        assert_eq!(said("execution reverted: x", "0x08C379A0"), said("VM execution error.", "Reverted 0x08c379a0"));
        assert_eq!((said("execution reverted", "0x"), said("out of gas", "")), (String::new(), String::new()));
    }

    #[test]
    fn numbers_addresses_and_hashes_do_not_change_the_kind() {
        let kind = |code: i64, message: &str| kind(&RpcError { code, message: message.into(), data: None });
        let a = kind(-32000, "nonce too low: address 0xAbC1, tx: 5 state: 6");
        assert_eq!(a, kind(-32000, "nonce too low: address 0x99, tx: 17 state: 60"));
        assert!(a.same(kind(-32000, "other")) && a.same(kind(7, "Nonce too low; address, tx, state")));
        assert!(!kind(0, "a b").same(kind(0, "a c")) && !a.same(kind(7, "other")));
    }
}
