//! Namespaces: what their parts in all shards have in common, and which are open.

use crate::bloom::Bloom;
use crate::config::{LEAST_ENTRIES, NEGATIVE_SHARE, NamespaceLimits};
use crate::key::NamespaceId;
use crate::lifecycle::Epochs;
use crate::queue::Weight;
use crate::sync::{Arc, AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Names with a positive answer, and those without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    Positive,
    Negative,
}

/// A change of what is held; one for the worse has wrapped around.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Delta {
    entries: u64,
    bytes: u64,
}

impl Delta {
    pub(crate) fn add(&mut self, weight: Weight) {
        self.entries = self.entries.wrapping_add(weight.entries);
        self.bytes = self.bytes.wrapping_add(weight.bytes);
    }

    pub(crate) fn subtract(&mut self, weight: Weight) {
        self.entries = self.entries.wrapping_sub(weight.entries);
        self.bytes = self.bytes.wrapping_sub(weight.bytes);
    }
}

/// What a share holds in all shards, and what it may hold. Every insert writes here, so it stays off the
/// cache line of the epochs, which every read reads.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Account {
    entries: AtomicU64,
    bytes: AtomicU64,
    max_entries: AtomicU64,
    max_bytes: AtomicU64,
}

/// Octets held by all namespaces of a cache, and their bound.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) bytes: AtomicU64,
    pub(crate) max_bytes: u64,
}

impl Process {
    pub(crate) fn is_over(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > self.max_bytes
    }
}

/// The state that the parts of one namespace share. Sums over shards guard nothing, so access to them is
/// relaxed; what they lead to happens under the lock of a shard.
#[derive(Debug)]
pub(crate) struct Shared {
    process: Arc<Process>,
    positive: Account,
    negative: Account,
    answered: AtomicU32,
    network: AtomicU32,
    /// A failure of the unreachable sort was stored since `answered` last moved.
    silence: AtomicBool,
    /// Upstreams answer slowly at present.
    slow: AtomicBool,
    /// Names that were marked, if any was.
    marked: OnceLock<Bloom>,
    /// Where to look next for something to evict.
    pub(crate) cursor: AtomicU32,
}

impl Shared {
    pub(crate) fn new(process: Arc<Process>, limits: NamespaceLimits) -> Self {
        let shared = Self {
            process,
            positive: Account::default(),
            negative: Account::default(),
            answered: AtomicU32::new(0),
            network: AtomicU32::new(0),
            silence: AtomicBool::new(false),
            slow: AtomicBool::new(false),
            marked: OnceLock::new(),
            cursor: AtomicU32::new(0),
        };
        shared.raise(limits);
        shared
    }

    /// Users of one namespace may ask for different limits: the most generous count.
    pub(crate) fn raise(&self, limits: NamespaceLimits) {
        let entries = limits.max_entries.max(LEAST_ENTRIES);
        let negative_entries = (entries / NEGATIVE_SHARE).max(2);
        let negative_bytes = limits.max_bytes / NEGATIVE_SHARE;
        self.negative.max_entries.fetch_max(negative_entries, Ordering::Relaxed);
        self.negative.max_bytes.fetch_max(negative_bytes, Ordering::Relaxed);
        self.positive.max_entries.fetch_max(entries - negative_entries, Ordering::Relaxed);
        self.positive.max_bytes.fetch_max(limits.max_bytes - negative_bytes, Ordering::Relaxed);
    }

    pub(crate) fn limit(&self, share: Share) -> Weight {
        let account = self.account(share);
        Weight {
            entries: account.max_entries.load(Ordering::Relaxed),
            bytes: account.max_bytes.load(Ordering::Relaxed).min(self.process.max_bytes),
        }
    }

    pub(crate) fn held(&self, share: Share) -> Weight {
        let account = self.account(share);
        Weight {
            entries: account.entries.load(Ordering::Relaxed),
            bytes: account.bytes.load(Ordering::Relaxed),
        }
    }

    /// Whether the share has no room for `more` on top of what is held and what is `owed` to the sums.
    pub(crate) fn is_full(&self, share: Share, owed: Delta, more: Weight) -> bool {
        let held = self.held(share);
        let held = Weight {
            entries: held.entries.wrapping_add(owed.entries),
            bytes: held.bytes.wrapping_add(owed.bytes),
        };
        !held.plus(more).fits(self.limit(share))
    }

    /// Adds a change to the sums, and writes to those only that change.
    pub(crate) fn apply(&self, share: Share, Delta { entries, bytes }: Delta) {
        let account = self.account(share);
        if entries != 0 {
            account.entries.fetch_add(entries, Ordering::Relaxed);
        }
        if bytes != 0 {
            account.bytes.fetch_add(bytes, Ordering::Relaxed);
            self.process.bytes.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    pub(crate) fn subtract(&self, share: Share, weight: Weight) {
        let account = self.account(share);
        account.entries.fetch_sub(weight.entries, Ordering::Relaxed);
        account.bytes.fetch_sub(weight.bytes, Ordering::Relaxed);
        self.process.bytes.fetch_sub(weight.bytes, Ordering::Relaxed);
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    pub(crate) fn epochs(&self) -> Epochs {
        Epochs {
            answered: self.answered.load(Ordering::Acquire),
            network: self.network.load(Ordering::Relaxed),
            slow: self.slow.load(Ordering::Relaxed),
        }
    }

    /// A failure that the next answer of any upstream ends was stored, under epochs read before.
    pub(crate) fn note_silence(&self) {
        self.silence.store(true, Ordering::Relaxed);
    }

    /// An upstream has answered. Costs one read unless there was silence.
    pub(crate) fn end_silence(&self) {
        if self.silence.load(Ordering::Relaxed) && self.silence.swap(false, Ordering::Relaxed) {
            // Whoever reads this epoch notes a silence after the swap, not before it, where it would be lost.
            self.answered.fetch_add(1, Ordering::Release);
        }
    }

    pub(crate) fn network_changed(&self) {
        self.answered.fetch_add(1, Ordering::Release);
        self.network.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn set_slow(&self, slow: bool) {
        self.slow.store(slow, Ordering::Relaxed);
    }

    /// Marks the name of this hash for as long as the namespace is open.
    pub(crate) fn mark(&self, hash: u64) {
        self.marked.get_or_init(Bloom::new).insert(hash);
    }

    pub(crate) fn is_marked(&self, hash: u64) -> bool {
        self.marked.get().is_some_and(|marked| marked.may_contain(hash))
    }

    /// Marks all that is marked in `other`.
    pub(crate) fn mark_like(&self, other: &Self) {
        if let Some(theirs) = other.marked.get() {
            self.marked.get_or_init(Bloom::new).merge(theirs);
        }
    }

    fn account(&self, share: Share) -> &Account {
        match share {
            Share::Positive => &self.positive,
            Share::Negative => &self.negative,
        }
    }
}

/// The namespaces that are open.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    by_digest: HashMap<[u8; 32], NamespaceId>,
    slots: Vec<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    generation: u16,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    id: NamespaceId,
    digest: [u8; 32],
    users: usize,
    shared: Arc<Shared>,
}

impl Registry {
    /// The namespace of this digest, with one more user, if it is open.
    pub(crate) fn join(&mut self, digest: &[u8; 32]) -> Option<(NamespaceId, Arc<Shared>)> {
        let id = *self.by_digest.get(digest)?;
        let open = self.slots[id.slot()].open.as_mut()?;
        open.users += 1;
        Some((id, open.shared.clone()))
    }

    pub(crate) fn open(&mut self, digest: [u8; 32], spread: u32, shared: Arc<Shared>) -> NamespaceId {
        let slot = self.slots.iter().position(|slot| slot.open.is_none()).unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        let number = u16::try_from(slot).expect("fewer than 65 536 namespaces are open at once");
        let slot = &mut self.slots[slot];
        slot.generation = (slot.generation + 1) % (1 << 13);
        let id = NamespaceId::new(number, spread, slot.generation);
        slot.open = Some(Open { id, digest, users: 1, shared });
        self.by_digest.insert(digest, id);
        id
    }

    /// Whether that was the last user.
    pub(crate) fn leave(&mut self, id: NamespaceId) -> bool {
        let Some(slot) = self.slots.get_mut(id.slot()) else { return false };
        let Some(open) = slot.open.as_mut().filter(|open| open.id == id) else { return false };
        open.users -= 1;
        if open.users > 0 {
            return false;
        }
        self.by_digest.remove(&open.digest);
        slot.open = None;
        true
    }

    pub(crate) fn get(&self, id: NamespaceId) -> Option<&Arc<Shared>> {
        self.slots.get(id.slot())?.open.as_ref().filter(|open| open.id == id).map(|open| &open.shared)
    }

    /// The namespace that holds the most octets.
    pub(crate) fn largest(&self) -> Option<(NamespaceId, Arc<Shared>)> {
        let bytes =
            |open: &Open| open.shared.held(Share::Positive).bytes + open.shared.held(Share::Negative).bytes;
        let open = self.slots.iter().filter_map(|slot| slot.open.as_ref()).max_by_key(|open| bytes(open))?;
        Some((open.id, open.shared.clone()))
    }
}
