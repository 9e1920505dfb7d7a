//! Records of one size, end to end, with gaps that are filled first.

use crate::live::Live;
use crate::node::NIL;
use crate::record::ROWS;

/// An array grows by this part of itself, as a divisor, and by so many records at least.
const GROWTH: usize = 8;
const LEAST_GROWTH: usize = 4;
/// Gaps in an array, as a part of it; and so many more, as a divisor.
const GAPS: usize = 8;
pub(super) const LEAST_GAPS: usize = 4;

/// Records of one size, end to end. Gaps begin with [`NIL`], the next gap and the previous one.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) octets: Vec<u8>,
    pub(super) live: Vec<[Live; ROWS]>,
    first_gap: u32,
    gaps: usize,
}

impl Default for Class {
    fn default() -> Self {
        Self { octets: Vec::new(), live: Vec::new(), first_gap: NIL, gaps: 0 }
    }
}

impl Class {
    #[inline]
    pub(super) fn slot(&self, index: usize, size: usize) -> &[u8] {
        &self.octets[index * size..][..size]
    }

    pub(super) fn slot_mut(&mut self, index: usize, size: usize) -> &mut [u8] {
        &mut self.octets[index * size..][..size]
    }

    pub(super) fn insert(&mut self, record: &[u8], size: usize) -> usize {
        let index = if self.first_gap == NIL {
            let len = self.live.len();
            if len == self.live.capacity() {
                let more = (len / GROWTH).max(LEAST_GROWTH);
                self.live.reserve_exact(more);
                self.octets.reserve_exact(more * size);
            }
            self.live.push(Default::default());
            self.octets.resize((len + 1) * size, 0);
            len
        } else {
            let gap = self.first_gap as usize;
            self.close_gap(gap, size);
            gap
        };
        self.slot_mut(index, size)[..record.len()].copy_from_slice(record);
        index
    }

    /// Moves the last record into a gap if there are too many. Returns from where to where.
    pub(super) fn fill_gap(&mut self, size: usize) -> Option<(usize, usize)> {
        while self.gaps > self.live.len() / GAPS + LEAST_GAPS {
            let last = self.live.len() - 1;
            let gap = if self.word(last, 0, size) == NIL { last } else { self.first_gap as usize };
            self.close_gap(gap, size);
            if gap != last {
                self.octets.copy_within(last * size.., gap * size);
                self.live[gap] = std::mem::take(&mut self.live[last]);
                self.shorten(size);
                return Some((last, gap));
            }
            self.shorten(size);
        }
        None
    }

    fn shorten(&mut self, size: usize) {
        let len = self.live.len() - 1;
        self.live.truncate(len);
        self.octets.truncate(len * size);
        // Twice the growth, so that an array does not grow and shrink in turns.
        if len + len / (GROWTH / 2) + 2 * LEAST_GROWTH < self.live.capacity() {
            let keep = len + len / GROWTH;
            self.live.shrink_to(keep);
            self.octets.shrink_to(keep * size);
        }
    }

    pub(super) fn open_gap(&mut self, index: usize, size: usize) {
        let gap = u32::try_from(index).expect("indexes are smaller than the mask");
        self.live[index] = Default::default();
        let next = self.first_gap;
        for (at, word) in [NIL, next, NIL].into_iter().enumerate() {
            self.set_word(index, at, word, size);
        }
        if next != NIL {
            self.set_word(next as usize, 2, gap, size);
        }
        self.first_gap = gap;
        self.gaps += 1;
    }

    fn close_gap(&mut self, index: usize, size: usize) {
        let (next, previous) = (self.word(index, 1, size), self.word(index, 2, size));
        match previous {
            NIL => self.first_gap = next,
            previous => self.set_word(previous as usize, 1, next, size),
        }
        if next != NIL {
            self.set_word(next as usize, 2, previous, size);
        }
        self.gaps -= 1;
    }

    fn word(&self, index: usize, at: usize, size: usize) -> u32 {
        let mut word = [0; 4];
        word.copy_from_slice(&self.slot(index, size)[at * 4..][..4]);
        u32::from_le_bytes(word)
    }

    fn set_word(&mut self, index: usize, at: usize, word: u32, size: usize) {
        self.slot_mut(index, size)[at * 4..][..4].copy_from_slice(&word.to_le_bytes());
    }
}
