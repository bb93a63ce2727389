//! What a lane's reply means. The catalogue of texts is data (`data/errors.json`), not code.

use serde::Deserialize;

use crate::jsonrpc::{self, Malformed, Reply, RpcError};
use crate::race::Outcome;
use crate::route::{Class, Spec};
use crate::wallet_error;

/// Longest pause taken from a `Retry-After` (RFC 9110 §10.2.3), in ms: a server cannot retire itself.
pub const MAX_RETRY_AFTER_MS: u64 = 300_000;

#[derive(Default, Deserialize)]
struct Catalogue {
    rules: Vec<Rule>,
    broadcast: Vec<Rule>,
    wallet: Vec<Rule>,
    wallet_status: Vec<String>,
}

#[derive(Deserialize)]
struct Rule {
    class: Meaning,
    #[serde(default)]
    status: Vec<u16>,
    #[serde(default)]
    status_from: Option<u16>,
    #[serde(default)]
    code: Vec<i64>,
    #[serde(default)]
    text: Vec<String>,
}

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The chain's own answer.
    Chain,
    /// A broadcast the network already has.
    Known,
    /// Too much asked of it for now.
    Refused,
    /// It cannot; another may.
    Unable,
    /// It would, for a smaller range.
    Smaller,
    /// It has not got this block or state; of another it may.
    Missing,
    /// It is broken.
    Fault,
}

/// The error catalogue.
pub struct Classifier {
    catalogue: Catalogue,
}

/// A reply with what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// For the race.
    pub outcome: Outcome,
    /// For the page.
    pub reply: Option<Reply>,
    /// Whether only this question was too large, or about what the lane has not got: another one of the same
    /// method may be answered.
    pub smaller: bool,
    /// Pause the lane asked for, ms.
    pub retry_after_ms: Option<u64>,
}

impl Judged {
    pub(crate) fn bare(outcome: Outcome) -> Self {
        Judged { outcome, reply: None, smaller: false, retry_after_ms: None }
    }
}

/// The parts of an HTTP response that are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Http<'a> {
    /// Status code.
    pub status: u16,
    /// `Retry-After`, as sent.
    pub retry_after: Option<&'a str>,
    /// Whole body.
    pub body: &'a [u8],
}

impl Default for Classifier {
    fn default() -> Self {
        // The file is part of the program; a test reads it, so the empty catalogue never ships.
        Classifier { catalogue: serde_json::from_str(include_str!("../data/errors.json")).unwrap_or_default() }
    }
}

impl Classifier {
    /// What an HTTP response to request `id` of `spec` means.
    pub fn http(&self, spec: &Spec, id: u64, http: Http<'_>) -> Judged {
        let mut judged = match jsonrpc::reply(http.body, id) {
            // A result under an error status is a proxy's confusion: do not trust it.
            Ok(Reply::Result(_)) if http.status >= 400 => self.status(http.status),
            Ok(reply) => self.reply(spec, http.status, reply),
            Err(_) if http.status >= 400 => self.status(http.status),
            Err(Malformed::NotJson) if mentions_limit(http.body) => Judged::bare(Outcome::Refused),
            Err(_) => Judged::bare(Outcome::Fault),
        };
        if judged.outcome == Outcome::Refused {
            judged.retry_after_ms = http.retry_after.and_then(seconds);
        }
        judged
    }

    /// What a wallet's reply means. Its errors are judged by what they wrap, and kept as they are.
    pub fn wallet(&self, spec: &Spec, reply: Reply) -> Judged {
        let Reply::Error(error) = &reply else { return self.reply(spec, 200, reply) };
        let inner = wallet_error::unwrap(error, &self.catalogue.wallet_status);
        let meaning = Self::first_of(&[&self.catalogue.wallet, &self.catalogue.rules], inner.status, &inner.error);
        Judged { reply: Some(reply), ..judged(meaning) }
    }

    /// What an endpoint's reply means.
    pub fn reply(&self, spec: &Spec, status: u16, reply: Reply) -> Judged {
        match reply {
            Reply::Result(text) if spec.null_loses && text == "null" => {
                Judged { reply: Some(Reply::Result(text)), ..Judged::bare(Outcome::Empty) }
            }
            Reply::Result(text) => Judged { reply: Some(Reply::Result(text)), ..Judged::bare(Outcome::Answer) },
            Reply::Error(error) => {
                let meaning = self.meaning(spec, status, &error);
                Judged { reply: Some(Reply::Error(error)), ..judged(meaning) }
            }
        }
    }

    /// What an error means.
    pub fn meaning(&self, spec: &Spec, status: u16, error: &RpcError) -> Meaning {
        let first: &[Rule] = if spec.class == Class::Broadcast { &self.catalogue.broadcast } else { &[] };
        Self::first_of(&[first, &self.catalogue.rules], status, error)
    }

    fn first_of(rules: &[&[Rule]], status: u16, error: &RpcError) -> Meaning {
        let mut text = error.message.to_lowercase();
        if let Some(data) = error.data.as_deref().filter(|d| d.len() < 4_096) {
            text.push(' ');
            text.push_str(&data.to_lowercase());
        }
        let all = rules.iter().copied().flatten();
        all.into_iter().find(|rule| rule.matches(status, error.code, &text)).map_or(Meaning::Fault, |rule| rule.class)
    }

    fn status(&self, status: u16) -> Judged {
        let rule =
            self.catalogue.rules.iter().find(|r| r.text.is_empty() && r.code.is_empty() && r.matches(status, 0, ""));
        match rule.map(|r| r.class) {
            Some(Meaning::Refused) => Judged::bare(Outcome::Refused),
            Some(Meaning::Unable) => Judged::bare(Outcome::Unable),
            Some(Meaning::Smaller) => Judged { smaller: true, ..Judged::bare(Outcome::Unable) },
            _ => Judged::bare(Outcome::Fault),
        }
    }
}

fn judged(meaning: Meaning) -> Judged {
    let outcome = match meaning {
        Meaning::Chain => Outcome::ChainError,
        Meaning::Known => Outcome::Answer,
        Meaning::Refused => Outcome::Refused,
        Meaning::Unable | Meaning::Smaller | Meaning::Missing => Outcome::Unable,
        Meaning::Fault => Outcome::Fault,
    };
    Judged { smaller: matches!(meaning, Meaning::Smaller | Meaning::Missing), ..Judged::bare(outcome) }
}

impl Rule {
    fn matches(&self, status: u16, code: i64, text: &str) -> bool {
        (self.status.is_empty() || self.status.contains(&status))
            && self.status_from.is_none_or(|from| status >= from)
            && (self.code.is_empty() || self.code.contains(&code))
            && (self.text.is_empty() || self.text.iter().any(|t| text.contains(t.as_str())))
    }
}

/// `Retry-After` in whole seconds; a date would need a clock, and is rare here.
fn seconds(header: &str) -> Option<u64> {
    let seconds: u64 = header.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000).min(MAX_RETRY_AFTER_MS))
}

/// A 200 with a plain "rate limit" text instead of JSON.
fn mentions_limit(body: &[u8]) -> bool {
    let head = body.get(..body.len().min(200)).unwrap_or_default().to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    ["rate limit", "too many requests"].iter().any(|t| head.contains(t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::spec;

    fn judge(method: &str, status: u16, body: &str) -> Judged {
        Classifier::default().http(spec(method), 1, Http { status, retry_after: Some("7"), body: body.as_bytes() })
    }

    fn error(method: &str, code: i64, message: &str) -> Outcome {
        judge(method, 200, &format!(r#"{{"id":1,"error":{{"code":{code},"message":"{message}"}}}}"#)).outcome
    }

    #[test]
    fn the_catalogue_is_read() {
        assert!(Classifier::default().catalogue.rules.len() > 10);
    }

    #[test]
    fn the_chains_own_errors_are_answers() {
        for (code, message) in [
            (3, "execution reverted: limit exceeded"),
            (-32000, "execution reverted"),
            (-32015, "VM execution error."),
            (-32000, "out of gas"),
            (-32603, "EVM error InvalidFEOpcode"),
            (-32000, "insufficient funds for gas * price + value"),
            (-32602, "invalid argument 0: hex string has length 3"),
        ] {
            assert_eq!(error("eth_call", code, message), Outcome::ChainError, "{message}");
        }
    }

    #[test]
    fn limits_cool_down_and_plans_ask_elsewhere() {
        for (code, message) in [
            (-32005, "limit exceeded"),
            (-32000, "Your app has exceeded its compute units per second capacity"),
            (0, "rate limit"),
            (-32090, "Too many requests, reason: call rate limit exhausted"),
        ] {
            assert_eq!(error("eth_call", code, message), Outcome::Refused, "{message}");
        }
        for (code, message) in [
            (-32601, "the method trace_block does not exist/is not available"),
            (-32000, "missing trie node 1a2b (path ) state 0x1 is not available"),
            (-32000, "header not found"),
            (-32004, "method not supported"),
        ] {
            assert_eq!(error("eth_call", code, message), Outcome::Unable, "{message}");
        }
        assert_eq!(error("eth_call", -32603, "Internal error"), Outcome::Fault);
        // Monad's bare word and Tenderly's bare "not found" say nothing: ask elsewhere.
        assert_eq!(error("eth_call", -32603, "rejected"), Outcome::Fault);
    }

    #[test]
    fn a_smaller_range_is_told_apart() {
        let judged = judge(
            "eth_getLogs",
            200,
            r#"{"id":1,"error":{"code":-32005,"message":"query returned more than 10000 results"}}"#,
        );
        assert_eq!((judged.outcome, judged.smaller), (Outcome::Unable, true));
    }

    #[test]
    fn http_status_speaks_where_the_body_does_not() {
        assert_eq!(judge("eth_call", 429, "").retry_after_ms, Some(7_000));
        assert_eq!(judge("eth_call", 429, "<html>").outcome, Outcome::Refused);
        assert_eq!(judge("eth_call", 503, "").outcome, Outcome::Fault);
        assert_eq!(judge("eth_call", 413, "").outcome, Outcome::Unable);
        assert_eq!(judge("eth_call", 200, "<html>").outcome, Outcome::Fault);
        assert_eq!(judge("eth_call", 500, r#"{"id":1,"result":"0x1"}"#).outcome, Outcome::Fault);
        let revert = r#"{"id":1,"error":{"code":3,"message":"execution reverted"}}"#;
        assert_eq!(judge("eth_call", 500, revert).outcome, Outcome::ChainError);
    }

    #[test]
    fn already_known_is_success_on_broadcast_only() {
        assert_eq!(error("eth_sendRawTransaction", -32000, "already known"), Outcome::Answer);
        assert_eq!(error("eth_sendRawTransaction", -32000, "nonce too low"), Outcome::ChainError);
        assert_eq!(error("eth_sendRawTransaction", -32005, "rate limit"), Outcome::Refused);
    }

    #[test]
    fn null_is_empty_only_where_it_loses() {
        let null = r#"{"id":1,"result":null}"#;
        assert_eq!(judge("eth_getTransactionReceipt", 200, null).outcome, Outcome::Empty);
        assert_eq!(judge("eth_call", 200, null).outcome, Outcome::Answer);
    }
}
