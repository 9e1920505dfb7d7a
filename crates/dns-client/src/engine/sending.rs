//! Sending: a flight's question on its way to one server, by datagram or on a connection.

use dns_wire::{Edns, Query};

use super::flight::{Attempt, AttemptState, Channel, Flight};
use super::legs::with_grace;
use super::slots::Id;
use super::socket::{Outstanding, Socket};
use super::tcp::{CONNECTIONS, Connection, ConnectionId, PIPELINE};
use super::{Engine, Trouble, Turn};
use crate::server::Protocol;
use crate::stats::count;
use crate::time::Time;

/// What a UDP answer may measure: DNS Flag Day 2020, below any sane path MTU.
const UDP_PAYLOAD: u16 = 1_232;
/// A connection's handshake comes before the query's round trip.
const TCP_TIMEOUT_FACTOR: u64 = 2;

impl Engine {
    /// Sends the flight's question to one server. No query leaves by another way.
    pub(super) fn send(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        upstream: u32,
        rank: u16,
        over_tcp: bool,
    ) -> Result<(), Trouble> {
        if !self.may_hear(id, upstream) {
            return Err(Trouble::Private);
        }
        let Some(flight) = self.flights.get(id) else { return Ok(()) };
        let unanswered =
            flight.attempts.iter().any(|a| a.upstream == upstream && a.state != AttemptState::Settled);
        let number = u8::try_from(flight.attempts.len()).map_err(|_| Trouble::Local)?;
        let server = &mut self.upstreams[upstream as usize];
        let protocol = server.server.protocol();
        let over_tcp = over_tcp || flight.plan.use_vc || protocol != Protocol::Udp;
        let edns = server.wants_edns(unanswered && !over_tcp, turn.now);
        let cookie = if edns { server.cookie(&mut self.random, turn.now) } else { None };
        let opt = edns.then_some(Edns { udp_payload: UDP_PAYLOAD, cookie, padding: None });
        server.begins_waiting(turn.now);
        let pace = flight.plan.pace;
        let patience = pace.attempt_ms(flight.round()).unwrap_or_else(|| {
            // Where another has denied the name already, somebody waits for no more than this one's word.
            if flight.held.is_some() { server.attempt_timeout_ms() } else { server.patient_timeout_ms() }
        });
        // Who said how long each round lasts means it, whatever the transport.
        let longer = over_tcp && pace.backoff_max_ms.is_none();
        let patience = if longer { patience * TCP_TIMEOUT_FACTOR } else { patience };
        // No attempt outlasts its flight.
        let mut expires = turn.now.plus_millis(patience).min(flight.latest());
        let leads = flight.measured.is_none() && !flight.is_live();
        let hedge_at = if leads && (!over_tcp || server.server.address().is_none()) {
            Some(turn.now.plus_millis(server.hedge_delay_ms()))
        } else {
            None
        };
        let channel = match protocol {
            Protocol::Https | Protocol::Tls => {
                let channel = self.send_leg(turn, id, upstream, number, opt, expires)?;
                expires = with_grace(expires);
                channel
            }
            Protocol::Tcp | Protocol::Udp if over_tcp => self.send_tcp(turn, id, upstream, number, opt)?,
            Protocol::Tcp | Protocol::Udp => self.send_udp(turn, id, upstream, number, opt)?,
        };
        count(&self.counters.queries_sent);
        self.upstreams[upstream as usize].query_left();
        if leads {
            self.pay_for_hedges(id, upstream, rank);
        }
        if let Some(flight) = self.flights.get_mut(id) {
            if let Some(at) = hedge_at {
                flight.hedge_at = at;
                flight.hedges = 0;
            }
            flight.attempts.push(Attempt {
                upstream,
                rank,
                channel,
                sent: turn.now,
                expires,
                state: AttemptState::Live,
                edns,
                cookie: cookie.map(|cookie| cookie.client()),
                late: false,
                flags: 0,
                lost: false,
            });
        }
        Ok(())
    }

    pub(super) fn compose(&mut self, id: Id<Flight>, query_id: u16, edns: Option<Edns>) {
        let Some(flight) = self.flights.get(id) else { return };
        let query = Query {
            id: query_id,
            name: &flight.current,
            rtype: flight.key.rtype,
            recursion_desired: true,
            edns,
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
        edns: Option<Edns>,
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
                attempt.lost = true;
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
                Channel::Tcp { .. } | Channel::Leg { .. } => None,
            })
            .collect()
    }

    fn send_tcp(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        upstream: u32,
        attempt: u8,
        edns: Option<Edns>,
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
        let (address, local) = (server.server.address().ok_or(Trouble::Local)?, server.local);
        let id = self.connections.insert(Connection::new(turn.now));
        if turn.network.connect_tcp(id.index, address, local).is_err() {
            self.connections.remove(id);
            return Err(Trouble::Local);
        }
        self.upstreams[upstream as usize].connections.push(id);
        Ok(id)
    }
}
