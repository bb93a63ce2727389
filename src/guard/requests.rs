//! From a question to a race. A request is asked once, by one page or by several askers of one origin who
//! asked the same at the same time.
//!
//! ```text
//!  ask ─► wallet's business ─► UseWallet
//!      ─► remembered ────────► Answer
//!      ─► the same is out ───► joined
//!      ─► Held (a cold chain: until two lanes are known, at most HOLD_MS) ─► Racing ─► settled
//! ```

use super::Guard;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::{Asker, Inside, Request, Slot, Terms, deadline, is_cold, need, pin, takes_part};
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Free, OPERATION_READS};
use crate::named::{self};
use crate::pages::Page;
use crate::race::{Act, Need, Outcome, Plan, Race, Why};
use crate::route::{self, Class};

impl Guard {
    /// Answers `question`, now or later.
    pub(super) fn ask(&mut self, now: u64, question: Question, asker: Asker) {
        let spec = route::spec(&question.method);
        let host = asker.client().and_then(|client| self.pages.get(client)).map(Page::host);
        if !self.choice.is_permitted() || !host.is_some_and(|host| self.choice.settings().site_on(host)) {
            return self.not_ours(asker, &question);
        }
        let guarded = asker.client().is_some_and(|client| self.guards(client, question.chain));
        let chain = self.lanes.chain(question.chain).filter(|_| guarded);
        let served = chain.is_some_and(|chain| chain.lanes().iter().any(|lane| lane.serves(spec)));
        match spec.class {
            Class::Read | Class::Broadcast if served => {}
            // None of its endpoints serves the chain: that makes the transaction no less private.
            Class::Broadcast if self.sends_privately(asker, question.chain) => {
                return self.give(asker, Answer::Ours(Refusal::NoPrivate));
            }
            Class::Sticky => {
                return self.follow(now, |follower, cx| follower.ask(cx, &question, asker, guarded));
            }
            Class::Local => return self.give(asker, Answer::Lane(local(&question))),
            _ => return self.not_ours(asker, &question),
        }
        if !jsonrpc::is_params(&question.params) {
            return self.give(asker, Answer::Ours(Refusal::BadParams));
        }
        let Some(client) = asker.client() else { return };
        let floor = self.floor_of(now, client, question.chain);
        let Some(page) = self.pages.get(client) else { return };
        let (origin, host) = (page.origin().to_owned(), page.host().to_owned());
        if let Some(result) = self.asks.memory.recall(&origin, &question) {
            return self.give(asker, Answer::result(result));
        }
        let Some(place) = self.pages.begin(client, question.bytes()) else { return };
        let deadline = deadline(now, spec, self.choice.settings().deadline_ms);
        let out = self.asks.memory.joined(&origin, &question).filter(|_| spec.class == Class::Read);
        // One that began under a longer deadline would keep this asker waiting for too long.
        if let Some(id) = out.filter(|id| self.asks.requests.get(id).is_some_and(|r| r.deadline <= deadline)) {
            return self.asks.requests.join(id, asker);
        }
        self.begin(now, question, Terms { origin, host, floor, proof: None, place }, asker);
    }

    /// Answers a question of the core's own, by [`crate::follow::Follower::arrive`].
    pub(super) fn ask_inside(&mut self, now: u64, question: Question, inside: Inside) {
        let Inside { task, floor, origin, proof } = inside;
        // Not joined with what pages ask: the answers are not judged alike.
        let origin = format!("\u{0}{origin}");
        if let Some(id) = self.asks.memory.joined(&origin, &question) {
            return self.asks.requests.join(id, Asker::Follow { task });
        }
        let terms = Terms { origin, host: String::new(), floor, proof: Some(proof), place: (0, 0) };
        self.begin(now, question, terms, Asker::Follow { task });
    }

    fn begin(&mut self, now: u64, question: Question, terms: Terms, asker: Asker) {
        let id = self.asks.number();
        let chain = self.lanes.chain(question.chain);
        let request = Request::new(now, question, terms, asker, chain, self.choice.settings().deadline_ms);
        let spec = request.spec;
        if spec.class == Class::Read {
            self.asks.memory.join(&request.origin, &request.question, id);
        }
        self.asks.requests.insert(id, request);
        self.tick_upkeep(now);
        self.release(now, id);
    }

    /// Starts a held request's race when its chain is warm, or when it has waited long enough.
    pub(super) fn release(&mut self, now: u64, id: u64) {
        let Some(request) = self.asks.requests.get(&id).filter(|r| r.is_held()) else { return };
        let cold = self.lanes.chain(request.question.chain).is_some_and(|c| is_cold(now, c));
        let may_wait = request.spec.class == Class::Read && now < request.hold_until;
        if !(cold && may_wait) {
            self.queue_up(now, id);
        }
    }

    pub(super) fn start(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.asks.requests.remove(&id) else { return };
        request.queued = None;
        let deadline_ms = request.spec.deadline_ms(self.choice.settings().deadline_ms);
        let page = request.askers.first().and_then(|a| a.client()).and_then(|client| self.pages.get(client));
        let operation = page.filter(|p| p.waiting() <= OPERATION_READS);
        let last_lane = operation.and_then(|p| p.last_lane(request.question.chain));
        let deadline = request.deadline;
        if now >= deadline {
            return self.settle_failed(now, request, true);
        }
        let Some(chain) = self.lanes.chain_mut(request.question.chain) else {
            return self.settle_failed(now, request, false);
        };
        let page = request.wallet_asker().and_then(|(client, _)| self.pages.get(client));
        let health = page.and_then(|p| p.wallet(request.question.chain));
        let long = now >= request.long_at(deadline_ms);
        let joins = self.wire.joining().map(|lane| lane.key);
        let free = Free { room: self.wire.room(), share: request.place.0, waiting: usize::MAX, long, joins };
        let (lanes, plans) = chain.rank(now, request.wanted(deadline_ms, last_lane, health, Some(free)));
        let need = need(chain, &request);
        let kept: Vec<bool> = lanes.iter().map(|lane| takes_part(chain, *lane, need)).collect();
        request.lanes = lanes.into_iter().zip(&kept).filter(|(_, k)| **k).map(|(l, _)| l).collect();
        let plans = plans.into_iter().zip(&kept).filter(|(_, k)| **k).map(|(p, _)| p).collect();
        request.slots = vec![Slot::Idle; request.lanes.len()];
        if matches!(need, Need::Agree { .. }) {
            request.pinned = pin(now, chain, &request);
            request.named = named::blocks(request.spec, request.sent_params());
        }
        let mut race = Race::new(Plan { lanes: plans, need, start: now, deadline });
        self.asks.budget.request(request.place.0);
        self.asks.confirmed.asked(&request.origin);
        if request.proof.is_none() {
            self.watch.asked(now, request.spec.class);
        }
        let mut acts = Vec::new();
        race.start(&mut acts);
        request.race = Some(race);
        self.run(now, id, request, acts);
    }

    /// Does what a race wants, and puts the request back unless it is over.
    pub(super) fn run(&mut self, now: u64, id: u64, mut request: Request, mut acts: Vec<Act>) {
        let mut at = 0;
        while let Some(act) = acts.get(at).copied() {
            at += 1;
            match act {
                Act::Send { lane, why } => {
                    if why == Why::After(Outcome::Word) {
                        self.asks.confirmed.spend(&request.origin);
                    }
                    if let Err(outcome) = self.begin_attempt(now, id, &mut request, lane)
                        && let Some(race) = request.race.as_mut()
                    {
                        race.ended(now, lane, outcome, 0, &mut acts);
                    }
                }
                Act::TimedOut { lane } => self.blame_silence(now, &request, lane),
                Act::Cancel { lane } => self.end_attempt(now, &mut request, lane),
                Act::Settle(end) if self.waits_for_line(now, &request, end) => return self.park(now, id, request),
                Act::Settle(end) => return self.settle(now, request, end),
            }
        }
        self.asks.requests.insert(id, request);
    }

    /// An attempt ended by a reply: tells the race.
    pub(super) fn attempt_ended(
        &mut self,
        now: u64,
        id: u64,
        lane: usize,
        outcome: Outcome,
        digest: u64,
        reply: Option<Reply>,
    ) {
        let Some(mut request) = self.asks.requests.remove(&id) else { return };
        if let Some(slot) = request.slot(lane) {
            *slot = Slot::Idle;
        }
        if let Some(reply) = reply {
            request.replies.push((lane, reply));
        }
        let mut acts = Vec::new();
        if let Some(race) = request.race.as_mut() {
            race.ended(now, lane, outcome, digest, &mut acts);
        }
        self.run(now, id, request, acts);
    }

    pub(super) fn tick_requests(&mut self, now: u64) {
        for id in self.asks.requests.due(now) {
            let Some(mut request) = self.asks.requests.remove(&id) else { continue };
            if request.parked.is_some() {
                self.parked_for_long(now, id, request);
                continue;
            }
            if request.queued.is_some() {
                self.wait_on(now, id, request);
                continue;
            }
            let Some(mut race) = request.race.take() else {
                self.asks.requests.insert(id, request);
                self.release(now, id);
                continue;
            };
            for (lane, _) in request.slots.iter().enumerate().filter(|(_, slot)| **slot == Slot::Full) {
                race.held(now, lane);
            }
            let (mut acts, budget, share) = (Vec::new(), &mut self.asks.budget, request.place.0);
            race.tick(now, &mut || budget.spend(share), &mut acts);
            request.race = Some(race);
            self.run(now, id, request, acts);
        }
    }

    /// Requests of a chain that has become warmer.
    pub(super) fn release_all(&mut self, now: u64, chain: u64) {
        let held = |r: &Request| r.is_held() && r.question.chain == chain;
        let ids: Vec<u64> = self.asks.requests.iter().filter(|(_, r)| held(r)).map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.release(now, id));
    }
}

fn local(question: &Question) -> Reply {
    Reply::Result(match question.method.as_str() {
        "net_version" => format!("\"{}\"", question.chain),
        _ => format!("\"0x{:x}\"", question.chain),
    })
}
