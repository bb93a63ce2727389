//! What the page gets in the end, and what the trail keeps of it.

use super::Guard;
use super::chains::{Lane, LaneRef, LastLane};
use super::floors::Source;
use super::refusal::{Tally, not_there};
use super::requests::{Asker, Request, Slot};
use super::sends::{Job, shown_block};
use crate::classify::Meaning;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply, RpcError};
use crate::protocol::CoreToPage;
use crate::race::{Attempt, End, Outcome, Reason};
use crate::route::{Class, Spec};
use crate::trail;

/// JSON-RPC internal error: every lane failed.
pub(super) const ALL_FAILED: i64 = -32603;
/// How long the sends of a settled broadcast may still take, ms.
const AFTER_MS: u64 = 10_000;
/// Resource unavailable (EIP-1474): compared lanes disagree, or nothing confirms the one that answered.
const WITHHELD: i64 = -32002;

impl Guard {
    /// A race is over.
    pub(super) fn settle(&mut self, now: u64, request: Request, end: End) {
        self.record(now, &request, end);
        self.note_words(now, &request, end);
        // A transaction's other sends go on: the more nodes have it, the better. But not for ever.
        for slot in &request.slots {
            if let Slot::Sent(send, _) = slot {
                self.jobs.get_mut(send).into_iter().for_each(|job| job.due = Some(now + AFTER_MS));
            }
        }
        match end {
            End::Lane { lane, reason } => self.settle_lane(now, request, lane, reason),
            // An answer that is not to be believed is none. The page is told why.
            End::Disputed | End::Unconfirmed => {
                let tally = tally(&request, request.race.iter().flat_map(|race| race.said()));
                let message = tally.explain(end, &request.question.method);
                self.answer_all(now, request, Reply::Error(RpcError { code: WITHHELD, message, data: None }), None);
            }
            End::Failed { late } => self.settle_failed(request, late),
        }
    }

    fn settle_lane(&mut self, now: u64, mut request: Request, lane: usize, reason: Reason) {
        let at = request.replies.iter().position(|(index, _)| *index == lane);
        let reply = at.map(|at| request.replies.swap_remove(at).1);
        match (request.lanes.get(lane), reply) {
            (Some(LaneRef::Endpoint(key)), Some(reply)) => {
                let key = *key;
                if request.latest && reason != Reason::Behind {
                    let chain = request.question.chain;
                    for asker in &request.askers {
                        if let Some(page) = asker.client().and_then(|client| self.pages.get_mut(&client)) {
                            let next = LastLane::next(page.last_lane.get(&chain), key, now);
                            page.last_lane.insert(chain, next);
                        }
                    }
                }
                if matches!(reply, Reply::Result(_)) && reason != Reason::Nothing {
                    self.note_tags(now, &request);
                }
                let kept = request.proof.is_none();
                if let (true, Reply::Result(text), Reason::Best | Reason::Hedge | Reason::Failover | Reason::First) =
                    (kept, &reply, reason)
                {
                    let finalized = self.chains.get(&request.question.chain).map_or(0, |c| c.heads.finalized);
                    self.memory.keep(&request.origin, &request.question, request.spec, text, finalized);
                }
                self.note_finalized(&request, &reply);
                self.answer_all(now, request, reply, Some(Source::Lane(key)));
            }
            (Some(LaneRef::Wallet), Some(reply)) => self.settle_wallet(now, request, &reply),
            _ => self.settle_failed(request, false),
        }
    }

    /// What a page is told instead of a block number that is lower than one it has been shown: block numbers never
    /// go back for a page, even when a lane that is behind is all there is.
    pub(super) fn risen(&self, now: u64, client: ClientId, chain: u64, number: u64) -> Option<String> {
        let before = self.chains.get(&chain).map_or(0, |c| c.floor(now));
        let floor = self.floor_of(now, client, chain).max(before);
        (floor > number).then(|| format!("\"0x{floor:x}\""))
    }

    /// A page that asks for the finalized block tells what is immutable; one lane alone does not.
    fn note_finalized(&mut self, request: &Request, reply: &Reply) {
        let is_final = jsonrpc::tag(&request.question.params, 0).as_deref() == Some("finalized");
        let block = matches!(request.spec.method, "eth_getBlockByNumber" | "eth_getHeaderByNumber");
        if let (Reply::Result(text), true) = (reply, block && is_final) {
            let number = super::memory::block_of(text, "number");
            if let (Some(number), Some(chain)) = (number, self.chains.get_mut(&request.question.chain))
                && number <= chain.sure()
            {
                chain.heads.finalized = chain.heads.finalized.max(number);
            }
        }
    }

    /// No lane answered: the wallet's own answer, what a lane said, or how many could not.
    pub(super) fn settle_failed(&mut self, request: Request, late: bool) {
        let private = request.private || self.chains.get(&request.question.chain).is_some_and(|c| c.is_private());
        let kept = request.spec.class == Class::Broadcast && private;
        let tally = tally(&request, request.race.iter().flat_map(|race| race.attempts()));
        let method = &request.question.method;
        let message = match () {
            () if !late && lacking(&request).next().is_some() => not_there(method),
            () => tally.explain(End::Failed { late }, method),
        };
        let reply = Reply::Error(RpcError { code: ALL_FAILED, message, data: None });
        match self.own_words(&request) {
            Some(words) if !kept => self.use_wallet(request, &Reply::Error(words), &reply),
            _ if kept => self.answer_all(self.now, request, reply, None),
            _ => self.use_wallet(request, &reply, &reply),
        }
    }

    /// What a lane itself said of a read that none could answer: from "query returned more than 10000 results"
    /// an indexer learns to ask for less. Whoever wants less comes first, whatever became of the others. Any
    /// other "cannot" counts when no lane failed to say something; then the best lane's words do.
    fn own_words(&self, request: &Request) -> Option<RpcError> {
        let attempts = request.race.as_ref()?.attempts();
        let unable = |a: &&Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Unable);
        let refused = |a: &&Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Refused);
        let words = |a: &Attempt| {
            let (_, reply) = request.replies.iter().find(|(lane, _)| *lane == a.lane)?;
            match (reply, request.lanes.get(a.lane)) {
                (Reply::Error(error), Some(LaneRef::Endpoint(_))) => Some(error),
                _ => None,
            }
        };
        let said: Vec<&RpcError> = attempts.iter().filter(unable).filter_map(words).collect();
        let smaller = |e: &&&RpcError| self.classifier.meaning(request.spec, 200, e) == Meaning::Smaller;
        // A lane that has not got the block has no say.
        let silent = |a: &&Attempt| !unable(a) && !refused(a);
        let all = attempts.iter().filter(silent).count() == lacking(request).count();
        // Who failed beside them says nothing of a tag.
        let best = said.iter().find(smaller).or_else(|| said.first().filter(|_| all || request.rare.is_some()))?;
        Some((*best).clone())
    }

    /// A lane's words arrive as they were sent, but for what no page may learn of the lane.
    pub(super) fn without_secrets(&self, job: &Job, spec: &Spec, reply: Reply) -> Reply {
        let lane = self.chains.get(&job.chain).and_then(|c| c.lane(job.key));
        let secrets = || lane.map(Lane::secrets).unwrap_or_default();
        match reply {
            Reply::Error(RpcError { code, message, data }) => {
                let secrets = secrets();
                let (message, data) = (secrets.cut(&message).into_owned(), data.map(|data| secrets.cut_json(&data)));
                Reply::Error(RpcError { code, message, data })
            }
            // The one result that is the node's own prose.
            Reply::Result(text) if spec.method == "web3_clientVersion" => Reply::Result(secrets().cut_json(&text)),
            result => result,
        }
    }

    /// Every asker with a wallet gets its own wallet's word; a page without one gets `reply`. Whoever has
    /// something else to fall back to gets `ours`.
    pub(super) fn use_wallet(&mut self, request: Request, reply: &Reply, ours: &Reply) {
        self.finish(&request);
        let (bytes, chain) = (request.bytes(), request.question.chain);
        let behind = request.wallet_shown.filter(|_| request.spec.method == "eth_blockNumber");
        for asker in request.askers {
            self.leave_waiting(asker, bytes);
            match asker {
                Asker::Page { client, id, wallet: true } => {
                    // Its wallet is known to be behind what the page was shown.
                    let own = behind.filter(|_| request.wallet == Some(client));
                    match own.and_then(|number| self.risen(self.now, client, chain, number)) {
                        Some(higher) => self.reply(asker, chain, Reply::Result(higher)),
                        None => self.post(client, CoreToPage::UseWallet { id }),
                    }
                }
                Asker::Page { .. } => self.reply(asker, request.question.chain, reply.clone()),
                _ => self.reply(asker, request.question.chain, ours.clone()),
            }
        }
    }

    /// Everybody gets this reply, `from` a lane or from the core itself. The last asker is given the reply itself: 5 MB
    /// are not copied for one page.
    fn answer_all(&mut self, now: u64, request: Request, reply: Reply, from: Option<Source>) {
        self.finish(&request);
        let (chain, bytes) = (request.question.chain, request.bytes());
        let shown = match (&reply, from) {
            (Reply::Result(text), Some(source)) => {
                shown_block(request.spec, request.tip(), text).map(|number| (number, source))
            }
            _ => None,
        };
        let is_number = request.spec.method == "eth_blockNumber";
        let mut askers = request.askers;
        let last = askers.pop();
        for asker in askers {
            self.leave_waiting(asker, bytes);
            self.show_block(now, asker, chain, is_number, shown, reply.clone());
        }
        if let Some(asker) = last {
            self.leave_waiting(asker, bytes);
            self.show_block(now, asker, chain, is_number, shown, reply);
        }
    }

    /// Gives one asker an answer that may show its page a block: each page has a floor of its own.
    fn show_block(
        &mut self,
        now: u64,
        asker: Asker,
        chain: u64,
        is_number: bool,
        shown: Option<(u64, Source)>,
        reply: Reply,
    ) {
        let (Some((number, source)), Some(client)) = (shown, asker.client()) else {
            return self.reply(asker, chain, reply);
        };
        let risen = self.risen(now, client, chain, number).filter(|_| is_number);
        self.raise(now, client, chain, source, number);
        self.save_soon(now);
        self.reply(asker, chain, risen.map_or(reply, Reply::Result));
    }

    /// Gives one asker its answer.
    pub(super) fn reply(&mut self, asker: Asker, _chain: u64, reply: Reply) {
        match asker {
            Asker::Follow { task } => self.sticky.arrive(task, reply),
            Asker::Rescue { rescue, index, .. } => self.rescued(rescue, index, reply),
            Asker::Page { client, id, .. } => {
                let message = match reply {
                    Reply::Result(result) => CoreToPage::Answer { id, result },
                    Reply::Error(RpcError { code, message, data }) => CoreToPage::Error { id, code, message, data },
                };
                self.post(client, message);
            }
        }
    }

    pub(super) fn leave_waiting(&mut self, asker: Asker, bytes: usize) {
        if let Some(page) = asker.client().and_then(|client| self.pages.get_mut(&client)) {
            self.load.end(&mut page.load, bytes);
        }
    }

    fn finish(&mut self, request: &Request) {
        self.memory.leave(&request.origin, &request.question);
    }

    fn name(&self, chain: u64, lane: LaneRef) -> String {
        match lane {
            LaneRef::Wallet => "wallet".to_owned(),
            LaneRef::Endpoint(key) => {
                let lane = self.chains.get(&chain).and_then(|c| c.lane(key));
                lane.map_or_else(|| "removed endpoint".to_owned(), |l| l.endpoint.name.clone())
            }
        }
    }

    fn record(&mut self, now: u64, request: &Request, end: End) {
        // What the core asks for its filters is no page's question.
        let Some(race) = request.race.as_ref().filter(|_| request.proof.is_none()) else { return };
        let chain = request.question.chain;
        let attempts = race.attempts().iter().map(|a| trail::Attempt {
            lane: request.lanes.get(a.lane).map_or_else(String::new, |lane| self.name(chain, *lane)),
            started_for: a.why.word().to_owned(),
            sent_ms: a.sent.saturating_sub(request.asked),
            took_ms: a.ended.map(|(at, _)| at.saturating_sub(a.sent)),
            outcome: match a.ended {
                Some(_) if race.is_disputed(a) => "disputed".to_owned(),
                ended => ended.map_or("pending", |(_, outcome)| outcome.word()).to_owned(),
            },
        });
        let attempts = attempts.collect();
        let answered_by = match end {
            End::Lane { lane, .. } => request.lanes.get(lane).map(|lane| self.name(chain, *lane)),
            _ => None,
        };
        if answered_by.is_some() {
            self.watch.answered(now, now.saturating_sub(request.asked), request.spec.class);
        }
        let record = trail::Record {
            at_ms: request.asked,
            chain,
            method: request.spec.method.to_owned(),
            site: request.host.clone(),
            rescued: request.askers.iter().any(|a| matches!(a, Asker::Rescue { .. })),
            took_ms: now.saturating_sub(request.asked),
            answered_by,
            reason: String::new(),
            why: String::new(),
            attempts,
        };
        self.trail.push(record, end);
    }
}

/// Attempts on lanes that have not got the block which a request names.
fn lacking(request: &Request) -> impl Iterator<Item = &Attempt> {
    let behind = |a: &&Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Stale);
    let attempts = request.race.iter().flat_map(|race| race.attempts()).filter(behind);
    attempts.filter(|_| request.named.is_some())
}

fn tally<'a>(request: &Request, attempts: impl Iterator<Item = &'a Attempt>) -> Tally {
    let lanes: Vec<&LaneRef> = attempts.filter_map(|a| request.lanes.get(a.lane)).collect();
    let wallet = lanes.contains(&&LaneRef::Wallet);
    Tally { endpoints: lanes.len() - usize::from(wallet), wallet }
}
