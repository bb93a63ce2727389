//! A chain of the person's own that has been reset or rolled back (`lanes/reset.rs`): pages go on from the lower block.

use super::Guard;

impl Guard {
    /// Looks at chains on which a lane has shown a lower block than before.
    pub(super) fn tick_resets(&mut self, now: u64) {
        let changes = self.lanes.resets(now);
        self.spread(now, changes);
    }

    /// The chain begins anew.
    pub(super) fn forget_chain(&mut self, now: u64, id: u64) {
        self.pages.forget_chain(id);
        self.asks.forget();
        self.follower.restart(now, id);
        self.save_now(now);
    }
}
