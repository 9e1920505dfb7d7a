//! How much names are used, beyond the life of their answers.
#![cfg(not(loom))]

use dns_cache::{
    Cache, CacheConfig, Exported, Fill, Insert, Key, Millis, NamespaceId, NamespaceLimits, POPULAR_NAMES,
    Popular,
};

const DAY: Millis = 86_400_000;
const NOW: Millis = 100 * DAY;

fn cache(max_entries: u64) -> (Cache, NamespaceId) {
    let cache = Cache::new(CacheConfig::default());
    let limits = NamespaceLimits { max_entries, ..NamespaceLimits::default() };
    let namespace = cache.open_namespace([7; 32], limits);
    (cache, namespace)
}

fn store(cache: &Cache, namespace: NamespaceId, name: &[u8], rtype: u16, now: Millis) {
    let insert = Insert { payload: name, ttl_ms: 60_000, ..Insert::default() };
    let _ = cache.insert(&Key { namespace, name, rtype }, &insert, now);
}

fn hit(cache: &Cache, namespace: NamespaceId, name: &[u8], rtype: u16, times: u32, now: Millis) {
    assert!(cache.add_hits(&Key { namespace, name, rtype }, times, now).is_some(), "it is there");
}

fn hits(popular: &[Popular]) -> Vec<(&[u8], f64)> {
    popular.iter().map(|popular| (&*popular.name, (popular.hits * 1e6).round() / 1e6)).collect()
}

#[test]
fn hits_of_both_families_add_up_and_survive_renewal_eviction_sweep_and_invalidation() {
    let (cache, ns) = cache(1_000);
    let hour = 3_600_000;
    for rtype in [1, 28] {
        store(&cache, ns, b"renewed", rtype, NOW);
        hit(&cache, ns, b"renewed", rtype, 2, NOW);
        store(&cache, ns, b"renewed", rtype, NOW);
        hit(&cache, ns, b"renewed", rtype, 1, NOW);
    }
    assert_eq!(hits(&cache.popularity(ns, NOW)), [(&b"renewed"[..], 6.0)]);
    store(&cache, ns, b"invalid", 1, NOW);
    hit(&cache, ns, b"invalid", 1, 5, NOW);
    assert_eq!(cache.invalidate(ns, Some(b"invalid"), NOW), 1);
    assert_eq!(cache.invalidate(ns, None, NOW), 2);
    assert_eq!(hits(&cache.popularity(ns, NOW)), [(&b"renewed"[..], 6.0), (b"invalid", 5.0)]);
    store(&cache, ns, b"swept", 1, NOW);
    hit(&cache, ns, b"swept", 1, 7, NOW);
    while cache.sweep(NOW + 60_000 + DAY, 100).is_some() {}
    let popular = cache.popularity(ns, NOW + 60_000 + DAY);
    assert_eq!(popular[0].name[..], b"swept"[..]);
    assert_eq!(popular[0].unused_ms, DAY, "it was last of use when it expired");
    for n in 0..20_000_u32 {
        store(&cache, ns, &n.to_le_bytes(), 1, NOW);
        if n == 0 {
            hit(&cache, ns, &n.to_le_bytes(), 1, 9, NOW);
        }
    }
    assert!(cache.peek(&Key { namespace: ns, name: &[0; 4], rtype: 1 }, NOW, |_| ()).is_none(), "evicted");
    assert_eq!(hits(&cache.popularity(ns, NOW))[0], (&[0; 4][..], 9.0));
    assert_eq!(cache.popularity(ns, NOW + hour).len(), 4);
}

#[test]
fn only_addresses_that_exist_count() {
    let (cache, ns) = cache(1_000);
    store(&cache, ns, b"text", 16, NOW);
    hit(&cache, ns, b"text", 16, 9, NOW);
    let key = Key { namespace: ns, name: b"none", rtype: 1 };
    let denial = Insert { kind: Fill::NxDomain, ttl_ms: 60_000, ..Insert::default() };
    let _ = cache.insert(&key, &denial, NOW);
    hit(&cache, ns, b"none", 1, 9, NOW);
    store(&cache, ns, b"never used", 1, NOW);
    assert_eq!(cache.popularity(ns, NOW), []);
    let _ = cache.invalidate(ns, None, NOW);
    assert_eq!(cache.popularity(ns, NOW), []);
}

#[test]
fn hits_count_half_after_a_week_and_weigh_by_their_logarithm() {
    let (cache, ns) = cache(1_000);
    for (name, times) in [(&b"busiest"[..], 999), (b"second", 99), (b"third", 1)] {
        store(&cache, ns, name, 1, NOW);
        hit(&cache, ns, name, 1, times, NOW);
    }
    let popular = cache.popularity(ns, NOW);
    let weights: Vec<f64> = popular.iter().map(|popular| popular.weight.round()).collect();
    assert_eq!(weights, [100.0, 67.0, 10.0]);
    let _ = cache.invalidate(ns, None, NOW);
    let later = NOW + 14 * DAY;
    assert_eq!(
        hits(&cache.popularity(ns, later)),
        [(&b"busiest"[..], 249.75), (b"second", 24.75), (b"third", 0.25)]
    );
    assert_eq!(cache.popularity(ns, later)[0].unused_ms, 14 * DAY);
    // Years later, one hit is more than all of these.
    let years = NOW + 20 * 365 * DAY;
    store(&cache, ns, b"new", 1, years);
    hit(&cache, ns, b"new", 1, 1, years);
    let _ = cache.invalidate(ns, None, years);
    let popular = cache.popularity(ns, years);
    assert_eq!((&popular[0].name[..], popular[0].weight), (&b"new"[..], 100.0));
    assert!(popular.iter().all(|popular| popular.hits.is_finite() && popular.weight.is_finite()));
}

#[test]
fn no_more_names_are_remembered_than_there_may_be() {
    let (cache, ns) = cache(100_000);
    for n in 0..60_000_u32 {
        let name = n.to_le_bytes();
        store(&cache, ns, &name, 1, NOW);
        // The busy ones come in between.
        hit(&cache, ns, &name, 1, if n % 10 == 0 { 1_000 + n } else { 1 }, NOW);
        let _ = cache.invalidate(ns, Some(&name), NOW);
    }
    let popular = cache.popularity(ns, NOW);
    assert!(popular.len() <= POPULAR_NAMES && popular.len() > POPULAR_NAMES * 9 / 10, "{}", popular.len());
    let busy = popular.iter().filter(|popular| popular.hits > 1.0).count();
    assert!(busy > 5_900, "{busy} of 6 000");
    assert!(popular.is_sorted_by(|a, b| a.hits >= b.hits));
}

#[test]
fn a_name_that_becomes_popular_rises_among_many_that_come_once() {
    let (cache, ns) = cache(64);
    for n in 0..1_000_u32 {
        for name in [&n.to_le_bytes()[..], b"rising"].into_iter().take(if n % 10 == 0 { 2 } else { 1 }) {
            store(&cache, ns, name, 1, NOW);
            hit(&cache, ns, name, 1, 1, NOW);
            let _ = cache.invalidate(ns, Some(name), NOW);
        }
    }
    let popular = cache.popularity(ns, NOW);
    let rising = popular.iter().position(|popular| &*popular.name == b"rising");
    assert_eq!(rising, Some(0), "{popular:?}");
}

#[test]
fn what_was_kept_elsewhere_comes_back_and_counts_once() {
    let (cache, ns) = cache(1_000);
    store(&cache, ns, b"name", 1, NOW);
    hit(&cache, ns, b"name", 1, 44, NOW);
    store(&cache, ns, b"gone", 1, NOW - 7 * DAY);
    hit(&cache, ns, b"gone", 1, 80, NOW - 7 * DAY);
    let _ = cache.invalidate(ns, Some(b"gone"), NOW - 7 * DAY);
    let mut rows = Vec::new();
    let end = cache.export(ns, 0, NOW, |exported| {
        if let Exported::Popular { name, hits, unused_ms } = exported {
            rows.push((name.to_vec(), hits, unused_ms));
        }
        true
    });
    assert_eq!(end, None);
    rows.sort_by_key(|row| row.2);
    assert_eq!(rows, [(b"name".to_vec(), 44.0, 0), (b"gone".to_vec(), 80.0, 7 * DAY)]);
    // The process is down for a week, and the machine too: its clock begins anew.
    let (other, ns) = self::cache(1_000);
    let now = 5_000;
    for _ in 0..2 {
        for (name, hits, unused_ms) in &rows {
            other.restore_popularity(ns, name, *hits, unused_ms + 7 * DAY, now);
        }
    }
    let popular = other.popularity(ns, now);
    assert_eq!(hits(&popular), [(&b"name"[..], 22.0), (b"gone", 20.0)]);
    assert_eq!(popular.iter().map(|popular| popular.unused_ms).collect::<Vec<_>>(), [7 * DAY, 14 * DAY]);
    store(&other, ns, b"gone", 1, now);
    hit(&other, ns, b"gone", 1, 5, now);
    assert_eq!(hits(&other.popularity(ns, now)), [(&b"gone"[..], 25.0), (b"name", 22.0)]);
    for nonsense in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
        other.restore_popularity(ns, b"nonsense", nonsense, u64::MAX, now);
        other.restore_popularity(ns, b"", 1.0, 0, now);
        other.restore_popularity(ns, &[1; 300], 1.0, 0, now);
    }
    let popular = other.popularity(ns, now);
    assert!(popular.iter().all(|popular| popular.hits.is_finite()), "{popular:?}");
    assert_eq!(hits(&popular)[..2], [(&b"gone"[..], 25.0), (b"name", 22.0)]);
}
