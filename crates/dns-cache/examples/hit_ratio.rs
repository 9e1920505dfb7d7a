//! Hit ratios on traces that are known to be hard, against caches that others use, at equal numbers of
//! entries.
//!
//! Run with `cargo run --release -p dns-cache --example hit_ratio`. A lookup is a read, and an insert after a
//! miss. Nothing expires.

use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceId, NamespaceLimits};

const CAPACITY: u32 = 10_000;

struct Ours(Cache, NamespaceId);

impl Ours {
    fn new() -> Self {
        let cache = Cache::new(CacheConfig::default());
        // The sixteenth that is set aside for negative answers comes on top.
        let max_entries = u64::from(CAPACITY) * 16 / 15;
        let namespace =
            cache.open_namespace([0; 32], NamespaceLimits { max_entries, ..NamespaceLimits::default() });
        Self(cache, namespace)
    }

    fn look_up(&self, n: u32) -> bool {
        let name = n.to_le_bytes();
        let key = Key { namespace: self.1, name: &name, rtype: 1 };
        let hit = self.0.get(&key, 1, |_| ()).is_some();
        if !hit {
            let _ = self.0.insert(&key, &Insert { payload: &name, ttl_ms: 1_000, ..Insert::default() }, 0);
        }
        hit
    }
}

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Ranks by Zipf's law.
fn zipf(items: u32, exponent: f64, count: usize) -> Vec<u32> {
    let mut sum = 0.0;
    let cumulative: Vec<f64> = (1..=items)
        .map(|rank| {
            sum += f64::from(rank).powf(-exponent);
            sum
        })
        .collect();
    let mut state = 1;
    (0..count)
        .map(|_| {
            let unit = f64::from(u32::try_from(random(&mut state) >> 32).unwrap_or(0)) / 4_294_967_296.0;
            u32::try_from(cumulative.partition_point(|&c| c < unit * sum)).unwrap_or(items)
        })
        .collect()
}

/// Zipf's law, interrupted by names that are never asked for again.
fn zipf_with_scans(count: usize) -> Vec<u32> {
    let mut trace = zipf(100_000, 0.8, count);
    let mut fresh = 1_000_000;
    for (at, name) in trace.iter_mut().enumerate() {
        if at / 20_000 % 4 == 3 {
            fresh += 1;
            *name = fresh;
        }
    }
    trace
}

/// A health checker that asks for the same names in turn.
fn turns(items: u32, count: usize) -> Vec<u32> {
    (0..items).cycle().take(count).collect()
}

fn per_cent(trace: &[u32], mut look_up: impl FnMut(u32) -> bool) -> f64 {
    let hits = trace.iter().filter(|&&n| look_up(n)).count();
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let ratio = 100.0 * hits as f64 / trace.len() as f64;
    ratio
}

fn main() {
    const COUNT: usize = 1_000_000;
    println!("{:<24}{:>12}{:>14}{:>10}", "trace", "dns-cache", "quick_cache", "moka");
    let traces = [
        ("Zipf 0.6 of 100 000", zipf(100_000, 0.6, COUNT)),
        ("Zipf 0.8 of 100 000", zipf(100_000, 0.8, COUNT)),
        ("Zipf 1.0 of 100 000", zipf(100_000, 1.0, COUNT)),
        ("Zipf 0.8 with scans", zipf_with_scans(COUNT)),
        ("loop of 1.2 x capacity", turns(CAPACITY * 6 / 5, COUNT)),
        ("loop of 2 x capacity", turns(CAPACITY * 2, COUNT)),
    ];
    for (name, trace) in traces {
        let ours = Ours::new();
        let quick = quick_cache::sync::Cache::<u32, u32>::new(CAPACITY as usize);
        let moka = moka::sync::Cache::<u32, u32>::new(u64::from(CAPACITY));
        let ratios = [
            per_cent(&trace, |n| ours.look_up(n)),
            per_cent(&trace, |n| {
                let hit = quick.get(&n).is_some();
                if !hit {
                    quick.insert(n, n);
                }
                hit
            }),
            per_cent(&trace, |n| {
                let hit = moka.get(&n).is_some();
                if !hit {
                    moka.insert(n, n);
                }
                if n % 64 == 0 {
                    // It evicts in the background; without this it would hold more than it may.
                    moka.run_pending_tasks();
                }
                hit
            }),
        ];
        println!("{name:<24}{:>11.1}%{:>13.1}%{:>9.1}%", ratios[0], ratios[1], ratios[2]);
    }
}
