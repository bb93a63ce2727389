//! Reads that wait for their turn. The lanes of a chain take a limited number of reads at once, and the origins of
//! pages share it. A race that has started and wants another lane waits only for room on that lane.

use super::all::Asks;
use super::effect::Continuation;
use super::means::Means;
use super::request::{Request, Slot};
use crate::answer::Refusal;
use crate::fair::QueueKey;
use crate::io::Command;
use crate::lanes::Free;
use crate::race::Outcome;
use crate::route::{Class, Weight};
use crate::settings::Mode;
use crate::wire::Purpose;

/// A page with this many waiting requests is told that it asks too much. With fewer, the lanes are slow.
const CROWD: usize = 100;
/// This many bytes of parameters cost as much as one more request.
const COST_BYTES: usize = 16 * 1024;

impl Asks {
    /// Starts a request, or queues it until its turn.
    pub(super) fn queue_up(&mut self, cx: &mut Means<'_>, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        let turns = takes_turns(cx, &request);
        if turns {
            request.queued = Some(request.long_at(cx.settings.deadline_ms));
            let cost = 1 + (request.bytes() / COST_BYTES) as u64;
            self.queues.entry(request.question.chain).or_default().push(request.queue_key, id, cost);
        }
        self.requests.insert(id, request);
        if turns { self.then(Continuation::Turns) } else { self.start(cx, id) }
    }

    /// Continues what has room now, turn by turn.
    pub(super) fn take_turns(&mut self) {
        for (id, index) in std::mem::take(&mut self.full) {
            self.then(Continuation::TakeSlot { id, index });
        }
        self.then(Continuation::Lines);
    }

    /// The next request that may start. With `beside`, only one of that document that fits into a batch.
    pub(super) fn next_in_queue(&mut self, cx: &Means<'_>, chain: u64, beside: Option<QueueKey>) -> Option<u64> {
        let joins = cx.wire.joining().map(|lane| lane.key);
        let Asks { queues, requests, .. } = self;
        let queue = queues.get_mut(&chain)?;
        let next = queue.pop(|waiting, request| {
            let (Some(request), Some(chain)) = (requests.get(&request), cx.lanes.chain(chain)) else { return true };
            if beside.is_some_and(|place| place != request.queue_key || !request.fits_in_batch()) {
                return false;
            }
            let deadline_ms = cx.deadline_ms(request);
            let long = cx.now >= request.long_at(deadline_ms);
            let free = Free { room: cx.wire.room(), share: request.queue_key.0, waiting, long, joins };
            chain.has_room(cx.now, request.wanted(deadline_ms, None, None, Some(free)))
        });
        if queue.is_empty() {
            queues.remove(&chain);
        }
        next
    }

    /// A queued request has waited for long. Any lane will do now, or it leaves the queue: half of the time is left
    /// for its wallet.
    pub(super) fn wait_on(&mut self, cx: &Means<'_>, id: u64, mut request: Request) {
        let until = request.patience(cx.deadline_ms(&request));
        if cx.now < until {
            request.queued = Some(until);
            return self.requests.insert(id, request);
        }
        self.leave_line(id, &request);
        let client = request.askers.first().and_then(|asker| asker.client());
        let crowd = client.and_then(|client| cx.askers.waiting(client)).is_some_and(|waiting| waiting > CROWD);
        let method = request.question.method.clone();
        let refusal = if crowd { Refusal::TooMany } else { Refusal::NoRoom { method } };
        let done = self.leave_unsent(request, refusal);
        self.done(done);
    }

    /// Retries an attempt whose lane was full.
    pub(super) fn take_slot(&mut self, cx: &mut Means<'_>, id: u64, index: usize) {
        let Some(request) = self.requests.get(&id).filter(|r| r.slots.get(index) == Some(&Slot::Full)) else { return };
        let free = request.endpoint(index).is_none_or(|lane| cx.has_place(lane, request));
        if free {
            return self.go_on(cx, id, index, true);
        }
        self.full.push((id, index));
        self.turn_at = cx.wire.room().frees_at(cx.now);
    }

    /// Reads that have held a lent slot for too long give it back, and wait for a slot of their own.
    pub(super) fn call_back(&mut self, cx: &mut Means<'_>) {
        for (send, job) in cx.wire.call_back(cx.now) {
            let Purpose::Attempt { request: id, .. } = job.purpose else { continue };
            if self.requests.get(&id).is_none_or(|r| r.spec.class != Class::Read || r.called_back) {
                continue;
            }
            let Some(mut request) = self.requests.remove(&id) else { continue };
            request.called_back = true;
            self.requests.insert(id, request);
            self.command(Command::Cancel { send });
            cx.wire.landed(send);
            self.send_again(&job);
        }
    }

    /// An attempt that waited for its lane is sent, or ends if the lane is of no use.
    pub(super) fn go_on(&mut self, cx: &mut Means<'_>, id: u64, index: usize, right: bool) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        if right && !request.race.as_mut().is_some_and(|race| race.begun(cx.now, index)) {
            request.slot(index).into_iter().for_each(|slot| *slot = Slot::Idle);
            return self.requests.insert(id, request);
        }
        let begun = if right { self.begin_attempt(cx, id, &mut request, index) } else { Err(Outcome::Fault) };
        self.requests.insert(id, request);
        if let Err(outcome) = begun {
            self.attempt_ended(cx, id, index, outcome, 0, None);
        }
    }

    /// The time of an answer shows how well a host copes with what is in flight.
    pub(crate) fn note_room(&self, cx: &mut Means<'_>, send: u64, status: u16) {
        let Some(job) = cx.wire.get(send) else { return };
        let Purpose::Attempt { request, .. } = job.purpose else { return };
        if cx.wire.is_shared(send) {
            return;
        }
        match self.requests.get(&request) {
            Some(_) if status == 429 => cx.wire.refused(cx.now, send),
            // The time of a trace depends on what it runs, not on the host's load.
            Some(request) if status < 400 && request.spec.weight != Weight::Slow => {
                cx.wire.answered(cx.now, send, request.spec.weight);
            }
            _ => {}
        }
    }

    /// Takes a request that nobody waits for out of its queue.
    pub(super) fn leave_line(&mut self, id: u64, request: &Request) {
        let chain = request.question.chain;
        if request.queued.is_some()
            && let Some(queue) = self.queues.get_mut(&chain)
        {
            queue.remove(request.queue_key, id);
            if queue.is_empty() {
                self.queues.remove(&chain);
            }
        }
    }

    /// A document that keeps asking after its messages are used up loses its queued requests at once.
    pub(crate) fn drop_queue(&mut self, key: QueueKey) {
        let ids: Vec<u64> = self.queues.values().flat_map(|queue| queue.of_document(key)).collect();
        ids.into_iter().for_each(|id| self.then(Continuation::Unline(id)));
    }

    pub(super) fn leave_unline(&mut self, id: u64) {
        let Some(request) = self.requests.remove(&id) else { return };
        self.leave_line(id, &request);
        let done = self.leave_unsent(request, Refusal::TooMany);
        self.done(done);
    }
}

/// Transactions never wait. A read that goes to the wallet first needs no lane yet.
fn takes_turns(cx: &Means<'_>, request: &Request) -> bool {
    let wallet_first =
        cx.lanes.chain(request.question.chain).is_some_and(|chain| chain.mode() == Mode::Rescue) || request.own_node();
    request.spec.class == Class::Read && !(wallet_first && request.has_wallet())
}
