//! A shard: the parts of all namespaces that one lock guards.

use crate::key::NamespaceId;
use crate::space::Space;

/// Binary logarithm of the number of shards. Models have few, since each is one more thing to interleave.
pub(crate) const SHARD_BITS: u32 = if cfg!(loom) { 1 } else { 6 };
/// Shards in a cache.
pub(crate) const SHARDS: usize = 1 << SHARD_BITS;
/// A namespace is spread over one shard for each so many answers that it may hold, up to all of them.
const ENTRIES_PER_SHARD: u64 = 4096;

/// Namespaces by slot.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    spaces: Vec<Option<Box<Space>>>,
}

impl Shard {
    pub(crate) fn space(&self, id: NamespaceId) -> Option<&Space> {
        self.spaces.get(id.slot())?.as_deref().filter(|space| space.id == id)
    }

    pub(crate) fn space_mut(&mut self, id: NamespaceId) -> Option<&mut Space> {
        self.spaces.get_mut(id.slot())?.as_deref_mut().filter(|space| space.id == id)
    }

    pub(crate) fn put(&mut self, space: Space) {
        let slot = space.id.slot();
        if self.spaces.len() <= slot {
            self.spaces.resize_with(slot + 1, || None);
        }
        self.spaces[slot] = Some(Box::new(space));
    }

    pub(crate) fn take(&mut self, id: NamespaceId) -> Option<Box<Space>> {
        self.spaces.get_mut(id.slot())?.take_if(|space| space.id == id)
    }

    pub(crate) fn spaces_mut(&mut self) -> impl Iterator<Item = &mut Space> {
        self.spaces.iter_mut().flatten().map(Box::as_mut)
    }
}

/// Over how many shards, as a binary logarithm, to spread a namespace of so many answers. Few names in many
/// shards would evict each other by chance.
pub(crate) fn spread(max_entries: u64) -> u32 {
    (max_entries / ENTRIES_PER_SHARD).checked_ilog2().unwrap_or(0).min(SHARD_BITS)
}

/// The `n`-th of the shards of a namespace.
pub(crate) fn nth(id: NamespaceId, n: u32) -> usize {
    let within = n & ((1 << id.spread()) - 1);
    // Small namespaces do not all begin at the same shard.
    (id.slot() * 17 + within as usize) % SHARDS
}

/// The shard of a name.
pub(crate) fn of(id: NamespaceId, hash: u64) -> usize {
    nth(id, (hash >> 32) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_namespaces_use_all_shards_and_small_ones_one() {
        assert_eq!(spread(0), 0);
        assert_eq!(spread(8_000), 0);
        assert_eq!(spread(100_000), SHARD_BITS.min(4));
        assert_eq!(spread(u64::MAX), SHARD_BITS);
        let id = NamespaceId::new(3, SHARD_BITS, 1);
        let mut seen: Vec<usize> = (0..64).map(|n| nth(id, n)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (0..SHARDS).collect::<Vec<_>>());
    }
}
