//! The cache's own synchronisation under every interleaving of a few threads.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test --release -p dns-cache --test loom
//! ```
#![cfg(loom)]

use dns_cache::{
    Cache, CacheConfig, Fill, Freshness, Insert, Key, Kind, NamespaceId, NamespaceLimits, Outcome,
};
use loom::sync::Arc;
use loom::thread;

const TTL: u64 = 1_000;
/// Within the TTL, after the refresh point.
const LATE: u64 = 950;
const DIGEST: [u8; 32] = [1; 32];

fn limits() -> NamespaceLimits {
    NamespaceLimits { max_entries: 4, ..NamespaceLimits::default() }
}

fn cache() -> (Arc<Cache>, NamespaceId) {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace(DIGEST, limits());
    (Arc::new(cache), namespace)
}

fn key(namespace: NamespaceId, name: &[u8]) -> Key<'_> {
    Key { namespace, name, rtype: 1 }
}

fn store(
    cache: &Cache,
    namespace: NamespaceId,
    name: &[u8],
    kind: Fill,
    payload: &[u8],
    now: u64,
) -> Outcome {
    cache.insert(&key(namespace, name), &Insert { kind, payload, ttl_ms: TTL, ..Insert::default() }, now)
}

#[test]
fn one_of_two_readers_refreshes_and_no_hit_is_lost() {
    loom::model(|| {
        let (cache, namespace) = cache();
        assert_eq!(store(&cache, namespace, b"n", Fill::Positive, b"1", 0), Outcome::Stored);
        cache.add_hits(&key(namespace, b"n"), 2, 0);
        let read = move |cache: &Cache| cache.get(&key(namespace, b"n"), LATE, |hit| hit.state);
        let other = {
            let cache = cache.clone();
            thread::spawn(move || read(&cache))
        };
        let states = [read(&cache), other.join().expect("no panic")];
        let due = states.iter().filter(|state| **state == Some(Freshness::RefreshDue)).count();
        assert_eq!(due, 1, "{states:?}");
        assert_eq!(cache.peek(&key(namespace, b"n"), LATE, |hit| hit.hits), Some(4));
        assert_eq!(cache.stats(namespace).hits, 2);
    });
}

#[test]
fn hits_reported_and_hits_made_add_up() {
    loom::model(|| {
        let (cache, namespace) = cache();
        assert_eq!(store(&cache, namespace, b"n", Fill::Positive, b"1", 0), Outcome::Stored);
        let other = {
            let cache = cache.clone();
            thread::spawn(move || cache.add_hits(&key(namespace, b"n"), 5, LATE))
        };
        let mine = cache.get(&key(namespace, b"n"), LATE, |hit| hit.state);
        let theirs = other.join().expect("no panic");
        let due = [mine, theirs].iter().filter(|state| **state == Some(Freshness::RefreshDue)).count();
        assert_eq!(due, 1, "{mine:?} {theirs:?}");
        assert_eq!(cache.peek(&key(namespace, b"n"), LATE, |hit| hit.hits), Some(6));
        assert_eq!(cache.stats(namespace).hits, 1);
    });
}

#[test]
fn a_refill_starts_anew_whoever_reads_meanwhile() {
    loom::model(|| {
        let (cache, namespace) = cache();
        assert_eq!(store(&cache, namespace, b"n", Fill::Positive, b"old", 0), Outcome::Stored);
        cache.add_hits(&key(namespace, b"n"), 2, 0);
        let other = {
            let cache = cache.clone();
            thread::spawn(move || {
                cache.get(&key(namespace, b"n"), LATE, |hit| (hit.payload.to_vec(), hit.state))
            })
        };
        assert_eq!(store(&cache, namespace, b"n", Fill::Positive, b"new", LATE), Outcome::Stored);
        let seen = other.join().expect("no panic").expect("there is an answer at all times");
        let after = cache.peek(&key(namespace, b"n"), LATE, |hit| (hit.state, hit.hits));
        if seen.0 == b"old" {
            assert_eq!(seen.1, Freshness::RefreshDue);
            assert_eq!(after, Some((Freshness::Fresh, 0)));
        } else {
            assert_eq!(seen, (b"new".to_vec(), Freshness::Fresh));
            assert_eq!(after, Some((Freshness::Fresh, 1)));
        }
        assert_eq!(cache.stats(namespace).hits, 1, "counted once, before or after");
    });
}

#[test]
fn a_reader_sees_a_whole_answer_or_none_while_it_is_evicted() {
    loom::model(|| {
        let (cache, namespace) = cache();
        for name in [b"a", b"b"] {
            assert_eq!(store(&cache, namespace, name, Fill::Positive, name, 0), Outcome::Stored);
        }
        let other = {
            let cache = cache.clone();
            thread::spawn(move || {
                for name in [b"a", b"b"] {
                    let seen = cache.get(&key(namespace, name), 1, |hit| hit.payload.to_vec());
                    assert!(seen.is_none_or(|payload| payload == name));
                }
            })
        };
        assert_eq!(store(&cache, namespace, b"c", Fill::Positive, b"c", 0), Outcome::Stored);
        other.join().expect("no panic");
        let stats = cache.stats(namespace);
        assert_eq!((stats.entries, stats.evictions, stats.hits + stats.misses), (2, 1, 2));
    });
}

#[test]
fn writers_keep_the_bound_together() {
    loom::model(|| {
        let (cache, namespace) = cache();
        assert_eq!(store(&cache, namespace, b"a", Fill::Positive, b"a", 0), Outcome::Stored);
        let other = {
            let cache = cache.clone();
            thread::spawn(move || store(&cache, namespace, b"b", Fill::Positive, b"b", 0))
        };
        assert_eq!(store(&cache, namespace, b"c", Fill::Positive, b"c", 0), Outcome::Stored);
        assert_eq!(other.join().expect("no panic"), Outcome::Stored);
        let stats = cache.stats(namespace);
        assert_eq!((stats.entries, stats.evictions), (2, 1));
        assert_eq!(stats.bytes, cache.bytes());
    });
}

#[test]
fn nothing_outlives_its_namespace() {
    loom::model(|| {
        let (cache, namespace) = cache();
        let other = {
            let cache = cache.clone();
            thread::spawn(move || store(&cache, namespace, b"n", Fill::Positive, b"1", 0))
        };
        cache.close_namespace(namespace);
        let again = cache.open_namespace(DIGEST, limits());
        assert!(matches!(other.join().expect("no panic"), Outcome::Stored | Outcome::Closed));
        assert_eq!(cache.bytes(), 0);
        assert_eq!(cache.peek(&key(again, b"n"), 0, |_| ()), None);
    });
}

#[test]
fn users_come_and_go_without_losing_the_namespace() {
    loom::model(|| {
        let (cache, namespace) = cache();
        assert_eq!(store(&cache, namespace, b"n", Fill::Positive, b"1", 0), Outcome::Stored);
        let other = {
            let cache = cache.clone();
            thread::spawn(move || cache.open_namespace(DIGEST, limits()))
        };
        cache.close_namespace(namespace);
        let joined = other.join().expect("no panic");
        let seen = cache.peek(&key(joined, b"n"), 0, |hit| hit.payload.to_vec());
        assert_eq!(seen.is_some(), joined == namespace, "the old one with its answers, or a new one without");
        cache.close_namespace(joined);
        assert_eq!(cache.bytes(), 0);
    });
}

#[test]
fn an_answer_ends_the_silence_before_it() {
    loom::model(|| {
        let (cache, namespace) = cache();
        assert_eq!(store(&cache, namespace, b"before", Fill::Unreachable, b"", 0), Outcome::Stored);
        let other = {
            let cache = cache.clone();
            thread::spawn(move || store(&cache, namespace, b"during", Fill::Unreachable, b"", 0))
        };
        cache.end_failures(namespace);
        assert_eq!(cache.peek(&key(namespace, b"before"), 1, |hit| hit.kind), None);
        assert_eq!(other.join().expect("no panic"), Outcome::Stored);
        let during = cache.peek(&key(namespace, b"during"), 1, |hit| hit.kind);
        assert!(during.is_none_or(|kind| kind == Kind::Failure));
        cache.end_failures(namespace);
        assert_eq!(
            cache.peek(&key(namespace, b"during"), 1, |hit| hit.kind),
            None,
            "nor does it escape the next one"
        );
    });
}
