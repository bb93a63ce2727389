//! How many sends a host of endpoints takes at once. A browser opens six connections to a host with HTTP/1.1. With
//! HTTP/2, which browsers only use over TLS, a host takes many more. The browser does not say which of the two it uses.
//!
//! So a host starts with six slots, or two dozen with TLS. While it is full and answers take as long as in quiet times,
//! the limit grows. Once they take longer, requests wait for each other somewhere. By Little's law, the number in
//! flight divided by how many times longer answers take is what the host does at once. That becomes the limit; after a
//! while more is tried again.
//!
//! No share owns more than three fifths of the slots, so that calls that never end leave room for others. As long as
//! the limit may still be six connections with quick answers, that is three fifths of six. The other slots are lent to
//! a share whose answers come in time while nobody else sends. A lent slot that is late is reclaimed when another share
//! needs it: a browser starts no request on a host whose connections are all in use, so that share would wait forever.
//!
//! The browser itself counts as one more host, and every send takes one of its slots, because each costs it some
//! milliseconds of processor time. When most hosts become slower at once, or messages of pages arrive late, the
//! browser or the person's connection is crowded. When a share joins others, each of them begins with a few slots of
//! the browser, and gets more while answers come in time (slow start, RFC 5681): the cost of a newcomer shows only
//! after a while.

use std::collections::BTreeMap;

use crate::route::{WEIGHTS, Weight};

/// Connections that a browser opens to one host by HTTP/1.1.
const FIRST: f64 = 6.0;
/// First limit of a host with TLS: most of them speak HTTP/2.
const FIRST_TLS: f64 = 24.0;
/// A limit that has grown to this cannot be six connections: with those, answers would take twice as long.
const MANY: f64 = 2.0 * FIRST;
/// Lowest limit of a host, however slow it is: a browser opens this many connections anyway …
const LEAST: f64 = 6.0;
/// … and highest limit: nobody needs more.
const MOST: f64 = 128.0;
/// First and lowest limit of the browser as a whole, for all shares together. A lone share has all of it, until the
/// browser turns out to be crowded.
const FIRST_IN_ALL: f64 = 12.0;
const LEAST_IN_ALL: f64 = 8.0;
/// What each share begins with when one more sends …
const FIRST_OF_SHARE: f64 = 3.0;
/// … and how long a send counts there, in ms: one that waits for a silent endpoint costs the browser nothing.
const COSTS_MS: u64 = 250;
/// Hosts that have answered within this many ms show whether the browser is crowded; at least two are needed.
const RECENT_MS: u64 = 1_000;
/// It is crowded when most of them take this many ms longer than in quiet times …
const DELAY_MS: f64 = 8.0;
/// … or when messages of pages arrive this many ms late, because all of them pass one pipe of the browser.
const UNHEARD_MS: f64 = 30.0;
/// The part of a limit that one share may have …
const SHARE: f64 = 0.6;
/// … and a minimum for it, whatever others have in flight: a limit that has shrunk is not for them alone.
const OWN: usize = 2;
/// The rest is lent when nobody else has sent for this many ms …
const LATELY_MS: u64 = 250;
/// … and for the browser as a whole, this many ms: while it is crowded, a page's requests take some time to arrive.
const LATELY_IN_ALL_MS: u64 = 2_000;
/// A send that has been in flight for more than this many quiet times is late. Nothing more is lent to its share, and
/// if its own slot was lent, that is reclaimed.
const LATE: f64 = 5.0;
/// Answers that take longer than this many quiet times have waited for others …
const CROWDED: f64 = 1.35;
/// … and up to this many quiet times are chance.
const CHANCE: f64 = 1.1;
/// This many answers are judged together …
const LAST: f64 = 6.0;
/// … and this many must be seen before a limit is set: the first late ones show how late, not how many are too many.
const SURE: u32 = 12;
/// How long a limit that was found holds, in ms.
const HOLDS_MS: u64 = 30_000;
/// A delay that means nothing, in ms: a busy machine is this late by itself.
const SLACK_MS: f64 = 4.0;

/// Sends in flight, by host.
#[derive(Debug, Clone)]
pub struct Room {
    /// The browser.
    all: HostSlots,
    hosts: BTreeMap<String, HostSlots>,
    sends: BTreeMap<u64, Taken>,
    /// How late the last messages of pages arrived, in ms, and when the last one did.
    unheard: (f64, u64),
    /// Slots of the browser that each share may have while several send.
    begun: f64,
}

impl Default for Room {
    fn default() -> Self {
        let all = HostSlots {
            limit: FIRST_IN_ALL,
            least: LEAST_IN_ALL,
            most: MOST,
            at_once: FIRST_IN_ALL,
            ..HostSlots::new("")
        };
        Room { all, hosts: BTreeMap::new(), sends: BTreeMap::new(), unheard: (0.0, 0), begun: FIRST_OF_SHARE }
    }
}

/// One send's slot.
#[derive(Debug, Clone)]
struct Taken {
    host: String,
    share: u32,
    weight: Weight,
    /// When it was sent, in ms.
    sent: u64,
    /// How many were in flight with it.
    out: f64,
    /// Whether its share had already used all of its own slots.
    lent: bool,
}

/// The last answers of a host.
#[derive(Debug, Clone, Copy)]
struct Lately {
    /// How many quiet times they took …
    times: f64,
    /// … and how much longer than one, ms.
    delay: f64,
    /// When the last one came, ms.
    at: u64,
}

impl Taken {
    /// How long it has been in flight, in ms.
    fn ms(&self, now: u64) -> f64 {
        now.saturating_sub(self.sent) as f64
    }
}

#[derive(Debug, Clone)]
struct HostSlots {
    limit: f64,
    /// Bounds of the limit.
    least: f64,
    most: f64,
    /// Until when the limit that was found holds, in ms.
    holds: u64,
    out: usize,
    shares: BTreeMap<u32, usize>,
    /// The last share that sent and the one before it, each with the time of its last send, in ms.
    last: [Option<(u32, u64)>; 2],
    /// How long an answer takes in quiet times, by weight, in ms.
    quiet: [Option<f64>; WEIGHTS],
    /// How many quiet times the last answers took since the limit was found …
    times: f64,
    /// … and how many of those answers were late.
    crowded: u32,
    /// The same for all answers, regardless of the limit.
    lately: Lately,
    /// How many requests the host does at once, according to them.
    at_once: f64,
}

impl HostSlots {
    /// Made from an origin, `scheme://host:port`. Without TLS there is no HTTP/2.
    fn new(place: &str) -> Self {
        let (limit, most) = if place.starts_with("https:") { (FIRST_TLS, MOST) } else { (FIRST, FIRST) };
        let (shares, last, quiet) = (BTreeMap::new(), [None; 2], [None; WEIGHTS]);
        let (times, lately) = (1.0, Lately { times: 1.0, delay: 0.0, at: 0 });
        HostSlots {
            limit,
            least: LEAST,
            most,
            holds: 0,
            out: 0,
            shares,
            last,
            quiet,
            times,
            crowded: 0,
            lately,
            at_once: limit,
        }
    }
}

impl HostSlots {
    fn of_share(&self) -> usize {
        let certain = if self.limit < MANY { FIRST } else { self.limit };
        (certain * SHARE).round() as usize
    }

    /// The most a share may have in flight, including lent slots.
    fn with_lent(&self) -> usize {
        (self.limit.round() as usize).max(self.of_share())
    }

    /// How long a send may be in flight before it is late, in ms.
    fn late_ms(&self, weight: Weight) -> Option<f64> {
        self.quiet.get(weight as usize).copied().flatten().map(|ms| (ms + SLACK_MS) * LATE)
    }

    fn shares_out(&self, share: u32) -> usize {
        self.shares.get(&share).copied().unwrap_or(0)
    }

    /// Whether nobody else has sent lately.
    fn is_alone(&self, now: u64, share: u32, lately_ms: u64) -> bool {
        // The core's own sends are few, and can wait.
        let other = |other: u32| other != share && other != 0;
        let lately = |(share, at): &(u32, u64)| other(*share) && at + lately_ms > now;
        !self.shares.keys().any(|share| other(*share)) && !self.last.iter().flatten().any(lately)
    }

    fn sends(&mut self, now: u64, share: u32) {
        // The core's own sends must not hide those of others.
        if share == 0 {
            return;
        }
        let [last, before] = self.last;
        let other = if last.is_some_and(|(last, _)| last == share) { before } else { last };
        self.last = [Some((share, now)), other];
    }

    fn quiet(&mut self, weight: Weight, ms: f64) -> f64 {
        let Some(known) = self.quiet.get_mut(weight as usize) else { return ms };
        let quiet = known.get_or_insert(ms);
        // It follows faster answers quickly and slower ones slowly.
        *quiet += (ms - *quiet) / if ms < *quiet { 4.0 } else { 64.0 };
        *quiet
    }

    fn answered(&mut self, now: u64, taken: &Taken, weight: Weight, ms: f64) {
        let quiet = self.quiet(weight, ms) + SLACK_MS;
        // A node on this machine answers within the same millisecond.
        let (times, Lately { times: before, delay, .. }) = (ms.max(SLACK_MS) / quiet, self.lately);
        let (times_now, delay) = (before + (times - before) / LAST, delay + (ms - quiet - delay) / LAST);
        self.lately = Lately { times: times_now, delay, at: now };
        // A host that is not full says nothing about its limit. With other shares present, the limit does not grow.
        if self.out >= self.with_lent() {
            let alone = self.shares.keys().all(|share| *share == taken.share);
            self.adapt(now, taken.out, times, alone);
        }
    }

    /// This many were in flight and took this many quiet times.
    fn adapt(&mut self, now: u64, out: f64, times: f64, may_grow: bool) {
        if now < self.holds {
            return;
        }
        self.times += (times - self.times) / LAST;
        self.at_once += (out / times * CHANCE - self.at_once) / LAST;
        if self.times <= CROWDED {
            self.limit = (self.limit + if may_grow { 1.0 } else { 0.0 }).min(self.most);
            self.crowded = 0;
            return;
        }
        self.crowded += 1;
        if self.crowded == SURE {
            (self.limit, self.holds) = (self.at_once.clamp(self.least, self.limit), now + HOLDS_MS);
            (self.times, self.crowded, self.at_once) = (1.0, 0, self.limit);
        }
    }

    /// Whether a share may have one more slot, its own or a lent one.
    fn is_free(&self, share: u32, lends: impl FnOnce() -> bool) -> bool {
        let (out, mine) = (self.out as f64, self.shares_out(share));
        let own = mine < self.of_share() || mine < self.with_lent() && lends();
        out < self.limit && own || mine < OWN && out < 2.0 * self.limit
    }

    /// Whether a share is another one than those that have sent lately.
    fn is_new(&self, now: u64, share: u32) -> bool {
        let known = |(known, at): &(u32, u64)| *known == share && at + LATELY_IN_ALL_MS > now;
        share != 0 && !self.shares.contains_key(&share) && !self.last.iter().flatten().any(known)
    }

    /// Whether the browser may do one more for a share. Unlike a host, it just does excess sends later.
    fn has_time(&self, now: u64, share: u32, may_begin: impl FnOnce() -> bool) -> bool {
        let all = if now < self.holds { self.limit } else { self.most };
        let mine = self.shares_out(share);
        let alone = || (mine as f64) < all && self.is_alone(now, share, LATELY_IN_ALL_MS);
        mine < self.of_share() && may_begin() || alone()
    }

    fn take(&mut self, now: u64, share: u32) {
        self.out += 1;
        *self.shares.entry(share).or_default() += 1;
        self.sends(now, share);
    }

    fn give_back(&mut self, share: u32) {
        self.out = self.out.saturating_sub(1);
        if let Some(out) = self.shares.get_mut(&share) {
            *out -= 1;
            if *out == 0 {
                self.shares.remove(&share);
            }
        }
    }
}

impl Room {
    /// Whether a share may have one more send in flight to a host.
    pub fn is_free(&self, now: u64, host: &str, share: u32) -> bool {
        let lends = || self.may_borrow(now, host, share);
        self.all.has_time(now, share, || self.begins(now, share))
            && self.hosts.get(host).is_none_or(|known| known.is_free(share, lends))
    }

    /// Whether a share that is not alone has less under way than it may have so far.
    fn begins(&self, now: u64, share: u32) -> bool {
        let costs = |taken: &&Taken| taken.share == share && taken.sent + COSTS_MS > now;
        (self.sends.values().filter(costs).count() as f64) < self.begun.floor()
    }

    /// When a share that is not alone may have more without any send ending, in ms: one of its sends no longer counts as
    /// begun, or the others have sent nothing for a while.
    pub fn frees_at(&self, now: u64) -> Option<u64> {
        let alone = |share: u32| self.all.is_alone(now, share, LATELY_IN_ALL_MS);
        let counts = self.sends.values().filter(|taken| !alone(taken.share)).map(|taken| taken.sent + COSTS_MS);
        let lately = self.all.last.iter().flatten().map(|(_, at)| at + LATELY_IN_ALL_MS);
        counts.chain(lately).filter(|at| *at > now).min()
    }

    /// Whether a share is alone on a host and its answers come in time.
    fn may_borrow(&self, now: u64, host: &str, share: u32) -> bool {
        let Some(known) = self.hosts.get(host).filter(|known| known.is_alone(now, share, LATELY_MS)) else {
            return false;
        };
        let late = |taken: &Taken| known.late_ms(taken.weight).is_none_or(|ms| taken.ms(now) > ms);
        !self.sends.values().any(|taken| taken.share == share && taken.host == host && late(taken))
    }

    /// Whether nobody else has asked for anything lately.
    pub fn is_alone(&self, now: u64, share: u32) -> bool {
        self.all.is_alone(now, share, LATELY_IN_ALL_MS)
    }

    /// How many sends a host takes at once.
    pub fn limit(&self, host: &str) -> f64 {
        self.hosts.get(host).map_or_else(|| HostSlots::new(host).limit, |h| h.limit)
    }

    /// One more send is in flight.
    pub fn take(&mut self, now: u64, send: u64, host: &str, share: u32, weight: Weight) {
        let known = self.hosts.entry(host.to_owned()).or_insert_with(|| HostSlots::new(host));
        let lent = known.shares_out(share) >= known.of_share();
        known.take(now, share);
        if self.all.is_new(now, share) {
            self.begun = FIRST_OF_SHARE;
        }
        self.all.take(now, share);
        self.sends.insert(send, Taken { host: host.to_owned(), share, weight, sent: now, out: known.out as f64, lent });
    }

    /// Whether a send has more than its share's own slots.
    pub fn is_lent(&self, send: u64) -> bool {
        self.sends.get(&send).is_some_and(|taken| taken.lent)
    }

    /// Sends in a lent slot that are late while another share sends. Each is reported once.
    pub fn call_back(&mut self, now: u64) -> Vec<u64> {
        let due = |taken: &Taken| self.back_at(taken).is_some_and(|at| now >= at);
        let late: Vec<u64> = self.sends.iter().filter(|(_, taken)| due(taken)).map(|(send, _)| *send).collect();
        for send in &late {
            self.sends.get_mut(send).into_iter().for_each(|taken| taken.lent = false);
        }
        late
    }

    /// When the next lent slot is reclaimed, in ms.
    pub fn wake(&self) -> Option<u64> {
        self.sends.values().filter_map(|taken| self.back_at(taken)).min()
    }

    fn back_at(&self, taken: &Taken) -> Option<u64> {
        let host = self.hosts.get(&taken.host).filter(|_| taken.lent)?;
        // The core's own sends are few, and can wait.
        host.shares.keys().find(|other| **other != taken.share && **other != 0)?;
        let late = host.late_ms(taken.weight)?;
        Some(taken.sent + late.ceil() as u64)
    }

    /// A send has ended, however it did.
    pub fn give_back(&mut self, send: u64) {
        let Some(taken) = self.sends.remove(&send) else { return };
        self.all.give_back(taken.share);
        self.hosts.get_mut(&taken.host).into_iter().for_each(|known| known.give_back(taken.share));
    }

    /// A page's message arrived this many ms late.
    pub fn heard(&mut self, now: u64, late_ms: u64) {
        let (known, at) = self.unheard;
        let known = if at + RECENT_MS > now { known } else { 0.0 };
        self.unheard = (known + (late_ms as f64 - known) / LAST, now);
    }

    /// A send was answered after this many ms. Must be called before its slot is released.
    pub fn answered(&mut self, now: u64, send: u64, weight: Weight, ms: u64) {
        let Room { all, hosts, sends, unheard, begun } = self;
        if let Some(taken) = sends.get(&send)
            && let Some(known) = hosts.get_mut(&taken.host)
        {
            known.answered(now, taken, weight, ms as f64);
            let recent: Vec<Lately> = hosts.values().map(|h| h.lately).filter(|l| l.at + RECENT_MS > now).collect();
            let late: Vec<f64> = recent.iter().filter(|l| l.delay > DELAY_MS).map(|l| l.times).collect();
            // A host that was never asked in quiet times has no quiet time to compare with.
            let crowded = late.len() > 1 && 2 * late.len() >= recent.len();
            // The quickest host shows it best.
            let in_time = late.is_empty() && unheard.0 <= UNHEARD_MS;
            let by_hosts = if crowded { late.into_iter().fold(1.0, f64::max) } else { 1.0 };
            let unheard = if unheard.1 + RECENT_MS > now { unheard.0 } else { 0.0 };
            let light = hosts.values().filter_map(|h| h.quiet.get(Weight::Light as usize).copied().flatten());
            let quiet = light.fold(f64::MAX, f64::min);
            let by_pages = if unheard > UNHEARD_MS { 1.0 + unheard / (quiet + SLACK_MS) } else { 1.0 };
            let times = by_hosts.max(by_pages);
            // A little late is too late to give shares more.
            let step = if times > CROWDED { -1.0 } else { f64::from(u8::from(in_time)) };
            *begun = (*begun + step / f64::from(SURE)).clamp(FIRST_OF_SHARE, MOST);
            if all.out as f64 >= all.least {
                all.adapt(now, all.out as f64, times, all.out as f64 >= all.limit);
            }
        }
    }

    /// The host says that it gets too many requests.
    pub fn refused(&mut self, now: u64, send: u64) {
        let Room { hosts, sends, .. } = self;
        if let Some(known) = sends.get(&send).and_then(|taken| hosts.get_mut(&taken.host)) {
            (known.limit, known.holds) = ((known.limit * 0.8).max(LEAST), now + HOLDS_MS);
        }
    }
}

#[cfg(test)]
mod tests;
