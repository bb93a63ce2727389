//! The order in which a request tries the lanes of its chain, and how long it waits for each.

use super::chain::Chain;
use super::lane::Lane;
use crate::endpoint::EndpointKey;
use crate::health::{Check, Health};
use crate::named::{Named, Tag};
use crate::race::LanePlan;
use crate::room::Room;
use crate::route::{Spec, Weight};
use crate::settings::Mode;

/// Hedge delay of an unknown lane, in ms.
const UNKNOWN_HEDGE_MS: u64 = 250;
/// Bounds of the hedge delay, in ms (see `docs/adr/0003-hedge-delay.md`).
const HEDGE_MS: (u64, u64) = (12, 1_000);
/// The quantile after which a hedge is worth its cost.
const HEDGE_QUANTILE: f64 = 0.95;
/// Number of samples from which that quantile is meaningful.
const HEDGE_SAMPLES: f64 = 20.0;
/// A quantile is exact to one bucket of the sketch. An eighth is added, so that only late answers are hedged.
const HEDGE_STEP: u64 = 8;
/// A tail thicker than this many medians (plus [`HEDGE_SLACK_MS`]) does not make the delay longer.
const HEDGE_MEDIANS: u64 = 3;
/// See [`HEDGE_MEDIANS`], in ms.
const HEDGE_SLACK_MS: u64 = 30;
/// Bytes of parameters that a person's connection uploads in one ms: 16 Mbit/s. A large request is not late while it
/// is still being uploaded, and hedging it would only crowd the connection more.
const UPLOAD_BYTES_PER_MS: u64 = 2_000;
/// Number of samples from which a median is meaningful.
const RANK_SAMPLES: f64 = 4.0;
/// A request in the tail costs as much as this many medians, because it takes a hedge or waits for a timeout.
const TAIL_MEDIANS: f64 = 20.0;
/// Silence counts as a fault after this many hedge delays, within [`TIMEOUT_MS`].
const TIMEOUT_DELAYS: u64 = 8;
/// Shortest timeout of an attempt, in ms.
const TIMEOUT_MS: u64 = 2_000;
/// Hedge delay of methods that take seconds on every lane, in ms. A second run is expensive and seldom faster.
const SLOW_HEDGE_MS: u64 = 10_000;
/// Hedge delay of the wallet lane, in ms: wallets queue and ask their own server.
const WALLET_HEDGE_MS: u64 = 800;
/// A challenger takes the first place if it is faster by this share …
const BETTER_PERCENT: u64 = 85;
/// … and by this many ms. Otherwise the order would change with every sample.
const BETTER_MS: u64 = 3;
/// Tier of a lane that has not shown the block that a request names, but may have it.
const UNSHOWN: u8 = 2;
/// Tier of a lane behind the best head. Lanes in the tiers above rest, or have not been checked.
const BEHIND: u8 = 3;
/// Tier of a lane that is further behind than a page may be shown.
const FAR_BEHIND: u8 = 4;
/// `latest` reads of a page that follow each other within this many ms stay on one lane …
const AFFINITY_MS: u64 = 500;
/// … for at most this many ms. Otherwise a page that never pauses would stay forever on a lane that once won a hedge.
const OPERATION_MS: u64 = 1_000;
/// An operation reads its nonce, gas and call one by one or together. More reads than this waiting at once mean that a
/// page is loading. It does not need a single lane; it needs the best one.
pub(crate) const OPERATION_READS: usize = 4;

/// A lane of one race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LaneRef {
    Endpoint(EndpointKey),
    Wallet,
}

/// The lane that a page's `latest` reads are on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastLane {
    key: EndpointKey,
    /// When the page's operation began, in ms.
    since: u64,
    /// When it last answered, in ms.
    at: u64,
}

impl LastLane {
    /// The value to keep after the lane `key` has answered.
    pub(crate) fn next(last: Option<&LastLane>, key: EndpointKey, now: u64) -> LastLane {
        let same = last.filter(|last| last.key == key && last.at + AFFINITY_MS > now);
        LastLane { key, since: same.map_or(now, |last| last.since), at: now }
    }

    /// Whether the page's operation is still going on.
    fn holds(&self, now: u64) -> bool {
        self.at + AFFINITY_MS > now && self.since + OPERATION_MS > now
    }
}

/// The request that lanes are ranked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) spec: &'static Spec,
    /// Whether the answer depends on the newest block.
    pub(crate) latest: bool,
    /// Highest block number the page has been shown.
    pub(crate) floor: u64,
    /// Whether a wallet can be asked.
    pub(crate) wallet: bool,
    /// How the page's own wallet has performed. Other pages' wallets say nothing about it.
    pub(crate) wallet_health: Option<&'a Health>,
    /// Whether the wallet's own node knows best, because only it has seen what the wallet has just sent.
    pub(crate) own_node: bool,
    /// The lane that answered the page's last `latest` read.
    pub(crate) last_lane: Option<LastLane>,
    /// JSON-RPC method.
    pub(crate) method: &'a str,
    /// Size of its parameters.
    pub(crate) bytes: usize,
    /// Blocks that the request names by number.
    pub(crate) named: Option<Named>,
    /// The tag that it names, if not every lane knows that tag.
    pub(crate) rare: Option<Tag>,
    /// When every attempt must have ended, in ms.
    pub(crate) deadline_ms: u64,
    /// Which lanes have a free slot, if that matters.
    pub(crate) free: Option<Free<'a>>,
}

/// Which lanes have a slot for one more request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Free<'a> {
    pub(crate) room: &'a Room,
    pub(crate) share: u32,
    /// How many requests of the share wait, including this one.
    pub(crate) waiting: usize,
    /// Whether it has waited so long that a worse lane is better than none.
    pub(crate) long: bool,
    /// The lane whose batch it should join. Then no other lane has room for it.
    pub(crate) joins: Option<EndpointKey>,
}

impl Free<'_> {
    fn has(&self, now: u64, lane: &Lane) -> bool {
        match self.joins {
            Some(key) => lane.key == key,
            None => lane.dark || self.room.is_free(now, &lane.authority, self.share),
        }
    }
}

impl Chain {
    /// The lanes in the order in which they are tried, and how long the race waits for each.
    pub(crate) fn rank(&mut self, now: u64, wanted: Wanted<'_>) -> (Vec<LaneRef>, Vec<LanePlan>) {
        let order = self.order(now, wanted);
        let mut refs: Vec<LaneRef> =
            order.iter().filter_map(|i| self.lanes.get(*i)).map(|l| LaneRef::Endpoint(l.key)).collect();
        if wanted.wallet {
            refs.insert(self.wallet_place(now, &order, wanted).min(refs.len()), LaneRef::Wallet);
        }
        let mut plans: Vec<LanePlan> = refs.iter().map(|lane| self.plan(*lane, wanted)).collect();
        self.hold_back_last_resorts(now, &refs, &mut plans, wanted);
        (refs, plans)
    }

    /// A lane that is behind would win a hedge with an old answer, and one that rests would waste the hedge. If any
    /// lane works, they are asked only after it has failed.
    fn hold_back_last_resorts(&self, now: u64, refs: &[LaneRef], plans: &mut [LanePlan], wanted: Wanted<'_>) {
        let is_last_resort = |lane: &LaneRef| match lane {
            LaneRef::Wallet => false,
            LaneRef::Endpoint(key) => self.lane(*key).is_none_or(|l| self.tier(now, l, wanted) >= BEHIND),
        };
        for (pair, plan) in refs.windows(2).zip(plans) {
            if let [lane, next] = pair
                && !is_last_resort(lane)
                && is_last_resort(next)
            {
                plan.hedge_ms = plan.timeout_ms;
            }
        }
    }

    /// The wallet is last until it has been measured. Then its speed decides, but it is never first, because its
    /// ground is not known and most wallets ask the same company. It comes before lanes that rest or have not been
    /// checked. So if all lanes are dark, the page at once gets what it would get without Breakwater.
    fn wallet_place(&self, now: u64, order: &[usize], wanted: Wanted<'_>) -> usize {
        let works = |i: &usize| self.lanes.get(*i).is_some_and(|l| l.ready() && l.health.resting(now).is_none());
        let last = match self.mode {
            Mode::Guard => order.iter().rposition(works).map_or(0, |at| at + 1),
            _ => order.len(),
        };
        let known = wanted.wallet_health.filter(|health| health.is_measured() && health.resting(now).is_none());
        match (self.mode, known.and_then(|health| health.p50(wanted.spec.weight))) {
            (Mode::Rescue, _) => 0,
            _ if wanted.own_node => 0,
            (_, None) => last,
            (_, Some(wallet)) => {
                let before = |lane: &Lane| {
                    self.tier(now, lane, wanted) == 0
                        && lane.health.p50(wanted.spec.weight).is_none_or(|p50| p50 <= wallet)
                };
                let rest = order.iter().skip(1).filter_map(|i| self.lanes.get(*i));
                last.min(1 + rest.take_while(|lane| before(lane)).count())
            }
        }
    }

    /// The first lane by health, freshness and speed. After it, lanes on different ground come before lanes on the
    /// same ground.
    fn order(&mut self, now: u64, wanted: Wanted<'_>) -> Vec<usize> {
        let weight = wanted.spec.weight;
        let fastest = self.lanes.iter().filter_map(|l| rank_ms(&l.health, weight)).min().unwrap_or(0);
        // Unknown does not mean bad: such a lane counts as the fastest, so that the person's own order decides.
        let score = |lane: &Lane| rank_ms(&lane.health, weight).unwrap_or(fastest);
        let mut order = self.serving(wanted.spec);
        order.sort_by_key(|i| self.lanes.get(*i).map(|l| (self.tier(now, l, wanted), score(l), *i)));
        self.keep_first(now, wanted, &mut order, score);
        if let Some(at) = self.first_free(now, &order, wanted)
            && let Some(front) = order.get_mut(..=at)
        {
            front.rotate_right(1);
        }
        let Some(first) = order.first().and_then(|i| self.lanes.get(*i)).map(|l| l.ground.clone()) else {
            return order;
        };
        if let Some(rest) = order.get_mut(1..) {
            rest.sort_by_key(|i| {
                self.lanes.get(*i).map(|l| (self.tier(now, l, wanted), first.apart(&l.ground) == 0, score(l), *i))
            });
        }
        order
    }

    /// The first lane stays first until another one is clearly better. `latest` reads of one page operation stay on one
    /// lane.
    fn keep_first(&mut self, now: u64, wanted: Wanted<'_>, order: &mut [usize], score: impl Fn(&Lane) -> u64) {
        let Some(best) = order.first().and_then(|i| self.lanes.get(*i)) else { return };
        let (tier, fast, mut key) = (self.tier(now, best, wanted), score(best), best.key);
        let near = |held: &Lane| {
            self.tier(now, held, wanted) == tier
                && (fast * 100 >= score(held) * BETTER_PERCENT || fast + BETTER_MS >= score(held))
        };
        let slot = self.first.get(wanted.spec.weight as usize).copied().flatten();
        if let Some(held) = slot.and_then(|held| self.lane(held)).filter(|l| near(l)) {
            key = held.key;
        }
        if let Some(slot) = self.first.get_mut(wanted.spec.weight as usize) {
            *slot = Some(key);
        }
        let recent = wanted.last_lane.filter(|last| wanted.latest && last.holds(now));
        if let Some(last) = recent.and_then(|last| self.lane(last.key))
            && last.enabled()
            && self.tier(now, last, wanted) == tier
        {
            key = last.key;
        }
        if let Some(at) = order.iter().position(|i| self.lanes.get(*i).is_some_and(|l| l.key == key))
            && let Some(front) = order.get_mut(..=at)
        {
            front.rotate_right(1);
        }
    }

    /// The position of the first lane with a free slot. A slower lane is worth it if waiting for the best one would
    /// take longer, because everything queued before has to go through that one first.
    fn first_free(&self, now: u64, order: &[usize], wanted: Wanted<'_>) -> Option<usize> {
        let (free, weight) = (wanted.free?, wanted.spec.weight);
        let best = order.first().and_then(|i| self.lanes.get(*i))?;
        let (tier, best_ms) = (self.tier(now, best, wanted), rank_ms(&best.health, weight).unwrap_or(0) as f64);
        let turns = free.waiting as f64 / free.room.limit(&best.authority);
        let patience = best_ms * (1.0 + turns);
        let soon = |lane: &Lane| rank_ms(&lane.health, weight).is_none_or(|ms| ms as f64 <= patience);
        let fits = |(at, lane): (usize, &Lane)| {
            let own = self.tier(now, lane, wanted);
            let good = own == tier && (at == 0 || soon(lane));
            // However long it waits, a lane that is behind does not replace one that is merely full.
            let any = free.long && (own == tier || !(BEHIND..=FAR_BEHIND).contains(&own));
            free.has(now, lane) && (good || any)
        };
        order.iter().map(|i| self.lanes.get(*i)).enumerate().position(|(at, lane)| lane.is_some_and(|l| fits((at, l))))
    }

    /// Lanes that may be asked this method.
    fn serving(&self, spec: &Spec) -> Vec<usize> {
        (0..self.lanes.len()).filter(|i| self.lanes.get(*i).is_some_and(|lane| lane.serves(spec))).collect()
    }

    /// Whether a queued request may begin.
    pub(crate) fn has_room(&self, now: u64, wanted: Wanted<'_>) -> bool {
        let mut order = self.serving(wanted.spec);
        let score = |lane: &Lane| rank_ms(&lane.health, wanted.spec.weight).unwrap_or(0);
        order.sort_by_key(|i| self.lanes.get(*i).map(|l| (self.tier(now, l, wanted), score(l), *i)));
        order.is_empty() || self.first_free(now, &order, wanted).is_some()
    }

    fn tier(&self, now: u64, lane: &Lane, wanted: Wanted<'_>) -> u8 {
        let lacks = self.has_not_shown(lane, wanted.named);
        if lane.health.resting(now).is_some() {
            6
        } else if lane.health.check != Check::Right {
            // The request would have to wait for the chain-id check, and the lane may be silent.
            5
        } else if (wanted.latest || lacks) && self.heads.behind(now, lane.head, 0) {
            FAR_BEHIND
        } else if wanted.latest && self.heads.behind(now, lane.head, wanted.floor) {
            // The lane is only a block or two below what the page has seen.
            BEHIND
        } else if lacks {
            UNSHOWN
        } else if lane.health.is_unable(now, wanted.method)
            || lane.lacking.has(now, wanted.rare)
            || wanted.named.is_some_and(|named| lane.health.is_lacking(now, wanted.method, named.oldest))
        {
            1
        } else {
            0
        }
    }

    fn plan(&self, lane: LaneRef, wanted: Wanted<'_>) -> LanePlan {
        let LaneRef::Endpoint(key) = lane else {
            return LanePlan { hedge_ms: WALLET_HEDGE_MS, timeout_ms: wanted.deadline_ms, wallet: true };
        };
        if wanted.spec.weight == Weight::Slow {
            return LanePlan { hedge_ms: SLOW_HEDGE_MS, timeout_ms: wanted.deadline_ms / 2, wallet: false };
        }
        let usual = self.lane(key).map_or(UNKNOWN_HEDGE_MS, |l| hedge_ms(&l.health, wanted.spec.weight));
        let hedge_ms = usual + wanted.bytes as u64 / UPLOAD_BYTES_PER_MS;
        let share = if wanted.spec.weight == Weight::Scan { 6 } else { 4 };
        let longest = (wanted.deadline_ms * share / 10).max(1);
        let timeout_ms = (hedge_ms * TIMEOUT_DELAYS).max(TIMEOUT_MS).min(longest);
        LanePlan { hedge_ms, timeout_ms, wallet: false }
    }
}

/// Silence after which a second lane is worth asking: the 95th percentile, but never so long that a thick tail raises
/// its own delay.
fn hedge_ms(health: &Health, weight: Weight) -> u64 {
    let (Some(p50), Some(p95)) = (health.p50(weight), health.quantile(weight, HEDGE_QUANTILE)) else {
        return UNKNOWN_HEDGE_MS;
    };
    let longest = longest_hedge_ms(p50);
    // With few samples the 95th percentile is the longest of them, and every other request would pass it.
    let usual = if health.samples(weight) < HEDGE_SAMPLES { longest } else { p95 + p95 / HEDGE_STEP };
    usual.min(longest).clamp(HEDGE_MS.0, HEDGE_MS.1)
}

fn longest_hedge_ms(p50: u64) -> u64 {
    p50 * HEDGE_MEDIANS + HEDGE_SLACK_MS
}

/// The value that a lane is ranked by, in ms: its median, plus more the thicker its tail is. By the median alone, a
/// lane whose every tenth answer takes seconds would stay first and use up the hedging budget.
fn rank_ms(health: &Health, weight: Weight) -> Option<u64> {
    // Chance makes answers late, never early. Among few samples, the fastest says most.
    let q = if health.samples(weight) < RANK_SAMPLES { 0.01 } else { 0.5 };
    let p50 = health.quantile(weight, q)?;
    Some((p50 as f64 * (1.0 + TAIL_MEDIANS * health.tail(longest_hedge_ms))).round() as u64)
}
