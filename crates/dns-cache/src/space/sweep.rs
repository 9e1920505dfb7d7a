//! Removing what has run out, from the end where names are evicted.

use super::Space;
use crate::config::Millis;

/// How often a cache that holds something is to be swept.
pub const SWEEP_INTERVAL_MS: Millis = 30_000;

/// Names in a row that are still good before a queue is taken to have no more to give.
const PATIENCE: usize = 8;

impl Space {
    /// Walks every queue from its old end and stops early. Each name looked at takes one of `budget`. Returns
    /// whether anything was removed.
    pub(crate) fn sweep(&mut self, now: Millis, budget: &mut usize) -> bool {
        let mut removed = false;
        for queue in 0..self.queues.len() {
            let mut place = 0;
            let mut good = 0;
            while good < PATIENCE && *budget > 0 && place < self.queues[queue].len() {
                let before = self.queues[queue].len();
                if let Some(id) = self.queues[queue].at(&self.nodes, place) {
                    *budget -= 1;
                    if self.prune(id, now) {
                        removed = true;
                    } else {
                        good += 1;
                    }
                }
                // One that left the old end is no longer in the way.
                if self.queues[queue].len() >= before {
                    place += 1;
                }
            }
        }
        self.settle_accounts();
        removed
    }
}
