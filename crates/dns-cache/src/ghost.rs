//! The ghost queue of S3-FIFO: who was evicted lately, without what it held.

/// Fingerprints in a bucket.
const WAYS: usize = 8;

/// Fingerprints of evicted names in buckets that are each a small first-in-first-out queue.
///
/// Two octets a name. It forgets about as late as one queue of the same length would, and takes a stranger
/// for a name it remembers with a probability of 8 in 65 536, which costs that stranger's place in the small
/// queue and nothing else.
#[derive(Debug, Default)]
pub(crate) struct Ghost {
    buckets: Vec<[u16; WAYS]>,
}

impl Ghost {
    /// Remembers a name; `live` is the number of names in the cache, as many as are worth remembering.
    pub(crate) fn put(&mut self, hash: u64, live: usize) {
        let wanted = live.div_ceil(WAYS).max(1);
        if self.buckets.len() < wanted / 2 || self.buckets.len() > wanted * 2 || self.buckets.is_empty() {
            self.buckets = vec![[0; WAYS]; wanted];
        }
        let bucket = self.bucket(hash);
        let ways = &mut self.buckets[bucket];
        ways.rotate_right(1);
        ways[0] = fingerprint(hash);
    }

    /// Whether the name is remembered; it no longer is afterwards.
    pub(crate) fn take(&mut self, hash: u64) -> bool {
        if self.buckets.is_empty() {
            return false;
        }
        let bucket = self.bucket(hash);
        let ways = &mut self.buckets[bucket];
        let Some(at) = ways.iter().position(|&way| way == fingerprint(hash)) else { return false };
        ways[at..].rotate_left(1);
        ways[WAYS - 1] = 0;
        true
    }

    /// Octets taken up.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.buckets.capacity() * size_of::<[u16; WAYS]>()
    }

    fn bucket(&self, hash: u64) -> usize {
        // The upper half scaled to the number of buckets; the fingerprint uses the lowest bits.
        (((hash >> 32) * self.buckets.len() as u64) >> 32) as usize
    }
}

/// Never 0, which marks a free place.
fn fingerprint(hash: u64) -> u16 {
    ((hash & 0xffff) as u16).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u64) -> u64 {
        let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }

    #[test]
    fn remembers_about_as_many_as_there_are_names_and_each_once() {
        let mut ghost = Ghost::default();
        assert!(!ghost.take(hash(0)));
        for n in 0..20_000 {
            ghost.put(hash(n), 10_000);
        }
        let recent = (15_000..20_000).filter(|&n| ghost.take(hash(n))).count();
        assert!(recent > 4_500, "{recent} of the last 5 000");
        let again = (15_000..20_000).filter(|&n| ghost.take(hash(n))).count();
        assert!(again < 50, "{again} taken twice");
        let old = (0..5_000).filter(|&n| ghost.take(hash(n))).count();
        assert!(old < 500, "{old} of the first 5 000");
        assert_eq!(ghost.bytes(), 20_000);
    }
}
