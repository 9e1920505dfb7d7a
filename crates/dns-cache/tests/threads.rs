//! What threads may rely on, beyond what the models check for small cases.
#![cfg(not(loom))]

use dns_cache::{Cache, CacheConfig, Fill, Freshness, Insert, Key, NamespaceLimits, Outcome};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const THREADS: usize = 4;

#[test]
fn exactly_one_thread_refreshes() {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace([0; 32], NamespaceLimits::default());
    let key = Key { namespace, name: b"\x01a\x00", rtype: 1 };
    let start = Barrier::new(THREADS);
    let due = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for round in 1..=500_u64 {
                    let filled = round * 1_000;
                    if start.wait().is_leader() {
                        let insert = Insert { payload: b"x", ttl_ms: 1_000, ..Insert::default() };
                        assert_eq!(cache.insert(&key, &insert, filled), Outcome::Stored);
                        cache.add_hits(&key, 3, filled);
                    }
                    start.wait();
                    for _ in 0..4 {
                        let state = cache.get(&key, filled + 950, |hit| hit.state);
                        due.fetch_add(u64::from(state == Some(Freshness::RefreshDue)), Ordering::Relaxed);
                    }
                    if start.wait().is_leader() {
                        assert_eq!(due.load(Ordering::Relaxed), round);
                        assert_eq!(
                            cache.peek(&key, filled + 950, |hit| hit.hits),
                            Some(3 + 4 * 4),
                            "no hit is lost"
                        );
                    }
                }
            });
        }
    });
}

/// Writers, readers, closers and sweepers at once: what is read belongs to its key, and nothing is left at
/// the end.
#[test]
fn accounts_balance_after_a_brawl() {
    let cache = Cache::new(CacheConfig { max_bytes_process: 300_000, ..CacheConfig::default() });
    let limits = NamespaceLimits { max_bytes: 200_000, max_entries: 5_000 };
    thread::scope(|scope| {
        for thread in 0..THREADS as u64 {
            let cache = &cache;
            scope.spawn(move || {
                for round in 0..6_u8 {
                    let digest = round % 3;
                    let namespace = cache.open_namespace([digest; 32], limits);
                    for step in 0..4_000_u64 {
                        let n = (step * (thread * 2 + 7) + thread) % 3_000;
                        let name = n.to_le_bytes();
                        let key = Key { namespace, name: &name, rtype: if n & 1 == 0 { 1 } else { 28 } };
                        let now = step / 4;
                        let tag = [digest, n.to_le_bytes()[0]];
                        if step % 3 == 0 {
                            let mut payload = vec![0; (n % 97) as usize];
                            payload.splice(0..0, tag);
                            let kind = if n % 5 == 0 { Fill::NxDomain } else { Fill::Positive };
                            let insert = Insert {
                                kind,
                                payload: &payload,
                                ttl_ms: 500,
                                stale_ms: 100,
                                ..Insert::default()
                            };
                            assert_eq!(cache.insert(&key, &insert, now), Outcome::Stored);
                        } else {
                            cache.get(&key, now, |hit| assert_eq!(hit.payload[..2], tag));
                        }
                        if step % 500 == 0 {
                            cache.sweep(now, 200);
                        }
                        if step % 700 == 0 {
                            cache.invalidate(namespace, Some(&name), now);
                        }
                    }
                    let stats = cache.stats(namespace);
                    assert!(
                        stats.entries <= limits.max_entries + THREADS as u64
                            && stats.bytes <= limits.max_bytes + THREADS as u64 * 400
                    );
                    cache.close_namespace(namespace);
                }
            });
        }
    });
    assert_eq!(cache.bytes(), 0);
}
