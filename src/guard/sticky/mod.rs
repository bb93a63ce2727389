//! Filters and subscriptions (`docs/adr/0004-filters.md`): the core's own, so that no lane holds state and
//! none can take it along when it goes dark.
//!
//! ```text
//!  calls.rs    the eight methods, resume, limits           canon.rs     the newest blocks, linked
//!  follow.rs   what is asked of the lanes, and when         item.rs      one filter: delivered, next
//!  mod.rs      state, time, what goes to the pages          criteria.rs  which logs it wants
//! ```

use std::collections::BTreeMap;

mod calls;
mod canon;
mod criteria;
mod follow;
mod item;

use calls::Creation;
use follow::{Follow, Task};
use item::{Item, Key};

use super::Guard;
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::pages::ShownBy;
use crate::protocol::CoreToPage;

/// What the core keeps for its filters and subscriptions.
#[derive(Debug, Default)]
pub(super) struct Sticky {
    seed: u64,
    items: BTreeMap<Key, Item>,
    follows: BTreeMap<u64, Follow>,
    creations: Vec<Creation>,
    tasks: BTreeMap<u64, Task>,
    arrived: Vec<(u64, Option<Reply>)>,
}

impl Sticky {
    /// `seed` makes ids of this life of the core differ from those of others.
    pub(super) fn new(seed: u64) -> Self {
        Sticky { seed, ..Sticky::default() }
    }

    /// An internal request was answered, or could not be; it is looked at when the event is over.
    pub(super) fn arrive(&mut self, task: u64, reply: Option<Reply>) {
        self.arrived.push((task, reply));
    }

    /// When something is due, ms.
    pub(super) fn wake(&self, has_line: impl Fn(u64) -> bool) -> Option<u64> {
        let calls = self.items.values().flat_map(|i| &i.calls).map(|(_, due)| *due);
        let creations = self.creations.iter().map(|c| c.due);
        let polls = self.follows.iter().filter(|(id, f)| has_line(**id) && self.is_pushed(**id) && f.may_look());
        calls.chain(creations).chain(polls.map(|(_, f)| f.next_look)).min()
    }

    /// The document whose filter an internal request is for; 0: everybody's.
    pub(super) fn client(&self, task: u64) -> ClientId {
        match self.tasks.get(&task) {
            Some(Task::Logs { key, .. } | Task::Range { key, .. }) => key.0,
            _ => 0,
        }
    }

    /// Whether pages are to be told of a chain's blocks without asking.
    pub(super) fn is_pushed(&self, chain: u64) -> bool {
        self.items.values().any(|i| i.push && i.chain == chain)
    }

    fn is_followed(&self, chain: u64) -> bool {
        self.items.values().any(|i| i.chain == chain) || self.creations.iter().any(|c| c.chain == chain)
    }

    fn keys(&self, chain: u64) -> Vec<Key> {
        self.items.iter().filter(|(_, i)| i.chain == chain).map(|(key, _)| key.clone()).collect()
    }
}

impl Guard {
    pub(super) fn tick_sticky(&mut self, now: u64) {
        self.take_arrived(now);
        self.end_late(now);
        for chain in self.due_looks(now) {
            self.look(now, chain);
        }
        self.take_arrived(now);
    }

    /// The chain begins anew: what is followed goes on from its newest block, once that is known.
    pub(super) fn restart_sticky(&mut self, now: u64, chain: u64) {
        if let Some(follow) = self.sticky.follows.get_mut(&chain) {
            (follow.reset, follow.next_look) = (true, now);
        }
    }

    fn take_arrived(&mut self, now: u64) {
        while !self.sticky.arrived.is_empty() {
            for (task, reply) in std::mem::take(&mut self.sticky.arrived) {
                self.arrived(now, task, reply);
            }
        }
    }

    /// Tells a page what is new: a subscription at once, a filter when it is asked. `done`: there is no more.
    fn tell(&mut self, key: &Key, done: bool) {
        let Some(item) = self.sticky.items.get_mut(key) else { return };
        let (client, subscription) = key;
        if !item.push && (item.calls.is_empty() || !done) {
            return;
        }
        let (chain, mut blocks) = (item.chain, std::mem::take(&mut item.news));
        let shown = blocks.iter().filter(|b| !b.removed).map(|b| b.number).max();
        let calls = std::mem::take(&mut item.calls);
        // Block numbers never go back for a page, whichever way it learnt them.
        if let Some(shown) = shown {
            self.raise(self.now, *client, chain, ShownBy::Followed, shown);
        }
        if calls.is_empty() && !blocks.is_empty() {
            self.post(
                *client,
                CoreToPage::Notify { subscription: subscription.clone(), blocks: std::mem::take(&mut blocks) },
            );
        }
        for (id, _) in calls {
            let blocks = std::mem::take(&mut blocks);
            self.post(*client, CoreToPage::Changes { id, subscription: subscription.clone(), blocks });
        }
    }

    /// A page is gone, or a chain: what nobody wants any more ends.
    pub(super) fn prune_sticky(&mut self, now: u64) {
        let Guard { sticky, pages, lanes, .. } = self;
        let guarded = |chain: &u64| lanes.chain(*chain).is_some_and(|c| c.is_guarded());
        sticky.items.retain(|(client, _), item| pages.contains(*client) && guarded(&item.chain));
        sticky.creations.retain(|c| pages.contains(c.client) && guarded(&c.chain));
        let followed: Vec<u64> = sticky.follows.keys().copied().filter(|id| sticky.is_followed(*id)).collect();
        sticky.follows.retain(|id, _| followed.contains(id));
        let Sticky { tasks, items, .. } = sticky;
        tasks.retain(|id, task| match task {
            Task::Logs { key, .. } | Task::Range { key, .. } => items.get(key).is_some_and(|i| i.asked == Some(*id)),
            Task::Latest { chain } | Task::Header { chain, .. } => followed.contains(chain),
        });
        let wanted: Vec<u64> = self.sticky.tasks.keys().copied().collect();
        self.leave_tasks(now, &wanted);
    }
}
