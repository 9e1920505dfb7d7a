//! Alias following: a flight goes on with the target of an alias, or returns from aliases that lead nowhere.

use std::sync::Arc;

use dns_wire::Name;

use super::flight::Flight;
use super::slots::Id;
use super::{Engine, Turn};
use crate::answer::Status;
use crate::time::Time;

/// An alias as a server told it.
#[derive(Debug)]
pub(super) struct Alias {
    pub(super) target: Name,
    /// Aliases on the way there.
    pub(super) links: usize,
    /// Seconds.
    pub(super) ttl: u32,
    pub(super) from_fallback: bool,
}

impl Engine {
    /// The target of an alias is asked for in the same flight, first of the server that knew the alias.
    pub(super) fn follow(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, alias: Alias) {
        let Alias { target, links, ttl, from_fallback } = alias;
        let Some(flight) = self.flights.get_mut(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let upstream = attempt.upstream;
        if flight.links == 0 {
            flight.resume = flight.next;
        } else {
            flight.passed.push(Arc::clone(&flight.current));
        }
        flight.links += links;
        flight.chain_ttl = flight.chain_ttl.min(ttl);
        flight.current = Arc::new(target.to_lowercase());
        flight.borrowed |= from_fallback;
        self.choose_servers(turn.now, id);
        let Some(flight) = self.flights.get(id) else { return };
        let place = flight.servers.iter().position(|candidate| candidate.upstream == upstream);
        let position = place.and_then(|place| u16::try_from(place).ok()).unwrap_or(0);
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
        self.turn_back(turn, id);
    }

    /// The aliases that led here do not count: the flight goes on with the name itself where it left it.
    #[cold]
    pub(super) fn turn_back(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        flight.links = 0;
        flight.chain_ttl = u32::MAX;
        flight.current = Arc::clone(&flight.key.name);
        flight.passed.clear();
        flight.borrowed = false;
        let resume = flight.resume;
        self.choose_servers(turn.now, id);
        self.begin_anew(turn, id, resume, 0);
    }

    /// Whoever may be asked for the present name, if that has other servers than the one before.
    fn choose_servers(&mut self, now: Time, id: Id<Flight>) {
        let Some(flight) = self.flights.get(id) else { return };
        let Flight { snapshot, key, current, searched, .. } = flight;
        let withheld = self.withheld(snapshot, key, current, *searched);
        let plan = snapshot.plan_of(current);
        if withheld == flight.withheld && Arc::ptr_eq(plan, &flight.plan) {
            return;
        }
        let plan = Arc::clone(plan);
        if let Some(flight) = self.flights.get_mut(id) {
            flight.choose(withheld, plan);
        }
        self.order(now, id);
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
