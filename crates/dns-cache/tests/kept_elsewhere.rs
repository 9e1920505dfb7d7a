//! What leaves the cache to be kept, and what comes back.
#![cfg(not(loom))]

use dns_cache::{
    Cache, CacheConfig, Exported, Fill, Freshness, Insert, Key, Kind, Millis, NamespaceId, NamespaceLimits,
    Outcome, Restore,
};
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000;
const NOW: Millis = 10 * 86_400_000;

/// Name, type, payload, age, time to expiry.
type Row = (Vec<u8>, u16, Vec<u8>, Millis, i64);

fn cache() -> (Cache, NamespaceId) {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace([7; 32], NamespaceLimits::default());
    (cache, namespace)
}

fn key(namespace: NamespaceId, name: &[u8]) -> Key<'_> {
    Key { namespace, name, rtype: 1 }
}

fn answer(payload: &[u8], ttl_ms: Millis) -> Insert<'_> {
    Insert { payload, ttl_ms, ..Insert::default() }
}

/// All answers, in calls that take so many rows each.
fn exported(cache: &Cache, namespace: NamespaceId, now: Millis, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut cursor = Some(0);
    while let Some(at) = cursor {
        let mut left = room;
        cursor = cache.export(namespace, at, now, |exported| {
            if left == 0 {
                return false;
            }
            left -= 1;
            if let Exported::Answer { name, rtype, payload, stored_ago_ms, expires_in_ms } = exported {
                rows.push((name.to_vec(), rtype, payload.to_vec(), stored_ago_ms, expires_in_ms));
            }
            true
        });
        assert!(cursor.is_none_or(|next| next > at && next < 1 << 53));
    }
    rows
}

#[test]
fn every_positive_answer_comes_out_once_in_pieces_of_any_size() {
    let (cache, ns) = cache();
    let mut expected = BTreeMap::new();
    for n in 0..3_000_u32 {
        let name = n.to_le_bytes();
        for (rtype, kind) in [(1, Fill::Positive), (28, [Fill::NxDomain, Fill::Positive][n as usize % 2])] {
            let insert = Insert { kind, ..answer(&name, 60_000) };
            assert_eq!(cache.insert(&Key { rtype, ..key(ns, &name) }, &insert, NOW), Outcome::Stored);
            if kind == Fill::Positive {
                expected.insert((name.to_vec(), rtype), (name.to_vec(), 7_000, 53_000));
            }
        }
    }
    for room in [1, 7, usize::MAX] {
        let rows = exported(&cache, ns, NOW + 7_000, room);
        assert_eq!(rows.len(), expected.len());
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|(name, rtype, payload, age, left)| ((name, rtype), (payload, age, left)))
            .collect();
        assert_eq!(rows, expected);
    }
    let late = NOW + 60_000 + 86_400_000;
    assert_eq!(exported(&cache, ns, late, 10), [], "nothing whose stale life is over");
    cache.close_namespace(ns);
    assert_eq!(cache.export(ns, 0, NOW, |_| true), None);
}

#[test]
fn what_lives_throughout_is_never_missed_while_others_come_and_go() {
    let limits = NamespaceLimits { max_entries: 4_000, ..NamespaceLimits::default() };
    let cache = Cache::new(CacheConfig::default());
    let ns = cache.open_namespace([1; 32], limits);
    let mut stays: Vec<[u8; 4]> = (0..1_000_u32).map(u32::to_le_bytes).collect();
    for name in &stays {
        assert_eq!(cache.insert(&key(ns, name), &answer(name, 60_000), NOW), Outcome::Stored);
        // Used, so that the eviction passes them over.
        for _ in 0..3 {
            cache.get(&key(ns, name), NOW, |_| ());
        }
    }
    let mut seen = BTreeMap::<Vec<u8>, u32>::new();
    let mut cursor = Some(0);
    let mut fresh = 1_000_000_u32;
    while let Some(at) = cursor {
        let mut left = 10;
        cursor = cache.export(ns, at, NOW, |exported| {
            if let Exported::Answer { name, .. } = exported {
                *seen.entry(name.to_vec()).or_default() += 1;
            }
            left -= 1;
            left > 0
        });
        // The one that was refused comes again.
        if cursor.is_some() {
            for _ in 0..50 {
                fresh += 1;
                let name = fresh.to_le_bytes();
                assert_eq!(cache.insert(&key(ns, &name), &answer(&name, 60_000), NOW), Outcome::Stored);
            }
            // Longer and shorter by turns, so that records move.
            for name in stays.iter().skip(fresh as usize % 7).step_by(7) {
                let payload = vec![1; fresh as usize % 90];
                assert_eq!(cache.insert(&key(ns, name), &answer(&payload, 60_000), NOW), Outcome::Stored);
                cache.get(&key(ns, name), NOW, |_| ());
            }
        }
    }
    assert!(cache.stats(ns).evictions > 0, "the cache was full");
    stays.retain(|name| cache.peek(&key(ns, name), NOW, |_| ()).is_some());
    assert!(stays.len() > 500, "{}", stays.len());
    for name in stays {
        assert!(seen.contains_key(&name[..]), "{name:?} was missed");
    }
}

#[test]
fn an_answer_that_is_restored_goes_on_with_its_life() {
    let (cache, ns) = cache();
    assert_eq!(cache.insert(&key(ns, b"name"), &answer(b"one", 300_000), NOW), Outcome::Stored);
    let (_, _, payload, age, left) = exported(&cache, ns, NOW + 60_000, 9).pop().expect("one row");
    let (other, ns) = self::cache();
    let restore = Restore {
        payload: &payload,
        stored_ago_ms: i64::try_from(age).expect("small"),
        expires_in_ms: left,
        ..Restore::default()
    };
    let now = 5_000_000;
    assert_eq!(other.restore(&key(ns, b"name"), &restore, now), Outcome::Stored);
    let shown = other.peek(&key(ns, b"name"), now, |hit| {
        (hit.kind, hit.state, hit.payload.to_vec(), hit.remaining_ms, hit.refresh_in_ms, hit.stored_at)
    });
    let expected = (Kind::Positive, Freshness::Fresh, b"one".to_vec(), 240_000, 210_000, now - 60_000);
    assert_eq!(shown, Some(expected));
    assert_eq!(exported(&other, ns, now, 9), [(b"name".to_vec(), 1, b"one".to_vec(), 60_000, 240_000)]);
}

#[test]
fn what_has_expired_or_comes_from_the_future_is_stale_as_long_as_it_may_be() {
    let (cache, ns) = cache();
    let stale_ms = 60 * 60_000;
    let cases: [(&[u8], i64, i64, Option<Millis>); 5] = [
        (b"expired", 30 * MINUTE, -20 * MINUTE, Some(40)),
        (b"too late", 120 * MINUTE, -60 * MINUTE, None),
        (b"future", -5 * MINUTE, 10 * MINUTE, Some(60)),
        (b"expires before it is stored", 10 * MINUTE, -20 * MINUTE, Some(40)),
        (b"extremes", i64::MIN, i64::MAX, Some(60)),
    ];
    for (name, stored_ago_ms, expires_in_ms, minutes) in cases {
        let restore = Restore { payload: b"x", stored_ago_ms, expires_in_ms, stale_ms, ..Restore::default() };
        let outcome = if minutes.is_some() { Outcome::Stored } else { Outcome::Kept };
        assert_eq!(cache.restore(&key(ns, name), &restore, NOW), outcome, "{name:?}");
        let state = |at| cache.peek(&key(ns, name), at, |hit| hit.state);
        assert_eq!(state(NOW), minutes.map(|_| Freshness::Stale), "{name:?}");
        let Some(minutes) = minutes else { continue };
        assert_eq!(state(NOW + minutes * 60_000 - 1), Some(Freshness::Stale), "{name:?}");
        assert_eq!(state(NOW + minutes * 60_000), None, "{name:?}");
    }
    for (stored_ago_ms, expires_in_ms) in [(i64::MAX, i64::MIN), (i64::MIN, i64::MIN)] {
        let restore = Restore { stored_ago_ms, expires_in_ms, ..Restore::default() };
        assert_eq!(cache.restore(&key(ns, b"long ago"), &restore, NOW), Outcome::Kept);
    }
}

#[test]
fn what_expired_before_the_clock_began_has_only_the_rest_of_its_stale_life() {
    let (cache, ns) = cache();
    let (since_boot, stale_ms) = (MINUTE.unsigned_abs(), 30 * 60_000);
    let restore =
        Restore { stored_ago_ms: 25 * MINUTE, expires_in_ms: -20 * MINUTE, stale_ms, ..Restore::default() };
    assert_eq!(cache.restore(&key(ns, b"n"), &restore, since_boot), Outcome::Stored);
    let last = since_boot + 10 * 60_000 - 1;
    assert_eq!(cache.peek(&key(ns, b"n"), last, |hit| hit.state), Some(Freshness::Stale));
    assert_eq!(cache.peek(&key(ns, b"n"), last + 1, |hit| hit.state), None);
}

#[test]
fn nothing_that_is_there_gives_way_but_a_failure() {
    let (cache, ns) = cache();
    let restore =
        Restore { payload: b"old", stored_ago_ms: 90_000, expires_in_ms: -30_000, ..Restore::default() };
    let kept = [
        (b"positive", Fill::Positive, 60_000, NOW),
        (b"stale...", Fill::Positive, 1_000, NOW - 5_000),
        (b"nxdomain", Fill::NxDomain, 60_000, NOW),
        (b"nodata..", Fill::NoData { soa: true }, 60_000, NOW),
    ];
    for (name, kind, ttl, at) in kept {
        assert_eq!(
            cache.insert(&key(ns, name), &Insert { kind, ..answer(b"new", ttl) }, at),
            Outcome::Stored
        );
        assert_eq!(cache.restore(&key(ns, name), &restore, NOW), Outcome::Kept);
        assert_eq!(cache.peek(&key(ns, name), NOW, |hit| hit.payload.to_vec()), Some(b"new".to_vec()));
    }
    let failure = Insert { kind: Fill::ServerFailure, ..answer(b"why", 0) };
    assert_eq!(cache.insert(&key(ns, b"failed"), &failure, NOW), Outcome::Stored);
    assert_eq!(cache.restore(&key(ns, b"failed"), &restore, NOW), Outcome::Stored);
    let shown = |at| {
        cache.peek(&key(ns, b"failed"), at, |hit| {
            (hit.state, hit.payload.to_vec(), hit.failure.map(<[u8]>::to_vec))
        })
    };
    assert_eq!(shown(NOW), Some((Freshness::Stale, b"old".to_vec(), Some(b"why".to_vec()))));
    assert_eq!(
        shown(NOW + 1_000),
        Some((Freshness::Stale, b"old".to_vec(), None)),
        "as long as it would have"
    );
    assert_eq!(cache.insert(&key(ns, b"failed"), &failure, NOW + 1_000), Outcome::Kept);
    let held = cache.peek(&key(ns, b"failed"), NOW + 1_000, |hit| hit.refresh_in_ms);
    assert_eq!(held, Some(2_000), "the back-off goes on");
    let payload = vec![0; 70_000];
    let too_large = Restore { payload: &payload, expires_in_ms: MINUTE, ..Restore::default() };
    assert_eq!(cache.restore(&key(ns, b"large"), &too_large, NOW), Outcome::TooLarge);
    assert_eq!(cache.stats(ns).entries, 5);
}
