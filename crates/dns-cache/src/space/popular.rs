//! The table of popularity: fed with the hits of answers that go, read together with those of answers that are
//! there.

use super::{Lookup, Space};
use crate::answer::Kind;
use crate::arena::Addr;
use crate::config::Millis;
use crate::key::{A, Place};
use crate::lifecycle::Dated;
use crate::live::Live;
use crate::namespace::{Share, Shared};
use crate::popularity::{POPULAR_NAMES, Use, decayed, signed};
use crate::record::{ROWS, Record};

/// For so many answers that a namespace may hold, one popular name is remembered: a small cache is to stay small.
const ENTRIES_A_NAME: u64 = 10;
/// And so many at least, which are more than there are parts of a namespace.
const LEAST_NAMES: usize = 64;

impl Space {
    /// Notes the hits of those rows of a record that are about to go or to be renewed.
    pub(super) fn note_use(&mut self, addr: Addr, hash: u64, rows: [bool; ROWS], now: Millis) {
        let live = self.arena.live(addr);
        if live.iter().all(|live| live.hits() == 0) {
            return;
        }
        if let Some(used) = use_of(Record::new(self.arena.get(addr)), live, rows, now, &self.shared) {
            self.popularity.add(&self.hash, hash, used, room(&self.shared, self.id.spread()));
        }
    }

    /// Notes the hits of everything that is there.
    pub(super) fn note_all_use(&mut self, now: Millis) {
        for bits in self.index.values() {
            let addr = Addr::from_bits(bits);
            let (record, live) = (Record::new(self.arena.get(addr)), self.arena.live(addr));
            if let Some(used) = use_of(record, live, [true; ROWS], now, &self.shared) {
                let hash = self.hash.of(used.name);
                self.popularity.add(&self.hash, hash, used, room(&self.shared, self.id.spread()));
            }
        }
    }

    /// Sees to it that a name has these hits at least.
    pub(crate) fn restore_popularity(&mut self, used: Use<'_>) {
        let hash = self.hash.of(used.name);
        self.popularity.restore(&self.hash, hash, used, room(&self.shared, self.id.spread()));
    }

    /// The use of a node's name, unless it is in the table or it was not used.
    pub(super) fn use_of_node(&self, addr: Addr, now: Millis) -> Option<Use<'_>> {
        let used = self.live_use(addr, now)?;
        (!self.popularity.has(&self.hash, used.name)).then_some(used)
    }

    /// The use of the name at a place of the table, with the hits of what is there now.
    pub(super) fn use_of_place(&self, place: usize, now: Millis) -> Option<Use<'_>> {
        let past = self.popularity.get(place)?;
        let at = Lookup { hash: self.hash.of(past.name), name: past.name, place: Place::of(A) };
        let Some(live) = self.find(at).and_then(|(addr, _)| self.live_use(addr, now)) else {
            return Some(past);
        };
        let last_used = live.last_used.max(past.last_used);
        let hits = |used: Use<'_>| decayed(used.hits, last_used.saturating_sub(used.last_used));
        Some(Use { hits: hits(past) + hits(live), last_used, ..past })
    }

    fn live_use(&self, addr: Addr, now: Millis) -> Option<Use<'_>> {
        use_of(self.record_at(addr), self.arena.live(addr), [true; ROWS], now, &self.shared)
    }
}

/// Hits of some rows of a record, if it holds addresses and was used at all.
fn use_of<'a>(
    record: Record<'a>,
    live: &[Live; ROWS],
    rows: [bool; ROWS],
    now: Millis,
    shared: &Shared,
) -> Option<Use<'a>> {
    let used = |row: &usize| rows[*row] && live[*row].hits() > 0;
    if record.group() != A || !(0..ROWS).any(|row| used(&row)) {
        return None;
    }
    let epochs = shared.epochs();
    let mut sum = Use { name: record.name(), hits: 0.0, last_used: i64::MIN };
    for row in (0..ROWS).filter(used) {
        let Some(stored) = record.row(row).filter(|stored| stored.kind() == Kind::Positive) else { continue };
        // An answer that has expired was not of much use since.
        let last_used = Dated::new(stored, &live[row], epochs).expires_at.min(now);
        sum.hits += f64::from(live[row].hits());
        sum.last_used = sum.last_used.max(signed(last_used));
    }
    (sum.hits > 0.0).then_some(sum)
}

/// How many names a part of a namespace remembers.
fn room(shared: &Shared, spread: u32) -> usize {
    let entries =
        [Share::Positive, Share::Negative].map(|share| shared.limit(share).entries).iter().sum::<u64>();
    let names = usize::try_from(entries / ENTRIES_A_NAME).unwrap_or(usize::MAX);
    names.clamp(LEAST_NAMES, POPULAR_NAMES) >> spread
}
