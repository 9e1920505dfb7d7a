//! Limits and seeds a cache is made with.

/// A point in time or a duration, in milliseconds.
///
/// Points in time are read from one clock of the caller's choice, which must never go backwards and should
/// count the time the machine is suspended. Only 48 bits are kept, which is 8 900 years.
pub type Millis = u64;

/// Octets one namespace may hold unless told otherwise: 64 MiB.
pub const DEFAULT_NAMESPACE_BYTES: u64 = 64 << 20;

/// Answers one namespace may hold unless told otherwise.
pub const DEFAULT_NAMESPACE_ENTRIES: u64 = 100_000;

/// Octets all namespaces of a cache may hold together unless told otherwise: 256 MiB.
pub const DEFAULT_PROCESS_BYTES: u64 = 256 << 20;

/// The fewest answers a namespace can be limited to: room for one pair of addresses of each sort.
pub(crate) const LEAST_ENTRIES: u64 = 4;

/// The share of a namespace kept for names that have no addresses, as a divisor: one sixteenth.
pub(crate) const NEGATIVE_SHARE: u64 = 16;

/// What a [`Cache`](crate::Cache) is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheConfig {
    /// Octets that all namespaces may hold together.
    pub max_bytes_process: u64,
    /// Seeds the hash of names, so that nobody outside can choose names that collide. Draw it from the
    /// system's random source; a fixed one makes tests repeatable.
    pub hash_seed: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { max_bytes_process: DEFAULT_PROCESS_BYTES, hash_seed: 0 }
    }
}

/// What one namespace may hold.
///
/// One sixteenth of both limits is set aside for names without a positive answer, and only for them: a flood
/// of random names can displace nothing but others of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamespaceLimits {
    /// Octets, counting names, payloads and the cache's own bookkeeping.
    pub max_bytes: u64,
    /// Answers: the A and the AAAA answer of a name are two. Fewer than 4 are taken as 4.
    pub max_entries: u64,
}

impl Default for NamespaceLimits {
    fn default() -> Self {
        Self { max_bytes: DEFAULT_NAMESPACE_BYTES, max_entries: DEFAULT_NAMESPACE_ENTRIES }
    }
}
