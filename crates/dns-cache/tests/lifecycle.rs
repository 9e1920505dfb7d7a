//! An answer's life as callers see it.

use dns_cache::{
    Cache, CacheConfig, Fill, Freshness, Insert, Key, Kind, Millis, NamespaceId, NamespaceLimits, Outcome,
};

const A: u16 = 1;
const AAAA: u16 = 28;
const HOUR: Millis = 3_600_000;

fn cache() -> (Cache, NamespaceId) {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace([7; 32], NamespaceLimits::default());
    (cache, namespace)
}

fn key(namespace: NamespaceId, rtype: u16) -> Key<'static> {
    Key { namespace, name: b"\x07example\x03com\x00", rtype }
}

fn fill(kind: Fill, payload: &[u8], ttl_ms: Millis) -> Insert<'_> {
    Insert { kind, payload, ttl_ms, ..Insert::default() }
}

/// What a glance shows: kind, payload, state.
fn seen(cache: &Cache, key: &Key<'_>, now: Millis) -> Option<(Kind, Vec<u8>, Freshness)> {
    cache.peek(key, now, |hit| (hit.kind, hit.payload.to_vec(), hit.state))
}

fn positive(payload: &[u8], state: Freshness) -> (Kind, Vec<u8>, Freshness) {
    (Kind::Positive, payload.to_vec(), state)
}

#[test]
fn an_answer_is_fresh_then_stale_then_gone() {
    let (cache, ns) = cache();
    let key = key(ns, A);
    let insert = Insert { stale_ms: HOUR, ..fill(Fill::Positive, b"one", 60_000) };
    assert_eq!(cache.insert(&key, &insert, 1_000), Outcome::Stored);
    let (remaining, stored) =
        cache.peek(&key, 2_000, |hit| (hit.remaining_ms, hit.stored_at)).expect("fresh");
    assert_eq!((remaining, stored), (59_000, 1_000));
    assert_eq!(seen(&cache, &key, 60_999), Some(positive(b"one", Freshness::Fresh)));
    assert_eq!(seen(&cache, &key, 61_000), Some(positive(b"one", Freshness::Stale)));
    assert_eq!(cache.peek(&key, 61_000, |hit| hit.remaining_ms), Some(0));
    assert_eq!(seen(&cache, &key, 60_999 + HOUR), Some(positive(b"one", Freshness::Stale)));
    assert_eq!(seen(&cache, &key, 61_000 + HOUR), None);
}

#[test]
fn families_of_a_name_live_apart() {
    let (cache, ns) = cache();
    assert_eq!(cache.insert(&key(ns, AAAA), &fill(Fill::Positive, b"six", 5_000), 0), Outcome::Stored);
    assert_eq!(seen(&cache, &key(ns, A), 0), None);
    assert_eq!(cache.insert(&key(ns, A), &fill(Fill::Positive, b"four", 9_000), 0), Outcome::Stored);
    assert_eq!(cache.insert(&key(ns, 16), &fill(Fill::Positive, b"text", 9_000), 0), Outcome::Stored);
    assert_eq!(seen(&cache, &key(ns, AAAA), 6_000), Some(positive(b"six", Freshness::Stale)));
    assert_eq!(seen(&cache, &key(ns, A), 6_000), Some(positive(b"four", Freshness::Fresh)));
    assert_eq!(seen(&cache, &key(ns, 16), 6_000), Some(positive(b"text", Freshness::Fresh)));
    assert_eq!(cache.stats(ns).entries, 3);
    assert_eq!(cache.invalidate(ns, Some(b"\x07example\x03com\x00"), 6_000), 3);
    assert!(cache.is_empty());
}

#[test]
fn a_ttl_of_zero_is_never_fresh_and_kept_as_stale() {
    let (cache, ns) = cache();
    let key = key(ns, A);
    assert_eq!(cache.insert(&key, &fill(Fill::Positive, b"x", 0), 5), Outcome::Stored);
    assert_eq!(seen(&cache, &key, 5), Some(positive(b"x", Freshness::Stale)));
    assert_eq!(cache.insert(&key, &fill(Fill::NxDomain, b"", 0), 6), Outcome::Stored);
    assert_eq!(seen(&cache, &key, 6), None);
    assert!(cache.is_empty());
}

#[test]
fn a_popular_answer_is_refreshed_by_exactly_one_caller() {
    let (cache, ns) = cache();
    let key = key(ns, A);
    let state = |now| cache.get(&key, now, |hit| hit.state);
    assert_eq!(cache.insert(&key, &fill(Fill::Positive, b"x", 100_000), 0), Outcome::Stored);
    assert_eq!(state(95_000), Some(Freshness::Fresh), "one hit");
    assert_eq!(state(95_000), Some(Freshness::Fresh), "two hits");
    assert_eq!(cache.peek(&key, 95_000, |hit| hit.state), Some(Freshness::Fresh), "a glance claims nothing");
    assert_eq!(state(89_999), Some(Freshness::Fresh), "too early");
    assert_eq!(state(90_000), Some(Freshness::RefreshDue));
    assert_eq!(state(90_000), Some(Freshness::Refreshing));
    cache.refresh_failed(&key, 91_000);
    assert_eq!(state(91_999), Some(Freshness::Fresh), "held for a second");
    assert_eq!(state(92_000), Some(Freshness::RefreshDue));
    assert_eq!(cache.insert(&key, &fill(Fill::ServerFailure, b"servfail", 0), 92_100), Outcome::Kept);
    assert_eq!(
        cache.get(&key, 94_099, |hit| hit.failure.map(<[u8]>::to_vec)),
        Some(Some(b"servfail".to_vec()))
    );
    assert_eq!(state(94_099), Some(Freshness::Fresh), "then for two");
    assert_eq!(state(94_100), Some(Freshness::RefreshDue));
    assert_eq!(cache.insert(&key, &fill(Fill::Positive, b"y", 100_000), 95_000), Outcome::Stored);
    assert_eq!(cache.get(&key, 190_000, |hit| (hit.hits, hit.state)), Some((1, Freshness::Fresh)));
    assert_eq!(cache.add_hits(&key, 40, 190_000), Some(Freshness::RefreshDue));
    assert_eq!(cache.add_hits(&key, 1, 190_000), Some(Freshness::Refreshing));
}

#[test]
fn nothing_learnt_replaces_nothing_known() {
    let (cache, ns) = cache();
    let key = key(ns, A);
    assert_eq!(cache.insert(&key, &fill(Fill::Positive, b"x", 1_000), 0), Outcome::Stored);
    for kind in [Fill::ServerFailure, Fill::Unreachable, Fill::NoData { soa: false }] {
        assert_eq!(cache.insert(&key, &fill(kind, b"no", 9_000), 5_000), Outcome::Kept, "{kind:?}");
        assert_eq!(seen(&cache, &key, 5_001), Some(positive(b"x", Freshness::Stale)));
    }
    for kind in [Fill::NxDomain, Fill::NoData { soa: true }] {
        assert_eq!(cache.insert(&key, &fill(Fill::Positive, b"x", 1_000), 6_000), Outcome::Stored);
        assert_eq!(cache.insert(&key, &fill(kind, b"no", 9_000), 6_001), Outcome::Stored, "{kind:?}");
        assert_ne!(seen(&cache, &key, 6_002).map(|seen| seen.0), Some(Kind::Positive));
        assert_eq!(cache.insert(&key, &fill(Fill::ServerFailure, b"no", 0), 6_003), Outcome::Kept);
        assert_eq!(seen(&cache, &key, 15_001), None, "no stale life");
    }
}

#[test]
fn failures_back_off_and_end_early() {
    let (cache, ns) = cache();
    let key = key(ns, A);
    let mut now = 10_000;
    for held in [1_000, 2_000, 5_000, 5_000] {
        assert_eq!(cache.insert(&key, &fill(Fill::ServerFailure, b"2", 0), now), Outcome::Stored);
        assert_eq!(seen(&cache, &key, now + held - 1).map(|seen| seen.0), Some(Kind::Failure));
        assert_eq!(seen(&cache, &key, now + held), None);
        now += held;
    }
    cache.end_failures(ns);
    assert_eq!(cache.insert(&key, &fill(Fill::ServerFailure, b"2", 0), now), Outcome::Stored);
    cache.end_failures(ns);
    assert!(seen(&cache, &key, now).is_some(), "an answer of a server does not end what a server answered");
    assert_eq!(cache.insert(&key, &fill(Fill::Unreachable, b"5", 0), now), Outcome::Stored);
    assert!(seen(&cache, &key, now + 999).is_some());
    assert_eq!(seen(&cache, &key, now + 1_000), None);
    cache.end_failures(ns);
    assert_eq!(seen(&cache, &key, now), None);
    assert_eq!(cache.insert(&key, &fill(Fill::NxDomain, b"", 60_000), now), Outcome::Stored);
    cache.end_failures(ns);
    assert!(seen(&cache, &key, now).is_some());
    cache.network_changed(ns);
    assert_eq!(seen(&cache, &key, now), None);
}

#[test]
fn namespaces_share_by_digest_and_never_otherwise() {
    let cache = Cache::new(CacheConfig::default());
    let limits = NamespaceLimits::default();
    let (one, same, other) = (
        cache.open_namespace([1; 32], limits),
        cache.open_namespace([1; 32], limits),
        cache.open_namespace([2; 32], limits),
    );
    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_eq!(cache.insert(&key(one, A), &fill(Fill::Positive, b"1", 1_000), 0), Outcome::Stored);
    assert_eq!(seen(&cache, &key(other, A), 0), None);
    assert_eq!(cache.invalidate(other, None, 0), 0);
    cache.close_namespace(one);
    assert!(seen(&cache, &key(same, A), 0).is_some(), "one user is left");
    cache.close_namespace(same);
    assert!(cache.is_empty());
    let again = cache.open_namespace([1; 32], limits);
    assert_ne!(again, one);
    assert_eq!(cache.insert(&key(one, A), &fill(Fill::Positive, b"1", 1_000), 0), Outcome::Closed);
    assert_eq!(seen(&cache, &key(again, A), 0), None);
    cache.close_namespace(one);
    assert_eq!(cache.insert(&key(again, A), &fill(Fill::Positive, b"1", 1_000), 0), Outcome::Stored);
}

#[test]
fn a_sweep_gives_memory_back_and_an_empty_cache_wants_none() {
    let (cache, ns) = cache();
    assert_eq!(cache.sweep(0, 1_000), None);
    for n in 0..500_u32 {
        let name = n.to_le_bytes();
        let key = Key { namespace: ns, name: &name, rtype: A };
        let insert = Insert { stale_ms: 1_000, ..fill(Fill::Positive, b"x", 1_000) };
        assert_eq!(cache.insert(&key, &insert, 0), Outcome::Stored);
        assert_eq!(
            cache.insert(&Key { rtype: 15, ..key }, &fill(Fill::NxDomain, b"x", 1_000), 0),
            Outcome::Stored
        );
    }
    assert_eq!(cache.sweep(1_500, 10_000), Some(31_500));
    assert_eq!(cache.stats(ns).entries, 500, "the negative half is gone");
    assert_eq!(cache.sweep(2_000, 100), Some(2_000), "the budget was not enough");
    assert_eq!(cache.sweep(2_000, 10_000), None);
    assert_eq!((cache.bytes(), cache.stats(ns).entries), (0, 0));
}
