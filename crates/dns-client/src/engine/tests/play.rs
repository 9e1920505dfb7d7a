//! A stage: an engine, sockets that only remember, and time that moves when told.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use dns_cache::{Cache, CacheConfig};
use dns_wire::{Class, Message, MessageBuilder, Name, Rcode, Rdata, Rtype};

use crate::answer::{Answer, Waiter};
use crate::direction::Direction;
use crate::engine::{
    Engine, FlightKey, LocalError, LookupRequest, Network, Outstanding, Shared, Trouble, Turn,
};
use crate::families::Wanted;
use crate::guided::GuidedNamespaces;
use crate::legs::{LegEnding, LegReport, LegStart};
use crate::options::{CacheOptions, ResolverOptions, Servers};
use crate::random::Random;
use crate::samples::tests::{Row, rows};
use crate::server::{Protocol, ServerOption};
use crate::snapshot::Snapshot;
use crate::stats::Counters;
use crate::system::{Families, ResolvConf, ResolverEnv, SearchWalk};
use crate::system_files::SystemView;
use crate::time::Time;

/// A query that left.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) socket: u32,
    pub(super) tcp: bool,
    pub(super) server: SocketAddr,
    pub(super) octets: Vec<u8>,
}

impl Sent {
    pub(super) fn name(&self) -> String {
        let message = Message::parse(&self.octets).expect("our query parses");
        message.question().expect("a question").name.to_name().to_string()
    }

    pub(super) fn rtype(&self) -> Rtype {
        Message::parse(&self.octets).expect("our query parses").question().expect("a question").rtype
    }

    pub(super) fn has_opt(&self) -> bool {
        Message::parse(&self.octets).expect("our query parses").opt().is_some()
    }

    /// A response to this query, made by `fill`.
    pub(super) fn respond(&self, fill: impl FnOnce(MessageBuilder) -> MessageBuilder) -> Vec<u8> {
        let query = Message::parse(&self.octets).expect("our query parses");
        fill(MessageBuilder::response_to(&query).recursion_available(true)).finish()
    }

    /// Addresses of the asked name.
    pub(super) fn respond_with(&self, addresses: &[&str], ttl: u32) -> Vec<u8> {
        let name = Name::from_ascii(&self.name()).expect("a name");
        self.respond(|mut builder| {
            for text in addresses {
                builder.answer(&name, Class::IN, ttl, &address(text)).expect("room");
            }
            builder
        })
    }

    pub(super) fn respond_rcode(&self, rcode: Rcode) -> Vec<u8> {
        self.respond(|builder| builder.rcode(rcode))
    }

    /// NXDOMAIN or NODATA with a SOA of `ttl` seconds.
    pub(super) fn deny(&self, rcode: Rcode, ttl: u32) -> Vec<u8> {
        let zone = Name::from_ascii("test").expect("a name");
        self.respond(|builder| {
            let mut builder = builder.rcode(rcode);
            let soa = Rdata::Soa {
                mname: &zone,
                rname: &zone,
                serial: 1,
                refresh: 1,
                retry: 1,
                expire: 1,
                minimum: ttl,
            };
            builder.authority(&zone, Class::IN, ttl, &soa).expect("room");
            builder
        })
    }
}

pub(super) fn address(text: &str) -> Rdata<'static, &'static Name> {
    match text.parse().expect("an address") {
        std::net::IpAddr::V4(v4) => Rdata::A(v4),
        std::net::IpAddr::V6(v6) => Rdata::Aaaa(v6),
    }
}

#[derive(Debug, Default)]
pub(super) struct Sockets {
    pub(super) open: HashMap<u32, SocketAddr>,
    pub(super) connections: HashMap<u32, SocketAddr>,
    /// Where sockets and connections were bound, in order.
    pub(super) bound: Vec<Option<IpAddr>>,
    pub(super) sent: Vec<Sent>,
    pub(super) opened: usize,
    pub(super) refuse_udp: bool,
    pub(super) refuse_tcp: bool,
    /// Legs that are under way: number, query, when the environment is to be done.
    pub(super) legs: Vec<(u32, Vec<u8>, Time)>,
    /// Of all legs, by number.
    pub(super) leg_attempts: HashMap<u32, Outstanding>,
    /// Those that no environment has taken.
    pub(super) untaken_legs: Vec<u32>,
    /// No environment is there to carry one.
    pub(super) refuse_legs: bool,
    /// A connection whose next frame cannot leave.
    pub(super) broken: Option<u32>,
}

impl Network for Sockets {
    fn open_udp(&mut self, socket: u32, server: SocketAddr, local: Option<IpAddr>) -> Result<(), LocalError> {
        if self.refuse_udp {
            return Err(LocalError);
        }
        self.bound.push(local);
        assert!(self.open.insert(socket, server).is_none(), "a number is free before it is used again");
        self.opened += 1;
        Ok(())
    }

    fn send_udp(&mut self, socket: u32, datagram: &[u8]) -> Result<(), Trouble> {
        let server = self.open[&socket];
        self.sent.push(Sent { socket, tcp: false, server, octets: datagram.to_vec() });
        Ok(())
    }

    fn close_udp(&mut self, socket: u32) {
        assert!(self.open.remove(&socket).is_some(), "closed once");
    }

    fn connect_tcp(
        &mut self,
        connection: u32,
        server: SocketAddr,
        local: Option<IpAddr>,
    ) -> Result<(), LocalError> {
        if self.refuse_tcp {
            return Err(LocalError);
        }
        self.bound.push(local);
        assert!(
            self.connections.insert(connection, server).is_none(),
            "a number is free before it is used again"
        );
        Ok(())
    }

    fn send_tcp(&mut self, connection: u32, octets: &[u8]) -> Result<(), Trouble> {
        let server = self.connections[&connection];
        if self.broken == Some(connection) {
            return Err(Trouble::Lost);
        }
        let (length, message) = octets.split_at(2);
        assert_eq!(usize::from(u16::from_be_bytes([length[0], length[1]])), message.len());
        self.sent.push(Sent { socket: connection, tcp: true, server, octets: message.to_vec() });
        Ok(())
    }

    fn close_tcp(&mut self, connection: u32) {
        assert!(self.connections.remove(&connection).is_some(), "closed once");
    }

    fn open_leg(&mut self, start: &LegStart<'_>) -> Result<(), LocalError> {
        if self.refuse_legs {
            return Err(LocalError);
        }
        self.leg_attempts.insert(start.leg, start.outstanding);
        self.legs.push((start.leg, start.query.to_vec(), start.expires));
        Ok(())
    }

    fn is_carried(&self, leg: u32) -> bool {
        !self.untaken_legs.contains(&leg)
    }

    fn close_leg(&mut self, leg: u32) {
        self.legs.retain(|(number, ..)| *number != leg);
    }
}

pub(super) struct Play {
    pub(super) engine: Engine,
    pub(super) sockets: Sockets,
    pub(super) cache: Arc<Cache>,
    pub(super) counters: Arc<Counters>,
    pub(super) guided: Arc<GuidedNamespaces>,
    pub(super) snapshot: Arc<Snapshot>,
    ms: u64,
    ticket: u32,
}

pub(super) fn address_of(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 53))
}

/// The last octet of the address of the server that a query left for.
pub(super) fn who(sent: &Sent) -> u32 {
    match sent.server.ip() {
        IpAddr::V4(address) => address.octets()[3].into(),
        IpAddr::V6(_) => 0,
    }
}

pub(super) fn server(last: u8) -> ServerOption {
    ServerOption::plain(Protocol::Udp, address_of(last))
}

impl Play {
    /// With servers 192.0.2.1 and so on that the user listed.
    pub(super) fn listed(servers: u8) -> Self {
        let list = (1..=servers).map(server).collect();
        Self::new(&ResolverOptions { servers: Servers::List(list), ..ResolverOptions::default() }, "")
    }

    /// With so many servers of each class: primaries 192.0.2.1 and so on, fallbacks 192.0.2.101 and so on.
    pub(super) fn with_fallbacks(primaries: u8, fallbacks: u8) -> Self {
        let servers = Servers::List((1..=primaries).map(server).collect());
        let fallback = (101..=100 + fallbacks).map(server).collect();
        Self::new(&ResolverOptions { servers, fallback, ..ResolverOptions::default() }, "")
    }

    /// With server 192.0.2.1 and these rules for the cache.
    pub(super) fn caching(cache: CacheOptions) -> Self {
        let servers = Servers::List(vec![server(1)]);
        Self::new(&ResolverOptions { servers, cache, ..ResolverOptions::default() }, "")
    }

    /// With the servers of `resolv_conf`.
    pub(super) fn system(resolv_conf: &str) -> Self {
        Self::new(&ResolverOptions::default(), resolv_conf)
    }

    pub(super) fn new(options: &ResolverOptions, resolv_conf: &str) -> Self {
        let cache = Arc::new(Cache::new(CacheConfig::default()));
        let counters = Arc::new(Counters::default());
        let snapshot = Arc::new(Snapshot::new(options, &Self::view(resolv_conf), &cache));
        let ms = 1_000_000;
        let guided = Arc::new(GuidedNamespaces::default());
        let shared = Shared {
            cache: Arc::clone(&cache),
            counters: Arc::clone(&counters),
            sources: Arc::default(),
            holds: Arc::default(),
            guided: Arc::clone(&guided),
        };
        let engine = Engine::new(shared, Random::seeded(42), 256, Time::from_millis(ms));
        Self { engine, sockets: Sockets::default(), cache, counters, guided, snapshot, ms, ticket: 0 }
    }

    /// What the machine says whose `resolv.conf` this is.
    pub(super) fn view(resolv_conf: &str) -> SystemView {
        let resolv_conf =
            Arc::new(ResolvConf::parse(resolv_conf.as_bytes(), &ResolverEnv::default(), Some("host")));
        let servers = resolv_conf
            .servers
            .iter()
            .map(|s| ServerOption::plain(Protocol::Udp, s.socket_address(|_| None)))
            .collect();
        SystemView { resolv_conf, servers, hosts: None, other_services: false }
    }

    /// What is asked from now on belongs to another namespace: that of a resolver of this name.
    pub(super) fn enter(&mut self, namespace: &str) {
        let servers = Servers::List(vec![server(1)]);
        let namespace = Some(namespace.to_owned());
        let options = ResolverOptions { servers, namespace, ..ResolverOptions::default() };
        self.snapshot = Arc::new(Snapshot::new(&options, &Self::view(""), &self.cache));
    }

    pub(super) fn now(&self) -> Time {
        Time::from_millis(self.ms)
    }

    fn with<R>(&mut self, act: impl FnOnce(&mut Engine, &mut Turn<'_>) -> R) -> R {
        let mut turn = Turn { now: Time::from_millis(self.ms), network: &mut self.sockets };
        act(&mut self.engine, &mut turn)
    }

    fn next_waiter(&mut self) -> Waiter {
        self.ticket += 1;
        Waiter { environment: 1, ticket: self.ticket }
    }

    /// Asks for the A records of `name`.
    pub(super) fn query(&mut self, name: &str, patience_ms: u64) -> Waiter {
        self.query_by(1, name, patience_ms)
    }

    /// The same on behalf of one of several resolvers.
    pub(super) fn query_by(&mut self, resolver: u32, name: &str, patience_ms: u64) -> Waiter {
        self.query_for(resolver, name, Rtype::A, patience_ms)
    }

    /// Asks for records of any type.
    pub(super) fn query_type(&mut self, name: &str, rtype: Rtype) -> Waiter {
        self.query_for(1, name, rtype, 5_000)
    }

    fn query_for(&mut self, resolver: u32, name: &str, rtype: Rtype, patience_ms: u64) -> Waiter {
        let waiter = self.next_waiter();
        let name = Arc::new(Name::from_ascii(name).expect("a name"));
        let key = FlightKey { namespace: self.snapshot.namespace.id(), name, rtype };
        let (snapshot, deadline) = (Arc::clone(&self.snapshot), self.now().plus_millis(patience_ms));
        self.with(|engine, turn| engine.query(turn, &key, &snapshot, waiter, deadline, resolver));
        waiter
    }

    /// Refreshes the A records of `name` ahead of their expiry.
    pub(super) fn refresh(&mut self, name: &str) {
        let name = Arc::new(Name::from_ascii(name).expect("a name"));
        let key = FlightKey { namespace: self.snapshot.namespace.id(), name, rtype: Rtype::A };
        let snapshot = Arc::clone(&self.snapshot);
        self.with(|engine, turn| engine.refresh(turn, &key, &snapshot));
    }

    /// Puts a direction in force.
    pub(super) fn direct(&mut self, direction: Direction) {
        let direction = direction.over(self.snapshot.plan.upstreams.len());
        *self.guided.of(self.snapshot.namespace.id()).direction.lock() = Some(Arc::new(direction));
    }

    /// Sends a query to one upstream, past everything.
    pub(super) fn probe(&mut self, upstream: u16, name: &str) {
        let (snapshot, name) = (Arc::clone(&self.snapshot), Name::from_ascii(name).expect("a name"));
        self.with(|engine, turn| engine.probe(turn, &snapshot, upstream, Arc::new(name)));
    }

    /// What came of queries since the last call.
    pub(super) fn samples(&mut self) -> Vec<Row> {
        let guided = self.guided.of(self.snapshot.namespace.id());
        rows(&guided.samples.lock().take(self.now()))
    }

    /// How often the owner is to be told of samples since the last call.
    pub(super) fn news(&mut self) -> usize {
        self.engine.take_news().len()
    }

    /// The machine's addresses changed.
    pub(super) fn network_changed(&mut self) {
        self.with(Engine::network_changed);
    }

    /// Looks both families of `name` up.
    pub(super) fn lookup(&mut self, name: &str, patience_ms: u64) -> Waiter {
        let waiter = self.next_waiter();
        let request = LookupRequest {
            waiter,
            resolver: 1,
            snapshot: Arc::clone(&self.snapshot),
            guard: (3, 9),
            wanted: Wanted::new(0, Families::BOTH, false).expect("both families"),
            flags: 0,
            walk: SearchWalk::new(name, Arc::clone(&self.snapshot.search)).expect("a name"),
            deadline: self.now().plus_millis(patience_ms),
        };
        self.with(|engine, turn| engine.lookup(turn, request));
        waiter
    }

    /// What left since the last call.
    pub(super) fn sent(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.sockets.sent)
    }

    /// The one query that left since the last call.
    pub(super) fn sent_one(&mut self) -> Sent {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "exactly one query: {sent:?}");
        sent.remove(0)
    }

    /// A datagram arrives on the socket `query` left by, or a frame on its connection.
    pub(super) fn arrive(&mut self, query: &Sent, octets: &[u8]) {
        let socket = query.socket;
        if query.tcp {
            let length = u16::try_from(octets.len()).expect("fits").to_be_bytes();
            let frame = [&length[..], octets].concat();
            self.with(|engine, turn| engine.handle_stream(turn, socket, &frame));
        } else {
            self.with(|engine, turn| engine.handle_datagram(turn, socket, octets));
        }
    }

    /// Whether the socket that a query left by still waits for its answer.
    pub(super) fn is_open(&self, query: &Sent) -> bool {
        self.engine.awaits_datagram(query.socket)
            && self.sockets.open.get(&query.socket) == Some(&query.server)
    }

    pub(super) fn stream_octets(&mut self, connection: u32, octets: &[u8]) {
        self.with(|engine, turn| engine.handle_stream(turn, connection, octets));
    }

    pub(super) fn stream_ends(&mut self, connection: u32, trouble: Trouble) {
        self.with(|engine, turn| engine.handle_stream_end(turn, connection, trouble));
    }

    pub(super) fn leg_ends(&mut self, leg: u32, ending: LegEnding) {
        self.leg_ends_when(leg, ending, false);
    }

    /// `late`: its environment was late.
    pub(super) fn leg_ends_when(&mut self, leg: u32, ending: LegEnding, late: bool) {
        let outstanding = self.sockets.leg_attempts[&leg];
        let report = LegReport { leg, outstanding, ending, late };
        self.with(|engine, turn| engine.handle_leg(turn, &report));
    }

    pub(super) fn socket_error(&mut self, socket: u32) {
        self.with(|engine, turn| engine.handle_socket_error(turn, socket));
    }

    /// Time passes, timer by timer.
    pub(super) fn pass(&mut self, ms: u64) {
        let end = self.ms + ms;
        while let Some(next) = self.engine.next_timer()
            && next.as_millis() <= end
        {
            self.ms = next.as_millis().max(self.ms);
            self.with(Engine::handle_timers);
        }
        self.ms = end;
        self.with(Engine::handle_timers);
        while self.engine.next_timer().is_some_and(|next| next <= self.now()) {
            self.with(Engine::handle_timers);
        }
    }

    /// Time passes while the engine sleeps: no timer runs.
    pub(super) fn idle(&mut self, ms: u64) {
        self.ms += ms;
    }

    /// Time passes, and all timers that came due run in one turn.
    pub(super) fn late(&mut self, ms: u64) {
        self.idle(ms);
        self.with(Engine::handle_timers);
    }

    /// What is known of the first server.
    pub(super) fn stats(&self) -> crate::UpstreamStats {
        self.engine.upstream_stats().next().expect("a server").1
    }

    /// The answers that came since the last call.
    pub(super) fn answers(&mut self) -> Vec<(Waiter, Answer)> {
        std::mem::take(self.engine.completed()).into_vec()
    }

    /// The answer of `waiter`, the only one since the last call.
    pub(super) fn answer(&mut self, waiter: Waiter) -> Answer {
        let mut answers = self.answers();
        assert_eq!(answers.len(), 1, "exactly one answer: {answers:?}");
        let (who, answer) = answers.remove(0);
        assert_eq!(who, waiter);
        answer
    }
}

/// The addresses of an answer as text.
pub(super) fn texts(answer: &Answer) -> Vec<String> {
    answer.addresses.iter().map(|ranked| ranked.address.to_string()).collect()
}
