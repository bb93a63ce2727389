//! Attempts on lanes, and what their replies teach.

use super::all::Asks;
use super::effect::{Continuation, Effect, WalletDid};
use super::judge::{was_overtaken, without_secrets};
use super::means::Means;
use super::named::must_show;
use super::receipts::{SYNC, Wording};
use super::request::{Request, Slot};
use crate::classify::{Http, Judged, Meaning};
use crate::endpoint::LaneId;
use crate::io::{Command, SendError};
use crate::lanes::{Admit, Lane, LaneRef, Lesson};
use crate::race::Outcome;
use crate::route::{Class, Spec};
use crate::wire::{Brought, Job, Purpose};

impl Asks {
    /// Starts an attempt on its lane, or returns why it ended before it began.
    pub(super) fn begin_attempt(
        &mut self,
        cx: &mut Means<'_>,
        id: u64,
        request: &mut Request,
        index: usize,
    ) -> Result<(), Outcome> {
        let begun = match request.lanes.get(index).copied() {
            None => return Err(Outcome::Unable),
            Some(LaneRef::Wallet) => self.ask_wallet(cx.now, request)?,
            Some(LaneRef::Endpoint(key)) => {
                let lane = LaneId { chain: request.question.chain, key };
                let cap = cx.settings.max_body_bytes;
                match self.admitted(cx, (id, index), request, lane)? {
                    Slot::Sent(..) => Slot::Sent(self.send_attempt(cx, id, request, index, lane)?, cx.now),
                    Slot::Waiting => {
                        let check = cx.lanes.check(cx.now, lane, cx.wire, cap);
                        check.into_iter().for_each(|command| self.command(command));
                        Slot::Waiting
                    }
                    Slot::Unshown => {
                        let poll = cx.lanes.ask_head(cx.now, lane, cx.wire, cap);
                        poll.into_iter().for_each(|command| self.command(command));
                        Slot::Unshown
                    }
                    slot => slot,
                }
            }
        };
        request.slot(index).into_iter().for_each(|slot| *slot = begun);
        Ok(())
    }

    /// The first state of an attempt on an endpoint: sent, or waiting for something.
    fn admitted(
        &mut self,
        cx: &Means<'_>,
        attempt: (u64, usize),
        request: &Request,
        lane: LaneId,
    ) -> Result<Slot, Outcome> {
        let reads = request.spec.class != Class::Broadcast;
        match cx.lanes.admit(lane, request.spec, request.private) {
            Admit::No => Err(Outcome::Unable),
            Admit::Dark => Ok(Slot::Dark(cx.now)),
            Admit::AfterCheck if request.parks > 0 && cx.lanes.has_just_failed(cx.now, lane) => Err(Outcome::Fault),
            Admit::AfterCheck => Ok(Slot::Waiting),
            Admit::Go if must_show(cx.lanes, request, lane.key) => Ok(Slot::Unshown),
            Admit::Go if reads && !cx.has_place(lane, request) => {
                self.full.push(attempt);
                Ok(Slot::Full)
            }
            Admit::Go => Ok(Slot::Sent(0, cx.now)),
        }
    }

    fn ask_wallet(&mut self, now: u64, request: &mut Request) -> Result<Slot, Outcome> {
        let (client, id) = request.wallet_asker().ok_or(Outcome::Unable)?;
        request.wallet = Some(client);
        self.effects.push(Effect::AskWallet { client, id });
        Ok(Slot::Wallet(now))
    }

    fn send_attempt(
        &mut self,
        cx: &mut Means<'_>,
        id: u64,
        request: &Request,
        index: usize,
        lane: LaneId,
    ) -> Result<u64, Outcome> {
        let Wording { method, params } = self.wording(cx, (id, index), request, lane);
        self.send(cx, request.job(cx.now, id, index, lane), method, &params).ok_or(Outcome::Unable)
    }

    /// Sends one JSON-RPC request to a lane.
    pub(super) fn send(&mut self, cx: &mut Means<'_>, job: Job, method: &str, params: &str) -> Option<u64> {
        let lane = cx.lanes.get(job.lane)?;
        let (send, command) = cx.wire.send(job, lane.endpoint(), method, params, cx.settings.max_body_bytes);
        self.command(command);
        Some(send)
    }

    /// What a response, or the lack of one, means.
    pub(crate) fn judge(&self, spec: &'static Spec, send: u64, brought: &Brought<'_>) -> Judged {
        match brought {
            Brought::Response { status, headers, body } => {
                let retry_after = headers.iter().find(|(n, _)| n == "retry-after").map(|(_, v)| v.as_str());
                self.classifier.http(spec, send, Http { status: *status, retry_after, body })
            }
            Brought::Nothing(SendError::TooLarge) => Judged::failure(Meaning::Smaller),
            Brought::Nothing(_) => Judged::failure(Meaning::Fault),
        }
    }

    /// The exchange of an attempt has ended.
    pub(crate) fn raced(
        &mut self,
        cx: &mut Means<'_>,
        send: u64,
        job: &Job,
        (id, index): (u64, usize),
        brought: &Brought<'_>,
    ) {
        let Some(request) = self.requests.get(&id) else { return };
        if request.spec.method == SYNC {
            return self.raced_for_receipt(cx, send, job, (id, index), brought);
        }
        let (spec, method) = (request.spec, request.question.method.clone());
        let judged = self.judge(spec, send, brought);
        let (judged, digest) = self.weigh(cx.now, cx.lanes, (id, job), judged);
        self.head_seen(cx, job.lane);
        if matches!(brought, Brought::Response { .. }) {
            self.requests.responded(id);
        }
        if job.joins.is_none() && !self.is_spared(cx, job, spec.weight, brought) {
            self.learn(cx, job, spec, &judged, &method);
        }
        if let Some(lack) = self.lack(id, &judged) {
            self.teach(cx, job.lane, lack);
        }
        let known = self.is_known_word(cx.now, id, &judged, |asker| cx.askers.has_word(asker));
        let outcome = if known { Outcome::ChainError } else { judged.outcome };
        let reply = judged.reply.map(|reply| without_secrets(cx.lanes.get(job.lane), spec, reply));
        self.attempt_ended(cx, id, index, outcome, digest, reply);
    }

    /// Tells a lane what its reply teaches.
    pub(super) fn learn(&mut self, cx: &mut Means<'_>, job: &Job, spec: &'static Spec, judged: &Judged, method: &str) {
        let lesson = Lesson::Ended {
            sent: job.sent,
            weight: spec.weight,
            outcome: judged.outcome,
            retry_after_ms: judged.retry_after_ms,
            lacks: judged.lacks_method().then_some(method),
        };
        self.teach(cx, job.lane, lesson);
    }

    fn teach(&mut self, cx: &mut Means<'_>, lane: LaneId, lesson: Lesson<'_>) {
        let changes = cx.lanes.learn(cx.now, lane, lesson);
        self.changed(changes);
    }

    /// Ends an attempt, because the race is over or nobody wants its answer.
    pub(super) fn end_attempt(&mut self, cx: &mut Means<'_>, request: &mut Request, index: usize) {
        let Some(slot) = request.slots.get_mut(index) else { return };
        let ended = std::mem::replace(slot, Slot::Idle);
        let (send, since) = match ended {
            Slot::Sent(send, since) => (Some(send), since),
            // What a drill teaches is undone when it ends: the lane then gets its old health back.
            Slot::Dark(since) => (None, since),
            Slot::Wallet(since) => return self.wallet_left(cx, request, index, since),
            _ => return,
        };
        if let Some(send) = send {
            self.command(Command::Cancel { send });
            if cx.wire.landed(send).is_some_and(|job| job.joins.is_some()) {
                return;
            }
        }
        let Some(lane) = request.endpoint(index) else { return };
        let overtaken = request.race.as_ref().is_some_and(|r| was_overtaken(r, index));
        self.teach(cx, lane, Lesson::Left { since, weight: request.spec.weight, overtaken });
    }

    /// The wallet was asked, and nobody waits for it any more. Its time is a censored sample, like a lane's.
    fn wallet_left(&mut self, cx: &Means<'_>, request: &Request, index: usize, since: u64) {
        let Some(client) = request.wallet.filter(|_| cx.lanes.may_blame(since)) else { return };
        let overtaken = request.race.as_ref().is_some_and(|r| was_overtaken(r, index));
        let took_ms = cx.now.saturating_sub(since);
        let did = WalletDid { weight: request.spec.weight, outcome: Outcome::Cancelled, took_ms, overtaken };
        self.effects.push(Effect::Wallet { client, chain: request.question.chain, did });
    }

    /// An attempt has been silent for too long. It is not cancelled, because its answer may still come in time.
    pub(super) fn blame_silence(&mut self, cx: &mut Means<'_>, request: &Request, index: usize) {
        let (send, since) = match request.slots.get(index).copied() {
            Some(Slot::Sent(send, since)) => (Some(send), since),
            Some(Slot::Dark(since)) => (None, since),
            _ => return,
        };
        let Some(lane) = request.endpoint(index) else { return };
        // Lent slots must not let one page's reads weigh more against a lane than the page's own slots do. A batch
        // counts as one exchange.
        let joins = |send| cx.wire.get(send).is_some_and(|job| job.joins.is_some());
        if !send.is_some_and(|send| cx.wire.room().is_lent(send) || joins(send)) {
            self.teach(cx, lane, Lesson::Quiet { since, weight: request.spec.weight });
        }
    }

    /// A lane has shown its head, or could not. Attempts that waited for it continue or end.
    pub(crate) fn head_over(&mut self, cx: &Means<'_>, lane: LaneId, shown: bool) {
        for (id, index) in self.waiting_for(lane, &|slot| slot == Slot::Unshown) {
            let lacks = self.requests.get(&id).is_some_and(|r| must_show(cx.lanes, r, lane.key));
            let behind = shown && lacks;
            self.then(if behind {
                Continuation::Behind { id, index }
            } else {
                Continuation::GoOn { id, index, right: shown }
            });
        }
    }

    /// If a lane has just shown its head in an answer, attempts that wanted to see that continue before its poll ends.
    fn head_seen(&mut self, cx: &Means<'_>, lane: LaneId) {
        if cx.lanes.get(lane).and_then(Lane::head).is_none_or(|head| head.at != cx.now) {
            return;
        }
        for (id, index) in self.waiting_for(lane, &|slot| slot == Slot::Unshown) {
            if self.requests.get(&id).is_some_and(|r| !must_show(cx.lanes, r, lane.key)) {
                self.then(Continuation::GoOn { id, index, right: true });
            }
        }
    }

    /// The lane of this send is no longer in the settings.
    pub(super) fn drop_send(&mut self, cx: &mut Means<'_>, send: u64) {
        self.command(Command::Cancel { send });
        let Some(job) = cx.wire.landed(send) else { return };
        // A disabled lane is kept, and must not wait for an answer that will not come.
        cx.lanes.dropped(job.lane, send);
        if let Purpose::Attempt { request, index } = job.purpose {
            self.attempt_ended(cx, request, index, Outcome::Unable, 0, None);
        }
    }
}

impl Request {
    /// The job for an attempt of this request on a lane.
    pub(super) fn job(&self, now: u64, id: u64, index: usize, lane: LaneId) -> Job {
        let purpose = Purpose::Attempt { request: id, index };
        Job { purpose, lane, share: self.queue_key.0, client: self.document(), sent: now, due: None, joins: None }
    }
}
