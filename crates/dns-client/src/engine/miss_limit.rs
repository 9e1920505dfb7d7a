//! A limit for names that do not exist: how many unknown ones may be asked for in a second, under each parent domain.
//!
//! Whoever asks for random names under a domain of his choice passes every cache. The limit keeps that from the servers; it
//! is off unless set, for a crawler or a mail server does the same in good faith.

use std::hash::BuildHasher as _;

use dns_cache::NamespaceId;
use dns_wire::Name;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::time::Time;

/// Parent domains that are told apart in a namespace. As long as so many are busy, all others count as one.
const PARENTS: usize = 4_096;
/// Milliseconds after which what was counted for a parent is over: a burst is what a second allows.
const MEMORY_MS: u64 = 1_000;

/// How much of its second a parent has used up.
#[derive(Debug, Default, Clone, Copy)]
struct Bucket {
    spent: f64,
    at: Time,
}

impl Bucket {
    fn take(&mut self, now: Time, per_second: u32) -> bool {
        let rate = f64::from(per_second);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bucket of many years ago is as empty as one of a second ago"
        )]
        let elapsed_s = now.micros_since(self.at) as f64 / 1e6;
        self.at = now;
        self.spent = (self.spent - elapsed_s * rate).max(0.0);
        let allowed = self.spent + 1.0 <= rate;
        if allowed {
            self.spent += 1.0;
        }
        allowed
    }

    fn is_over(&self, now: Time) -> bool {
        now.millis_since(self.at) >= MEMORY_MS
    }
}

/// What is counted for one namespace.
#[derive(Debug, Default)]
struct Parents {
    buckets: HashMap<u64, Bucket, RandomState>,
    others: Bucket,
    tidied: Time,
}

impl Parents {
    fn take(&mut self, parent: u64, now: Time, per_second: u32) -> bool {
        if let Some(bucket) = self.buckets.get_mut(&parent) {
            return bucket.take(now, per_second);
        }
        if self.buckets.len() >= PARENTS && now.millis_since(self.tidied) >= MEMORY_MS {
            self.tidied = now;
            self.buckets.retain(|_, bucket| !bucket.is_over(now));
        }
        if self.buckets.len() >= PARENTS {
            return self.others.take(now, per_second);
        }
        self.buckets.entry(parent).or_default().take(now, per_second)
    }

    fn is_over(&self, now: Time) -> bool {
        self.others.is_over(now) && self.buckets.values().all(|bucket| bucket.is_over(now))
    }
}

/// What is counted, by namespace and parent domain.
#[derive(Debug, Default)]
pub(super) struct MissLimit {
    namespaces: HashMap<NamespaceId, Parents, RandomState>,
    hash: RandomState,
}

impl MissLimit {
    /// Whether `name`, of which nothing is known, may be asked for; it counts for its parent domain.
    pub(super) fn take(&mut self, namespace: NamespaceId, name: &Name, now: Time, per_second: u32) -> bool {
        let name = name.to_lowercase();
        let wire = name.as_wire();
        let first_label = wire.first().map_or(0, |length| usize::from(*length) + 1);
        let parent = self.hash.hash_one(wire.get(first_label..).unwrap_or_default());
        if !self.namespaces.contains_key(&namespace) {
            self.namespaces.retain(|_, parents| !parents.is_over(now));
        }
        self.namespaces.entry(namespace).or_default().take(parent, now, per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dns_cache::{Cache, CacheConfig, NamespaceLimits};

    fn namespaces() -> [NamespaceId; 2] {
        let cache = Cache::new(CacheConfig::default());
        [1, 2].map(|digest| cache.open_namespace([digest; 32], NamespaceLimits::default()))
    }

    fn name(text: &str) -> Name {
        Name::from_ascii(text).expect("a name")
    }

    /// How many of `count` names under `parent` may be asked for.
    fn allowed(limit: &mut MissLimit, namespace: NamespaceId, parent: &str, count: u32, now: Time) -> usize {
        let names = (0..count).map(|number| name(&format!("n{number}.{parent}")));
        names.filter(|name| limit.take(namespace, name, now, 10)).count()
    }

    #[test]
    fn a_parent_gets_its_rate_and_no_more() {
        let (mut limit, [one, other]) = (MissLimit::default(), namespaces());
        let at = |ms: u64| Time::from_millis(1_000_000 + ms);
        assert_eq!(allowed(&mut limit, one, "a.test", 100, at(0)), 10);
        assert_eq!(allowed(&mut limit, one, "A.TEST", 100, at(0)), 0, "it is the same one");
        assert_eq!(allowed(&mut limit, one, "b.test", 100, at(0)), 10);
        assert_eq!(allowed(&mut limit, other, "a.test", 100, at(0)), 10);
        assert_eq!(allowed(&mut limit, one, "a.test", 100, at(500)), 5);
        assert_eq!(allowed(&mut limit, one, "a.test", 100, at(60_000)), 10, "no more than a second's worth");
        assert!(limit.take(one, &name("single"), at(0), 1));
        assert!(!limit.take(one, &name("labels"), at(0), 1), "the root is their parent");
    }

    #[test]
    fn parents_beyond_the_bound_count_as_one() {
        let (mut limit, [one, other]) = (MissLimit::default(), namespaces());
        let start = Time::from_millis(1_000_000);
        let busy = |limit: &mut MissLimit, now| {
            (0..10_000).filter(|number| limit.take(one, &name(&format!("n.p{number}.test")), now, 10)).count()
        };
        assert_eq!(busy(&mut limit, start), PARENTS + 10);
        assert_eq!(limit.namespaces[&one].buckets.len(), PARENTS);
        let later = start.plus_millis(MEMORY_MS);
        assert_eq!(busy(&mut limit, later), PARENTS + 10);
        assert_eq!(limit.namespaces[&one].buckets.len(), PARENTS);
        assert!(limit.take(other, &name("a.test"), later.plus_millis(MEMORY_MS), 10));
        assert_eq!(limit.namespaces.len(), 1, "what is over is forgotten");
    }
}
