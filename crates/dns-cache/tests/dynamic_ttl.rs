//! Answers whose lifetime grows with their use: preset doubao-v1.
#![cfg(not(loom))]

use dns_cache::{
    Cache, CacheConfig, Fill, Freshness, Insert, Key, Kind, Millis, NamespaceId, NamespaceLimits, Outcome,
};

const STORED: Millis = 5_000;
const SECOND: Millis = 1_000;

fn cache(insert: Insert<'_>) -> (Cache, NamespaceId) {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace([7; 32], NamespaceLimits::default());
    let insert = Insert { payload: b"one", dynamic_ttl: true, ..insert };
    assert_eq!(cache.insert(&key(namespace), &insert, STORED), Outcome::Stored);
    (cache, namespace)
}

fn key(namespace: NamespaceId) -> Key<'static> {
    Key { namespace, name: b"\x07example\x03com\x00", rtype: 1 }
}

fn remaining_s(cache: &Cache, namespace: NamespaceId, now: Millis) -> Option<Millis> {
    cache.peek(&key(namespace), now, |hit| hit.remaining_ms / SECOND)
}

#[test]
fn every_tenth_hit_adds_a_minute_counted_from_the_resolution() {
    let (cache, ns) = cache(Insert { ttl_ms: 5 * SECOND, ..Insert::default() });
    assert_eq!(remaining_s(&cache, ns, STORED), Some(300), "whatever the server said");
    let later = STORED + 100 * SECOND;
    let lives: Vec<_> =
        (0..70).filter_map(|_| cache.get(&key(ns), later, |hit| hit.remaining_ms / SECOND)).collect();
    assert_eq!(lives[..9], [200; 9]);
    assert_eq!(lives[9..19], [260; 10]);
    assert_eq!(lives[49..], [500; 21], "600 s after the resolution, however many more");
}

#[test]
fn what_has_run_out_stays_so_however_often_it_is_read() {
    let (cache, ns) = cache(Insert { stale_ms: 60 * SECOND, ..Insert::default() });
    let late = STORED + 300 * SECOND;
    for _ in 0..50 {
        let seen = cache.get(&key(ns), late, |hit| (hit.state, hit.hits, hit.remaining_ms));
        assert_eq!(seen, Some((Freshness::Stale, 0, 0)));
    }
    let stats = cache.stats(ns);
    assert_eq!((stats.hits, stats.stale_hits, stats.misses), (0, 50, 0));
    assert_eq!(cache.get(&key(ns), late + 60 * SECOND, |_| ()), None);
    // Hits made earlier on a copy and reported late are another matter.
    assert_eq!(cache.add_hits(&key(ns), 10, late), Some(Freshness::Fresh));
    assert_eq!(remaining_s(&cache, ns, late), Some(60));
}

#[test]
fn slow_upstreams_shorten_it_to_three_fifths_until_they_are_fast_again() {
    let (cache, ns) = cache(Insert::default());
    let now = STORED + 200 * SECOND;
    assert_eq!(remaining_s(&cache, ns, now), Some(100));
    cache.set_slow(ns, true);
    assert_eq!(remaining_s(&cache, ns, STORED), Some(180));
    assert_eq!(cache.peek(&key(ns), now, |hit| hit.state), Some(Freshness::Stale));
    assert!(cache.add_hits(&key(ns), 20, now).is_some(), "the answer is there");
    assert_eq!(remaining_s(&cache, ns, now), Some(52), "420 s × 0.6");
    cache.set_slow(ns, false);
    assert_eq!(remaining_s(&cache, ns, now), Some(220));
}

#[test]
fn jitter_and_the_refresh_point_keep_their_part_of_it() {
    let (cache, ns) = cache(Insert { jitter: u32::MAX, ..Insert::default() });
    let shown =
        |now| cache.peek(&key(ns), now, |hit| (hit.remaining_ms, hit.refresh_in_ms)).expect("is there");
    assert_eq!(shown(STORED), (270_001, 243_001));
    assert!(cache.add_hits(&key(ns), 50, STORED).is_some(), "the answer is there");
    assert_eq!(shown(STORED), (540_002, 486_002));
    let due = STORED + 486_002;
    assert_eq!(cache.get(&key(ns), due - 1, |hit| hit.state), Some(Freshness::Fresh));
    assert_eq!(cache.get(&key(ns), due, |hit| hit.state), Some(Freshness::RefreshDue));
}

#[test]
fn without_refresh_ahead_nobody_is_chosen() {
    let (cache, ns) = cache(Insert { refresh_ahead: false, ..Insert::default() });
    assert!(cache.add_hits(&key(ns), 100, STORED).is_some(), "the answer is there");
    let last = STORED + 600 * SECOND - 1;
    assert_eq!(cache.get(&key(ns), last, |hit| (hit.state, hit.refresh_in_ms)), Some((Freshness::Fresh, 1)));
}

#[test]
fn a_denial_to_be_stored_if_nothing_is_there_waits_for_expiry() {
    let (cache, ns) = cache(Insert { stale_ms: 60 * SECOND, ..Insert::default() });
    let denial =
        |kind| Insert { kind, payload: b"no", ttl_ms: 60 * SECOND, if_absent: true, ..Insert::default() };
    let kind = |now| cache.peek(&key(ns), now, |hit| (hit.kind, hit.state));
    let fresh = STORED + 299 * SECOND;
    for fill in [Fill::NxDomain, Fill::NoData { soa: true }] {
        assert_eq!(cache.insert(&key(ns), &denial(fill), fresh), Outcome::Kept);
        assert_eq!(kind(fresh), Some((Kind::Positive, Freshness::Fresh)));
    }
    let stale = STORED + 301 * SECOND;
    assert_eq!(cache.insert(&key(ns), &denial(Fill::NxDomain), stale), Outcome::Stored);
    assert_eq!(kind(stale), Some((Kind::NxDomain, Freshness::Fresh)));
    assert_eq!(cache.insert(&key(ns), &denial(Fill::NoData { soa: true }), stale), Outcome::Kept);
    assert_eq!(kind(stale), Some((Kind::NxDomain, Freshness::Fresh)));
    let answer = Insert { payload: b"two", dynamic_ttl: true, if_absent: true, ..Insert::default() };
    assert_eq!(cache.insert(&key(ns), &answer, stale), Outcome::Stored);
}

#[test]
fn a_refresh_that_ends_in_a_denial_that_waits_is_tried_again_later() {
    let (cache, ns) = cache(Insert::default());
    assert!(cache.add_hits(&key(ns), 3, STORED).is_some(), "the answer is there");
    let due = STORED + 280 * SECOND;
    assert_eq!(cache.get(&key(ns), due, |hit| hit.state), Some(Freshness::RefreshDue));
    let denial =
        Insert { kind: Fill::NxDomain, payload: b"no", ttl_ms: 60_000, if_absent: true, ..Insert::default() };
    assert_eq!(cache.insert(&key(ns), &denial, due), Outcome::Kept);
    assert_eq!(
        cache.get(&key(ns), due, |hit| (hit.state, hit.refresh_in_ms)),
        Some((Freshness::Fresh, SECOND))
    );
    assert_eq!(cache.get(&key(ns), due + SECOND, |hit| hit.state), Some(Freshness::RefreshDue));
}
