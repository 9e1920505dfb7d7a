//! One namespace's part in one shard: index, nodes, records and queues, kept consistent.

use crate::answer::{Freshness, Hit, Insert, Kind, Outcome};
use crate::arena::{Addr, Arena, Moved};
use crate::config::Millis;
use crate::ghost::Ghost;
use crate::key::{NamespaceId, Place};
use crate::lifecycle::Epochs;
use crate::live::Live;
use crate::name_hash::NameHash;
use crate::namespace::{Share, Shared};
use crate::node::Nodes;
use crate::queue::{Queue, Weight};
use crate::record::{self, Content, MAX_NAME, MAX_PAYLOAD, ROWS, Record};
use crate::replacement::{self, Verdict};
use crate::sync::{Arc, AtomicU64, Ordering};
use hashbrown::HashTable;

/// Octets of a node beside its record: the node itself, what readers change, and its place in the index.
pub(crate) const NODE_OVERHEAD: u64 = 36;

/// Index of the queue that new names enter.
pub(crate) const SMALL: u8 = 0;
/// Index of the queue of names that have proven themselves.
pub(crate) const MAIN: u8 = 1;
/// Index of the queue of names without a positive answer.
pub(crate) const NEGATIVE: u8 = 2;

/// Octets of scratch memory kept between writes.
const SCRATCH: usize = 512;

/// A name as readers and writers look it up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookup<'a> {
    pub(crate) hash: u64,
    pub(crate) name: &'a [u8],
    pub(crate) place: Place,
}

/// What a reader's closure is called with, and whether the read counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// A lookup: counts, and may be chosen to refresh.
    Get,
    /// A glance: leaves no trace.
    Peek,
}

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

#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) id: NamespaceId,
    pub(crate) shared: Arc<Shared>,
    /// Hits of answers that are no longer there. Those of the others are counted where they are, so that a hit need
    /// not write to a second place.
    past_hits: u64,
    /// Of all hits, those that were answered elsewhere.
    remote_hits: AtomicU64,
    /// Of all hits, those that found an answer stale.
    pub(crate) stale_hits: AtomicU64,
    pub(crate) misses: AtomicU64,
    pub(crate) evictions: u64,
    pub(crate) nodes: Nodes,
    pub(crate) queues: [Queue; 3],
    pub(crate) ghost: Ghost,
    hash: NameHash,
    index: HashTable<Addr>,
    arena: Arena,
    /// Where records are put together.
    scratch: Vec<u8>,
}

impl Space {
    pub(crate) fn new(id: NamespaceId, shared: Arc<Shared>, hash: NameHash) -> Self {
        Self {
            id,
            shared,
            past_hits: 0,
            remote_hits: AtomicU64::new(0),
            stale_hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            evictions: 0,
            nodes: Nodes::default(),
            queues: [Queue::default(); 3],
            ghost: Ghost::default(),
            hash,
            index: HashTable::new(),
            arena: Arena::default(),
            scratch: Vec::new(),
        }
    }

    /// Whether more is held than the namespace or the process may.
    pub(crate) fn is_over(&self) -> bool {
        let over = |share| self.shared.is_full(share, Weight::default());
        over(Share::Positive) || over(Share::Negative) || self.shared.process().is_over()
    }

    /// Names held.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

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

    pub(crate) fn insert(&mut self, at: Lookup<'_>, insert: &Insert<'_>, now: Millis) -> Outcome {
        if at.name.len() > MAX_NAME {
            return Outcome::TooLarge;
        }
        let epochs = self.shared.epochs();
        let found = self.find(at).map(|(_, record)| record.node());
        let scratch = std::mem::take(&mut self.scratch);
        let old = found.map_or([None; ROWS], |id| self.record(id).all());
        let verdict = replacement::judge(old[at.place.row], insert, now, epochs);
        let mut rows = old.map(|row| row.filter(|row| !row.is_gone(now, epochs)).map(Content::Old));
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
        if insert.payload.len() > MAX_PAYLOAD || !self.fits_alone(at.name, &rows) {
            rows[at.place.row] =
                if outcome == Outcome::Kept { old[at.place.row].map(Content::Old) } else { None };
            outcome = Outcome::TooLarge;
        }
        let draft = Draft::new(scratch, found, at, &rows);
        self.apply(at, found, draft, change);
        outcome
    }

    /// Ends a refresh that said nothing about the name.
    pub(crate) fn refresh_failed(&mut self, at: Lookup<'_>, now: Millis) {
        let Some((_, record)) = self.find(at) else { return };
        let id = record.node();
        let mut rows = record.all().map(|row| row.map(Content::Old));
        let Some(row) = record.row(at.place.row) else { return };
        let Verdict::Note(noted) = replacement::judge_failed_refresh(row, now, self.shared.epochs()) else {
            return;
        };
        rows[at.place.row] = Some(Content::New(noted));
        if !self.fits_alone(at.name, &rows) {
            rows[at.place.row] = Some(Content::Old(row));
        }
        let draft = Draft::new(Vec::new(), Some(id), at, &rows);
        self.apply(at, Some(id), draft, Change::Release);
    }

    /// Removes all answers of a name, and returns how many there were.
    pub(crate) fn remove_name(&mut self, hash: u64, name: &[u8]) -> usize {
        let mut removed = 0;
        while let Some(&addr) = self.index.find(hash, |&addr| self.record_at(addr).name() == name) {
            let record = self.record_at(addr);
            removed += record.rows() as usize;
            self.remove(record.node());
        }
        removed
    }

    /// Removes everything, and returns how many answers there were.
    pub(crate) fn clear(&mut self) -> usize {
        let positive = self.queues[usize::from(SMALL)].weight().plus(self.queues[usize::from(MAIN)].weight());
        let negative = self.queues[usize::from(NEGATIVE)].weight();
        self.shared.subtract(Share::Positive, positive);
        self.shared.subtract(Share::Negative, negative);
        self.give_back();
        usize::try_from(positive.entries + negative.entries).unwrap_or(usize::MAX)
    }

    /// Drops the rows of a node that are good for nothing any more. False if there were none.
    pub(crate) fn prune(&mut self, id: u32, now: Millis) -> bool {
        let epochs = self.shared.epochs();
        let old = self.record(id).all();
        if old.iter().flatten().all(|row| !row.is_gone(now, epochs)) {
            return false;
        }
        let rows = old.map(|row| row.filter(|row| !row.is_gone(now, epochs)).map(Content::Old));
        if rows.iter().all(Option::is_none) {
            self.remove(id);
            return true;
        }
        let record = self.record(id);
        let at = Lookup { hash: 0, name: record.name(), place: Place { group: record.group(), row: 0 } };
        let Draft { record, kept, share } = Draft::new(Vec::new(), Some(id), at, &rows);
        self.settle(id, kept, 0, Change::None);
        self.rewrite(id, share, &record);
        true
    }

    /// Removes a node.
    pub(crate) fn remove(&mut self, id: u32) {
        let hash = self.hash_of(id);
        let addr = self.nodes[id].addr;
        if let Ok(entry) = self.index.find_entry(hash, |&other| other == addr) {
            entry.remove();
        }
        self.unlink(id);
        self.past_hits += self.arena.live(addr).iter().map(|live| u64::from(live.hits())).sum::<u64>();
        self.free(addr);
        self.nodes.free(id);
        if self.index.is_empty() {
            self.give_back();
        }
    }

    /// How often a name was used since the eviction last looked, 0–3. A lookup reads both families at once, so the busier
    /// row counts, not the sum.
    pub(crate) fn uses(&self, id: u32) -> u32 {
        self.arena.live(self.nodes[id].addr).iter().map(Live::uses).max().unwrap_or(0)
    }

    /// Takes one use of a name away.
    pub(crate) fn age(&mut self, id: u32) {
        self.arena.live_mut(self.nodes[id].addr).iter_mut().for_each(Live::age);
    }

    /// Takes all uses of a name away.
    pub(crate) fn forget_uses(&mut self, id: u32) {
        self.arena.live_mut(self.nodes[id].addr).iter_mut().for_each(Live::forget_uses);
    }

    /// Takes a node out of its queue and off the accounts.
    fn unlink(&mut self, id: u32) {
        let weight = self.weight(id);
        let queue = self.nodes[id].queue;
        self.queues[usize::from(queue)].unlink(&mut self.nodes, id, weight);
        self.shared.subtract(share_of_queue(queue), weight);
    }

    /// Puts a node at the young end of a queue and on the accounts.
    fn link(&mut self, id: u32, queue: u8) {
        let weight = self.weight(id);
        self.nodes[id].queue = queue;
        self.queues[usize::from(queue)].push(&mut self.nodes, id, weight);
        self.shared.add(share_of_queue(queue), weight);
    }

    /// Moves a node to the young end of a queue of the same share.
    pub(crate) fn requeue(&mut self, id: u32, to: u8) {
        let weight = self.weight(id);
        let from = self.nodes[id].queue;
        self.queues[usize::from(from)].unlink(&mut self.nodes, id, weight);
        self.nodes[id].queue = to;
        self.queues[usize::from(to)].push(&mut self.nodes, id, weight);
    }

    pub(crate) fn hash_of(&self, id: u32) -> u64 {
        self.hash.of(self.record(id).name())
    }

    /// Makes the node of a name what the draft says.
    fn apply(&mut self, at: Lookup<'_>, found: Option<u32>, draft: Draft, change: Change) {
        let Draft { mut record, kept, share } = draft;
        match (found, kept.contains(&true)) {
            (None, false) => {}
            (None, true) => self.place_new(at, share, &mut record),
            (Some(id), false) => self.remove(id),
            (Some(id), true) => {
                self.settle(id, kept, at.place.row, change);
                self.rewrite(id, share, &record);
            }
        }
        record.clear();
        record.shrink_to(SCRATCH);
        self.scratch = record;
    }

    fn place_new(&mut self, at: Lookup<'_>, share: Share, record: &mut [u8]) {
        let id = self.nodes.alloc();
        record::set_node(record, id);
        let addr = self.arena.store(record);
        self.nodes[id].addr = addr;
        let (arena, hash) = (&self.arena, &self.hash);
        self.index.insert_unique(at.hash, addr, |&addr| hash.of(Record::new(arena.get(addr)).name()));
        self.make_room(share, self.weight(id));
        let queue = self.first_queue(share, at.hash);
        self.link(id, queue);
    }

    /// Replaces the record of a node, which may change its weight and its share.
    fn rewrite(&mut self, id: u32, share: Share, record: &[u8]) {
        let old_queue = self.nodes[id].queue;
        let old_share = share_of_queue(old_queue);
        let old = self.weight(id);
        let new = Weight { entries: u64::from(Record::new(record).rows()), bytes: weight_of(record.len()) };
        let more = new.beyond(old);
        let stays = share == old_share && (more == Weight::default() || !self.shared.is_full(share, more));
        if !stays {
            self.unlink(id);
        }
        let addr = self.nodes[id].addr;
        if !self.arena.overwrite(addr, record) {
            let to = self.arena.store(record);
            *self.arena.live_mut(to) = std::mem::take(self.arena.live_mut(addr));
            self.moved(Moved { node: id, from: addr, to });
            self.free(addr);
        }
        if stays {
            self.queues[usize::from(old_queue)].reweigh(old, new);
            // In this order the sum never passes through zero, which would look like an empty cache.
            self.shared.add(share, new);
            self.shared.subtract(share, old);
            return;
        }
        self.make_room(share, new);
        let queue = if share == old_share { old_queue } else { self.first_queue(share, self.hash_of(id)) };
        self.link(id, queue);
    }

    /// Brings the words that readers change into line with rows that are about to be written.
    fn settle(&mut self, id: u32, kept: [bool; ROWS], row: usize, change: Change) {
        let live = self.arena.live_mut(self.nodes[id].addr);
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

    #[inline]
    fn find(&self, at: Lookup<'_>) -> Option<(Addr, Record<'_>)> {
        let mut record = Record::new(&[]);
        let found = self.index.find(at.hash, |&addr| {
            record = self.record_at(addr);
            record.is(at.name, at.place.group)
        });
        found.map(|&addr| (addr, record))
    }

    fn record_at(&self, addr: Addr) -> Record<'_> {
        Record::new(self.arena.get(addr))
    }

    fn record(&self, id: u32) -> Record<'_> {
        self.record_at(self.nodes[id].addr)
    }

    fn weight(&self, id: u32) -> Weight {
        let bytes = self.arena.footprint_at(self.nodes[id].addr);
        Weight { entries: u64::from(self.record(id).rows()), bytes: bytes as u64 + NODE_OVERHEAD }
    }

    /// Whether a node of these rows would fit if it had its share for itself.
    fn fits_alone(&self, name: &[u8], rows: &[Option<Content<'_>>; ROWS]) -> bool {
        let weight = Weight {
            entries: rows.iter().flatten().count() as u64,
            bytes: weight_of(record::composed_len(name, rows)),
        };
        weight.fits(self.shared.limit(share_of(rows))) && self.arena.has_room()
    }

    /// Frees a record, and writes down where others have gone.
    fn free(&mut self, addr: Addr) {
        if let Some(moved) = self.arena.remove(addr) {
            self.moved(moved);
        }
        while let Some(moved) = self.arena.tidy(addr) {
            self.moved(moved);
        }
    }

    /// A record lies elsewhere now.
    fn moved(&mut self, Moved { node, from, to }: Moved) {
        self.nodes[node].addr = to;
        let hash = self.hash_of(node);
        if let Some(addr) = self.index.find_mut(hash, |&addr| addr == from) {
            *addr = to;
        }
    }

    /// Everything is gone: what it took goes too.
    fn give_back(&mut self) {
        self.past_hits += self.arena.hits();
        self.index = HashTable::new();
        self.nodes = Nodes::default();
        self.arena = Arena::default();
        self.ghost = Ghost::default();
        self.queues = [Queue::default(); 3];
    }
}

pub(crate) fn share_of_queue(queue: u8) -> Share {
    if queue == NEGATIVE { Share::Negative } else { Share::Positive }
}

fn share_of(rows: &[Option<Content<'_>>; ROWS]) -> Share {
    let positive = rows.iter().flatten().any(|row| row.kind() == Kind::Positive);
    if positive { Share::Positive } else { Share::Negative }
}

fn weight_of(record_len: usize) -> u64 {
    Arena::footprint(record_len) as u64 + NODE_OVERHEAD
}
