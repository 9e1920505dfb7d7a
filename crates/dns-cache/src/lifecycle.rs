//! Fresh, refreshing, stale, gone: where an answer is at a given time.

use crate::answer::{Freshness, Kind};
use crate::backoff;
use crate::config::Millis;
use crate::live::Live;
use crate::record::{Note, StoredRow};
use crate::refresh::REFRESH_HITS;

/// What ends failures and negative answers before their time. Each carries the number that was current when
/// it was stored and lasts until that number moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Epochs {
    /// Moves when an upstream answers after silence.
    pub(crate) answered: u32,
    /// Moves when the network has changed.
    pub(crate) network: u32,
}

impl Epochs {
    /// The number that concerns a failure of this sort, or a negative answer.
    pub(crate) fn of(self, unreachable: bool) -> u32 {
        if unreachable { self.answered } else { self.network }
    }
}

impl<'a> StoredRow<'a> {
    /// Whether its life depends on more than time.
    #[inline]
    pub(crate) fn heeds_epochs(&self) -> bool {
        self.kind() != Kind::Positive || self.has_note()
    }

    #[inline]
    pub(crate) fn is_fresh(&self, now: Millis) -> bool {
        now < self.expires_at()
    }

    /// Whether readers may see it.
    #[inline]
    pub(crate) fn is_visible(&self, now: Millis, epochs: Epochs) -> bool {
        match self.kind() {
            Kind::Positive => now < self.expires_at().saturating_add(Millis::from(self.stale_ms_or_epoch())),
            _ => now < self.expires_at() && self.is_current(epochs),
        }
    }

    /// Whether it is good for nothing any more. A failure is remembered for longer than it is visible, so
    /// that the next one knows what it follows.
    pub(crate) fn is_gone(&self, now: Millis, epochs: Epochs) -> bool {
        match self.kind() {
            Kind::Failure => {
                now >= self.expires_at().saturating_add(backoff::MEMORY_MS) || !self.is_current(epochs)
            }
            _ => !self.is_visible(now, epochs),
        }
    }

    fn is_current(&self, epochs: Epochs) -> bool {
        self.stale_ms_or_epoch() == epochs.of(self.kind() == Kind::Failure && self.unreachable())
    }

    /// The step of the back-off that a failure at `now` continues, 0 if it is the first.
    pub(crate) fn step_at(&self, now: Millis, epochs: Epochs) -> u8 {
        let goes_on = match self.note() {
            Some(note) => {
                now < note.held_until.saturating_add(backoff::MEMORY_MS)
                    && note.epoch == epochs.of(self.unreachable())
            }
            None => self.kind() == Kind::Failure && !self.is_gone(now, epochs),
        };
        if goes_on { self.step() } else { 0 }
    }

    /// The failed attempt to renew it that still forbids another one.
    #[inline]
    pub(crate) fn hold(&self, now: Millis, epochs: Epochs) -> Option<Note<'a>> {
        let note = self.note()?;
        (now < note.held_until && note.epoch == epochs.of(self.unreachable())).then_some(note)
    }

    /// When a refresh is wanted, and allowed by the attempt that failed, if any.
    #[inline]
    pub(crate) fn refresh_at(&self, hold: Option<Note<'_>>) -> Millis {
        if self.kind() != Kind::Positive {
            return self.expires_at();
        }
        let wanted = self.expires_at().saturating_sub(Millis::from(self.refresh_before_ms()));
        hold.map_or(wanted, |note| wanted.max(note.held_until))
    }

    #[inline]
    pub(crate) fn stored_at(&self) -> Millis {
        self.expires_at().saturating_sub(Millis::from(self.lifetime_ms()))
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
        if !may_claim || hits < REFRESH_HITS || now < refresh_at {
            return Freshness::Fresh;
        }
        if live.claim() { Freshness::RefreshDue } else { Freshness::Refreshing }
    }
}
