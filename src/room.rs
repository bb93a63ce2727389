//! How much a host of endpoints takes at once. A browser opens six connections to a host that speaks HTTP/1.1; by
//! HTTP/2, which browsers speak by TLS alone, a host takes many more at once. Which of the two it speaks is not told.
//!
//! So a host begins with six, by TLS with two dozen. While it is full and answers take as long as in quiet times, more are let out; once
//! they take longer, requests wait for each other somewhere, and by Little's law what is out over how much longer it
//! takes is what the host does at once. That is the limit from then on; after a while it is tried again.
//!
//! No share may have more than three fifths of it: calls that never end leave room for others. Of the rest one place is
//! lent to a share whose answers come in time, while nobody else sends. No more: a browser begins nothing on a host
//! whose connections are all held, so that somebody who comes would wait for ever.

use std::collections::BTreeMap;

use crate::route::{WEIGHTS, Weight};

/// Connections that a browser opens to one host by HTTP/1.1.
const FIRST: f64 = 6.0;
/// What a host is given first by TLS: most speak HTTP/2.
const FIRST_TLS: f64 = 24.0;
/// A host takes this many at least, however slow it is: it is what a browser opens to it anyway …
const LEAST: f64 = 6.0;
/// … and nobody needs more.
const MOST: f64 = 128.0;
/// What one share may have of it …
const SHARE: f64 = 0.6;
/// … and this many whatever the others have out: a limit that has shrunk is not theirs alone.
const OWN: usize = 2;
/// So many places of the rest are lent …
const LENT: usize = 1;
/// … when nobody else has sent for so long, ms.
const LATELY_MS: u64 = 1_000;
/// Nothing is lent to a share one of whose sends has been out for more than so many quiet times.
const LATE: f64 = 5.0;
/// Answers that take longer than this many quiet times have waited for others …
const CROWDED: f64 = 1.35;
/// … and so many quiet times are what an answer takes by chance.
const CHANCE: f64 = 1.1;
/// So many answers are looked at together.
const LAST: f64 = 6.0;
/// How long a limit that was found holds, ms.
const HOLDS_MS: u64 = 30_000;
/// Time that says nothing, ms: a busy machine is that much late by itself.
const SLACK_MS: f64 = 4.0;

/// Sends on their way, by host.
#[derive(Debug, Clone, Default)]
pub struct Room {
    hosts: BTreeMap<String, Host>,
    sends: BTreeMap<u64, Taken>,
}

/// One send's place.
#[derive(Debug, Clone)]
struct Taken {
    host: String,
    share: u32,
    weight: Weight,
    /// When it was sent, ms.
    sent: u64,
    /// How many were out with it.
    out: f64,
    /// Whether its share had all of its own already.
    lent: bool,
}

#[derive(Debug, Clone)]
struct Host {
    limit: f64,
    /// Until when the limit that was found holds, ms.
    holds: u64,
    out: usize,
    shares: BTreeMap<u32, usize>,
    /// Which share sent last, and which one before it: each with the time of its last send, ms.
    last: [Option<(u32, u64)>; 2],
    /// What an answer takes in quiet times, by weight, ms.
    quiet: [Option<f64>; WEIGHTS],
    /// How many quiet times the last answers took.
    times: f64,
    /// What by them it does at once.
    at_once: f64,
}

impl Host {
    fn new(host: &str) -> Self {
        let limit = first(host);
        let (shares, last, quiet) = (BTreeMap::new(), [None; 2], [None; WEIGHTS]);
        Host { limit, holds: 0, out: 0, shares, last, quiet, times: 1.0, at_once: limit }
    }
}

/// By its place, `scheme://host:port`.
fn first(host: &str) -> f64 {
    if host.starts_with("https:") { FIRST_TLS } else { FIRST }
}

impl Host {
    fn of_share(&self) -> usize {
        (self.limit * SHARE).round() as usize
    }

    fn shares_out(&self, share: u32) -> usize {
        self.shares.get(&share).copied().unwrap_or(0)
    }

    /// Whether nobody else has sent lately.
    fn is_alone(&self, now: u64, share: u32) -> bool {
        let lately = |(other, at): &(u32, u64)| *other != share && at + LATELY_MS > now;
        self.shares.keys().all(|other| *other == share) && !self.last.iter().flatten().any(lately)
    }

    fn sends(&mut self, now: u64, share: u32) {
        let [last, before] = self.last;
        let other = if last.is_some_and(|(last, _)| last == share) { before } else { last };
        self.last = [Some((share, now)), other];
    }

    fn quiet(&mut self, weight: Weight, ms: f64) -> f64 {
        let Some(known) = self.quiet.get_mut(weight as usize) else { return ms };
        let quiet = known.get_or_insert(ms);
        // It follows what is faster soon and what is slower late.
        *quiet += (ms - *quiet) / if ms < *quiet { 4.0 } else { 64.0 };
        *quiet
    }

    fn answered(&mut self, now: u64, taken: &Taken, weight: Weight, ms: f64) {
        let times = ms / (self.quiet(weight, ms) + SLACK_MS);
        let full = self.shares_out(taken.share) >= self.of_share() || self.out as f64 >= self.limit;
        // What a host does that is not full says nothing of its limit. Beside others nobody tries for more.
        let alone = self.shares.keys().all(|share| *share == taken.share);
        if !full || now < self.holds {
            return;
        }
        self.times += (times - self.times) / LAST;
        self.at_once += (taken.out / times * CHANCE - self.at_once) / LAST;
        if self.times <= CROWDED {
            self.limit = (self.limit + if alone { 1.0 } else { 0.0 }).min(MOST);
        } else {
            (self.limit, self.holds) = (self.at_once.clamp(LEAST, self.limit), now + HOLDS_MS);
            (self.times, self.at_once) = (1.0, self.limit);
        }
    }
}

impl Room {
    /// Whether a share may have one more send out to a host.
    pub fn is_free(&self, now: u64, host: &str, share: u32) -> bool {
        let Some(known) = self.hosts.get(host) else { return true };
        let (out, limit, mine) = (known.out as f64, known.limit, known.shares_out(share));
        let own = mine < known.of_share() || mine < known.of_share() + LENT && self.may_borrow(now, host, share);
        out < limit && own || mine < OWN && out < 2.0 * limit
    }

    /// Whether a share is alone on a host and its answers come in time.
    fn may_borrow(&self, now: u64, host: &str, share: u32) -> bool {
        let Some(known) = self.hosts.get(host).filter(|known| known.is_alone(now, share)) else { return false };
        let late = |taken: &Taken| {
            let quiet = known.quiet.get(taken.weight as usize).copied().flatten();
            quiet.is_none_or(|ms| now.saturating_sub(taken.sent) as f64 > (ms + SLACK_MS) * LATE)
        };
        !self.sends.values().any(|taken| taken.share == share && taken.host == host && late(taken))
    }

    /// How many a host takes at once.
    pub fn limit(&self, host: &str) -> f64 {
        self.hosts.get(host).map_or_else(|| first(host), |h| h.limit)
    }

    /// One more send is out.
    pub fn take(&mut self, now: u64, send: u64, host: &str, share: u32, weight: Weight) {
        let known = self.hosts.entry(host.to_owned()).or_insert_with(|| Host::new(host));
        let lent = known.shares_out(share) >= known.of_share();
        known.out += 1;
        *known.shares.entry(share).or_default() += 1;
        known.sends(now, share);
        self.sends.insert(send, Taken { host: host.to_owned(), share, weight, sent: now, out: known.out as f64, lent });
    }

    /// Whether a send has more than its share's own places.
    pub fn is_lent(&self, send: u64) -> bool {
        self.sends.get(&send).is_some_and(|taken| taken.lent)
    }

    /// A send is over, whichever way.
    pub fn give_back(&mut self, send: u64) {
        let Some(taken) = self.sends.remove(&send) else { return };
        let Some(known) = self.hosts.get_mut(&taken.host) else { return };
        known.out = known.out.saturating_sub(1);
        if let Some(out) = known.shares.get_mut(&taken.share) {
            *out -= 1;
            if *out == 0 {
                known.shares.remove(&taken.share);
            }
        }
    }

    /// A send was answered after so many ms. To be told before its place is given back.
    pub fn answered(&mut self, now: u64, send: u64, weight: Weight, ms: u64) {
        let Room { hosts, sends } = self;
        if let Some(taken) = sends.get(&send)
            && let Some(known) = hosts.get_mut(&taken.host)
        {
            known.answered(now, taken, weight, ms as f64);
        }
    }

    /// The host says that it is too much.
    pub fn refused(&mut self, now: u64, send: u64) {
        let Room { hosts, sends } = self;
        if let Some(known) = sends.get(&send).and_then(|taken| hosts.get_mut(&taken.host)) {
            (known.limit, known.holds) = ((known.limit * 0.8).max(LEAST), now + HOLDS_MS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A host that works on `slots` requests at once, each for `ms` or a fifth more, under a share that always has
    /// more to ask. The limit after so many answers.
    fn run(slots: usize, ms: u64, answers: u64) -> f64 {
        let (mut room, mut now, mut sends) = (Room::default(), 0, 0);
        let mut free = vec![0; slots];
        let mut out = std::collections::BTreeMap::new();
        for id in 0.. {
            while room.is_free(now, "h", 1) {
                // Whoever comes waits for the slot that is free first.
                free.sort_unstable();
                let ends = now.max(free[0]) + ms + id * 7 % 5 * ms / 20;
                free[0] = ends;
                sends += 1;
                room.take(now, sends, "h", 1, Weight::Light);
                out.insert((ends, sends), now);
            }
            let Some(((ends, send), sent)) = out.pop_first() else { break };
            now = ends;
            room.answered(now, send, Weight::Light, now - sent);
            room.give_back(send);
            if id == answers {
                break;
            }
        }
        room.limit("h")
    }

    #[test]
    fn six_connections_stay_about_six() {
        for answers in [50, 100, 400, 3_000] {
            let limit = run(6, 50, answers);
            assert!((4.0..=10.0).contains(&limit), "{limit} after {answers}");
        }
    }

    #[test]
    fn a_host_that_takes_many_is_asked_many() {
        let limit = run(1_000, 50, 200);
        assert!(limit > 60.0, "{limit}");
    }

    #[test]
    fn one_share_leaves_room_for_others() {
        let mut room = Room::default();
        let held = (0..100).take_while(|send| {
            let free = room.is_free(0, "h", 1);
            if free {
                room.take(0, *send, "h", 1, Weight::Light);
            }
            free
        });
        assert_eq!(held.count(), 4, "of six");
        assert!(room.is_free(0, "h", 2) && room.is_free(0, "other", 1));
        room.give_back(0);
        assert!(room.is_free(0, "h", 1));
    }

    /// A host that answers after so many ms.
    fn used(ms: u64) -> Room {
        let mut room = Room::default();
        room.take(0, 1_000, "h", 1, Weight::Light);
        room.answered(ms, 1_000, Weight::Light, ms);
        room.give_back(1_000);
        room
    }

    #[test]
    fn nothing_is_lent_to_a_share_whose_answers_do_not_come() {
        let mut room = used(20);
        (1..=4).for_each(|send| room.take(0, send, "h", 1, Weight::Light));
        assert!(room.is_free(100, "h", 1));
        assert!(!room.is_free(200, "h", 1));
        assert!(room.is_free(200, "h", 2), "others have what is left");
    }

    #[test]
    fn who_is_alone_has_one_place_more() {
        let mut room = used(20);
        (1..=5).for_each(|send| {
            assert!(room.is_free(0, "h", 1));
            room.take(0, send, "h", 1, Weight::Light);
        });
        assert!(!room.is_free(0, "h", 1) && room.is_free(0, "h", 2), "one is left, whoever comes");
        assert_eq!((1..=5).filter(|send| room.is_lent(*send)).collect::<Vec<_>>(), [5]);
        (1..=5).for_each(|send| room.give_back(send));
        room.take(10, 7, "h", 2, Weight::Light);
        room.give_back(7);
        let later = 10 + LATELY_MS;
        (11..=14).for_each(|send| room.take(later - 1, send, "h", 1, Weight::Light));
        assert!(!room.is_free(later - 1, "h", 1), "it may be back soon");
        assert!(room.is_free(later, "h", 1));
    }

    #[test]
    fn a_host_that_refuses_is_asked_less() {
        let mut room = Room::default();
        room.take(0, 1, "h", 1, Weight::Light);
        (0..10).for_each(|_| room.refused(0, 1));
        assert_eq!(room.limit("h"), LEAST);
    }
}
