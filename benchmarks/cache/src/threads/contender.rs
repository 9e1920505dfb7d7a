//! The caches. All hold the same: the name as octets, and what a resolver would keep of an answer of two addresses.
//!
//! One is there twice, which tells how quiet the machine is. A read of ours also looks whether the answer is fresh and whether it is to be refreshed; that of the others
//! clones the value and computes what remains of its life, as one would who used them for this.

use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceId, NamespaceLimits};

const CAPACITY: usize = 100_000;
const NOW: u64 = 1_000;

/// A cache under test: reads give the sum of what was read, so that they cannot be left out.
pub(crate) trait Contender: Sync {
    /// 0 if it is not there.
    fn read(&self, name: &[u8]) -> u64;
    fn write(&self, name: &[u8]);
}

/// All of them, by name.
pub(crate) fn all() -> Vec<(&'static str, Box<dyn Contender>)> {
    vec![
        ("dns-cache", Box::new(Ours::new())),
        ("dns-cache, again", Box::new(Ours::new())),
        ("quick_cache", Box::new(Quick(quick_cache::sync::Cache::new(CAPACITY)))),
        ("moka", Box::new(Moka(moka::sync::Cache::new(CAPACITY as u64)))),
    ]
}

struct Ours(Cache, NamespaceId);

impl Ours {
    fn new() -> Self {
        let cache = Cache::new(CacheConfig::default());
        // The sixteenth that is set aside for negative answers comes on top.
        let max_entries = CAPACITY as u64 * 16 / 15;
        let limits = NamespaceLimits { max_entries, ..NamespaceLimits::default() };
        let namespace = cache.open_namespace([0; 32], limits);
        Self(cache, namespace)
    }
}

impl Contender for Ours {
    fn read(&self, name: &[u8]) -> u64 {
        let key = Key { namespace: self.1, name, rtype: 1 };
        self.0.get(&key, NOW, |hit| hit.remaining_ms + u64::from(hit.payload[0])).unwrap_or(0)
    }

    fn write(&self, name: &[u8]) {
        let key = Key { namespace: self.1, name, rtype: 1 };
        let insert = Insert { payload: &VALUE.addresses, ttl_ms: 300_000, ..Insert::default() };
        let _stored = self.0.insert(&key, &insert, NOW);
    }
}

#[derive(Clone)]
struct Value {
    expires_at: u64,
    addresses: [u8; 8],
}

const VALUE: Value = Value { expires_at: NOW + 300_000, addresses: [192, 0, 2, 1, 192, 0, 2, 2] };

impl Value {
    fn weigh(&self) -> u64 {
        self.expires_at.saturating_sub(NOW) + u64::from(self.addresses[0])
    }
}

struct Quick(quick_cache::sync::Cache<Box<[u8]>, Value>);

impl Contender for Quick {
    fn read(&self, name: &[u8]) -> u64 {
        self.0.get(name).map_or(0, |value| value.weigh())
    }

    fn write(&self, name: &[u8]) {
        self.0.insert(name.into(), VALUE);
    }
}

struct Moka(moka::sync::Cache<Box<[u8]>, Value>);

impl Contender for Moka {
    fn read(&self, name: &[u8]) -> u64 {
        self.0.get(name).map_or(0, |value| value.weigh())
    }

    fn write(&self, name: &[u8]) {
        self.0.insert(name.into(), VALUE);
    }
}
