//! The part of an entry that readers change.

use crate::sync::{AtomicU32, Ordering};

/// Hits since the fill, use since the last look of the eviction, and the refresh claim, in one word.
///
/// Readers hold a shared lock only, so every operation on `&self` is one atomic step and none depends on
/// another's order. Bits 0–2 count uses in unary, which needs no compare-and-swap to saturate; bit 3 is the
/// claim; hits take the rest.
#[derive(Debug, Default)]
pub(crate) struct Live(AtomicU32);

const USED: u32 = 0b111;
const CLAIMED: u32 = 0b1000;
const HIT: u32 = 0b1_0000;
const HITS_SHIFT: u32 = 4;
/// Counting stops here, far enough below the top for every thread of a process that has not seen it yet.
const MOST_HITS: u32 = (1 << 28) - (1 << 16);

impl Live {
    /// Counts one hit, and returns how many there are now, and whether somebody is refreshing.
    #[inline]
    pub(crate) fn hit(&self) -> (u32, bool) {
        let before = self.0.load(Ordering::Relaxed);
        let claimed = before & CLAIMED != 0;
        if before >> HITS_SHIFT >= MOST_HITS {
            self.use_once(before);
            return (MOST_HITS, claimed);
        }
        if before & USED == USED {
            return ((self.0.fetch_add(HIT, Ordering::Relaxed) >> HITS_SHIFT) + 1, claimed);
        }
        // Both in one step. If another thread is faster, its use is enough.
        let used = (before + HIT) | (before & USED) << 1 | 1;
        let counted = self.0.compare_exchange(before, used, Ordering::Relaxed, Ordering::Relaxed);
        let before = counted.unwrap_or_else(|_| self.0.fetch_add(HIT, Ordering::Relaxed));
        ((before >> HITS_SHIFT) + 1, claimed)
    }

    /// A hit that keeps the entry in use and does not count. Returns how many did.
    pub(crate) fn late_hit(&self) -> u32 {
        let word = self.0.load(Ordering::Relaxed);
        if word & USED != USED {
            self.use_once(word);
        }
        word >> HITS_SHIFT
    }

    /// Counts `n` hits that happened elsewhere, as one use, and returns how many there are now, and how many
    /// of the `n` could be counted.
    pub(crate) fn add_hits(&self, n: u32) -> (u32, u32) {
        let mut word = self.0.load(Ordering::Relaxed);
        if n > 0 && word & USED != USED {
            self.use_once(word);
        }
        loop {
            let hits = word >> HITS_SHIFT;
            let more = hits.saturating_add(n).min(MOST_HITS).max(hits);
            let next = word & (HIT - 1) | more << HITS_SHIFT;
            match self.0.compare_exchange_weak(word, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return (more, more - hits),
                Err(seen) => word = seen,
            }
        }
    }

    /// A use lost to another thread's at the same moment changes nothing that matters.
    fn use_once(&self, word: u32) {
        let used = word & USED;
        self.0.fetch_or(used << 1 | 1, Ordering::Relaxed);
    }

    pub(crate) fn hits(&self) -> u32 {
        self.0.load(Ordering::Relaxed) >> HITS_SHIFT
    }

    pub(crate) fn is_claimed(&self) -> bool {
        self.0.load(Ordering::Relaxed) & CLAIMED != 0
    }

    /// True for exactly one caller until [`release`](Self::release) or [`refill`](Self::refill).
    pub(crate) fn claim(&self) -> bool {
        self.0.fetch_or(CLAIMED, Ordering::Relaxed) & CLAIMED == 0
    }

    /// Ends the claim.
    pub(crate) fn release(&mut self) {
        let word = self.word();
        self.set(word & !CLAIMED);
    }

    /// The entry has a new answer: no hits yet, nobody refreshing; how often its name is used stands. Returns
    /// the hits of the old one.
    pub(crate) fn refill(&mut self) -> u32 {
        let word = self.word();
        self.set(word & USED);
        word >> HITS_SHIFT
    }

    /// The row is empty. Returns the hits of what was in it.
    pub(crate) fn clear(&mut self) -> u32 {
        let word = self.word();
        self.set(0);
        word >> HITS_SHIFT
    }

    /// Uses since the eviction last looked, 0–3.
    pub(crate) fn uses(&self) -> u32 {
        (self.0.load(Ordering::Relaxed) & USED).count_ones()
    }

    /// Takes one use away.
    pub(crate) fn age(&mut self) {
        let word = self.word();
        self.set(word & !USED | (word & USED) >> 1);
    }

    /// Takes all uses away.
    pub(crate) fn forget_uses(&mut self) {
        let word = self.word();
        self.set(word & !USED);
    }

    fn word(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// `&mut self`: no reader is there to race with.
    fn set(&mut self, word: u32) {
        self.0.store(word, Ordering::Relaxed);
    }
}
