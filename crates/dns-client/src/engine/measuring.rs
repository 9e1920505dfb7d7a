//! Measuring: queries whose answers nobody gets. Copies of questions, probes, and what a flight still waits for when
//! it has its answer from elsewhere.
//!
//! Each is a flight that nobody can join, with one server and no second round, and nothing of it reaches the cache.

use std::sync::Arc;

use dns_wire::{Name, Rtype};

use super::flight::{AttemptState, Flight, FlightKey, Taker};
use super::ordering::Candidate;
use super::slots::Id;
use super::{Engine, Turn};
use crate::plan::Class;
use crate::samples::{COPY, PROBE};
use crate::snapshot::Snapshot;
use crate::time::Time;

/// Flights of one server that are measured at a time: enough to judge it by.
const MOST: u32 = 64;

impl Engine {
    /// Asks one upstream of a namespace about `name`, whatever is known of either. What comes of it is a sample. Nothing
    /// happens if there is no such upstream, or if it is for environments to ask.
    pub(crate) fn probe(
        &mut self,
        turn: &mut Turn<'_>,
        snapshot: &Arc<Snapshot>,
        upstream: u16,
        name: Arc<Name>,
    ) {
        let Some(planned) = snapshot.plan.upstreams.get(usize::from(upstream)) else { return };
        if planned.endpoint.server.address().is_none() {
            return;
        }
        let realm = self.realm_of(snapshot, turn.now);
        let Some(number) = self.realms.get(realm).and_then(|r| r.upstreams.get(usize::from(upstream))) else {
            return;
        };
        let candidate = Candidate {
            upstream: *number,
            rank: upstream,
            number: Some(upstream),
            class: planned.class,
            down: false,
        };
        let searched = self.is_made_by_search(Taker::Refresh, &name, snapshot);
        let key = FlightKey { namespace: snapshot.namespace.id(), name, rtype: Rtype::A };
        let mut flight = Flight::new(key, 0, Arc::clone(snapshot), realm, turn.now);
        // Names with a route are not for it.
        flight.plan = Arc::clone(&snapshot.plan);
        flight.searched = searched;
        self.measure(turn, flight, candidate, PROBE);
        self.drain(turn);
    }

    /// Sends copies of a question that has just been asked: to the candidate that lacks samples, and now and then to
    /// another upstream of the class that is asked. Never to the other class: a fallback is not told what a primary is
    /// asked.
    pub(super) fn copy(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get(id) else { return };
        // The servers of routes are directed by nobody.
        let Some(direction) = flight.direction.clone().filter(|_| flight.plan.route.is_none()) else {
            return;
        };
        let Some(asked) = flight.attempts.first().and_then(|attempt| flight.of_rank(attempt.rank)) else {
            return;
        };
        let mut targets = [None; 2];
        if let Some(shadow) = direction.shadow.filter(|shadow| asked.number != Some(*shadow)) {
            targets[0] = flight
                .servers
                .iter()
                .find(|other| other.number == Some(shadow) && other.class == Class::Primary)
                .copied();
        }
        let interchangeable = asked.class == Class::Fallback || !flight.plan.ordered;
        if interchangeable && direction.exploration > 0.0 && self.random.unit() <= direction.exploration {
            let others = flight
                .servers
                .iter()
                .filter(|other| other.class == asked.class && other.rank != asked.rank && !other.down);
            let count = u32::try_from(others.clone().count()).unwrap_or(0);
            let drawn = self.random.below(count.max(1)) as usize;
            targets[1] = others.copied().nth(drawn);
        }
        for candidate in targets.into_iter().flatten() {
            let Some(flight) = self.flights.get(id) else { return };
            let (key, snapshot) = (flight.key.clone(), Arc::clone(&flight.snapshot));
            let mut copy = Flight::new(key, flight.name_hash, snapshot, flight.realm, turn.now);
            copy.plan = Arc::clone(&flight.plan);
            copy.searched = flight.searched;
            self.measure(turn, copy, candidate, COPY);
        }
    }

    fn measure(&mut self, turn: &mut Turn<'_>, mut flight: Flight, candidate: Candidate, flags: u8) {
        let measured = &mut self.upstreams[candidate.upstream as usize].measured;
        if *measured >= MOST {
            return;
        }
        *measured += 1;
        flight.servers.push(candidate);
        flight.measured = Some(candidate.upstream);
        flight.sampled = self.realms.get(flight.realm).is_some_and(|realm| realm.guided.is_some());
        flight.flags = flags;
        let id = self.flights.insert_unlisted(flight);
        match self.send(turn, id, candidate.upstream, candidate.rank, false) {
            Ok(()) => self.schedule(id),
            Err(trouble) => {
                self.sample_unsent(turn.now, id, candidate.rank, trouble.status());
                self.end_measuring(turn, id);
            }
        }
    }

    /// A flight has its answer, or nobody wants it any more. Attempts that are late by now are waited for nevertheless:
    /// without that, nobody would learn whether those servers are slow or dead. Returns whether there are any; then the
    /// flight stays, to be measured.
    pub(super) fn keep_late_attempts(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) -> bool {
        let Some(flight) = self.flights.get(id) else { return false };
        if !flight.sampled || flight.attempts.len() < 2 {
            return false;
        }
        let late = |engine: &Self, flight: &Flight, number: usize| {
            let attempt = &flight.attempts[number];
            let server = &engine.upstreams[attempt.upstream as usize];
            attempt.state == AttemptState::Live
                && server.measured < MOST
                && turn.now.millis_since(attempt.sent) >= server.hedge_delay_ms()
        };
        // One is enough: more would be the same server, or another one that was asked even later.
        let Some(kept) = (0..flight.attempts.len()).find(|number| late(self, flight, *number)) else {
            return false;
        };
        let upstream = flight.attempts[kept].upstream;
        let heard =
            flight.attempts.iter().any(|a| a.upstream == upstream && a.state == AttemptState::Settled);
        let others = (0..flight.attempts.len()).filter(|number| *number != kept);
        for number in others.filter_map(|number| u8::try_from(number).ok()) {
            self.settle(turn, id, number);
        }
        self.upstreams[upstream as usize].measured += 1;
        self.flights.unlist(id);
        if let Some(flight) = self.flights.get_mut(id) {
            flight.measured = Some(upstream);
            flight.heard = heard;
            flight.seats.clear();
            flight.hedge_at = Time::NEVER;
            flight.held = None;
            flight.failures = Vec::new();
        }
        // Its timer may just have fired, and nobody else sets it any more.
        self.schedule(id);
        true
    }

    /// What was measured is known, or is not to be had.
    pub(super) fn end_measuring(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        self.release_attempts(turn, id);
        if let Some(upstream) = self.flights.get(id).and_then(|flight| flight.measured) {
            self.upstreams[upstream as usize].measured -= 1;
        }
        self.flights.remove(id);
    }
}
