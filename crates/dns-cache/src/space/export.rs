//! Handing everything out piece by piece, while others go on writing.

use super::Space;
use crate::answer::Kind;
use crate::config::Millis;
use crate::exported::Exported;
use crate::key::Place;
use crate::lifecycle::Dated;
use crate::popularity::signed;
use crate::record::ROWS;

/// Places looked at before the lock is given to others.
const STRIDE: u64 = 512;
/// Places of a node: its rows, and the popularity of its name.
const PLACES: u64 = ROWS as u64 + 1;
/// Places from here on are those of the table of popularity. There are fewer nodes.
const TABLE: u64 = 1 << 34;

/// Where an export stands in its shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// There may be more from this place on.
    At(u64),
    /// What is at this place was refused.
    Refused(u64),
    /// There is no more.
    Done,
}

impl Space {
    /// Hands out what is at some places from `place` on, in order, until `each` refuses. What is at a place
    /// stays there as long as it lives.
    pub(crate) fn export(
        &self,
        place: u64,
        now: Millis,
        each: &mut dyn FnMut(Exported<'_>) -> bool,
    ) -> Progress {
        let end = if place < TABLE { self.nodes.len() as u64 * PLACES } else { u64::MAX };
        for place in place..place.saturating_add(STRIDE).min(end) {
            let exported = if place < TABLE {
                self.exported_of_node(place, now)
            } else {
                let at = usize::try_from(place - TABLE).unwrap_or(usize::MAX);
                match self.use_of_place(at, now) {
                    None => return Progress::Done,
                    Some(used) => (used.hits > 0.0).then(|| used.exported(now)),
                }
            };
            if !exported.is_none_or(&mut *each) {
                return Progress::Refused(place);
            }
        }
        let next = place.saturating_add(STRIDE);
        Progress::At(if next < end { next } else { TABLE })
    }

    fn exported_of_node(&self, place: u64, now: Millis) -> Option<Exported<'_>> {
        let id = u32::try_from(place / PLACES).ok()?;
        let addr = self.nodes.get(id)?;
        let row = usize::try_from(place % PLACES).ok()?;
        if row == ROWS {
            return Some(self.use_of_node(addr, now)?.exported(now));
        }
        let record = self.record_at(addr);
        let stored = record.row(row).filter(|stored| stored.kind() == Kind::Positive)?;
        let epochs = self.shared.epochs();
        let dated = Dated::new(stored, &self.arena.live(addr)[row], epochs);
        dated.is_visible(now, epochs).then(|| Exported::Answer {
            name: record.name(),
            rtype: Place::rtype(record.group(), row),
            payload: stored.payload(),
            stored_ago_ms: now.saturating_sub(stored.stored_at()),
            expires_in_ms: signed(dated.expires_at).saturating_sub(signed(now)),
        })
    }
}
