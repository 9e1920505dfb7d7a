//! Reads and writes as a busy resolver makes them, against caches that others use.
//!
//! `cargo bench -p dns-cache`. 95 % reads and 5 % inserts of names drawn by Zipf's law, all caches warm and
//! full, each thread with its own part of the sequence. A figure is the time in which every thread made one
//! operation: with two threads as good as with one means twice the throughput. The opponents hold what a
//! resolver would put into them: the name as octets, and a value of expiry and addresses.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceId, NamespaceLimits};
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

const NAMES: u32 = 200_000;
const CAPACITY: usize = 100_000;
const SEQUENCE: usize = 1 << 20;
/// One operation in so many is an insert.
const INSERT_EVERY: usize = 20;
const EXPONENT: f64 = 0.8;
const NOW: u64 = 1_000;

/// A cache under test: reads give the sum of the octets read, so that they cannot be left out.
trait Opponent: Sync {
    fn read(&self, name: &[u8]) -> u64;
    fn write(&self, name: &[u8]);
}

struct Ours(Cache, NamespaceId);

impl Ours {
    fn new() -> Self {
        let cache = Cache::new(CacheConfig::default());
        let entries = CAPACITY as u64 + CAPACITY as u64 / 15;
        let namespace = cache
            .open_namespace([0; 32], NamespaceLimits { max_entries: entries, ..NamespaceLimits::default() });
        Self(cache, namespace)
    }
}

impl Opponent for Ours {
    fn read(&self, name: &[u8]) -> u64 {
        let key = Key { namespace: self.1, name, rtype: 1 };
        self.0.get(&key, NOW, |hit| hit.remaining_ms + u64::from(hit.payload[0])).unwrap_or(0)
    }

    fn write(&self, name: &[u8]) {
        let key = Key { namespace: self.1, name, rtype: 1 };
        let insert = Insert { payload: &[192, 0, 2, 1, 192, 0, 2, 2], ttl_ms: 300_000, ..Insert::default() };
        let _ = self.0.insert(&key, &insert, NOW);
    }
}

#[derive(Clone)]
struct Value {
    expires_at: u64,
    addresses: [u8; 8],
}

const VALUE: Value = Value { expires_at: 301_000, addresses: [192, 0, 2, 1, 192, 0, 2, 2] };

fn weigh(value: &Value) -> u64 {
    value.expires_at.saturating_sub(NOW) + u64::from(value.addresses[0])
}

struct Quick(quick_cache::sync::Cache<Box<[u8]>, Value>);

impl Opponent for Quick {
    fn read(&self, name: &[u8]) -> u64 {
        self.0.get(name).map_or(0, |value| weigh(&value))
    }

    fn write(&self, name: &[u8]) {
        self.0.insert(name.into(), VALUE);
    }
}

struct Moka(moka::sync::Cache<Box<[u8]>, Value>);

impl Opponent for Moka {
    fn read(&self, name: &[u8]) -> u64 {
        self.0.get(name).map_or(0, |value| weigh(&value))
    }

    fn write(&self, name: &[u8]) {
        self.0.insert(name.into(), VALUE);
    }
}

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Indexes of names in the order in which they are used; popularity does not follow the order in memory.
fn sequence() -> Vec<u32> {
    let mut sum = 0.0;
    let cumulative: Vec<f64> = (1..=NAMES)
        .map(|rank| {
            sum += f64::from(rank).powf(-EXPONENT);
            sum
        })
        .collect();
    let mut state = 1;
    let mut draw = || {
        let unit = f64::from(u32::try_from(random(&mut state) >> 32).unwrap_or(0)) / 4_294_967_296.0;
        let rank = cumulative.partition_point(|&c| c < unit * sum) as u64;
        u32::try_from(rank * 7_919 % u64::from(NAMES)).unwrap_or(0)
    };
    (0..SEQUENCE).map(|_| draw()).collect()
}

fn names() -> Vec<[u8; 20]> {
    let name = |n: u32| {
        let mut wire = *b"\x06000000\x05cache\x05test1\x00";
        let digits = format!("{n:06}");
        wire[1..7].copy_from_slice(digits.as_bytes());
        wire
    };
    (0..NAMES).map(name).collect()
}

/// How long `threads` threads take to make `operations` each.
fn run(
    cache: &dyn Opponent,
    names: &[[u8; 20]],
    sequence: &[u32],
    threads: usize,
    operations: u64,
) -> Duration {
    let operations = usize::try_from(operations).unwrap_or(usize::MAX);
    let start = Barrier::new(threads);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let start = &start;
                scope.spawn(move || {
                    let offset = SEQUENCE / threads * thread;
                    start.wait();
                    let began = Instant::now();
                    let mut sum = 0;
                    for step in 0..operations {
                        let name = &names[sequence[(offset + step) % SEQUENCE] as usize];
                        if step % INSERT_EVERY == 0 {
                            cache.write(name);
                        } else {
                            sum += cache.read(name);
                        }
                    }
                    black_box(sum);
                    began.elapsed()
                })
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).max().unwrap_or_default()
    })
}

fn bench(criterion: &mut Criterion) {
    let (names, sequence) = (names(), sequence());
    let ours = Ours::new();
    let quick = Quick(quick_cache::sync::Cache::new(CAPACITY));
    let moka = Moka(moka::sync::Cache::new(CAPACITY as u64));
    let opponents: [(&str, &dyn Opponent); 3] =
        [("dns-cache", &ours), ("quick_cache", &quick), ("moka", &moka)];
    for (_, cache) in opponents {
        for &n in &sequence {
            if cache.read(&names[n as usize]) == 0 {
                cache.write(&names[n as usize]);
            }
        }
    }
    let mut group = criterion.benchmark_group("reads_95_zipf");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    for threads in [1, 2] {
        for (name, cache) in opponents {
            group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                bencher.iter_custom(|operations| run(cache, &names, &sequence, threads, operations));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
