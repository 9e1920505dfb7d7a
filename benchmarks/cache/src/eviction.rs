//! Hit ratios of full caches: a lookup is a read, and an insert after a miss. Nothing expires.

use crate::allocated::allocated;
use crate::lru::Lru;
use cache_benchmark::random::{Random, Zipf};
use std::iter::successors;

use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceId, NamespaceLimits};

const LOOKUPS: usize = 1_000_000;
/// By so many every cache is full.
const FILLED_BY: usize = 300_000;
/// It evicts in the background; without asking for that, it would hold more than it may.
const MOKA_TIDIES_EVERY: u32 = 64;
const NAMES: u32 = 100_000;
/// Of so many lookups, the last quarter is a scan of names that are never asked for again.
const SCAN_PERIOD: usize = 80_000;
/// A loop is this much larger than the cache, in tenths.
const LOOP_TENTHS: u32 = 12;

/// What a resolver keeps of an answer: expiry and two addresses.
#[derive(Debug, Clone, Copy)]
struct Value {
    expires_at: u64,
    addresses: [u8; 8],
}

const VALUE: Value = Value { expires_at: 300_000, addresses: [192, 0, 2, 1, 192, 0, 2, 2] };
const POLICIES: [&str; 4] = ["dns-cache", "lru", "quick_cache", "moka"];
const TRACES: [&str; 4] = ["zipf-0.8", "zipf-1.0", "zipf-0.8-scans", "loop"];

/// How large a cache may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Size {
    Entries(usize),
    /// Of all that it allocates.
    Octets(usize),
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) hits_per_cent: f64,
    /// Allocated at the end.
    pub(crate) octets: usize,
}

trait Contender {
    /// Whether it was there; now it is.
    fn look_up(&mut self, name: &[u8]) -> bool;
}

struct Ours(Cache, NamespaceId);

impl Ours {
    fn new(limits: NamespaceLimits) -> Self {
        // The sixteenth that is set aside for negative answers comes on top.
        let whole = |positive: u64| positive.saturating_mul(16) / 15;
        let cache = Cache::new(CacheConfig { max_bytes_process: u64::MAX, ..CacheConfig::default() });
        let limits =
            NamespaceLimits { max_bytes: whole(limits.max_bytes), max_entries: whole(limits.max_entries) };
        let namespace = cache.open_namespace([0; 32], limits);
        Self(cache, namespace)
    }
}

impl Contender for Ours {
    fn look_up(&mut self, name: &[u8]) -> bool {
        let key = Key { namespace: self.1, name, rtype: 1 };
        let hit = self.0.get(&key, 1, |_| ()).is_some();
        if !hit {
            let insert = Insert { payload: &VALUE.addresses, ttl_ms: VALUE.expires_at, ..Insert::default() };
            let _stored = self.0.insert(&key, &insert, 0);
        }
        hit
    }
}

impl Contender for Lru<Value> {
    fn look_up(&mut self, name: &[u8]) -> bool {
        let hit = self.get(name).is_some();
        if !hit {
            self.insert(name, VALUE);
        }
        hit
    }
}

impl Contender for quick_cache::sync::Cache<Box<[u8]>, Value> {
    fn look_up(&mut self, name: &[u8]) -> bool {
        let hit = self.get(name).is_some();
        if !hit {
            self.insert(name.into(), VALUE);
        }
        hit
    }
}

struct Moka {
    cache: moka::sync::Cache<Box<[u8]>, Value>,
    misses: u32,
}

impl Contender for Moka {
    fn look_up(&mut self, name: &[u8]) -> bool {
        let hit = self.cache.get(name).is_some();
        if !hit {
            self.cache.insert(name.into(), VALUE);
            self.misses += 1;
            if self.misses.is_multiple_of(MOKA_TIDIES_EVERY) {
                self.cache.run_pending_tasks();
            }
        }
        hit
    }
}

fn of_entries(policy: &str, entries: usize) -> Box<dyn Contender> {
    match policy {
        "dns-cache" => {
            Box::new(Ours::new(NamespaceLimits { max_bytes: u64::MAX / 16, max_entries: entries as u64 }))
        }
        "lru" => Box::new(Lru::new(entries)),
        "quick_cache" => Box::new(quick_cache::sync::Cache::<Box<[u8]>, Value>::new(entries)),
        _ => Box::new(Moka { cache: moka::sync::Cache::new(entries as u64), misses: 0 }),
    }
}

fn play(trace: &[u32], contender: impl FnOnce() -> Box<dyn Contender>) -> Outcome {
    let before = allocated();
    let mut contender = contender();
    let mut name = *b"\x06000000\x05cache\x05test1\x00";
    let mut hits = 0_u32;
    for &n in trace {
        let mut n = n;
        for digit in name[1..7].iter_mut().rev() {
            *digit = b"0123456789abcdef"[(n & 15) as usize];
            n >>= 4;
        }
        hits += u32::from(contender.look_up(&name));
    }
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let hits_per_cent = 100.0 * f64::from(hits) / trace.len() as f64;
    Outcome { hits_per_cent, octets: allocated().saturating_sub(before) }
}

/// Whether there is such a trace, and such a policy.
pub(crate) fn is_known(trace: &str, policy: &str) -> bool {
    TRACES.contains(&trace) && POLICIES.contains(&policy)
}

/// Plays a trace. None if the cache cannot be made this small.
pub(crate) fn compare(trace: &str, policy: &str, size: Size) -> Option<Outcome> {
    let lookups = |entries| trace_of(trace, entries);
    match size {
        Size::Entries(entries) => Some(play(&lookups(entries)?, || of_entries(policy, entries))),
        Size::Octets(octets) => {
            let looped = octets / OCTETS_OF_AN_ENTRY;
            let trace = lookups(looped)?;
            let fill = &trace[..FILLED_BY];
            // The largest number of entries that takes no more, found by trying: a cache of its own settings
            // decides what an entry takes.
            let (mut fits, mut too_many) = (0, octets / LEAST_OCTETS);
            for _ in 0..TRIES {
                let entries = usize::midpoint(fits, too_many);
                let taken = play(fill, || of_entries(policy, entries)).octets;
                *(if taken <= octets { &mut fits } else { &mut too_many }) = entries;
            }
            // In the long run it may take more.
            let fewer =
                |&entries: &usize| Some(entries - entries.div_ceil(STEP_DOWN)).filter(|&fewer| fewer > 0);
            let tried = successors(Some(fits).filter(|&fits| fits > 0), fewer).take(TRIES);
            let mut outcomes = tried.map(|entries| play(&trace, || of_entries(policy, entries)));
            outcomes.find(|outcome| outcome.octets <= octets)
        }
    }
}

/// What a name with its answer is taken to cost where a size in octets must be turned into one in names.
pub(crate) const OCTETS_OF_AN_ENTRY: usize = 128;
/// No cache keeps a name and its answer in less.
const LEAST_OCTETS: usize = 36;
const TRIES: usize = 8;
/// By which part to go down where that is too many after all, as a divisor.
const STEP_DOWN: usize = 25;

fn trace_of(trace: &str, entries: usize) -> Option<Vec<u32>> {
    let zipf = |exponent| {
        let (zipf, mut random) = (Zipf::new(NAMES, exponent), Random::new(1));
        (0..LOOKUPS).map(|_| zipf.draw(&mut random)).collect::<Vec<_>>()
    };
    let length = u32::try_from(entries).ok()? / 10 * LOOP_TENTHS;
    let trace = match TRACES.iter().position(|&known| known == trace)? {
        0 => zipf(0.8),
        1 => zipf(1.0),
        2 => {
            let fresh = (NAMES * 10..).take(LOOKUPS);
            let scans = |at| at % SCAN_PERIOD >= SCAN_PERIOD * 3 / 4;
            zipf(0.8)
                .into_iter()
                .zip(fresh)
                .enumerate()
                .map(|(at, (n, fresh))| if scans(at) { fresh } else { n })
                .collect()
        }
        _ => (0..length).cycle().take(LOOKUPS).collect(),
    };
    Some(trace)
}
