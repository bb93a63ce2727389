//! Settles a race: what each asker gets, and what is remembered. Nobody is told here; see [`Done`].

use super::all::Asks;
use super::done::{Done, Given, Shown};
use super::judge::shown_block;
use super::named::lacks_by_now;
use super::request::{Asker, Request};
use super::tags::without_tag;
use crate::answer::{Answer, Refusal, Tally};
use crate::classify::Meaning;
use crate::endpoint::LaneId;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply, RpcError};
use crate::lanes::{LaneRef, Lanes, Lesson};
use crate::race::{Attempt, End, Outcome, Reason};
use crate::route::Class;
use crate::trail;

impl Asks {
    /// Settles a request whose race has ended.
    pub(super) fn settle(&mut self, now: u64, lanes: &mut Lanes, request: Request, end: End) -> Done {
        let mut done = Done::default();
        self.record(now, lanes, &request, end, &mut done);
        self.note_words(now, lanes, &request, end, &mut done);
        match end {
            End::Lane { lane, reason } => self.settle_lane(now, lanes, request, (lane, reason), &mut done),
            // An answer that must not be believed is not given. The page is told why.
            End::Disputed | End::Unconfirmed => {
                let tally = tally(&request, request.race.iter().flat_map(|race| race.said()));
                let refusal = Refusal::of(end, tally, &request.question.method);
                self.answer_all(request, Answer::Ours(refusal), None, &mut done);
            }
            End::Failed { late } => self.settle_failed(lanes, request, late, &mut done),
        }
        done
    }

    /// Settles a request whose race did not start, or does not continue. `late`: its time is over.
    pub(super) fn fail(&mut self, lanes: &Lanes, request: Request, late: bool) -> Done {
        let mut done = Done::default();
        self.settle_failed(lanes, request, late, &mut done);
        done
    }

    /// Settles a request that was never sent: with its wallet's answer, or with `refusal`.
    pub(super) fn leave_unsent(&mut self, request: Request, refusal: Refusal) -> Done {
        let mut done = Done::default();
        self.use_wallet(request, &Answer::wallet(refusal), &mut done);
        done
    }

    /// The wallet of `client` has answered. Askers of that document get the answer; the request continues for the
    /// others.
    pub(super) fn give_own(&mut self, id: u64, client: ClientId, shown: Option<u64>) -> Done {
        let mut done = Done::default();
        if let Some(mut request) = self.requests.remove(&id) {
            give_wallet(&mut request, Some(client), shown, &mut done);
            self.requests.insert(id, request);
        }
        done
    }

    fn settle_lane(
        &mut self,
        now: u64,
        lanes: &mut Lanes,
        mut request: Request,
        (lane, reason): (usize, Reason),
        done: &mut Done,
    ) {
        if matches!(reason, Reason::Unconfirmed | Reason::Rejected) && lacks_by_now(lanes, &request, lane) {
            request.race.as_mut().into_iter().for_each(|race| race.is_behind(lane));
            return self.settle_failed(lanes, request, false, done);
        }
        let at = request.replies.iter().position(|(index, _)| *index == lane);
        let reply = at.map(|at| request.replies.swap_remove(at).1);
        match (request.lanes.get(lane).copied(), reply) {
            (Some(LaneRef::Endpoint(key)), Some(reply)) => {
                let chain = request.question.chain;
                done.served = Some(LaneId { chain, key }).filter(|_| request.latest && reason != Reason::Behind);
                if matches!(reply, Reply::Result(_)) && reason != Reason::Nothing {
                    for id in without_tag(&request).into_iter().filter_map(|lane| request.endpoint(lane)) {
                        let lacks = request.rare.map(|tag| lanes.learn(now, id, Lesson::LacksTag(tag)));
                        done.changes.extend(lacks.unwrap_or_default());
                    }
                }
                let kept = request.proof.is_none();
                if let (true, Reply::Result(text), Reason::Best | Reason::Hedge | Reason::Failover | Reason::First) =
                    (kept, &reply, reason)
                {
                    let finalized = lanes.chain(chain).map_or(0, |c| c.finalized());
                    self.memory.keep(&request.origin, &request.question, request.spec, text, finalized);
                }
                note_finalized(lanes, &request, &reply);
                self.answer_all(request, Answer::Lane(reply), Some(LaneRef::Endpoint(key)), done);
            }
            (Some(LaneRef::Wallet), Some(reply)) => self.settle_wallet(lanes, request, &reply, done),
            _ => self.settle_failed(lanes, request, false, done),
        }
    }

    /// The wallet's answer settles the request. Askers that joined later are settled as if no lane had answered.
    fn settle_wallet(&mut self, lanes: &Lanes, mut request: Request, reply: &Reply, done: &mut Done) {
        let shown = match reply {
            Reply::Result(text) => shown_block(request.spec, request.tip(), text),
            Reply::Error(_) => None,
        };
        let wallet = request.wallet;
        give_wallet(&mut request, wallet, shown, done);
        self.settle_failed(lanes, request, false, done);
    }

    /// No lane answered. The page gets the wallet's answer, a lane's error, or how many lanes could not answer.
    fn settle_failed(&mut self, lanes: &Lanes, request: Request, late: bool, done: &mut Done) {
        let private = request.private || lanes.chain(request.question.chain).is_some_and(|c| c.is_private());
        let kept = request.spec.class == Class::Broadcast && private;
        let tally = tally(&request, request.race.iter().flat_map(|race| race.attempts()));
        let method = &request.question.method;
        let otherwise = match () {
            () if !late && lacking(&request).next().is_some() => Refusal::NoBlock { method: method.clone() },
            () => Refusal::of(End::Failed { late }, tally, method),
        };
        if kept {
            return self.answer_all(request, Answer::Ours(otherwise), None, done);
        }
        let words = self.own_words(&request);
        self.use_wallet(request, &Answer::Wallet { words, otherwise }, done);
    }

    /// A lane's own error for a read that no lane could answer. From "query returned more than 10000 results" an
    /// indexer learns to ask for less, so an error that asks for less is always preferred. Any other `Unable` error
    /// counts only if no lane failed without an error. Then the best lane's error is used.
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
        // A lane that does not have the block does not count.
        let silent = |a: &&Attempt| !unable(a) && !refused(a);
        let all = attempts.iter().filter(silent).count() == lacking(request).count();
        // For a tag, lanes that failed in other ways do not matter.
        let best = said.iter().find(smaller).or_else(|| said.first().filter(|_| all || request.rare.is_some()))?;
        Some((*best).clone())
    }

    /// Every asker with a wallet gets its own wallet's answer, as `answer` says. A block number from a wallet that is
    /// known to be behind what its page was shown is not given.
    fn use_wallet(&mut self, request: Request, answer: &Answer, done: &mut Done) {
        self.unjoin(&request);
        let (bytes, chain) = (request.bytes(), request.question.chain);
        let behind = request.wallet_shown.filter(|_| request.spec.method == "eth_blockNumber");
        let behind = behind.map(|number| Shown { number, by: LaneRef::Wallet, is_number: true, counts: false });
        let (askers, wallet) = (request.askers, request.wallet);
        done.given.extend(askers.into_iter().map(|asker| {
            let shown = behind.filter(|_| is_own(wallet, asker));
            Given { asker, chain, bytes, answer: answer.clone(), shown }
        }));
    }

    /// Gives every asker this answer, `from` a lane or from the core itself. The last asker gets the original, so that
    /// 5 MB are not copied for a single page.
    fn answer_all(&mut self, request: Request, answer: Answer, from: Option<LaneRef>, done: &mut Done) {
        self.unjoin(&request);
        let (chain, bytes) = (request.question.chain, request.bytes());
        let is_number = request.spec.method == "eth_blockNumber";
        let shown = match (&answer, from) {
            (Answer::Lane(Reply::Result(text)), Some(by)) => shown_block(request.spec, request.tip(), text)
                .map(|number| Shown { number, by, is_number, counts: true }),
            _ => None,
        };
        let mut askers = request.askers;
        let last = askers.pop();
        let copied = askers.into_iter().map(|asker| Given { asker, chain, bytes, answer: answer.clone(), shown });
        done.given.extend(copied);
        done.given.extend(last.map(|asker| Given { asker, chain, bytes, answer, shown }));
    }

    fn record(&mut self, now: u64, lanes: &Lanes, request: &Request, end: End, done: &mut Done) {
        // The core's reads for its filters do not belong in the trail.
        let Some(race) = request.race.as_ref().filter(|_| request.proof.is_none()) else { return };
        let chain = request.question.chain;
        let attempts = race.attempts().iter().map(|a| trail::SendRecord {
            lane: request.lanes.get(a.lane).map_or_else(String::new, |lane| name(lanes, chain, *lane)),
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
            End::Lane { lane, .. } => request.lanes.get(lane).map(|lane| name(lanes, chain, *lane)),
            _ => None,
        };
        done.took = answered_by.is_some().then(|| (now.saturating_sub(request.asked), request.spec.class));
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

/// Attempts on lanes that do not have the block which a request names.
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

/// The name of a lane for the trail.
fn name(lanes: &Lanes, chain: u64, lane: LaneRef) -> String {
    match lane {
        LaneRef::Wallet => "wallet".to_owned(),
        LaneRef::Endpoint(key) => {
            let lane = lanes.get(LaneId { chain, key });
            lane.map_or_else(|| "removed endpoint".to_owned(), |l| l.endpoint().name.clone())
        }
    }
}

/// Learns what is immutable when a page asks for the finalized block. One lane alone is not believed.
fn note_finalized(lanes: &mut Lanes, request: &Request, reply: &Reply) {
    let is_final = jsonrpc::tag(&request.question.params, 0).as_deref() == Some("finalized");
    let block = matches!(request.spec.method, "eth_getBlockByNumber" | "eth_getHeaderByNumber");
    if let (Reply::Result(text), true) = (reply, block && is_final) {
        let number = jsonrpc::block_of(text, "number");
        number.into_iter().for_each(|number| lanes.finalize(request.question.chain, number));
    }
}

/// Whether an asker belongs to the document whose wallet was asked, and can be given that wallet's answer.
pub(super) fn is_own(wallet: Option<ClientId>, asker: Asker) -> bool {
    matches!(asker, Asker::Page { client, wallet: true, .. } if Some(client) == wallet)
}

/// Askers of this wallet's document get its answer, unless that is a block number behind what their page was shown.
fn give_wallet(request: &mut Request, wallet: Option<ClientId>, shown: Option<u64>, done: &mut Done) {
    let (chain, bytes) = (request.question.chain, request.bytes());
    let is_number = request.spec.method == "eth_blockNumber";
    let shown = shown.map(|number| Shown { number, by: LaneRef::Wallet, is_number, counts: true });
    let answer = Answer::wallet(Refusal::unanswered(request.spec.method));
    let own = request.askers.extract_if(.., |asker| is_own(wallet, *asker));
    done.given.extend(own.map(|asker| Given { asker, chain, bytes, answer: answer.clone(), shown }));
}
