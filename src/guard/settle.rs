//! What the page gets in the end, and what the trail keeps of it.

use super::Guard;
use crate::answer::{Answer, Refusal, Tally};
use crate::asks::{Asker, Request, Slot, shown_block, without_tag};
use crate::classify::Meaning;
use crate::endpoint::LaneId;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply, RpcError};
use crate::lanes::{Lane, LaneRef, Lesson};
use crate::pages::ShownBy;
use crate::protocol::CoreToPage;
use crate::race::{Attempt, End, Outcome, Reason};
use crate::route::{Class, Spec};
use crate::trail;
use crate::wire::Job;

/// How long the sends of a settled broadcast may still take, ms.
const AFTER_MS: u64 = 10_000;
impl Guard {
    /// A race is over.
    pub(super) fn settle(&mut self, now: u64, request: Request, end: End) {
        self.record(now, &request, end);
        self.note_words(now, &request, end);
        // A transaction's other sends go on: the more nodes have it, the better. But not for ever.
        for slot in &request.slots {
            if let Slot::Sent(send, _) = slot {
                self.wire.let_go(*send, now + AFTER_MS);
            }
        }
        match end {
            End::Lane { lane, reason } => self.settle_lane(now, request, lane, reason),
            // An answer that is not to be believed is none. The page is told why.
            End::Disputed | End::Unconfirmed => {
                let tally = tally(&request, request.race.iter().flat_map(|race| race.said()));
                let refusal = Refusal::of(end, tally, &request.question.method);
                self.answer_all(now, request, Answer::Ours(refusal), None);
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
                    for client in request.askers.iter().filter_map(|asker| asker.client()) {
                        self.pages.answered_by(now, client, chain, key);
                    }
                }
                if matches!(reply, Reply::Result(_)) && reason != Reason::Nothing {
                    for id in without_tag(&request).into_iter().filter_map(|lane| request.endpoint(lane)) {
                        request.rare.into_iter().for_each(|tag| self.teach(now, id, Lesson::LacksTag(tag)));
                    }
                }
                let kept = request.proof.is_none();
                if let (true, Reply::Result(text), Reason::Best | Reason::Hedge | Reason::Failover | Reason::First) =
                    (kept, &reply, reason)
                {
                    let finalized = self.lanes.chain(request.question.chain).map_or(0, |c| c.finalized());
                    self.asks.memory.keep(&request.origin, &request.question, request.spec, text, finalized);
                }
                self.note_finalized(&request, &reply);
                self.answer_all(now, request, Answer::Lane(reply), Some(ShownBy::Lane(key)));
            }
            (Some(LaneRef::Wallet), Some(reply)) => self.settle_wallet(now, request, &reply),
            _ => self.settle_failed(request, false),
        }
    }

    /// What a page is told instead of a block number that is lower than one it has been shown: block numbers never
    /// go back for a page, even when a lane that is behind is all there is.
    pub(super) fn risen(&self, now: u64, client: ClientId, chain: u64, number: u64) -> Option<String> {
        let before = self.lanes.chain(chain).map_or(0, |c| c.floor(now));
        let floor = self.floor_of(now, client, chain).max(before);
        (floor > number).then(|| format!("\"0x{floor:x}\""))
    }

    /// A page that asks for the finalized block tells what is immutable; one lane alone does not.
    fn note_finalized(&mut self, request: &Request, reply: &Reply) {
        let is_final = jsonrpc::tag(&request.question.params, 0).as_deref() == Some("finalized");
        let block = matches!(request.spec.method, "eth_getBlockByNumber" | "eth_getHeaderByNumber");
        if let (Reply::Result(text), true) = (reply, block && is_final) {
            let number = jsonrpc::block_of(text, "number");
            if let Some(number) = number {
                self.lanes.finalize(request.question.chain, number);
            }
        }
    }

    /// No lane answered: the wallet's own answer, what a lane said, or how many could not.
    pub(super) fn settle_failed(&mut self, request: Request, late: bool) {
        let private = request.private || self.lanes.chain(request.question.chain).is_some_and(|c| c.is_private());
        let kept = request.spec.class == Class::Broadcast && private;
        let tally = tally(&request, request.race.iter().flat_map(|race| race.attempts()));
        let method = &request.question.method;
        let otherwise = match () {
            () if !late && lacking(&request).next().is_some() => Refusal::NoBlock { method: method.clone() },
            () => Refusal::of(End::Failed { late }, tally, method),
        };
        if kept {
            return self.answer_all(self.now, request, Answer::Ours(otherwise), None);
        }
        let words = self.own_words(&request);
        self.use_wallet(request, &Answer::Wallet { words, otherwise });
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
        let smaller = |e: &&&RpcError| self.asks.classifier.meaning(request.spec, 200, e) == Meaning::Smaller;
        // A lane that has not got the block has no say.
        let silent = |a: &&Attempt| !unable(a) && !refused(a);
        let all = attempts.iter().filter(silent).count() == lacking(request).count();
        // Who failed beside them says nothing of a tag.
        let best = said.iter().find(smaller).or_else(|| said.first().filter(|_| all || request.rare.is_some()))?;
        Some((*best).clone())
    }

    /// A lane's words arrive as they were sent, but for what no page may learn of the lane.
    pub(super) fn without_secrets(&self, job: &Job, spec: &Spec, reply: Reply) -> Reply {
        let lane = self.lanes.get(job.lane);
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

    /// Every asker with a wallet gets its own wallet's word, as `answer` says. But a wallet that is known to be behind
    /// what its page was shown is not given for a block number.
    pub(super) fn use_wallet(&mut self, request: Request, answer: &Answer) {
        self.finish(&request);
        let (bytes, chain) = (request.bytes(), request.question.chain);
        let behind = request.wallet_shown.filter(|_| request.spec.method == "eth_blockNumber");
        for asker in request.askers {
            self.leave_waiting(asker, bytes);
            let own = match asker {
                Asker::Page { client, wallet: true, .. } if request.wallet == Some(client) => behind.zip(Some(client)),
                _ => None,
            };
            let higher = own.and_then(|(number, client)| self.risen(self.now, client, chain, number));
            self.give(asker, higher.map_or_else(|| answer.clone(), Answer::result));
        }
    }

    /// Everybody gets this answer, `from` a lane or from the core itself. The last asker is given the answer itself:
    /// 5 MB are not copied for one page.
    fn answer_all(&mut self, now: u64, request: Request, answer: Answer, from: Option<ShownBy>) {
        self.finish(&request);
        let (chain, bytes) = (request.question.chain, request.bytes());
        let shown = match (&answer, from) {
            (Answer::Lane(Reply::Result(text)), Some(source)) => {
                shown_block(request.spec, request.tip(), text).map(|number| (number, source))
            }
            _ => None,
        };
        let is_number = request.spec.method == "eth_blockNumber";
        let mut askers = request.askers;
        let last = askers.pop();
        for asker in askers {
            self.leave_waiting(asker, bytes);
            self.show_block(now, asker, chain, is_number, shown, answer.clone());
        }
        if let Some(asker) = last {
            self.leave_waiting(asker, bytes);
            self.show_block(now, asker, chain, is_number, shown, answer);
        }
    }

    /// Gives one asker an answer that may show its page a block: each page has a floor of its own.
    fn show_block(
        &mut self,
        now: u64,
        asker: Asker,
        chain: u64,
        is_number: bool,
        shown: Option<(u64, ShownBy)>,
        answer: Answer,
    ) {
        let (Some((number, source)), Some(client)) = (shown, asker.client()) else {
            return self.give(asker, answer);
        };
        let risen = self.risen(now, client, chain, number).filter(|_| is_number);
        self.raise(now, client, chain, source, number);
        self.save_soon(now);
        self.give(asker, risen.map_or(answer, Answer::result));
    }

    /// Gives one asker its answer.
    pub(super) fn give(&mut self, asker: Asker, answer: Answer) {
        match (asker, answer) {
            (Asker::Page { client, id, wallet: true }, Answer::Wallet { .. }) => {
                self.post(client, CoreToPage::UseWallet { id });
            }
            (Asker::Page { client, id, .. }, answer) => {
                let message = match answer.without_wallet() {
                    Reply::Result(result) => CoreToPage::Answer { id, result },
                    Reply::Error(RpcError { code, message, data }) => CoreToPage::Error { id, code, message, data },
                };
                self.post(client, message);
            }
            (Asker::Rescue { rescue, index, .. }, Answer::Lane(reply)) => self.rescued(rescue, index, Some(reply)),
            (Asker::Rescue { rescue, .. }, Answer::Wallet { otherwise, .. }) if otherwise.is_nobody() => {
                self.give_up_rescue(rescue);
            }
            (Asker::Rescue { rescue, index, .. }, Answer::Wallet { .. } | Answer::Ours(_)) => {
                self.rescued(rescue, index, None);
            }
            (Asker::Follow { task }, Answer::Lane(reply)) => self.follower.arrive(task, Some(reply)),
            (Asker::Follow { task }, Answer::Wallet { .. } | Answer::Ours(_)) => self.follower.arrive(task, None),
        }
    }

    pub(super) fn leave_waiting(&mut self, asker: Asker, bytes: usize) {
        asker.client().into_iter().for_each(|client| self.pages.end(client, bytes));
    }

    fn finish(&mut self, request: &Request) {
        self.asks.memory.leave(&request.origin, &request.question);
    }

    fn name(&self, chain: u64, lane: LaneRef) -> String {
        match lane {
            LaneRef::Wallet => "wallet".to_owned(),
            LaneRef::Endpoint(key) => {
                let lane = self.lanes.get(LaneId { chain, key });
                lane.map_or_else(|| "removed endpoint".to_owned(), |l| l.endpoint().name.clone())
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
        self.asks.trail.push(record, end);
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
