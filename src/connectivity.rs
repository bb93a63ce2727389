//! Whether the person's own connection to the internet is down. The browser says so, but late, or never behind a router
//! that still works. So losses are judged as well: if every endpoint of a chain fails with a network error, and nothing
//! sent since the first of these failures is answered, the connection is down. If another endpoint answers, a failure
//! is the endpoint's own.

use std::collections::BTreeMap;

use crate::cloud::local::Nearness;

/// How long a lost connection counts as a sign that the connection is down, in ms.
const SPEAKS_MS: u64 = 10_000;
/// A lost connection blames nobody for this many ms, because others may be lost as well, or answer.
const GRACE_MS: u64 = 1_000;
/// A returning connection reaches one server sooner than another. Losses within this many ms blame nobody.
const SETTLES_MS: u64 = 1_000;
/// Pause between two attempts on a connection that is down, in ms.
const AGAIN_MS: u64 = 1_000;

/// Where a connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer<'a> {
    /// Host and port.
    pub authority: &'a str,
    /// How near it is: this machine and its network can be reached without the connection.
    pub near: Nearness,
}

/// A lost connection, when it was lost, and since when none to the same server has been answered, in ms.
#[derive(Debug, Clone, Copy)]
struct Loss {
    at: u64,
    first: u64,
    near: Nearness,
}

impl Loss {
    /// Whether an answer to a send at this time, from this near, shows that the connection was not the cause. A send in
    /// the same millisecond is the one that replaced the lost one.
    fn is_refuted(self, sent: u64, near: Nearness) -> bool {
        self.at <= sent && near <= self.near
    }
}

/// The connection, as far as it can be observed. `B` identifies whom to blame for a lost connection.
#[derive(Debug, Clone)]
pub struct Connectivity<B> {
    online: bool,
    /// When the browser last said that it is down, in ms.
    gone: u64,
    /// When it was last known to be back for everybody, in ms.
    since: u64,
    /// Servers that were lost and have not answered since, each with its last loss.
    lost: BTreeMap<String, Loss>,
    /// Blame that waits for the outcome of the others.
    blame: Vec<(Loss, B)>,
    try_at: u64,
}

impl<B> Default for Connectivity<B> {
    fn default() -> Self {
        Connectivity { online: true, gone: 0, since: 0, lost: BTreeMap::new(), blame: Vec::new(), try_at: 0 }
    }
}

impl<B> Connectivity<B> {
    /// Whether the browser says that it is online.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// Whether there is no sign that the connection is down.
    pub fn is_quiet(&self) -> bool {
        self.online && self.lost.is_empty() && self.blame.is_empty()
    }

    /// The browser's online or offline event. Returns `true` if the connection has come back.
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

    /// A send from this time was answered from this server. So earlier losses have another cause, and the returned
    /// blame is due. Later losses may still be due to the connection.
    pub fn answered(&mut self, sent: u64, from: Peer<'_>) -> Vec<B> {
        self.lost.retain(|_, loss| !loss.is_refuted(sent, from.near));
        let refuted = |(loss, _): &(Loss, B)| loss.is_refuted(sent, from.near);
        let (due, rest): (Vec<_>, _) = std::mem::take(&mut self.blame).into_iter().partition(refuted);
        self.blame = rest;
        due.into_iter().map(|(_, whom)| whom).collect()
    }

    /// The same while the connection was down for the server that answered. Returns `true` if the connection is back,
    /// which blames nobody. An answer to a send from before the connection dropped, or before this server was lost,
    /// says nothing.
    pub fn answered_while_down(&mut self, now: u64, sent: u64, from: Peer<'_>) -> bool {
        let last = self.lost.get(from.authority).map_or(0, |loss| loss.at);
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

    /// A connection made at this time was lost. Connections that were open together are blamed once. Nobody is blamed
    /// for sends in flight while the connection was down, but the loss still shows that it is down.
    pub fn lost(&mut self, now: u64, sent: u64, to: Peer<'_>, whom: B) {
        self.lost.retain(|_, loss| loss.at + SPEAKS_MS > now);
        let first = self.lost.get(to.authority).map_or(now, |loss| loss.first);
        let loss = Loss { at: now, first, near: to.near };
        // Connections that were open together are lost together. A server that restarts has failed once, not six times.
        let together = self.lost.insert(to.authority.to_owned(), loss).is_some_and(|before| sent <= before.at);
        if self.may_blame(sent) && !together {
            self.blame.push((loss, whom));
        }
    }

    /// Whether it is down if only these servers can be reached. A single server proves nothing, and without a server
    /// there is nothing to wait for.
    pub fn is_down<'a>(&self, now: u64, authorities: impl Iterator<Item = &'a str>) -> bool {
        let lost = |authority: &str| self.lost.get(authority).is_some_and(|loss| loss.at + SPEAKS_MS > now);
        let mut authorities = authorities.peekable();
        authorities.peek().is_some() && (!self.online || self.lost.len() > 1 && authorities.all(lost))
    }

    /// Since when all of these servers are lost, in ms, if they are.
    pub fn lost_since<'a>(&self, authorities: impl Iterator<Item = &'a str>) -> Option<u64> {
        let first = |authority: &str| self.lost.get(authority).map(|loss| loss.first);
        authorities.map(first).collect::<Option<Vec<u64>>>()?.into_iter().max()
    }

    /// Whether a failed send from this time may be blamed on anybody.
    pub fn may_blame(&self, sent: u64) -> bool {
        self.online && sent >= self.since
    }

    /// Whether reads that wait for the connection should be tried now.
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

    /// Blame whose grace period is over; none while the connection is down.
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

    const A: Peer<'_> = Peer { authority: "a", near: Nearness::Public };
    const B: Peer<'_> = Peer { authority: "b", near: Nearness::Public };
    const OWN: Peer<'_> = Peer { authority: "own", near: Nearness::Machine };

    fn down(connectivity: &Connectivity<u8>, now: u64) -> bool {
        connectivity.is_down(now, ["a", "b"].into_iter())
    }

    /// Both servers are lost at this time.
    fn cut(now: u64) -> Connectivity<u8> {
        let mut connectivity = Connectivity::default();
        connectivity.lost(now, now, A, 1);
        connectivity.lost(now, now, B, 2);
        connectivity
    }

    #[test]
    fn the_line_is_down_when_every_place_is_lost_at_once() {
        let mut connectivity = Connectivity::default();
        connectivity.lost(0, 0, A, 1);
        assert!(!down(&connectivity, 0), "one alone is its own");
        connectivity.lost(30, 30, B, 2);
        assert!(down(&connectivity, 30) && !connectivity.is_down(30, ["a", "b", "c"].into_iter()));
        assert!(!down(&connectivity, 30 + SPEAKS_MS), "long ago says nothing");
    }

    #[test]
    fn connections_lost_together_are_blamed_once() {
        let mut connectivity = Connectivity::default();
        (0..6).for_each(|i| connectivity.lost(50 + i, i, A, 1));
        assert_eq!(connectivity.answered(60, B), [1]);
        connectivity.lost(70, 60, A, 1);
        connectivity.lost(90, 80, A, 1);
        assert_eq!(connectivity.answered(100, B), [1, 1], "one after the other");
    }

    #[test]
    fn servers_are_lost_since_the_last_of_them_first_was() {
        let both = |connectivity: &Connectivity<u8>| connectivity.lost_since(["a", "b"].into_iter());
        let mut connectivity = Connectivity::default();
        connectivity.lost(10, 10, A, 1);
        assert_eq!(both(&connectivity), None);
        connectivity.lost(30, 30, B, 2);
        connectivity.lost(900, 900, A, 1);
        assert_eq!(both(&connectivity), Some(30));
    }

    #[test]
    fn an_answer_to_a_later_send_proves_the_line_is_up() {
        let mut connectivity = Connectivity::default();
        connectivity.lost(5, 0, A, 1);
        assert_eq!(connectivity.answered(5, B), [1], "so it was that one's own");
        connectivity.lost(20, 20, B, 2);
        assert!(!down(&connectivity, 20));
    }

    #[test]
    fn an_answer_to_an_earlier_send_proves_nothing() {
        let mut connectivity = Connectivity::default();
        connectivity.lost(10, 0, A, 1);
        connectivity.lost(20, 0, B, 2);
        assert!(connectivity.answered(9, B).is_empty() && down(&connectivity, 20));
        assert_eq!(connectivity.answered(15, B), [1], "the other one was lost later");
        assert!(!down(&connectivity, 20));
    }

    #[test]
    fn an_answer_from_a_lost_place_brings_the_line_back() {
        let mut connectivity = cut(10);
        assert!(!connectivity.answered_while_down(20, 9, A) && down(&connectivity, 20));
        connectivity.lost(30, 25, A, 1);
        assert!(!connectivity.answered_while_down(40, 25, A), "it was lost since");
        assert!(connectivity.answered_while_down(40, 25, B) && !down(&connectivity, 40));
        assert_eq!(connectivity.due(9_999), Vec::<u8>::new());
    }

    #[test]
    fn sends_before_the_offline_event_do_not_bring_it_back() {
        let mut connectivity = Connectivity::<u8>::default();
        connectivity.says(100, false);
        assert!(!connectivity.answered_while_down(120, 99, A));
        assert!(connectivity.answered_while_down(120, 100, A), "the browser is wrong");
    }

    #[test]
    fn local_places_prove_nothing_about_remote_ones() {
        let mut connectivity = cut(10);
        connectivity.lost(10, 10, OWN, 3);
        assert_eq!(connectivity.answered(20, OWN), [3]);
        assert!(down(&connectivity, 20));
        connectivity.lost(30, 30, OWN, 3);
        assert!(connectivity.answered_while_down(50, 40, OWN) && down(&connectivity, 50), "it is back for that one");
        assert_eq!(connectivity.answered(50, A), [1, 2]);
    }

    #[test]
    fn sends_in_flight_while_it_was_down_blame_nobody() {
        let mut connectivity = cut(0);
        assert!(connectivity.answered_while_down(5_000, 4_900, A));
        assert!(connectivity.wake().is_none());
        assert!(
            !connectivity.may_blame(4_999) && connectivity.may_blame(5_000 + SETTLES_MS) && !down(&connectivity, 5_000)
        );
        assert!(!connectivity.says(6_000, false) && !connectivity.may_blame(6_000) && down(&connectivity, 6_000));
        assert!(connectivity.says(7_000, true) && !connectivity.may_blame(6_500) && !down(&connectivity, 7_000));
    }

    #[test]
    fn losses_on_its_return_mean_down_again_and_blame_nobody() {
        let mut connectivity = Connectivity::default();
        assert!(!connectivity.says(0, false) && connectivity.says(10, true));
        connectivity.lost(20, 15, A, 1);
        connectivity.lost(20, 15, B, 2);
        assert!(down(&connectivity, 20) && connectivity.wake().is_none());
    }

    #[test]
    fn blame_waits_for_a_second() {
        let mut connectivity = Connectivity::default();
        connectivity.lost(0, 0, A, 1);
        assert_eq!(connectivity.wake(), Some(GRACE_MS));
        assert_eq!((connectivity.due(GRACE_MS - 1), connectivity.due(GRACE_MS)), (vec![], vec![1]));
        assert_eq!(connectivity.wake(), None);
    }
}
