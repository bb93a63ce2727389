//! Responses and failed sends: each goes to whoever sent the request.

use super::Guard;
use crate::io::{Command, SendError};
use crate::lanes;
use crate::route;
use crate::wire::{Brought, Job, Purpose};

impl Guard {
    pub(super) fn response(&mut self, now: u64, send: u64, status: u16, headers: &[(String, String)], body: &[u8]) {
        self.asked(now, |asks, cx| asks.note_room(cx, send, status));
        let shared = self.wire.is_shared(send);
        let Some(job) = self.wire.landed(send) else { return };
        if shared {
            self.wire.batched(now, job.lane, true);
        }
        self.lanes.hear_from(now, job.lane);
        if job.purpose != Purpose::Resolve {
            self.claims(now, job.lane, headers);
        }
        self.brought(now, send, &job, &Brought::Response { status, headers, body });
    }

    pub(super) fn send_failed(&mut self, now: u64, send: u64, why: SendError) {
        let Some(job) = self.wire.landed(send) else { return };
        if why == SendError::Unbatched {
            self.wire.batched(now, job.lane, false);
            return self.asks.send_again(&job);
        }
        self.brought(now, send, &job, &Brought::Nothing(why));
    }

    /// Ends checks, polls and probes that were not answered in time.
    pub(super) fn tick_wire(&mut self, now: u64) {
        for send in self.wire.late(now) {
            self.out.push_back(Command::Cancel { send });
            self.send_failed(now, send, SendError::Late);
        }
    }

    fn brought(&mut self, now: u64, send: u64, job: &Job, brought: &Brought<'_>) {
        self.asked(now, |asks, cx| asks.note_connectivity(cx, job, brought));
        match job.purpose {
            Purpose::Attempt { request, index } => {
                self.asked(now, |asks, cx| asks.raced(cx, send, job, (request, index), brought));
            }
            Purpose::Check | Purpose::Poll | Purpose::Probe => {
                let judged = self.asks.judge(route::spec(lanes::method(job.purpose)), send, brought);
                let changes = self.lanes.upkept(now, job, &judged, brought);
                self.spread(now, changes);
            }
            Purpose::Resolve => {
                let found = self.watch.resolved(now, &self.lanes, job, brought);
                self.note(now, found.into_iter().collect());
            }
            Purpose::Candidate { token } => self.candidate_checked(now, send, job, token, brought),
        }
    }
}
