//! A day of lookups against the cache, with a clock that is told the time and an upstream that is made up.

use crate::preset::Preset;
use crate::traffic::Traffic;
use cache_benchmark::random::Random;
use dns_cache::{Cache, CacheConfig, Freshness, Insert, Key, Millis, NamespaceId, NamespaceLimits};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// The busiest names are called hot.
const HOT: usize = 100;
/// Upstreams answer slowly from 15 to 16 o'clock.
const SLOW_MS: std::ops::Range<Millis> = 15 * 3_600_000..16 * 3_600_000;
/// A 95th percentile above this is slow.
const SLOW_P95_MS: Millis = 200;
/// Answers that the percentile is taken of.
const SAMPLES: usize = 100;
const SWEEP_BUDGET: usize = 4_096;

/// What a day came to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) lookups: u64,
    pub(crate) hits: u64,
    pub(crate) hot_lookups: u64,
    pub(crate) hot_hits: u64,
    /// Lookups that were served from the cache later than their authoritative TTL allows.
    pub(crate) past_ttl: u64,
    /// Lookups that waited for an upstream, sum and greatest of the waits.
    pub(crate) waits: u64,
    pub(crate) waited_ms: u64,
    /// Queries, and how many there were in the busiest second.
    pub(crate) queries: u64,
    pub(crate) busiest_second: u64,
}

struct Upstream {
    random: Random,
    latencies: Vec<Millis>,
    /// Answers under way, by time of arrival, and whose.
    answers: BinaryHeap<Reverse<(Millis, u32)>>,
    /// Time of arrival by name.
    flights: HashMap<u32, Millis>,
    second: (Millis, u64),
}

impl Upstream {
    fn new() -> Self {
        Self {
            random: Random::new(2),
            latencies: Vec::new(),
            answers: BinaryHeap::new(),
            flights: HashMap::new(),
            second: (0, 0),
        }
    }

    /// Asks, unless it is being asked already. Returns when the answer comes.
    fn ask(&mut self, name: u32, now: Millis, tally: &mut Tally) -> Millis {
        if let Some(&at) = self.flights.get(&name) {
            return at;
        }
        let latency = self.latency(now);
        let at = now + latency;
        self.latencies.push(latency);
        self.flights.insert(name, at);
        self.answers.push(Reverse((at, name)));
        tally.queries += 1;
        self.second =
            if self.second.0 == now / 1_000 { (now / 1_000, self.second.1 + 1) } else { (now / 1_000, 1) };
        tally.busiest_second = tally.busiest_second.max(self.second.1);
        at
    }

    /// Mostly 8–28 ms, one in thirty 100–400 ms, while slow 220–420 ms.
    fn latency(&mut self, now: Millis) -> Millis {
        let (from, range) = match (SLOW_MS.contains(&now), self.random.below(30)) {
            (true, _) => (220, 200),
            (false, 0) => (100, 300),
            (false, _) => (8, 20),
        };
        from + Millis::from(self.random.below(range))
    }

    /// The next answer that has come by `now`.
    fn arrived(&mut self, now: Millis) -> Option<(Millis, u32)> {
        let &Reverse((at, name)) = self.answers.peek()?;
        if at > now {
            return None;
        }
        self.answers.pop();
        self.flights.remove(&name);
        Some((at, name))
    }

    fn p95_ms(&self) -> Millis {
        let mut recent = self.latencies[self.latencies.len().saturating_sub(SAMPLES)..].to_vec();
        recent.sort_unstable();
        recent.get(recent.len() * 95 / 100).copied().unwrap_or(0)
    }
}

/// Plays the day from an empty cache.
pub(crate) fn replay(traffic: &Traffic, preset: Preset) -> Tally {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace([0; 32], NamespaceLimits::default());
    let hot: HashSet<u32> = traffic.busiest().into_iter().take(HOT).collect();
    let mut random = Random::new(3);
    let mut upstream = Upstream::new();
    let mut tally = Tally::default();
    let mut next_sweep = 0;
    for lookup in &traffic.lookups {
        let now = Millis::from(lookup.at_ms);
        while let Some((at, name)) = upstream.arrived(now) {
            let p95_ms = upstream.p95_ms();
            cache.set_slow(namespace, p95_ms > SLOW_P95_MS);
            let insert = preset.insert(&[192, 0, 2, 1], traffic.ttl_seconds[name as usize]);
            let insert = Insert {
                jitter: random.u32(),
                refresh_random: 1.0 - random.unit(),
                lookup_p95_ms: p95_ms,
                ..insert
            };
            let _stored = cache.insert(&key(namespace, &name.to_le_bytes()), &insert, at);
        }
        if now >= next_sweep {
            next_sweep = cache.sweep(now, SWEEP_BUDGET).unwrap_or(now);
        }
        let name = lookup.name.to_le_bytes();
        let read = cache.get(&key(namespace, &name), now, |hit| (hit.state, hit.stored_at));
        tally.lookups += 1;
        let is_hot = hot.contains(&lookup.name);
        tally.hot_lookups += u64::from(is_hot);
        match read {
            Some((Freshness::Fresh | Freshness::Refreshing | Freshness::RefreshDue, stored_at)) => {
                tally.hits += 1;
                tally.hot_hits += u64::from(is_hot);
                let ttl_ms = Millis::from(traffic.ttl_seconds[lookup.name as usize]) * 1_000;
                tally.past_ttl += u64::from(now - stored_at >= ttl_ms);
                if matches!(read, Some((Freshness::RefreshDue, _))) {
                    upstream.ask(lookup.name, now, &mut tally);
                }
            }
            Some((Freshness::Stale, _)) | None => {
                tally.waits += 1;
                tally.waited_ms += upstream.ask(lookup.name, now, &mut tally) - now;
            }
        }
    }
    tally
}

fn key(namespace: NamespaceId, name: &[u8]) -> Key<'_> {
    Key { namespace, name, rtype: 1 }
}
