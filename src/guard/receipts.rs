//! Transactions: the hash of their bytes, and `eth_sendRawTransactionSync`, whose answer is a receipt
//! (EIP-7966, <https://eips.ethereum.org/EIPS/eip-7966>).
//!
//! ```text
//!  Asked ── receipt ──────────────────────────────────────────────► Answer
//!    │ ──── no such method or parameter ─► Plain: sent by itself ─┐
//!    │ ──── its hash, "already known" ───────────────────────────┴► Looking: eth_getTransactionReceipt ─► Answer
//!    └ ──── code 4: no receipt in its time ─────────────────────────► Empty ◄── the time is over
//! ```
//! Every lane goes its own way, so that a chain with one node that knows the method gives no less than one with many,
//! and a node that has heard of the transaction from another one is no failure.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use sha3::{Digest as _, Keccak256};

use super::Guard;
use super::requests::{Request, Slot};
use crate::answer::Question;
use crate::classify::Judged;
use crate::endpoint::{EndpointKey, LaneId};
use crate::jsonrpc::{self, Reply, RpcError};
use crate::lanes::{Chain, LaneRef};
use crate::race::Outcome;
use crate::route::{self, Spec};
use crate::shape;
use crate::wire::{Brought, Job, Purpose};

pub(super) const SYNC: &str = "eth_sendRawTransactionSync";
const PLAIN: &str = "eth_sendRawTransaction";
const RECEIPT: &str = "eth_getTransactionReceipt";
/// EIP-7966: the transaction is in the mempool, and in no block in time. `data` is its hash.
const NOT_IN_TIME: i64 = 4;
/// How long a receipt is looked for when the page does not say, ms: what geth's nodes wait.
const WAIT_MS: u64 = 20_000;
/// How much longer than the page wants a node may take to say so, ms.
const SLACK_MS: u64 = 2_000;
/// First pause between two looks, ms; it doubles up to [`MAX_LOOK_MS`].
const LOOK_MS: u64 = 250;
/// Longest pause between two looks, ms.
const MAX_LOOK_MS: u64 = 2_000;

/// Where one lane of one request is, once it is no longer asked for the receipt itself.
#[derive(Debug, Clone, Copy)]
enum Stage {
    /// It is asked to take the transaction.
    Plain,
    /// It has it. `at`: when it is looked at next, ms; `None`: a look is out.
    Looking { at: Option<u64>, looks: u32 },
}

/// Lanes that have taken a transaction, or are to, and do not say by themselves when it is in a block.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    stages: BTreeMap<(u64, usize), Stage>,
}

impl Receipts {
    pub(super) fn wake(&self) -> Option<u64> {
        self.stages.values().filter_map(|s| if let Stage::Looking { at, .. } = s { *at } else { None }).min()
    }
}

/// How long the page wants to wait, ms: the second parameter, a quantity or a number.
pub(super) fn patience(question: &Question) -> Option<u64> {
    let items: Vec<&RawValue> = serde_json::from_str(&question.params).ok().filter(|_| question.method == SYNC)?;
    let text = items.get(1)?.get();
    jsonrpc::quantity(text).or_else(|| text.parse().ok()).filter(|ms| *ms > 0)
}

/// When a request for this question is settled in any case, ms, where everything of its method is by `usual`.
pub(super) fn deadline(now: u64, question: &Question, usual: u64) -> u64 {
    patience(question).map_or(usual, |ms| usual.min(now.saturating_add(ms).saturating_add(SLACK_MS)))
}

/// When nobody looks for the receipt any more, ms: a little before the request must be settled.
fn until(request: &Request) -> u64 {
    let wait = patience(&request.question).unwrap_or(WAIT_MS);
    request.asked.saturating_add(wait).min(request.deadline.saturating_sub(SLACK_MS / 4))
}

impl Guard {
    /// How a transaction is put on a lane: a lane that has said lately that it lacks the method is not asked for it.
    pub(super) fn wording(&mut self, now: u64, id: u64, request: &Request, lane: usize, key: EndpointKey) -> Wording {
        let (method, params) = (request.question.method.as_str(), request.sent_params());
        let known = self.lanes.get(LaneId { chain: request.question.chain, key });
        if method == SYNC && known.is_some_and(|lane| lane.health().is_unable(now, SYNC)) {
            self.receipts.stages.insert((id, lane), Stage::Plain);
            return Wording { method: PLAIN, params: plain(params) };
        }
        Wording { method: request.spec.method, params: params.to_owned() }
    }

    /// A lane has answered something on the way to a receipt.
    pub(super) fn raced_for_receipt(
        &mut self,
        now: u64,
        send: u64,
        job: &Job,
        (id, index): (u64, usize),
        brought: &Brought<'_>,
    ) {
        let Some(request) = self.requests.get(&id) else { return };
        let stage = self.receipts.stages.get(&(id, index)).copied();
        let (params, until, own) = (request.question.params.clone(), until(request), patience(&request.question));
        let spec = match stage {
            None => request.spec,
            Some(Stage::Plain) => route::spec(PLAIN),
            Some(Stage::Looking { .. }) => route::spec(RECEIPT),
        };
        let mut judged = self.judge(spec, send, brought);
        let hash = transaction_hash(&params).unwrap_or_default();
        match stage {
            None => by_standard(&mut judged, &hash),
            Some(Stage::Plain) => judged = broadcast(judged, &params),
            Some(Stage::Looking { .. }) => {}
        }
        if matches!(brought, Brought::Response { .. }) {
            self.requests.responded(id);
        }
        if !self.is_spared(now, job, spec.weight, brought) {
            self.learn(now, job, spec, &judged, spec.method);
        }
        let next = match stage {
            // A node that knows no second parameter (anvil) is asked without it: the patience is kept for it.
            None if own.is_some() && is_invalid(&judged) => Next::Plain,
            // What the page asked for longer than the node waits is looked for.
            None => match next(judged, &hash) {
                Next::Over(judged) if judged.outcome == Outcome::Empty && own.is_some() && now < until => Next::Look,
                next => next,
            },
            Some(Stage::Plain) if judged.outcome == Outcome::Answer => Next::Look,
            Some(Stage::Plain) => Next::Over(judged),
            Some(Stage::Looking { .. }) => match judged.reply {
                Some(Reply::Result(text)) if is_receipt(&text, &hash) => Next::Over(found(text)),
                _ if now >= until => Next::Over(not_in_time(until.saturating_sub(job.sent), &hash)),
                _ => Next::Look,
            },
        };
        match next {
            Next::Plain => self.send_plain(now, job, id, index, &params),
            Next::Look => self.look_later(now, id, index),
            Next::Over(judged) => {
                self.receipts.stages.remove(&(id, index));
                let digest = judged.kind.digest();
                let reply = judged.reply.map(|reply| self.without_secrets(job, spec, reply));
                self.attempt_ended(now, id, index, judged.outcome, digest, reply);
            }
        }
    }

    fn send_plain(&mut self, now: u64, job: &Job, id: u64, index: usize, params: &str) {
        let chain = self.lanes.chain(job.lane.chain);
        let lane = chain.and_then(|c| c.lane(job.lane.key)).filter(|lane| lane.enabled());
        let private = self.requests.get(&id).is_some_and(|r| r.private) || chain.is_some_and(Chain::is_private);
        // The person may have marked another endpoint private since.
        let may = lane.is_some_and(|lane| lane.endpoint().private || !private);
        self.receipts.stages.insert((id, index), Stage::Plain);
        let again = Job { sent: now, due: None, ..*job };
        let sent = if may { self.send(again, PLAIN, &plain(params)) } else { None };
        match sent {
            Some(send) => self.requests.sent(id, index, Slot::Sent(send, now)),
            None => self.attempt_ended(now, id, index, Outcome::Unable, 0, None),
        }
    }

    fn look_later(&mut self, now: u64, id: u64, index: usize) {
        let looks = match self.receipts.stages.get(&(id, index)) {
            Some(Stage::Looking { looks, .. }) => *looks,
            _ => 0,
        };
        let at = Some(now + (LOOK_MS << looks.min(8)).min(MAX_LOOK_MS));
        self.receipts.stages.insert((id, index), Stage::Looking { at, looks: looks + 1 });
    }

    /// Looks for receipts whose time has come; lanes of requests that are over are forgotten.
    pub(super) fn tick_receipts(&mut self, now: u64) {
        let Guard { receipts, requests, .. } = self;
        receipts.stages.retain(|(id, _), _| requests.get(id).is_some());
        let due = |stage: &Stage| matches!(stage, Stage::Looking { at: Some(at), .. } if *at <= now);
        let due: Vec<(u64, usize)> = self.receipts.stages.iter().filter(|(_, s)| due(s)).map(|(key, _)| *key).collect();
        for (id, index) in due {
            let Some(request) = self.requests.get(&id) else { continue };
            let (chain, share, client) = (request.question.chain, request.place.0, self.behind(request));
            let hash = transaction_hash(&request.question.params).unwrap_or_default();
            let Some(LaneRef::Endpoint(key)) = request.lanes.get(index).copied() else { continue };
            let purpose = Purpose::Attempt { request: id, index };
            let job = Job { purpose, lane: LaneId { chain, key }, share, client, sent: now, due: None };
            if let Some(Stage::Looking { at, .. }) = self.receipts.stages.get_mut(&(id, index)) {
                at.take();
            }
            match self.send(job, RECEIPT, &format!("[{hash}]")) {
                Some(send) => self.requests.sent(id, index, Slot::Sent(send, now)),
                None => self.attempt_ended(now, id, index, Outcome::Unable, 0, None),
            }
        }
    }
}

/// What is put on the wire.
pub(super) struct Wording {
    pub(super) method: &'static str,
    pub(super) params: String,
}

enum Next {
    Plain,
    Look,
    Over(Judged),
}

/// EIP-7966's own codes are told by their number, whatever their texts sound like: 4, in no block in time; 5, not
/// ready to be executed; 6, a gap before its nonce. A result is a receipt, or what leads to one: a node may take it for
/// the plain method, or give up by saying nothing.
fn by_standard(judged: &mut Judged, hash: &str) {
    let outcome = match &judged.reply {
        Some(Reply::Result(text)) if !is_receipt(text, hash) && !is_taken(text, hash) => Outcome::Fault,
        Some(Reply::Error(RpcError { code: NOT_IN_TIME, .. })) => Outcome::Empty,
        Some(Reply::Error(RpcError { code: 5 | 6, .. })) => Outcome::Word,
        _ => return,
    };
    (judged.outcome, judged.meaning) = (outcome, None);
}

/// What the reply to the method itself leads to.
fn next(judged: Judged, hash: &str) -> Next {
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
fn is_invalid(judged: &Judged) -> bool {
    matches!(&judged.reply, Some(Reply::Error(RpcError { code: -32602, .. })))
}

fn is_taken(text: &str, hash: &str) -> bool {
    text.eq_ignore_ascii_case(hash) || text == "null"
}

fn is_receipt(text: &str, hash: &str) -> bool {
    let params = format!("[{hash}]");
    text.starts_with('{') && shape::fits(receipt(), text) && shape::names(receipt(), &params, text)
}

fn receipt() -> &'static Spec {
    route::spec(RECEIPT)
}

fn found(text: String) -> Judged {
    Judged { reply: Some(Reply::Result(text)), ..Judged::bare(Outcome::Answer) }
}

fn not_in_time(ms: u64, hash: &str) -> Judged {
    let message = format!("The transaction was added to the mempool but wasn't processed in {ms} ms.");
    let error = RpcError { code: NOT_IN_TIME, message, data: Some(hash.to_owned()) };
    Judged { reply: Some(Reply::Error(error)), ..Judged::bare(Outcome::Empty) }
}

/// The parameters of the plain method.
fn plain(params: &str) -> String {
    let raw = serde_json::from_str::<Vec<&RawValue>>(params).ok();
    raw.and_then(|items| items.first().map(|raw| format!("[{raw}]"))).unwrap_or_else(|| "[]".to_owned())
}

/// EIP-1474: the result is the transaction's hash, which is the keccak of its bytes. A node that says
/// "already known" has it; a node that returns another hash took something else.
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
fn transaction_hash(params: &str) -> Option<String> {
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
