//! Attempts: which server a flight asks next, when, and what happens when nothing comes back.

use std::sync::Arc;

use super::flight::{self, Attempt, AttemptState, Channel, Flight, Seat, Taker};
use super::ordering::Candidate;
use super::slots::Id;
use super::waiting::still_waits;
use super::{Engine, Timer, Turn};
use crate::answer::{Failure, Status};
use crate::plan::Class;
use crate::samples::Outcome;
use crate::server::Protocol;
use crate::time::Time;

/// Attempts of one flight, whatever the configuration: beyond every sensible one.
pub(super) const MOST_ATTEMPTS: usize = 120;

impl Engine {
    /// Moves a flight on: settles it, leaves it waiting, or starts the next attempt.
    pub(super) fn proceed(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        loop {
            let Some(flight) = self.flights.get_mut(id) else { return };
            if flight.measured.is_some() {
                if flight.is_live() {
                    self.schedule(id);
                } else {
                    self.end_measuring(turn, id);
                }
                return;
            }
            if let Some(held) = flight.held
                && !flight.awaits_before(held.rank)
            {
                let rank = held.rank;
                let Some((upstream, rank)) = self.wanted_before(turn.now, id, rank) else {
                    self.accept_denial(turn, id, held);
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
            if flight.servers.is_empty() {
                self.exhausted(turn, id);
                return;
            }
            let run = flight.run_length();
            let position = flight.next;
            let over = turn.now >= flight.latest() || flight.attempts.len() >= MOST_ATTEMPTS;
            let wanted = flight.seats.iter().any(|seat| position.saturating_sub(seat.joined) < run);
            let goes_on = !wanted && !over && self.goes_on(turn.now, id);
            if over || !(wanted || goes_on) {
                self.exhausted(turn, id);
                return;
            }
            let Some(flight) = self.flights.get_mut(id) else { return };
            let candidate = flight.at(position);
            flight.next += 1;
            if (candidate.class == Class::Fallback || goes_on)
                && let Some(flight) = self.flights.get(id)
                && (!self.may_ask(flight, candidate)
                    || goes_on && !self.is_hopeful(turn.now, flight, candidate))
            {
                continue;
            }
            let Candidate { upstream, rank, .. } = candidate;
            match self.send(turn, id, upstream, rank, false) {
                Ok(()) => {
                    if candidate.class == Class::Fallback {
                        self.race(turn, id, candidate);
                    }
                    self.fail_satisfied_seats(turn.now, id, position);
                    self.schedule(id);
                    return;
                }
                Err(trouble) => {
                    self.sample_unsent(turn.now, id, rank, trouble.status());
                    self.note_failure(turn.now, id, upstream, Protocol::Udp, trouble.status(), turn.now);
                    if goes_on {
                        // It counts as asked: nothing else bounds how often that would be tried at this moment.
                        self.push_dead_attempt(id, upstream, rank, turn.now);
                    }
                }
            }
        }
    }

    /// Those who had their whole run of attempts fail while later ones get theirs.
    fn fail_satisfied_seats(&mut self, now: Time, id: Id<Flight>, position: u16) {
        let Some(flight) = self.flights.get(id) else { return };
        let run = flight.run_length();
        if position >= run && !self.goes_on(now, id) {
            let Some(flight) = self.flights.get(id) else { return };
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
        let outcome = Arc::new(flight::Outcome::Failed { status, failures: flight.failures.clone() });
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
                cookie: None,
                late: false,
                flags: 0,
                lost: false,
            });
        }
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
        if self.expire_attempts(turn, id) {
            self.leave_failed(turn, id);
        }
        self.overdue(turn, id);
        self.proceed(turn, id);
    }

    /// Gives up what has taken too long. Returns whether there was any.
    fn expire_attempts(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) -> bool {
        let mut any = false;
        for number in 0..=u8::MAX {
            let Some(flight) = self.flights.get_mut(id) else { break };
            let Some(attempt) = flight.attempts.get_mut(usize::from(number)) else { break };
            let expired = attempt.state == AttemptState::Live && attempt.expires <= turn.now;
            if expired {
                any = true;
                let leg = matches!(attempt.channel, Channel::Leg { .. });
                if !attempt.lost {
                    let outcome = if leg { Outcome::Local } else { Outcome::Timeout };
                    self.sample(turn.now, id, number, outcome as u8);
                }
                let Some(attempt) = self.attempt_mut(id, number) else { break };
                let (upstream, channel, sent) = (attempt.upstream, attempt.channel, attempt.sent);
                if leg {
                    // Its environment did not say a word in time: its event loop is blocked.
                    self.settle(turn, id, number);
                    self.note_failure(turn.now, id, upstream, channel.protocol(), Status::Local, sent);
                    continue;
                }
                attempt.state = AttemptState::Listening;
                let Some(flight) = self.flights.get(id) else { break };
                let server = &mut self.upstreams[upstream as usize];
                server.inflight -= 1;
                if flight.measured.is_some() && !flight.heard {
                    server.failed();
                } else {
                    // A datagram is lost; whether the question goes unanswered is seen at its end.
                    server.lost();
                }
                server.silence.goes_on(&flight.key.name, sent);
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
                    Channel::Leg { protocol, .. } => protocol,
                };
                self.note_failure(turn.now, id, upstream, protocol, Status::Timeout, sent);
            }
        }
        any
    }

    /// At the end of a flight: which servers have left all its datagrams unanswered. A path that loses some of them is no reason
    /// to hedge less, a server that answers no question is.
    pub(super) fn count_unanswered(&mut self, id: Id<Flight>) {
        let Some(flight) = self.flights.get(id) else { return };
        for (number, attempt) in flight.attempts.iter().enumerate() {
            let same = |other: &Attempt| other.upstream == attempt.upstream;
            if attempt.state == AttemptState::Listening
                && !flight.attempts[..number].iter().any(same)
                && !flight.attempts.iter().any(|other| same(other) && other.state == AttemptState::Settled)
            {
                self.upstreams[attempt.upstream as usize].left_unanswered();
            }
        }
    }

    /// A flight that waits only for servers that have failed it already goes on to one that has not, if there is one.
    fn leave_failed(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get(id) else { return };
        let mut live =
            flight.attempts.iter().filter(|attempt| attempt.state == AttemptState::Live).peekable();
        if live.peek().is_some() && !flight.seats.is_empty() && live.all(|a| flight.has_failed(a.rank)) {
            let failed: Vec<u16> = flight.attempts.iter().map(|attempt| attempt.rank).collect();
            self.go_on(turn, id, |candidate| !failed.contains(&candidate.rank));
        }
    }

    /// A question that leads to the fallbacks just after they took over goes to all of them.
    fn race(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, leader: Candidate) {
        let Some(flight) = self.flights.get(id) else { return };
        if flight.attempts.len() > 1 || !self.is_racing(flight) {
            return;
        }
        let others =
            flight.servers.iter().filter(|other| other.class == Class::Fallback && other.rank != leader.rank);
        for Candidate { upstream, rank, .. } in others.copied().collect::<Vec<_>>() {
            if self.send(turn, id, upstream, rank, false).is_ok()
                && let Some(flight) = self.flights.get_mut(id)
            {
                flight.next += 1;
            }
        }
    }

    fn is_racing(&self, flight: &Flight) -> bool {
        let racing = flight.direction.as_ref().filter(|direction| direction.racing);
        racing.is_some_and(|direction| {
            self.realms.get(flight.realm).is_some_and(|realm| realm.winner(direction).is_none())
        })
    }

    /// An upstream of a flight has data: if it is a fallback in a race, that has a winner.
    pub(super) fn note_data(&mut self, id: Id<Flight>, rank: u16) {
        let Some(flight) = self.flights.get(id) else { return };
        let Some(direction) = flight.direction.as_ref().filter(|direction| direction.racing) else { return };
        let fallback = flight.of_rank(rank).filter(|candidate| candidate.class == Class::Fallback);
        if let Some(number) = fallback.and_then(|candidate| candidate.number)
            && let Some(realm) = self.realms.get_mut(flight.realm)
            && realm.wins(direction, number)
        {
            self.news.push(realm.namespace);
        }
    }

    /// Adds to what the flight tells its takers about failures.
    pub(super) fn note_failure(
        &mut self,
        now: Time,
        id: Id<Flight>,
        number: u32,
        protocol: Protocol,
        status: Status,
        since: Time,
    ) {
        let upstream = &mut self.upstreams[number as usize];
        if protocol == Protocol::Tcp {
            upstream.cookies.tcp_failed(now);
        }
        let server = upstream.server.to_string();
        let elapsed_ms = u32::try_from(now.millis_since(since)).unwrap_or(u32::MAX);
        if let Some(flight) = self.flights.get_mut(id) {
            let candidate = flight.servers.iter().find(|candidate| candidate.upstream == number);
            if let Some(rank) = candidate.map(|candidate| candidate.rank) {
                flight.fail(rank);
            }
            flight.failures.push(Failure { server, transport: protocol.as_str(), status, elapsed_ms });
        }
    }
}
