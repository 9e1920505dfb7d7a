//! The side of the callers: answers from hosts and cache at once, the rest by way of the I/O thread.

mod carrying;
mod guidance;
mod keeping;
mod kept_answers;
mod ownership;
mod remains;
mod statistics;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crossbeam_queue::SegQueue;
use dns_cache::{Cache, Freshness, Key};
use dns_wire::{Name, Rtype};
use parking_lot::Mutex;

use crate::answer::{Answer, AnswerKind, FLAG_FROM_CACHE, FLAG_OTHER_SERVICES, FLAG_STALE, Status, Waiter};
use crate::compose::{self, Reading};
use crate::engine::FlightKey;
use crate::exchange::{Command, Exchange, GENERATIONS};
use crate::families::{AT_HAND, NO_WAITING, Wanted};
use crate::file_identity::WatchedFile;
use crate::host::Host;
use crate::io::IoThread;
use crate::legs::LegTable;
use crate::options::{OptionsError, ResolverOptions};
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::stats::count;
use crate::system::SearchWalk;
use crate::time::Time;

pub use keeping::PopularName;
pub(crate) use keeping::unix_ms;
pub(crate) use ownership::Owner;

/// Milliseconds between two looks at the machine's files.
const CHECK_MS: u64 = 1_000;

/// A DNS client. Cheap to clone; all clones are one client.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Exchange>,
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
            shared: Arc::new(Exchange {
                cache,
                counters: Arc::default(),
                sources: Arc::default(),
                holds: Arc::default(),
                guided: Arc::default(),
                host,
                queue: SegQueue::new(),
                renewals: SegQueue::new(),
                parked: AtomicBool::new(false),
                resolvers: Mutex::default(),
                owners: Mutex::default(),
                upstreams: Mutex::default(),
                legs: LegTable::default(),
                warnings: Mutex::default(),
                generations,
                families: AtomicU8::new(3),
                waker: OnceLock::new(),
                starting: Mutex::new(false),
                checked_ms: AtomicU64::new(0),
                kept_up_ms: AtomicU64::new(0),
            }),
        }
    }

    /// Opens a resolver for `environment`. Reads no file and sends nothing.
    ///
    /// # Errors
    /// Options that cannot be carried out.
    pub fn open(&self, environment: u32, options: ResolverOptions) -> Result<Arc<Resolver>, OptionsError> {
        options.check()?;
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
    /// Where the cache has an expired answer, that is the answer ([`crate::FLAG_STALE`]) as soon as asking has failed or has
    /// taken [`crate::CacheOptions::stale_serve_after_ms`], and at once for as long as the name is not asked for again.
    ///
    /// At most 16 384 questions and 262 144 waiters are under way in a process, and of each namespace at most three times
    /// as many as are free; beyond, the answer is what the cache has left of the name ([`crate::FLAG_STALE`]), or
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
        let reading = Reading::of(flags);
        if let Some(reading) = reading
            && self.answer_at_once(resolver, name, flags, reading, now, out)
        {
            (out.slot, out.generation) = guard;
            count(&shared.counters.cache_hits);
            return true;
        }
        out.clear();
        if flags & AT_HAND != 0 && resolver.snapshot().is_some() {
            out.status = Status::NxDomain;
            return true;
        }
        count(&shared.counters.cache_misses);
        if flags & NO_WAITING != 0 || shared.is_flooded(now) {
            self.answer_from_remains(resolver, name, flags, now, out);
            (out.slot, out.generation) = guard;
            return true;
        }
        let deadline = now.plus_millis(resolver.patience_ms(timeout_ms));
        let resolver = Arc::clone(resolver);
        let command = Command::Lookup { resolver, name: name.into(), flags, waiter, deadline, guard };
        self.submit_or_fail(command, out)
    }

    /// Asks for the records of `name` as they are, without hosts and search list, of any type, 255 (ANY) included.
    /// Addresses (1 and 28) come as such, all else as [`AnswerKind::Records`]. Of `flags` only 32 and 64 count. Otherwise
    /// as [`Client::lookup`].
    #[expect(clippy::too_many_arguments, reason = "they are those of the call from JavaScript")]
    pub fn query(
        &self,
        resolver: &Arc<Resolver>,
        name: &str,
        rtype: u16,
        flags: u32,
        waiter: Waiter,
        timeout_ms: u32,
        out: &mut Answer,
    ) -> bool {
        out.clear();
        let rtype = Rtype(rtype);
        out.kind = AnswerKind::of(rtype);
        let shared = &self.shared;
        count(&shared.counters.lookups);
        if resolver.is_closed() {
            out.status = Status::Closed;
            return true;
        }
        let Ok(mut name) = Name::from_ascii(name) else {
            out.status = Status::NxDomain;
            return true;
        };
        name.make_lowercase();
        let now = Time::now();
        self.check_system(now);
        if let Some(snapshot) = resolver.snapshot() {
            if let Some(reading) = Reading::of(flags)
                && self.answer_query(&snapshot, &name, rtype, reading, now, out)
            {
                count(&shared.counters.cache_hits);
                return true;
            }
            if flags & AT_HAND != 0 {
                out.status = Status::NxDomain;
                return true;
            }
        }
        count(&shared.counters.cache_misses);
        if flags & NO_WAITING != 0 || shared.is_flooded(now) {
            count(&shared.counters.overload_rejected);
            out.status = Status::Overloaded;
            return true;
        }
        let deadline = now.plus_millis(resolver.patience_ms(timeout_ms));
        let (resolver, name) = (Arc::clone(resolver), Arc::new(name));
        self.submit_or_fail(Command::Query { resolver, name, rtype, flags, waiter, deadline }, out)
    }

    fn answer_query(
        &self,
        snapshot: &Arc<Snapshot>,
        name: &Name,
        rtype: Rtype,
        reading: Reading,
        now: Time,
        out: &mut Answer,
    ) -> bool {
        let namespace = snapshot.namespace.id();
        let key = Key { namespace, name: name.as_wire(), rtype: rtype.0 };
        if reading == Reading::Use {
            match self.shared.cache.get(&key, now.as_millis(), |hit| hit.state) {
                None => return false,
                Some(Freshness::RefreshDue) => {
                    let name = Arc::new(name.clone());
                    self.refresh(snapshot, FlightKey { namespace, name, rtype });
                }
                Some(_) => {}
            }
        }
        let Some(outcome) = compose::cached_outcome(&self.shared.cache, &key, now) else { return false };
        outcome.tell(rtype, out);
        out.flags |= FLAG_FROM_CACHE;
        true
    }

    /// Withdraws: the waiter gets [`Status::Cancelled`], or its answer if that is already on its way.
    pub fn cancel(&self, waiter: Waiter) {
        self.shared.submit(Command::Cancel(waiter));
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

    /// The resolver's environment wants to hear of changes of the file at `path` from now on, or of none any more. Looked
    /// at with the machine's files, while lookups happen; a file that is not there is waited for.
    pub fn watch(&self, resolver: &Arc<Resolver>, path: Option<&str>) {
        resolver.watch(path.map(WatchedFile::new));
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

    /// What is known of `name` without asking: from hosts and cache, leaving no trace. An expired answer comes with
    /// [`FLAG_STALE`].
    pub fn peek(&self, resolver: &Arc<Resolver>, name: &str, flags: u32, out: &mut Answer) -> bool {
        out.clear();
        let guard = self.shared.guard(name);
        let now = Time::now();
        let found = self.answer_at_once(resolver, name, flags, Reading::Look, now, out)
            || self.find_remains(resolver, name, flags, now, &mut Vec::new(), out)
                && out.flags & FLAG_STALE != 0;
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
        let at_hand = self.at_hand(&snapshot, now);
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
                    Ok(mut walk) => {
                        let mut due = Vec::new();
                        let found = at_hand.ask_cache(&mut walk, wanted, reading, &mut due, out);
                        for key in due {
                            self.refresh(&snapshot, key);
                        }
                        found
                            || reading == Reading::Use
                                && shared.holds.any(now)
                                && self.answer_held(at_hand, &walk, wanted, out)
                    }
                }
            }
        };
        if answered && out.status != Status::Ok && snapshot.other_services {
            out.flags |= FLAG_OTHER_SERVICES;
        }
        answered
    }

    /// An environment is gone: nobody is left to take its answers.
    pub fn environment_closed(&self, environment: u32) {
        let closed: Vec<Arc<Resolver>> = self
            .shared
            .open_resolvers()
            .into_iter()
            .filter(|resolver| resolver.environment == environment)
            .collect();
        for resolver in closed {
            resolver.close();
        }
        self.shared.submit(Command::CloseEnvironment(environment));
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

#[cfg(test)]
mod tests;
