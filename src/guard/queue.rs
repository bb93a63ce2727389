//! Reads that wait for their turn: a chain's lanes take so much at once, and the origins of pages share it. What has
//! begun and wants another lane waits for that lane's room alone.

use super::Guard;
use super::chains::{Free, LaneRef};
use super::requests::{Request, Slot};
use super::sends::Kind;
use super::settle::ALL_FAILED;
use crate::io::{ClientId, Command};
use crate::jsonrpc::{Reply, RpcError};
use crate::protocol::{LIMIT, TOO_MANY};
use crate::race::Outcome;
use crate::route::{Class, Weight};
use crate::settings::Mode;

/// A request that has waited so long for the best lanes takes any other, ms.
const LONG_MS: u64 = 1_000;
/// A page that has so many requests waiting is told that it asks too much; otherwise it is the lanes that are slow.
const CROWD: usize = 100;
/// Bytes of parameters that cost as much as one request more.
const COST_BYTES: usize = 16 * 1024;

impl Request {
    pub(super) fn long_at(&self, deadline_ms: u64) -> u64 {
        self.asked + LONG_MS.min(deadline_ms / 4)
    }
}

impl Guard {
    /// A request may begin: at once, or when it is its turn.
    pub(super) fn queue_up(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        let turns = self.takes_turns(&request);
        if turns {
            request.queued = Some(request.long_at(self.settings.deadline_ms));
            let cost = 1 + (request.bytes() / COST_BYTES) as u64;
            self.queues.entry(request.question.chain).or_default().push(request.place, id, cost);
        }
        self.requests.insert(id, request);
        if turns { self.take_turns(now) } else { self.start(now, id) }
    }

    /// A transaction never waits, and what goes to the wallet first needs no lane yet.
    fn takes_turns(&self, request: &Request) -> bool {
        let wallet_first = self.chains.get(&request.question.chain).is_some_and(|chain| chain.mode == Mode::Rescue)
            || request.own_node();
        request.spec.class == Class::Read && !(wallet_first && request.has_wallet())
    }

    /// Lets go on what has room now, by turns.
    pub(super) fn take_turns(&mut self, now: u64) {
        self.go_on_with_full(now);
        let chains: Vec<u64> = self.queues.keys().copied().collect();
        for chain in chains {
            while let Some(id) = self.next_in_line(now, chain) {
                self.start(now, id);
            }
        }
    }

    fn next_in_line(&mut self, now: u64, id: u64) -> Option<u64> {
        let Guard { queues, chains, requests, room, settings, .. } = self;
        let queue = queues.get_mut(&id)?;
        let next = queue.pop(|waiting, request| {
            let (Some(request), Some(chain)) = (requests.get(&request), chains.get(&id)) else { return true };
            let deadline_ms = request.spec.deadline_ms(settings.deadline_ms);
            let free = Free { room, share: request.place.0, waiting, long: now >= request.long_at(deadline_ms) };
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
        let until = request.patience(request.spec.deadline_ms(self.settings.deadline_ms));
        if now < until {
            request.queued = Some(until);
            return self.requests.insert(id, request);
        }
        self.leave_line(id, &request);
        let page = request.askers.first().and_then(|a| a.client()).and_then(|client| self.pages.get(&client));
        let crowd = page.is_some_and(|page| page.load.waiting > CROWD);
        self.settle_unsent(request, crowd);
    }

    /// Attempts whose lane was full.
    fn go_on_with_full(&mut self, now: u64) {
        for (id, index) in std::mem::take(&mut self.full) {
            let Some(request) = self.requests.get(&id).filter(|r| r.slots.get(index) == Some(&Slot::Full)) else {
                continue;
            };
            let lane = match request.lanes.get(index) {
                Some(LaneRef::Endpoint(key)) => self.chains.get(&request.question.chain).and_then(|c| c.lane(*key)),
                _ => None,
            };
            let free = lane.is_none_or(|l| self.room.is_free(now, &l.place, request.place.0));
            if free { self.go_on(now, id, index, true) } else { self.full.push((id, index)) }
        }
    }

    /// Reads that hold a lent place for too long give it back, and wait for one of their own.
    pub(super) fn tick_room(&mut self, now: u64) {
        for send in self.room.call_back(now) {
            let Some(Kind::Race { request: id, lane }) = self.jobs.get(&send).map(|job| job.kind) else { continue };
            if self.requests.get(&id).is_none_or(|r| r.spec.class != Class::Read || r.called_back) {
                continue;
            }
            let Some(mut request) = self.requests.remove(&id) else { continue };
            request.called_back = true;
            request.slot(lane).into_iter().for_each(|slot| *slot = Slot::Full);
            self.requests.insert(id, request);
            self.full.push((id, lane));
            self.out.push_back(Command::Cancel { send });
            self.landed(send);
        }
    }

    /// An attempt that waited for its lane goes on, or does without it.
    pub(super) fn go_on(&mut self, now: u64, id: u64, index: usize, right: bool) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        if right && !request.race.as_mut().is_some_and(|race| race.begun(now, index)) {
            request.slot(index).into_iter().for_each(|slot| *slot = Slot::Idle);
            return self.requests.insert(id, request);
        }
        let begun = if right { self.begin_attempt(now, id, &mut request, index) } else { Err(Outcome::Fault) };
        self.requests.insert(id, request);
        if let Err(outcome) = begun {
            self.attempt_ended(now, id, index, outcome, 0, None);
        }
    }

    /// How a host does with what is out shows in the time its answers take.
    pub(super) fn note_room(&mut self, now: u64, send: u64, status: u16) {
        let Some(job) = self.jobs.get(&send) else { return };
        let Kind::Race { request, .. } = job.kind else { return };
        match self.requests.get(&request) {
            Some(_) if status == 429 => self.room.refused(now, send),
            // How long a trace takes depends on what it runs, not on what else the host does.
            Some(request) if status < 400 && request.spec.weight != Weight::Slow => {
                self.room.answered(now, send, request.spec.weight, now.saturating_sub(job.sent));
            }
            _ => {}
        }
    }

    /// Nobody waits for this request any more.
    pub(super) fn leave_line(&mut self, id: u64, request: &Request) {
        let chain = request.question.chain;
        if request.queued.is_some()
            && let Some(queue) = self.queues.get_mut(&chain)
        {
            queue.remove(request.place, id);
            if queue.is_empty() {
                self.queues.remove(&chain);
            }
        }
    }

    /// A document goes on asking after its messages are spent: what it has in line is dropped at once.
    pub(super) fn drop_line(&mut self, client: ClientId) {
        let Some(place) = self.pages.get(&client).map(|page| (page.load.share, client)) else { return };
        let ids: Vec<u64> = self.queues.values().flat_map(|queue| queue.of_document(place)).collect();
        for id in ids {
            let Some(request) = self.requests.remove(&id) else { continue };
            self.leave_line(id, &request);
            self.settle_unsent(request, true);
        }
    }

    /// Nothing was sent of it: its wallet's word, or why.
    fn settle_unsent(&mut self, request: Request, crowd: bool) {
        let (code, message) = if crowd {
            (LIMIT, TOO_MANY.to_owned())
        } else {
            (ALL_FAILED, format!("Breakwater: no endpoint had room in time ({}).", request.question.method))
        };
        let reply = Reply::Error(RpcError { code, message, data: None });
        self.use_wallet(request, &reply, &reply);
    }
}
