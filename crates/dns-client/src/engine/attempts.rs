//! Attempts: what is sent where, and what happens when nothing comes back.

use std::sync::Arc;

use dns_wire::{Edns, Query};

use super::flight::{Attempt, AttemptState, Channel, Flight, Outcome, Seat, Taker};
use super::slots::Id;
use super::socket::{Outstanding, Socket};
use super::tcp::{CONNECTIONS, Connection, ConnectionId, PIPELINE};
use super::waiting::still_waits;
use super::{Engine, LONGEST_FLIGHT_MS, Timer, Trouble, Turn};
use crate::answer::{Failure, Status};
use crate::options::Protocol;
use crate::stats::count;
use crate::time::Time;

/// What a UDP answer may measure: DNS Flag Day 2020, below any sane path MTU.
const UDP_PAYLOAD: u16 = 1_232;
/// Attempts of one flight, whatever the configuration: beyond every sensible one.
const MOST_ATTEMPTS: usize = 120;
/// A connection's handshake comes before the query's round trip.
const TCP_TIMEOUT_FACTOR: u64 = 2;

impl Engine {
    /// Moves a flight on: settles it, leaves it waiting, or starts the next attempt.
    pub(super) fn proceed(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        loop {
            let Some(flight) = self.flights.get_mut(id) else { return };
            if let Some(held) = &flight.held
                && !flight.awaits_before(held.rank)
            {
                let (rank, status, ttl) = (held.rank, held.status, held.ttl);
                // A server passed over because it was silent is asked before a later one's denial counts.
                let unasked = if flight.plan.ordered { flight.unasked_before(rank) } else { None };
                let Some((upstream, rank)) = unasked else {
                    self.accept_denial(turn, id, status, ttl);
                    return;
                };
                if self.send(turn, id, upstream, rank, false).is_ok() {
                    self.schedule(id);
                    return;
                }
                self.note_failure(turn.now, id, upstream, Protocol::Udp, Status::Local, turn.now);
                // The attempt that could not be made counts as asked.
                self.push_dead_attempt(id, upstream, rank, turn.now);
                continue;
            }
            if flight.is_live() {
                self.schedule(id);
                return;
            }
            let run = flight.run_length();
            let position = flight.next;
            let over = turn.now.millis_since(flight.started) >= LONGEST_FLIGHT_MS
                || flight.attempts.len() >= MOST_ATTEMPTS;
            let wanted = flight.seats.iter().any(|seat| position.saturating_sub(seat.joined) < run);
            if over || !wanted {
                self.exhausted(turn, id);
                return;
            }
            let (upstream, rank) = flight.servers[usize::from(position) % flight.servers.len()];
            flight.next += 1;
            match self.send(turn, id, upstream, rank, false) {
                Ok(()) => {
                    self.fail_satisfied_seats(id, position);
                    self.schedule(id);
                    return;
                }
                Err(trouble) => {
                    let status = if trouble == Trouble::Local { Status::Local } else { Status::Network };
                    self.note_failure(turn.now, id, upstream, Protocol::Udp, status, turn.now);
                }
            }
        }
    }

    /// Those who had their whole run of attempts fail while later ones get theirs.
    fn fail_satisfied_seats(&mut self, id: Id<Flight>, position: u16) {
        let Some(flight) = self.flights.get(id) else { return };
        let run = flight.run_length();
        if position >= run {
            let status = flight.failure_status();
            self.fail_seats(id, status, |seat| position.saturating_sub(seat.joined) >= run);
        }
    }

    /// Fails some of those who wait for a flight.
    fn fail_seats(&mut self, id: Id<Flight>, status: Status, which: impl Fn(&Seat) -> bool) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        // A refresh ends with its flight, however that ends.
        let which = |seat: &Seat| !matches!(seat.taker, Taker::Refresh) && which(seat);
        if !flight.seats.iter().any(which) {
            return;
        }
        let outcome = Arc::new(Outcome::Failed { status, failures: flight.failures.clone() });
        let rtype = flight.key.rtype;
        let (delivered, tasks, callers) = (&mut self.delivered, &self.tasks, &self.callers);
        flight.absent = 0;
        flight.seats.retain(|seat| {
            if !still_waits(tasks, callers, seat.taker) {
                return false;
            }
            if which(seat) {
                delivered.push_back((seat.taker, rtype, Arc::clone(&outcome)));
            }
            !which(seat)
        });
    }

    /// Records an attempt that never left.
    fn push_dead_attempt(&mut self, id: Id<Flight>, upstream: u32, rank: u16, now: Time) {
        if let Some(flight) = self.flights.get_mut(id) {
            let channel = Channel::Tcp { connection: Id::new(u32::MAX, 0), id: 0 };
            let state = AttemptState::Settled;
            flight.attempts.push(Attempt {
                upstream,
                rank,
                channel,
                sent: now,
                expires: now,
                state,
                edns: false,
            });
        }
    }

    /// Sends the flight's question to one server.
    pub(super) fn send(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        upstream: u32,
        rank: u16,
        over_tcp: bool,
    ) -> Result<(), Trouble> {
        let Some(flight) = self.flights.get(id) else { return Ok(()) };
        let unanswered =
            flight.attempts.iter().any(|a| a.upstream == upstream && a.state != AttemptState::Settled);
        let number = u8::try_from(flight.attempts.len()).map_err(|_| Trouble::Local)?;
        let server = &mut self.upstreams[upstream as usize];
        let over_tcp = over_tcp || flight.plan.use_vc || server.server.protocol == Protocol::Tcp;
        let edns = server.wants_edns(unanswered && !over_tcp, turn.now);
        server.begins_waiting(turn.now);
        let patience = flight.plan.attempt_timeout_ms.unwrap_or_else(|| server.attempt_timeout_ms());
        let patience = if over_tcp { patience * TCP_TIMEOUT_FACTOR } else { patience };
        let hedge_at = if flight.attempts.is_empty() && !over_tcp {
            Some(turn.now.plus_millis(server.hedge_delay_ms()))
        } else {
            None
        };
        let channel = if over_tcp {
            self.send_tcp(turn, id, upstream, number, edns)?
        } else {
            self.send_udp(turn, id, upstream, number, edns)?
        };
        count(&self.counters.queries_sent);
        self.upstreams[upstream as usize].inflight += 1;
        if let Some(flight) = self.flights.get_mut(id) {
            if let Some(at) = hedge_at {
                flight.hedge_at = at;
            }
            flight.attempts.push(Attempt {
                upstream,
                rank,
                channel,
                sent: turn.now,
                // No attempt outlasts its flight.
                expires: turn.now.plus_millis(patience).min(flight.started.plus_millis(LONGEST_FLIGHT_MS)),
                state: AttemptState::Live,
                edns,
            });
        }
        Ok(())
    }

    fn compose(&mut self, id: Id<Flight>, query_id: u16, edns: bool) {
        let Some(flight) = self.flights.get(id) else { return };
        let query = Query {
            id: query_id,
            name: &flight.current,
            rtype: flight.key.rtype,
            recursion_desired: true,
            edns: edns.then_some(Edns { udp_payload: UDP_PAYLOAD, cookie: None, padding: None }),
        };
        self.query.clear();
        query.compose(&mut self.query);
    }

    fn send_udp(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        upstream: u32,
        attempt: u8,
        edns: bool,
    ) -> Result<Channel, Trouble> {
        let avoid = self.sockets_of_sibling(id);
        let server = &mut self.upstreams[upstream as usize];
        let alone = server.query_sent(turn.now);
        let (socket, lost) = self
            .sockets
            .take(server, alone, &avoid, &self.flights, &mut self.random, turn)
            .map_err(|_| Trouble::Local)?;
        if !alone {
            self.keep_house(turn.now);
        }
        self.lose(turn.now, &lost);
        let query_id = self.sockets.draw_id(socket, &mut self.random);
        self.compose(id, query_id, edns);
        if let Err(trouble) = turn.network.send_udp(socket.index, &self.query) {
            let server = &mut self.upstreams[upstream as usize];
            self.sockets.retire(server, socket, turn.network);
            return Err(trouble);
        }
        if let Some(socket) = self.sockets.slots.get_mut(socket) {
            socket.outstanding.push(Outstanding { id: query_id, flight: id, attempt, live: true });
        }
        Ok(Channel::Udp { socket, id: query_id })
    }

    /// Attempts whose socket had to go, or whose connection broke.
    fn lose(&mut self, now: Time, lost: &[Outstanding]) {
        for outstanding in lost {
            if let Some(flight) = self.flights.get_mut(outstanding.flight)
                && let Some(attempt) = flight.attempts.get_mut(usize::from(outstanding.attempt))
            {
                if attempt.state == AttemptState::Live {
                    // The flight's timer comes now: it goes on if anybody waits, else it ends.
                    attempt.expires = now;
                    self.schedule(outstanding.flight);
                } else {
                    attempt.state = AttemptState::Settled;
                }
            }
        }
    }

    fn sockets_of_sibling(&self, id: Id<Flight>) -> Vec<Id<Socket>> {
        let sibling = self.flights.get(id).and_then(|flight| flight.sibling);
        let Some(sibling) = sibling.and_then(|sibling| self.flights.get(sibling)) else { return Vec::new() };
        sibling
            .attempts
            .iter()
            .filter_map(|attempt| match attempt.channel {
                Channel::Udp { socket, .. } => Some(socket),
                Channel::Tcp { .. } => None,
            })
            .collect()
    }

    fn send_tcp(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        upstream: u32,
        attempt: u8,
        edns: bool,
    ) -> Result<Channel, Trouble> {
        let connection = self.connection(turn, upstream)?;
        let query_id = loop {
            let drawn = self.random.u16();
            let taken = self
                .connections
                .get(connection)
                .is_some_and(|c| c.outstanding.iter().any(|outstanding| outstanding.id == drawn));
            if !taken {
                break drawn;
            }
        };
        self.compose(id, query_id, edns);
        let length = u16::try_from(self.query.len()).map_err(|_| Trouble::Local)?;
        self.query.splice(0..0, length.to_be_bytes());
        if let Err(trouble) = turn.network.send_tcp(connection.index, &self.query) {
            let lost = self.close_connection(turn, connection);
            self.lose(turn.now, &lost);
            return Err(trouble);
        }
        count(&self.counters.tcp_queries_sent);
        if let Some(connection) = self.connections.get_mut(connection) {
            connection.last_used = turn.now;
            connection.outstanding.push(Outstanding { id: query_id, flight: id, attempt, live: true });
        }
        self.keep_house(turn.now);
        Ok(Channel::Tcp { connection, id: query_id })
    }

    /// A connection with room, or a new one while there may be more, or the least busy.
    fn connection(&mut self, turn: &mut Turn<'_>, upstream: u32) -> Result<ConnectionId, Trouble> {
        let server = &mut self.upstreams[upstream as usize];
        let connections = &self.connections;
        server.connections.retain(|id| connections.get(*id).is_some_and(|c| !c.retired));
        let busy = |id: &ConnectionId| connections.get(*id).map_or(usize::MAX, |c| c.outstanding.len());
        let best = server.connections.iter().copied().min_by_key(busy);
        if let Some(best) = best
            && (busy(&best) < PIPELINE || server.connections.len() >= CONNECTIONS)
        {
            return Ok(best);
        }
        let address = server.server.address;
        let id = self.connections.insert(Connection::new(turn.now));
        if turn.network.connect_tcp(id.index, address).is_err() {
            self.connections.remove(id);
            return Err(Trouble::Local);
        }
        self.upstreams[upstream as usize].connections.push(id);
        Ok(id)
    }

    pub(super) fn close_connection(&mut self, turn: &mut Turn<'_>, id: ConnectionId) -> Vec<Outstanding> {
        let Some(connection) = self.connections.remove(id) else { return Vec::new() };
        turn.network.close_tcp(id.index);
        connection.outstanding
    }

    /// Sets the flight's timer if it must fire earlier than it is set for.
    pub(super) fn schedule(&mut self, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let attempts =
            flight.attempts.iter().filter(|a| a.state == AttemptState::Live).map(|attempt| attempt.expires);
        let seats = flight.seats.iter().map(|seat| seat.deadline);
        let Some(at) = attempts.chain(seats).chain([flight.hedge_at]).min() else { return };
        if at < flight.wake {
            flight.wake = at;
            self.timers.set(at, Timer::Flight(id));
        }
    }

    /// A flight's timer fired.
    pub(super) fn flight_due(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        flight.wake = Time::NEVER;
        self.fail_seats(id, Status::Timeout, |seat| seat.deadline <= turn.now);
        self.expire_attempts(turn, id);
        self.overdue(turn, id);
        self.proceed(turn, id);
    }

    fn expire_attempts(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let mut position = 0;
        loop {
            let Some(flight) = self.flights.get_mut(id) else { return };
            let Some(attempt) = flight.attempts.get_mut(position) else { return };
            let expired = attempt.state == AttemptState::Live && attempt.expires <= turn.now;
            if expired {
                attempt.state = AttemptState::Listening;
                let (upstream, channel, sent) = (attempt.upstream, attempt.channel, attempt.sent);
                let server = &mut self.upstreams[upstream as usize];
                server.inflight -= 1;
                server.failed();
                let protocol = match channel {
                    Channel::Udp { socket, id } => {
                        self.sockets.give_up(socket, id);
                        self.sockets.retire(server, socket, turn.network);
                        Protocol::Udp
                    }
                    Channel::Tcp { connection, .. } => {
                        // Not a word since: the path may be dead, which TCP itself notices after minutes.
                        if let Some(connection) = self.connections.get_mut(connection)
                            && connection.last_heard <= sent
                        {
                            connection.retired = true;
                        }
                        Protocol::Tcp
                    }
                };
                self.note_failure(turn.now, id, upstream, protocol, Status::Timeout, sent);
            }
            position += 1;
        }
    }

    /// Past the hedge delay: suspicion, and a second query.
    fn overdue(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        if flight.hedge_at > turn.now {
            return;
        }
        flight.hedge_at = Time::NEVER;
        let Some(first) = flight.attempts.first() else { return };
        // Nothing is hastened that nobody waits for.
        if !flight.is_live() || flight.seats.is_empty() {
            return;
        }
        let (late, rank, servers) = (first.upstream, first.rank, flight.servers.len());
        let (hedge, suspicion) = (flight.plan.hedge, flight.plan.suspicion);
        if suspicion && servers > 1 && self.upstreams[late as usize].became_overdue(turn.now) {
            self.turn_away_from(turn, late);
        }
        let Some(flight) = self.flights.get_mut(id) else { return };
        let alone = flight.attempts.iter().filter(|a| a.state == AttemptState::Live).count() == 1;
        if !hedge || !alone {
            return;
        }
        let (target, target_rank) =
            if servers > 1 { flight.servers[usize::from(flight.next) % servers] } else { (late, rank) };
        if servers > 1 && flight.next >= flight.run_length() {
            return;
        }
        if self.upstreams[target as usize].take_hedge_token()
            && self.send(turn, id, target, target_rank, false).is_ok()
        {
            count(&self.counters.hedges);
            if servers > 1
                && let Some(flight) = self.flights.get_mut(id)
            {
                flight.next += 1;
            }
        }
    }

    /// The open queries of a server that fell silent are put to the next one at once.
    fn turn_away_from(&mut self, turn: &mut Turn<'_>, silent: u32) {
        for id in self.flights.ids() {
            let Some(flight) = self.flights.get_mut(id) else { continue };
            let mut live = flight.attempts.iter().filter(|a| a.state == AttemptState::Live);
            let only_there = live.next().is_some_and(|a| a.upstream == silent) && live.next().is_none();
            if !only_there
                || flight.seats.is_empty()
                || flight.servers.len() < 2
                || flight.next >= flight.run_length()
            {
                continue;
            }
            let (upstream, rank) = flight.servers[usize::from(flight.next) % flight.servers.len()];
            if upstream == silent {
                continue;
            }
            flight.next += 1;
            flight.hedge_at = Time::NEVER;
            if self.send(turn, id, upstream, rank, false).is_ok() {
                self.schedule(id);
            }
        }
    }

    /// Adds to what the flight tells its takers about failures.
    pub(super) fn note_failure(
        &mut self,
        now: Time,
        id: Id<Flight>,
        upstream: u32,
        protocol: Protocol,
        status: Status,
        since: Time,
    ) {
        let server = self.upstreams[upstream as usize].server.address.to_string();
        let elapsed_ms = u32::try_from(now.millis_since(since)).unwrap_or(u32::MAX);
        if let Some(flight) = self.flights.get_mut(id) {
            flight.failures.push(Failure { server, transport: protocol.as_str(), status, elapsed_ms });
        }
    }
}
