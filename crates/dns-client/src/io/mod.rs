//! The I/O thread: takes commands, carries the engine's datagrams, hands answers over, and sleeps in between.

mod guidance;
mod import;
mod legs;
mod refusals;
mod sockets;
mod suspension;
mod system_check;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token, Waker};

use crate::answer::{Answer, AnswerKind, Status, Waiter};
use crate::compose::{self, AtHand, Reading};
use crate::engine::{Engine, FlightKey, LookupRequest, Outcome, Shared, Turn};
use crate::exchange::{Command, Exchange};
use crate::families::{AT_HAND, Wanted};
use crate::random::Random;
use crate::resolver::Resolver;
use crate::system::{InterfaceTable, SearchWalk};
use crate::system_files::SystemFiles;
use crate::time::Time;
use legs::LegDesk;
use sockets::{Readiness, SocketTable, StreamEvent};
use suspension::Suspension;

/// Events taken from the system at once.
const EVENTS: usize = 512;
/// Commands taken before the sockets are looked at again.
const COMMANDS: usize = 256;
/// Questions under way from which small turns are not worth a wake-up each: the thread rests between them.
const MANY_FLIGHTS: usize = 32;
/// Commands and events of a turn that was worth it.
const WORTHWHILE: usize = 32;
/// How long it rests; the system makes it a hundred microseconds or so.
const REST: Duration = Duration::from_micros(60);
/// Reads from one socket before the others, the timers and the commands have their turn: a peer may never pause.
const READS: u32 = 128;
/// Octets of the largest datagram or the piece of a stream that is read at once.
const BUFFER: usize = 65_535;
/// Milliseconds between two publications of what is known of the servers.
const PUBLISH_MS: u64 = 50;
/// Sockets a server may have, whatever the descriptor limit.
const SOCKETS: u64 = 256;
const WAKE: Token = Token(usize::MAX);

/// The thread that owns the sockets, made by the client and run by its [`crate::Host`].
#[derive(Debug)]
pub struct IoThread {
    shared: Arc<Exchange>,
    poll: Poll,
    /// Absent while they are gone through, and after a panic meanwhile.
    events: Option<Events>,
    sockets: SocketTable,
    engine: Engine,
    system: SystemFiles,
    interfaces: Option<InterfaceTable>,
    epoch: u64,
    started: Instant,
    suspension: Suspension,
    buffer: Vec<u8>,
    published: Time,
    /// Events of the last turn, and the commands since.
    pieces: usize,
    /// Whose submission is being taken over: a panic then must not leave it waiting.
    submitting: Option<(Waiter, AnswerKind)>,
}

impl IoThread {
    pub(crate) fn new(shared: Arc<Exchange>) -> io::Result<(Self, Waker)> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let now = Time::now();
        let thread = Self {
            sockets: SocketTable::new(poll.registry().try_clone()?, LegDesk::new(Arc::clone(&shared))),
            engine: new_engine(&shared, now),
            poll,
            events: None,
            shared,
            system: SystemFiles::default(),
            interfaces: None,
            epoch: 0,
            started: Instant::now(),
            suspension: Suspension::default(),
            buffer: vec![0; BUFFER],
            published: now,
            pieces: 0,
            submitting: None,
        };
        Ok((thread, waker))
    }

    /// Works until the process ends. Call it from the thread that [`crate::Host::start`] started.
    ///
    /// # Panics
    /// If the system refuses to wait for events; then, as after any panic, call [`IoThread::recover`] and this again.
    pub fn run(&mut self) {
        if self.interfaces.is_none() {
            self.look_at_interfaces();
        }
        loop {
            self.turn(None);
        }
    }

    /// Does what there is to do, and sleeps until there is more, for at most `longest`. [`IoThread::run`] is no more than
    /// this again and again.
    ///
    /// # Panics
    /// As [`IoThread::run`].
    pub fn turn(&mut self, longest: Option<Duration>) {
        let more = self.take_commands();
        self.hand_over();
        self.tell_owners();
        let now = Time::now();
        self.publish(now);
        let gather = !more && self.is_to_gather();
        if gather {
            std::thread::sleep(REST);
        }
        let sleep = if more || gather { Some(Duration::ZERO) } else { self.sleep(now) };
        let timeout = longest.into_iter().chain(sleep).min();
        let mut events = self.events.take().unwrap_or_else(|| Events::with_capacity(EVENTS));
        let polled = self.poll.poll(&mut events, timeout);
        self.shared.parked.store(false, Ordering::SeqCst);
        if let Err(error) = polled {
            assert!(error.kind() == io::ErrorKind::Interrupted, "waiting for events failed: {error}");
            events.clear();
        }
        let now = Time::now();
        self.pieces = 0;
        for event in &events {
            self.pieces += 1;
            if event.token() != WAKE {
                self.ready(event.token(), SocketTable::readiness(event), now);
            }
        }
        self.events = Some(events);
        // After what had come by then: an answer is not late because this thread is.
        self.sockets.legs.move_on(now);
        self.engine.handle_timers(&mut Turn { now, network: &mut self.sockets });
        self.hand_over();
        self.tell_owners();
    }

    /// Whether to let commands and events gather: some came, but few, and there will be more, for much is under way. Each
    /// wake-up costs this thread and the one that wakes it as much as a question.
    fn is_to_gather(&self) -> bool {
        cfg!(unix) && (1..WORTHWHILE).contains(&self.pieces) && self.engine.flights() >= MANY_FLIGHTS
    }

    /// How long to sleep. Marks the thread as parked unless there is work.
    fn sleep(&mut self, now: Time) -> Option<Duration> {
        self.shared.parked.store(true, Ordering::SeqCst);
        if !self.shared.is_idle() {
            return Some(Duration::ZERO);
        }
        let next = self.engine.next_timer().into_iter().chain(self.sockets.legs.next_timer()).min();
        next.map(|next| Duration::from_micros(next.micros_since(now)))
    }

    /// After a panic in [`IoThread::run`]: all who wait get a failure, also those that were not taken over yet, and
    /// everything but the cache begins anew.
    pub fn recover(&mut self) {
        let mut lost = self.engine.fail_all();
        let failed =
            |(waiter, kind)| (waiter, Answer { kind, status: Status::ServFail, ..Answer::default() });
        if let Some(submitting) = self.submitting.take()
            && lost.iter().all(|(known, _)| *known != submitting.0)
        {
            lost.push(failed(submitting));
        }
        while let Some(command) = self.shared.take() {
            lost.extend(command.waiter().map(failed));
        }
        self.shared.host.complete(&lost);
        self.sockets.clear();
        self.engine = new_engine(&self.shared, Time::now());
        self.engine.publish_gauges();
    }

    /// What was submitted, without waiting for anything to come of it.
    #[cfg(test)]
    pub(crate) fn take_and_hand_over(&mut self) {
        while self.take_commands() {}
        self.hand_over();
    }

    fn take_commands(&mut self) -> bool {
        for _ in 0..COMMANDS {
            let Some(command) = self.shared.take() else { return false };
            self.pieces += 1;
            self.submitting = command.waiter();
            self.carry_out(command);
            self.submitting = None;
        }
        !self.shared.is_idle()
    }

    fn carry_out(&mut self, command: Command) {
        let now = Time::now();
        let mut turn = Turn { now, network: &mut self.sockets };
        match command {
            Command::Lookup { resolver, name, flags, waiter, deadline, guard } => {
                self.look_up(&resolver, &name, flags, waiter, deadline, guard);
            }
            Command::Query { resolver, name, rtype, flags, waiter, deadline } => {
                if resolver.is_closed() {
                    self.engine.refuse(waiter, AnswerKind::of(rtype), Status::Closed);
                    return;
                }
                let snapshot = self.snapshot(&resolver);
                let key = FlightKey { namespace: snapshot.namespace.id(), name, rtype };
                if flags & AT_HAND != 0 {
                    let status = Status::NxDomain;
                    let denied = Outcome::Denied { status, said: status, expires_in_ms: 0 };
                    let outcome =
                        compose::cached_outcome(&self.shared.cache, &key.in_cache(), now).unwrap_or(denied);
                    let mut answer = Answer { kind: AnswerKind::of(rtype), ..Answer::default() };
                    outcome.tell(rtype, &mut answer);
                    self.engine.completed().push(waiter, answer);
                    return;
                }
                let mut turn = Turn { now, network: &mut self.sockets };
                self.engine.query(&mut turn, &key, &snapshot, waiter, deadline, resolver.id);
            }
            Command::Refresh { key, snapshot } => self.engine.refresh(&mut turn, &key, &snapshot),
            Command::Probe { snapshot, upstream, name } => {
                self.engine.probe(&mut turn, &snapshot, upstream, name);
            }
            Command::Cancel(waiter) => self.engine.cancel(waiter, Status::Cancelled),
            Command::CloseResolver(resolver) => {
                self.engine.resolver_closed(resolver);
                self.engine.forget_closed_namespaces();
            }
            Command::CloseEnvironment(environment) => {
                self.engine.environment_closed(environment);
                self.engine.forget_closed_namespaces();
                self.environment_left(environment);
            }
            Command::Leg(report) => self.leg_ended(&report),
            Command::CheckSystem => self.check_system(),
            Command::Import(import) => self.import(import),
        }
    }

    fn look_up(
        &mut self,
        resolver: &Arc<Resolver>,
        name: &str,
        flags: u32,
        waiter: Waiter,
        deadline: Time,
        guard: (u32, u32),
    ) {
        if resolver.is_closed() {
            self.engine.refuse(waiter, AnswerKind::Lookup, Status::Closed);
            return;
        }
        let snapshot = self.snapshot(resolver);
        let wanted = match Wanted::new(flags, self.shared.families(), snapshot.no_aaaa) {
            Ok(wanted) => wanted,
            Err(status) => {
                self.engine.refuse(waiter, AnswerKind::Lookup, status);
                return;
            }
        };
        let mut answer = Answer::default();
        let now = Time::now();
        let Exchange { cache, sources, holds, .. } = &*self.shared;
        let at_hand = AtHand { cache, snapshot: &snapshot, sources, holds, now };
        if at_hand.ask_hosts(name, wanted, &mut answer) {
            (answer.slot, answer.generation) = guard;
            self.engine.completed().push(waiter, answer);
            return;
        }
        let Ok(mut walk) = SearchWalk::new(name, Arc::clone(&snapshot.search)) else {
            self.engine.refuse(waiter, AnswerKind::Lookup, Status::NxDomain);
            return;
        };
        if flags & AT_HAND != 0 {
            if !at_hand.ask_cache(&mut walk, wanted, Reading::Look, &mut Vec::new(), &mut answer) {
                answer = Answer { status: Status::NxDomain, ..Answer::default() };
            }
            (answer.slot, answer.generation) = guard;
            self.engine.completed().push(waiter, answer);
            return;
        }
        let request =
            LookupRequest { waiter, resolver: resolver.id, snapshot, guard, wanted, flags, walk, deadline };
        let mut turn = Turn { now, network: &mut self.sockets };
        self.engine.lookup(&mut turn, request);
    }

    fn ready(&mut self, token: Token, readiness: Readiness, now: Time) {
        match SocketTable::number(token) {
            sockets::Number::Udp(socket) => self.receive(socket, now),
            sockets::Number::Tcp(connection) => self.stream(connection, readiness, now),
        }
    }

    fn receive(&mut self, socket: u32, now: Time) {
        for _ in 0..READS {
            let received = self.sockets.receive(socket, &mut self.buffer);
            let mut turn = Turn { now, network: &mut self.sockets };
            match received {
                Some(Ok(length)) => self.engine.handle_datagram(&mut turn, socket, &self.buffer[..length]),
                Some(Err(())) => self.engine.handle_socket_error(&mut turn, socket),
                None => return,
            }
            // Without a query on it, what else arrives can only be late or forged.
            if !self.engine.awaits_datagram(socket) {
                return;
            }
        }
        self.sockets.report_again(sockets::Number::Udp(socket));
    }

    fn stream(&mut self, connection: u32, readiness: Readiness, now: Time) {
        for _ in 0..READS {
            let event = self.sockets.stream(connection, readiness, &mut self.buffer);
            let mut turn = Turn { now, network: &mut self.sockets };
            match event {
                StreamEvent::Read(length) => {
                    self.engine.handle_stream(&mut turn, connection, &self.buffer[..length]);
                }
                StreamEvent::Ended(trouble) => {
                    self.engine.handle_stream_end(&mut turn, connection, trouble);
                    return;
                }
                StreamEvent::Idle => return,
            }
        }
        self.sockets.report_again(sockets::Number::Tcp(connection));
    }

    fn hand_over(&mut self) {
        self.tell_refusals();
        if self.engine.completed().as_slice().is_empty() {
            return;
        }
        self.engine.publish_gauges();
        // Nobody is answered twice, even if this panics.
        let mut completed = std::mem::take(self.engine.completed());
        self.shared.host.complete(completed.as_slice());
        completed.clear();
        *self.engine.completed() = completed;
    }

    /// Lets [`crate::Client::stats`] see how things stand.
    fn publish(&mut self, now: Time) {
        self.engine.publish_gauges();
        if now.millis_since(self.published) >= PUBLISH_MS || self.engine.is_idle() {
            self.published = now;
            let mut known = self.shared.upstreams.lock();
            known.clear();
            known.extend(self.engine.upstream_stats());
        }
    }
}

fn new_engine(shared: &Exchange, now: Time) -> Engine {
    Engine::new(
        Shared {
            cache: Arc::clone(&shared.cache),
            counters: Arc::clone(&shared.counters),
            sources: Arc::clone(&shared.sources),
            holds: Arc::clone(&shared.holds),
            guided: Arc::clone(&shared.guided),
        },
        Random::system(),
        socket_limit(),
        now,
    )
}

/// Sockets a server may have: a quarter of what this process may open, at most [`SOCKETS`].
fn socket_limit() -> u16 {
    #[cfg(unix)]
    let descriptors =
        rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    #[cfg(not(unix))]
    let descriptors = u64::MAX;
    u16::try_from((descriptors / 4).clamp(1, SOCKETS)).unwrap_or(u16::MAX)
}
