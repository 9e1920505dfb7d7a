//! Which answer gives way to which.

use crate::answer::{Fill, Insert, Kind};
use crate::config::Millis;
use crate::exported::Restore;
use crate::lifecycle::{Dated, Epochs};
use crate::record::{Note, Row};
use crate::{backoff, refresh, ttl};

/// What arrives.
#[derive(Debug, Clone, Copy)]
pub(crate) enum New<'a> {
    /// From an upstream, just now.
    Learnt(&'a Insert<'a>),
    /// From where it was kept.
    Restored(&'a Restore<'a>),
}

impl<'a> New<'a> {
    pub(crate) fn payload(self) -> &'a [u8] {
        match self {
            Self::Learnt(insert) => insert.payload,
            Self::Restored(restore) => restore.payload,
        }
    }
}

/// What to do with the row an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict<'a> {
    /// This is the answer now.
    Store(Row<'a>),
    /// The old answer ends, and nothing takes its place.
    Clear,
    /// The old answer stays, with this note of the failed attempt.
    Note(Row<'a>),
    /// The old answer stays.
    Keep,
}

/// Decides over `old` when `new` arrives.
///
/// Something learnt replaces anything: a positive answer, NXDOMAIN, NODATA with its SOA. Nothing learnt (a
/// failure, an empty answer without SOA) leaves positive answers standing, stale ones too, and negative ones
/// that have not run out. A denial to be stored only if nothing is there leaves everything fresh standing.
pub(crate) fn judge<'a>(old: Option<Dated<'a>>, new: New<'a>, now: Millis, epochs: Epochs) -> Verdict<'a> {
    let old = old.filter(|old| !old.is_gone(now, epochs));
    let new = match new {
        New::Learnt(insert) => insert,
        New::Restored(restore) => return restored(old, restore, now),
    };
    let (denial, yields_to) = match new.kind {
        Fill::Positive => return Verdict::Store(positive(new, now)),
        Fill::NxDomain => (Kind::NxDomain, old.filter(|old| new.if_absent && old.is_fresh(now))),
        Fill::NoData { soa: true } => (Kind::NoData, old.filter(|old| new.if_absent && old.is_fresh(now))),
        Fill::NoData { soa: false } => (Kind::NoData, old),
        Fill::ServerFailure => return failure(old, false, new.payload, now, epochs),
        Fill::Unreachable => return failure(old, true, new.payload, now, epochs),
    };
    match yields_to {
        Some(old) if old.row.kind() == Kind::Positive => note(old, false, new.payload, now, epochs),
        Some(old) if old.row.kind() != Kind::Failure => Verdict::Keep,
        _ => negative(denial, new, now, epochs),
    }
}

/// The verdict on a refresh that failed without saying anything about the name.
pub(crate) fn judge_failed_refresh(old: Dated<'_>, now: Millis, epochs: Epochs) -> Verdict<'_> {
    if old.row.kind() != Kind::Positive || old.is_gone(now, epochs) {
        return Verdict::Keep;
    }
    let payload = old.hold(now, epochs).map_or(&[][..], |note| note.payload);
    note(old, false, payload, now, epochs)
}

fn positive<'a>(new: &Insert<'a>, now: Millis) -> Row<'a> {
    let ttl_ms = if new.dynamic_ttl { ttl::DYNAMIC_TTL_MS } else { new.ttl_ms };
    let lifetime_ms = ttl::lifetime(ttl_ms, new.jitter_share, new.jitter);
    let refresh_before_ms = if new.refresh_ahead {
        refresh::before_expiry(lifetime_ms, new.refresh_random, new.lookup_p95_ms)
    } else {
        0
    };
    Row {
        kind: Kind::Positive,
        unreachable: false,
        step: 0,
        dynamic: new.dynamic_ttl,
        expires_at: now.saturating_add(Millis::from(lifetime_ms)),
        lifetime_ms,
        refresh_before_ms,
        stale_ms_or_epoch: ttl::saturate(new.stale_ms),
        payload: new.payload,
        note: None,
    }
}

/// An answer from where it was kept takes no other's place. A failure that is there becomes its note: the next
/// attempt waits as it would have.
fn restored<'a>(old: Option<Dated<'a>>, new: &Restore<'a>, now: Millis) -> Verdict<'a> {
    if old.is_some_and(|old| old.row.kind() != Kind::Failure) {
        return Verdict::Keep;
    }
    let from_future = new.stored_ago_ms < 0;
    let expires_in_ms = if from_future { new.expires_in_ms.min(0) } else { new.expires_in_ms };
    let lifetime_ms = expires_in_ms.saturating_add(new.stored_ago_ms.max(0));
    let lifetime_ms = ttl::saturate(lifetime_ms.max(0).unsigned_abs());
    let late_ms = expires_in_ms.min(0).unsigned_abs();
    let fresh_ms = ttl::saturate(expires_in_ms.max(0).unsigned_abs());
    // What expired before the clock began expires with its beginning, and has that much less of its stale life.
    let before_clock_ms = late_ms.saturating_sub(now);
    let stale_ms = Millis::from(ttl::saturate(new.stale_ms)).saturating_sub(before_clock_ms);
    let expires_at = now.saturating_add(Millis::from(fresh_ms)).saturating_sub(late_ms);
    if now >= expires_at.saturating_add(stale_ms) {
        return Verdict::Keep;
    }
    let refresh_before_ms = if new.refresh_ahead {
        refresh::before_expiry(lifetime_ms, new.refresh_random, new.lookup_p95_ms)
    } else {
        0
    };
    Verdict::Store(Row {
        kind: Kind::Positive,
        unreachable: old.is_some_and(|old| old.row.unreachable()),
        step: old.map_or(0, |old| old.row.step()),
        dynamic: false,
        expires_at,
        lifetime_ms,
        refresh_before_ms,
        stale_ms_or_epoch: ttl::saturate(stale_ms),
        payload: new.payload,
        note: old.map(|old| Note {
            held_until: old.expires_at,
            epoch: old.row.stale_ms_or_epoch(),
            payload: old.row.payload(),
        }),
    })
}

fn negative<'a>(kind: Kind, new: &Insert<'a>, now: Millis, epochs: Epochs) -> Verdict<'a> {
    let lifetime_ms = ttl::lifetime(new.ttl_ms, new.jitter_share, new.jitter);
    if lifetime_ms == 0 {
        return Verdict::Clear;
    }
    Verdict::Store(Row {
        kind,
        unreachable: false,
        step: 0,
        dynamic: false,
        expires_at: now.saturating_add(Millis::from(lifetime_ms)),
        lifetime_ms,
        refresh_before_ms: 0,
        stale_ms_or_epoch: epochs.of(false),
        payload: new.payload,
        note: None,
    })
}

fn failure<'a>(
    old: Option<Dated<'a>>,
    unreachable: bool,
    payload: &'a [u8],
    now: Millis,
    epochs: Epochs,
) -> Verdict<'a> {
    let previous = match old {
        Some(old) if old.row.kind() == Kind::Positive => return note(old, unreachable, payload, now, epochs),
        Some(old) if old.row.kind() != Kind::Failure => return Verdict::Keep,
        old => old.map_or(0, |old| old.step_at(now, epochs)),
    };
    let (step, lifetime_ms) = backoff::next(unreachable, previous);
    Verdict::Store(Row {
        kind: Kind::Failure,
        unreachable,
        step,
        dynamic: false,
        expires_at: now.saturating_add(Millis::from(lifetime_ms)),
        lifetime_ms,
        refresh_before_ms: 0,
        stale_ms_or_epoch: epochs.of(unreachable),
        payload,
        note: None,
    })
}

/// A failed attempt to renew a positive answer: the answer stays, and the next attempt waits.
fn note<'a>(
    old: Dated<'a>,
    unreachable: bool,
    payload: &'a [u8],
    now: Millis,
    epochs: Epochs,
) -> Verdict<'a> {
    let (step, held_ms) = backoff::next(unreachable, old.step_at(now, epochs));
    let held_until = now.saturating_add(Millis::from(held_ms));
    Verdict::Note(Row {
        unreachable,
        step,
        note: Some(Note { held_until, epoch: epochs.of(unreachable), payload }),
        ..old.row.to_row()
    })
}
