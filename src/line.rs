//! Whether the person's own connection (the line) is down. The browser says so, but late, or never behind a router that
//! still works. So losses are judged as well: if every endpoint of a chain fails with a network error, and nothing sent
//! since the first of these failures is answered, the line is down. If another endpoint answers, a failure is the
//! endpoint's own.

use std::collections::BTreeMap;

use crate::cloud::local::Nearness;

/// How long a lost connection counts as a sign that the line is down, in ms.
const SPEAKS_MS: u64 = 10_000;
/// A lost connection blames nobody for this many ms, because others may be lost as well, or answer.
const GRACE_MS: u64 = 1_000;
/// A returning line reaches one place sooner than another. Losses within this many ms blame nobody.
const SETTLES_MS: u64 = 1_000;
/// Pause between two attempts on a line that is down, in ms.
const AGAIN_MS: u64 = 1_000;

/// Where a connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer<'a> {
    /// Host and port.
    pub place: &'a str,
    /// How near it is: this machine and its network can be reached without the line.
    pub near: Nearness,
}

/// A lost connection, when it was lost, and since when none to the same place has been answered, in ms.
#[derive(Debug, Clone, Copy)]
struct Loss {
    at: u64,
    first: u64,
    near: Nearness,
}

impl Loss {
    /// Whether an answer to a send at this time, from this near, shows that the line was not the cause. A send in the
    /// same millisecond is the one that replaced the lost one.
    fn is_refuted(self, sent: u64, near: Nearness) -> bool {
        self.at <= sent && near <= self.near
    }
}

/// The line, as far as it can be observed. `B` identifies whom to blame for a lost connection.
#[derive(Debug, Clone)]
pub struct Line<B> {
    online: bool,
    /// When the browser last said that it is down, in ms.
    gone: u64,
    /// When it was last known to be back for everybody, in ms.
    since: u64,
    /// Places that were lost and have not answered since, each with its last loss.
    lost: BTreeMap<String, Loss>,
    /// Blame that waits for the outcome of the others.
    blame: Vec<(Loss, B)>,
    try_at: u64,
}

impl<B> Default for Line<B> {
    fn default() -> Self {
        Line { online: true, gone: 0, since: 0, lost: BTreeMap::new(), blame: Vec::new(), try_at: 0 }
    }
}

impl<B> Line<B> {
    /// Whether the browser says that it is online.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// Whether there is no sign that the line is down.
    pub fn is_quiet(&self) -> bool {
        self.online && self.lost.is_empty() && self.blame.is_empty()
    }

    /// The browser's online or offline event. Returns `true` if the line has come back.
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

    /// A send from this time was answered from this place. So earlier losses have another cause, and the returned blame
    /// is due. Later losses may still be due to the line.
    pub fn answered(&mut self, sent: u64, from: Peer<'_>) -> Vec<B> {
        self.lost.retain(|_, loss| !loss.is_refuted(sent, from.near));
        let refuted = |(loss, _): &(Loss, B)| loss.is_refuted(sent, from.near);
        let (due, rest): (Vec<_>, _) = std::mem::take(&mut self.blame).into_iter().partition(refuted);
        self.blame = rest;
        due.into_iter().map(|(_, whom)| whom).collect()
    }

    /// The same while the line was down for the place that answered. Returns `true` if the line is back, which blames
    /// nobody. An answer to a send from before the line dropped, or before this place was lost, says nothing.
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

    /// A connection made at this time was lost. Connections that were open together are blamed once. Nobody is blamed for
    /// sends in flight while the line was down, but the loss still shows that it is down.
    pub fn lost(&mut self, now: u64, sent: u64, to: Peer<'_>, whom: B) {
        self.lost.retain(|_, loss| loss.at + SPEAKS_MS > now);
        let first = self.lost.get(to.place).map_or(now, |loss| loss.first);
        let loss = Loss { at: now, first, near: to.near };
        // Connections that were open together are lost together. A server that restarts has failed once, not six times.
        let together = self.lost.insert(to.place.to_owned(), loss).is_some_and(|before| sent <= before.at);
        if self.may_blame(sent) && !together {
            self.blame.push((loss, whom));
        }
    }

    /// Whether it is down if only these places can be reached. A single place proves nothing, and without a place there
    /// is nothing to wait for.
    pub fn is_down<'a>(&self, now: u64, places: impl Iterator<Item = &'a str>) -> bool {
        let lost = |place: &str| self.lost.get(place).is_some_and(|loss| loss.at + SPEAKS_MS > now);
        let mut places = places.peekable();
        places.peek().is_some() && (!self.online || self.lost.len() > 1 && places.all(lost))
    }

    /// Since when all of these places are lost, in ms, if they are.
    pub fn lost_since<'a>(&self, places: impl Iterator<Item = &'a str>) -> Option<u64> {
        let first = |place: &str| self.lost.get(place).map(|loss| loss.first);
        places.map(first).collect::<Option<Vec<u64>>>()?.into_iter().max()
    }

    /// Whether a failed send from this time may be blamed on anybody.
    pub fn may_blame(&self, sent: u64) -> bool {
        self.online && sent >= self.since
    }

    /// Whether reads that wait for the line should be tried now.
    pub fn may_try(&mut self, now: u64) -> bool {
        let due = now >= self.try_at;
        if due {
            self.try_at = now + AGAIN_MS;
        }
        due
    }

    /// When they should be tried next, in ms.
    pub fn try_at(&self) -> u64 {
        self.try_at
    }

    /// Blame whose grace period is over; none while the line is down.
    pub fn due(&mut self, now: u64) -> Vec<B> {
        let is_over = |(loss, _): &(Loss, B)| loss.at + GRACE_MS <= now;
        let (due, rest): (Vec<_>, _) = std::mem::take(&mut self.blame).into_iter().partition(is_over);
        self.blame = rest;
        due.into_iter().map(|(_, whom)| whom).collect()
    }

    /// When the next blame is due, in ms.
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
    fn connections_lost_together_are_blamed_once() {
        let mut line = Line::default();
        (0..6).for_each(|i| line.lost(50 + i, i, A, 1));
        assert_eq!(line.answered(60, B), [1]);
        line.lost(70, 60, A, 1);
        line.lost(90, 80, A, 1);
        assert_eq!(line.answered(100, B), [1, 1], "one after the other");
    }

    #[test]
    fn places_are_lost_since_the_last_of_them_first_was() {
        let both = |line: &Line<u8>| line.lost_since(["a", "b"].into_iter());
        let mut line = Line::default();
        line.lost(10, 10, A, 1);
        assert_eq!(both(&line), None);
        line.lost(30, 30, B, 2);
        line.lost(900, 900, A, 1);
        assert_eq!(both(&line), Some(30));
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
