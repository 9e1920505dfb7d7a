//! Memory for records, by size.
//!
//! A freed record leaves a gap for the next one of its size. Beyond an eighth of gaps, the last records of a
//! size move into them and their chunks are given back, so the memory of a shard follows what it stores. Every record
//! begins with the number of its node (see [`crate::record`]), by which the owner of one that moved is told.

mod class;

use crate::live::Live;
use crate::record::{ROWS, Record};
use class::Class;

/// Records are rounded up to a multiple of this.
const STEP: usize = 4;
/// Longer records have an allocation of their own.
const LONGEST_PACKED: usize = 512;

const INDEX_BITS: u32 = 24;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;
/// The class of records with an allocation of their own.
const LARGE: usize = LONGEST_PACKED / STEP;

/// Where a record is: 8 bits of class, 24 bits of index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Addr(u32);

impl Addr {
    fn new(class: usize, index: usize) -> Self {
        let part = |n| u32::try_from(n).expect("room is checked before a record is stored");
        Self(part(class) << INDEX_BITS | part(index))
    }

    /// As a number that [`from_bits`](Self::from_bits) takes. None has more than 129 in its highest octet.
    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    pub(crate) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    #[inline]
    fn class(self) -> usize {
        (self.0 >> INDEX_BITS) as usize
    }

    #[inline]
    fn index(self) -> usize {
        (self.0 & INDEX_MASK) as usize
    }
}

/// A record was moved to fill a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The node it belongs to.
    pub(crate) node: u32,
    pub(crate) from: Addr,
    pub(crate) to: Addr,
}

/// The records of one namespace in one shard, each with the words that readers change.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    /// By length in steps, less one.
    classes: Vec<Class>,
    large: Vec<Large>,
}

#[derive(Debug)]
struct Large {
    octets: Box<[u8]>,
    live: [Live; ROWS],
}

impl Arena {
    /// Octets that a record of `len` octets takes up, without what readers change.
    pub(crate) fn footprint(len: usize) -> usize {
        if len > LONGEST_PACKED { len + size_of::<Box<[u8]>>() } else { slot_size(class_of(len)) }
    }

    /// Octets that the record at `addr` takes up.
    pub(crate) fn footprint_at(&self, addr: Addr) -> usize {
        match addr.class() {
            LARGE => Self::footprint(self.large[addr.index()].octets.len()),
            class => slot_size(class),
        }
    }

    /// Whether one more record of `len` octets can be addressed.
    pub(crate) fn has_room(&self, len: usize) -> bool {
        let held = match len {
            0..=LONGEST_PACKED => self.classes.get(class_of(len)).map_or(0, Class::len),
            _ => self.large.len(),
        };
        held < INDEX_MASK as usize
    }

    /// The record, and what lies behind it.
    #[inline]
    pub(crate) fn get(&self, addr: Addr) -> &[u8] {
        match addr.class() {
            LARGE => &self.large[addr.index()].octets,
            class => self.classes[class].slot(addr.index(), slot_size(class)),
        }
    }

    pub(crate) fn get_mut(&mut self, addr: Addr) -> &mut [u8] {
        match addr.class() {
            LARGE => &mut self.large[addr.index()].octets,
            class => self.classes[class].slot_mut(addr.index(), slot_size(class)),
        }
    }

    /// What readers of the record change.
    #[inline]
    pub(crate) fn live(&self, addr: Addr) -> &[Live; ROWS] {
        match addr.class() {
            LARGE => &self.large[addr.index()].live,
            class => self.classes[class].live(addr.index()),
        }
    }

    pub(crate) fn live_mut(&mut self, addr: Addr) -> &mut [Live; ROWS] {
        match addr.class() {
            LARGE => &mut self.large[addr.index()].live,
            class => self.classes[class].live_mut(addr.index()),
        }
    }

    /// Hits of all records.
    pub(crate) fn hits(&self) -> u64 {
        let packed = self.classes.iter().flat_map(Class::lives);
        let large = self.large.iter().map(|large| &large.live);
        packed.chain(large).flatten().map(|live| u64::from(live.hits())).sum()
    }

    /// Stores a record of at least 12 octets, which nobody has read yet.
    pub(crate) fn store(&mut self, record: &[u8]) -> Addr {
        if record.len() > LONGEST_PACKED {
            self.large.push(Large { octets: record.into(), live: Default::default() });
            return Addr::new(LARGE, self.large.len() - 1);
        }
        let class = class_of(record.len());
        if self.classes.len() <= class {
            self.classes.resize_with(class + 1, Class::default);
        }
        Addr::new(class, self.classes[class].insert(record, slot_size(class)))
    }

    /// Overwrites a record in place if the new one has the same footprint.
    pub(crate) fn overwrite(&mut self, addr: Addr, record: &[u8]) -> bool {
        let slot = self.get_mut(addr);
        let fits = if record.len() > LONGEST_PACKED || addr.class() == LARGE {
            slot.len() == record.len()
        } else {
            class_of(record.len()) == addr.class()
        };
        if fits {
            slot[..record.len()].copy_from_slice(record);
        }
        fits
    }

    /// Frees a record. The caller must write down what moved, and then [`tidy`](Self::tidy).
    pub(crate) fn remove(&mut self, addr: Addr) -> Option<Moved> {
        let index = addr.index();
        if addr.class() != LARGE {
            self.classes[addr.class()].open_gap(index, slot_size(addr.class()));
            return None;
        }
        self.large.swap_remove(index);
        let from = self.large.len();
        (from != index).then(|| self.moved(Addr::new(LARGE, from), addr))
    }

    /// Moves a record into a gap, if there are too many among records of the size of the one that was at
    /// `freed`. The caller must write down what moved, and call again until nothing does.
    pub(crate) fn tidy(&mut self, freed: Addr) -> Option<Moved> {
        let class = freed.class();
        if class == LARGE {
            return None;
        }
        let (from, to) = self.classes[class].fill_gap(slot_size(class))?;
        Some(self.moved(Addr::new(class, from), Addr::new(class, to)))
    }

    fn moved(&self, from: Addr, to: Addr) -> Moved {
        Moved { node: Record::new(self.get(to)).node(), from, to }
    }
}

fn class_of(len: usize) -> usize {
    len.div_ceil(STEP) - 1
}

#[inline]
fn slot_size(class: usize) -> usize {
    (class + 1) * STEP
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn record(node: u32, len: usize) -> Vec<u8> {
        let mut bytes = node.to_le_bytes().to_vec();
        bytes.resize(len, node.to_le_bytes()[0]);
        bytes
    }

    /// Records by node: where each is, and what is in it.
    type Expected = BTreeMap<u32, (Addr, Vec<u8>)>;

    fn free(arena: &mut Arena, expected: &mut Expected, node: u32) {
        let Some((addr, _)) = expected.remove(&node) else { return };
        let mut moved = arena.remove(addr);
        while let Some(Moved { node, from, to }) = moved.or_else(|| arena.tidy(addr)) {
            let entry = expected.get_mut(&node).expect("a live record moved");
            assert_eq!(std::mem::replace(&mut entry.0, to), from);
            moved = None;
        }
    }

    fn check(arena: &Arena, expected: &Expected) {
        for (node, (addr, bytes)) in expected {
            assert_eq!(&arena.get(*addr)[..bytes.len()], bytes);
            assert_eq!(arena.live(*addr)[1].hits(), *node, "the words move along");
        }
    }

    #[test]
    fn every_record_is_found_where_it_was_said_to_be() {
        let mut arena = Arena::default();
        let mut expected = Expected::new();
        let mut random = 12_345_u32;
        for node in 1..6_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let bytes = record(node, 16 + (random >> 8) as usize % 600);
            let addr = arena.store(&bytes);
            arena.live_mut(addr)[1].add_hits(node);
            expected.insert(node, (addr, bytes));
            // Grow, then hold, then shrink.
            let frees = [1, 2, 3][node as usize / 2_000] * (random >> 20 & 1);
            for n in 0..frees {
                free(&mut arena, &mut expected, (random >> 4).wrapping_mul(n + 1) % node);
            }
        }
        assert!(expected.len() > 500);
        check(&arena, &expected);
        let nodes: Vec<u32> = expected.keys().copied().collect();
        for (n, node) in nodes.into_iter().enumerate() {
            free(&mut arena, &mut expected, node);
            if n % 200 == 0 {
                check(&arena, &expected);
            }
        }
        assert!(arena.large.is_empty());
        assert!(arena.classes.iter().all(|class| class.len() <= class::LEAST_GAPS));
    }

    #[test]
    fn memory_follows_what_is_stored() {
        let mut arena = Arena::default();
        let mut expected = Expected::new();
        let capacity = |arena: &Arena| arena.classes.last().map_or(0, Class::capacity);
        for node in 1..10_000 {
            expected.insert(node, (arena.store(&record(node, 100)), Vec::new()));
        }
        assert!(capacity(&arena) <= 10_000 * 101);
        for node in (1..10_000).filter(|node| node % 10 != 0) {
            free(&mut arena, &mut expected, node);
        }
        assert!(capacity(&arena) <= 1_000 * 100 * 5 / 4, "{} octets for 1 000 records", capacity(&arena));
    }

    #[test]
    fn a_record_of_the_same_footprint_is_overwritten_in_place() {
        let mut arena = Arena::default();
        for (old, new, fits) in [
            (20, 20, true),
            (20, 17, true),
            (20, 21, false),
            (600, 600, true),
            (600, 601, false),
            (600, 20, false),
            (20, 600, false),
        ] {
            let addr = arena.store(&record(1, old));
            assert_eq!(arena.overwrite(addr, &record(2, new)), fits, "{old} {new}");
            assert_eq!(arena.get(addr)[0], if fits { 2 } else { 1 });
        }
    }
}
