//! Which of the blocks that lanes show are believed, and for whom.

use super::chain::Chain;
use crate::endpoint::EndpointKey;
use crate::heads::{HIGHEST, Head, LEAP, NEAR};

impl Chain {
    /// A lane that was asked at this time has shown a block. Returns `false` if the block is not believed.
    pub(super) fn shown(&mut self, now: u64, asked: u64, key: EndpointKey, number: u64) -> bool {
        self.note_fall(now, asked, key, number);
        let best = self.heads.best().unwrap_or(0);
        let (leap, falls) = (self.heads.is_leap(now, number), number.saturating_add(LEAP) < best);
        let head = Head { number, at: now };
        let believed = number <= HIGHEST && !self.is_contradicted(key, head);
        if let Some(lane) = self.lane_mut(key) {
            // A block that this chain cannot have may belong to another chain.
            lane.doubted |= leap || falls;
            lane.claim = (!believed).then_some(number);
            if believed {
                (lane.head, lane.head_asked) = (Some(head), asked);
                lane.top = lane.top.max(number);
            }
        }
        if believed {
            self.heads.learn(now, number);
            self.disbelieve();
            self.surest = self.surest.max(self.sure());
        }
        believed
    }

    /// Whether two other lanes agree on a head so far below that the chain cannot have grown to this block, and no lane
    /// supports it. One other lane alone is not enough, because it may be stuck.
    fn is_contradicted(&self, key: EndpointKey, head: Head) -> bool {
        let others = || self.lanes.iter().filter(|l| l.key != key);
        let shown: Vec<Head> = others().filter(|l| l.ready()).filter_map(|l| l.head).collect();
        let beside = |number: u64| number.saturating_add(LEAP) >= head.number;
        let confirmed = shown.iter().any(|h| beside(h.number)) || others().filter_map(|l| l.claim).any(beside);
        let below: Vec<&Head> = shown.iter().filter(|h| h.grown(head.at).saturating_add(LEAP) < head.number).collect();
        let agree = below
            .iter()
            .enumerate()
            .any(|(at, one)| below.iter().skip(at + 1).any(|other| one.number.abs_diff(other.number) <= LEAP));
        agree && !confirmed
    }

    /// Stops believing a lane that was believed while it was the only one to answer. Now two others contradict it.
    fn disbelieve(&mut self) {
        let liars: Vec<EndpointKey> = self
            .lanes
            .iter()
            .filter(|l| l.head.is_some_and(|h| self.is_contradicted(l.key, h)))
            .map(|l| l.key)
            .collect();
        if liars.is_empty() {
            return;
        }
        for lane in self.lanes.iter_mut().filter(|l| liars.contains(&l.key)) {
            lane.claim = lane.head.take().map(|h| h.number);
            lane.doubted = true;
        }
        self.heads.only(self.lanes.iter().filter(|l| l.enabled()).filter_map(|l| l.head).collect());
    }

    /// The highest block that the chain can have by now according to its lanes; 0 if none has shown one.
    pub(crate) fn reach(&self, now: u64) -> u64 {
        let Some(best) = self.heads.best() else { return 0 };
        let near = self.lanes.iter().filter_map(|l| l.head).filter(|h| h.number.saturating_add(NEAR) >= best);
        let heard = near.map(|h| h.at).chain(self.heads.newest().map(|h| h.at)).max().unwrap_or(now);
        Head { number: best, at: heard }.grown(now).saturating_add(NEAR)
    }

    /// The newest block that does not depend on one lane alone: another lane confirms it, or the chain can have grown
    /// to it.
    pub(super) fn sure(&self) -> u64 {
        let mut heads: Vec<Head> = self.lanes.iter().filter(|l| l.enabled()).filter_map(|l| l.head).collect();
        heads.sort_by_key(|h| std::cmp::Reverse(h.number));
        let alone = self.lanes.iter().filter(|l| l.enabled()).count() < 2;
        match (heads.first(), heads.get(1)) {
            (Some(top), Some(next)) if top.number <= next.grown(top.at).saturating_add(NEAR) => top.number,
            (_, Some(next)) => next.number,
            (Some(top), None) if alone => top.number,
            _ => 0,
        }
    }

    /// The block that pages may have been shown before this life of the core, if any current lane makes it possible.
    pub(crate) fn floor(&self, now: u64) -> u64 {
        if self.floor <= self.reach(now) { self.floor } else { 0 }
    }

    /// The same for the next life of the core.
    pub(super) fn next_floor(&self, now: u64) -> u64 {
        let reach = self.reach(now);
        [self.floor, self.surest, self.sure()].into_iter().filter(|number| *number <= reach).max().unwrap_or(0)
    }
}
