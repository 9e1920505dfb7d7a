//! One question under way: its attempts and those who wait for it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dns_cache::{Key, NamespaceId};
use dns_wire::{Name, Rtype};

use super::ordering::Candidate;
use super::privacy::Withheld;
use super::realm::Realm;
use super::slots::Id;
use super::socket::Socket;
use super::task::Task;
use super::tcp::ConnectionId;
use super::waiting::Caller;
use crate::answer::{Answer, Failure, Status};
use crate::direction::Direction;
use crate::plan::{Class, Plan};
use crate::server::Protocol;
use crate::snapshot::Snapshot;
use crate::time::Time;

/// What makes two questions the same.
#[derive(Debug, Clone)]
pub(crate) struct FlightKey {
    pub(crate) namespace: NamespaceId,
    /// Lowercase.
    pub(crate) name: Arc<Name>,
    pub(crate) rtype: Rtype,
}

impl FlightKey {
    /// The same as the cache knows it.
    pub(crate) fn in_cache(&self) -> Key<'_> {
        Key { namespace: self.namespace, name: self.name.as_wire(), rtype: self.rtype.0 }
    }
}

impl PartialEq for FlightKey {
    fn eq(&self, other: &Self) -> bool {
        self.in_cache() == other.in_cache()
    }
}

impl Eq for FlightKey {}

impl Hash for FlightKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.in_cache().hash(state);
    }
}

/// Who takes a flight's outcome.
#[derive(Debug, Clone, Copy)]
pub(super) enum Taker {
    /// A lookup, for the family of the flight's type.
    Task(Id<Task>),
    /// A caller who asked for this type.
    Caller(Id<Caller>),
    /// The cache alone.
    Refresh,
}

/// A taker and its deadline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) taker: Taker,
    pub(super) deadline: Time,
    /// Position in the flight's sequence of attempts when it joined.
    pub(super) joined: u16,
}

/// How a flight ended. Lifetimes are milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Records of the flight's type, as the cache keeps them, and how long ago they came.
    Data { payload: Vec<u8>, expires_in_ms: u64, refresh_in_ms: u64, age_ms: u64, from_cache: bool },
    /// NXDOMAIN or NODATA. `said` is the failure that a lookup takes for it, or says that aliases led to it, else it is
    /// the same.
    Denied { status: Status, said: Status, expires_in_ms: u64 },
    /// No usable answer.
    Failed { status: Status, failures: Vec<Failure> },
}

impl Outcome {
    /// What a caller is told who asked for this type alone.
    pub(crate) fn tell(&self, rtype: Rtype, answer: &mut Answer) {
        match self {
            Self::Data { payload, age_ms, .. } => answer.fill(rtype, payload, *age_ms),
            Self::Denied { said, .. } => answer.status = *said,
            Self::Failed { status, failures } => {
                answer.status = *status;
                answer.failures.clone_from(failures);
            }
        }
    }
}

/// Where an attempt's answer will come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Udp {
        socket: Id<Socket>,
        id: u16,
    },
    Tcp {
        connection: ConnectionId,
        id: u16,
    },
    /// An environment asks.
    Leg {
        protocol: Protocol,
        leg: u32,
    },
}

impl Channel {
    pub(super) const fn protocol(self) -> Protocol {
        match self {
            Self::Udp { .. } => Protocol::Udp,
            Self::Tcp { .. } => Protocol::Tcp,
            Self::Leg { protocol, .. } => protocol,
        }
    }
}

/// How an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttemptState {
    /// An answer is awaited.
    Live,
    /// Given up, but a good answer still wins.
    Listening,
    /// Over.
    Settled,
}

/// One query to one server.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) upstream: u32,
    /// Place of the server in the plan, beginning with the one whose turn it is.
    pub(super) rank: u16,
    pub(super) channel: Channel,
    pub(super) sent: Time,
    pub(super) expires: Time,
    pub(super) state: AttemptState,
    pub(super) edns: bool,
    /// Our cookie, if the query carried it.
    pub(super) cookie: Option<[u8; 8]>,
    /// Who carried it was late, so that the time that it took says nothing.
    pub(super) late: bool,
    /// Of its sample: see [`crate::samples`].
    pub(super) flags: u8,
    /// Its socket or connection went before its time.
    pub(super) lost: bool,
}

/// A denial from a server that is not the first, kept while an earlier one may still answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) rank: u16,
    pub(super) status: Status,
    /// What queries are told: the failure that is taken for it, or that aliases led to it, else the same.
    pub(super) said: Status,
    pub(super) ttl: Option<u32>,
}

/// One question under way.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are independent of each other")]
pub(crate) struct Flight {
    pub(super) key: FlightKey,
    pub(super) hash: u64,
    pub(super) plan: Arc<Plan>,
    /// In force when it began.
    pub(super) direction: Option<Arc<Direction>>,
    /// The namespace stays open until the answer is in it.
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) realm: Id<Realm>,
    /// In the order of this flight.
    pub(super) servers: Vec<Candidate>,
    /// Servers that have failed it, by rank.
    failed: u64,
    /// What comes of its attempts is kept for the namespace's owner.
    pub(super) sampled: bool,
    /// Of the key's name, if samples are kept.
    pub(super) name_hash: u32,
    /// Of its samples.
    pub(super) flags: u8,
    /// Nobody gets its answer: it is waited for only to see what this server does.
    pub(super) measured: Option<u32>,
    /// That server has answered the question already, to another datagram.
    pub(super) heard: bool,
    /// What is asked now: the key's name, or where its aliases led.
    pub(super) current: Arc<Name>,
    /// What was asked on the way there, but for the key's name.
    pub(super) passed: Vec<Arc<Name>>,
    /// The search list made the key's name: it is private.
    pub(super) searched: bool,
    /// Who must not hear of the present name; none of the servers.
    pub(super) withheld: Withheld,
    /// A fallback said that the key's name is an alias.
    pub(super) borrowed: bool,
    /// Its answer is a fallback's: a primary's is better, however late.
    pub(super) doubtful: bool,
    /// Aliases that led there, at most [`dns_wire::MAX_CHAIN`].
    pub(super) links: usize,
    /// Where the sequence of attempts goes on if they lead nowhere.
    pub(super) resume: u16,
    pub(super) chain_ttl: u32,
    pub(super) seats: Vec<Seat>,
    /// How often a taker left since the seats were last sorted out. A seat is not removed at once, for thousands may
    /// leave together; and not each that leaves has one still.
    pub(super) absent: usize,
    pub(super) attempts: Vec<Attempt>,
    /// Position in the sequence of attempts: `tries` rounds over the servers.
    pub(super) next: u16,
    pub(super) started: Time,
    /// When its timer fires next.
    pub(super) wake: Time,
    pub(super) hedge_at: Time,
    /// Hedges since the last attempt that was none.
    pub(super) hedges: u8,
    pub(super) failures: Vec<Failure>,
    pub(super) held: Option<Held>,
    /// The other family's flight of the same lookup: they share no socket.
    pub(super) sibling: Option<Id<Flight>>,
    /// Lost connections that were made anew.
    pub(super) reconnects: u8,
    /// How often it was sent again because of a bad cookie.
    pub(super) resends: u8,
    /// Servers that were tried over TCP after a truncated, malformed or forged datagram.
    pub(super) tcp_tried: Vec<u32>,
    /// A refresh has a seat.
    pub(super) renews: bool,
    /// A lookup went on without it, for the other family has addresses.
    pub(super) spare: bool,
}

impl Flight {
    /// A question that has not been put yet, of nobody.
    pub(super) fn new(
        key: FlightKey,
        name_hash: u32,
        snapshot: Arc<Snapshot>,
        realm: Id<Realm>,
        now: Time,
    ) -> Self {
        Self {
            current: Arc::clone(&key.name),
            plan: Arc::clone(snapshot.plan_of(&key.name)),
            key,
            hash: 0,
            direction: None,
            snapshot,
            realm,
            servers: Vec::new(),
            failed: 0,
            sampled: false,
            name_hash,
            flags: 0,
            measured: None,
            heard: false,
            passed: Vec::new(),
            searched: false,
            withheld: Withheld::default(),
            borrowed: false,
            doubtful: false,
            links: 0,
            resume: 0,
            chain_ttl: u32::MAX,
            seats: Vec::new(),
            absent: 0,
            attempts: Vec::new(),
            next: 0,
            started: now,
            wake: Time::NEVER,
            hedge_at: Time::NEVER,
            hedges: 0,
            failures: Vec::new(),
            held: None,
            sibling: None,
            reconnects: 0,
            resends: 0,
            tcp_tried: Vec::new(),
            renews: false,
            spare: false,
        }
    }

    /// The server at a position in the sequence of attempts; there must be servers.
    pub(super) fn at(&self, position: u16) -> Candidate {
        self.servers[usize::from(position) % self.servers.len()]
    }

    pub(super) fn of_rank(&self, rank: u16) -> Option<Candidate> {
        self.servers.iter().find(|candidate| candidate.rank == rank).copied()
    }

    /// Whether the server of that rank is a fallback.
    pub(super) fn is_fallback(&self, rank: u16) -> bool {
        self.plan.has_fallback()
            && self.of_rank(rank).is_some_and(|candidate| candidate.class == Class::Fallback)
    }

    /// Whether all primaries were down when it began.
    pub(super) fn has_no_primary_up(&self) -> bool {
        self.servers.iter().all(|candidate| candidate.class == Class::Fallback || candidate.down)
    }

    /// Other servers are to be asked from now on.
    pub(super) fn choose(&mut self, withheld: Withheld, plan: Arc<Plan>) {
        if !Arc::ptr_eq(&plan, &self.plan) {
            self.failed = 0;
        }
        self.withheld = withheld;
        self.plan = plan;
    }

    /// An attempt at the server of that rank failed.
    pub(super) fn fail(&mut self, rank: u16) {
        self.failed |= 1 << rank.min(63);
    }

    pub(super) const fn has_failed(&self, rank: u16) -> bool {
        self.failed >> (if rank < 63 { rank } else { 63 }) & 1 != 0
    }

    /// Whether the server of that rank was asked what is asked now.
    pub(super) fn has_asked(&self, rank: u16) -> bool {
        self.attempts.iter().any(|attempt| attempt.rank == rank)
    }

    /// Where a taker that comes now begins to count attempts: at the one under way if that is young, else at the next.
    pub(super) fn position_of_joining(&self, now: Time) -> u16 {
        let young = self.attempts.last().is_some_and(|attempt| {
            now.micros_since(attempt.sent) * 2 <= attempt.expires.micros_since(attempt.sent)
        });
        if young { self.next.saturating_sub(1) } else { self.next }
    }

    /// A taker that may have had a seat is gone; `waits` tells which are not. Removes the seats of those that are gone as
    /// soon as they may be half of all, so that each costs little and none is left when the last one goes.
    pub(super) fn taker_left(&mut self, waits: impl Fn(Taker) -> bool) {
        self.absent += 1;
        if self.absent * 2 >= self.seats.len() {
            self.seats.retain(|seat| waits(seat.taker));
            self.absent = 0;
        }
    }

    pub(super) fn is_live(&self) -> bool {
        self.attempts.iter().any(|a| a.state == AttemptState::Live)
    }

    /// Whether an earlier server than `rank` is still being waited for.
    pub(super) fn awaits_before(&self, rank: u16) -> bool {
        self.attempts.iter().any(|a| a.state == AttemptState::Live && a.rank < rank)
    }

    /// Whether a primary of an ordered list has denied the name, and only another primary may know better.
    pub(super) fn is_denied_inside(&self) -> bool {
        self.plan.ordered && self.held.is_some()
    }

    /// An earlier server than `rank` that this flight never asked, if the order of servers matters.
    pub(super) fn unasked_before(&self, rank: u16) -> Option<(u32, u16)> {
        let unasked = self.servers.iter().find(|other| other.rank < rank && !self.has_asked(other.rank));
        unasked.map(|candidate| (candidate.upstream, candidate.rank))
    }

    /// Attempts in a whole run: rounds times servers.
    pub(super) fn run_length(&self) -> u16 {
        u16::from(self.plan.pace.tries).saturating_mul(u16::try_from(self.servers.len()).unwrap_or(u16::MAX))
    }

    /// The round over the servers that is under way, counted from 0.
    pub(super) fn round(&self) -> u32 {
        u32::from(self.next.saturating_sub(1)) / u32::try_from(self.servers.len().max(1)).unwrap_or(1)
    }

    /// When it ends, whoever waits.
    pub(super) fn latest(&self) -> Time {
        self.started.plus_millis(self.plan.pace.longest_ms(self.servers.len()))
    }

    /// The status that describes what went wrong best: what a server said before silence, silence before local trouble.
    pub(super) fn failure_status(&self) -> Status {
        const ORDER: [Status; 11] = [
            Status::ServFail,
            Status::Refused,
            Status::FormErr,
            Status::NotImp,
            Status::BadResponse,
            Status::Http,
            Status::Tls,
            Status::Timeout,
            Status::Network,
            Status::Local,
            Status::Private,
        ];
        let failed = |status| self.failures.iter().any(|failure| failure.status == status);
        // A fallback's NODATA is no denial, but it was heard: the same again at once would be as vain. After its NXDOMAIN
        // whoever knows better may come back at any time.
        if failed(Status::NoData) && self.key.name.labels().count() > 1 {
            return Status::ServFail;
        }
        ORDER.into_iter().find(|status| failed(*status)).unwrap_or(Status::Timeout)
    }
}
