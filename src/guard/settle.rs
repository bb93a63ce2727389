//! What the page gets in the end, and what the trail keeps of it.

use super::Guard;
use super::chains::{LaneRef, LastLane};
use super::requests::{Asker, Request, Slot};
use super::sends::shown_block;
use crate::classify::Meaning;
use crate::endpoint::EndpointKey;
use crate::jsonrpc::{self, Reply, RpcError};
use crate::protocol::CoreToPage;
use crate::race::{Attempt, End, Outcome, Reason};
use crate::route::Class;
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
                let names = self.names(&request, request.race.iter().flat_map(|race| race.said()));
                let method = &request.question.method;
                let why = match end {
                    End::Disputed => format!("{names} disagree about {method}"),
                    _ => format!("only {names} answered {method}, and nothing confirms it"),
                };
                let message = format!("Breakwater: {why}; no answer was given.");
                self.answer_all(request, Reply::Error(RpcError { code: WITHHELD, message, data: None }));
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
                let reply = self.monotonic(now, &request, reply);
                if request.latest && reason != Reason::Behind {
                    let chain = request.question.chain;
                    for asker in &request.askers {
                        if let Some(page) = asker.client().and_then(|client| self.pages.get_mut(&client)) {
                            let next = LastLane::next(page.last_lane.get(&chain), key, now);
                            page.last_lane.insert(chain, next);
                        }
                    }
                }
                let kept = request.proof.is_none();
                if let (true, Reply::Result(text), Reason::Best | Reason::Hedge | Reason::Failover | Reason::First) =
                    (kept, &reply, reason)
                {
                    let finalized = self.chains.get(&request.question.chain).map_or(0, |c| c.heads.finalized);
                    self.memory.keep(&request.origin, &request.question, request.spec, text, finalized);
                }
                self.note_finalized(&request, &reply);
                self.answer_all(request, reply);
            }
            (Some(LaneRef::Wallet), Some(reply)) => {
                let risen = self.monotonic(now, &request, reply.clone());
                if risen == reply { self.use_wallet(request, &reply, &reply) } else { self.answer_all(request, risen) }
            }
            _ => self.settle_failed(request, false),
        }
    }

    /// Block numbers never go back for a page, even when a lane that is behind is all there is.
    fn monotonic(&mut self, now: u64, request: &Request, reply: Reply) -> Reply {
        let Reply::Result(text) = &reply else { return reply };
        let Some(number) = shown_block(request.spec, request.tip(), text) else { return reply };
        let floor = |asker: &Asker| self.pages.get(&asker.client()?)?.floors.get(&request.question.chain).copied();
        let highest = request.askers.iter().filter_map(floor).chain([request.floor, number]).max().unwrap_or(number);
        self.save_soon(now);
        for asker in &request.askers {
            if let Some(page) = asker.client().and_then(|client| self.pages.get_mut(&client)) {
                page.floors.insert(request.question.chain, highest);
            }
        }
        let lower = highest > number && request.spec.method == "eth_blockNumber";
        if lower { Reply::Result(format!("\"0x{highest:x}\"")) } else { reply }
    }

    /// A page that asks for the finalized block tells what is immutable.
    fn note_finalized(&mut self, request: &Request, reply: &Reply) {
        let is_final = jsonrpc::tag(&request.question.params, 0).as_deref() == Some("finalized");
        if let (Reply::Result(text), "eth_getBlockByNumber", true) = (reply, request.spec.method, is_final) {
            let number = super::memory::block_of(text, "number");
            if let (Some(number), Some(chain)) = (number, self.chains.get_mut(&request.question.chain)) {
                chain.heads.finalized = chain.heads.finalized.max(number);
            }
        }
    }

    /// No lane answered: the wallet's own answer, or an error that names operators by display name.
    pub(super) fn settle_failed(&mut self, request: Request, late: bool) {
        let private = request.private || self.chains.get(&request.question.chain).is_some_and(|c| c.is_private());
        let kept = request.spec.class == Class::Broadcast && private;
        let names = self.names(&request, request.race.iter().flat_map(|race| race.attempts()));
        let what = if late { "did not answer in time" } else { "could not answer" };
        let message = format!("Breakwater: {names} {what} ({}).", request.question.method);
        let reply = Reply::Error(RpcError { code: ALL_FAILED, message, data: None });
        match self.own_words(&request) {
            Some(words) if !kept => self.use_wallet(request, &Reply::Error(words), &reply),
            _ if kept => self.answer_all(request, reply),
            _ => self.use_wallet(request, &reply, &reply),
        }
    }

    /// What a lane itself said of a read that none could answer: from "query returned more than 10000 results"
    /// an indexer learns to ask for less. Whoever wants less comes first, whatever became of the others. Any
    /// other "cannot" counts when all of them said so; then the best lane's words do. None may hold a key.
    fn own_words(&self, request: &Request) -> Option<RpcError> {
        let attempts = request.race.as_ref().filter(|_| request.spec.class == Class::Read)?.attempts();
        let unable = |a: &&Attempt| a.ended.is_some_and(|(_, outcome)| outcome == Outcome::Unable);
        let words = |a: &Attempt| {
            let (_, reply) = request.replies.iter().find(|(lane, _)| *lane == a.lane)?;
            let (Reply::Error(error), Some(LaneRef::Endpoint(key))) = (reply, request.lanes.get(a.lane)) else {
                return None;
            };
            (!self.holds_key(request.question.chain, *key, error)).then_some(error)
        };
        let said: Vec<&RpcError> = attempts.iter().filter(unable).filter_map(words).collect();
        let smaller = |e: &&&RpcError| self.classifier.meaning(request.spec, 200, e) == Meaning::Smaller;
        let all = attempts.iter().filter(unable).count() == attempts.len();
        let best = said.iter().find(smaller).or_else(|| said.first().filter(|_| all))?;
        Some((*best).clone())
    }

    /// Whether an error tells where its lane is, or a key.
    fn holds_key(&self, chain: u64, key: EndpointKey, error: &RpcError) -> bool {
        let known = self.chains.get(&chain).and_then(|c| c.lane(key));
        let told = |text: &str| known.is_none_or(|lane| lane.endpoint.is_told_in(text));
        told(&error.message) || error.data.as_deref().is_some_and(told)
    }

    /// The chain's own error arrives as it was sent, unless its words hold what no page may learn.
    pub(super) fn without_keys(&self, chain: u64, key: EndpointKey, reply: Reply) -> Reply {
        match reply {
            Reply::Error(error) if self.holds_key(chain, key, &error) => {
                let name = self.name(chain, LaneRef::Endpoint(key));
                let message = format!("Breakwater: the error that {name} sent is not shown, for it holds its address.");
                Reply::Error(RpcError { code: error.code, message, data: None })
            }
            reply => reply,
        }
    }

    /// Every asker with a wallet gets its own wallet's word; a page without one gets `reply`. Whoever has
    /// something else to fall back to gets `ours`.
    pub(super) fn use_wallet(&mut self, request: Request, reply: &Reply, ours: &Reply) {
        self.finish(&request);
        let bytes = request.bytes();
        for asker in request.askers {
            self.leave_waiting(asker, bytes);
            match asker {
                Asker::Page { client, id, wallet: true } => {
                    self.post(client, CoreToPage::UseWallet { id });
                }
                Asker::Page { .. } => self.reply(asker, request.question.chain, reply.clone()),
                _ => self.reply(asker, request.question.chain, ours.clone()),
            }
        }
    }

    /// The last asker is given the reply itself: 5 MB are not copied for one page.
    fn answer_all(&mut self, request: Request, reply: Reply) {
        self.finish(&request);
        let (chain, bytes) = (request.question.chain, request.bytes());
        let mut askers = request.askers;
        let last = askers.pop();
        for asker in askers {
            self.leave_waiting(asker, bytes);
            self.reply(asker, chain, reply.clone());
        }
        if let Some(asker) = last {
            self.leave_waiting(asker, bytes);
            self.reply(asker, chain, reply);
        }
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

    fn names<'a>(&self, request: &Request, attempts: impl Iterator<Item = &'a Attempt>) -> String {
        let lanes = attempts.filter_map(|a| request.lanes.get(a.lane));
        let names: Vec<String> = lanes.map(|lane| self.name(request.question.chain, *lane)).collect();
        match names.split_last() {
            None => "no endpoint".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
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
