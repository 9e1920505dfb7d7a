//! The cache against the naive one, operation by operation.
#![cfg(not(loom))]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the naive model computes in floating point, within the sizes of the test"
)]

mod naive;

use dns_cache::{
    Cache, CacheConfig, Fill, Freshness, Hit, Insert, Key, Millis, NamespaceId, NamespaceLimits, Outcome,
    SWEEP_INTERVAL_MS,
};
use naive::{Naive, NaiveKey, Seen};
use proptest::prelude::*;
use std::collections::HashMap;

const START: Millis = 1_000_000;
const NAMESPACES: usize = 2;
const TYPES: [u16; 3] = [1, 28, 16];

/// What a caller sets by its preset.
#[derive(Debug, Clone)]
struct Policy {
    jitter: u32,
    jitter_share: f64,
    random: f64,
    refresh_ahead: bool,
    dynamic_ttl: bool,
    if_absent: bool,
}

#[derive(Debug, Clone)]
enum Op {
    Insert { key: NaiveKey, kind: Fill, len: usize, ttl: Millis, stale: Millis, policy: Policy },
    Get(NaiveKey),
    Peek(NaiveKey),
    AddHits(NaiveKey, u32),
    RefreshFailed(NaiveKey),
    Invalidate(usize, Option<u8>),
    EndFailures(usize),
    NetworkChanged(usize),
    SetSlow(usize, bool),
    Sweep(usize),
    Wait(Millis),
}

fn wire_name(name: u8) -> Vec<u8> {
    // Long and short ones, so that records change their size.
    let mut wire = vec![name; 3 + usize::from(name) % 40];
    wire.push(0);
    wire
}

fn keys(names: u8) -> impl Strategy<Value = NaiveKey> {
    (0..NAMESPACES, 0..names, prop::sample::select(&TYPES))
}

fn fills() -> impl Strategy<Value = Fill> {
    prop_oneof![
        6 => Just(Fill::Positive),
        1 => any::<bool>().prop_map(|soa| Fill::NoData { soa }),
        1 => Just(Fill::NxDomain),
        1 => Just(Fill::ServerFailure),
        1 => Just(Fill::Unreachable),
    ]
}

fn policies() -> impl Strategy<Value = Policy> {
    let switches = (prop::bool::weighted(0.8), prop::bool::weighted(0.3), any::<bool>());
    (any::<u32>(), prop::sample::select(&[0.0, 0.05, 0.1]), 0.000_001..=1.0_f64, switches).prop_map(
        |(jitter, jitter_share, random, (refresh_ahead, dynamic_ttl, if_absent))| Policy {
            jitter,
            jitter_share,
            random,
            refresh_ahead,
            dynamic_ttl,
            if_absent,
        },
    )
}

/// What an operation stores.
fn insert_of<'a>(
    kind: Fill,
    payload: &'a [u8],
    ttl_ms: Millis,
    stale_ms: Millis,
    policy: &Policy,
) -> Insert<'a> {
    Insert {
        kind,
        payload,
        ttl_ms,
        dynamic_ttl: policy.dynamic_ttl,
        stale_ms,
        jitter: policy.jitter,
        jitter_share: policy.jitter_share,
        refresh_ahead: policy.refresh_ahead,
        refresh_random: policy.random,
        lookup_p95_ms: 3_000,
        if_absent: policy.if_absent,
    }
}

fn inserts(names: u8) -> impl Strategy<Value = Op> {
    let ttls = prop_oneof![1 => Just(0), 4 => 1_u64..5_000, 4 => 5_000_u64..600_000];
    let lens = prop_oneof![8 => 0_usize..40, 1 => 40_usize..3_000];
    (keys(names), fills(), lens, ttls, 0_u64..100_000, policies())
        .prop_map(|(key, kind, len, ttl, stale, policy)| Op::Insert { key, kind, len, ttl, stale, policy })
}

fn ops(names: u8) -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => inserts(names),
        12 => keys(names).prop_map(Op::Get),
        3 => keys(names).prop_map(Op::Peek),
        3 => (keys(names), prop_oneof![0_u32..5, 5_u32..70]).prop_map(|(key, n)| Op::AddHits(key, n)),
        2 => keys(names).prop_map(Op::RefreshFailed),
        1 => (0..NAMESPACES, prop::option::weighted(0.8, 0..names)).prop_map(|(ns, name)| Op::Invalidate(ns, name)),
        1 => (0..NAMESPACES).prop_map(Op::EndFailures),
        1 => (0..NAMESPACES).prop_map(Op::NetworkChanged),
        1 => (0..NAMESPACES, any::<bool>()).prop_map(|(ns, slow)| Op::SetSlow(ns, slow)),
        2 => (1_usize..60).prop_map(Op::Sweep),
        8 => prop_oneof![Just(1), 2_u64..2_000, 2_000_u64..40_000, Just(100_000)].prop_map(Op::Wait),
    ]
}

/// Payloads say who they belong to and which insert made them.
fn payload(key: NaiveKey, sequence: u32, len: usize) -> Vec<u8> {
    let mut payload = vec![key.0.to_le_bytes()[0], key.1];
    payload.extend_from_slice(&key.2.to_le_bytes());
    payload.extend_from_slice(&sequence.to_le_bytes());
    payload.resize(payload.len() + len, key.1);
    payload
}

fn seen(hit: &Hit<'_>) -> Seen {
    Seen {
        kind: hit.kind,
        payload: hit.payload.to_vec(),
        remaining_ms: hit.remaining_ms,
        refresh_in_ms: hit.refresh_in_ms,
        state: hit.state,
        hits: hit.hits,
        stored_at: hit.stored_at,
        failure: hit.failure.map(<[u8]>::to_vec),
    }
}

fn open(limits: NamespaceLimits, config: CacheConfig) -> (Cache, Vec<NamespaceId>) {
    let cache = Cache::new(config);
    let namespaces =
        (0..NAMESPACES).map(|n| cache.open_namespace([n.to_le_bytes()[0]; 32], limits)).collect();
    (cache, namespaces)
}

/// No hit of an address is lost, whatever became of its answer.
fn agree_on_popularity(
    cache: &Cache,
    namespaces: &[NamespaceId],
    naive: &Naive,
    now: Millis,
) -> Result<(), TestCaseError> {
    // Hits lose at most this since the test began.
    let kept = (-((now - START) as f64) / (7.0 * 86_400_000.0)).exp2();
    for (ns, &id) in namespaces.iter().enumerate() {
        let expected = naive.used(ns);
        let popular = cache.popularity(id, now);
        prop_assert_eq!(popular.len(), expected.len());
        for popular in popular {
            let hits = expected.get(&popular.name[0]).copied().unwrap_or_default() as f64;
            let possible = hits * kept * 0.999_999..=hits * 1.000_001;
            prop_assert!(possible.contains(&popular.hits), "{:?} of {}", popular, hits);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// With room for everything, every operation gives what the naive cache gives.
    #[test]
    fn agrees_with_the_naive_cache(ops in prop::collection::vec(ops(6), 1..250)) {
        let (cache, namespaces) = open(NamespaceLimits::default(), CacheConfig::default());
        let mut naive = Naive::default();
        let mut now = START;
        // Hits, stale hits and misses by namespace.
        let mut counts = [(0, 0, 0); NAMESPACES];
        for (sequence, op) in (0..).zip(&ops) {
            let name = |key: &NaiveKey| wire_name(key.1);
            let at = |key: &NaiveKey| namespaces[key.0];
            match op {
                Op::Insert { key, kind, len, ttl, stale, policy } => {
                    let payload = payload(*key, sequence, *len);
                    let insert = insert_of(*kind, &payload, *ttl, *stale, policy);
                    let outcome =
                        cache.insert(&Key { namespace: at(key), name: &name(key), rtype: key.2 }, &insert, now);
                    prop_assert_eq!(outcome, naive.insert(*key, &insert, now));
                }
                Op::Get(key) => {
                    let hit = cache.get(&Key { namespace: at(key), name: &name(key), rtype: key.2 }, now, |h| seen(&h));
                    let counts = &mut counts[key.0];
                    match &hit {
                        None => counts.2 += 1,
                        Some(hit) if hit.state == Freshness::Stale => counts.1 += 1,
                        Some(_) => counts.0 += 1,
                    }
                    prop_assert_eq!(hit, naive.get(*key, now));
                }
                Op::Peek(key) => {
                    let hit = cache.peek(&Key { namespace: at(key), name: &name(key), rtype: key.2 }, now, |h| seen(&h));
                    prop_assert_eq!(hit, naive.peek(*key, now));
                }
                Op::AddHits(key, n) => {
                    let state = cache.add_hits(&Key { namespace: at(key), name: &name(key), rtype: key.2 }, *n, now);
                    prop_assert_eq!(state, naive.add_hits(*key, *n, now));
                }
                Op::RefreshFailed(key) => {
                    cache.refresh_failed(&Key { namespace: at(key), name: &name(key), rtype: key.2 }, now);
                    naive.refresh_failed(*key, now);
                }
                Op::Invalidate(ns, name) => {
                    cache.invalidate(namespaces[*ns], name.map(wire_name).as_deref(), now);
                    naive.invalidate(*ns, *name);
                }
                Op::EndFailures(ns) => {
                    cache.end_failures(namespaces[*ns]);
                    naive.end_failures(*ns);
                }
                Op::NetworkChanged(ns) => {
                    cache.network_changed(namespaces[*ns]);
                    naive.network_changed(*ns);
                }
                Op::SetSlow(ns, slow) => {
                    cache.set_slow(namespaces[*ns], *slow);
                    naive.set_slow(*ns, *slow);
                }
                Op::Sweep(budget) => {
                    let next = cache.sweep(now, *budget);
                    prop_assert!(next.is_none_or(|next| next == now || next == now + SWEEP_INTERVAL_MS));
                }
                Op::Wait(ms) => now += ms,
            }
            for (ns, &id) in namespaces.iter().enumerate() {
                let stats = cache.stats(id);
                prop_assert!(stats.entries >= naive.count(ns, now) as u64);
                prop_assert_eq!((stats.hits, stats.stale_hits, stats.misses, stats.evictions),
                    (counts[ns].0, counts[ns].1, counts[ns].2, 0));
            }
            if sequence % 8 == 0 {
                agree_on_popularity(&cache, &namespaces, &naive, now)?;
            }
        }
        agree_on_popularity(&cache, &namespaces, &naive, now)?;
        now += 1 << 33;
        while cache.sweep(now, 50).is_some() {}
        prop_assert_eq!(cache.bytes(), 0);
        for namespace in namespaces {
            prop_assert_eq!((cache.stats(namespace).entries, cache.stats(namespace).bytes), (0, 0));
        }
    }

    /// Without room, entries may be missing, but one that is there is the last that was stored for its key, in the
    /// state its age says, and the bounds hold after every operation.
    #[test]
    fn forgets_and_never_lies_when_it_is_full(
        ops in prop::collection::vec(ops(60), 1..400),
        max_entries in 1_u64..40,
        max_bytes in 500_u64..6_000,
        max_bytes_process in 500_u64..9_000,
    ) {
        let limits = NamespaceLimits { max_bytes, max_entries };
        let (cache, namespaces) = open(limits, CacheConfig { max_bytes_process, ..CacheConfig::default() });
        let mut last: HashMap<NaiveKey, (Vec<u8>, Millis, Fill)> = HashMap::new();
        let mut now = START;
        for (sequence, op) in (0..).zip(&ops) {
            match op {
                Op::Insert { key, kind, len, ttl, stale, policy } => {
                    let payload = payload(*key, sequence, *len);
                    let insert = insert_of(*kind, &payload, *ttl, *stale, policy);
                    let name = wire_name(key.1);
                    match cache.insert(&Key { namespace: namespaces[key.0], name: &name, rtype: key.2 }, &insert, now) {
                        Outcome::Stored => {
                            let ttl = match kind {
                                Fill::ServerFailure | Fill::Unreachable => 5_000,
                                Fill::Positive if policy.dynamic_ttl => 600_000,
                                _ => *ttl,
                            };
                            last.insert(*key, (payload, now + ttl, *kind));
                        }
                        Outcome::TooLarge if matches!(kind, Fill::Positive | Fill::NxDomain) => {
                            last.remove(key);
                        }
                        Outcome::TooLarge | Outcome::Kept => {}
                        Outcome::Closed => prop_assert!(false, "the namespace is open"),
                    }
                }
                Op::Get(key) => {
                    let name = wire_name(key.1);
                    let hit = cache.get(&Key { namespace: namespaces[key.0], name: &name, rtype: key.2 }, now, |h| seen(&h));
                    if let Some(hit) = hit {
                        let stored = last.get(key);
                        prop_assert!(stored.is_some(), "nothing was stored for {:?}", key);
                        let (payload, fresh_until, kind) = stored.expect("checked");
                        prop_assert_eq!(&hit.payload, payload);
                        prop_assert!(hit.remaining_ms == 0 || now + hit.remaining_ms <= *fresh_until);
                        prop_assert_eq!(hit.remaining_ms == 0, hit.state == Freshness::Stale);
                        prop_assert!(hit.remaining_ms > 0 || *kind == Fill::Positive, "only positive answers go stale");
                    }
                }
                Op::Invalidate(ns, name) => {
                    cache.invalidate(namespaces[*ns], name.map(wire_name).as_deref(), now);
                    last.retain(|key, _| key.0 != *ns || name.is_some_and(|name| name != key.1));
                }
                Op::Sweep(budget) => {
                    cache.sweep(now, *budget);
                }
                Op::Wait(ms) => now += ms,
                Op::Peek(_) | Op::AddHits(..) | Op::RefreshFailed(_) | Op::EndFailures(_) | Op::NetworkChanged(_) | Op::SetSlow(..) => {}
            }
            let mut bytes = 0;
            for &namespace in &namespaces {
                let stats = cache.stats(namespace);
                prop_assert!(stats.entries <= max_entries.max(4), "{:?}", stats);
                prop_assert!(stats.bytes <= max_bytes, "{:?}", stats);
                prop_assert!(stats.negative_entries <= (max_entries / 16).max(2), "{:?}", stats);
                bytes += stats.bytes;
            }
            prop_assert_eq!(bytes, cache.bytes());
            prop_assert!(bytes <= max_bytes_process);
        }
    }
}
