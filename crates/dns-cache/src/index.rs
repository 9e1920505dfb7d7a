//! Where things are, by the hash of their name.

/// Entries of a bucket, which fill a cache line.
const WAYS: usize = 12;
/// An index holds so many entries a bucket at most, in halves: seven eighths of its room.
const MOST_HALVES: usize = 21;
/// It grows by this part of itself, as a divisor: memory follows what is stored more closely than by doubling.
const GROWTH: usize = 4;
/// Marks an empty way; never the tag of an entry.
const EMPTY: u8 = 0;
/// An overflow count that is no longer known.
const MANY: u8 = u8::MAX;

/// Numbers by hash; what is equal is decided by the caller.
///
/// One cache line is a bucket: eight bits of each hash, the numbers, and how many entries whose home this is found no room
/// here or, on their way to the next free place, further on. So a search mostly ends on the line it begins with.
#[derive(Debug, Default)]
pub(crate) struct Index {
    buckets: Vec<Bucket>,
    len: usize,
}

#[derive(Debug, Clone, Default)]
#[repr(align(64))]
struct Bucket {
    values: [u32; WAYS],
    tags: [u8; WAYS],
    /// Entries that went past.
    over: u8,
}

impl Index {
    /// Entries held.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// An entry of this hash that is the one looked for.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        let home = self.buckets.get(self.home(hash))?;
        home.find(tag(hash), &mut is).or_else(|| if home.over == 0 { None } else { self.find_away(hash, is) })
    }

    /// The same of one that found no room at home.
    #[cold]
    fn find_away(&self, hash: u64, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        for at in self.path(hash).skip(1) {
            let bucket = &self.buckets[at];
            let found = bucket.find(tag(hash), &mut is);
            if found.is_some() || bucket.over == 0 {
                return found;
            }
        }
        None
    }

    /// Adds an entry. `hash_of` gives the hash of those that are there.
    pub(crate) fn insert(&mut self, hash: u64, value: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.len + 1) * 2 > self.buckets.len() * MOST_HALVES {
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
            let over = &mut self.buckets[bucket].over;
            if *over != MANY {
                *over -= 1;
            }
        }
    }

    /// All entries.
    pub(crate) fn values(&self) -> impl Iterator<Item = u32> {
        self.buckets.iter().flat_map(|bucket| {
            let tagged = bucket.tags.iter().zip(&bucket.values);
            tagged.filter(|&(&tag, _)| tag != EMPTY).map(|(_, &value)| value)
        })
    }

    fn place_of(&self, hash: u64, value: u32) -> Option<(usize, usize)> {
        let tag = tag(hash);
        self.path(hash).find_map(|at| {
            let bucket = &self.buckets[at];
            let way = (0..WAYS).find(|&way| bucket.tags[way] == tag && bucket.values[way] == value)?;
            Some((at, way))
        })
    }

    fn place(&mut self, hash: u64, value: u32) {
        for bucket in self.path(hash) {
            let bucket = &mut self.buckets[bucket];
            let Some(way) = bucket.tags.iter().position(|&tag| tag == EMPTY) else {
                bucket.over = bucket.over.saturating_add(1);
                continue;
            };
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
    #[inline]
    fn find(&self, tag: u8, is: &mut impl FnMut(u32) -> bool) -> Option<u32> {
        let mut ways = self.ways_of(tag);
        while ways != 0 {
            let value = self.values[(ways.trailing_zeros() / 8) as usize];
            if is(value) {
                return Some(value);
            }
            ways &= ways - 1;
        }
        None
    }

    /// The ways with this tag, as the highest bit of an octet each.
    #[inline]
    fn ways_of(&self, tag: u8) -> u128 {
        const LOW: u128 = u128::from_ne_bytes([0x7f; 16]);
        let mut octets = [EMPTY; 16];
        octets[..WAYS].copy_from_slice(&self.tags);
        let differing = u128::from_le_bytes(octets) ^ u128::from_ne_bytes([tag; 16]);
        // An octet that is zero has no bit set after this, and no other octet is affected by it.
        !(((differing & LOW) + LOW) | differing | LOW)
    }
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
            steps in prop::collection::vec((0_u32..400, prop::bool::weighted(0.6)), 1..800),
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
                for value in 0..400 {
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
        assert_eq!(size_of::<Bucket>(), 64);
        let mixed = |value: u32| {
            let mixed = (u64::from(value) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        };
        let mut index = Index::default();
        for value in 0..100_000 {
            index.insert(mixed(value), value, mixed);
            assert!(value < 1_000 || index.buckets.len() * 64 <= index.len() * 8, "{}", index.len());
        }
        let away = index.buckets.iter().map(|bucket| usize::from(bucket.over)).sum::<usize>();
        assert!(away < index.len() / 8, "{away} of {} are not at home", index.len());
    }
}
