//! Reading: under a shared lock, with no trace but in counters.

use super::{Lookup, Space};
use crate::answer::{Freshness, Hit, Kind};
use crate::config::Millis;
use crate::lifecycle::{self, Dated, Epochs, dynamic_dates};
use crate::live::Live;
use crate::record::StoredRow;
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
            let live = &self.arena.live(addr)[at.place.row];
            if row.is_plain() && now < row.expires_at() {
                return Some(Self::fresh(row, live, now, how));
            }
            self.other(row, live, now, how)
        });
        if found.is_none() && how == Read::Get {
            self.misses.fetch_add(1, Ordering::Relaxed);
        }
        found.map(f)
    }

    /// A positive answer within its TTL, which is not dynamic, and without a failed attempt to renew it.
    #[inline]
    fn fresh<'a>(row: StoredRow<'a>, live: &Live, now: Millis, how: Read) -> Hit<'a> {
        let expires_at = row.expires_at();
        let refresh_at = expires_at.saturating_sub(Millis::from(row.refresh_before_ms()));
        let (hits, claimed) = if how == Read::Get { live.hit() } else { (live.hits(), live.is_claimed()) };
        let state = if claimed {
            Freshness::Refreshing
        } else if now < refresh_at || how == Read::Peek {
            Freshness::Fresh
        } else {
            lifecycle::refresh_due(live, hits)
        };
        Hit {
            kind: Kind::Positive,
            payload: row.payload(),
            remaining_ms: expires_at - now,
            refresh_in_ms: refresh_at.saturating_sub(now),
            state,
            hits,
            stored_at: row.stored_at(),
            failure: None,
        }
    }

    /// Any other answer.
    #[inline(never)]
    fn other<'a>(&self, row: StoredRow<'a>, live: &Live, now: Millis, how: Read) -> Option<Hit<'a>> {
        let epochs = self.shared.epochs();
        let mut dated = Dated::new(row, live, epochs);
        if !dated.is_visible(now, epochs) {
            return None;
        }
        let hits = match how {
            Read::Get if row.is_dynamic() => {
                let hits;
                (hits, dated.expires_at) = self.hit_dynamic(dated, live, now, epochs);
                hits
            }
            Read::Get => live.hit().0,
            Read::Peek => live.hits(),
        };
        let hold = dated.hold(now, epochs);
        let refresh_at = dated.refresh_at(hold);
        let state = dated.freshness(now, refresh_at, live, hits, how == Read::Get);
        if how == Read::Get && state == Freshness::Stale {
            self.stale_hits.fetch_add(1, Ordering::Relaxed);
        }
        Some(Hit {
            kind: row.kind(),
            payload: row.payload(),
            remaining_ms: dated.expires_at.saturating_sub(now),
            refresh_in_ms: refresh_at.saturating_sub(now),
            state,
            hits,
            stored_at: row.stored_at(),
            failure: hold.map(|note| note.payload),
        })
    }

    /// Counts a hit of a dynamic row, and returns how many there are and the expiry that this makes. What has expired
    /// stays expired, however often it is read.
    #[cold]
    fn hit_dynamic(&self, dated: Dated<'_>, live: &Live, now: Millis, epochs: Epochs) -> (u32, Millis) {
        if !dated.is_fresh(now) {
            self.late_hits.fetch_add(1, Ordering::Relaxed);
            return (live.late_hit(), dated.expires_at);
        }
        let hits = live.hit().0;
        (hits, dynamic_dates(&dated.row, hits, epochs).0)
    }

    /// Counts hits that were answered elsewhere.
    pub(crate) fn add_hits(&self, at: Lookup<'_>, n: u32, now: Millis) -> Option<Freshness> {
        let epochs = self.shared.epochs();
        let (addr, record) = self.find(at)?;
        let row = record.row(at.place.row)?;
        let live = &self.arena.live(addr)[at.place.row];
        if !Dated::new(row, live, epochs).is_visible(now, epochs) {
            return None;
        }
        let (hits, added) = live.add_hits(n);
        self.remote_hits.fetch_add(u64::from(added), Ordering::Relaxed);
        let dated = Dated::new(row, live, epochs);
        Some(dated.freshness(now, dated.refresh_at(dated.hold(now, epochs)), live, hits, true))
    }

    /// Reads answered here, within the TTL. Looks at every answer.
    pub(crate) fn hits(&self) -> u64 {
        let all = self.past_hits + self.arena.hits() + self.late_hits.load(Ordering::Relaxed);
        let others = self.stale_hits.load(Ordering::Relaxed) + self.remote_hits.load(Ordering::Relaxed);
        // Readers count while this adds up.
        all.saturating_sub(others)
    }
}
