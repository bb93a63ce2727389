//! A chain of the person's own was reset or rolled back (`lanes/reset.rs`). Pages continue from the lower block.

use super::Guard;

impl Guard {
    /// Checks chains on which a lane has shown a lower block than before.
    pub(super) fn tick_resets(&mut self, now: u64) {
        let changes = self.lanes.resets(now);
        self.spread(now, changes);
    }

    /// The chain has started over.
    pub(super) fn forget_chain(&mut self, now: u64, id: u64) {
        self.pages.forget_chain(id);
        self.asks.forget();
        self.follower.restart(now, id);
        self.save_now(now);
    }
}
