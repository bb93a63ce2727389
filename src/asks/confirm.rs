//! What the errors of a race teach. An error that two lanes gave is remembered. A lane that was alone with its error
//! is noted.

use super::all::Asks;
use super::done::Done;
use super::request::{Asker, Request};
use crate::classify::{Judged, Meaning};
use crate::lanes::{Lanes, Lesson};
use crate::race::{End, ErrorKind, Outcome, Reason, Why};
use crate::route::Class;

impl Asks {
    /// Whether an error needs no second lane: two lanes gave this page the same kind before, or the page has had too
    /// many errors confirmed lately. `has_word` tells whether an asker's own endpoint gave an error for this.
    pub(super) fn is_known_word(&self, now: u64, id: u64, judged: &Judged, has_word: impl Fn(Asker) -> bool) -> bool {
        let Some(request) = self.requests.get(&id) else { return false };
        // If a second lane was asked, its error is compared with the first one's.
        let first = request.race.as_ref().is_some_and(|race| !race.compares() && race.words().next().is_none());
        if judged.outcome != Outcome::Word || request.spec.class != Class::Read || !first {
            return false;
        }
        // The page's own endpoint gave an error too, so there are two.
        if request.askers.iter().any(|asker| has_word(*asker)) {
            return true;
        }
        let (chain, method, origin) = (request.question.chain, request.spec.method, &request.origin);
        self.is_settled_kind(now, chain, origin, method, judged.kind)
    }

    /// Whether an error of this kind needs no confirmation. A vague error is always confirmed: a broken lane may give
    /// it to every question.
    pub(crate) fn is_settled_kind(&self, now: u64, chain: u64, origin: &str, method: &str, kind: ErrorKind) -> bool {
        let known = || self.confirmed.holds(now, chain, origin, method, kind) || !self.confirmed.may_ask(origin);
        !kind.is_vague() && known()
    }

    /// Notes the errors of a race that has ended.
    pub(super) fn note_words(&mut self, now: u64, lanes: &mut Lanes, request: &Request, end: End, done: &mut Done) {
        let Some(race) = request.race.as_ref().filter(|_| request.spec.class == Class::Read) else { return };
        let (chain, method) = (request.question.chain, request.spec.method);
        if matches!(end, End::Lane { reason: Reason::Confirmed, .. }) {
            for (_, kind) in race.words() {
                self.confirmed.confirm(now, chain, &request.origin, method, kind);
            }
            done.learnt = true;
            return;
        }
        if !race.is_contradicted() {
            return;
        }
        let asked = race.attempts().iter().filter(|a| a.why == Why::After(Outcome::Word)).count();
        (0..asked).for_each(|_| self.confirmed.give_back(&request.origin));
        for (lane, kind) in race.words() {
            self.confirmed.contradict(now, chain, &request.origin, method, kind);
            let alone = request.endpoint(lane).map(|id| lanes.learn(now, id, Lesson::Alone));
            done.changes.extend(alone.unwrap_or_default());
        }
    }

    /// What a reply shows that its lane lacks. That holds for old blocks: a new one may still be on its way.
    pub(super) fn lack(&self, id: u64, judged: &Judged) -> Option<Lesson<'static>> {
        let request = self.requests.get(&id).filter(|_| judged.meaning == Some(Meaning::Missing))?;
        Some(Lesson::Lacks { method: request.spec.method, block: request.named?.oldest })
    }
}
