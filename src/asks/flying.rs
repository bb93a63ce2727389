//! Requests in flight, indexed by wake time, so that one answer does not mean a scan of thousands of requests.

use std::collections::{BTreeMap, BTreeSet};

use super::request::{Asker, Request, Slot};

/// Requests by number.
#[derive(Debug, Default)]
pub(super) struct Requests {
    all: BTreeMap<u64, Request>,
    wakes: BTreeSet<(u64, u64)>,
}

impl Requests {
    /// Puts a request in, or back after it was worked on.
    pub(super) fn insert(&mut self, id: u64, request: Request) {
        self.wakes.extend(request.wake().map(|at| (at, id)));
        self.all.insert(id, request);
    }

    pub(super) fn remove(&mut self, id: &u64) -> Option<Request> {
        let request = self.all.remove(id)?;
        if let Some(at) = request.wake() {
            self.wakes.remove(&(at, *id));
        }
        Some(request)
    }

    pub(super) fn get(&self, id: &u64) -> Option<&Request> {
        self.all.get(id)
    }

    /// An attempt continues with another send.
    pub(super) fn sent(&mut self, id: u64, lane: usize, slot: Slot) {
        self.all.get_mut(&id).and_then(|r| r.slot(lane)).into_iter().for_each(|place| *place = slot);
    }

    /// A lane of this request has responded.
    pub(super) fn responded(&mut self, id: u64) {
        self.all.get_mut(&id).into_iter().for_each(|request| request.responded = true);
    }

    /// A lane has lost this request's connection.
    pub(super) fn lost(&mut self, id: u64) {
        self.all.get_mut(&id).into_iter().for_each(|request| request.lost += 1);
    }

    /// The wallet of this request has shown an old block.
    pub(super) fn wallet_showed(&mut self, id: u64, number: Option<u64>) {
        self.all.get_mut(&id).into_iter().for_each(|request| request.wallet_shown = number);
    }

    /// A lane was skipped because it has not shown the block that this request names.
    pub(super) fn passed_over(&mut self, id: u64, lane: usize) {
        self.all.get_mut(&id).into_iter().for_each(|request| request.passed_over.push(lane));
    }

    /// Adds an asker for the same answer.
    pub(super) fn join(&mut self, id: u64, asker: Asker) {
        self.all.get_mut(&id).into_iter().for_each(|request| request.askers.push(asker));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&u64, &Request)> {
        self.all.iter()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Request> {
        self.all.values()
    }

    /// When the first request is due, ms.
    pub(super) fn wake(&self) -> Option<u64> {
        self.wakes.first().map(|(at, _)| *at)
    }

    /// The requests that are due by now.
    pub(super) fn due(&self, now: u64) -> Vec<u64> {
        self.wakes.range(..=(now, u64::MAX)).map(|(_, id)| *id).collect()
    }
}
