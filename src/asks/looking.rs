//! Transactions answered by a receipt ([`super::receipts`]): what is sent, and when the receipt is looked for.

use super::all::Asks;
use super::effect::Continuation;
use super::judge::without_secrets;
use super::means::Means;
use super::receipts::{
    LOOK_MS, MAX_LOOK_MS, Next, PLAIN, RECEIPT, SYNC, Stage, Wording, broadcast, by_standard, found, is_invalid,
    is_receipt, next, not_in_time, patience, plain, transaction_hash, until,
};
use super::request::{Request, Slot};
use crate::classify::Judged;
use crate::endpoint::LaneId;
use crate::jsonrpc::Reply;
use crate::lanes::Chain;
use crate::race::Outcome;
use crate::route;
use crate::wire::{Brought, Job};

impl Asks {
    /// How a transaction is sent to a lane. A lane that said lately that it lacks the method gets the plain one.
    pub(super) fn wording(
        &mut self,
        cx: &Means<'_>,
        attempt: (u64, usize),
        request: &Request,
        lane: LaneId,
    ) -> Wording {
        let (method, params) = (request.question.method.as_str(), request.sent_params());
        if method == SYNC && cx.lanes.get(lane).is_some_and(|lane| lane.health().is_unable(cx.now, SYNC)) {
            self.receipts.stages.insert(attempt, Stage::Plain);
            return Wording { method: PLAIN, params: plain(params) };
        }
        Wording { method: request.spec.method, params: params.to_owned() }
    }

    /// Handles a lane's reply on the way to a receipt.
    pub(super) fn raced_for_receipt(
        &mut self,
        cx: &mut Means<'_>,
        send: u64,
        job: &Job,
        (id, index): (u64, usize),
        brought: &Brought<'_>,
    ) {
        let Some(request) = self.requests.get(&id) else { return };
        let stage = self.receipts.stages.get(&(id, index)).copied();
        let spec = match stage {
            None => request.spec,
            Some(Stage::Plain) => route::spec(PLAIN),
            Some(Stage::Looking { .. }) => route::spec(RECEIPT),
        };
        let params = request.question.params.clone();
        let hash = transaction_hash(&params).unwrap_or_default();
        let mut judged = self.judge(spec, send, brought);
        match stage {
            None => by_standard(&mut judged, &hash),
            Some(Stage::Plain) => judged = broadcast(judged, &params),
            Some(Stage::Looking { .. }) => {}
        }
        let (own, until) = (patience(&request.question).is_some(), until(request));
        if matches!(brought, Brought::Response { .. }) {
            self.requests.responded(id);
        }
        if !self.is_spared(cx, job, spec.weight, brought) {
            self.learn(cx, job, spec, &judged, spec.method);
        }
        let wait = Patience { now: cx.now, sent: job.sent, until, own };
        match follows(stage, judged, &hash, wait) {
            Next::Plain => self.send_plain(cx, job, id, index, &params),
            Next::Look => self.look_later(cx.now, id, index),
            Next::Over(judged) => {
                self.receipts.stages.remove(&(id, index));
                let digest = judged.kind.digest();
                let reply = judged.reply.map(|reply| without_secrets(cx.lanes.get(job.lane), spec, reply));
                self.attempt_ended(cx, id, index, judged.outcome, digest, reply);
            }
        }
    }

    fn send_plain(&mut self, cx: &mut Means<'_>, job: &Job, id: u64, index: usize, params: &str) {
        let chain = cx.lanes.chain(job.lane.chain);
        let lane = chain.and_then(|c| c.lane(job.lane.key)).filter(|lane| lane.enabled());
        let private = self.requests.get(&id).is_some_and(|r| r.private) || chain.is_some_and(Chain::is_private);
        // The person may have marked another endpoint private since.
        let may = lane.is_some_and(|lane| lane.endpoint().private || !private);
        self.receipts.stages.insert((id, index), Stage::Plain);
        let again = Job { sent: cx.now, due: None, joins: None, ..*job };
        let sent = if may { self.send(cx, again, PLAIN, &plain(params)) } else { None };
        self.sent_again(cx, id, index, sent);
    }

    fn look_later(&mut self, now: u64, id: u64, index: usize) {
        let looks = match self.receipts.stages.get(&(id, index)) {
            Some(Stage::Looking { looks, .. }) => *looks,
            _ => 0,
        };
        let at = Some(now + (LOOK_MS << looks.min(8)).min(MAX_LOOK_MS));
        self.receipts.stages.insert((id, index), Stage::Looking { at, looks: looks + 1 });
    }

    /// Looks for the receipts that are due, and forgets lanes of requests that are over.
    pub(super) fn tick_receipts(&mut self, now: u64) {
        let Asks { receipts, requests, .. } = self;
        receipts.stages.retain(|(id, _), _| requests.get(id).is_some());
        let due = |stage: &Stage| matches!(stage, Stage::Looking { at: Some(at), .. } if *at <= now);
        let due: Vec<(u64, usize)> = receipts.stages.iter().filter(|(_, s)| due(s)).map(|(key, _)| *key).collect();
        due.into_iter().for_each(|(id, index)| self.then(Continuation::Look { id, index }));
    }

    /// Looks for one receipt.
    pub(super) fn look(&mut self, cx: &mut Means<'_>, id: u64, index: usize) {
        let Some(request) = self.requests.get(&id) else { return };
        let Some(lane) = request.endpoint(index) else { return };
        let job = request.job(cx.now, id, index, lane);
        let hash = transaction_hash(&request.question.params).unwrap_or_default();
        if let Some(Stage::Looking { at, .. }) = self.receipts.stages.get_mut(&(id, index)) {
            at.take();
        }
        let sent = self.send(cx, job, RECEIPT, &format!("[{hash}]"));
        self.sent_again(cx, id, index, sent);
    }

    /// An attempt continues with another send, or ends if there is none.
    fn sent_again(&mut self, cx: &mut Means<'_>, id: u64, index: usize, sent: Option<u64>) {
        match sent {
            Some(send) => self.requests.sent(id, index, Slot::Sent(send, cx.now)),
            None => self.attempt_ended(cx, id, index, Outcome::Unable, 0, None),
        }
    }
}

/// How long to wait for a receipt.
#[derive(Debug, Clone, Copy)]
struct Patience {
    now: u64,
    /// When the lane was asked, ms.
    sent: u64,
    /// When to stop looking, ms.
    until: u64,
    /// Whether the page set the time.
    own: bool,
}

/// What a reply leads to at this stage of its lane.
fn follows(stage: Option<Stage>, judged: Judged, hash: &str, wait: Patience) -> Next {
    let Patience { now, sent, until, own } = wait;
    match stage {
        // A node that rejects the second parameter (anvil) is asked without it. The core then does the waiting.
        None if own && is_invalid(&judged) => Next::Plain,
        // If the page wants to wait for longer than the node does, the core keeps looking.
        None => match next(judged, hash) {
            Next::Over(judged) if judged.outcome == Outcome::Empty && own && now < until => Next::Look,
            next => next,
        },
        Some(Stage::Plain) if judged.outcome == Outcome::Answer => Next::Look,
        Some(Stage::Plain) => Next::Over(judged),
        Some(Stage::Looking { .. }) => match judged.reply {
            Some(Reply::Result(text)) if is_receipt(&text, hash) => Next::Over(found(text)),
            _ if now >= until => Next::Over(not_in_time(until.saturating_sub(sent), hash)),
            _ => Next::Look,
        },
    }
}
