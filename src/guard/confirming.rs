//! What becomes of the errors of a race: those that two lanes gave are remembered, and a lane that was alone with
//! one is told apart from lanes that are broken.

use super::Guard;
use crate::asks::Request;
use crate::classify::{Judged, Meaning};
use crate::endpoint::LaneId;
use crate::lanes::{LaneRef, Lesson};
use crate::race::{End, Kind, Outcome, Reason, Why};
use crate::route::Class;
use crate::wire::Job;

impl Guard {
    /// Whether an error needs no second lane: this page was given its kind by two before, or has had too many
    /// errors looked up lately.
    pub(super) fn is_known_word(&self, now: u64, id: u64, judged: &Judged) -> bool {
        let Some(request) = self.asks.requests.get(&id) else { return false };
        // Where a second lane was asked, its error is to be held against the first one's.
        let first = request.race.as_ref().is_some_and(|race| !race.compares() && race.words().next().is_none());
        if judged.outcome != Outcome::Word || request.spec.class != Class::Read || !first {
            return false;
        }
        // The page's own endpoint gave an error too: these are two.
        if request.askers.iter().any(|asker| self.has_own_word(*asker)) {
            return true;
        }
        let (chain, method, origin) = (request.question.chain, request.spec.method, &request.origin);
        self.is_settled_kind(now, chain, origin, method, judged.kind)
    }

    /// Whether nobody needs to be asked about an error of this kind. What says nothing may be a broken lane's answer
    /// to every question: it is asked about every time.
    pub(super) fn is_settled_kind(&self, now: u64, chain: u64, origin: &str, method: &str, kind: Kind) -> bool {
        let known =
            || self.asks.confirmed.holds(now, chain, origin, method, kind) || !self.asks.confirmed.may_ask(origin);
        !kind.is_vague() && known()
    }

    /// A race with errors is over.
    pub(super) fn note_words(&mut self, now: u64, request: &Request, end: End) {
        let Some(race) = request.race.as_ref().filter(|_| request.spec.class == Class::Read) else { return };
        let (chain, method) = (request.question.chain, request.spec.method);
        if matches!(end, End::Lane { reason: Reason::Confirmed, .. }) {
            for (_, kind) in race.words() {
                self.asks.confirmed.confirm(now, chain, &request.origin, method, kind);
            }
            return self.save_soon(now);
        }
        if !race.is_contradicted() {
            return;
        }
        let asked = race.attempts().iter().filter(|a| a.why == Why::After(Outcome::Word)).count();
        (0..asked).for_each(|_| self.asks.confirmed.give_back(&request.origin));
        for (lane, kind) in race.words() {
            self.asks.confirmed.contradict(now, chain, &request.origin, method, kind);
            if let Some(LaneRef::Endpoint(key)) = request.lanes.get(lane) {
                self.teach(now, LaneId { chain, key: *key }, Lesson::Alone);
            }
        }
    }

    /// A lane lacks what a request asks of an old block. A new one may be on its way.
    pub(super) fn learn_lack(&mut self, now: u64, id: u64, job: &Job, judged: &Judged) {
        let named = self.asks.requests.get(&id).and_then(|r| Some((r.spec.method, r.named?.oldest)));
        let Some((method, block)) = named.filter(|_| judged.meaning == Some(Meaning::Missing)) else { return };
        self.teach(now, job.lane, Lesson::Lacks { method, block });
    }
}
