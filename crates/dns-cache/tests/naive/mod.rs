//! The cache as one would write it without a care for speed: a map, a clock, and the rules in plain words.

use dns_cache::{Fill, Freshness, Insert, Kind, Millis, Outcome};
use std::collections::{HashMap, HashSet};

/// Namespace, name, type.
pub(crate) type NaiveKey = (usize, u8, u16);

/// What a read shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
    pub(crate) remaining_ms: Millis,
    pub(crate) refresh_in_ms: Millis,
    pub(crate) state: Freshness,
    pub(crate) hits: u32,
    pub(crate) stored_at: Millis,
    pub(crate) failure: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: Kind,
    unreachable: bool,
    payload: Vec<u8>,
    stored_at: Millis,
    /// Without hits, if it is dynamic.
    life: Millis,
    dynamic: bool,
    /// The refresh point, before expiry.
    ahead: Millis,
    stale: Millis,
    hits: u32,
    refreshing: bool,
    step: usize,
    note: Option<Note>,
}

#[derive(Debug, Clone)]
struct Note {
    until: Millis,
    unreachable: bool,
    step: usize,
    payload: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Naive {
    entries: HashMap<NaiveKey, Entry>,
    /// Namespaces whose upstreams are slow.
    slow: HashSet<usize>,
    /// Hits that the addresses of a name have ever had, by namespace and name.
    used: HashMap<(usize, u8), u64>,
}

const REMEMBERED_MS: Millis = 30_000;

fn back_off(unreachable: bool, step: usize) -> (usize, Millis) {
    match (unreachable, step) {
        (true, step) => (step, 1_000),
        (false, 0) => (1, 1_000),
        (false, 1) => (2, 2_000),
        (false, _) => (3, 5_000),
    }
}

impl Naive {
    /// The entry, unless its time is up.
    fn visible(&mut self, key: NaiveKey, now: Millis) -> Option<&mut Entry> {
        self.entries.get_mut(&key).filter(|entry| now < entry.expires_at(false) + entry.stale)
    }

    pub(crate) fn insert(&mut self, key: NaiveKey, insert: &Insert<'_>, now: Millis) -> Outcome {
        let slow = self.slow.contains(&key.0);
        let old = self.visible(key, now).cloned();
        let known = old.as_ref().filter(|old| old.kind != Kind::Failure);
        let unreachable = insert.kind == Fill::Unreachable;
        let denied = matches!(insert.kind, Fill::NxDomain | Fill::NoData { soa: true });
        let yields = insert.if_absent && known.is_some_and(|old| now < old.expires_at(slow));
        let learnt = insert.kind == Fill::Positive || denied && !yields;
        if let Some(known) = known.filter(|_| !learnt) {
            if known.kind == Kind::Positive {
                self.note(key, unreachable, Some(insert.payload), now);
            }
            return Outcome::Kept;
        }
        let dynamic = insert.dynamic_ttl && insert.kind == Fill::Positive;
        let ttl = if dynamic { 300_000 } else { insert.ttl_ms };
        let cut = ttl as f64 * insert.jitter_share * (f64::from(insert.jitter) / 4_294_967_296.0);
        let life = ttl - cut as Millis;
        let mut entry = Entry {
            kind: Kind::Positive,
            unreachable,
            payload: insert.payload.to_vec(),
            stored_at: now,
            life,
            dynamic,
            ahead: 0,
            stale: 0,
            hits: 0,
            refreshing: false,
            step: 0,
            note: None,
        };
        match insert.kind {
            Fill::Positive => {
                entry.stale = insert.stale_ms;
                let ahead = -insert.refresh_random.ln() * insert.lookup_p95_ms as f64;
                if insert.refresh_ahead {
                    entry.ahead = (ahead as u64).min(life / 2).max(life / 10);
                }
            }
            Fill::NxDomain => entry.kind = Kind::NxDomain,
            Fill::NoData { .. } => entry.kind = Kind::NoData,
            Fill::ServerFailure | Fill::Unreachable => {
                let before = self.entries.get(&key).filter(|old| old.kind == Kind::Failure);
                let before =
                    before.filter(|old| now < old.expires_at(slow) + REMEMBERED_MS).map_or(0, |old| old.step);
                let (step, held) = back_off(unreachable, before);
                entry.kind = Kind::Failure;
                entry.step = step;
                entry.life = held;
            }
        }
        self.entries.insert(key, entry);
        Outcome::Stored
    }

    fn note(&mut self, key: NaiveKey, unreachable: bool, payload: Option<&[u8]>, now: Millis) {
        let Some(entry) = self.visible(key, now).filter(|entry| entry.kind == Kind::Positive) else { return };
        let last = entry.note.as_ref().filter(|note| now < note.until + REMEMBERED_MS);
        let (step, held) = back_off(unreachable, last.map_or(0, |note| note.step));
        let kept = entry.note.as_ref().filter(|note| now < note.until).map(|note| note.payload.clone());
        let payload = payload.map(<[u8]>::to_vec).or(kept).unwrap_or_default();
        entry.note = Some(Note { until: now + held, unreachable, step, payload });
        entry.refreshing = false;
    }

    pub(crate) fn refresh_failed(&mut self, key: NaiveKey, now: Millis) {
        self.note(key, false, None, now);
    }

    pub(crate) fn peek(&mut self, key: NaiveKey, now: Millis) -> Option<Seen> {
        let slow = self.slow.contains(&key.0);
        let entry = self.visible(key, now)?;
        Some(entry.seen(now, slow, false))
    }

    pub(crate) fn get(&mut self, key: NaiveKey, now: Millis) -> Option<Seen> {
        let slow = self.slow.contains(&key.0);
        let entry = self.visible(key, now)?;
        let late = entry.dynamic && now >= entry.expires_at(slow);
        entry.hits += u32::from(!late);
        let (kind, seen) = (entry.kind, entry.seen(now, slow, true));
        self.use_name(key, kind, u32::from(!late));
        Some(seen)
    }

    pub(crate) fn add_hits(&mut self, key: NaiveKey, n: u32, now: Millis) -> Option<Freshness> {
        let slow = self.slow.contains(&key.0);
        let entry = self.visible(key, now)?;
        entry.hits += n;
        let (kind, seen) = (entry.kind, entry.seen(now, slow, true));
        self.use_name(key, kind, n);
        Some(seen.state)
    }

    pub(crate) fn invalidate(&mut self, namespace: usize, name: Option<u8>) {
        self.entries.retain(|key, _| key.0 != namespace || name.is_some_and(|name| name != key.1));
    }

    pub(crate) fn end_failures(&mut self, namespace: usize) {
        self.entries
            .retain(|key, entry| key.0 != namespace || entry.kind != Kind::Failure || !entry.unreachable);
        for (_, entry) in self.entries.iter_mut().filter(|(key, _)| key.0 == namespace) {
            entry.note.take_if(|note| note.unreachable);
        }
    }

    pub(crate) fn network_changed(&mut self, namespace: usize) {
        self.entries.retain(|key, entry| key.0 != namespace || entry.kind == Kind::Positive);
        for (_, entry) in self.entries.iter_mut().filter(|(key, _)| key.0 == namespace) {
            entry.note = None;
        }
    }

    /// How many entries are visible in a namespace.
    pub(crate) fn count(&self, namespace: usize, now: Millis) -> usize {
        let visible = |entry: &Entry| now < entry.expires_at(false) + entry.stale;
        self.entries.iter().filter(|(key, entry)| key.0 == namespace && visible(entry)).count()
    }

    fn use_name(&mut self, key: NaiveKey, kind: Kind, hits: u32) {
        if hits > 0 && kind == Kind::Positive && matches!(key.2, 1 | 28) {
            *self.used.entry((key.0, key.1)).or_default() += u64::from(hits);
        }
    }

    /// Hits by name.
    pub(crate) fn used(&self, namespace: usize) -> HashMap<u8, u64> {
        let of_namespace = self.used.iter().filter(|(name, _)| name.0 == namespace);
        of_namespace.map(|(name, &hits)| (name.1, hits)).collect()
    }

    pub(crate) fn set_slow(&mut self, namespace: usize, slow: bool) {
        if slow {
            self.slow.insert(namespace);
        } else {
            self.slow.remove(&namespace);
        }
    }
}

impl Entry {
    /// What a time before expiry has become by hits and by slowness.
    fn stretched(&self, ms: Millis, slow: bool) -> Millis {
        if !self.dynamic {
            return ms;
        }
        let grown = ms + ms * u64::from((self.hits / 10).min(5)) / 5;
        if slow { grown * 3 / 5 } else { grown }
    }

    fn expires_at(&self, slow: bool) -> Millis {
        self.stored_at + self.stretched(self.life, slow)
    }

    fn seen(&mut self, now: Millis, slow: bool, may_claim: bool) -> Seen {
        let expires_at = self.expires_at(slow);
        // The same part of the lifetime, whatever that is.
        let ahead =
            if self.dynamic { self.ahead * (expires_at - self.stored_at) / self.life } else { self.ahead };
        let wanted_at = expires_at - ahead;
        let note = self.note.as_ref().filter(|note| now < note.until);
        let refresh_at = note.map_or(wanted_at, |note| note.until.max(wanted_at));
        let due = self.kind == Kind::Positive && self.hits >= 3 && now >= refresh_at && may_claim;
        let state = match (now < expires_at, self.refreshing, due) {
            (false, _, _) => Freshness::Stale,
            (true, true, _) => Freshness::Refreshing,
            (true, false, true) => Freshness::RefreshDue,
            (true, false, false) => Freshness::Fresh,
        };
        self.refreshing |= state == Freshness::RefreshDue;
        Seen {
            kind: self.kind,
            payload: self.payload.clone(),
            remaining_ms: expires_at.saturating_sub(now),
            refresh_in_ms: refresh_at.saturating_sub(now),
            state,
            hits: self.hits,
            stored_at: self.stored_at,
            failure: note.map(|note| note.payload.clone()),
        }
    }
}
