//! A Bloom filter: a set of names that forgets none, however many they are, in a fixed amount of memory.

use crate::sync::{AtomicU64, Ordering};

/// Bits, a power of two: 128 KiB. A name that is not in the set is taken for one that is with a probability of one in
/// 500 000 among 10 000 names, one in 100 among 100 000.
const BITS: u64 = 1 << 20;
/// Bits that a name sets.
const PROBES: u64 = 4;

#[derive(Debug)]
pub(crate) struct Bloom(Box<[AtomicU64]>);

impl Bloom {
    pub(crate) fn new() -> Self {
        Self((0..BITS / 64).map(|_| AtomicU64::new(0)).collect())
    }

    /// Adds a name by its hash.
    pub(crate) fn insert(&self, hash: u64) {
        for (word, bit) in probes(hash) {
            self.0[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Whether a name may have been added; never false for one that has.
    pub(crate) fn may_contain(&self, hash: u64) -> bool {
        probes(hash).all(|(word, bit)| self.0[word].load(Ordering::Relaxed) & bit != 0)
    }

    /// Adds all that are in `other`.
    pub(crate) fn merge(&self, other: &Self) {
        for (word, more) in self.0.iter().zip(&other.0) {
            word.fetch_or(more.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Words, and the bit in each, by double hashing.
fn probes(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    // Odd, so that the probes differ.
    let (first, step) = (hash, hash >> 32 | 1);
    (0..PROBES).map(move |n| {
        let bit = first.wrapping_add(n.wrapping_mul(step)) % BITS;
        (usize::try_from(bit / 64).unwrap_or(0), 1 << (bit % 64))
    })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::name_hash::NameHash;

    fn hash(set: &str, number: u32) -> u64 {
        NameHash::new(7).of(format!("{set}{number}").as_bytes())
    }

    /// Of 100 000 others, how many are taken for members among so many.
    fn mistakes(members: u32) -> usize {
        let bloom = Bloom::new();
        for number in 0..members {
            bloom.insert(hash("in", number));
        }
        assert!((0..members).all(|number| bloom.may_contain(hash("in", number))), "none is forgotten");
        (0..100_000).filter(|&number| bloom.may_contain(hash("out", number))).count()
    }

    #[test]
    fn mistakes_are_as_rare_as_promised() {
        assert_eq!(mistakes(0), 0);
        assert!(mistakes(10_000) <= 5);
        assert!((500..2_000).contains(&mistakes(100_000)));
    }

    #[test]
    fn a_merged_set_has_the_members_of_both() {
        let (one, two) = (Bloom::new(), Bloom::new());
        one.insert(hash("one", 0));
        two.insert(hash("two", 0));
        one.merge(&two);
        assert!(one.may_contain(hash("one", 0)) && one.may_contain(hash("two", 0)));
        assert!(!two.may_contain(hash("one", 0)));
    }
}
