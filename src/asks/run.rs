//! From a question to a race. Equal questions that one origin asks at the same time are sent once.
//!
//! ```text
//!  ask ─► the same is in flight ─► joined
//!      ─► Held (a cold chain: until two lanes are known, at most HOLD_MS) ─► queued ─► Racing ─► settled
//! ```

use super::all::Asks;
use super::begin::{Inside, Terms, deadline};
use super::effect::Effect;
use super::means::Means;
use super::offline::waits_for_line;
use super::plan::is_cold;
use super::request::{Asker, Request, Slot};
use crate::answer::{Answer, Question};
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::race::{Act, End, Outcome, Race, Why};
use crate::route::{self, Class};

/// How long the remaining sends of a settled broadcast may take, ms.
const AFTER_MS: u64 = 10_000;

impl Asks {
    /// An immutable answer that this origin was given before.
    pub(crate) fn recall(&self, origin: &str, question: &Question) -> Option<Answer> {
        self.memory.recall(origin, question).map(Answer::result)
    }

    /// Answers a page's question, now or later.
    pub(crate) fn ask(&mut self, cx: &mut Means<'_>, question: Question, terms: Terms, asker: Asker) {
        let spec = route::spec(&question.method);
        let deadline = deadline(cx.now, spec, cx.settings.deadline_ms);
        let out = self.memory.joined(&terms.origin, &question).filter(|_| spec.class == Class::Read);
        // A request with a later deadline would keep this asker waiting for too long.
        if let Some(id) = out.filter(|id| self.requests.get(id).is_some_and(|r| r.deadline <= deadline)) {
            return self.requests.join(id, asker);
        }
        self.begin(cx, question, terms, asker);
    }

    /// Answers a question of the core itself, for `client` or for all documents (0).
    pub(crate) fn ask_inside(&mut self, cx: &mut Means<'_>, question: Question, inside: Inside, client: ClientId) {
        let Inside { task, floor, origin, proof } = inside;
        let asker = Asker::Follow { task, client };
        // Not joined with pages' questions, because the answers are checked differently.
        let origin = format!("\u{0}{origin}");
        if let Some(id) = self.memory.joined(&origin, &question) {
            return self.requests.join(id, asker);
        }
        let terms = Terms { origin, host: String::new(), floor, proof: Some(proof), queue_key: (0, 0) };
        self.begin(cx, question, terms, asker);
    }

    fn begin(&mut self, cx: &mut Means<'_>, question: Question, terms: Terms, asker: Asker) {
        self.numbered += 1;
        let id = self.numbered;
        let chain = cx.lanes.chain(question.chain);
        let request = Request::new(cx.now, question, terms, asker, chain, cx.settings.deadline_ms);
        if request.spec.class == Class::Read {
            self.memory.join(&request.origin, &request.question, id);
        }
        self.requests.insert(id, request);
        for command in cx.lanes.upkeep(cx.now, cx.wire, cx.settings.max_body_bytes) {
            self.command(command);
        }
        self.release(cx, id);
    }

    /// Starts a held request's race once its chain is warm, or the request has waited long enough.
    pub(super) fn release(&mut self, cx: &mut Means<'_>, id: u64) {
        let Some(request) = self.requests.get(&id).filter(|r| r.is_held()) else { return };
        let cold = cx.lanes.chain(request.question.chain).is_some_and(|c| is_cold(cx.now, c));
        let may_wait = request.spec.class == Class::Read && cx.now < request.hold_until;
        if !(cold && may_wait) {
            self.queue_up(cx, id);
        }
    }

    /// Starts a request's race.
    pub(super) fn start(&mut self, cx: &mut Means<'_>, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        request.queued = None;
        let late = cx.now >= request.deadline;
        let plan = if late { None } else { self.plan(cx, &mut request) };
        let Some(plan) = plan else {
            let done = self.fail(cx.lanes, request, late);
            return self.done(done);
        };
        let mut race = Race::new(plan);
        self.budget.request(request.queue_key.0);
        self.confirmed.asked(&request.origin);
        if request.proof.is_none() {
            self.effects.push(Effect::Began(request.spec.class));
        }
        let mut acts = Vec::new();
        race.start(&mut acts);
        request.race = Some(race);
        self.run(cx, id, request, acts);
    }

    /// Carries out what a race wants, and puts the request back unless it is settled.
    fn run(&mut self, cx: &mut Means<'_>, id: u64, mut request: Request, mut acts: Vec<Act>) {
        let mut at = 0;
        while let Some(act) = acts.get(at).copied() {
            at += 1;
            match act {
                Act::Send { lane, why } => {
                    if why == Why::After(Outcome::Word) {
                        self.confirmed.spend(&request.origin);
                    }
                    if let Err(outcome) = self.begin_attempt(cx, id, &mut request, lane)
                        && let Some(race) = request.race.as_mut()
                    {
                        race.ended(cx.now, lane, outcome, 0, &mut acts);
                    }
                }
                Act::TimedOut { lane } => self.blame_silence(cx, &request, lane),
                Act::Cancel { lane } => self.end_attempt(cx, &mut request, lane),
                Act::Settle(end) if waits_for_line(cx.now, cx.lanes, &request, end) => {
                    return self.park(cx, id, request);
                }
                Act::Settle(end) => return self.end(cx, request, end),
            }
        }
        self.requests.insert(id, request);
    }

    /// Settles a request whose race has ended.
    fn end(&mut self, cx: &mut Means<'_>, request: Request, end: End) {
        // A transaction's other sends continue for a while: the more nodes have it, the better.
        for slot in &request.slots {
            if let Slot::Sent(send, _) = slot {
                cx.wire.let_go(*send, cx.now + AFTER_MS);
            }
        }
        let done = self.settle(cx.now, cx.lanes, request, end);
        self.done(done);
    }

    /// A reply ended an attempt. Tells the race.
    pub(super) fn attempt_ended(
        &mut self,
        cx: &mut Means<'_>,
        id: u64,
        lane: usize,
        outcome: Outcome,
        digest: u64,
        reply: Option<Reply>,
    ) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        if let Some(slot) = request.slot(lane) {
            *slot = Slot::Idle;
        }
        if let Some(reply) = reply {
            request.replies.push((lane, reply));
        }
        request.catch_up(cx.lanes);
        let mut acts = Vec::new();
        if let Some(race) = request.race.as_mut() {
            race.ended(cx.now, lane, outcome, digest, &mut acts);
        }
        self.run(cx, id, request, acts);
    }

    /// Handles a request whose wake time has come.
    pub(super) fn wake_up(&mut self, cx: &mut Means<'_>, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        if request.parked.is_some() {
            return self.parked_for_long(cx, id, request);
        }
        if request.queued.is_some() {
            return self.wait_on(cx, id, request);
        }
        request.catch_up(cx.lanes);
        let Some(mut race) = request.race.take() else {
            self.requests.insert(id, request);
            return self.release(cx, id);
        };
        for (lane, _) in request.slots.iter().enumerate().filter(|(_, slot)| **slot == Slot::Full) {
            race.held(cx.now, lane);
        }
        let (mut acts, budget, share) = (Vec::new(), &mut self.budget, request.queue_key.0);
        race.tick(cx.now, &mut || budget.spend(share), &mut acts);
        request.race = Some(race);
        self.run(cx, id, request, acts);
    }
}
