//! Reads that wait for their turn: a chain's lanes take so much at once, and the origins of pages share it. What has
//! begun and wants another lane waits for that lane's room alone.

use super::Guard;
use crate::answer::Refusal;
use crate::asks::{Asks, Request, Slot};
use crate::batch;
use crate::fair::Place;
use crate::io::{ClientId, Command};
use crate::lanes::Free;
use crate::race::Outcome;
use crate::route::{Class, Weight};
use crate::settings::Mode;
use crate::wire::{Job, Purpose};

/// A page that has so many requests waiting is told that it asks too much; otherwise it is the lanes that are slow.
const CROWD: usize = 100;
/// Bytes of parameters that cost as much as one request more.
const COST_BYTES: usize = 16 * 1024;

impl Guard {
    /// A request may begin: at once, or when it is its turn.
    pub(super) fn queue_up(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.asks.requests.remove(&id) else { return };
        let turns = self.takes_turns(&request);
        if turns {
            request.queued = Some(request.long_at(self.choice.settings().deadline_ms));
            let cost = 1 + (request.bytes() / COST_BYTES) as u64;
            self.asks.queues.entry(request.question.chain).or_default().push(request.place, id, cost);
        }
        self.asks.requests.insert(id, request);
        if turns { self.take_turns(now) } else { self.start(now, id) }
    }

    /// A transaction never waits, and what goes to the wallet first needs no lane yet.
    fn takes_turns(&self, request: &Request) -> bool {
        let wallet_first = self.lanes.chain(request.question.chain).is_some_and(|chain| chain.mode() == Mode::Rescue)
            || request.own_node();
        request.spec.class == Class::Read && !(wallet_first && request.has_wallet())
    }

    /// Lets go on what has room now, by turns.
    pub(super) fn take_turns(&mut self, now: u64) {
        self.go_on_with_full(now);
        let chains: Vec<u64> = self.asks.queues.keys().copied().collect();
        for chain in chains {
            while let Some(id) = self.next_in_line(now, chain, None) {
                self.start(now, id);
                self.fill_batch(now, chain, id);
            }
        }
    }

    /// A document that has a crowd of reads in line, and is alone, sends several in one HTTP request.
    fn fill_batch(&mut self, now: u64, chain: u64, first: u64) {
        let Some((place, head)) = self.asks.requests.get(&first).and_then(|r| Some((r.place, r.only_send()?))) else {
            return;
        };
        let guards = self.lanes.chain(chain).is_some_and(|c| c.mode() == Mode::Guard);
        let waiting = self.asks.queues.get(&chain).map_or(0, |queue| queue.waiting_of(place));
        let fits = self.asks.requests.get(&first).is_some_and(Request::fits_in_batch);
        if !guards || !fits || waiting < batch::CROWD || !self.wire.may_be_joined(now, head) {
            return;
        }
        self.wire.join(Some(head));
        for _ in 1..batch::MOST {
            let Some(next) = self.next_in_line(now, chain, Some(place)) else { break };
            self.start(now, next);
        }
        self.wire.join(None);
    }

    /// The next request that may begin; of this document, if it is to join another one.
    fn next_in_line(&mut self, now: u64, id: u64, beside: Option<Place>) -> Option<u64> {
        let joins = self.wire.joining().map(|lane| lane.key);
        let Guard { asks: Asks { queues, requests, .. }, lanes, wire, choice, .. } = self;
        let queue = queues.get_mut(&id)?;
        let next = queue.pop(|waiting, request| {
            let (Some(request), Some(chain)) = (requests.get(&request), lanes.chain(id)) else { return true };
            if beside.is_some_and(|place| place != request.place || !request.fits_in_batch()) {
                return false;
            }
            let deadline_ms = request.spec.deadline_ms(choice.settings().deadline_ms);
            let long = now >= request.long_at(deadline_ms);
            let free = Free { room: wire.room(), share: request.place.0, waiting, long, joins };
            chain.has_room(now, request.wanted(deadline_ms, None, None, Some(free)))
        });
        if queue.is_empty() {
            queues.remove(&id);
        }
        next
    }

    /// A request in line has waited for long: any lane will do. Or it waits no more: half of the time is its
    /// wallet's.
    pub(super) fn wait_on(&mut self, now: u64, id: u64, mut request: Request) {
        let until = request.patience(request.spec.deadline_ms(self.choice.settings().deadline_ms));
        if now < until {
            request.queued = Some(until);
            return self.asks.requests.insert(id, request);
        }
        self.leave_line(id, &request);
        let page = request.askers.first().and_then(|a| a.client()).and_then(|client| self.pages.get(client));
        let crowd = page.is_some_and(|page| page.waiting() > CROWD);
        let method = request.question.method.clone();
        let refusal = if crowd { Refusal::TooMany } else { Refusal::NoRoom { method } };
        self.settle_unsent(now, request, refusal);
    }

    /// Attempts whose lane was full.
    fn go_on_with_full(&mut self, now: u64) {
        for (id, index) in std::mem::take(&mut self.asks.full) {
            let Some(request) = self.asks.requests.get(&id).filter(|r| r.slots.get(index) == Some(&Slot::Full)) else {
                continue;
            };
            let free = request.endpoint(index).is_none_or(|id| self.has_place(now, id, request));
            if free { self.go_on(now, id, index, true) } else { self.asks.full.push((id, index)) }
        }
    }

    /// Reads that hold a lent place for too long give it back, and wait for one of their own.
    pub(super) fn tick_room(&mut self, now: u64) {
        for (send, job) in self.wire.call_back(now) {
            let Purpose::Attempt { request: id, .. } = job.purpose else { continue };
            if self.asks.requests.get(&id).is_none_or(|r| r.spec.class != Class::Read || r.called_back) {
                continue;
            }
            let Some(mut request) = self.asks.requests.remove(&id) else { continue };
            request.called_back = true;
            self.asks.requests.insert(id, request);
            self.out.push_back(Command::Cancel { send });
            self.wire.landed(send);
            self.send_again(&job);
        }
    }

    /// An attempt goes back in line, for a place of its own.
    pub(super) fn send_again(&mut self, job: &Job) {
        let Purpose::Attempt { request: id, index } = job.purpose else { return };
        self.asks.requests.sent(id, index, Slot::Full);
        self.asks.full.push((id, index));
    }

    /// An attempt that waited for its lane goes on, or does without it.
    pub(super) fn go_on(&mut self, now: u64, id: u64, index: usize, right: bool) {
        let Some(mut request) = self.asks.requests.remove(&id) else { return };
        if right && !request.race.as_mut().is_some_and(|race| race.begun(now, index)) {
            request.slot(index).into_iter().for_each(|slot| *slot = Slot::Idle);
            return self.asks.requests.insert(id, request);
        }
        let begun = if right { self.begin_attempt(now, id, &mut request, index) } else { Err(Outcome::Fault) };
        self.asks.requests.insert(id, request);
        if let Err(outcome) = begun {
            self.attempt_ended(now, id, index, outcome, 0, None);
        }
    }

    /// How a host does with what is out shows in the time its answers take.
    pub(super) fn note_room(&mut self, now: u64, send: u64, status: u16) {
        let Some(job) = self.wire.get(send) else { return };
        let Purpose::Attempt { request, .. } = job.purpose else { return };
        if self.wire.is_shared(send) {
            return;
        }
        match self.asks.requests.get(&request) {
            Some(_) if status == 429 => self.wire.refused(now, send),
            // How long a trace takes depends on what it runs, not on what else the host does.
            Some(request) if status < 400 && request.spec.weight != Weight::Slow => {
                self.wire.answered(now, send, request.spec.weight);
            }
            _ => {}
        }
    }

    /// Nobody waits for this request any more.
    pub(super) fn leave_line(&mut self, id: u64, request: &Request) {
        let chain = request.question.chain;
        if request.queued.is_some()
            && let Some(queue) = self.asks.queues.get_mut(&chain)
        {
            queue.remove(request.place, id);
            if queue.is_empty() {
                self.asks.queues.remove(&chain);
            }
        }
    }

    /// A document goes on asking after its messages are spent: what it has in line is dropped at once.
    pub(super) fn drop_line(&mut self, now: u64, client: ClientId) {
        let Some(place) = self.pages.get(client).map(|page| (page.share(), client)) else { return };
        let ids: Vec<u64> = self.asks.queues.values().flat_map(|queue| queue.of_document(place)).collect();
        for id in ids {
            let Some(request) = self.asks.requests.remove(&id) else { continue };
            self.leave_line(id, &request);
            self.settle_unsent(now, request, Refusal::TooMany);
        }
    }
}
