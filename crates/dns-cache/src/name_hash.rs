//! The hash that places names.

use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hasher};

/// A keyed hash of wire names. All types of a name share it, so that they meet in one shard and one search
/// finds them all.
#[derive(Debug, Clone)]
pub(crate) struct NameHash(FixedState);

impl NameHash {
    pub(crate) fn new(seed: u64) -> Self {
        Self(FixedState::with_seed(seed))
    }

    pub(crate) fn of(&self, name: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(name);
        hasher.finish()
    }
}
