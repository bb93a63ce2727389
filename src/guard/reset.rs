//! Chains of the person's own that begin anew (see [`crate::lanes`]): pages go on from the lower block.

use super::Guard;
use crate::endpoint::LaneId;
use crate::lanes::Said;

impl Guard {
    /// Looks at chains on which a lane has shown a lower block than before.
    pub(super) fn tick_resets(&mut self, now: u64) {
        let fallen: Vec<(u64, u64)> = self.lanes.chains().filter_map(|c| Some((c.id, c.fell?))).collect();
        for (id, fell) in fallen {
            let Some(chain) = self.lanes.chain_mut(id) else { continue };
            match chain.after_fall(now, fell) {
                Said::Wait(keys) => keys.into_iter().for_each(|key| self.ask_head(now, LaneId { chain: id, key })),
                Said::Same => chain.fell = None,
                Said::Reset => {
                    chain.fell = None;
                    chain.reset(fell);
                    self.forget_chain(now, id);
                }
            }
        }
    }

    /// Pages go on from the lower block.
    fn forget_chain(&mut self, now: u64, id: u64) {
        self.pages.values_mut().for_each(|page| page.floors.forget(id));
        self.memory.forget();
        self.restart_sticky(now, id);
        self.save_now(now);
    }
}
