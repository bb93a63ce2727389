//! Transactions whose answer is their receipt (`asks/receipts.rs`): what is sent for it, and when it is looked for.

use super::Guard;
use crate::asks::receipts::{
    LOOK_MS, MAX_LOOK_MS, Next, PLAIN, RECEIPT, SYNC, Stage, Wording, broadcast, by_standard, found, is_invalid,
    is_receipt, next, not_in_time, patience, plain, transaction_hash, until,
};
use crate::asks::{Asks, Request, Slot, without_secrets};
use crate::endpoint::{EndpointKey, LaneId};
use crate::jsonrpc::Reply;
use crate::lanes::{Chain, LaneRef};
use crate::race::Outcome;
use crate::route;
use crate::wire::{Brought, Job, Purpose};

impl Guard {
    /// How a transaction is put on a lane: a lane that has said lately that it lacks the method is not asked for it.
    pub(super) fn wording(&mut self, now: u64, id: u64, request: &Request, lane: usize, key: EndpointKey) -> Wording {
        let (method, params) = (request.question.method.as_str(), request.sent_params());
        let known = self.lanes.get(LaneId { chain: request.question.chain, key });
        if method == SYNC && known.is_some_and(|lane| lane.health().is_unable(now, SYNC)) {
            self.asks.receipts.stages.insert((id, lane), Stage::Plain);
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
        let Some(request) = self.asks.requests.get(&id) else { return };
        let stage = self.asks.receipts.stages.get(&(id, index)).copied();
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
            self.asks.requests.responded(id);
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
                self.asks.receipts.stages.remove(&(id, index));
                let digest = judged.kind.digest();
                let reply = judged.reply.map(|reply| without_secrets(self.lanes.get(job.lane), spec, reply));
                self.attempt_ended(now, id, index, judged.outcome, digest, reply);
            }
        }
    }

    fn send_plain(&mut self, now: u64, job: &Job, id: u64, index: usize, params: &str) {
        let chain = self.lanes.chain(job.lane.chain);
        let lane = chain.and_then(|c| c.lane(job.lane.key)).filter(|lane| lane.enabled());
        let private = self.asks.requests.get(&id).is_some_and(|r| r.private) || chain.is_some_and(Chain::is_private);
        // The person may have marked another endpoint private since.
        let may = lane.is_some_and(|lane| lane.endpoint().private || !private);
        self.asks.receipts.stages.insert((id, index), Stage::Plain);
        let again = Job { sent: now, due: None, joins: None, ..*job };
        let sent = if may { self.send(again, PLAIN, &plain(params)) } else { None };
        match sent {
            Some(send) => self.asks.requests.sent(id, index, Slot::Sent(send, now)),
            None => self.attempt_ended(now, id, index, Outcome::Unable, 0, None),
        }
    }

    fn look_later(&mut self, now: u64, id: u64, index: usize) {
        let looks = match self.asks.receipts.stages.get(&(id, index)) {
            Some(Stage::Looking { looks, .. }) => *looks,
            _ => 0,
        };
        let at = Some(now + (LOOK_MS << looks.min(8)).min(MAX_LOOK_MS));
        self.asks.receipts.stages.insert((id, index), Stage::Looking { at, looks: looks + 1 });
    }

    /// Looks for receipts whose time has come; lanes of requests that are over are forgotten.
    pub(super) fn tick_receipts(&mut self, now: u64) {
        let Asks { receipts, requests, .. } = &mut self.asks;
        receipts.stages.retain(|(id, _), _| requests.get(id).is_some());
        let due = |stage: &Stage| matches!(stage, Stage::Looking { at: Some(at), .. } if *at <= now);
        let due: Vec<(u64, usize)> =
            self.asks.receipts.stages.iter().filter(|(_, s)| due(s)).map(|(key, _)| *key).collect();
        for (id, index) in due {
            let Some(request) = self.asks.requests.get(&id) else { continue };
            let (chain, share, client) = (request.question.chain, request.place.0, self.behind(request));
            let hash = transaction_hash(&request.question.params).unwrap_or_default();
            let Some(LaneRef::Endpoint(key)) = request.lanes.get(index).copied() else { continue };
            let purpose = Purpose::Attempt { request: id, index };
            let job = Job { purpose, lane: LaneId { chain, key }, share, client, sent: now, due: None, joins: None };
            if let Some(Stage::Looking { at, .. }) = self.asks.receipts.stages.get_mut(&(id, index)) {
                at.take();
            }
            match self.send(job, RECEIPT, &format!("[{hash}]")) {
                Some(send) => self.asks.requests.sent(id, index, Slot::Sent(send, now)),
                None => self.attempt_ended(now, id, index, Outcome::Unable, 0, None),
            }
        }
    }
}
