//! The cache: shards, namespaces, and the bounds over all of them.

mod export;

use crate::answer::{Freshness, Hit, Insert, NamespaceStats, Outcome};
use crate::config::{CacheConfig, Millis, NamespaceLimits};
use crate::key::{Key, NamespaceId, Place};
use crate::name_hash::NameHash;
use crate::namespace::{Delta, Process, Registry, Share, Shared};
use crate::queue::Weight;
use crate::replacement::New;
use crate::shard::{self, SHARDS, Shard};
use crate::space::{Lookup, Read, SWEEP_INTERVAL_MS, Space};
use crate::sync::{Arc, AtomicU32, AtomicU64, Lock, Ordering};

/// A concurrent cache of DNS answers.
///
/// It is shared by reference between threads. Reads take a shared lock on one of 64 shards, everything else
/// that concerns a name an exclusive one. No lock is held beyond a call; the closures that read are run under
/// the shared lock, so they must be short and must not call the cache.
#[derive(Debug)]
pub struct Cache {
    shards: Box<[Padded]>,
    // Locked before any shard, never after.
    registry: Lock<Registry>,
    process: Arc<Process>,
    hash: NameHash,
    /// Shards that the present pass of the sweep has behind it.
    swept: AtomicU32,
}

/// Keeps the locks of two shards off one cache line, and off the pair that is fetched together.
#[derive(Debug)]
#[repr(align(128))]
struct Padded(Lock<Shard>);

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new(config: CacheConfig) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Padded(Lock::new(Shard::default()))).collect(),
            registry: Lock::new(Registry::default()),
            process: Arc::new(Process { bytes: AtomicU64::new(0), max_bytes: config.max_bytes_process }),
            hash: NameHash::new(config.hash_seed),
            swept: AtomicU32::new(0),
        }
    }

    /// Opens the namespace of a digest, or joins its users: the same digest gives the same identifier until
    /// each of them has closed it. Where users ask for different limits, the most generous ones count.
    ///
    /// # Panics
    /// If 65 536 namespaces are open.
    pub fn open_namespace(&self, digest: [u8; 32], limits: NamespaceLimits) -> NamespaceId {
        let mut registry = self.registry.write();
        if let Some((id, shared)) = registry.join(&digest) {
            shared.raise(limits);
            return id;
        }
        let shared = Arc::new(Shared::new(self.process.clone(), limits));
        let id = registry.open(digest, shard::spread(limits.max_entries), shared.clone());
        for n in 0..1 << id.spread() {
            self.nth_shard(id, n).0.write().put(Space::new(id, shared.clone(), self.hash.clone()));
        }
        id
    }

    /// Takes one user away. The last one frees what the namespace holds, and ends its identifier.
    pub fn close_namespace(&self, namespace: NamespaceId) {
        let mut registry = self.registry.write();
        if !registry.leave(namespace) {
            return;
        }
        for n in 0..1 << namespace.spread() {
            let space = self.nth_shard(namespace, n).0.write().take(namespace);
            if let Some(mut space) = space {
                space.empty();
            }
        }
    }

    /// Whether anybody uses the namespace.
    #[must_use]
    pub fn is_open(&self, namespace: NamespaceId) -> bool {
        self.registry.read().get(namespace).is_some()
    }

    /// Reads an answer, which counts as a hit of it, and may choose the caller to refresh it.
    pub fn get<R>(&self, key: &Key<'_>, now: Millis, read: impl FnOnce(Hit<'_>) -> R) -> Option<R> {
        self.read(key, now, Read::Get, read)
    }

    /// Reads an answer without a trace: nothing is counted, and nobody is chosen to refresh.
    pub fn peek<R>(&self, key: &Key<'_>, now: Millis, read: impl FnOnce(Hit<'_>) -> R) -> Option<R> {
        self.read(key, now, Read::Peek, read)
    }

    /// Counts `n` hits that were answered from a copy elsewhere, as one use, and may choose the caller to
    /// refresh the answer. None if there is no answer any more. [`NamespaceStats`] leave these hits out.
    pub fn add_hits(&self, key: &Key<'_>, n: u32, now: Millis) -> Option<Freshness> {
        let at = self.lookup(key);
        self.shard_of(key.namespace, at.hash).0.read().space(key.namespace)?.add_hits(at, n, now)
    }

    /// Stores an answer if it is better than the one that is there.
    pub fn insert(&self, key: &Key<'_>, insert: &Insert<'_>, now: Millis) -> Outcome {
        self.put(key, New::Learnt(insert), now)
    }

    /// Ends a refresh that failed for a reason that says nothing about the name, such as a lack of
    /// descriptors: the answer stays, and the next refresh waits a little. Where an upstream failed,
    /// insert that failure instead.
    pub fn refresh_failed(&self, key: &Key<'_>, now: Millis) {
        let at = self.lookup(key);
        if let Some(space) = self.shard_of(key.namespace, at.hash).0.write().space_mut(key.namespace) {
            space.refresh_failed(at, now);
        }
    }

    /// Drops every answer of a name, or of the whole namespace, and returns how many there were.
    pub fn invalidate(&self, namespace: NamespaceId, name: Option<&[u8]>, now: Millis) -> usize {
        if let Some(name) = name {
            let hash = self.hash.of(name);
            let mut shard = self.shard_of(namespace, hash).0.write();
            return shard.space_mut(namespace).map_or(0, |space| space.remove_name(hash, name, now));
        }
        (0..1 << namespace.spread())
            .map(|n| {
                let mut shard = self.nth_shard(namespace, n).0.write();
                shard.space_mut(namespace).map_or(0, |space| space.clear(now))
            })
            .sum()
    }

    /// An upstream of the namespace has answered: failures for want of an answer are over. Cheap enough to
    /// call for every answer.
    pub fn end_failures(&self, namespace: NamespaceId) {
        if let Some(shared) = self.registry.read().get(namespace) {
            shared.end_silence();
        }
    }

    /// The network of the namespace has changed, or the machine has slept: all failures and negative answers
    /// are over.
    pub fn network_changed(&self, namespace: NamespaceId) {
        if let Some(shared) = self.registry.read().get(namespace) {
            shared.network_changed();
        }
    }

    /// Whether upstreams of the namespace answer slowly at present, which shortens its dynamic TTLs from now
    /// on, and lengthens them again when it is over. Cheap enough to call for every answer.
    pub fn set_slow(&self, namespace: NamespaceId, slow: bool) {
        if let Some(shared) = self.registry.read().get(namespace) {
            shared.set_slow(slow);
        }
    }

    /// Marks a name (lowercase wire form) for as long as the namespace is open, whatever becomes of its answers.
    pub fn mark(&self, namespace: NamespaceId, name: &[u8]) {
        if let Some(shared) = self.registry.read().get(namespace) {
            shared.mark(self.hash.of(name));
        }
    }

    /// Whether a name is marked. Marks take the same memory however many they are; the more there are, the more often
    /// another name is taken for a marked one: one in 500 000 at 10 000 marks, one in 100 at 100 000. No mark is lost.
    #[must_use]
    pub fn is_marked(&self, namespace: NamespaceId, name: &[u8]) -> bool {
        self.registry.read().get(namespace).is_some_and(|shared| shared.is_marked(self.hash.of(name)))
    }

    /// Marks in `namespace` all that is marked in `other`.
    pub fn mark_like(&self, namespace: NamespaceId, other: NamespaceId) {
        let registry = self.registry.read();
        if let (Some(shared), Some(other)) = (registry.get(namespace), registry.get(other)) {
            shared.mark_like(other);
        }
    }

    /// Removes what has run out, looking at `budget` names at most, and says when to sweep again: at once if
    /// the budget did not suffice for all shards, never while the cache is empty, that is, after the next
    /// insert.
    ///
    /// Each queue is walked from the end where names are evicted, until a few in a row are still good.
    /// What has run out is never served, swept or not; this gives its memory back.
    pub fn sweep(&self, now: Millis, budget: usize) -> Option<Millis> {
        let mut left = budget.max(1);
        // A pass visits every shard once, in as many calls as its budget makes of it.
        let mut next = self.swept.load(Ordering::Relaxed) as usize;
        while left > 0 && next < SHARDS {
            let mut guard = self.shards[next].0.write();
            let mut removed = false;
            for space in guard.spaces_mut() {
                removed |= space.sweep(now, &mut left);
            }
            // Out of budget in the middle of what has run out: the next call goes on there.
            if left > 0 || !removed {
                next += 1;
            }
        }
        let (empty, done) = (self.is_empty(), next == SHARDS);
        self.swept.store(if empty || done { 0 } else { u32::try_from(next).unwrap_or(0) }, Ordering::Relaxed);
        match (empty, done) {
            (true, _) => None,
            (false, true) => Some(now.saturating_add(SWEEP_INTERVAL_MS)),
            (false, false) => Some(now),
        }
    }

    /// Counters of a namespace; all zero if it is not open. Looks at every answer, about a nanosecond each:
    /// meant for people and scrapers, not for every lookup.
    #[must_use]
    pub fn stats(&self, namespace: NamespaceId) -> NamespaceStats {
        let Some(shared) = self.registry.read().get(namespace).cloned() else {
            return NamespaceStats::default();
        };
        let (positive, negative) = (shared.held(Share::Positive), shared.held(Share::Negative));
        let mut stats = NamespaceStats {
            entries: positive.entries + negative.entries,
            negative_entries: negative.entries,
            bytes: positive.bytes + negative.bytes,
            ..NamespaceStats::default()
        };
        for n in 0..1 << namespace.spread() {
            let guard = self.nth_shard(namespace, n).0.read();
            let Some(space) = guard.space(namespace) else { continue };
            stats.hits += space.hits();
            stats.stale_hits += space.stale_hits.load(Ordering::Relaxed);
            stats.misses += space.misses.load(Ordering::Relaxed);
            stats.evictions += space.evictions;
        }
        stats
    }

    /// Octets held by all namespaces.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.process.bytes.load(Ordering::Relaxed)
    }

    /// Whether there is nothing in any namespace.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes() == 0
    }

    fn read<R>(&self, key: &Key<'_>, now: Millis, how: Read, read: impl FnOnce(Hit<'_>) -> R) -> Option<R> {
        let at = self.lookup(key);
        self.shard_of(key.namespace, at.hash).0.read().space(key.namespace)?.read(at, now, how, read)
    }

    fn put(&self, key: &Key<'_>, new: New<'_>, now: Millis) -> Outcome {
        let at = self.lookup(key);
        let (outcome, shared) = {
            let mut shard = self.shard_of(key.namespace, at.hash).0.write();
            let Some(space) = shard.space_mut(key.namespace) else { return Outcome::Closed };
            let outcome = space.insert(at, new, now);
            (outcome, space.is_over().then(|| space.shared.clone()))
        };
        if let Some(shared) = shared {
            self.relieve(key.namespace, &shared, now);
        }
        outcome
    }

    #[inline]
    fn lookup<'a>(&self, key: &Key<'a>) -> Lookup<'a> {
        Lookup { hash: self.hash.of(key.name), name: key.name, place: Place::of(key.rtype) }
    }

    fn shard_of(&self, namespace: NamespaceId, hash: u64) -> &Padded {
        &self.shards[shard::of(namespace, hash)]
    }

    fn nth_shard(&self, namespace: NamespaceId, n: u32) -> &Padded {
        &self.shards[shard::nth(namespace, n)]
    }

    /// Evicts in other shards what an insert could not evict in its own, one shard's lock at a time.
    fn relieve(&self, namespace: NamespaceId, shared: &Shared, now: Millis) {
        for share in [Share::Positive, Share::Negative] {
            while shared.is_full(share, Delta::default(), Weight::default())
                && self.evict_somewhere(namespace, shared, share, now)
            {}
        }
        while self.process.is_over() {
            let Some((namespace, shared)) = self.registry.read().largest() else { return };
            let negative = shared.held(Share::Negative).bytes > shared.held(Share::Positive).bytes;
            let share = if negative { Share::Negative } else { Share::Positive };
            if !self.evict_somewhere(namespace, &shared, share, now) {
                return;
            }
        }
    }

    /// Evicts one name of a namespace, from its shards in turn. False if there is none.
    fn evict_somewhere(&self, namespace: NamespaceId, shared: &Shared, share: Share, now: Millis) -> bool {
        (0..1 << namespace.spread()).any(|_| {
            let n = shared.cursor.fetch_add(1, Ordering::Relaxed);
            let mut guard = self.nth_shard(namespace, n).0.write();
            guard.space_mut(namespace).is_some_and(|space| space.evict(share, now))
        })
    }
}
