//! Marks of names outlive their answers, and end with their namespace.
#![cfg(not(loom))]

use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceLimits, Outcome};

const NAME: &[u8] = b"\x02db\x04corp\x00";
const OTHER: &[u8] = b"\x03www\x04corp\x00";

#[test]
fn a_mark_outlives_the_answer_and_ends_with_the_namespace() {
    let cache = Cache::new(CacheConfig::default());
    let limits = NamespaceLimits::default();
    let namespace = cache.open_namespace([1; 32], limits);
    assert!(!cache.is_marked(namespace, NAME));
    let key = Key { namespace, name: NAME, rtype: 1 };
    let answer = Insert { payload: &[10, 0, 0, 1], ttl_ms: 1_000, ..Insert::default() };
    assert_eq!(cache.insert(&key, &answer, 0), Outcome::Stored);
    cache.mark(namespace, NAME);
    assert_eq!(cache.invalidate(namespace, None, 10), 1);
    assert!(cache.is_marked(namespace, NAME) && !cache.is_marked(namespace, OTHER));

    let next = cache.open_namespace([2; 32], limits);
    assert!(!cache.is_marked(next, NAME), "of another namespace");
    cache.mark_like(next, namespace);
    assert!(cache.is_marked(next, NAME) && !cache.is_marked(next, OTHER));

    cache.close_namespace(namespace);
    cache.mark(namespace, OTHER);
    assert!(!cache.is_marked(namespace, NAME) && !cache.is_marked(namespace, OTHER));
    assert!(!cache.is_marked(cache.open_namespace([1; 32], limits), NAME));
}
