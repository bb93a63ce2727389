//! Sends in flight. Each has a number, a purpose and a slot at its host, and some have a time at which they count as
//! lost.
//!
//! This part does not know what a reply means: [`Wire::landed`] returns each send's purpose once.

use std::collections::BTreeMap;

use crate::batch::Batches;
use crate::endpoint::LaneId;
use crate::io::{ClientId, Command, HttpRequest, SendError};
use crate::jsonrpc;
use crate::room::Room;
use crate::route;
use crate::settings::Endpoint;

/// Media type of JSON-RPC.
const JSON: &str = "application/json";

/// A send in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) purpose: Purpose,
    pub(crate) lane: LaneId,
    /// Its share; the core's own sends have none.
    pub(crate) share: u32,
    /// The document that asks, or asked first; 0 for the core itself.
    pub(crate) client: ClientId,
    pub(crate) sent: u64,
    /// When it counts as failed, in ms; a race has its own timeouts.
    pub(crate) due: Option<u64>,
    /// The send whose HTTP request it shares. What one exchange teaches is learnt once, from that one.
    pub(crate) joins: Option<u64>,
}

/// The purpose of a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An attempt of a request, on the lane with this index.
    Attempt { request: u64, index: usize },
    /// Checks which chain a lane serves.
    Check,
    /// Asks a lane for its head.
    Poll,
    /// Checks whether a lane works again.
    Probe,
    /// Resolves a lane's host name.
    Resolve,
    /// Checks an endpoint before it is saved.
    Candidate { token: u64 },
}

impl Job {
    /// One of the core's own sends, which may take this many ms.
    pub(crate) fn own(now: u64, lane: LaneId, purpose: Purpose, patience_ms: u64) -> Job {
        Job { purpose, lane, share: 0, client: 0, sent: now, due: Some(now + patience_ms), joins: None }
    }

    /// Whether it asks a lane, rather than a resolver or an endpoint that is not saved yet.
    pub(crate) fn is_of_lane(&self) -> bool {
        !matches!(self.purpose, Purpose::Resolve | Purpose::Candidate { .. })
    }
}

/// The result of an HTTP exchange.
pub(crate) enum Brought<'a> {
    Response { status: u16, headers: &'a [(String, String)], body: &'a [u8] },
    Nothing(SendError),
}

/// Sends by number, and how many each host takes at once.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    jobs: BTreeMap<u64, Job>,
    room: Room,
    numbered: u64,
    batches: Batches,
    /// What is sent to this lane now joins the HTTP request of this send.
    joining: Option<(LaneId, u64)>,
}

impl Wire {
    /// Sends one JSON-RPC request. The send's number is the request's id. `cap`: most bytes of the reply.
    pub(crate) fn send(&mut self, job: Job, to: &Endpoint, method: &str, params: &str, cap: u64) -> (u64, Command) {
        let send = self.numbered + 1;
        let mut headers = vec![("content-type".to_owned(), JSON.into())];
        if let Some(authorization) = to.url.authorization() {
            headers.push(("authorization".to_owned(), authorization.into()));
        }
        headers.extend(to.headers.iter().map(|h| (h.name.clone(), h.value.clone())));
        let http = HttpRequest {
            url: to.url.request_url(),
            headers,
            body: jsonrpc::request(send, method, params).into_bytes(),
            max_body_bytes: cap,
            all_headers: !matches!(job.purpose, Purpose::Attempt { .. }),
        };
        let is_attempt = matches!(job.purpose, Purpose::Attempt { .. });
        let joins = self.joining.filter(|(lane, _)| *lane == job.lane && is_attempt).map(|(_, head)| head);
        match joins {
            Some(head) => self.batches.join(head, job.lane),
            None => self.room.take(job.sent, send, &to.url.authority(), job.share, route::spec(method).weight),
        }
        self.post(Job { joins, ..job }, http)
    }

    /// Sends anything, without taking a slot.
    pub(crate) fn post(&mut self, job: Job, http: HttpRequest) -> (u64, Command) {
        self.numbered += 1;
        self.jobs.insert(self.numbered, job);
        (self.numbered, Command::Send { send: self.numbered, http, client: job.client, joins: job.joins })
    }

    /// A send is no longer in flight. Its place is free once nothing else shares its HTTP request.
    pub(crate) fn landed(&mut self, send: u64) -> Option<Job> {
        let job = self.jobs.remove(&send)?;
        let head = job.joins.unwrap_or(send);
        if self.batches.leave(head) {
            self.room.give_back(head);
        }
        Some(job)
    }

    /// Whether a send may be joined by others.
    pub(crate) fn may_be_joined(&self, now: u64, send: u64) -> bool {
        self.jobs.get(&send).is_some_and(|job| {
            job.sent == now && self.batches.may_try(now, job.lane) && self.room.is_alone(now, job.share)
        })
    }

    /// From now on whatever is sent to the lane of this send joins it; `None`: no longer.
    pub(crate) fn join(&mut self, head: Option<u64>) {
        self.joining = head.and_then(|head| Some((self.jobs.get(&head)?.lane, head)));
    }

    /// The lane whose sends join another one now.
    pub(crate) fn joining(&self) -> Option<LaneId> {
        self.joining.map(|(lane, _)| lane)
    }

    /// Whether a send shares its HTTP request with others: how long it takes says little of the host.
    pub(crate) fn is_shared(&self, send: u64) -> bool {
        self.batches.is_shared(send) || self.jobs.get(&send).is_some_and(|job| job.joins.is_some())
    }

    /// A lane has answered a batch, or has not.
    pub(crate) fn batched(&mut self, now: u64, lane: LaneId, answered: bool) {
        self.batches.learn(now, lane, answered);
    }

    /// What shares the HTTP request of this send.
    fn joined(&self, head: u64) -> Vec<(u64, Job)> {
        self.jobs.iter().filter(|(_, job)| job.joins == Some(head)).map(|(send, job)| (*send, *job)).collect()
    }

    pub(crate) fn get(&self, send: u64) -> Option<&Job> {
        self.jobs.get(&send)
    }

    /// Whether a send with this purpose is in flight on a lane.
    pub(crate) fn is_out(&self, lane: LaneId, purpose: Purpose) -> bool {
        self.jobs.values().any(|job| job.purpose == purpose && job.lane == lane)
    }

    /// A send that nobody waits for goes on until this time, in ms.
    pub(crate) fn let_go(&mut self, send: u64, due: u64) {
        self.jobs.get_mut(&send).into_iter().for_each(|job| job.due = Some(due));
    }

    /// Sends that were not answered in time.
    pub(crate) fn late(&self, now: u64) -> Vec<u64> {
        self.jobs.iter().filter(|(_, job)| job.due.is_some_and(|at| at <= now)).map(|(send, _)| *send).collect()
    }

    /// Sends on lanes that no longer exist according to `serves`.
    pub(crate) fn lost(&mut self, serves: impl Fn(LaneId) -> bool) -> Vec<u64> {
        self.batches.keep(&serves);
        let lost = |job: &Job| !matches!(job.purpose, Purpose::Candidate { .. }) && !serves(job.lane);
        self.jobs.iter().filter(|(_, job)| lost(job)).map(|(send, _)| *send).collect()
    }

    /// How many sends each host takes at once.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// Attempts that have held a lent slot for too long and must release it.
    pub(crate) fn call_back(&mut self, now: u64) -> Vec<(u64, Job)> {
        let sends = self.room.call_back(now);
        let with_joined = |head: u64| {
            let own = self.jobs.get(&head).map(|job| (head, *job));
            own.into_iter().chain(self.joined(head))
        };
        sends.into_iter().flat_map(with_joined).collect()
    }

    /// The time of an answer shows how a host copes with the sends in flight.
    pub(crate) fn answered(&mut self, now: u64, send: u64, weight: route::Weight) {
        if let Some(job) = self.jobs.get(&send) {
            self.room.answered(now, send, weight, now.saturating_sub(job.sent));
        }
    }

    /// A host says that it gets too many requests.
    pub(crate) fn refused(&mut self, now: u64, send: u64) {
        self.room.refused(now, send);
    }

    /// A page's message arrived this many ms late.
    pub(crate) fn crossed(&mut self, now: u64, late_ms: u64) {
        self.room.heard(now, late_ms);
    }

    /// When something is due, in ms.
    pub(crate) fn wake(&self) -> Option<u64> {
        self.jobs.values().filter_map(|job| job.due).chain(self.room.wake()).min()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic, reason = "a test")]

    use super::*;
    use crate::endpoint::EndpointUrl;

    fn endpoint() -> Endpoint {
        Endpoint::new(EndpointUrl::parse("https://user:word@rpc.example/key").expect("a URL"), "one".into())
    }

    fn lane() -> LaneId {
        LaneId { chain: 1, key: endpoint().url.key(1) }
    }

    #[test]
    fn a_send_is_numbered_and_lands_once() {
        let mut wire = Wire::default();
        let job = Job::own(10, lane(), Purpose::Check, 4_000);
        let (send, command) = wire.send(job, &endpoint(), "eth_chainId", "[]", 100);
        let Command::Send { send: told, http, client: 0, joins: None } = command else { panic!("a send") };
        assert_eq!((told, http.url.as_str()), (send, "https://rpc.example/key"));
        let body = String::from_utf8(http.body).expect("text");
        assert!(body.contains(&format!("\"id\":{send}")), "{body}");
        assert!(http.headers.iter().any(|(name, _)| name == "authorization") && http.all_headers);
        assert!(wire.is_out(lane(), Purpose::Check) && !wire.is_out(lane(), Purpose::Poll));
        assert_eq!((wire.landed(send), wire.landed(send)), (Some(job), None));
    }

    #[test]
    fn an_unanswered_send_becomes_late() {
        let mut wire = Wire::default();
        let (send, _) = wire.send(Job::own(10, lane(), Purpose::Poll, 100), &endpoint(), "eth_blockNumber", "[]", 100);
        assert_eq!((wire.wake(), wire.late(109), wire.late(110)), (Some(110), vec![], vec![send]));
        wire.let_go(send, 500);
        assert!(wire.late(110).is_empty());
    }

    #[test]
    fn a_candidate_outlives_the_lanes() {
        let mut wire = Wire::default();
        let sends = [Purpose::Candidate { token: 1 }, Purpose::Check];
        let [_, check] =
            sends.map(|purpose| wire.send(Job::own(0, lane(), purpose, 1), &endpoint(), "eth_chainId", "[]", 1).0);
        assert_eq!(wire.lost(|_| false), [check]);
    }
}
