//! Reading: under a shared lock, with no trace but in counters.

use super::{Lookup, Space};
use crate::answer::{Freshness, Hit};
use crate::config::Millis;
use crate::lifecycle::Epochs;
use crate::sync::Ordering;

/// What a reader's closure is called with, and whether the read counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// A lookup: counts, and may be chosen to refresh.
    Get,
    /// A glance: leaves no trace.
    Peek,
}

impl Space {
    #[inline]
    pub(crate) fn read<R>(
        &self,
        at: Lookup<'_>,
        now: Millis,
        how: Read,
        f: impl FnOnce(Hit<'_>) -> R,
    ) -> Option<R> {
        let found = self.find(at).and_then(|(addr, record)| {
            let row = record.row(at.place.row)?;
            let epochs = if row.heeds_epochs() { self.shared.epochs() } else { Epochs::default() };
            row.is_visible(now, epochs).then_some((addr, row, epochs))
        });
        let Some((addr, row, epochs)) = found else {
            if how == Read::Get {
                self.misses.fetch_add(1, Ordering::Relaxed);
            }
            return None;
        };
        let live = &self.arena.live(addr)[at.place.row];
        let hits = if how == Read::Get { live.hit() } else { live.hits() };
        let hold = row.hold(now, epochs);
        let refresh_at = row.refresh_at(hold);
        let state = row.freshness(now, refresh_at, live, hits, how == Read::Get);
        if how == Read::Get && state == Freshness::Stale {
            self.stale_hits.fetch_add(1, Ordering::Relaxed);
        }
        Some(f(Hit {
            kind: row.kind(),
            payload: row.payload(),
            remaining_ms: row.expires_at().saturating_sub(now),
            refresh_in_ms: refresh_at.saturating_sub(now),
            state,
            hits,
            stored_at: row.stored_at(),
            failure: hold.map(|note| note.payload),
        }))
    }

    /// Counts hits that were answered elsewhere.
    pub(crate) fn add_hits(&self, at: Lookup<'_>, n: u32, now: Millis) -> Option<Freshness> {
        let epochs = self.shared.epochs();
        let (addr, record) = self.find(at)?;
        let row = record.row(at.place.row)?;
        if !row.is_visible(now, epochs) {
            return None;
        }
        let live = &self.arena.live(addr)[at.place.row];
        let (hits, added) = live.add_hits(n);
        self.remote_hits.fetch_add(u64::from(added), Ordering::Relaxed);
        Some(row.freshness(now, row.refresh_at(row.hold(now, epochs)), live, hits, true))
    }

    /// Reads answered here, within the TTL. Looks at every answer.
    pub(crate) fn hits(&self) -> u64 {
        let all = self.past_hits + self.arena.hits();
        let others = self.stale_hits.load(Ordering::Relaxed) + self.remote_hits.load(Ordering::Relaxed);
        // Readers count while this adds up.
        all.saturating_sub(others)
    }
}
