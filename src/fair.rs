//! A fair queue. Shares (the origins of pages) take turns, and so do the documents of a share. The one that has been
//! served least comes next. This is fair queueing by virtual time (Demers, Keshav and Shenker, 1989).
//!
//! A share that returns after a pause begins level with the others: it has neither credit nor debt.
//!
//! ```
//! use breakwater::fair::Fair;
//! let mut queue = Fair::default();
//! (0..100).for_each(|id| queue.push((1, 1), id, 1)); // a flood
//! queue.push((2, 7), 100, 1); // somebody else
//! let next = |queue: &mut Fair| queue.pop(|_, _| true);
//! assert_eq!((next(&mut queue), next(&mut queue)), (Some(0), Some(100)));
//! ```

use std::collections::{BTreeMap, VecDeque};

/// A share, and a document of it.
pub type QueueKey = (u32, u32);

/// Waiting items, by share and document.
#[derive(Debug, Clone, Default)]
pub struct Fair {
    /// The virtual time of the share served last, at which a new one begins.
    clock: u64,
    shares: BTreeMap<u32, ShareQueue>,
}

#[derive(Debug, Clone, Default)]
struct ShareQueue {
    served: u64,
    clock: u64,
    waiting: usize,
    documents: BTreeMap<u32, DocumentQueue>,
}

#[derive(Debug, Clone, Default)]
struct DocumentQueue {
    served: u64,
    /// Number and cost, oldest first.
    items: VecDeque<(u64, u64)>,
}

impl Fair {
    /// Adds an item to the end of its document's queue.
    pub fn push(&mut self, (share, document): QueueKey, id: u64, cost: u64) {
        let clock = self.clock;
        let share = self.shares.entry(share).or_insert_with(|| ShareQueue { served: clock, ..ShareQueue::default() });
        let clock = share.clock;
        let document = share
            .documents
            .entry(document)
            .or_insert_with(|| DocumentQueue { served: clock, ..DocumentQueue::default() });
        document.items.push_back((id, cost.max(1)));
        share.waiting += 1;
    }

    /// Takes the next item in turn for which `ready` returns true. An item that may not go keeps its turn.
    /// `ready` gets the number of waiting items of the share, and the item.
    pub fn pop(&mut self, mut ready: impl FnMut(usize, u64) -> bool) -> Option<u64> {
        let mut order: Vec<(u64, u32)> = self.shares.iter().map(|(key, share)| (share.served, *key)).collect();
        order.sort_unstable();
        let found =
            order.into_iter().find_map(|(_, share)| self.next_of(share, &mut ready).map(|place| (share, place)));
        let (share, document) = found?;
        self.take(share, document)
    }

    /// The next document of a share.
    fn next_of(&self, key: u32, ready: &mut impl FnMut(usize, u64) -> bool) -> Option<u32> {
        let ShareQueue { documents, waiting, .. } = self.shares.get(&key)?;
        let mut order: Vec<(u64, u32)> = documents.iter().map(|(key, document)| (document.served, *key)).collect();
        order.sort_unstable();
        let first = |document: &u32| documents.get(document).and_then(|d| d.items.front()).map(|(id, _)| *id);
        order.into_iter().map(|(_, document)| document).find(|d| first(d).is_some_and(|id| ready(*waiting, id)))
    }

    fn take(&mut self, key: u32, document: u32) -> Option<u64> {
        let share = self.shares.get_mut(&key)?;
        let queue = share.documents.get_mut(&document)?;
        let (id, cost) = queue.items.pop_front()?;
        (self.clock, share.clock) = (self.clock.max(share.served), share.clock.max(queue.served));
        share.served += cost;
        queue.served += cost;
        share.waiting -= 1;
        self.tidy(key, document);
        Some(id)
    }

    /// Removes an item that nobody waits for. Returns `false` if it is not in the queue.
    pub fn remove(&mut self, (key, document): QueueKey, id: u64) -> bool {
        let Some(share) = self.shares.get_mut(&key) else { return false };
        let Some(queue) = share.documents.get_mut(&document) else { return false };
        let Some(at) = queue.items.iter().position(|(item, _)| *item == id) else { return false };
        queue.items.remove(at);
        share.waiting -= 1;
        self.tidy(key, document);
        true
    }

    /// Waiting items of one document, oldest first.
    pub fn of_document(&self, (share, document): QueueKey) -> Vec<u64> {
        let queue = self.shares.get(&share).and_then(|s| s.documents.get(&document));
        queue.into_iter().flat_map(|d| &d.items).map(|(id, _)| *id).collect()
    }

    /// How many wait for one document.
    pub fn waiting_of(&self, (share, document): QueueKey) -> usize {
        self.shares.get(&share).and_then(|s| s.documents.get(&document)).map_or(0, |d| d.items.len())
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    fn tidy(&mut self, key: u32, document: u32) {
        let Some(share) = self.shares.get_mut(&key) else { return };
        if share.documents.get(&document).is_some_and(|d| d.items.is_empty()) {
            share.documents.remove(&document);
        }
        if share.documents.is_empty() {
            self.shares.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flood(queue: &mut Fair, key: QueueKey, ids: std::ops::Range<u64>) {
        ids.for_each(|id| queue.push(key, id, 1));
    }

    fn all(queue: &mut Fair) -> Vec<u64> {
        std::iter::from_fn(|| queue.pop(|_, _| true)).collect()
    }

    #[test]
    fn shares_take_turns_however_much_one_asks() {
        let mut queue = Fair::default();
        flood(&mut queue, (1, 1), 0..1_000);
        flood(&mut queue, (2, 2), 1_000..1_010);
        let order = all(&mut queue);
        assert!(order.iter().take(20).filter(|id| **id >= 1_000).count() == 10, "{:?}", order.get(..20));
        assert!(queue.is_empty());
    }

    #[test]
    fn twelve_documents_of_one_share_are_one_share() {
        let mut queue = Fair::default();
        (1..=12).for_each(|document| flood(&mut queue, (1, document), 0..100));
        flood(&mut queue, (2, 99), 1_000..1_050);
        let first: Vec<u64> = (0..100).filter_map(|_| queue.pop(|_, _| true)).collect();
        assert_eq!(first.iter().filter(|id| **id >= 1_000).count(), 50);
    }

    #[test]
    fn documents_of_a_share_take_turns() {
        let mut queue = Fair::default();
        flood(&mut queue, (1, 1), 0..100);
        flood(&mut queue, (1, 2), 100..102);
        assert_eq!(all(&mut queue).get(..4), Some(&[0, 100, 1, 101][..]));
    }

    #[test]
    fn expensive_requests_get_fewer_turns() {
        let mut queue = Fair::default();
        (0..10).for_each(|id| queue.push((1, 1), id, 100));
        flood(&mut queue, (2, 2), 100..400);
        let first: Vec<u64> = (0..202).filter_map(|_| queue.pop(|_, _| true)).collect();
        let dear = first.iter().filter(|id| **id < 10).count();
        assert!((2..=3).contains(&dear), "{dear}");
    }

    #[test]
    fn idle_time_earns_no_credit() {
        let mut queue = Fair::default();
        flood(&mut queue, (1, 1), 0..100);
        let _: Vec<u64> = (0..50).filter_map(|_| queue.pop(|_, _| true)).collect();
        flood(&mut queue, (2, 2), 1_000..1_100);
        let next: Vec<u64> = (0..10).filter_map(|_| queue.pop(|_, _| true)).collect();
        assert_eq!(next.iter().filter(|id| **id >= 1_000).count(), 5, "{next:?}");
    }

    #[test]
    fn a_blocked_share_keeps_its_turn_and_blocks_nobody() {
        let mut queue = Fair::default();
        flood(&mut queue, (1, 1), 0..3);
        flood(&mut queue, (2, 2), 10..13);
        assert_eq!(queue.pop(|_, id| id >= 10), Some(10));
        assert_eq!(queue.pop(|_, id| id >= 10), Some(11));
        assert_eq!((queue.pop(|_, _| true), queue.pop(|_, _| true)), (Some(0), Some(1)), "it is owed two");
        assert_eq!(queue.pop(|_, _| false), None);
    }

    #[test]
    fn dropped_requests_leave_the_queue() {
        let mut queue = Fair::default();
        flood(&mut queue, (1, 1), 0..3);
        assert!(queue.remove((1, 1), 1) && !queue.remove((1, 1), 1) && !queue.remove((2, 1), 0));
        assert_eq!(queue.of_document((1, 1)), [0, 2]);
        assert_eq!(all(&mut queue), [0, 2]);
    }
}
