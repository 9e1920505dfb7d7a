//! Who stays when there is no room for all.
#![cfg(not(loom))]

use dns_cache::{Cache, CacheConfig, Fill, Insert, Key, NamespaceId, NamespaceLimits, Outcome};
use std::collections::{HashMap, VecDeque};

const A: u16 = 1;
const DAY: u64 = 86_400_000;

struct Trace {
    cache: Cache,
    namespace: NamespaceId,
    hits: u32,
    reads: u32,
}

impl Trace {
    /// A cache of so many positive answers, the share of negative ones on top.
    fn new(entries: u64) -> Self {
        let cache = Cache::new(CacheConfig::default());
        let limits =
            NamespaceLimits { max_entries: entries + entries.div_ceil(15), ..NamespaceLimits::default() };
        let namespace = cache.open_namespace([0; 32], limits);
        Self { cache, namespace, hits: 0, reads: 0 }
    }

    /// A lookup: a read, and an insert after a miss.
    fn look_up(&mut self, n: u64) {
        self.reads += 1;
        if read(&self.cache, self.namespace, n) {
            self.hits += 1;
        } else {
            assert_eq!(store(&self.cache, self.namespace, n, Fill::Positive, b"payload"), Outcome::Stored);
        }
    }

    /// Hit ratio since the last call, in per cent.
    fn ratio(&mut self) -> f64 {
        let ratio = 100.0 * f64::from(self.hits) / f64::from(self.reads);
        (self.hits, self.reads) = (0, 0);
        ratio
    }
}

fn read(cache: &Cache, namespace: NamespaceId, n: u64) -> bool {
    let name = n.to_le_bytes();
    cache.get(&Key { namespace, name: &name, rtype: A }, 1, |hit| assert!(hit.remaining_ms > 0)).is_some()
}

fn store(cache: &Cache, namespace: NamespaceId, n: u64, kind: Fill, payload: &[u8]) -> Outcome {
    let name = n.to_le_bytes();
    let insert = Insert { kind, payload, ttl_ms: DAY, ..Insert::default() };
    cache.insert(&Key { namespace, name: &name, rtype: A }, &insert, 0)
}

/// A small generator of the kind that needs no care (Steele, Lea, Flood: `SplitMix`).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Ranks drawn with a probability proportional to rank^−0.8.
fn zipf(items: u32, count: usize) -> Vec<u64> {
    let mut sum = 0.0;
    let cumulative: Vec<f64> = (1..=items)
        .map(|rank| {
            sum += f64::from(rank).powf(-0.8);
            sum
        })
        .collect();
    let mut state = 1;
    (0..count)
        .map(|_| {
            let unit = f64::from(u32::try_from(random(&mut state) >> 32).unwrap_or(0)) / 4_294_967_296.0;
            cumulative.partition_point(|&c| c < unit * sum) as u64
        })
        .collect()
}

/// Hit ratio of least-recently-used with the same number of entries.
fn lru_ratio(entries: usize, trace: &[u64]) -> f64 {
    let (mut newest, mut order, mut hits) = (HashMap::new(), VecDeque::new(), 0_u32);
    for (time, &n) in trace.iter().enumerate() {
        hits += u32::from(newest.insert(n, time).is_some());
        order.push_back((n, time));
        while newest.len() > entries {
            let (n, time) = order.pop_front().expect("every entry is in the order");
            if newest.get(&n) == Some(&time) {
                newest.remove(&n);
            }
        }
    }
    100.0 * f64::from(hits) / f64::from(u32::try_from(trace.len()).expect("a short trace"))
}

#[test]
fn a_loop_slightly_larger_than_the_cache_still_hits() {
    for entries in [1_000, 20_000] {
        let mut trace = Trace::new(entries);
        for round in 0..12 {
            for n in 0..entries * 6 / 5 {
                trace.look_up(n);
            }
            if round == 5 {
                trace.ratio();
            }
        }
        let ratio = trace.ratio();
        assert!(ratio > 50.0, "{ratio:.1} % of a loop of 1.2 × {entries}");
    }
}

#[test]
fn a_scan_does_not_displace_what_is_used() {
    let mut trace = Trace::new(2_000);
    let hot = 0..1_200;
    for _ in 0..4 {
        hot.clone().for_each(|n| trace.look_up(n));
    }
    for n in 10_000..60_000 {
        trace.look_up(n);
    }
    let left = hot.filter(|&n| read(&trace.cache, trace.namespace, n)).count();
    assert!(left > 1_140, "{left} of 1 200 survived a scan of 25 times the cache");
}

#[test]
fn does_better_than_least_recently_used_on_a_popularity_law() {
    let trace = zipf(100_000, 600_000);
    let mut cache = Trace::new(10_000);
    for &n in &trace {
        cache.look_up(n);
    }
    let (ours, lru) = (cache.ratio(), lru_ratio(10_000, &trace));
    assert!(ours > lru + 2.0, "{ours:.1} % against {lru:.1} %");
}

#[test]
fn names_that_do_not_exist_displace_nothing_that_does() {
    let cache = Cache::new(CacheConfig::default());
    let namespace =
        cache.open_namespace([0; 32], NamespaceLimits { max_entries: 1_600, ..NamespaceLimits::default() });
    for n in 0..1_500 {
        assert_eq!(store(&cache, namespace, n, Fill::Positive, b"a"), Outcome::Stored);
    }
    for n in 0..50 {
        assert_eq!(store(&cache, namespace, 2_000 + n, Fill::NxDomain, b""), Outcome::Stored);
    }
    for n in 0..100_000 {
        let kind = if n % 3 == 0 { Fill::ServerFailure } else { Fill::NxDomain };
        assert_eq!(store(&cache, namespace, 10_000 + n, kind, b""), Outcome::Stored);
        assert!(
            read(&cache, namespace, 2_000 + n % 50),
            "a negative answer in use survives others of its kind"
        );
    }
    let stats = cache.stats(namespace);
    assert_eq!((stats.entries, stats.negative_entries), (1_600, 100));
    assert!((0..1_500).all(|n| read(&cache, namespace, n)));
}

#[test]
fn a_name_moves_to_the_share_it_belongs_to() {
    let cache = Cache::new(CacheConfig::default());
    let namespace =
        cache.open_namespace([0; 32], NamespaceLimits { max_entries: 160, ..NamespaceLimits::default() });
    let negative = || cache.stats(namespace).negative_entries;
    assert_eq!(store(&cache, namespace, 1, Fill::NxDomain, b""), Outcome::Stored);
    assert_eq!(negative(), 1);
    assert_eq!(store(&cache, namespace, 1, Fill::Positive, b"a"), Outcome::Stored);
    assert_eq!(negative(), 0);
    let six = Key { namespace, name: &1_u64.to_le_bytes(), rtype: 28 };
    let nodata = Insert { kind: Fill::NoData { soa: true }, ttl_ms: DAY, ..Insert::default() };
    assert_eq!(cache.insert(&six, &nodata, 0), Outcome::Stored);
    assert_eq!((negative(), cache.stats(namespace).entries), (0, 2), "kept with the addresses of its name");
    assert_eq!(store(&cache, namespace, 1, Fill::NoData { soa: true }, b""), Outcome::Stored);
    assert_eq!(negative(), 2);
}

#[test]
fn octets_are_bounded_whatever_their_distribution() {
    let cache = Cache::new(CacheConfig::default());
    let limits = NamespaceLimits { max_bytes: 200_000, ..NamespaceLimits::default() };
    let namespace = cache.open_namespace([0; 32], limits);
    let mut seed = 7;
    for n in 0..20_000 {
        let len = match random(&mut seed) % 20 {
            0 => 20_000,
            1..4 => 900,
            _ => 12,
        };
        assert_eq!(store(&cache, namespace, n, Fill::Positive, &vec![1; len]), Outcome::Stored);
        let stats = cache.stats(namespace);
        assert!(stats.bytes <= 200_000 && stats.bytes == cache.bytes(), "{stats:?}");
    }
    assert!(cache.bytes() > 150_000, "room is used: {}", cache.bytes());
}

#[test]
fn an_answer_too_large_is_refused_and_ends_the_one_it_would_have_replaced() {
    let cache = Cache::new(CacheConfig::default());
    let limits = NamespaceLimits { max_bytes: 20_000, ..NamespaceLimits::default() };
    let small = cache.open_namespace([0; 32], limits);
    let large = cache.open_namespace([1; 32], NamespaceLimits::default());
    for (namespace, len) in [(small, 20_000), (large, 65_536)] {
        assert_eq!(store(&cache, namespace, 1, Fill::Positive, b"old"), Outcome::Stored);
        assert_eq!(store(&cache, namespace, 1, Fill::Positive, &vec![0; len]), Outcome::TooLarge);
        assert!(!read(&cache, namespace, 1));
    }
    assert_eq!(store(&cache, large, 1, Fill::Positive, &vec![0; 65_535]), Outcome::Stored);
    assert!(cache.peek(&Key { namespace: large, name: &[1; 256], rtype: A }, 0, |_| ()).is_none());
    let long = Key { namespace: large, name: &[1; 256], rtype: A };
    assert_eq!(cache.insert(&long, &Insert { ttl_ms: DAY, ..Insert::default() }, 0), Outcome::TooLarge);
}

#[test]
fn the_process_is_bounded_at_the_cost_of_the_largest_namespace() {
    let cache = Cache::new(CacheConfig { max_bytes_process: 400_000, ..CacheConfig::default() });
    let large = cache.open_namespace([0; 32], NamespaceLimits::default());
    let small = cache.open_namespace([1; 32], NamespaceLimits::default());
    for n in 0..5_000 {
        assert_eq!(store(&cache, large, n, Fill::Positive, b"a"), Outcome::Stored);
    }
    let full = cache.stats(large).entries;
    for n in 0..500 {
        assert_eq!(store(&cache, small, n, Fill::Positive, b"a"), Outcome::Stored);
        assert!(cache.bytes() <= 400_000);
    }
    assert_eq!(cache.stats(small).entries, 500);
    let left = cache.stats(large).entries;
    assert!(full - left <= 501, "{left} of {full} left");
    cache.close_namespace(large);
    assert_eq!(cache.bytes(), cache.stats(small).bytes);
}

#[test]
fn users_of_a_namespace_get_the_most_generous_limits() {
    let cache = Cache::new(CacheConfig::default());
    let limits = NamespaceLimits { max_entries: 16, ..NamespaceLimits::default() };
    let namespace = cache.open_namespace([0; 32], limits);
    assert_eq!(namespace, cache.open_namespace([0; 32], NamespaceLimits { max_entries: 160, ..limits }));
    assert_eq!(namespace, cache.open_namespace([0; 32], limits));
    for n in 0..1_000 {
        assert_eq!(store(&cache, namespace, n, Fill::Positive, b"a"), Outcome::Stored);
    }
    assert_eq!(cache.stats(namespace).entries, 150);
}
