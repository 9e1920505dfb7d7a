//! What callers and the I/O thread share: the queue of commands, and what either side may read at any time.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use crossbeam_queue::SegQueue;
use dns_cache::Cache;
use dns_wire::{Name, Rtype};
use mio::Waker;
use parking_lot::Mutex;

use crate::answer::{AnswerKind, Waiter};
use crate::client::Owner;
use crate::engine::{FlightKey, MOST_WAITERS};
use crate::guided::GuidedNamespaces;
use crate::holds::Holds;
use crate::host::Host;
use crate::legs::{LegReport, LegTable};
use crate::plan::Endpoint;
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::stats::{Counters, UpstreamStats};
use crate::system::{Families, SourceAddresses};
use crate::time::Time;

/// Counters that guard answers kept by callers; a name's counter is found by its hash.
pub const GENERATIONS: usize = 64;

/// Commands that wait when the I/O thread does not keep up.
const BACKLOG: usize = 8_192;
/// Milliseconds that it may take to work off a burst.
const BURST_MS: u64 = 1_000;

/// What callers ask of the I/O thread.
#[derive(Debug)]
pub(crate) enum Command {
    Lookup {
        resolver: Arc<Resolver>,
        name: Box<str>,
        flags: u32,
        waiter: Waiter,
        deadline: Time,
        guard: (u32, u32),
    },
    Query {
        resolver: Arc<Resolver>,
        /// Lowercase.
        name: Arc<Name>,
        rtype: Rtype,
        flags: u32,
        waiter: Waiter,
        deadline: Time,
    },
    Refresh {
        key: FlightKey,
        snapshot: Arc<Snapshot>,
    },
    Probe {
        snapshot: Arc<Snapshot>,
        upstream: u16,
        /// Lowercase.
        name: Arc<Name>,
    },
    Cancel(Waiter),
    CloseResolver(u32),
    CloseEnvironment(u32),
    CheckSystem,
    Import(Box<Import>),
    /// What came of a leg.
    Leg(Box<LegReport>),
}

/// Rows on their way into the cache.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) resolver: Arc<Resolver>,
    pub(crate) waiter: Waiter,
    /// Hexadecimal.
    pub(crate) digest: Box<str>,
    pub(crate) rows: Vec<u8>,
    /// Octets of rows that are in.
    pub(crate) at: usize,
    pub(crate) imported: u32,
}

impl Command {
    /// Who waits for it.
    pub(crate) const fn waiter(&self) -> Option<(Waiter, AnswerKind)> {
        match self {
            Self::Lookup { waiter, .. } => Some((*waiter, AnswerKind::Lookup)),
            Self::Query { waiter, rtype, .. } => Some((*waiter, AnswerKind::of(*rtype))),
            Self::Import(import) => Some((import.waiter, AnswerKind::Lookup)),
            _ => None,
        }
    }
}

/// What callers and the I/O thread share.
pub(crate) struct Exchange {
    pub(crate) cache: Arc<Cache>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) sources: Arc<Mutex<SourceAddresses>>,
    pub(crate) holds: Arc<Holds>,
    pub(crate) guided: Arc<GuidedNamespaces>,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) queue: SegQueue<Command>,
    /// Taken before the queue: renewals are few, and what is known must not expire behind a flood of what is not.
    pub(crate) renewals: SegQueue<Command>,
    /// The I/O thread sleeps, or is about to.
    pub(crate) parked: AtomicBool,
    pub(crate) resolvers: Mutex<Vec<Weak<Resolver>>>,
    /// Those that are gone are taken out when somebody wants to become one.
    pub(crate) owners: Mutex<Vec<Owner>>,
    pub(crate) upstreams: Mutex<Vec<(Endpoint, UpstreamStats)>>,
    pub(crate) legs: LegTable,
    pub(crate) warnings: Mutex<Vec<String>>,
    pub(crate) generations: &'static [AtomicU32; GENERATIONS],
    /// Bit 0 IPv4, bit 1 IPv6: families this machine has addresses of.
    pub(crate) families: AtomicU8,
    pub(crate) waker: OnceLock<Waker>,
    pub(crate) starting: Mutex<bool>,
    pub(crate) checked_ms: AtomicU64,
    /// When a caller last found the queue empty.
    pub(crate) kept_up_ms: AtomicU64,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").field("counters", &self.counters).finish_non_exhaustive()
    }
}

impl Exchange {
    pub(crate) fn open_resolvers(&self) -> Vec<Arc<Resolver>> {
        let resolvers = self.resolvers.lock();
        resolvers.iter().filter_map(Weak::upgrade).filter(|resolver| !resolver.is_closed()).collect()
    }

    pub(crate) fn families(&self) -> Families {
        let bits = self.families.load(Ordering::Acquire);
        Families { v4: bits & 1 != 0, v6: bits & 2 != 0 }
    }

    pub(crate) fn set_families(&self, families: Families) {
        self.families.store(u8::from(families.v4) | u8::from(families.v6) << 1, Ordering::Release);
    }

    /// Answers that callers kept may no longer be served. What they are served from instead must be in place before.
    pub(crate) fn move_generations(&self) {
        for generation in self.generations {
            generation.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The counter that guards `name`, and its value.
    pub(crate) fn guard(&self, name: &str) -> (u32, u32) {
        // Eight octets at a time. A bit more or less makes letters of either case equal; that other characters become so
        // as well does not matter.
        const CASE: u64 = u64::from_ne_bytes([0x20; 8]);
        const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
        let mix = |hash: u64, word: u64| (hash ^ (word | CASE)).wrapping_mul(MULTIPLIER);
        let (words, rest) = name.as_bytes().as_chunks::<8>();
        let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_ne_bytes(*word)));
        let hash = mix(hash, rest.iter().fold(0, |word, &octet| word << 8 | u64::from(octet)));
        let slot = (hash >> 58) as u32;
        (slot, self.generations[slot as usize].load(Ordering::Acquire))
    }

    /// The next command.
    pub(crate) fn take(&self) -> Option<Command> {
        self.renewals.pop().or_else(|| self.queue.pop())
    }

    /// Whether as many wait as may, those included that the I/O thread has not taken over yet, or whether that thread does
    /// not keep up: a burst is worked off within a second, and what has lasted longer would only grow, in memory and delay.
    pub(crate) fn is_flooded(&self, now: Time) -> bool {
        let queued = self.queue.len();
        if queued == 0 {
            self.kept_up_ms.store(now.as_millis(), Ordering::Relaxed);
        }
        let waiting = usize::try_from(self.counters.waiters.load(Ordering::Relaxed)).unwrap_or(usize::MAX);
        let behind_ms = now.as_millis().saturating_sub(self.kept_up_ms.load(Ordering::Relaxed));
        queued.saturating_add(waiting) >= MOST_WAITERS || queued >= BACKLOG && behind_ms >= BURST_MS
    }

    /// Whether no command waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.renewals.is_empty() && self.queue.is_empty()
    }

    pub(crate) fn submit(&self, command: Command) {
        let renewal = matches!(command, Command::Refresh { .. });
        if renewal { &self.renewals } else { &self.queue }.push(command);
        // Before there is a waker the thread may be parked already: whoever starts it submits next and wakes it then.
        if let Some(waker) = self.waker.get()
            && self.parked.swap(false, Ordering::SeqCst)
        {
            // A full wake-up pipe means that a wake-up is under way.
            let _already_awake = waker.wake();
        }
    }
}
