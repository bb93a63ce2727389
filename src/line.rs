//! Whether the person's own line is down. The browser says so, but late, or not at all behind a router that is still
//! there. So it is judged by what is lost as well: when every endpoint of a chain fails with a network error, and
//! nothing that was sent since the first of them did is answered, it is the line. One endpoint's failure while
//! another answers is its own.

use std::collections::BTreeMap;

use crate::cloud::local::Nearness;

/// How long a lost connection speaks for the line, ms.
const SPEAKS_MS: u64 = 10_000;
/// A lost connection is held against nobody for so long, ms: others may be lost as well, or answer.
const GRACE_MS: u64 = 1_000;
/// A line that comes back does so for one place sooner than for another, ms: what is lost meanwhile is nobody's.
const SETTLES_MS: u64 = 1_000;
/// Pause between two tries of a line that is down, ms.
const AGAIN_MS: u64 = 1_000;

/// Where a connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer<'a> {
    /// Host and port.
    pub place: &'a str,
    /// How near it is: this machine and its network can be reached without the line.
    pub near: Nearness,
}

/// A connection that was lost, and when, ms.
#[derive(Debug, Clone, Copy)]
struct Loss {
    at: u64,
    near: Nearness,
}

impl Loss {
    /// Whether an answer to what was sent then, from somewhere so near, shows that the line was not the cause. A
    /// send in the same millisecond is the one that was made in its place.
    fn is_refuted(self, sent: u64, near: Nearness) -> bool {
        self.at <= sent && near <= self.near
    }
}

/// The line, by what is seen of it. `B` is whom to blame for a lost connection.
#[derive(Debug, Clone)]
pub struct Line<B> {
    online: bool,
    /// When the browser last said that it is gone, ms.
    gone: u64,
    /// When it was last known to have come back for everybody, ms.
    since: u64,
    /// Places that were lost and have not answered since, each with its last loss.
    lost: BTreeMap<String, Loss>,
    /// Blame that waits for what becomes of the others.
    blame: Vec<(Loss, B)>,
    try_at: u64,
}

impl<B> Default for Line<B> {
    fn default() -> Self {
        Line { online: true, gone: 0, since: 0, lost: BTreeMap::new(), blame: Vec::new(), try_at: 0 }
    }
}

impl<B> Line<B> {
    /// Whether the browser says that there is a line.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// Whether nothing speaks against it.
    pub fn is_quiet(&self) -> bool {
        self.online && self.lost.is_empty() && self.blame.is_empty()
    }

    /// The browser's word. `true`: the line has come back.
    pub fn says(&mut self, now: u64, online: bool) -> bool {
        let back = online && !self.online;
        if self.online && !online {
            self.gone = now;
        }
        self.online = online;
        if back {
            self.back(now, Nearness::Public);
        }
        back
    }

    /// What was sent then was answered from here. Whoever had been lost by then has that from elsewhere: the blame
    /// that is returned is due. What was lost later may have been lost with the line.
    pub fn answered(&mut self, sent: u64, from: Peer<'_>) -> Vec<B> {
        self.lost.retain(|_, loss| !loss.is_refuted(sent, from.near));
        let refuted = |(loss, _): &(Loss, B)| loss.is_refuted(sent, from.near);
        let (due, rest): (Vec<_>, _) = std::mem::take(&mut self.blame).into_iter().partition(refuted);
        self.blame = rest;
        due.into_iter().map(|(_, whom)| whom).collect()
    }

    /// The same while the line was down for whoever answered. `true`: it has come back, and nobody is to blame. An
    /// answer to what was sent before it went, or before this place was lost, says nothing.
    pub fn answered_while_down(&mut self, now: u64, sent: u64, from: Peer<'_>) -> bool {
        let last = self.lost.get(from.place).map_or(0, |loss| loss.at);
        let back = sent >= last && (self.online || sent >= self.gone);
        if back {
            self.back(now, from.near);
        }
        back
    }

    fn back(&mut self, now: u64, near: Nearness) {
        self.since = now + SETTLES_MS;
        self.lost.retain(|_, loss| loss.near < near);
        self.blame.retain(|(loss, _)| loss.near < near);
    }

    /// A connection was lost, which was made then. Nobody is to blame for what was out while the line was down; it
    /// shows all the same that it is.
    pub fn lost(&mut self, now: u64, sent: u64, to: Peer<'_>, whom: B) {
        let loss = Loss { at: now, near: to.near };
        self.lost.retain(|_, loss| loss.at + SPEAKS_MS > now);
        self.lost.insert(to.place.to_owned(), loss);
        if self.may_blame(sent) {
            self.blame.push((loss, whom));
        }
    }

    /// Whether it is down for whoever can be reached at these places only. One place alone tells nothing, and without
    /// a place there is nothing to wait for.
    pub fn is_down<'a>(&self, now: u64, places: impl Iterator<Item = &'a str>) -> bool {
        let lost = |place: &str| self.lost.get(place).is_some_and(|loss| loss.at + SPEAKS_MS > now);
        let mut places = places.peekable();
        places.peek().is_some() && (!self.online || self.lost.len() > 1 && places.all(lost))
    }

    /// Whether a failure of what was sent then may be anybody's.
    pub fn may_blame(&self, sent: u64) -> bool {
        self.online && sent >= self.since
    }

    /// Whether what waits for the line is to be tried now.
    pub fn may_try(&mut self, now: u64) -> bool {
        let due = now >= self.try_at;
        if due {
            self.try_at = now + AGAIN_MS;
        }
        due
    }

    /// When it is to be tried next, ms.
    pub fn try_at(&self) -> u64 {
        self.try_at
    }

    /// Blame whose time of grace is over; for nothing when the line is down.
    pub fn due(&mut self, now: u64) -> Vec<B> {
        let is_over = |(loss, _): &(Loss, B)| loss.at + GRACE_MS <= now;
        let (due, rest): (Vec<_>, _) = std::mem::take(&mut self.blame).into_iter().partition(is_over);
        self.blame = rest;
        due.into_iter().map(|(_, whom)| whom).collect()
    }

    /// When the next blame is due, ms.
    pub fn wake(&self) -> Option<u64> {
        self.blame.iter().map(|(loss, _)| loss.at + GRACE_MS).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Peer<'_> = Peer { place: "a", near: Nearness::Public };
    const B: Peer<'_> = Peer { place: "b", near: Nearness::Public };
    const OWN: Peer<'_> = Peer { place: "own", near: Nearness::Machine };

    fn down(line: &Line<u8>, now: u64) -> bool {
        line.is_down(now, ["a", "b"].into_iter())
    }

    /// Both places are lost at this time.
    fn cut(now: u64) -> Line<u8> {
        let mut line = Line::default();
        line.lost(now, now, A, 1);
        line.lost(now, now, B, 2);
        line
    }

    #[test]
    fn the_line_is_down_when_every_place_is_lost_at_once() {
        let mut line = Line::default();
        line.lost(0, 0, A, 1);
        assert!(!down(&line, 0), "one alone is its own");
        line.lost(30, 30, B, 2);
        assert!(down(&line, 30) && !line.is_down(30, ["a", "b", "c"].into_iter()));
        assert!(!down(&line, 30 + SPEAKS_MS), "long ago says nothing");
    }

    #[test]
    fn an_answer_to_a_later_send_proves_the_line_is_up() {
        let mut line = Line::default();
        line.lost(5, 0, A, 1);
        assert_eq!(line.answered(5, B), [1], "so it was that one's own");
        line.lost(20, 20, B, 2);
        assert!(!down(&line, 20));
    }

    #[test]
    fn an_answer_to_an_earlier_send_proves_nothing() {
        let mut line = Line::default();
        line.lost(10, 0, A, 1);
        line.lost(20, 0, B, 2);
        assert!(line.answered(9, B).is_empty() && down(&line, 20));
        assert_eq!(line.answered(15, B), [1], "the other one was lost later");
        assert!(!down(&line, 20));
    }

    #[test]
    fn an_answer_from_a_lost_place_brings_the_line_back() {
        let mut line = cut(10);
        assert!(!line.answered_while_down(20, 9, A) && down(&line, 20));
        line.lost(30, 25, A, 1);
        assert!(!line.answered_while_down(40, 25, A), "it was lost since");
        assert!(line.answered_while_down(40, 25, B) && !down(&line, 40));
        assert_eq!(line.due(9_999), Vec::<u8>::new());
    }

    #[test]
    fn sends_before_the_offline_event_do_not_bring_it_back() {
        let mut line = Line::<u8>::default();
        line.says(100, false);
        assert!(!line.answered_while_down(120, 99, A));
        assert!(line.answered_while_down(120, 100, A), "the browser is wrong");
    }

    #[test]
    fn local_places_prove_nothing_about_remote_ones() {
        let mut line = cut(10);
        line.lost(10, 10, OWN, 3);
        assert_eq!(line.answered(20, OWN), [3]);
        assert!(down(&line, 20));
        line.lost(30, 30, OWN, 3);
        assert!(line.answered_while_down(50, 40, OWN) && down(&line, 50), "it is back for that one");
        assert_eq!(line.answered(50, A), [1, 2]);
    }

    #[test]
    fn sends_in_flight_while_it_was_down_blame_nobody() {
        let mut line = cut(0);
        assert!(line.answered_while_down(5_000, 4_900, A));
        assert!(line.wake().is_none());
        assert!(!line.may_blame(4_999) && line.may_blame(5_000 + SETTLES_MS) && !down(&line, 5_000));
        assert!(!line.says(6_000, false) && !line.may_blame(6_000) && down(&line, 6_000));
        assert!(line.says(7_000, true) && !line.may_blame(6_500) && !down(&line, 7_000));
    }

    #[test]
    fn losses_on_its_return_mean_down_again_and_blame_nobody() {
        let mut line = Line::default();
        assert!(!line.says(0, false) && line.says(10, true));
        line.lost(20, 15, A, 1);
        line.lost(20, 15, B, 2);
        assert!(down(&line, 20) && line.wake().is_none());
    }

    #[test]
    fn blame_waits_for_a_second() {
        let mut line = Line::default();
        line.lost(0, 0, A, 1);
        assert_eq!(line.wake(), Some(GRACE_MS));
        assert_eq!((line.due(GRACE_MS - 1), line.due(GRACE_MS)), (vec![], vec![1]));
        assert_eq!(line.wake(), None);
    }
}
