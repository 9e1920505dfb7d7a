//! The protocol without I/O: flights, attempts, sockets to choose and lookups to compose.
//!
//! Octets and times come in as arguments, datagrams go out through [`Network`], answers are collected for the caller of
//! [`Engine::completed`]. Nothing here reads a clock or owns a descriptor, so every timeout, retry and race can be
//! played in a test.

mod alias_following;
mod attempts;
mod classes;
mod completed;
mod cookies;
mod deliver;
mod flight;
mod flights;
mod hedge_tokens;
mod hedging;
mod legs;
mod measuring;
mod miss_limit;
mod ordering;
mod overload;
mod patience;
mod privacy;
mod realm;
mod refresh;
mod replies;
mod response;
mod round_trips;
mod sampling;
mod sending;
mod shares;
mod slots;
mod socket;
mod stale;
mod streams;
mod task;
mod tcp;
mod tcp_fallback;
mod timer_wheel;
mod upstream;
mod waiters;
mod waiting;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use dns_cache::{Cache, NamespaceId};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use parking_lot::Mutex;

use completed::Completed;
pub(crate) use flight::FlightKey;
pub(crate) use flight::Outcome;
use flight::{Flight, Seat, Taker};
use flights::{Flights, Room};
use miss_limit::MissLimit;
use overload::Refusal;
use privacy::Refusals;
use realm::{Realm, Realms};
use shares::Shares;
use slots::{Id, Slots};
pub(crate) use socket::Outstanding;
use socket::Sockets;
pub(crate) use task::LookupRequest;
use task::Task;
use tcp::Connection;
use timer_wheel::TimerWheel;
use upstream::Upstream;
pub(crate) use waiters::MOST_WAITERS;
use waiters::Waiters;
use waiting::Caller;

use crate::answer::Status;
use crate::guided::GuidedNamespaces;
use crate::holds::Holds;
use crate::legs::LegStart;
use crate::name_fraction::name_hash;
use crate::plan::Endpoint;
use crate::random::Random;
use crate::snapshot::Snapshot;
use crate::stats::{Counters, UpstreamStats, count};
use crate::system::SourceAddresses;
use crate::time::Time;

/// Timers carried out before the sockets are looked at again: thousands may be due at once.
const TIMERS: usize = 256;
/// Milliseconds between two looks at sockets and connections past their time.
const HOUSEKEEPING_MS: u64 = 5_000;

/// An operation that this machine refused: no route, no descriptors, not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalError;

/// Why a datagram could not be sent, or a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The peer, or the network on its behalf, said no.
    Refused,
    /// An established connection ended.
    Lost,
    /// This machine said no.
    Local,
    /// The peer must not hear of the name.
    Private,
}

impl Trouble {
    /// What an attempt that could not be made failed of.
    const fn status(self) -> Status {
        match self {
            Self::Refused | Self::Lost => Status::Network,
            Self::Local => Status::Local,
            Self::Private => Status::Private,
        }
    }
}

/// The sockets, as the engine sees them. Numbers are the engine's; a number is reused only after it was closed.
pub(crate) trait Network {
    /// Opens a UDP socket connected to `server` from a port that the system draws, bound to `local` if given.
    fn open_udp(&mut self, socket: u32, server: SocketAddr, local: Option<IpAddr>) -> Result<(), LocalError>;
    /// Sends one datagram.
    fn send_udp(&mut self, socket: u32, datagram: &[u8]) -> Result<(), Trouble>;
    fn close_udp(&mut self, socket: u32);
    /// Begins a connection, from `local` if given; data may be sent at once and leaves when it can.
    fn connect_tcp(
        &mut self,
        connection: u32,
        server: SocketAddr,
        local: Option<IpAddr>,
    ) -> Result<(), LocalError>;
    /// Sends octets, frame length included.
    fn send_tcp(&mut self, connection: u32, octets: &[u8]) -> Result<(), Trouble>;
    fn close_tcp(&mut self, connection: u32);
    /// Has an environment ask.
    fn open_leg(&mut self, start: &LegStart<'_>) -> Result<(), LocalError>;
    /// Whether one has begun to.
    fn is_carried(&self, leg: u32) -> bool;
    /// Its answer is not wanted any more. Once more does nothing.
    fn close_leg(&mut self, leg: u32);
}

/// The time and the sockets of one call into the engine.
pub(crate) struct Turn<'a> {
    pub(crate) now: Time,
    pub(crate) network: &'a mut dyn Network,
}

#[derive(Debug, Clone, Copy)]
enum Timer {
    Flight(Id<Flight>),
    Task(Id<Task>),
    Samples(Id<Realm>),
    Housekeeping,
    CacheSweep,
}

/// What the engine shares with those who call it.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) cache: Arc<Cache>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) sources: Arc<Mutex<SourceAddresses>>,
    pub(crate) holds: Arc<Holds>,
    pub(crate) guided: Arc<GuidedNamespaces>,
}

/// All that is under way.
#[derive(Debug)]
pub(crate) struct Engine {
    cache: Arc<Cache>,
    counters: Arc<Counters>,
    sources: Arc<Mutex<SourceAddresses>>,
    holds: Arc<Holds>,
    random: Random,
    upstreams: Vec<Upstream>,
    by_endpoint: HashMap<Endpoint, u32, RandomState>,
    guided: Arc<GuidedNamespaces>,
    realms: Realms,
    /// Namespaces whose owners are to be told that there are samples.
    news: Vec<NamespaceId>,
    sockets: Sockets,
    connections: Slots<Connection>,
    last_leg: u32,
    flights: Flights,
    tasks: Slots<Task>,
    callers: Slots<Caller>,
    flight_shares: Shares,
    waiters: Waiters,
    miss_limit: MissLimit,
    timers: TimerWheel<Timer>,
    due: Vec<Timer>,
    delivered: VecDeque<(Taker, dns_wire::Rtype, Arc<Outcome>)>,
    /// Where an answer is read into; what a flight ends with has it until everybody knows.
    payload: Vec<u8>,
    completed: Completed,
    refusals: Refusals,
    rotation: usize,
    query: Vec<u8>,
    housekeeping: bool,
    sweeping: bool,
}

impl Engine {
    pub(crate) fn new(shared: Shared, random: Random, socket_limit: u16, now: Time) -> Self {
        let Shared { cache, counters, sources, holds, guided } = shared;
        Self {
            cache,
            counters,
            sources,
            holds,
            random,
            upstreams: Vec::new(),
            by_endpoint: HashMap::default(),
            guided,
            realms: Realms::default(),
            news: Vec::new(),
            sockets: Sockets::new(socket_limit),
            connections: Slots::default(),
            last_leg: 0,
            flights: Flights::default(),
            tasks: Slots::default(),
            callers: Slots::default(),
            flight_shares: Shares::default(),
            waiters: Waiters::default(),
            miss_limit: MissLimit::default(),
            timers: TimerWheel::new(now),
            due: Vec::new(),
            delivered: VecDeque::new(),
            payload: Vec::new(),
            completed: Completed::default(),
            refusals: Refusals::default(),
            rotation: 0,
            query: Vec::with_capacity(512),
            housekeeping: false,
            sweeping: false,
        }
    }

    /// Waiters whose answers are ready.
    pub(crate) const fn completed(&mut self) -> &mut Completed {
        &mut self.completed
    }

    /// Questions under way.
    pub(crate) fn flights(&self) -> usize {
        self.flights.len()
    }

    /// Whether nothing is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.flights() == 0
    }

    /// When [`Engine::handle_timers`] must be called next.
    pub(crate) fn next_timer(&self) -> Option<Time> {
        if self.due.is_empty() { self.timers.next() } else { Some(Time::default()) }
    }

    /// Joins the flight of `key` or starts one, unless none may start.
    fn ask(
        &mut self,
        turn: &mut Turn<'_>,
        key: &FlightKey,
        snapshot: &Arc<Snapshot>,
        taker: Taker,
        deadline: Time,
        sibling: Option<Id<Flight>>,
    ) -> Result<Id<Flight>, Refusal> {
        let hash = self.flights.hash(key);
        let searched = self.is_made_by_search(taker, &key.name, snapshot);
        if let Some(id) = self.flights.find(hash, key, snapshot.plan.pace, searched)
            && let Some(flight) = self.flights.get_mut(id)
        {
            count(&self.counters.coalesced);
            let joined = flight.position_of_joining(turn.now);
            flight.seats.push(Seat { taker, deadline, joined });
            flight.renews |= matches!(taker, Taker::Refresh);
            if deadline < flight.wake {
                flight.wake = deadline;
                self.timers.set(deadline, Timer::Flight(id));
            }
            return Ok(id);
        }
        self.admit_flight(turn.now, key, &snapshot.plan, taker)?;
        let realm = self.realm_of(snapshot, turn.now);
        let guided = self.realms.get(realm).and_then(|realm| realm.guided.as_ref());
        let direction = guided.and_then(|guided| guided.direction.lock().clone());
        let name_hash = if guided.is_some() { name_hash(&key.name) } else { 0 };
        let mut flight = Flight::new(key.clone(), name_hash, Arc::clone(snapshot), realm, turn.now);
        flight.sampled = guided.is_some();
        flight.searched = searched;
        if snapshot.plan.selective {
            flight.withheld = self.withheld(snapshot, key, &key.name, searched);
        }
        let directed = direction.is_some();
        flight.direction = direction;
        Room { servers: flight.servers, seats: flight.seats, attempts: flight.attempts } =
            self.flights.room();
        flight.seats.push(Seat { taker, deadline, joined: 0 });
        flight.hash = hash;
        flight.sibling = sibling;
        flight.renews = matches!(taker, Taker::Refresh);
        self.flight_shares.add(key.namespace);
        let id = self.flights.insert(flight);
        self.order(turn.now, id);
        self.proceed(turn, id);
        if directed {
            self.copy(turn, id);
        }
        Ok(id)
    }

    /// Carries out what is due, or the first part of much.
    pub(crate) fn handle_timers(&mut self, turn: &mut Turn<'_>) {
        let mut due = std::mem::take(&mut self.due);
        self.timers.advance(turn.now, &mut due);
        for timer in due.drain(..due.len().min(TIMERS)) {
            match timer {
                Timer::Flight(id) => self.flight_due(turn, id),
                Timer::Task(id) => self.task_due(turn, id),
                Timer::Samples(realm) => self.tell(realm),
                Timer::Housekeeping => self.housekeep(turn),
                Timer::CacheSweep => self.sweep_cache(turn.now),
            }
        }
        self.due = due;
        self.drain(turn);
    }

    /// Sockets and connections that served their time go.
    fn housekeep(&mut self, turn: &mut Turn<'_>) {
        self.housekeeping = false;
        let mut left = false;
        for upstream in &mut self.upstreams {
            left |= self.sockets.sweep(upstream, turn.network, turn.now);
        }
        for id in self.connections.ids() {
            let Some(connection) = self.connections.get(id) else { continue };
            let over = connection.retired || turn.now.millis_since(connection.last_used) >= tcp::IDLE_MS;
            if over && connection.outstanding.is_empty() {
                self.close_connection(turn, id);
            } else {
                left = true;
            }
        }
        if left {
            self.keep_house(turn.now);
        }
        self.publish_gauges();
    }

    /// Makes sure that [`Engine::housekeep`] runs.
    fn keep_house(&mut self, now: Time) {
        if !self.housekeeping {
            self.housekeeping = true;
            self.timers.set(now.plus_millis(HOUSEKEEPING_MS), Timer::Housekeeping);
        }
    }

    /// Numbers that change too often to be counted one by one.
    pub(crate) fn publish_gauges(&self) {
        let gauge = |counter: &std::sync::atomic::AtomicU64, value: usize| {
            counter.store(value as u64, Ordering::Relaxed);
        };
        gauge(&self.counters.waiters, self.waiters.len());
        gauge(&self.counters.flights, self.flights.len());
        gauge(&self.counters.sockets, self.sockets.slots.len());
        gauge(&self.counters.tcp_connections, self.connections.len());
    }

    /// A moment's view of the servers; whose it is says the endpoint alone.
    pub(crate) fn upstream_stats(&self) -> impl Iterator<Item = (Endpoint, UpstreamStats)> {
        self.upstreams.iter().map(|upstream| (upstream.endpoint(), upstream.stats()))
    }
}

/// The engine's number of `endpoint`; one is made for a server not seen before.
fn upstream_number(
    upstreams: &mut Vec<Upstream>,
    by_endpoint: &mut HashMap<Endpoint, u32, RandomState>,
    endpoint: Endpoint,
    now: Time,
) -> u32 {
    *by_endpoint.entry(endpoint).or_insert_with(|| {
        upstreams.push(Upstream::new(endpoint, now));
        u32::try_from(upstreams.len() - 1).expect("servers are few")
    })
}
