//! What arrives: datagrams, frames, and errors in their place.

use dns_wire::{Header, Name};

use super::flight::{AttemptState, Channel, Flight, Held};
use super::response::{self, Asked, Verdict};
use super::slots::Id;
use super::socket::Outstanding;
use super::tcp::ConnectionId;
use super::{Engine, Trouble, Turn};
use crate::answer::Status;
use crate::options::Protocol;
use crate::stats::count;
use crate::time::Time;

/// Datagrams without a match on one socket after which its queries are also put over TCP, which is harder to forge.
const FORGERY_THRESHOLD: u32 = 64;
/// Connections made anew for one flight.
const MOST_RECONNECTS: u8 = 8;

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

    /// Puts the question to the same server over TCP, once a flight. Returns whether it left.
    fn try_tcp(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, upstream: u32, rank: u16) -> bool {
        let Some(flight) = self.flights.get_mut(id) else { return false };
        if flight.tcp_tried.contains(&upstream) {
            return false;
        }
        flight.tcp_tried.push(upstream);
        self.send(turn, id, upstream, rank, true).is_ok()
    }

    /// Octets arrived on a connection.
    pub(crate) fn handle_stream(&mut self, turn: &mut Turn<'_>, connection: u32, octets: &[u8]) {
        let Some(occupant) = self.connections.at_mut(connection) else { return };
        occupant.last_used = turn.now;
        occupant.last_heard = turn.now;
        occupant.reader.push(octets);
        while let Some(occupant) = self.connections.at_mut(connection) {
            match occupant.reader.next_frame() {
                Ok(Some(frame)) => {
                    let header = Header::peek(&frame);
                    let outstanding =
                        header.and_then(|h| occupant.outstanding.iter().copied().find(|o| o.id == h.id()));
                    if let Some(outstanding) = outstanding
                        && !self.read(turn, outstanding, &frame, true)
                    {
                        count(&self.counters.spoof_rejected);
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    count(&self.counters.malformed);
                    self.handle_stream_end(turn, connection, Trouble::Lost);
                    break;
                }
            }
        }
        self.drain(turn);
    }

    /// A connection ended, or could not be made.
    pub(crate) fn handle_stream_end(&mut self, turn: &mut Turn<'_>, connection: u32, trouble: Trouble) {
        let Some(id) = self.connection_at(connection) else { return };
        for outstanding in self.close_connection(turn, id) {
            let Some(flight) = self.flights.get_mut(outstanding.flight) else { continue };
            let Some(attempt) = flight.attempts.get(usize::from(outstanding.attempt)) else { continue };
            let (upstream, rank, state) = (attempt.upstream, attempt.rank, attempt.state);
            let again = trouble == Trouble::Lost
                && state == AttemptState::Live
                && flight.reconnects < MOST_RECONNECTS;
            if again {
                // The server closed an idle or overfull connection: that says nothing about the question.
                flight.reconnects += 1;
                self.settle(turn, outstanding.flight, outstanding.attempt);
                if self.send(turn, outstanding.flight, upstream, rank, true).is_ok() {
                    self.schedule(outstanding.flight);
                    continue;
                }
            }
            let status = if trouble == Trouble::Local { Status::Local } else { Status::Network };
            self.attempt_failed(turn, outstanding.flight, outstanding.attempt, status, false);
        }
        self.drain(turn);
    }

    fn connection_at(&self, index: u32) -> Option<ConnectionId> {
        self.connections.id_at(index)
    }

    /// The network reported an error for a socket: nobody listens there, or it cannot be reached.
    pub(crate) fn handle_socket_error(&mut self, turn: &mut Turn<'_>, socket: u32) {
        let Some(occupant) = self.sockets.slots.at(socket) else { return };
        for outstanding in occupant.outstanding.clone() {
            self.attempt_failed(turn, outstanding.flight, outstanding.attempt, Status::Network, false);
        }
        self.drain(turn);
    }

    /// Reads a message for one outstanding query. Returns false if it was no answer to it.
    fn read(
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
        };
        let verdict = response::read(message, asked);
        if verdict == Verdict::Mismatch {
            return false;
        }
        let (upstream, rank, sent, asked_edns) = (attempt.upstream, attempt.rank, attempt.sent, attempt.edns);
        if verdict == Verdict::Malformed {
            count(&self.counters.malformed);
            // Anyone may have sent it: the attempt goes on listening while the next one starts.
            self.attempt_failed(turn, id, number, Status::BadResponse, true);
            return true;
        }
        self.upstreams[upstream as usize].heard(turn.now.micros_since(sent), turn.now);
        match verdict {
            Verdict::Mismatch | Verdict::Malformed => {}
            Verdict::EdnsRefused(status) => {
                self.upstreams[upstream as usize].edns_refused(turn.now);
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
            Verdict::Failed(status) => self.server_failed(turn, id, number, status),
            Verdict::Misled => self.misled(turn, id, number),
            Verdict::Denied { status, ttl, edns } => {
                self.note_edns(upstream, asked_edns && edns);
                self.denied(turn, id, number, Held { rank, status, ttl });
            }
            Verdict::Data { payload, ttl, edns } => {
                self.note_edns(upstream, asked_edns && edns);
                self.accept_data(turn, id, payload, ttl);
            }
            Verdict::Alias { target, links, ttl, edns } => {
                self.note_edns(upstream, asked_edns && edns);
                self.follow(turn, id, number, target, links, ttl);
            }
        }
        true
    }

    fn note_edns(&mut self, upstream: u32, answered: bool) {
        if answered {
            self.upstreams[upstream as usize].edns_answered();
        }
    }

    /// A denial counts at once, unless an earlier server of an ordered list may still know better, or any server if it
    /// is NODATA without SOA, which proves nothing.
    fn denied(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, mut denial: Held) {
        self.settle(turn, id, number);
        let Some(flight) = self.flights.get_mut(id) else { return };
        if !flight.plan.ordered {
            if denial.status != Status::NoData || denial.ttl.is_some() {
                self.accept_denial(turn, id, denial.status, denial.ttl);
                return;
            }
            denial.rank = u16::MAX;
        }
        if flight.held.as_ref().is_none_or(|held| denial.rank < held.rank) {
            flight.held = Some(denial);
        }
        self.proceed(turn, id);
    }

    /// SERVFAIL, REFUSED and their kin.
    fn server_failed(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, status: Status) {
        let Some(flight) = self.flights.get(id) else { return };
        let single_label = flight.key.name.labels().count() == 1;
        if single_label && matches!(status, Status::ServFail | Status::Refused) {
            // systemd-resolved answers so for a name that only the search list could complete.
            let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
            let rank = attempt.rank;
            self.denied(turn, id, number, Held { rank, status: Status::NxDomain, ttl: None });
            return;
        }
        self.attempt_failed(turn, id, number, status, false);
    }

    /// A truncated answer over UDP: the same server is asked over TCP, unless it is being asked so already.
    fn truncated(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let (upstream, rank) = (attempt.upstream, attempt.rank);
        let under_way = flight.attempts.iter().any(|other| {
            other.upstream == upstream
                && other.state == AttemptState::Live
                && matches!(other.channel, Channel::Tcp { .. })
        });
        if under_way {
            return;
        }
        flight.tcp_tried.push(upstream);
        match self.send(turn, id, upstream, rank, true) {
            Ok(()) => self.schedule(id),
            Err(Trouble::Local) => self.attempt_failed(turn, id, number, Status::Local, false),
            Err(_) => self.attempt_failed(turn, id, number, Status::Network, false),
        }
    }

    /// The target of an alias is asked for in the same flight, first of the server that knew the alias.
    fn follow(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        number: u8,
        target: Name,
        links: usize,
        ttl: u32,
    ) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let place = flight.servers.iter().position(|(upstream, _)| *upstream == attempt.upstream);
        let position = place.and_then(|place| u16::try_from(place).ok()).unwrap_or(0);
        if flight.links == 0 {
            flight.resume = flight.next;
        }
        flight.links += links;
        flight.chain_ttl = flight.chain_ttl.min(ttl);
        flight.current = target;
        self.begin_anew(turn, id, position, position);
    }

    /// A server's aliases lead nowhere: the next one is asked for the name itself.
    fn misled(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8) {
        let Some(flight) = self.flights.get(id) else { return };
        if flight.links == 0 {
            self.attempt_failed(turn, id, number, Status::ServFail, false);
            return;
        }
        self.count_failure(turn.now, id, number, Status::ServFail);
        let Some(flight) = self.flights.get_mut(id) else { return };
        flight.links = 0;
        flight.chain_ttl = u32::MAX;
        flight.current = flight.key.name.clone();
        let resume = flight.resume;
        self.begin_anew(turn, id, resume, 0);
    }

    /// The flight goes on with another question, at a position in its sequence of attempts, of which those from `joined`
    /// on count.
    fn begin_anew(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, position: u16, joined: u16) {
        self.release_attempts(turn, id);
        let Some(flight) = self.flights.get_mut(id) else { return };
        flight.held = None;
        flight.attempts.clear();
        flight.tcp_tried.clear();
        flight.next = position;
        for seat in &mut flight.seats {
            seat.joined = joined;
        }
        self.proceed(turn, id);
    }

    /// Adds a failure of an attempt to what is known of its server and to what the flight's takers are told.
    fn count_failure(&mut self, now: Time, id: Id<Flight>, number: u8, status: Status) {
        let Some(attempt) = self.attempt_mut(id, number) else { return };
        let (upstream, sent, protocol) = (attempt.upstream, attempt.sent, attempt.channel.protocol());
        self.upstreams[upstream as usize].failed();
        self.note_failure(now, id, upstream, protocol, status, sent);
    }

    /// An attempt brought nothing usable; the flight moves on.
    fn attempt_failed(
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
            self.upstreams[upstream as usize].inflight -= 1;
            if let Some(attempt) = self.attempt_mut(id, number) {
                attempt.state = AttemptState::Listening;
                if let Channel::Udp { socket, id } = attempt.channel {
                    self.sockets.give_up(socket, id);
                }
            }
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

    fn attempt_mut(&mut self, id: Id<Flight>, number: u8) -> Option<&mut super::flight::Attempt> {
        self.flights.get_mut(id)?.attempts.get_mut(usize::from(number))
    }

    /// Nothing more is expected of an attempt.
    fn settle(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8) {
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
        }
    }

    /// Settles all attempts of a flight.
    pub(super) fn release_attempts(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let attempts: Vec<_> = flight
            .attempts
            .iter_mut()
            .map(|attempt| {
                let was = std::mem::replace(&mut attempt.state, AttemptState::Settled);
                (attempt.upstream, attempt.channel, was)
            })
            .collect();
        for (upstream, channel, was) in attempts {
            self.let_go(turn, upstream, channel, was);
        }
    }
}
