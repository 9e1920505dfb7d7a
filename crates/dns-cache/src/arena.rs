//! Memory for records: dense pages per size, without holes.
//!
//! Freeing a record moves the last one of its size into the gap, so a size never holds more than one page that is
//! not full, and the memory of a shard follows what it stores. Every record begins with the number of its node
//! (see [`crate::record`]), by which the owner of the one that moved is told.

/// Records are rounded up to a multiple of this.
const STEP: usize = 8;
/// Longer records have an allocation of their own.
const LONGEST_PAGED: usize = 512;
/// Records in a full page.
const PAGE_SLOTS: u32 = 32;
/// Records in the first allocation of a page.
const FIRST_SLOTS: usize = 4;

const INDEX_BITS: u32 = 25;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;
/// The class of records with an allocation of their own.
#[expect(clippy::cast_possible_truncation, reason = "64")]
const LARGE: u32 = (LONGEST_PAGED / STEP) as u32;

/// Where a record is: 7 bits of class, 25 bits of index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Addr(u32);

impl Addr {
    fn new(class: u32, index: u32) -> Self {
        Self(class << INDEX_BITS | index)
    }

    fn class(self) -> usize {
        (self.0 >> INDEX_BITS) as usize
    }

    fn index(self) -> u32 {
        self.0 & INDEX_MASK
    }
}

/// A record was moved to fill a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The node it belongs to.
    pub(crate) node: u32,
    /// Where it is now.
    pub(crate) to: Addr,
}

/// The records of one namespace in one shard.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    /// By length in steps, less one.
    classes: Vec<Class>,
    large: Vec<Box<[u8]>>,
}

#[derive(Debug, Default)]
struct Class {
    pages: Vec<Vec<u8>>,
    len: u32,
}

impl Arena {
    /// Octets that a record of `len` octets takes up.
    pub(crate) fn footprint(len: usize) -> usize {
        if len > LONGEST_PAGED { len + size_of::<Box<[u8]>>() } else { slot_size(class_of(len)) }
    }

    /// Octets that the record at `addr` takes up.
    pub(crate) fn footprint_at(&self, addr: Addr) -> usize {
        match addr.class() {
            class if class == LARGE as usize => Self::footprint(self.large[addr.index() as usize].len()),
            class => slot_size(class),
        }
    }

    /// Whether one more record of any size can be addressed.
    pub(crate) fn has_room(&self) -> bool {
        self.classes.iter().all(|class| class.len < INDEX_MASK) && self.large.len() < INDEX_MASK as usize
    }

    /// The record, and what its slot has behind it.
    pub(crate) fn get(&self, addr: Addr) -> &[u8] {
        let index = addr.index();
        if addr.class() == LARGE as usize {
            return &self.large[index as usize];
        }
        let size = slot_size(addr.class());
        let start = (index % PAGE_SLOTS) as usize * size;
        &self.classes[addr.class()].pages[(index / PAGE_SLOTS) as usize][start..start + size]
    }

    /// Stores a record of at least four octets.
    pub(crate) fn store(&mut self, record: &[u8]) -> Addr {
        if record.len() > LONGEST_PAGED {
            self.large.push(record.into());
            return Addr::new(LARGE, index(self.large.len() - 1));
        }
        let class = class_of(record.len());
        if self.classes.len() <= class {
            self.classes.resize_with(class + 1, Class::default);
        }
        let at = self.classes[class].push(record, slot_size(class));
        Addr::new(index(class), at)
    }

    /// Overwrites a record in place if the new one has the same footprint.
    pub(crate) fn overwrite(&mut self, addr: Addr, record: &[u8]) -> bool {
        let slot = if addr.class() == LARGE as usize {
            let slot = &mut self.large[addr.index() as usize];
            if slot.len() != record.len() {
                return false;
            }
            &mut slot[..]
        } else {
            let class = addr.class();
            if record.len() > LONGEST_PAGED || class_of(record.len()) != class {
                return false;
            }
            self.classes[class].slot_mut(addr.index(), slot_size(class))
        };
        slot[..record.len()].copy_from_slice(record);
        true
    }

    /// Frees a record. The caller must write down where the one that took its place has gone.
    pub(crate) fn remove(&mut self, addr: Addr) -> Option<Moved> {
        let index = addr.index();
        let moved = if addr.class() == LARGE as usize {
            self.large.swap_remove(index as usize);
            (index as usize) < self.large.len()
        } else {
            self.classes[addr.class()].swap_remove(index, slot_size(addr.class()))
        };
        moved.then(|| Moved { node: crate::record::Record::new(self.get(addr)).node(), to: addr })
    }
}

impl Class {
    fn push(&mut self, record: &[u8], size: usize) -> u32 {
        if self.len.is_multiple_of(PAGE_SLOTS) {
            self.pages.push(Vec::new());
        }
        let page = self.pages.last_mut().expect("a page was pushed when there was none with room");
        if page.len() == page.capacity() {
            page.reserve_exact(page.len().max(size * FIRST_SLOTS));
        }
        page.extend_from_slice(record);
        page.resize(page.len().next_multiple_of(size), 0);
        self.len += 1;
        self.len - 1
    }

    fn slot_mut(&mut self, index: u32, size: usize) -> &mut [u8] {
        let start = (index % PAGE_SLOTS) as usize * size;
        &mut self.pages[(index / PAGE_SLOTS) as usize][start..start + size]
    }

    /// Whether another record had to move.
    fn swap_remove(&mut self, index: u32, size: usize) -> bool {
        self.len -= 1;
        let last = self.len;
        if index != last {
            let from = (last % PAGE_SLOTS) as usize * size;
            let page = (last / PAGE_SLOTS) as usize;
            if page == (index / PAGE_SLOTS) as usize {
                let to = (index % PAGE_SLOTS) as usize * size;
                self.pages[page].copy_within(from..from + size, to);
            } else {
                let (before, after) = self.pages.split_at_mut(page);
                let to = (index % PAGE_SLOTS) as usize * size;
                before[(index / PAGE_SLOTS) as usize][to..to + size]
                    .copy_from_slice(&after[0][from..from + size]);
            }
        }
        let page = self.pages.last_mut().expect("there was a record");
        page.truncate(page.len() - size);
        if page.is_empty() {
            self.pages.pop();
        }
        index != last
    }
}

fn class_of(len: usize) -> usize {
    len.div_ceil(STEP) - 1
}

fn slot_size(class: usize) -> usize {
    (class + 1) * STEP
}

fn index(of: usize) -> u32 {
    u32::try_from(of).expect("room is checked before a record is stored")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn record(node: u32, len: usize) -> Vec<u8> {
        let mut bytes = node.to_le_bytes().to_vec();
        bytes.resize(len, node.to_le_bytes()[0]);
        bytes
    }

    /// Checks the arena against a map, through a walk that stores, overwrites and frees in a scrambled order.
    #[test]
    fn every_record_is_found_where_it_was_said_to_be() {
        let mut arena = Arena::default();
        let mut expected: HashMap<u32, (Addr, Vec<u8>)> = HashMap::new();
        let mut random = 12_345_u32;
        for node in 0..5_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let len = 8 + (random >> 8) as usize % 700;
            let bytes = record(node, len);
            let addr = arena.store(&bytes);
            expected.insert(node, (addr, bytes));
            let victim = (random >> 4) % (node + 1);
            if random & 0x3000 != 0
                && let Some((addr, _)) = expected.remove(&victim)
                && let Some(moved) = arena.remove(addr)
            {
                expected.get_mut(&moved.node).expect("a live record moved").0 = moved.to;
            }
        }
        assert!(!expected.is_empty());
        for (addr, bytes) in expected.values() {
            assert_eq!(&arena.get(*addr)[..bytes.len()], bytes);
        }
        let mut nodes: Vec<u32> = expected.keys().copied().collect();
        nodes.sort_unstable();
        for node in nodes {
            let (addr, _) = expected[&node];
            if let Some(moved) = arena.remove(addr) {
                expected.get_mut(&moved.node).expect("a live record moved").0 = moved.to;
            }
        }
        assert!(arena.large.is_empty());
        assert!(arena.classes.iter().all(|class| class.len == 0 && class.pages.is_empty()));
    }

    #[test]
    fn a_record_of_the_same_footprint_is_overwritten_in_place() {
        let mut arena = Arena::default();
        for (old, new, fits) in [
            (20, 24, true),
            (20, 17, true),
            (20, 25, false),
            (600, 600, true),
            (600, 601, false),
            (600, 20, false),
        ] {
            let addr = arena.store(&record(1, old));
            assert_eq!(arena.overwrite(addr, &record(2, new)), fits, "{old} {new}");
            assert_eq!(arena.get(addr)[0], if fits { 2 } else { 1 });
        }
    }
}
