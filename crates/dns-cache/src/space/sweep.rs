//! Removing what has run out, from the end where names are evicted.

use super::Space;
use crate::config::Millis;
use crate::node::NIL;

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
            let mut next = self.queues[queue].oldest();
            let mut good = 0;
            while let Some(id) = next.filter(|_| good < PATIENCE && *budget > 0) {
                *budget -= 1;
                let newer = self.nodes[id].newer;
                next = (newer != NIL).then_some(newer);
                if self.prune(id, now) {
                    removed = true;
                } else {
                    good += 1;
                }
            }
        }
        removed
    }
}
