//! Attempts on the wire, and what their replies teach.

use super::Guard;
use crate::asks::receipts::{SYNC, Wording};
use crate::asks::{Asker, Request, Slot, must_show, was_overtaken, without_secrets};
use crate::classify::{Http, Judged, Meaning};
use crate::endpoint::{EndpointKey, LaneId};
use crate::io::{ClientId, Command, SendError};
use crate::lanes::{Admit, LaneRef, Lesson};
use crate::race::Outcome;
use crate::route::{Class, Spec};
use crate::settings::Endpoint;
use crate::wire::{Brought, Job, Purpose};

impl Guard {
    /// Puts an attempt on its lane, or says how it ended before it began.
    pub(super) fn begin_attempt(
        &mut self,
        now: u64,
        id: u64,
        request: &mut Request,
        index: usize,
    ) -> Result<(), Outcome> {
        let lane = request.lanes.get(index).copied();
        let slot = match lane {
            None => return Err(Outcome::Unable),
            Some(LaneRef::Wallet) => Slot::Wallet(now),
            Some(LaneRef::Endpoint(key)) => {
                let lane = LaneId { chain: request.question.chain, key };
                let reads = request.spec.class != Class::Broadcast;
                match self.lanes.admit(lane, request.spec, request.private) {
                    Admit::No => return Err(Outcome::Unable),
                    Admit::Dark => Slot::Dark(now),
                    Admit::AfterCheck => Slot::Waiting,
                    Admit::Go if must_show(&self.lanes, request, key) => Slot::Unshown,
                    Admit::Go if reads && !self.has_place(now, lane, request) => {
                        self.asks.full.push((id, index));
                        Slot::Full
                    }
                    Admit::Go => Slot::Sent(0, now),
                }
            }
        };
        let slot = match (slot, lane) {
            (Slot::Sent(..), Some(LaneRef::Endpoint(key))) => {
                Slot::Sent(self.send_attempt(now, id, request, index, key)?, now)
            }
            (Slot::Waiting, Some(LaneRef::Endpoint(key))) => {
                self.check(now, LaneId { chain: request.question.chain, key });
                slot
            }
            (Slot::Unshown, Some(LaneRef::Endpoint(key))) => {
                self.ask_head(now, LaneId { chain: request.question.chain, key });
                slot
            }
            (Slot::Wallet(_), _) => {
                let (client, id) = request.wallet_asker().ok_or(Outcome::Unable)?;
                request.wallet = Some(client);
                self.post(client, crate::protocol::CoreToPage::AskWallet { id });
                slot
            }
            _ => slot,
        };
        if let Some(place) = request.slot(index) {
            *place = slot;
        }
        Ok(())
    }

    /// Whether a lane has a place for one more of this origin.
    pub(super) fn has_place(&self, now: u64, lane: LaneId, request: &Request) -> bool {
        self.wire.joining() == Some(lane)
            || self.lanes.get(lane).is_none_or(|l| self.wire.room().is_free(now, l.place(), request.place.0))
    }

    /// The document whose question it is; 0: the core's own.
    pub(super) fn behind(&self, request: &Request) -> ClientId {
        match request.askers.first() {
            Some(Asker::Follow { task }) => self.follower.client(*task),
            _ => request.place.1,
        }
    }

    fn send_attempt(
        &mut self,
        now: u64,
        id: u64,
        request: &Request,
        index: usize,
        key: EndpointKey,
    ) -> Result<u64, Outcome> {
        let purpose = Purpose::Attempt { request: id, index };
        let (share, client) = (request.place.0, self.behind(request));
        let lane = LaneId { chain: request.question.chain, key };
        let job = Job { purpose, lane, share, client, sent: now, due: None, joins: None };
        let Wording { method, params } = self.wording(now, id, request, index, key);
        self.send(job, method, &params).ok_or(Outcome::Unable)
    }

    /// Sends one JSON-RPC request on one lane. The send's number is the request's id.
    pub(super) fn send(&mut self, job: Job, method: &str, params: &str) -> Option<u64> {
        let endpoint = self.lanes.get(job.lane)?.endpoint().clone();
        Some(self.send_to(&endpoint, job, method, params))
    }

    /// The same to an endpoint that may not be saved yet.
    pub(super) fn send_to(&mut self, endpoint: &Endpoint, job: Job, method: &str, params: &str) -> u64 {
        let (send, command) = self.wire.send(job, endpoint, method, params, self.choice.settings().max_body_bytes);
        self.out.push_back(command);
        send
    }

    pub(super) fn response(&mut self, now: u64, send: u64, status: u16, headers: &[(String, String)], body: &[u8]) {
        self.note_room(now, send, status);
        let shared = self.wire.is_shared(send);
        let Some(job) = self.wire.landed(send) else { return };
        if shared {
            self.wire.batched(now, job.lane, true);
        }
        if job.purpose != Purpose::Resolve {
            self.claims(now, job.lane, headers);
        }
        self.brought(now, send, &job, &Brought::Response { status, headers, body });
    }

    pub(super) fn send_failed(&mut self, now: u64, send: u64, why: SendError) {
        let Some(job) = self.wire.landed(send) else { return };
        if why == SendError::Unbatched {
            self.wire.batched(now, job.lane, false);
            return self.send_again(&job);
        }
        self.brought(now, send, &job, &Brought::Nothing(why));
    }

    /// Checks, polls and probes that were not answered in time; and lent places that are given back.
    pub(super) fn tick_wire(&mut self, now: u64) {
        for send in self.wire.late(now) {
            self.out.push_back(Command::Cancel { send });
            self.send_failed(now, send, SendError::Late);
        }
        self.tick_room(now);
    }

    fn brought(&mut self, now: u64, send: u64, job: &Job, brought: &Brought<'_>) {
        self.note_line(now, job, brought);
        match job.purpose {
            Purpose::Attempt { request, index } => self.raced(now, send, job, request, index, brought),
            Purpose::Check | Purpose::Poll | Purpose::Probe => self.upkept(now, send, job, brought),
            Purpose::Resolve => self.resolved(now, job, brought),
            Purpose::Candidate { token } => self.candidate_checked(now, send, job, token, brought),
        }
    }

    /// What an exchange means; a broadcast's hash is checked against the bytes.
    pub(super) fn judge(&self, spec: &'static Spec, send: u64, brought: &Brought<'_>) -> Judged {
        match brought {
            Brought::Response { status, headers, body } => {
                let retry_after = headers.iter().find(|(n, _)| n == "retry-after").map(|(_, v)| v.as_str());
                self.asks.classifier.http(spec, send, Http { status: *status, retry_after, body })
            }
            Brought::Nothing(SendError::TooLarge) => Judged::failure(Meaning::Smaller),
            Brought::Nothing(_) => Judged::failure(Meaning::Fault),
        }
    }

    fn raced(&mut self, now: u64, send: u64, job: &Job, id: u64, index: usize, brought: &Brought<'_>) {
        let Some(request) = self.asks.requests.get(&id) else { return };
        if request.spec.method == SYNC {
            return self.raced_for_receipt(now, send, job, (id, index), brought);
        }
        let (spec, method) = (request.spec, request.question.method.clone());
        let judged = self.judge(spec, send, brought);
        let (judged, digest) = self.asks.weigh(now, &mut self.lanes, (id, job), judged);
        if matches!(brought, Brought::Response { .. }) {
            self.asks.requests.responded(id);
        }
        if job.joins.is_none() && !self.is_spared(now, job, spec.weight, brought) {
            self.learn(now, job, spec, &judged, &method);
        }
        if let Some(lack) = self.asks.lack(id, &judged) {
            self.teach(now, job.lane, lack);
        }
        let known = self.asks.is_known_word(now, id, &judged, |asker| self.has_own_word(asker));
        let outcome = if known { Outcome::ChainError } else { judged.outcome };
        let reply = judged.reply.map(|reply| without_secrets(self.lanes.get(job.lane), spec, reply));
        self.attempt_ended(now, id, index, outcome, digest, reply);
    }

    /// Tells a lane what its reply teaches.
    pub(super) fn learn(&mut self, now: u64, job: &Job, spec: &'static Spec, judged: &Judged, method: &str) {
        let lesson = Lesson::Ended {
            sent: job.sent,
            weight: spec.weight,
            outcome: judged.outcome,
            retry_after_ms: judged.retry_after_ms,
            lacks: judged.lacks_method().then_some(method),
        };
        self.teach(now, job.lane, lesson);
    }

    pub(super) fn teach(&mut self, now: u64, id: LaneId, lesson: Lesson<'_>) {
        let changes = self.lanes.learn(now, id, lesson);
        self.spread(now, changes);
    }

    /// The race is over, or nobody wants its answer: an attempt ends.
    pub(super) fn end_attempt(&mut self, now: u64, request: &mut Request, index: usize) {
        let Some(slot) = request.slots.get_mut(index) else { return };
        let ended = std::mem::replace(slot, Slot::Idle);
        let (send, since) = match ended {
            Slot::Sent(send, since) => (Some(send), since),
            // What a drill teaches holds until it ends: then the lane gets back the health it had.
            Slot::Dark(since) => (None, since),
            Slot::Wallet(since) => return self.wallet_left(now, request, index, since),
            _ => return,
        };
        if let Some(send) = send {
            self.out.push_back(Command::Cancel { send });
            if self.wire.landed(send).is_some_and(|job| job.joins.is_some()) {
                return;
            }
        }
        let Some(id) = request.endpoint(index) else { return };
        let overtaken = request.race.as_ref().is_some_and(|r| was_overtaken(r, index));
        self.teach(now, id, Lesson::Left { since, weight: request.spec.weight, overtaken });
    }

    /// The wallet was asked and is not waited for any more: its time is a censored sample like a lane's.
    fn wallet_left(&mut self, now: u64, request: &Request, index: usize, since: u64) {
        let overtaken = request.race.as_ref().is_some_and(|r| was_overtaken(r, index));
        if !self.lanes.may_blame(since) {
            return;
        }
        let wallet = request.wallet.and_then(|client| self.pages.wallet_mut(client, request.question.chain));
        if let Some(health) = wallet {
            health.ended(now, request.spec.weight, Outcome::Cancelled, now.saturating_sub(since));
            if overtaken {
                health.overtaken(now);
            }
        }
    }

    /// An attempt has been silent for too long. It stays out: an answer in time is an answer.
    pub(super) fn blame_silence(&mut self, now: u64, request: &Request, index: usize) {
        let (send, since) = match request.slots.get(index).copied() {
            Some(Slot::Sent(send, since)) => (Some(send), since),
            Some(Slot::Dark(since)) => (None, since),
            _ => return,
        };
        let Some(id) = request.endpoint(index) else { return };
        // Lent places must not let one page's questions weigh more against a lane than its own places do, and a batch is
        // one exchange.
        let joins = |send| self.wire.get(send).is_some_and(|job| job.joins.is_some());
        if !send.is_some_and(|send| self.wire.room().is_lent(send) || joins(send)) {
            self.teach(now, id, Lesson::Quiet { since, weight: request.spec.weight });
        }
    }

    /// A lane's chain id is known now, or could not be learnt: attempts that waited for it go on.
    pub(super) fn check_over(&mut self, now: u64, id: LaneId, right: bool) {
        let waits = |r: &Request| {
            let at = r.lanes.iter().position(|l| *l == LaneRef::Endpoint(id.key))?;
            let waits = match r.slots.get(at) {
                Some(Slot::Waiting | Slot::Full) => true,
                // Nobody will ask it how far it is any more.
                Some(Slot::Unshown) => !right,
                _ => false,
            };
            (r.question.chain == id.chain && waits).then_some(at)
        };
        let waiting: Vec<(u64, usize)> =
            self.asks.requests.iter().filter_map(|(id, r)| waits(r).map(|at| (*id, at))).collect();
        for (request, index) in waiting {
            self.go_on(now, request, index, right);
        }
        self.release_all(now, id.chain);
    }

    /// Attempts on lanes that the settings no longer have end at once.
    pub(super) fn drop_lost_lanes(&mut self, now: u64) {
        for send in self.wire.lost(|lane| self.lanes.serves(lane)) {
            self.out.push_back(Command::Cancel { send });
            let Some(job) = self.wire.landed(send) else { continue };
            // A disabled lane is kept: it must not wait for an answer that will not come.
            self.lanes.dropped(job.lane, send);
            if let Purpose::Attempt { request, index } = job.purpose {
                self.attempt_ended(now, request, index, Outcome::Unable, 0, None);
            }
        }
        let gone: Vec<LaneId> = self
            .asks
            .requests
            .values()
            .flat_map(|r| {
                r.lanes
                    .iter()
                    .zip(&r.slots)
                    .filter_map(|(lane, slot)| match (lane, slot) {
                        (LaneRef::Endpoint(key), Slot::Waiting | Slot::Full | Slot::Unshown | Slot::Dark(_)) => {
                            Some(LaneId { chain: r.question.chain, key: *key })
                        }
                        _ => None,
                    })
                    .collect::<Vec<_>>()
            })
            .filter(|id| !self.lanes.serves(*id))
            .collect();
        gone.into_iter().for_each(|id| self.check_over(now, id, false));
    }
}
