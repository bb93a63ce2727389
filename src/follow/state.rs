//! Everything that is followed, what is due, and what pages are told.

use std::collections::BTreeMap;

use super::chain::{Follow, Task};
use super::item::{Creation, Feed, FeedKey};
use super::socket::Sockets;
use super::wish::{Around, Wish};
use crate::answer::Refusal;
use crate::asks::settled_by;
use crate::endpoint::LaneId;
use crate::io::{ClientId, Command};
use crate::jsonrpc::Reply;
use crate::lanes::Lanes;
use crate::pages::ShownBy;
use crate::protocol::CoreToPage;

/// Filters, subscriptions, and sockets that announce new blocks.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    pub(super) seed: u64,
    numbered: u64,
    pub(super) items: BTreeMap<FeedKey, Feed>,
    pub(super) follows: BTreeMap<u64, Follow>,
    pub(super) creations: Vec<Creation>,
    pub(super) tasks: BTreeMap<u64, Task>,
    pub(super) arrived: Vec<(u64, Option<Reply>)>,
    pub(super) sockets: Sockets,
    /// What others must do after this event.
    pub(super) wishes: Vec<Wish>,
}

impl Follower {
    /// `seed` makes the ids of this life of the core differ from those of others.
    pub(crate) fn new(seed: u64) -> Self {
        Follower { seed, ..Follower::default() }
    }

    /// Takes what others must do, in order.
    #[must_use]
    pub(crate) fn take_wishes(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.wishes)
    }

    /// An internal request was answered or failed. The answer is handled after the event.
    pub(crate) fn arrive(&mut self, task: u64, reply: Option<Reply>) {
        self.arrived.push((task, reply));
    }

    /// Whether there are answers that have not been handled.
    pub(crate) fn has_arrived(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// Handles the answers that have arrived. Requests that this makes may be answered at once.
    pub(crate) fn take_arrived(&mut self, cx: &mut Around<'_>) {
        for (task, reply) in std::mem::take(&mut self.arrived) {
            self.arrived(cx, task, reply);
        }
    }

    /// When something is due, in ms.
    pub(crate) fn wake(&self, now: u64, lanes: &Lanes, permission: bool) -> Option<u64> {
        let calls = self.items.values().flat_map(|i| &i.calls).map(|(_, due)| *due);
        let creations = self.creations.iter().map(|c| c.due);
        let due = |id: &u64, f: &Follow| lanes.has_line(*id) && self.is_pushed(*id) && f.may_look();
        let looks = self.follows.iter().filter(|(id, f)| due(id, f)).map(|(_, f)| f.next_look);
        calls.chain(creations).chain(looks).chain(self.sockets_wake(now, lanes, permission)).min()
    }

    /// Ends calls whose time is over, and starts looks that are due.
    pub(crate) fn tick(&mut self, cx: &mut Around<'_>) {
        self.end_late(cx);
        for chain in self.due_looks(cx) {
            self.look(cx, chain);
        }
    }

    /// The document whose filter an internal request serves; 0 for all documents.
    pub(crate) fn client(&self, task: u64) -> ClientId {
        match self.tasks.get(&task) {
            Some(Task::Logs { key, .. } | Task::Range { key, .. }) => key.0,
            _ => 0,
        }
    }

    /// Whether this endpoint announces its chain's blocks.
    pub(crate) fn is_live_on(&self, lane: LaneId) -> bool {
        self.sockets.is_live_on(lane)
    }

    /// Whether pages are subscribed to a chain's blocks.
    pub(super) fn is_pushed(&self, chain: u64) -> bool {
        self.items.values().any(|i| i.push && i.chain == chain)
    }

    fn is_followed(&self, chain: u64) -> bool {
        self.items.values().any(|i| i.chain == chain) || self.creations.iter().any(|c| c.chain == chain)
    }

    pub(super) fn keys(&self, chain: u64) -> Vec<FeedKey> {
        self.items.iter().filter(|(_, i)| i.chain == chain).map(|(key, _)| key.clone()).collect()
    }

    /// A number for a task, a subscription or a socket.
    pub(super) fn number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    pub(super) fn send(&mut self, command: Command) {
        self.wishes.push(Wish::Send(command));
    }

    pub(super) fn post(&mut self, client: ClientId, message: CoreToPage) {
        self.send(Command::Post { client, message });
    }

    pub(super) fn fail(&mut self, client: ClientId, id: u64, refusal: &Refusal) {
        self.post(client, refusal.to_page(id));
    }

    /// The chain has started over. Filters continue from its newest block, once that is known.
    pub(crate) fn restart(&mut self, now: u64, chain: u64) {
        if let Some(follow) = self.follows.get_mut(&chain) {
            (follow.reset, follow.next_look) = (true, now);
        }
    }

    /// Delivers news to a page: to a subscription at once, to a filter when it is polled. `done`: there is no more.
    pub(super) fn tell(&mut self, cx: &mut Around<'_>, key: &FeedKey, done: bool) {
        let Some(item) = self.items.get_mut(key) else { return };
        let (client, subscription) = key;
        if !item.push && (item.calls.is_empty() || !done) {
            return;
        }
        let (chain, mut blocks) = (item.chain, std::mem::take(&mut item.news));
        let shown = blocks.iter().filter(|b| !b.removed).map(|b| b.number).max();
        let calls = std::mem::take(&mut item.calls);
        // Block numbers never go back for a page, however it learnt them.
        if let Some(shown) = shown {
            cx.pages.raise(cx.lanes, cx.now, *client, chain, ShownBy::Followed, shown);
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

    /// Ends everything that is no longer needed after a page or a chain has gone.
    pub(crate) fn prune(&mut self, cx: &Around<'_>) {
        self.items.retain(|(client, _), item| cx.pages.contains(*client) && cx.is_guarded(item.chain));
        self.creations.retain(|c| cx.pages.contains(c.client) && cx.is_guarded(c.chain));
        let followed: Vec<u64> = self.follows.keys().copied().filter(|id| self.is_followed(*id)).collect();
        self.follows.retain(|id, _| followed.contains(id));
        let Follower { tasks, items, .. } = self;
        tasks.retain(|id, task| match task {
            Task::Logs { key, .. } | Task::Range { key, .. } => items.get(key).is_some_and(|i| i.asked == Some(*id)),
            Task::Latest { chain } | Task::Header { chain, .. } => followed.contains(chain),
        });
        let wanted = tasks.keys().copied().collect();
        self.wishes.push(Wish::Keep(wanted));
    }

    /// When a request made now is settled at the latest, in ms.
    pub(super) fn due(cx: &Around<'_>) -> u64 {
        settled_by(cx.now, cx.choice.settings().deadline_ms)
    }
}
