//! The I/O thread: takes commands, carries the engine's datagrams, hands answers over, and sleeps in between.

mod sockets;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mio::{Events, Poll, Token, Waker};

use crate::answer::{Answer, AnswerKind, Status, Waiter};
use crate::client::{Command, Shared};
use crate::compose::AtHand;
use crate::engine::{Engine, FlightKey, LookupRequest, Turn};
use crate::families::Wanted;
use crate::random::Random;
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::system::{InterfaceTable, SearchWalk};
use crate::system_files::SystemFiles;
use crate::time::Time;
use sockets::{Readiness, SocketTable, StreamEvent};

/// Events taken from the system at once.
const EVENTS: usize = 512;
/// Commands taken before the sockets are looked at again.
const COMMANDS: usize = 1_024;
/// Reads from one socket before the others, the timers and the commands have their turn: a peer may never pause.
const READS: u32 = 128;
/// Octets of the largest datagram or the piece of a stream that is read at once.
const BUFFER: usize = 65_535;
/// Milliseconds between two publications of what is known of the servers.
const PUBLISH_MS: u64 = 50;
/// Warnings that are kept for [`crate::Stats`].
const WARNINGS: usize = 16;
/// Sockets a server may have, whatever the descriptor limit.
const SOCKETS: u64 = 256;
const WAKE: Token = Token(usize::MAX);

/// The thread that owns the sockets, made by the client and run by its [`crate::Host`].
#[derive(Debug)]
pub struct IoThread {
    shared: Arc<Shared>,
    poll: Poll,
    sockets: SocketTable,
    engine: Engine,
    system: SystemFiles,
    interfaces: Option<InterfaceTable>,
    epoch: u64,
    buffer: Vec<u8>,
    published: Time,
    /// Whose submission is being taken over: a panic then must not leave it waiting.
    submitting: Option<(Waiter, AnswerKind)>,
}

impl IoThread {
    pub(crate) fn new(shared: Arc<Shared>) -> io::Result<(Self, Waker)> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let now = Time::now();
        let thread = Self {
            sockets: SocketTable::new(poll.registry().try_clone()?),
            engine: new_engine(&shared, now),
            poll,
            shared,
            system: SystemFiles::default(),
            interfaces: None,
            epoch: 0,
            buffer: vec![0; BUFFER],
            published: now,
            submitting: None,
        };
        Ok((thread, waker))
    }

    /// Works until the process ends. Call it from the thread that [`crate::Host::start`] started.
    ///
    /// # Panics
    /// If the system refuses to wait for events; then, as after any panic, call [`IoThread::recover`] and this again.
    pub fn run(&mut self) {
        let mut events = Events::with_capacity(EVENTS);
        if self.interfaces.is_none() {
            self.look_at_interfaces();
        }
        loop {
            self.take_turn(&mut events);
        }
    }

    /// Does what there is to do, and sleeps until there is more.
    fn take_turn(&mut self, events: &mut Events) {
        let more = self.take_commands();
        let now = Time::now();
        self.engine.handle_timers(&mut Turn { now, network: &mut self.sockets });
        self.hand_over();
        self.publish(now);
        let timeout = if more { Some(Duration::ZERO) } else { self.sleep(now) };
        let polled = self.poll.poll(events, timeout);
        self.shared.parked.store(false, Ordering::SeqCst);
        if let Err(error) = polled {
            assert!(error.kind() == io::ErrorKind::Interrupted, "waiting for events failed: {error}");
            return;
        }
        let now = Time::now();
        for event in &*events {
            if event.token() != WAKE {
                self.ready(event.token(), SocketTable::readiness(event), now);
            }
        }
        self.hand_over();
    }

    /// How long to sleep. Marks the thread as parked unless there is work.
    fn sleep(&self, now: Time) -> Option<Duration> {
        self.shared.parked.store(true, Ordering::SeqCst);
        if !self.shared.queue.is_empty() {
            return Some(Duration::ZERO);
        }
        self.engine.next_timer().map(|next| Duration::from_micros(next.micros_since(now)))
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
        while let Some(command) = self.shared.queue.pop() {
            lost.extend(command.waiter().map(failed));
        }
        for (waiter, answer) in lost {
            self.shared.host.complete(waiter, answer);
        }
        self.sockets.clear();
        self.engine = new_engine(&self.shared, Time::now());
        self.engine.publish_gauges();
        self.shared.host.flush();
    }

    fn take_commands(&mut self) -> bool {
        for _ in 0..COMMANDS {
            let Some(command) = self.shared.queue.pop() else { return false };
            self.submitting = command.waiter();
            self.carry_out(command);
            self.submitting = None;
        }
        !self.shared.queue.is_empty()
    }

    fn carry_out(&mut self, command: Command) {
        let now = Time::now();
        let mut turn = Turn { now, network: &mut self.sockets };
        match command {
            Command::Lookup { resolver, name, flags, waiter, deadline, guard } => {
                self.look_up(&resolver, &name, flags, waiter, deadline, guard);
            }
            Command::Query { resolver, name, rtype, waiter, deadline } => {
                if resolver.is_closed() {
                    self.engine.refuse(waiter, AnswerKind::Addresses, Status::Closed);
                    return;
                }
                let snapshot = self.snapshot(&resolver);
                let key = FlightKey { namespace: snapshot.namespace.id(), name, rtype };
                let mut turn = Turn { now, network: &mut self.sockets };
                self.engine.query(&mut turn, key, &snapshot, waiter, deadline, resolver.id);
            }
            Command::Refresh { key, snapshot } => self.engine.refresh(&mut turn, key, &snapshot),
            Command::Cancel(waiter) => self.engine.cancel(waiter, Status::Cancelled),
            Command::CloseResolver(resolver) => self.engine.resolver_closed(resolver),
            Command::CloseEnvironment(environment) => self.engine.environment_closed(environment),
            Command::CheckSystem => self.check_system(),
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
        let (cache, sources) = (&self.shared.cache, &self.shared.sources);
        let at_hand = AtHand { cache, snapshot: &snapshot, sources, now };
        if at_hand.ask_hosts(name, wanted, &mut answer) {
            (answer.slot, answer.generation) = guard;
            self.engine.completed().push((waiter, answer));
            return;
        }
        let Ok(walk) = SearchWalk::new(name, Arc::clone(&snapshot.search)) else {
            self.engine.refuse(waiter, AnswerKind::Lookup, Status::NxDomain);
            return;
        };
        let request =
            LookupRequest { waiter, resolver: resolver.id, snapshot, guard, wanted, flags, walk, deadline };
        let mut turn = Turn { now, network: &mut self.sockets };
        self.engine.lookup(&mut turn, request);
    }

    /// What `resolver` goes by, made at its first lookup.
    fn snapshot(&mut self, resolver: &Arc<Resolver>) -> Arc<Snapshot> {
        if let Some(snapshot) = resolver.snapshot() {
            return snapshot;
        }
        let view = self.system.view(&resolver.options);
        self.keep_warnings();
        let snapshot = Arc::new(Snapshot::new(&resolver.options, &view, &self.shared.cache));
        resolver.set_snapshot(Arc::clone(&snapshot));
        snapshot
    }

    /// Looks at files and interfaces, and puts what changed in force.
    fn check_system(&mut self) {
        let interfaces_changed = self.look_at_interfaces();
        let files_changed = self.system.check();
        self.keep_warnings();
        let mut changed = interfaces_changed;
        if files_changed {
            let resolvers: Vec<_> =
                self.shared.resolvers.lock().iter().filter_map(std::sync::Weak::upgrade).collect();
            for resolver in resolvers {
                let Some(before) = resolver.snapshot() else { continue };
                let view = self.system.view(&resolver.options);
                let after = Snapshot::new(&resolver.options, &view, &self.shared.cache);
                if before.differs(&after) {
                    resolver.set_snapshot(Arc::new(after));
                    changed = true;
                }
            }
        }
        if interfaces_changed {
            self.engine.network_changed(&mut Turn { now: Time::now(), network: &mut self.sockets });
            for resolver in self.shared.resolvers.lock().iter().filter_map(std::sync::Weak::upgrade) {
                if let Some(snapshot) = resolver.snapshot() {
                    self.shared.cache.network_changed(snapshot.namespace.id());
                }
            }
        }
        if changed {
            self.shared.move_generations();
        }
    }

    /// Returns true if the machine's addresses changed since the last look.
    fn look_at_interfaces(&mut self) -> bool {
        // Where they cannot be listed, nothing is known to have changed.
        let Ok(table) = InterfaceTable::read() else { return false };
        if self.interfaces.as_ref() == Some(&table) {
            return false;
        }
        let first = self.interfaces.is_none();
        self.epoch += 1;
        self.shared.sources.lock().begin_epoch(self.epoch);
        self.shared.set_families(table.families());
        self.interfaces = Some(table);
        !first
    }

    fn keep_warnings(&mut self) {
        let fresh = self.system.take_warnings();
        if fresh.is_empty() {
            return;
        }
        let mut warnings = self.shared.warnings.lock();
        warnings.extend(fresh);
        let surplus = warnings.len().saturating_sub(WARNINGS);
        warnings.drain(..surplus);
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
        if self.engine.completed().is_empty() {
            return;
        }
        self.engine.publish_gauges();
        let completed = self.engine.completed();
        for (waiter, answer) in completed.drain(..) {
            self.shared.host.complete(waiter, answer);
        }
        // What one burst needed is not kept for ever.
        completed.shrink_to(COMMANDS);
        self.shared.host.flush();
    }

    /// Lets [`crate::Client::stats`] see how things stand.
    fn publish(&mut self, now: Time) {
        self.engine.publish_gauges();
        if now.millis_since(self.published) >= PUBLISH_MS || self.engine.is_idle() {
            self.published = now;
            *self.shared.upstreams.lock() = self.engine.upstream_stats();
        }
    }
}

fn new_engine(shared: &Shared, now: Time) -> Engine {
    Engine::new(
        Arc::clone(&shared.cache),
        Arc::clone(&shared.counters),
        Arc::clone(&shared.sources),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;

    use dns_cache::{Cache, CacheConfig};
    use parking_lot::Mutex;

    use mio::Events;

    use super::IoThread;
    use crate::options::{Protocol, ResolverOptions, ServerOption, Servers};
    use crate::{Answer, Client, GENERATIONS, Host, Status, Waiter};

    static GENERATION: [AtomicU32; GENERATIONS] = [const { AtomicU32::new(0) }; GENERATIONS];

    /// Keeps the thread for the test to run by hand.
    #[derive(Default)]
    struct Stage {
        io: Mutex<Option<IoThread>>,
        answers: Mutex<Vec<(Waiter, Status)>>,
    }

    impl Host for Stage {
        fn start(&self, io: IoThread) -> std::io::Result<()> {
            *self.io.lock() = Some(io);
            Ok(())
        }

        fn complete(&self, waiter: Waiter, answer: Answer) {
            self.answers.lock().push((waiter, answer.status));
        }

        fn flush(&self) {}
    }

    #[test]
    fn a_flood_on_one_socket_does_not_keep_the_thread_and_hides_no_answer() {
        let stage = Arc::new(Stage::default());
        let client = Client::new(
            Arc::new(Cache::new(CacheConfig::default())),
            Arc::clone(&stage) as Arc<dyn Host>,
            &GENERATION,
        );
        let server = std::net::UdpSocket::bind("127.0.0.1:0").expect("a loopback port");
        let address = server.local_addr().expect("it is bound");
        let servers = Servers::List(vec![ServerOption { protocol: Protocol::Udp, address }]);
        // One attempt without a hedge: only this socket can bring the answer.
        let options = ResolverOptions {
            servers,
            hosts: None,
            hedge: false,
            timeout_ms: Some(5_000),
            tries: Some(1),
            ..ResolverOptions::default()
        };
        let resolver = client.open(1, options).expect("options are good");
        let waiter = Waiter { environment: 1, ticket: 1 };
        assert!(!client.query(&resolver, "flooded.test", 1, waiter, 0, &mut Answer::default()));
        let mut io = stage.io.lock().take().expect("started at the first submission");
        assert!(!io.take_commands());
        let mut query = [0; 512];
        let (length, peer) = server.recv_from(&mut query).expect("the query");
        let mut answer = query[..length].to_vec();
        // NXDOMAIN, as short as can be.
        answer[2] |= 0x80;
        answer[3] |= 3;
        for _ in 0..super::READS + 10 {
            server.send_to(&[0; 12], peer).expect("loopback takes it");
        }
        server.send_to(&answer, peer).expect("loopback takes it");
        let mut events = Events::with_capacity(8);
        io.take_turn(&mut events);
        assert!(stage.answers.lock().is_empty(), "the flood had its share of this turn");
        io.take_turn(&mut events);
        assert_eq!(*stage.answers.lock(), [(waiter, Status::NxDomain)]);
    }

    #[test]
    fn recovery_answers_those_in_the_engine_those_in_the_queue_and_the_one_in_between() {
        let stage = Arc::new(Stage::default());
        let client = Client::new(
            Arc::new(Cache::new(CacheConfig::default())),
            Arc::clone(&stage) as Arc<dyn Host>,
            &GENERATION,
        );
        let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a loopback port");
        let address = silent.local_addr().expect("it is bound");
        let servers = Servers::List(vec![ServerOption { protocol: Protocol::Udp, address }]);
        let options =
            ResolverOptions { servers, hosts: None, search: Some(Vec::new()), ..ResolverOptions::default() };
        let resolver = client.open(1, options).expect("options are good");
        let submit = |ticket| {
            let waiter = Waiter { environment: 1, ticket };
            assert!(!client.lookup(&resolver, "in-flight.test", 0, waiter, 0, &mut Answer::default()));
            waiter
        };
        let taken_over = submit(1);
        let mut io = stage.io.lock().take().expect("started at the first submission");
        assert!(!io.take_commands());
        let (in_between, queued) = (submit(2), submit(3));
        io.submitting = io.shared.queue.pop().and_then(|command| command.waiter());
        io.recover();
        let mut answers = std::mem::take(&mut *stage.answers.lock());
        answers.sort_by_key(|(waiter, _)| waiter.ticket);
        assert_eq!(answers, [taken_over, in_between, queued].map(|waiter| (waiter, Status::ServFail)));
        io.recover();
        assert!(stage.answers.lock().is_empty(), "nobody is answered twice");
    }
}
