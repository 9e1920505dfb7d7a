//! Replies: datagrams and errors in their place, and what a message does to the flight that asked.

use dns_wire::Header;

use super::alias_following::Alias;
use super::flight::{AttemptState, Channel, Flight, Held};
use super::response::{self, Asked, Reply, Verdict};
use super::sampling::outcome_of;
use super::slots::Id;
use super::socket::Outstanding;
use super::{Engine, Turn};
use crate::answer::Status;
use crate::payload::is_address;
use crate::samples::Outcome;
use crate::server::Protocol;
use crate::stats::count;
use crate::time::Time;

/// Datagrams without a match on one socket after which its queries are also put over TCP, which is harder to forge.
const FORGERY_THRESHOLD: u32 = 64;

impl Engine {
    /// A datagram arrived on a socket.
    pub(crate) fn handle_datagram(&mut self, turn: &mut Turn<'_>, socket: u32, datagram: &[u8]) {
        let Some(occupant) = self.sockets.slots.at_mut(socket) else { return };
        let header = Header::peek(datagram);
        let outstanding =
            header.and_then(|header| occupant.outstanding.iter().copied().find(|o| o.id == header.id()));
        match outstanding {
            Some(outstanding) => {
                if !self.read(turn, outstanding, datagram, false) {
                    self.reject(turn, socket);
                }
            }
            None => self.reject(turn, socket),
        }
        self.drain(turn);
    }

    /// Whether an answer is awaited on a socket.
    pub(crate) fn awaits_datagram(&self, socket: u32) -> bool {
        self.sockets.slots.at(socket).is_some_and(|socket| !socket.outstanding.is_empty())
    }

    /// A datagram matched nothing: late, or forged.
    fn reject(&mut self, turn: &mut Turn<'_>, socket: u32) {
        count(&self.counters.spoof_rejected);
        let Some(occupant) = self.sockets.slots.at_mut(socket) else { return };
        occupant.rejected += 1;
        // Also each time as many more came: the queries on it may be others by then.
        if !occupant.rejected.is_multiple_of(FORGERY_THRESHOLD) {
            return;
        }
        for outstanding in occupant.outstanding.clone() {
            let Some(flight) = self.flights.get(outstanding.flight) else { continue };
            let Some(attempt) = flight.attempts.get(usize::from(outstanding.attempt)) else { continue };
            let (upstream, rank) = (attempt.upstream, attempt.rank);
            // Its port is known to somebody.
            if let Channel::Udp { socket, .. } = attempt.channel {
                self.sockets.retire(&mut self.upstreams[upstream as usize], socket, turn.network);
            }
            self.try_tcp(turn, outstanding.flight, upstream, rank);
            self.schedule(outstanding.flight);
        }
    }

    /// The network reported an error for a socket: nobody listens there, or it cannot be reached.
    pub(crate) fn handle_socket_error(&mut self, turn: &mut Turn<'_>, socket: u32) {
        let Some(occupant) = self.sockets.slots.at(socket) else { return };
        for outstanding in occupant.outstanding.clone() {
            self.refused(turn, outstanding.flight, outstanding.attempt, Status::Network);
            self.attempt_failed(turn, outstanding.flight, outstanding.attempt, Status::Network, false);
        }
        self.drain(turn);
    }

    /// The network says no to an attempt, or nobody there speaks the protocol: a few in a row make the server suspect.
    pub(super) fn refused(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, status: Status) {
        self.sample(turn.now, id, number, Outcome::of(status) as u8);
        let Some(flight) = self.flights.get(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let (upstream, suspicion) = (attempt.upstream, flight.plan.has_others());
        if suspicion && self.upstreams[upstream as usize].was_refused(turn.now) {
            self.became_suspect(turn, upstream);
        }
    }

    /// Reads a message for one outstanding query. Returns false if it was no answer to it.
    pub(super) fn read(
        &mut self,
        turn: &mut Turn<'_>,
        outstanding: Outstanding,
        message: &[u8],
        over_tcp: bool,
    ) -> bool {
        let Outstanding { flight: id, attempt: number, .. } = outstanding;
        let Some(flight) = self.flights.get(id) else { return true };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return true };
        let asked = Asked {
            name: &flight.current,
            rtype: flight.key.rtype,
            links: flight.links,
            over_tcp,
            edns: attempt.edns,
            ttl_seconds: flight.plan.ttl_seconds,
        };
        let Reply { verdict, edns, cookie } = response::read(message, asked, &mut self.payload);
        if verdict == Verdict::Mismatch {
            return false;
        }
        let (upstream, rank, sent) = (attempt.upstream, attempt.rank, attempt.sent);
        let from_fallback = flight.is_fallback(rank);
        let (normal_edns, with_cookie) = (attempt.edns && edns, attempt.cookie.is_some());
        // A single server has no class that matters, and nothing is learnt for others.
        let (late, alone) = (attempt.late, !flight.sampled);
        if verdict == Verdict::Malformed {
            count(&self.counters.malformed);
            self.sample(turn.now, id, number, Outcome::Malformed as u8);
            // Anyone may have sent it: the attempt goes on listening while the next one starts.
            self.attempt_failed(turn, id, number, Status::BadResponse, true);
            return true;
        }
        if !self.cookie_admits(turn, id, number, cookie) {
            return true;
        }
        if let Some(outcome) = outcome_of(&verdict) {
            self.sample(turn.now, id, number, outcome as u8);
            if self.flights.get(id).is_some_and(|flight| flight.measured.is_some()) {
                self.hear(turn.now, upstream, (!late).then_some(sent));
                match verdict {
                    Verdict::Data { ttl } if !from_fallback => {
                        self.learn_privacy(id, message);
                        self.replace_fallbacks(turn.now, id, ttl);
                    }
                    Verdict::Denied { status, said, ttl: ttl @ Some(_) } if !from_fallback => {
                        self.deny_fallbacks(turn.now, id, Held { rank, status, said, ttl });
                    }
                    _ => {}
                }
                self.end_measuring(turn, id);
                return true;
            }
        }
        self.hear(turn.now, upstream, (!late).then_some(sent));
        let server = &mut self.upstreams[upstream as usize];
        if normal_edns
            && matches!(verdict, Verdict::Denied { .. } | Verdict::Data { .. } | Verdict::Alias { .. })
        {
            server.edns_answered();
        }
        match verdict {
            Verdict::Mismatch | Verdict::Malformed => {}
            Verdict::BadCookie => self.bad_cookie(turn, id, number, over_tcp),
            Verdict::EdnsRefused(status) => {
                if with_cookie {
                    // It may dislike no more than that.
                    server.cookies.forget(turn.now);
                } else {
                    server.edns_refused(turn.now);
                }
                self.settle(turn, id, number);
                if self.send(turn, id, upstream, rank, over_tcp).is_ok() {
                    self.schedule(id);
                } else {
                    self.attempt_failed(turn, id, number, status, false);
                }
            }
            Verdict::Truncated => {
                self.settle(turn, id, number);
                self.truncated(turn, id, number);
            }
            Verdict::Failed(status) if from_fallback => self.attempt_failed(turn, id, number, status, false),
            Verdict::Failed(status) => self.server_failed(turn, id, number, status),
            Verdict::Misled => self.misled(turn, id, number),
            Verdict::Denied { status, .. } if from_fallback => self.doubted(turn, id, number, status),
            Verdict::Denied { status, said, ttl } => {
                self.denied(turn, id, number, Held { rank, status, said, ttl });
            }
            Verdict::Data { .. } | Verdict::Alias { .. }
                if from_fallback && self.flights.get(id).is_some_and(Flight::is_denied_inside) =>
            {
                self.settle(turn, id, number);
                self.proceed(turn, id);
            }
            Verdict::Data { ttl } => {
                if !alone {
                    self.learn_of_data(id, rank, from_fallback, message);
                }
                self.settle(turn, id, number);
                self.accept_data(turn, id, ttl, from_fallback);
            }
            Verdict::Alias { target, links, ttl } => {
                self.follow(turn, id, number, Alias { target, links, ttl, from_fallback });
            }
        }
        true
    }

    /// One of several servers has data.
    fn learn_of_data(&mut self, id: Id<Flight>, rank: u16, from_fallback: bool, message: &[u8]) {
        self.note_data(id, rank);
        if !from_fallback {
            self.learn_privacy(id, message);
        }
    }

    /// Something that matches a query came from a server; `sent` is when that left, if the time that it took counts.
    fn hear(&mut self, now: Time, upstream: u32, sent: Option<Time>) {
        if self.upstreams[upstream as usize].heard(sent.map(|sent| now.micros_since(sent)), now) {
            self.note_suspicion(now, upstream, false);
        }
    }

    /// A denial counts at once, unless an earlier server of an ordered list may still know better, or any server if it
    /// is NODATA without SOA, which proves nothing.
    fn denied(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, mut denial: Held) {
        let Some(flight) = self.flights.get(id) else { return };
        if flight.borrowed {
            self.doubted(turn, id, number, denial.status);
            return;
        }
        self.settle(turn, id, number);
        let Some(flight) = self.flights.get_mut(id) else { return };
        if !flight.plan.ordered {
            if denial.status != Status::NoData || denial.ttl.is_some() {
                self.accept_denial(turn, id, denial);
                return;
            }
            denial.rank = u16::MAX;
        }
        if flight.held.as_ref().is_none_or(|held| denial.rank < held.rank) {
            flight.held = Some(denial);
        }
        self.proceed(turn, id);
    }

    /// A fallback's denial, or that of a name which a fallback called an alias's target: it says nothing of the name
    /// inside, so the flight goes on, and fails if nobody knows better. Not so while all primaries are known to be down: the
    /// other family of a name that has one is not to wait for them at each lookup.
    #[cold]
    fn doubted(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, status: Status) {
        let Some(attempt) = self.attempt_mut(id, number) else { return };
        let (upstream, sent, protocol) = (attempt.upstream, attempt.sent, attempt.channel.protocol());
        self.settle(turn, id, number);
        // It is no failure of the server.
        self.note_failure(turn.now, id, upstream, protocol, status, sent);
        let Some(flight) = self.flights.get(id) else { return };
        if flight.borrowed {
            self.turn_back(turn, id);
        } else if status == Status::NoData && !flight.is_live() && flight.has_no_primary_up() {
            self.exhausted(turn, id);
        } else {
            self.proceed(turn, id);
        }
    }

    /// SERVFAIL, REFUSED and their kin.
    fn server_failed(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, status: Status) {
        let Some(flight) = self.flights.get(id) else { return };
        // Only lookups search; records of other types are asked for as they are.
        let single_label = is_address(flight.key.rtype) && flight.key.name.labels().count() == 1;
        if single_label && matches!(status, Status::ServFail | Status::Refused) {
            // systemd-resolved answers so for a name that only the search list could complete.
            let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
            let held = Held { rank: attempt.rank, status: Status::NxDomain, said: status, ttl: None };
            self.denied(turn, id, number, held);
            return;
        }
        self.attempt_failed(turn, id, number, status, false);
    }

    /// Adds a failure of an attempt to what is known of its server and to what the flight's takers are told.
    pub(super) fn count_failure(&mut self, now: Time, id: Id<Flight>, number: u8, status: Status) {
        let Some(attempt) = self.attempt_mut(id, number) else { return };
        let (upstream, sent, channel) = (attempt.upstream, attempt.sent, attempt.channel);
        let protocol = channel.protocol();
        // An environment that could not ask has nothing to say about the server.
        if !(status == Status::Local && matches!(channel, Channel::Leg { .. })) {
            self.upstreams[upstream as usize].failed();
        }
        self.note_failure(now, id, upstream, protocol, status, sent);
    }

    /// An attempt brought nothing usable; the flight moves on.
    pub(super) fn attempt_failed(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        number: u8,
        status: Status,
        keep_listening: bool,
    ) {
        let Some(flight) = self.flights.get(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let (upstream, rank, was) = (attempt.upstream, attempt.rank, attempt.state);
        let protocol = attempt.channel.protocol();
        if keep_listening {
            if was != AttemptState::Live {
                return;
            }
            self.give_up(id, number);
        } else {
            self.settle(turn, id, number);
        }
        self.count_failure(turn.now, id, number, status);
        if status == Status::BadResponse
            && protocol == Protocol::Udp
            && self.try_tcp(turn, id, upstream, rank)
        {
            self.schedule(id);
            return;
        }
        self.proceed(turn, id);
    }

    /// A live attempt is waited for no longer, but a good answer to it still wins.
    pub(super) fn give_up(&mut self, id: Id<Flight>, number: u8) {
        let Some(attempt) = self.flights.get_mut(id).and_then(|f| f.attempts.get_mut(usize::from(number)))
        else {
            return;
        };
        attempt.state = AttemptState::Listening;
        self.upstreams[attempt.upstream as usize].inflight -= 1;
        if let Channel::Udp { socket, id } = attempt.channel {
            self.sockets.give_up(socket, id);
        }
    }

    pub(super) fn attempt_mut(&mut self, id: Id<Flight>, number: u8) -> Option<&mut super::flight::Attempt> {
        self.flights.get_mut(id)?.attempts.get_mut(usize::from(number))
    }

    /// Nothing more is expected of an attempt.
    pub(super) fn settle(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8) {
        let Some(attempt) = self.attempt_mut(id, number) else { return };
        let was = std::mem::replace(&mut attempt.state, AttemptState::Settled);
        let (upstream, channel) = (attempt.upstream, attempt.channel);
        self.let_go(turn, upstream, channel, was);
    }

    /// Frees what an attempt held.
    fn let_go(&mut self, turn: &mut Turn<'_>, upstream: u32, channel: Channel, was: AttemptState) {
        if was == AttemptState::Settled {
            return;
        }
        let server = &mut self.upstreams[upstream as usize];
        if was == AttemptState::Live {
            server.inflight -= 1;
        }
        match channel {
            Channel::Udp { socket, id } => {
                self.sockets.release(server, socket, id, turn.network);
            }
            Channel::Tcp { connection, id } => {
                if let Some(connection) = self.connections.get_mut(connection) {
                    connection.outstanding.retain(|outstanding| outstanding.id != id);
                }
            }
            Channel::Leg { leg, .. } => turn.network.close_leg(leg),
        }
    }

    /// Settles all attempts of a flight.
    pub(super) fn release_attempts(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let attempts = self.flights.get(id).map_or(0, |flight| flight.attempts.len());
        for number in (0..attempts).filter_map(|number| u8::try_from(number).ok()) {
            self.settle(turn, id, number);
        }
    }
}
