//! Transactions: the hash of their bytes, and `eth_sendRawTransactionSync`, whose answer is a receipt
//! (EIP-7966, <https://eips.ethereum.org/EIPS/eip-7966>).
//!
//! ```text
//!  Asked ── receipt ──────────────────────────────────────────────► Answer
//!    │ ──── no such method or parameter ─► Plain: sent by itself ─┐
//!    │ ──── its hash, "already known" ───────────────────────────┴► Looking: eth_getTransactionReceipt ─► Answer
//!    └ ──── code 4: no receipt in time ─────────────────────────────► Empty ◄── the time is over
//! ```
//! Each lane has its own stage. So a chain with a single node that knows the method answers like one with many, and a
//! node that already got the transaction from another node does not fail.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use sha3::{Digest as _, Keccak256};

use super::request::Request;
use crate::answer::Question;
use crate::classify::Judged;
use crate::jsonrpc::{self, Reply, RpcError};
use crate::race::Outcome;
use crate::route::{self, Spec};
use crate::shape;

pub(super) const SYNC: &str = "eth_sendRawTransactionSync";
pub(super) const PLAIN: &str = "eth_sendRawTransaction";
pub(super) const RECEIPT: &str = "eth_getTransactionReceipt";
/// EIP-7966: the transaction is in the mempool, but not in a block in time. `data` is its hash.
const NOT_IN_TIME: i64 = 4;
/// How long to look for a receipt if the page does not say, ms. Geth's nodes wait this long.
const WAIT_MS: u64 = 20_000;
/// How much longer than the page's own time a node may take to answer, ms.
const SLACK_MS: u64 = 2_000;
/// First pause between two looks, ms. It doubles up to [`MAX_LOOK_MS`].
pub(super) const LOOK_MS: u64 = 250;
/// Longest pause between two looks, ms.
pub(super) const MAX_LOOK_MS: u64 = 2_000;

/// The stage of one lane of a request that is no longer asked for the receipt itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// The lane was sent the plain transaction.
    Plain,
    /// The lane has the transaction. `at` is when to look next, ms; `None` while a look is in flight.
    Looking { at: Option<u64>, looks: u32 },
}

/// Lanes that have or get a transaction, but do not report by themselves when it is in a block.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    pub(super) stages: BTreeMap<(u64, usize), Stage>,
}

impl Receipts {
    pub(super) fn wake(&self) -> Option<u64> {
        self.stages.values().filter_map(|s| if let Stage::Looking { at, .. } = s { *at } else { None }).min()
    }
}

/// How long the page wants to wait, ms: the second parameter, as a quantity or a number.
pub(super) fn patience(question: &Question) -> Option<u64> {
    let items: Vec<&RawValue> = serde_json::from_str(&question.params).ok().filter(|_| question.method == SYNC)?;
    let text = items.get(1)?.get();
    jsonrpc::quantity(text).or_else(|| text.parse().ok()).filter(|ms| *ms > 0)
}

/// When a request for this question is settled at the latest, ms. `usual` is the limit for its method.
pub(super) fn deadline(now: u64, question: &Question, usual: u64) -> u64 {
    patience(question).map_or(usual, |ms| usual.min(now.saturating_add(ms).saturating_add(SLACK_MS)))
}

/// When to stop looking for the receipt, ms: a little before the request must be settled.
pub(super) fn until(request: &Request) -> u64 {
    let wait = patience(&request.question).unwrap_or(WAIT_MS);
    request.asked.saturating_add(wait).min(request.deadline.saturating_sub(SLACK_MS / 4))
}

/// The method and parameters to send.
pub(super) struct Wording {
    pub(super) method: &'static str,
    pub(super) params: String,
}

pub(super) enum Next {
    Plain,
    Look,
    Over(Judged),
}

/// EIP-7966's own codes are recognised by number, whatever their texts say: 4, not in a block in time; 5, not ready to
/// be executed; 6, a nonce gap. A result must be a receipt or lead to one: some nodes treat the method like the plain
/// one, or give up with `null`.
pub(super) fn by_standard(judged: &mut Judged, hash: &str) {
    let outcome = match &judged.reply {
        Some(Reply::Result(text)) if !is_receipt(text, hash) && !is_taken(text, hash) => Outcome::Fault,
        Some(Reply::Error(RpcError { code: NOT_IN_TIME, .. })) => Outcome::Empty,
        Some(Reply::Error(RpcError { code: 5 | 6, .. })) => Outcome::Word,
        _ => return,
    };
    (judged.outcome, judged.meaning) = (outcome, None);
}

/// What a reply to `eth_sendRawTransactionSync` itself leads to.
pub(super) fn next(judged: Judged, hash: &str) -> Next {
    if judged.lacks_method() {
        return Next::Plain;
    }
    match &judged.reply {
        Some(Reply::Result(text)) if is_receipt(text, hash) => Next::Over(judged),
        Some(Reply::Result(text)) if is_taken(text, hash) => Next::Look,
        Some(Reply::Error(_)) if judged.outcome == Outcome::Answer => Next::Look,
        _ => Next::Over(judged),
    }
}

/// JSON-RPC 2.0: invalid params.
pub(super) fn is_invalid(judged: &Judged) -> bool {
    matches!(&judged.reply, Some(Reply::Error(RpcError { code: -32602, .. })))
}

fn is_taken(text: &str, hash: &str) -> bool {
    text.eq_ignore_ascii_case(hash) || text == "null"
}

pub(super) fn is_receipt(text: &str, hash: &str) -> bool {
    let params = format!("[{hash}]");
    text.starts_with('{') && shape::fits(receipt(), text) && shape::names(receipt(), &params, text)
}

fn receipt() -> &'static Spec {
    route::spec(RECEIPT)
}

pub(super) fn found(text: String) -> Judged {
    Judged { reply: Some(Reply::Result(text)), ..Judged::bare(Outcome::Answer) }
}

pub(super) fn not_in_time(ms: u64, hash: &str) -> Judged {
    let message = format!("The transaction was added to the mempool but wasn't processed in {ms} ms.");
    let error = RpcError { code: NOT_IN_TIME, message, data: Some(hash.to_owned()) };
    Judged { reply: Some(Reply::Error(error)), ..Judged::bare(Outcome::Empty) }
}

/// The parameters of the plain method.
pub(super) fn plain(params: &str) -> String {
    let raw = serde_json::from_str::<Vec<&RawValue>>(params).ok();
    raw.and_then(|items| items.first().map(|raw| format!("[{raw}]"))).unwrap_or_else(|| "[]".to_owned())
}

/// EIP-1474: the result is the transaction's hash, the keccak of its bytes. A node that says "already known" has the
/// transaction. A node that returns another hash took something else.
pub(super) fn broadcast(mut judged: Judged, params: &str) -> Judged {
    if judged.outcome != Outcome::Answer {
        return judged;
    }
    let Some(hash) = transaction_hash(params) else { return judged };
    match &judged.reply {
        Some(Reply::Result(text)) if !text.eq_ignore_ascii_case(&hash) => judged.outcome = Outcome::Fault,
        Some(_) => judged.reply = Some(Reply::Result(hash)),
        None => {}
    }
    judged
}

/// The hash of the first parameter's bytes, as JSON text.
pub(super) fn transaction_hash(params: &str) -> Option<String> {
    let items: Vec<&RawValue> = serde_json::from_str(params).ok()?;
    let raw: String = serde_json::from_str(items.first()?.get()).ok()?;
    let hex = raw.strip_prefix("0x")?.as_bytes();
    let digit = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    let bytes: Option<Vec<u8>> = hex
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect();
    let hash = Keccak256::digest(bytes?);
    Some(format!("\"0x{}\"", hash.iter().map(|b| format!("{b:02x}")).collect::<String>()))
}
