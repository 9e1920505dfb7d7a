//! Records of one size, in chunks, with gaps that are filled first.

use crate::live::Live;
use crate::node::NIL;
use crate::record::ROWS;

/// Records in a chunk.
const SLOTS: usize = 32;
/// Gaps among the records, as a part of them; and so many more, as a divisor.
const GAPS: usize = 8;
pub(super) const LEAST_GAPS: usize = 4;

/// Records of one size, by index. Gaps begin with [`NIL`], the next gap and the previous one.
///
/// They lie in chunks rather than in one array: one that grows is copied again and again, and leaves holes behind that
/// the next larger one does not fit in.
#[derive(Debug)]
pub(super) struct Class {
    chunks: Vec<Chunk>,
    len: usize,
    first_gap: u32,
    gaps: usize,
}

#[derive(Debug)]
struct Chunk {
    octets: Box<[u8]>,
    live: Box<[[Live; ROWS]; SLOTS]>,
}

impl Default for Class {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0, first_gap: NIL, gaps: 0 }
    }
}

impl Class {
    /// Records and gaps.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The record, and what lies behind it.
    #[inline]
    pub(super) fn slot(&self, index: usize, size: usize) -> &[u8] {
        &self.chunks[index / SLOTS].octets[index % SLOTS * size..]
    }

    pub(super) fn slot_mut(&mut self, index: usize, size: usize) -> &mut [u8] {
        &mut self.chunks[index / SLOTS].octets[index % SLOTS * size..][..size]
    }

    #[inline]
    pub(super) fn live(&self, index: usize) -> &[Live; ROWS] {
        &self.chunks[index / SLOTS].live[index % SLOTS]
    }

    pub(super) fn live_mut(&mut self, index: usize) -> &mut [Live; ROWS] {
        &mut self.chunks[index / SLOTS].live[index % SLOTS]
    }

    /// What readers change, of records and gaps.
    pub(super) fn lives(&self) -> impl Iterator<Item = &[Live; ROWS]> {
        self.chunks.iter().flat_map(|chunk| chunk.live.iter())
    }

    /// Octets allocated for records.
    #[cfg(all(test, not(loom)))]
    pub(super) fn capacity(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.octets.len()).sum()
    }

    pub(super) fn insert(&mut self, record: &[u8], size: usize) -> usize {
        let index = if self.first_gap == NIL {
            if self.len == self.chunks.len() * SLOTS {
                let octets = vec![0; SLOTS * size].into();
                self.chunks.push(Chunk { octets, live: Box::default() });
            }
            self.len += 1;
            self.len - 1
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
        while self.gaps > self.len / GAPS + LEAST_GAPS {
            let last = self.len - 1;
            let gap = if self.word(last, 0, size) == NIL { last } else { self.first_gap as usize };
            self.close_gap(gap, size);
            if gap != last {
                let mut record = [0; super::LONGEST_PACKED];
                record[..size].copy_from_slice(&self.slot(last, size)[..size]);
                self.slot_mut(gap, size).copy_from_slice(&record[..size]);
                *self.live_mut(gap) = std::mem::take(self.live_mut(last));
                self.shorten();
                return Some((last, gap));
            }
            self.shorten();
        }
        None
    }

    fn shorten(&mut self) {
        self.len -= 1;
        // Half a chunk is kept in hand, so that none comes and goes in turns.
        if self.len + SLOTS + SLOTS / 2 <= self.chunks.len() * SLOTS {
            self.chunks.pop();
        }
    }

    pub(super) fn open_gap(&mut self, index: usize, size: usize) {
        let gap = u32::try_from(index).expect("indexes are smaller than the mask");
        *self.live_mut(index) = Default::default();
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
