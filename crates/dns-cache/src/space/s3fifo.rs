//! S3-FIFO: which name goes when room is needed.
//!
//! Yang, Zhang, Qiu, Yue, Rashmi: *FIFO queues are all you need for cache eviction* (SOSP 2023). New names
//! enter a small queue of a tenth. Those used again while they pass through it move on to the main queue, the
//! others leave and are remembered as ghosts; a ghost that comes back goes to the main queue at once. The
//! main queue gives a used name another round. Reads only count (see [`crate::live`]); all moves happen here,
//! a bounded number for each name that enters.
//!
//! Names without a positive answer have a queue and a bound of their own, with another round for those that
//! are used.

use super::{MAIN, NEGATIVE, SMALL, Space};
use crate::config::Millis;
use crate::namespace::Share;
use crate::queue::Weight;

/// The part of the positive share that the small queue takes up, as a divisor: a tenth.
const SMALL_SHARE: u64 = 10;
/// Uses that carry a name from the small queue to the main one.
const PROVEN_USES: u32 = 2;

impl Space {
    /// Evicts until `more` fits, or nothing is left here to evict but `spared`.
    pub(super) fn make_room(&mut self, share: Share, more: Weight, spared: Option<u32>, now: Millis) {
        while self.is_full(share, more) && self.evict_but(share, spared, now) {}
    }

    /// Evicts one name. False if there is none.
    pub(crate) fn evict(&mut self, share: Share, now: Millis) -> bool {
        let evicted = self.evict_but(share, None, now);
        self.settle_accounts();
        evicted
    }

    fn evict_but(&mut self, share: Share, spared: Option<u32>, now: Millis) -> bool {
        let queues: &[u8] = if share == Share::Positive { &[SMALL, MAIN] } else { &[NEGATIVE] };
        let names: usize = queues.iter().map(|&queue| self.queues[usize::from(queue)].names()).sum();
        if names <= usize::from(spared.is_some()) {
            return false;
        }
        let evicted = match share {
            Share::Positive => self.evict_positive(spared, now),
            Share::Negative => self.evict_negative(spared, now),
        };
        self.evictions += u64::from(evicted);
        evicted
    }

    /// The queue that a name enters when it joins a share.
    pub(super) fn first_queue(&mut self, share: Share, hash: u64) -> u8 {
        match share {
            Share::Negative => NEGATIVE,
            Share::Positive if self.ghost.take(hash) => MAIN,
            Share::Positive => SMALL,
        }
    }

    fn evict_positive(&mut self, spared: Option<u32>, now: Millis) -> bool {
        loop {
            if self.small_is_large() {
                let Some(id) = self.oldest(SMALL) else { return false };
                if spared == Some(id) || self.uses(id) >= PROVEN_USES {
                    self.forget_uses(id);
                    self.requeue(id, MAIN);
                    continue;
                }
                let hash = self.hash_of(id);
                self.ghost.put(hash, self.len());
                self.remove(id, hash, now);
                return true;
            }
            let Some(id) = self.oldest(MAIN) else { return false };
            if !self.another_round(id, MAIN, spared) {
                self.remove(id, self.hash_of(id), now);
                return true;
            }
        }
    }

    fn evict_negative(&mut self, spared: Option<u32>, now: Millis) -> bool {
        while let Some(id) = self.oldest(NEGATIVE) {
            if !self.another_round(id, NEGATIVE, spared) {
                self.remove(id, self.hash_of(id), now);
                return true;
            }
        }
        false
    }

    fn oldest(&mut self, queue: u8) -> Option<u32> {
        self.queues[usize::from(queue)].oldest(&mut self.nodes)
    }

    /// Gives a name that was used another round, at the price of a use; one that is spared has it for nothing.
    fn another_round(&mut self, id: u32, queue: u8, spared: Option<u32>) -> bool {
        if spared != Some(id) {
            if self.uses(id) == 0 {
                return false;
            }
            self.age(id);
        }
        self.requeue(id, queue);
        true
    }

    /// Whether the small queue has at least its part, by entries or by octets, or is all there is.
    fn small_is_large(&self) -> bool {
        let small = self.queues[usize::from(SMALL)].weight();
        let main = self.queues[usize::from(MAIN)].weight();
        main.entries == 0
            || small.entries * SMALL_SHARE >= small.entries + main.entries
            || small.bytes * SMALL_SHARE >= small.bytes + main.bytes
    }
}
