//! The cache as one would write it without a care for speed: a map, a clock, and the rules in plain words.

use dns_cache::{Fill, Freshness, Insert, Kind, Millis, Outcome};
use std::collections::HashMap;

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
    expires_at: Millis,
    refresh_at: Millis,
    gone_at: Millis,
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
pub(crate) struct Naive(HashMap<NaiveKey, Entry>);

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
        self.0.get_mut(&key).filter(|entry| now < entry.gone_at)
    }

    pub(crate) fn insert(&mut self, key: NaiveKey, insert: &Insert<'_>, now: Millis) -> Outcome {
        let old = self.visible(key, now).cloned();
        let known = old.as_ref().filter(|old| old.kind != Kind::Failure);
        let unreachable = insert.kind == Fill::Unreachable;
        let learnt = matches!(insert.kind, Fill::Positive | Fill::NxDomain | Fill::NoData { soa: true });
        if let Some(known) = known.filter(|_| !learnt) {
            if known.kind == Kind::Positive {
                self.note(key, unreachable, Some(insert.payload), now);
            }
            return Outcome::Kept;
        }
        let cut = insert.ttl_ms * u64::from(insert.jitter) / (1 << 32) / 10;
        let life = insert.ttl_ms - cut;
        let mut entry = Entry {
            kind: Kind::Positive,
            unreachable,
            payload: insert.payload.to_vec(),
            stored_at: now,
            expires_at: now + life,
            refresh_at: now + life,
            gone_at: now + life,
            hits: 0,
            refreshing: false,
            step: 0,
            note: None,
        };
        match insert.kind {
            Fill::Positive => {
                entry.gone_at += insert.stale_ms;
                let ahead = -insert.refresh_random.ln() * insert.lookup_p95_ms as f64;
                entry.refresh_at -= (ahead as u64).min(life / 2).max(life / 10);
            }
            Fill::NxDomain => entry.kind = Kind::NxDomain,
            Fill::NoData { .. } => entry.kind = Kind::NoData,
            Fill::ServerFailure | Fill::Unreachable => {
                let before = self.0.get(&key).filter(|old| old.kind == Kind::Failure);
                let before =
                    before.filter(|old| now < old.expires_at + REMEMBERED_MS).map_or(0, |old| old.step);
                let (step, held) = back_off(unreachable, before);
                entry.kind = Kind::Failure;
                entry.step = step;
                entry.expires_at = now + held;
                entry.refresh_at = now + held;
                entry.gone_at = now + held;
            }
        }
        self.0.insert(key, entry);
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
        let entry = self.visible(key, now)?;
        Some(entry.seen(now, false))
    }

    pub(crate) fn get(&mut self, key: NaiveKey, now: Millis) -> Option<Seen> {
        let entry = self.visible(key, now)?;
        entry.hits += 1;
        Some(entry.seen(now, true))
    }

    pub(crate) fn add_hits(&mut self, key: NaiveKey, n: u32, now: Millis) -> Option<Freshness> {
        let entry = self.visible(key, now)?;
        entry.hits += n;
        Some(entry.seen(now, true).state)
    }

    pub(crate) fn invalidate(&mut self, namespace: usize, name: Option<u8>) {
        self.0.retain(|key, _| key.0 != namespace || name.is_some_and(|name| name != key.1));
    }

    pub(crate) fn end_failures(&mut self, namespace: usize) {
        self.0.retain(|key, entry| key.0 != namespace || entry.kind != Kind::Failure || !entry.unreachable);
        for (_, entry) in self.0.iter_mut().filter(|(key, _)| key.0 == namespace) {
            entry.note.take_if(|note| note.unreachable);
        }
    }

    pub(crate) fn network_changed(&mut self, namespace: usize) {
        self.0.retain(|key, entry| key.0 != namespace || entry.kind == Kind::Positive);
        for (_, entry) in self.0.iter_mut().filter(|(key, _)| key.0 == namespace) {
            entry.note = None;
        }
    }

    /// How many entries are visible in a namespace.
    pub(crate) fn count(&self, namespace: usize, now: Millis) -> usize {
        self.0.iter().filter(|(key, entry)| key.0 == namespace && now < entry.gone_at).count()
    }
}

impl Entry {
    fn seen(&mut self, now: Millis, may_claim: bool) -> Seen {
        let note = self.note.as_ref().filter(|note| now < note.until);
        let refresh_at = note.map_or(self.refresh_at, |note| note.until.max(self.refresh_at));
        let due = self.kind == Kind::Positive && self.hits >= 3 && now >= refresh_at && may_claim;
        let state = match (now < self.expires_at, self.refreshing, due) {
            (false, _, _) => Freshness::Stale,
            (true, true, _) => Freshness::Refreshing,
            (true, false, true) => Freshness::RefreshDue,
            (true, false, false) => Freshness::Fresh,
        };
        self.refreshing |= state == Freshness::RefreshDue;
        Seen {
            kind: self.kind,
            payload: self.payload.clone(),
            remaining_ms: self.expires_at.saturating_sub(now),
            refresh_in_ms: refresh_at.saturating_sub(now),
            state,
            hits: self.hits,
            stored_at: self.stored_at,
            failure: note.map(|note| note.payload.clone()),
        }
    }
}
