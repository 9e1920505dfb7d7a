//! Fresh, refreshing, stale, gone: where an answer is at a given time.

use crate::answer::{Freshness, Kind};
use crate::backoff;
use crate::config::Millis;
use crate::live::Live;
use crate::record::{Note, StoredRow};
use crate::refresh::REFRESH_HITS;
use crate::ttl;

/// What ends answers before their time. Failures and negative answers carry the number that was current when
/// they were stored and last until that number moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Epochs {
    /// Moves when an upstream answers after silence.
    pub(crate) answered: u32,
    /// Moves when the network has changed.
    pub(crate) network: u32,
    /// Dynamic TTLs are shorter.
    pub(crate) slow: bool,
}

impl Epochs {
    /// The number that concerns a failure of this sort, or a negative answer.
    pub(crate) fn of(self, unreachable: bool) -> u32 {
        if unreachable { self.answered } else { self.network }
    }
}

impl StoredRow<'_> {
    #[inline]
    pub(crate) fn stored_at(&self) -> Millis {
        self.expires_at().saturating_sub(Millis::from(self.lifetime_ms()))
    }
}

/// When a dynamic row expires after so many hits, and when it would if its namespace were not slow.
#[cold]
pub(crate) fn dynamic_dates(row: &StoredRow<'_>, hits: u32, epochs: Epochs) -> (Millis, Millis) {
    let after = |slow| row.stored_at() + ttl::dynamic(row.lifetime_ms(), hits, slow);
    (after(epochs.slow), after(false))
}

/// An answer, and when it expires.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dated<'a> {
    pub(crate) row: StoredRow<'a>,
    pub(crate) expires_at: Millis,
    /// From when on a positive answer is kept for bad times only, slow times or not: what is gone must not come
    /// back when they are over.
    stale_from: Millis,
}

impl<'a> Dated<'a> {
    /// `live` counts the hits of the row.
    #[inline]
    pub(crate) fn new(row: StoredRow<'a>, live: &Live, epochs: Epochs) -> Self {
        if row.is_dynamic() {
            let (expires_at, stale_from) = dynamic_dates(&row, live.hits(), epochs);
            return Self { row, expires_at, stale_from };
        }
        let expires_at = row.expires_at();
        Self { row, expires_at, stale_from: expires_at }
    }

    #[inline]
    pub(crate) fn is_fresh(&self, now: Millis) -> bool {
        now < self.expires_at
    }

    /// Whether readers may see it.
    #[inline]
    pub(crate) fn is_visible(&self, now: Millis, epochs: Epochs) -> bool {
        match self.row.kind() {
            Kind::Positive => {
                now < self.stale_from.saturating_add(Millis::from(self.row.stale_ms_or_epoch()))
            }
            _ => now < self.expires_at && self.is_current(epochs),
        }
    }

    /// Whether it is good for nothing any more. A failure is remembered for longer than it is visible, so
    /// that the next one knows what it follows.
    pub(crate) fn is_gone(&self, now: Millis, epochs: Epochs) -> bool {
        match self.row.kind() {
            Kind::Failure => {
                now >= self.expires_at.saturating_add(backoff::MEMORY_MS) || !self.is_current(epochs)
            }
            _ => !self.is_visible(now, epochs),
        }
    }

    fn is_current(&self, epochs: Epochs) -> bool {
        let unreachable = self.row.kind() == Kind::Failure && self.row.unreachable();
        self.row.stale_ms_or_epoch() == epochs.of(unreachable)
    }

    /// The step of the back-off that a failure at `now` continues, 0 if it is the first.
    pub(crate) fn step_at(&self, now: Millis, epochs: Epochs) -> u8 {
        let goes_on = match self.row.note() {
            Some(note) => {
                now < note.held_until.saturating_add(backoff::MEMORY_MS)
                    && note.epoch == epochs.of(self.row.unreachable())
            }
            None => self.row.kind() == Kind::Failure && !self.is_gone(now, epochs),
        };
        if goes_on { self.row.step() } else { 0 }
    }

    /// The failed attempt to renew it that still forbids another one.
    #[inline]
    pub(crate) fn hold(&self, now: Millis, epochs: Epochs) -> Option<Note<'a>> {
        let note = self.row.note()?;
        (now < note.held_until && note.epoch == epochs.of(self.row.unreachable())).then_some(note)
    }

    /// When a refresh is wanted, and allowed by the attempt that failed, if any.
    #[inline]
    pub(crate) fn refresh_at(&self, hold: Option<Note<'_>>) -> Millis {
        if self.row.kind() != Kind::Positive {
            return self.expires_at;
        }
        let wanted = self.expires_at.saturating_sub(self.refresh_before_ms());
        hold.map_or(wanted, |note| wanted.max(note.held_until))
    }

    /// The refresh point as time before expiry: the same part of the lifetime, however long that has become.
    #[inline]
    fn refresh_before_ms(&self) -> Millis {
        let written = Millis::from(self.row.refresh_before_ms());
        if !self.row.is_dynamic() {
            return written;
        }
        let lifetime_ms = self.expires_at.saturating_sub(self.row.stored_at());
        written * lifetime_ms / Millis::from(self.row.lifetime_ms()).max(1)
    }

    /// Where a visible answer is in its life, which wants a refresh at `refresh_at`. `hits` are those that
    /// count towards one; with `may_claim` the caller may be the one to make it.
    #[inline]
    pub(crate) fn freshness(
        &self,
        now: Millis,
        refresh_at: Millis,
        live: &Live,
        hits: u32,
        may_claim: bool,
    ) -> Freshness {
        if !self.is_fresh(now) {
            return Freshness::Stale;
        }
        if live.is_claimed() {
            return Freshness::Refreshing;
        }
        // Other kinds want none before they expire.
        if !may_claim || now < refresh_at {
            return Freshness::Fresh;
        }
        refresh_due(live, hits)
    }
}

/// A fresh answer is past its refresh point: the caller may be the one to ask again, if it is worth it.
pub(crate) fn refresh_due(live: &Live, hits: u32) -> Freshness {
    if hits < REFRESH_HITS {
        Freshness::Fresh
    } else if live.claim() {
        Freshness::RefreshDue
    } else {
        Freshness::Refreshing
    }
}
