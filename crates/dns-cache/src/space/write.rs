//! Writing: what an answer does to the node of its name.

use super::{Lookup, NODE_OVERHEAD, Space, share_of_queue};
use crate::answer::{Kind, Outcome};
use crate::arena::{Addr, Arena};
use crate::config::Millis;
use crate::key::Place;
use crate::lifecycle::{Dated, Epochs};
use crate::namespace::Share;
use crate::queue::Weight;
use crate::record::{self, Content, MAX_NAME, MAX_PAYLOAD, ROWS, Record};
use crate::replacement::{self, New, Verdict};

/// Octets of scratch memory kept between writes.
const SCRATCH: usize = 512;

/// What happens to the word that readers change when a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The answer is new.
    Refill,
    /// The answer stays, and nobody is refreshing it.
    Release,
    /// The answer stays as it was.
    None,
}

/// A node as it is to be.
#[derive(Debug)]
struct Draft {
    record: Vec<u8>,
    kept: [bool; ROWS],
    share: Share,
}

impl Draft {
    /// `scratch` is empty, and saves an allocation.
    fn new(
        mut scratch: Vec<u8>,
        node: Option<u32>,
        at: Lookup<'_>,
        rows: &[Option<Content<'_>>; ROWS],
    ) -> Self {
        record::compose(&mut scratch, node.unwrap_or_default(), at.place.group, at.name, rows);
        Self { record: scratch, kept: rows.map(|row| row.is_some()), share: share_of(rows) }
    }
}

impl Space {
    pub(crate) fn insert(&mut self, at: Lookup<'_>, new: New<'_>, now: Millis) -> Outcome {
        if at.name.len() > MAX_NAME {
            return Outcome::TooLarge;
        }
        let epochs = self.shared.epochs();
        let scratch = std::mem::take(&mut self.scratch);
        let (found, old) = match self.find(at) {
            Some((addr, record)) => (Some(record.node()), self.dated(addr, record, epochs)),
            None => (None, [None; ROWS]),
        };
        let verdict = replacement::judge(old[at.place.row], new, now, epochs);
        let mut rows = kept(old, now, epochs);
        let (change, mut outcome) = match verdict {
            Verdict::Store(_) => (Change::Refill, Outcome::Stored),
            Verdict::Clear => (Change::None, Outcome::Stored),
            Verdict::Note(_) => (Change::Release, Outcome::Kept),
            Verdict::Keep => (Change::None, Outcome::Kept),
        };
        match verdict {
            Verdict::Store(row) | Verdict::Note(row) => {
                rows[at.place.row] = Some(Content::New(row));
                if row.unreachable {
                    self.shared.note_silence();
                }
            }
            Verdict::Clear => rows[at.place.row] = None,
            Verdict::Keep => {}
        }
        if new.payload().len() > MAX_PAYLOAD || !self.fits_alone(at.name, &rows) {
            rows[at.place.row] = if outcome == Outcome::Kept {
                old[at.place.row].map(|old| Content::Old(old.row))
            } else {
                None
            };
            outcome = Outcome::TooLarge;
        }
        let draft = Draft::new(scratch, found, at, &rows);
        self.apply(at, found, draft, change, now);
        self.settle_accounts();
        outcome
    }

    /// Ends a refresh that said nothing about the name.
    pub(crate) fn refresh_failed(&mut self, at: Lookup<'_>, now: Millis) {
        let epochs = self.shared.epochs();
        let Some((addr, record)) = self.find(at) else { return };
        let id = record.node();
        let mut rows = record.all().map(|row| row.map(Content::Old));
        let Some(old) = self.dated(addr, record, epochs)[at.place.row] else { return };
        let Verdict::Note(noted) = replacement::judge_failed_refresh(old, now, epochs) else { return };
        rows[at.place.row] = Some(Content::New(noted));
        if !self.fits_alone(at.name, &rows) {
            rows[at.place.row] = Some(Content::Old(old.row));
        }
        let draft = Draft::new(Vec::new(), Some(id), at, &rows);
        self.apply(at, Some(id), draft, Change::Release, now);
        self.settle_accounts();
    }

    /// Drops the rows of a node that are good for nothing any more. False if there were none.
    pub(super) fn prune(&mut self, id: u32, now: Millis) -> bool {
        let epochs = self.shared.epochs();
        let record = self.record(id);
        let old = self.dated(self.nodes.addr(id), record, epochs);
        if old.iter().flatten().all(|old| !old.is_gone(now, epochs)) {
            return false;
        }
        let rows = kept(old, now, epochs);
        let hash = self.hash.of(record.name());
        if rows.iter().all(Option::is_none) {
            self.remove(id, hash, now);
            return true;
        }
        let at = Lookup { hash, name: record.name(), place: Place { group: record.group(), row: 0 } };
        let Draft { mut record, kept, share } = Draft::new(Vec::new(), Some(id), at, &rows);
        self.settle(id, hash, kept, 0, Change::None, now);
        self.rewrite(id, hash, share, &mut record, now);
        true
    }

    /// Makes the node of a name what the draft says.
    fn apply(&mut self, at: Lookup<'_>, found: Option<u32>, draft: Draft, change: Change, now: Millis) {
        let Draft { mut record, kept, share } = draft;
        match (found, kept.contains(&true)) {
            (None, false) => {}
            (None, true) => self.place_new(at, share, &mut record, now),
            (Some(id), false) => self.remove(id, at.hash, now),
            (Some(id), true) => {
                self.settle(id, at.hash, kept, at.place.row, change, now);
                self.rewrite(id, at.hash, share, &mut record, now);
            }
        }
        record.clear();
        record.shrink_to(SCRATCH);
        self.scratch = record;
    }

    fn place_new(&mut self, at: Lookup<'_>, share: Share, record: &mut [u8], now: Millis) {
        let weight =
            Weight { entries: u64::from(Record::new(record).rows()), bytes: weight_of(record.len()) };
        // What goes leaves its place to what comes.
        self.make_room(share, weight, None, now);
        let addr = self.arena.store(record);
        let id = self.nodes.alloc(addr);
        record::set_node(self.arena.get_mut(addr), id);
        let (arena, hash) = (&self.arena, &self.hash);
        let hash_of = |bits| hash.of(Record::new(arena.get(Addr::from_bits(bits))).name());
        self.index.insert(at.hash, addr.bits(), hash_of);
        let queue = self.first_queue(share, at.hash);
        self.link(id, queue);
    }

    /// Replaces the record of a node, which may change its weight and its share, and with that its number.
    fn rewrite(&mut self, id: u32, hash: u64, share: Share, record: &mut [u8], now: Millis) {
        let addr = self.nodes.addr(id);
        let old_record = self.record_at(addr);
        let old_queue = old_record.queue();
        let old = self.weight_at(addr, old_record);
        let new = Weight { entries: u64::from(Record::new(record).rows()), bytes: weight_of(record.len()) };
        if share == share_of_queue(old_queue) {
            let more = new.beyond(old);
            let mut queue = old_queue;
            if more != Weight::default() {
                self.make_room(share, more, Some(id), now);
                // Which may have moved it on.
                queue = self.record(id).queue();
            }
            record::set_queue(record, queue);
            self.store_anew(id, hash, record);
            if new != old {
                self.queues[usize::from(queue)].reweigh(old, new);
                let owed = self.owed(share);
                owed.add(new);
                owed.subtract(old);
            }
            return;
        }
        self.unlink(id);
        let id = self.nodes.alloc(addr);
        // At once in its place too, for making room may move it.
        record::set_node(self.arena.get_mut(addr), id);
        record::set_node(record, id);
        self.make_room(share, new, None, now);
        self.store_anew(id, hash, record);
        let queue = self.first_queue(share, hash);
        self.link(id, queue);
    }

    /// Writes a record in the place of an older one of the node.
    fn store_anew(&mut self, id: u32, hash: u64, record: &[u8]) {
        let addr = self.nodes.addr(id);
        if self.arena.overwrite(addr, record) {
            return;
        }
        let to = self.arena.store(record);
        *self.arena.live_mut(to) = std::mem::take(self.arena.live_mut(addr));
        self.nodes.set(id, to);
        self.index.replace(hash, addr.bits(), to.bits());
        self.free(addr);
    }

    /// Brings the words that readers change into line with rows that are about to be written.
    fn settle(&mut self, id: u32, hash: u64, kept: [bool; ROWS], row: usize, change: Change, now: Millis) {
        let mut ending = kept.map(|kept| !kept);
        ending[row] |= change == Change::Refill;
        let addr = self.nodes.addr(id);
        self.note_use(addr, hash, ending, now);
        let live = self.arena.live_mut(addr);
        match change {
            Change::Refill => self.past_hits += u64::from(live[row].refill()),
            Change::Release => live[row].release(),
            Change::None => {}
        }
        for (live, kept) in live.iter_mut().zip(kept) {
            if !kept {
                self.past_hits += u64::from(live.clear());
            }
        }
    }

    /// The rows of a record, each with its expiry.
    fn dated<'a>(&'a self, addr: Addr, record: Record<'a>, epochs: Epochs) -> [Option<Dated<'a>>; ROWS] {
        let live = self.arena.live(addr);
        let dated = |row: usize| Some(Dated::new(record.row(row)?, &live[row], epochs));
        [dated(0), dated(1)]
    }

    /// Whether a node of these rows would fit if it had its share for itself.
    fn fits_alone(&self, name: &[u8], rows: &[Option<Content<'_>>; ROWS]) -> bool {
        let len = record::composed_len(name, rows);
        let weight = Weight { entries: rows.iter().flatten().count() as u64, bytes: weight_of(len) };
        weight.fits(self.shared.limit(share_of(rows))) && self.arena.has_room(len) && self.nodes.has_room()
    }
}

/// The rows that are still good for something.
fn kept(old: [Option<Dated<'_>>; ROWS], now: Millis, epochs: Epochs) -> [Option<Content<'_>>; ROWS] {
    old.map(|old| old.filter(|old| !old.is_gone(now, epochs)).map(|old| Content::Old(old.row)))
}

fn share_of(rows: &[Option<Content<'_>>; ROWS]) -> Share {
    let positive = rows.iter().flatten().any(|row| row.kind() == Kind::Positive);
    if positive { Share::Positive } else { Share::Negative }
}

fn weight_of(record_len: usize) -> u64 {
    Arena::footprint(record_len) as u64 + NODE_OVERHEAD
}
