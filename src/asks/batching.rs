//! Reads that share an HTTP request ([`crate::batch`]).

use super::all::Asks;
use super::means::Means;
use super::request::{Request, Slot};
use crate::batch;
use crate::route::{Class, Weight};
use crate::settings::Mode;
use crate::wire::{Job, Purpose};

impl Asks {
    /// If a document is alone and has many reads queued, several of them are sent in one HTTP request.
    pub(super) fn fill_batch(&mut self, cx: &mut Means<'_>, chain: u64, first: u64) {
        let Some(request) = self.requests.get(&first).filter(|r| r.fits_in_batch()) else { return };
        let Some(head) = request.only_send() else { return };
        let place = request.queue_key;
        let waiting = self.queues.get(&chain).map_or(0, |queue| queue.waiting_of(place));
        let guards = cx.lanes.chain(chain).is_some_and(|c| c.mode() == Mode::Guard);
        if !guards || waiting < batch::CROWD || !cx.wire.may_be_joined(cx.now, head) {
            return;
        }
        cx.wire.join(Some(head));
        for _ in 1..batch::MOST {
            let Some(next) = self.next_in_queue(cx, chain, Some(place)) else { break };
            self.start(cx, next);
        }
        cx.wire.join(None);
    }

    /// An attempt is queued again, for a slot of its own.
    pub(crate) fn send_again(&mut self, job: &Job) {
        let Purpose::Attempt { request: id, index } = job.purpose else { return };
        self.requests.sent(id, index, Slot::Full);
        self.full.push((id, index));
    }
}

impl Request {
    /// Its only send in flight, if there is exactly one.
    fn only_send(&self) -> Option<u64> {
        let mut sends =
            self.slots.iter().filter_map(|slot| if let Slot::Sent(send, _) = slot { Some(*send) } else { None });
        sends.next().filter(|_| sends.next().is_none())
    }

    /// Whether it may share an HTTP request: a small read whose answer is small and comes soon.
    pub(super) fn fits_in_batch(&self) -> bool {
        self.spec.class == Class::Read
            && self.spec.weight <= Weight::Heavy
            && self.proof.is_none()
            && self.bytes() <= batch::MAX_ITEM_BYTES
    }
}
