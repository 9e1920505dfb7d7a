//! A bounded, concurrent cache for DNS answers.
//!
//! It keeps what a stub resolver learns: positive answers, negative ones (RFC 2308) and failures (RFC 9520),
//! each for as long as it may be used, and positive ones for a while longer as stale data (RFC 8767).
//! Payloads are octets that it never looks into.
//!
//! It is **not** a resolver: it sends nothing, parses nothing, starts no thread and decides nothing about
//! upstreams. Nor does it read a clock or draw a random number: both are arguments, so every behaviour in
//! time is a test without waiting.
//!
//! # Main types
//! - [`Cache`]: all of it, shared by reference between threads.
//! - [`NamespaceId`]: answers obtained under one configuration. Namespaces never see each other's answers.
//! - [`Key`]: namespace, lowercase wire name and record type.
//! - [`Insert`] and [`Fill`]: an answer to store, and [`Outcome`], what became of it under the replacement
//!   rules.
//! - [`Hit`] and [`Freshness`]: a stored answer, and where in its life it is.
//! - [`Popular`]: a name that is used much, remembered for longer than its answers.
//! - [`Exported`] and [`Restore`]: what is kept elsewhere between two lives of a process.
//!
//! # Example
//! ```
//! use dns_cache::{Cache, CacheConfig, Fill, Freshness, Insert, Key, NamespaceLimits, Outcome};
//!
//! let cache = Cache::new(CacheConfig::default());
//! let namespace = cache.open_namespace([0; 32], NamespaceLimits::default());
//! let key = Key { namespace, name: b"\x07example\x03com\x00", rtype: 1 };
//!
//! let answer = Insert { kind: Fill::Positive, payload: &[192, 0, 2, 1], ttl_ms: 60_000, ..Insert::default() };
//! assert_eq!(cache.insert(&key, &answer, 1_000), Outcome::Stored);
//!
//! let address = cache.get(&key, 2_000, |hit| (hit.state, hit.payload.to_vec()));
//! assert_eq!(address, Some((Freshness::Fresh, vec![192, 0, 2, 1])));
//!
//! // A failure to renew it leaves it standing, and it outlives its TTL for bad times.
//! let failure = Insert { kind: Fill::ServerFailure, payload: b"SERVFAIL", ..Insert::default() };
//! assert_eq!(cache.insert(&key, &failure, 62_000), Outcome::Kept);
//! assert_eq!(cache.peek(&key, 62_000, |hit| hit.state), Some(Freshness::Stale));
//! ```
//!
//! # Layout
//! A namespace is spread over up to 64 shards by the hash of the name. Its part in a shard is an index of records, an
//! arena of them by size, with what readers count beside each (name and answers lie in one piece), and queues of
//! numbers that records keep while they move. The A and the AAAA answer of a name share a record. Eviction is S3-FIFO, so a read writes nothing but its counters, under a shared lock. How popular a name
//! is comes from these counters when its answer is renewed or goes.
#![forbid(unsafe_code)]

mod answer;
mod arena;
mod backoff;
mod bloom;
mod cache;
mod config;
mod exported;
mod ghost;
mod index;
mod key;
mod lifecycle;
mod live;
mod name_hash;
mod namespace;
mod node;
mod popularity;
mod queue;
mod record;
mod refresh;
mod replacement;
mod shard;
mod space;
mod sync;
mod ttl;

pub use answer::{DEFAULT_STALE_MS, Fill, Freshness, Hit, Insert, Kind, NamespaceStats, Outcome};
pub use cache::Cache;
pub use config::{
    CacheConfig, DEFAULT_NAMESPACE_BYTES, DEFAULT_NAMESPACE_ENTRIES, DEFAULT_PROCESS_BYTES, Millis,
    NamespaceLimits,
};
pub use exported::{Exported, Restore};
pub use key::{Key, NamespaceId};
pub use popularity::{POPULAR_NAMES, Popular};
pub use space::SWEEP_INTERVAL_MS;
pub use ttl::DEFAULT_JITTER_SHARE;
