//! One namespace's part in one shard: index, nodes, records and queues, kept consistent.

mod export;
mod popular;
mod read;
mod s3fifo;
mod sweep;
mod write;

use crate::arena::{Addr, Arena, Moved};
use crate::config::Millis;
use crate::ghost::Ghost;
use crate::index::Index;
use crate::key::{NamespaceId, Place};
use crate::live::Live;
use crate::name_hash::NameHash;
use crate::namespace::{Delta, Share, Shared};
use crate::node::Nodes;
use crate::popularity::Popularity;
use crate::queue::{Queue, Weight};
use crate::record::{self, ROWS, Record};
use crate::sync::{Arc, AtomicU64};

pub use sweep::SWEEP_INTERVAL_MS;

pub(crate) use export::Progress;
pub(crate) use read::Read;

/// Octets of a name beside its record: 4 for the node, 4 for its place in a queue, 8 for what readers change, about 7
/// for its place in the index, and what is held in reserve (measured by `examples/memory.rs`).
const NODE_OVERHEAD: u64 = 28;

/// Index of the queue that new names enter.
const SMALL: u8 = 0;
/// Index of the queue of names that have proven themselves.
const MAIN: u8 = 1;
/// Index of the queue of names without a positive answer.
const NEGATIVE: u8 = 2;

/// A name as readers and writers look it up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookup<'a> {
    pub(crate) hash: u64,
    pub(crate) name: &'a [u8],
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) id: NamespaceId,
    pub(crate) shared: Arc<Shared>,
    /// Hits of answers that are no longer there. Those of the others are counted where they are, so that a
    /// hit need not write to a second place.
    past_hits: u64,
    /// Of all hits, those that were answered elsewhere.
    remote_hits: AtomicU64,
    /// Hits that are not counted where the answer is.
    late_hits: AtomicU64,
    /// Of all hits, those that found an answer stale.
    pub(crate) stale_hits: AtomicU64,
    pub(crate) misses: AtomicU64,
    pub(crate) evictions: u64,
    nodes: Nodes,
    queues: [Queue; 3],
    ghost: Ghost,
    popularity: Popularity,
    hash: NameHash,
    index: Index,
    arena: Arena,
    /// By share: what has changed here and is not yet in the sums over all shards.
    owed: [Delta; 2],
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
            late_hits: AtomicU64::new(0),
            stale_hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            evictions: 0,
            nodes: Nodes::default(),
            queues: Default::default(),
            ghost: Ghost::default(),
            popularity: Popularity::default(),
            hash,
            index: Index::default(),
            arena: Arena::default(),
            owed: Default::default(),
            scratch: Vec::new(),
        }
    }

    /// Whether more is held than the namespace or the process may.
    pub(crate) fn is_over(&self) -> bool {
        let over = |share| self.is_full(share, Weight::default());
        over(Share::Positive) || over(Share::Negative) || self.shared.process().is_over()
    }

    /// Names held.
    fn len(&self) -> usize {
        self.index.len()
    }

    /// Removes all answers of a name, and returns how many there were.
    pub(crate) fn remove_name(&mut self, hash: u64, name: &[u8], now: Millis) -> usize {
        let mut removed = 0;
        while let Some(bits) = self.index.find(hash, |bits| self.record_of(bits).name() == name) {
            let record = self.record_of(bits);
            removed += record.rows() as usize;
            self.remove(record.node(), hash, now);
        }
        self.settle_accounts();
        removed
    }

    /// Removes all answers, and returns how many there were.
    pub(crate) fn clear(&mut self, now: Millis) -> usize {
        self.note_all_use(now);
        self.empty()
    }

    /// Removes everything, and returns how many answers there were.
    pub(crate) fn empty(&mut self) -> usize {
        let positive = self.queues[usize::from(SMALL)].weight().plus(self.queues[usize::from(MAIN)].weight());
        let negative = self.queues[usize::from(NEGATIVE)].weight();
        self.shared.subtract(Share::Positive, positive);
        self.shared.subtract(Share::Negative, negative);
        self.give_back();
        usize::try_from(positive.entries + negative.entries).unwrap_or(usize::MAX)
    }

    /// Removes a node.
    fn remove(&mut self, id: u32, hash: u64, now: Millis) {
        let addr = self.nodes.addr(id);
        self.note_use(addr, hash, [true; ROWS], now);
        self.index.remove(hash, addr.bits());
        self.unlink(id);
        self.past_hits += self.arena.live(addr).iter().map(|live| u64::from(live.hits())).sum::<u64>();
        self.free(addr);
        if self.index.len() == 0 {
            self.give_back();
        }
    }

    /// How often a name was used since the eviction last looked, 0–3. A lookup reads both families at once,
    /// so the busier row counts, not the sum.
    fn uses(&self, id: u32) -> u32 {
        self.arena.live(self.nodes.addr(id)).iter().map(Live::uses).max().unwrap_or(0)
    }

    /// Takes one use of a name away.
    fn age(&mut self, id: u32) {
        self.arena.live_mut(self.nodes.addr(id)).iter_mut().for_each(Live::age);
    }

    /// Takes all uses of a name away.
    fn forget_uses(&mut self, id: u32) {
        self.arena.live_mut(self.nodes.addr(id)).iter_mut().for_each(Live::forget_uses);
    }

    /// Takes a node out of its queue and off the accounts, which ends its number.
    fn unlink(&mut self, id: u32) {
        let (weight, queue) = (self.weight(id), self.record(id).queue());
        self.queues[usize::from(queue)].take(&mut self.nodes, id, weight);
        self.owed(share_of_queue(queue)).subtract(weight);
    }

    /// Puts a node at the young end of a queue and on the accounts.
    fn link(&mut self, id: u32, queue: u8) {
        let weight = self.weight(id);
        record::set_queue(self.arena.get_mut(self.nodes.addr(id)), queue);
        self.queues[usize::from(queue)].push(id, weight);
        self.owed(share_of_queue(queue)).add(weight);
    }

    /// Moves the oldest node of a queue to the young end of one of the same share.
    fn requeue(&mut self, id: u32, to: u8) {
        let (weight, from) = (self.weight(id), self.record(id).queue());
        self.queues[usize::from(from)].pop(weight);
        if to != from {
            record::set_queue(self.arena.get_mut(self.nodes.addr(id)), to);
        }
        self.queues[usize::from(to)].push(id, weight);
    }

    fn owed(&mut self, share: Share) -> &mut Delta {
        &mut self.owed[share as usize]
    }

    /// Whether the share has no room for `more`.
    fn is_full(&self, share: Share, more: Weight) -> bool {
        self.shared.is_full(share, self.owed[share as usize], more)
    }

    /// Brings the sums over all shards up to date. A name that takes the place of another of its size changes none of
    /// them, so that shards do not fight over the cache line they are on.
    fn settle_accounts(&mut self) {
        for share in [Share::Positive, Share::Negative] {
            let owed = std::mem::take(self.owed(share));
            self.shared.apply(share, owed);
        }
        for queue in &mut self.queues {
            queue.tidy(&mut self.nodes);
        }
    }

    fn hash_of(&self, id: u32) -> u64 {
        self.hash.of(self.record(id).name())
    }

    #[inline]
    fn find(&self, at: Lookup<'_>) -> Option<(Addr, Record<'_>)> {
        let mut record = Record::new(&[]);
        let found = self.index.find(at.hash, |bits| {
            record = self.record_of(bits);
            record.is(at.name, at.place.group)
        });
        found.map(|bits| (Addr::from_bits(bits), record))
    }

    #[inline]
    fn record_of(&self, bits: u32) -> Record<'_> {
        self.record_at(Addr::from_bits(bits))
    }

    #[inline]
    fn record_at(&self, addr: Addr) -> Record<'_> {
        Record::new(self.arena.get(addr))
    }

    fn record(&self, id: u32) -> Record<'_> {
        self.record_at(self.nodes.addr(id))
    }

    fn weight(&self, id: u32) -> Weight {
        let addr = self.nodes.addr(id);
        self.weight_at(addr, self.record_at(addr))
    }

    fn weight_at(&self, addr: Addr, record: Record<'_>) -> Weight {
        let bytes = self.arena.footprint_at(addr) as u64 + NODE_OVERHEAD;
        Weight { entries: u64::from(record.rows()), bytes }
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
        self.nodes.set(node, to);
        self.index.replace(self.hash_of(node), from.bits(), to.bits());
    }

    /// Everything is gone: what it took goes too.
    fn give_back(&mut self) {
        self.past_hits += self.arena.hits();
        self.index = Index::default();
        self.nodes = Nodes::default();
        self.arena = Arena::default();
        self.ghost = Ghost::default();
        self.queues = Default::default();
    }
}

fn share_of_queue(queue: u8) -> Share {
    if queue == NEGATIVE { Share::Negative } else { Share::Positive }
}
