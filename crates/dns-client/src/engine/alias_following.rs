//! Alias following: a flight goes on with the target of an alias, or returns from aliases that lead nowhere.

use std::sync::Arc;

use dns_wire::Name;

use super::flight::Flight;
use super::slots::Id;
use super::{Engine, Turn};
use crate::answer::Status;

impl Engine {
    /// The target of an alias is asked for in the same flight, first of the server that knew the alias.
    pub(super) fn follow(
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
        flight.current = Arc::new(target);
        self.begin_anew(turn, id, position, position);
    }

    /// A server's aliases lead nowhere: the next one is asked for the name itself.
    pub(super) fn misled(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8) {
        let Some(flight) = self.flights.get(id) else { return };
        if flight.links == 0 {
            self.attempt_failed(turn, id, number, Status::ServFail, false);
            return;
        }
        self.count_failure(turn.now, id, number, Status::ServFail);
        let Some(flight) = self.flights.get_mut(id) else { return };
        flight.links = 0;
        flight.chain_ttl = u32::MAX;
        flight.current = Arc::clone(&flight.key.name);
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
}
