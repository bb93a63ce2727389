//! What a lane's reply means. The catalogue of texts is data (`data/errors.json`), not code. An error that is not in
//! the catalogue counts as the chain's word until another lane says otherwise.

mod catalogue;
mod meaning;
mod tag;
mod text;

use serde::Deserialize;

use crate::inner_error;
use crate::jsonrpc::{self, Malformed, Reply, RpcError};
use crate::race::{ErrorKind, Outcome};
use crate::route::{Class, Spec};
use crate::shape;
use crate::wallet_error;
use catalogue::{Catalogue, Row};
use text::Text;

pub use meaning::Meaning;
pub(crate) use tag::is_of_tag;

/// Longest pause taken from a `Retry-After` (RFC 9110 §10.2.3), in ms: a server cannot retire itself.
pub const MAX_RETRY_AFTER_MS: u64 = 300_000;
/// How much of a body that is not a reply is searched, in bytes.
const HEAD: usize = 200;

/// The error catalogue.
pub struct Classifier {
    catalogue: Catalogue,
}

/// A reply with what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The outcome, for the race.
    pub outcome: Outcome,
    /// The reply, for the page.
    pub reply: Option<Reply>,
    /// What a failure means, if it is one.
    pub meaning: Option<Meaning>,
    /// The kind of error, if it is one.
    pub kind: ErrorKind,
    /// The pause the lane asked for, in ms.
    pub retry_after_ms: Option<u64>,
}

impl Judged {
    pub(crate) fn bare(outcome: Outcome) -> Self {
        Judged { outcome, reply: None, meaning: None, kind: ErrorKind::default(), retry_after_ms: None }
    }

    pub(crate) fn failure(meaning: Meaning) -> Self {
        Judged { meaning: Some(meaning), ..Judged::bare(meaning.outcome()) }
    }

    /// Whether it says that the lane lacks the method altogether.
    pub fn lacks_method(&self) -> bool {
        self.meaning == Some(Meaning::Unable)
    }

    /// A receipt, transaction or block with another hash is not an answer.
    pub fn must_name(&mut self, spec: &Spec, params: &str) {
        if let Some(Reply::Result(text)) = &self.reply
            && self.outcome == Outcome::Answer
            && !shape::names(spec, params, text)
        {
            *self = Judged::failure(Meaning::Late);
        }
    }

    /// One word for it.
    pub fn word(&self) -> &'static str {
        match (self.outcome, self.meaning) {
            (Outcome::ChainError, _) => "word",
            (Outcome::Unable, Some(Meaning::Smaller)) => "smaller",
            (Outcome::Unable, Some(Meaning::Missing)) => "missing",
            (outcome, _) => outcome.word(),
        }
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

/// An error without its envelope.
#[derive(Deserialize)]
struct Bare {
    code: i64,
}

impl Default for Classifier {
    fn default() -> Self {
        Classifier { catalogue: Catalogue::read() }
    }
}

impl Classifier {
    /// What an HTTP response to request `id` of `spec` means.
    pub fn http(&self, spec: &Spec, id: u64, http: Http<'_>) -> Judged {
        self.read(spec, jsonrpc::reply(http.body, id), http)
    }

    /// What a reply means, once it was read from an HTTP response.
    pub fn read(&self, spec: &Spec, read: Result<Reply, Malformed>, http: Http<'_>) -> Judged {
        let mut judged = match read {
            // A proxy sent a result with an error status by mistake: do not trust it.
            Ok(Reply::Result(_)) if http.status >= 400 => self.status(http.status),
            Ok(reply) => self.reply(spec, http.status, reply),
            Err(why) if http.status < 500 && self.is_refusal(why, http.body) => Judged::failure(Meaning::Refused),
            Err(_) if http.status >= 400 => self.status(http.status),
            Err(_) => Judged::failure(Meaning::Fault),
        };
        if judged.outcome == Outcome::Refused {
            judged.retry_after_ms = http.retry_after.and_then(seconds);
        }
        judged
    }

    /// What a wallet's reply means. Its errors are judged by what they wrap, and kept as they are.
    pub fn wallet(&self, spec: &Spec, reply: Reply) -> Judged {
        let Reply::Error(error) = &reply else { return result(spec, reply) };
        let inner = wallet_error::unwrap(error, &self.catalogue.wallet_status);
        let text = Text::of(&inner.error, spec.method, &self.catalogue.reverts);
        let rows = || self.catalogue.wallet.iter().chain(&self.catalogue.rules);
        let matches = |row: &&Row| row.matches(spec.method, inner.status, inner.error.code, &text);
        let before = rows().filter(|row| row.first).find(matches).map(|row| row.class);
        let reverted = text.reverted.then_some(Meaning::Chain);
        let known = before.or(reverted).or_else(|| rows().find(matches).map(|row| row.class));
        // The wallet's own failures have their own code; errors of its endpoint have other ones.
        let meaning = known.unwrap_or(if inner.is_wrapped() { Meaning::Word } else { Meaning::Fault });
        Judged { kind: text::kind(&inner.error), reply: Some(reply), ..Judged::failure(meaning) }
    }

    /// What an endpoint's reply means.
    pub fn reply(&self, spec: &Spec, status: u16, reply: Reply) -> Judged {
        match &reply {
            // A result of the wrong shape is not an answer, but the connection is fine.
            Reply::Result(text) if !shape::fits(spec, text) => Judged::failure(Meaning::Late),
            Reply::Result(_) => result(spec, reply),
            Reply::Error(error) => {
                let (meaning, kind) = self.judge(spec, status, error);
                Judged { reply: Some(reply), kind, ..Judged::failure(meaning) }
            }
        }
    }

    /// What a contract reports by an error, however its node words it.
    pub fn said(&self, error: &RpcError) -> String {
        text::said(error, &self.catalogue.reverts)
    }

    /// What an error means.
    pub fn meaning(&self, spec: &Spec, status: u16, error: &RpcError) -> Meaning {
        self.judge(spec, status, error).0
    }

    /// What an error means, and what kind of error it is.
    fn judge(&self, spec: &Spec, status: u16, error: &RpcError) -> (Meaning, ErrorKind) {
        let text = Text::of(error, spec.method, &self.catalogue.reverts);
        if !text.reverted
            && let Some(inner) = inner_error::inside(error)
        {
            return self.known(spec, status, &inner);
        }
        self.row(spec, status, error, &text)
    }

    fn known(&self, spec: &Spec, status: u16, error: &RpcError) -> (Meaning, ErrorKind) {
        self.row(spec, status, error, &Text::of(error, spec.method, &self.catalogue.reverts))
    }

    fn row(&self, spec: &Spec, status: u16, error: &RpcError, text: &Text) -> (Meaning, ErrorKind) {
        let sent = spec.class == Class::Broadcast;
        let first: &[Row] = if sent { &self.catalogue.broadcast } else { &[] };
        let counts = |row: &&Row| !(sent && (row.reads || row.is_code()));
        let mut rows = first.iter().chain(self.catalogue.rules.iter().filter(counts));
        let row =
            rows.find(|row| row.matches(spec.method, status, error.code, text)).map_or(Meaning::Word, |row| row.class);
        (if text.reverted { Meaning::Chain } else { row }, text::kind(error))
    }

    fn status(&self, status: u16) -> Judged {
        let none = Text::default();
        let rule = self.catalogue.rules.iter().find(|row| row.is_status() && row.matches("", status, 0, &none));
        Judged::failure(rule.map_or(Meaning::Fault, |row| row.class))
    }

    /// A plain "rate limit" instead of JSON-RPC. A web page may contain any words, and so may half a reply.
    fn is_refusal(&self, why: Malformed, body: &[u8]) -> bool {
        let head = String::from_utf8_lossy(body.get(..body.len().min(HEAD)).unwrap_or_default()).into_owned();
        let half = why == Malformed::NotJson && head.trim_start().starts_with(['{', '[']);
        if half || head.trim_start().starts_with('<') {
            return false;
        }
        let code = serde_json::from_slice::<Bare>(body).map_or(0, |bare| bare.code);
        let text = Text::of(&RpcError { message: head, ..RpcError::default() }, "", &self.catalogue.reverts);
        let row = self.catalogue.rules.iter().find(|row| row.matches("", 200, code, &text));
        row.is_some_and(|row| row.class == Meaning::Refused)
    }
}

fn result(spec: &Spec, reply: Reply) -> Judged {
    let nothing = spec.null_loses && matches!(&reply, Reply::Result(text) if text == "null");
    let outcome = if nothing { Outcome::Empty } else { Outcome::Answer };
    Judged { reply: Some(reply), ..Judged::bare(outcome) }
}

/// `Retry-After` in whole seconds. Dates are ignored: they would need a clock, and are rare here.
fn seconds(header: &str) -> Option<u64> {
    let seconds: u64 = header.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000).min(MAX_RETRY_AFTER_MS))
}
