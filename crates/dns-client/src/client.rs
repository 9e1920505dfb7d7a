//! The side of the callers: answers from hosts and cache at once, the rest by way of the I/O thread.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use crossbeam_queue::SegQueue;
use dns_cache::{Cache, Freshness, Key};
use dns_wire::{Name, Rtype};
use mio::Waker;
use parking_lot::Mutex;

use crate::answer::{Answer, AnswerKind, FLAG_FROM_CACHE, FLAG_OTHER_SERVICES, Status, Waiter};
use crate::compose::{self, AtHand, Reading};
use crate::engine::{FlightKey, Outcome};
use crate::families::{BYPASS_CACHE, Wanted};
use crate::host::Host;
use crate::io::IoThread;
use crate::options::{OptionsError, Protocol, ResolverOptions, ServerOption, Servers};
use crate::payload;
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::stats::{Counters, Stats, UpstreamStats, count};
use crate::system::{Families, SearchWalk, SourceAddresses};
use crate::time::Time;

/// Counters that guard answers kept by callers; a name's counter is found by its hash.
pub const GENERATIONS: usize = 64;
/// Milliseconds between two looks at the machine's files.
const CHECK_MS: u64 = 1_000;

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
        name: Name,
        rtype: Rtype,
        waiter: Waiter,
        deadline: Time,
    },
    Refresh {
        key: FlightKey,
        snapshot: Arc<Snapshot>,
    },
    Cancel(Waiter),
    CloseResolver(u32),
    CloseEnvironment(u32),
    CheckSystem,
}

impl Command {
    /// Who waits for it.
    pub(crate) const fn waiter(&self) -> Option<(Waiter, AnswerKind)> {
        match self {
            Self::Lookup { waiter, .. } => Some((*waiter, AnswerKind::Lookup)),
            Self::Query { waiter, .. } => Some((*waiter, AnswerKind::Addresses)),
            _ => None,
        }
    }
}

/// What callers and the I/O thread share.
pub(crate) struct Shared {
    pub(crate) cache: Arc<Cache>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) sources: Arc<Mutex<SourceAddresses>>,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) queue: SegQueue<Command>,
    /// The I/O thread sleeps, or is about to.
    pub(crate) parked: AtomicBool,
    pub(crate) resolvers: Mutex<Vec<Weak<Resolver>>>,
    pub(crate) upstreams: Mutex<Vec<(ServerOption, UpstreamStats)>>,
    pub(crate) warnings: Mutex<Vec<String>>,
    generations: &'static [AtomicU32; GENERATIONS],
    /// Bit 0 IPv4, bit 1 IPv6: families this machine has addresses of.
    families: AtomicU8,
    waker: OnceLock<Waker>,
    starting: Mutex<bool>,
    checked_ms: AtomicU64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("counters", &self.counters).finish_non_exhaustive()
    }
}

impl Shared {
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
    fn guard(&self, name: &str) -> (u32, u32) {
        let mut hash = 0x811c_9dc5_u32;
        for octet in name.bytes() {
            hash = (hash ^ u32::from(octet.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        }
        let slot = hash % 64;
        (slot, self.generations[slot as usize].load(Ordering::Acquire))
    }

    fn submit(&self, command: Command) {
        self.queue.push(command);
        // Before there is a waker the thread may be parked already: whoever starts it submits next and wakes it then.
        if let Some(waker) = self.waker.get()
            && self.parked.swap(false, Ordering::SeqCst)
        {
            // A full wake-up pipe means that a wake-up is under way.
            let _already_awake = waker.wake();
        }
    }
}

/// A DNS client. Cheap to clone; all clones are one client.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

impl Client {
    /// A client that keeps answers in `cache` and moves `generations` when answers that callers kept must go. Nothing is
    /// opened or started before the first submission.
    #[must_use]
    pub fn new(
        cache: Arc<Cache>,
        host: Arc<dyn Host>,
        generations: &'static [AtomicU32; GENERATIONS],
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                cache,
                counters: Arc::default(),
                sources: Arc::default(),
                host,
                queue: SegQueue::new(),
                parked: AtomicBool::new(false),
                resolvers: Mutex::default(),
                upstreams: Mutex::default(),
                warnings: Mutex::default(),
                generations,
                families: AtomicU8::new(3),
                waker: OnceLock::new(),
                starting: Mutex::new(false),
                checked_ms: AtomicU64::new(0),
            }),
        }
    }

    /// Opens a resolver for `environment`. Reads no file and sends nothing.
    ///
    /// # Errors
    /// Options that cannot be carried out.
    pub fn open(&self, environment: u32, options: ResolverOptions) -> Result<Arc<Resolver>, OptionsError> {
        if matches!(&options.servers, Servers::List(list) if list.is_empty()) {
            return Err(OptionsError::NoServers);
        }
        for suffix in options.search.iter().flatten() {
            if Name::from_ascii(suffix).is_err() {
                return Err(OptionsError::BadSearchSuffix(suffix.clone()));
            }
        }
        let resolver = Arc::new(Resolver::new(environment, options));
        let mut resolvers = self.shared.resolvers.lock();
        resolvers.retain(|known| known.strong_count() > 0);
        resolvers.push(Arc::downgrade(&resolver));
        Ok(resolver)
    }

    /// Closes a resolver: its waiters get [`Status::Closed`], its part of the cache goes with its last user.
    pub fn close(&self, resolver: &Arc<Resolver>) {
        if resolver.close() {
            self.shared.submit(Command::CloseResolver(resolver.id));
        }
    }

    /// Looks up the addresses of `name` (ASCII, with or without a trailing dot). Returns true if the answer is in `out`;
    /// otherwise `waiter` gets it, exactly once, through [`Host::complete`]. `timeout_ms` 0 means the resolver's deadline.
    ///
    /// At most 16 384 questions and 262 144 waiters are under way in a process; beyond, the answer is
    /// [`Status::Overloaded`].
    pub fn lookup(
        &self,
        resolver: &Arc<Resolver>,
        name: &str,
        flags: u32,
        waiter: Waiter,
        timeout_ms: u32,
        out: &mut Answer,
    ) -> bool {
        out.clear();
        let shared = &self.shared;
        count(&shared.counters.lookups);
        if resolver.is_closed() {
            out.status = Status::Closed;
            return true;
        }
        let guard = shared.guard(name);
        let now = Time::now();
        self.check_system(now);
        if flags & BYPASS_CACHE == 0 && self.answer_at_once(resolver, name, flags, Reading::Use, now, out) {
            (out.slot, out.generation) = guard;
            count(&shared.counters.cache_hits);
            return true;
        }
        out.clear();
        count(&shared.counters.cache_misses);
        let deadline = now.plus_millis(resolver.patience_ms(timeout_ms));
        let resolver = Arc::clone(resolver);
        let command = Command::Lookup { resolver, name: name.into(), flags, waiter, deadline, guard };
        self.submit_or_fail(command, out)
    }

    /// Asks for the addresses of `name` as they are, without hosts and search list, for `rtype` 1 (A) or 28 (AAAA).
    /// Otherwise as [`Client::lookup`].
    pub fn query(
        &self,
        resolver: &Arc<Resolver>,
        name: &str,
        rtype: u16,
        waiter: Waiter,
        timeout_ms: u32,
        out: &mut Answer,
    ) -> bool {
        out.clear();
        out.kind = AnswerKind::Addresses;
        let shared = &self.shared;
        count(&shared.counters.lookups);
        let rtype = Rtype(rtype);
        if resolver.is_closed() {
            out.status = Status::Closed;
            return true;
        }
        if rtype != Rtype::A && rtype != Rtype::AAAA {
            out.status = Status::NotImp;
            return true;
        }
        let Ok(name) = Name::from_ascii(name) else {
            out.status = Status::NxDomain;
            return true;
        };
        let name = name.to_lowercase();
        let now = Time::now();
        self.check_system(now);
        if let Some(snapshot) = resolver.snapshot() {
            let key = FlightKey { namespace: snapshot.namespace.id(), name: name.clone(), rtype };
            if self.answer_query(&snapshot, &key, now, out) {
                count(&shared.counters.cache_hits);
                return true;
            }
        }
        count(&shared.counters.cache_misses);
        let deadline = now.plus_millis(resolver.patience_ms(timeout_ms));
        let resolver = Arc::clone(resolver);
        self.submit_or_fail(Command::Query { resolver, name, rtype, waiter, deadline }, out)
    }

    fn answer_query(&self, snapshot: &Arc<Snapshot>, key: &FlightKey, now: Time, out: &mut Answer) -> bool {
        let wire = Key { namespace: key.namespace, name: key.name.as_wire(), rtype: key.rtype.0 };
        let freshness = self.shared.cache.get(&wire, now.as_millis(), |hit| hit.state);
        let Some(outcome) = compose::cached_outcome(&self.shared.cache, key, now) else { return false };
        if freshness == Some(Freshness::RefreshDue) {
            self.refresh(snapshot, key.clone());
        }
        match outcome {
            Outcome::Data { payload, age_ms, .. } => {
                payload::addresses_into(key.rtype, &payload, &mut out.addresses);
                let age = u32::try_from(age_ms / 1_000).unwrap_or(u32::MAX);
                out.ttls.resize(out.addresses.len(), payload::ttl(&payload).saturating_sub(age));
            }
            Outcome::Denied { status, .. } | Outcome::Failed { status, .. } => out.status = status,
        }
        out.flags |= FLAG_FROM_CACHE;
        true
    }

    /// Withdraws: the waiter gets [`Status::Cancelled`], or its answer if that is already on its way.
    pub fn cancel(&self, waiter: Waiter) {
        self.shared.submit(Command::Cancel(waiter));
    }

    /// The caller served `name` from what it kept `hits` times since it last said so: keeps the entry in use and starts
    /// a refresh if one is due.
    pub fn touch(&self, resolver: &Arc<Resolver>, name: &str, flags: u32, hits: u32) {
        let now = Time::now();
        self.check_system(now);
        let Some(snapshot) = resolver.snapshot() else { return };
        let Ok(wanted) = Wanted::new(flags, self.shared.families(), snapshot.no_aaaa) else { return };
        let Ok(walk) = SearchWalk::new(name, Arc::clone(&snapshot.search)) else { return };
        // Which candidate answered is found by walking to it, without counting uses on the way.
        let mut walk = walk;
        loop {
            let name = walk.current().name.to_lowercase();
            let mut found = false;
            for (rtype, wanted) in [(Rtype::A, wanted.v4), (Rtype::AAAA, wanted.v6)] {
                if !wanted {
                    continue;
                }
                let key = Key { namespace: snapshot.namespace.id(), name: name.as_wire(), rtype: rtype.0 };
                let positive = self
                    .shared
                    .cache
                    .peek(&key, now.as_millis(), |hit| hit.kind == dns_cache::Kind::Positive)
                    .unwrap_or(false);
                if !positive {
                    continue;
                }
                found = true;
                if self.shared.cache.add_hits(&key, hits, now.as_millis()) == Some(Freshness::RefreshDue) {
                    let key = FlightKey { namespace: key.namespace, name: name.clone(), rtype };
                    self.refresh(&snapshot, key);
                }
            }
            if found || !matches!(walk.feed(crate::system::Outcome::NxDomain), crate::system::Step::Next) {
                return;
            }
        }
    }

    fn refresh(&self, snapshot: &Arc<Snapshot>, key: FlightKey) {
        let snapshot = Arc::clone(snapshot);
        let mut out = Answer::default();
        self.submit_or_fail(Command::Refresh { key, snapshot }, &mut out);
    }

    /// Lookups are happening: the machine's files may be looked at again, at most once a second.
    pub fn poke(&self) {
        self.check_system(Time::now());
    }

    fn check_system(&self, now: Time) {
        let now_ms = now.as_millis();
        let checked = self.shared.checked_ms.load(Ordering::Relaxed);
        if now_ms.saturating_sub(checked) >= CHECK_MS
            && self.shared.waker.get().is_some()
            && self
                .shared
                .checked_ms
                .compare_exchange(checked, now_ms, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            self.shared.submit(Command::CheckSystem);
        }
    }

    /// What is known of `name` without asking: from hosts and cache, leaving no trace.
    pub fn peek(&self, resolver: &Arc<Resolver>, name: &str, flags: u32, out: &mut Answer) -> bool {
        out.clear();
        let guard = self.shared.guard(name);
        let found = self.answer_at_once(resolver, name, flags, Reading::Look, Time::now(), out);
        (out.slot, out.generation) = guard;
        found
    }

    fn answer_at_once(
        &self,
        resolver: &Arc<Resolver>,
        name: &str,
        flags: u32,
        reading: Reading,
        now: Time,
        out: &mut Answer,
    ) -> bool {
        let shared = &self.shared;
        let Some(snapshot) = resolver.snapshot() else { return false };
        let at_hand = AtHand { cache: &shared.cache, snapshot: &snapshot, sources: &shared.sources, now };
        let answered = match Wanted::new(flags, shared.families(), snapshot.no_aaaa) {
            Err(status) => {
                out.status = status;
                true
            }
            Ok(wanted) => {
                if at_hand.ask_hosts(name, wanted, out) {
                    return true;
                }
                match SearchWalk::new(name, Arc::clone(&snapshot.search)) {
                    Err(_) => {
                        out.status = Status::NxDomain;
                        true
                    }
                    Ok(walk) => {
                        let mut due = Vec::new();
                        let found = at_hand.ask_cache(walk, wanted, reading, &mut due, out);
                        for key in due {
                            self.refresh(&snapshot, key);
                        }
                        found
                    }
                }
            }
        };
        if answered && out.status != Status::Ok && snapshot.other_services {
            out.flags |= FLAG_OTHER_SERVICES;
        }
        answered
    }

    /// Drops what the cache has on `name`, or on all names of the resolver, and what callers kept of it. Returns how many
    /// entries went.
    pub fn invalidate(&self, resolver: &Arc<Resolver>, name: Option<&str>) -> u32 {
        let mut gone = 0;
        if let Some(snapshot) = resolver.snapshot() {
            let namespace = snapshot.namespace.id();
            match name {
                None => gone = self.shared.cache.invalidate(namespace, None),
                Some(name) => {
                    let Ok(mut walk) = SearchWalk::new(name, Arc::clone(&snapshot.search)) else { return 0 };
                    loop {
                        let candidate = walk.current().name.to_lowercase();
                        gone += self.shared.cache.invalidate(namespace, Some(candidate.as_wire()));
                        if !matches!(walk.feed(crate::system::Outcome::NxDomain), crate::system::Step::Next) {
                            break;
                        }
                    }
                }
            }
        }
        // Which kept answers came from these entries is known to their keepers only.
        self.shared.move_generations();
        u32::try_from(gone).unwrap_or(u32::MAX)
    }

    /// An environment is gone: nobody is left to take its answers.
    pub fn environment_closed(&self, environment: u32) {
        let closed: Vec<Arc<Resolver>> = self
            .shared
            .resolvers
            .lock()
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|resolver| resolver.environment == environment)
            .collect();
        for resolver in closed {
            resolver.close();
        }
        self.shared.submit(Command::CloseEnvironment(environment));
    }

    /// A moment's view.
    pub fn stats(&self, resolver: &Arc<Resolver>) -> Stats {
        let shared = &self.shared;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &shared.counters;
        let mut stats = Stats {
            waiters: read(&counters.waiters),
            flights: read(&counters.flights),
            lookups: read(&counters.lookups),
            cache_hits: read(&counters.cache_hits),
            cache_misses: read(&counters.cache_misses),
            queries_sent: read(&counters.queries_sent),
            tcp_queries_sent: read(&counters.tcp_queries_sent),
            hedges: read(&counters.hedges),
            coalesced: read(&counters.coalesced),
            spoof_rejected: read(&counters.spoof_rejected),
            malformed: read(&counters.malformed),
            overload_rejected: read(&counters.overload_rejected),
            refreshes: read(&counters.refreshes),
            sockets: read(&counters.sockets),
            tcp_connections: read(&counters.tcp_connections),
            warnings: shared.warnings.lock().clone(),
            ..Stats::default()
        };
        if let Some(snapshot) = resolver.snapshot() {
            let cache = shared.cache.stats(snapshot.namespace.id());
            stats.cache_entries = cache.entries;
            stats.cache_bytes = cache.bytes;
            stats.cache_evictions = cache.evictions;
            stats.namespace = snapshot.namespace.digest();
            let known = shared.upstreams.lock();
            stats.upstreams = snapshot
                .plan
                .servers
                .iter()
                .map(|server| {
                    let found = known.iter().find(|(option, _)| option == server);
                    found.map_or_else(|| unused(server), |(_, stats)| stats.clone())
                })
                .collect();
        }
        stats
    }

    /// Hands a command over, starting the I/O thread if need be. Returns true, with a failure in `out`, if the thread
    /// could not be started.
    fn submit_or_fail(&self, command: Command, out: &mut Answer) -> bool {
        if self.start().is_err() {
            out.status = Status::Local;
            return true;
        }
        self.shared.submit(command);
        false
    }

    fn start(&self) -> io::Result<()> {
        if self.shared.waker.get().is_some() {
            return Ok(());
        }
        let mut started = self.shared.starting.lock();
        if *started {
            return Ok(());
        }
        let (io, waker) = IoThread::new(Arc::clone(&self.shared))?;
        self.shared.host.start(io)?;
        // Only one thread gets here, under the lock.
        self.shared.waker.get_or_init(|| waker);
        *started = true;
        Ok(())
    }
}

fn unused(server: &ServerOption) -> UpstreamStats {
    let address: SocketAddr = server.address;
    let transport = match server.protocol {
        Protocol::Udp => "udp",
        Protocol::Tcp => "tcp",
    };
    UpstreamStats { server: address.to_string(), transport, ..UpstreamStats::default() }
}
