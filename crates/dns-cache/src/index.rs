//! Where things are, by the hash of their name.

/// Entries of a bucket, two of which fill a cache line.
const WAYS: usize = 6;
/// An index holds so many entries to eight buckets at most: five sixths of its room.
const MOST_IN_EIGHT: usize = 40;
/// It grows by this part of itself, as a divisor: memory follows what is stored more closely than by doubling.
const GROWTH: usize = 4;
/// Marks an empty way; never the tag of an entry.
const EMPTY: u8 = 0;
/// An overflow count that is no longer known.
const MANY: u8 = u8::MAX;

/// Numbers by hash; what is equal is decided by the caller.
///
/// A bucket is half a cache line: eight bits of each hash, the numbers, and how many entries whose home this is found no
/// room here or, on their way to the next free place, further on. So a search mostly ends on the line it begins with.
#[derive(Debug, Default)]
pub(crate) struct Index {
    buckets: Vec<Bucket>,
    len: usize,
}

#[derive(Debug, Clone, Default)]
#[repr(align(32))]
struct Bucket {
    /// One of each way, and behind them the number of entries that went past.
    tags: [u8; 8],
    values: [u32; WAYS],
}

/// Where among the tags the number of entries is that went past.
const OVER: usize = WAYS;
/// The highest bits of the tags.
const WAY_BITS: u64 = 0x0000_8080_8080_8080;

impl Index {
    /// Entries held.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// An entry of this hash that is the one looked for.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        let mut at = self.home(hash);
        for _ in 0..self.buckets.len() {
            let bucket = &self.buckets[at];
            let mut ways = bucket.ways_of(tag(hash));
            while ways != 0 {
                let value = bucket.values[first(ways)];
                if is(value) {
                    return Some(value);
                }
                ways &= ways - 1;
            }
            if bucket.tags[OVER] == 0 {
                return None;
            }
            at = if at + 1 == self.buckets.len() { 0 } else { at + 1 };
        }
        None
    }

    /// Adds an entry. `hash_of` gives the hash of those that are there.
    pub(crate) fn insert(&mut self, hash: u64, value: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.len + 1) * 8 > self.buckets.len() * MOST_IN_EIGHT {
            self.grow(hash_of);
        }
        self.place(hash, value);
        self.len += 1;
    }

    /// Puts another number in the place of an entry.
    pub(crate) fn replace(&mut self, hash: u64, value: u32, by: u32) {
        if let Some((bucket, way)) = self.place_of(hash, value) {
            self.buckets[bucket].values[way] = by;
        }
    }

    pub(crate) fn remove(&mut self, hash: u64, value: u32) {
        let Some((found, way)) = self.place_of(hash, value) else { return };
        self.buckets[found].tags[way] = EMPTY;
        self.len -= 1;
        for bucket in self.path(hash).take_while(|&bucket| bucket != found) {
            let over = &mut self.buckets[bucket].tags[OVER];
            if *over != MANY {
                *over -= 1;
            }
        }
    }

    /// All entries.
    pub(crate) fn values(&self) -> impl Iterator<Item = u32> {
        self.buckets.iter().flat_map(|bucket| {
            let tagged = bucket.values.iter().zip(&bucket.tags);
            tagged.filter(|&(_, &tag)| tag != EMPTY).map(|(&value, _)| value)
        })
    }

    fn place_of(&self, hash: u64, value: u32) -> Option<(usize, usize)> {
        self.path(hash).find_map(|at| {
            let bucket = &self.buckets[at];
            let mut ways = bucket.ways_of(tag(hash));
            while ways != 0 {
                let way = first(ways);
                if bucket.values[way] == value {
                    return Some((at, way));
                }
                ways &= ways - 1;
            }
            None
        })
    }

    fn place(&mut self, hash: u64, value: u32) {
        for bucket in self.path(hash) {
            let bucket = &mut self.buckets[bucket];
            let ways = bucket.ways_of(EMPTY);
            if ways == 0 {
                bucket.tags[OVER] = bucket.tags[OVER].saturating_add(1);
                continue;
            }
            let way = first(ways);
            bucket.tags[way] = tag(hash);
            bucket.values[way] = value;
            return;
        }
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let buckets = self.buckets.len() + (self.buckets.len() / GROWTH).max(1);
        let old = std::mem::replace(self, Self { buckets: vec![Bucket::default(); buckets], len: self.len });
        for value in old.values() {
            self.place(hash_of(value), value);
        }
    }

    /// The buckets where an entry may be, its home first: each once.
    fn path(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let home = self.home(hash);
        (home..self.buckets.len()).chain(0..home)
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        // The upper half scaled to the number of buckets; the tag uses the lowest bits.
        (((hash >> 32) * self.buckets.len() as u64) >> 32) as usize
    }
}

impl Bucket {
    /// The ways with this tag, as the highest bit of an octet each.
    #[inline]
    fn ways_of(&self, tag: u8) -> u64 {
        const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
        let differing = u64::from_le_bytes(self.tags) ^ u64::from_ne_bytes([tag; 8]);
        // That bit stays clear in an octet that is zero, and no other octet is affected by it.
        !(((differing & LOW) + LOW) | differing | LOW) & WAY_BITS
    }
}

#[inline]
fn first(ways: u64) -> usize {
    (ways.trailing_zeros() / 8) as usize
}

#[inline]
fn tag(hash: u64) -> u8 {
    ((hash & 0xff) as u8).max(1)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Few homes and few tags, so that buckets overflow and tags meet.
    fn hash(value: u32) -> u64 {
        let mixed = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed & 0xf000_0000_0000_0003
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn holds_what_was_put_in_and_not_taken_out(
            steps in prop::collection::vec((0_u32..100, prop::bool::weighted(0.6)), 1..300),
        ) {
            let (mut index, mut expected) = (Index::default(), BTreeSet::new());
            for (value, comes) in steps {
                if !comes {
                    index.remove(hash(value), value);
                    expected.remove(&value);
                } else if expected.insert(value) {
                    index.insert(hash(value), value, hash);
                }
                prop_assert_eq!(index.len(), expected.len());
                for value in 0..100 {
                    let found = index.find(hash(value), |other| other == value);
                    prop_assert_eq!(found.is_some(), expected.contains(&value));
                }
            }
            prop_assert_eq!(index.values().collect::<BTreeSet<_>>(), expected);
        }
    }

    #[test]
    fn another_number_takes_the_place_of_one() {
        let mut index = Index::default();
        index.insert(hash(1), 1, hash);
        index.replace(hash(1), 1, 7);
        assert_eq!(index.values().collect::<Vec<_>>(), [7]);
        assert_eq!(index.find(hash(1), |value| value == 7), Some(7));
    }

    #[test]
    fn takes_few_octets_an_entry() {
        assert_eq!(size_of::<Bucket>(), 32);
        let mixed = |value: u32| {
            let mixed = (u64::from(value) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        };
        let mut index = Index::default();
        for value in 0..100_000 {
            index.insert(mixed(value), value, mixed);
            assert!(value < 1_000 || index.buckets.len() * 32 <= index.len() * 9, "{}", index.len());
        }
        let away = index.buckets.iter().map(|bucket| usize::from(bucket.tags[OVER])).sum::<usize>();
        assert!(away < index.len() / 3, "{away} of {} are not at home", index.len());
    }
}
