//! Hedging: an answer is late, so a second query leaves, and a server that fell silent is turned away from.

use super::flight::{Attempt, AttemptState, Channel, Flight};
use super::ordering::Candidate;
use super::slots::Id;
use super::{Engine, Turn};
use crate::samples::HEDGE;
use crate::stats::count;
use crate::time::Time;

/// Hedges of one attempt: of a path that loses one datagram in ten, one question in a hundred needs the second.
const MOST_HEDGES: u8 = 2;

impl Engine {
    /// Past the hedge delay: suspicion, and a second query, or a third.
    pub(super) fn overdue(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        if flight.hedge_at > turn.now {
            return;
        }
        flight.hedge_at = Time::NEVER;
        let first = flight.attempts.len() == 1;
        let last_live = flight.attempts.iter().rfind(|attempt| attempt.state == AttemptState::Live);
        let Some(&Attempt { upstream: late, rank, channel, .. }) = last_live else { return };
        // Nothing is hastened that nobody waits for.
        if flight.seats.is_empty() {
            return;
        }
        let attempts = flight.attempts.len();
        // A server has not even been asked while the query waits for an environment.
        let unasked = matches!(channel, Channel::Leg { leg, .. } if !turn.network.is_carried(leg));
        let (hedge, suspicion) = (flight.plan.hedge, flight.plan.has_others() && !unasked);
        if suspicion && first && self.upstreams[late as usize].became_overdue(turn.now) {
            self.became_suspect(turn, late);
        }
        if self.abandon_silent(turn, id) || !hedge {
            return;
        }
        let Some(flight) = self.flights.get(id) else { return };
        // It has moved on, or has been denied and only gives an earlier server its time.
        if flight.attempts.len() > attempts || flight.hedges >= MOST_HEDGES || flight.held.is_some() {
            return;
        }
        let Some(late) = flight.of_rank(rank) else { return };
        let next = self.next_good(flight, |other| other.class == late.class && !flight.has_asked(other.rank));
        let (target, next) = match next {
            Some(position) => (flight.at(position), position + 1),
            // There is nothing to be gained from a second query on a stream.
            None if self.upstreams[late.upstream as usize].server.address().is_none() => return,
            None => (late, flight.next),
        };
        let paid = self.realms.get_mut(flight.realm).is_some_and(|realm| realm.tokens.take());
        if paid && self.send(turn, id, target.upstream, target.rank, false).is_ok() {
            count(&self.counters.hedges);
            let delay_ms = self.upstreams[target.upstream as usize].hedge_delay_ms();
            if let Some(flight) = self.flights.get_mut(id) {
                flight.next = next;
                flight.hedges += 1;
                flight.hedge_at = turn.now.plus_millis(delay_ms);
                if let Some(attempt) = flight.attempts.last_mut() {
                    attempt.flags |= HEDGE;
                }
            }
        }
    }

    /// A query leaves that may be hedged: it pays for hedges, more if whoever would be asked too answers.
    pub(super) fn pay_for_hedges(&mut self, id: Id<Flight>, first: u32, rank: u16) {
        let Some(flight) = self.flights.get(id) else { return };
        let other = |other: &&Candidate| {
            other.upstream != first
                && Some(other.class) == flight.of_rank(rank).map(|candidate| candidate.class)
                && !other.down
                && !self.is_suspect(flight, **other)
        };
        let target = if flight.servers.len() == 1 {
            first
        } else {
            flight.servers.iter().find(other).map_or(first, |other| other.upstream)
        };
        let answers = self.upstreams[target as usize].answers();
        if let Some(realm) = self.realms.get_mut(flight.realm) {
            realm.tokens.queried(answers);
        }
    }

    /// A server fell silent: it leads no more, the owners hear of it, and what is open there moves on.
    pub(super) fn became_suspect(&mut self, turn: &mut Turn<'_>, silent: u32) {
        self.note_suspicion(turn.now, silent, true);
        for id in self.flights.ids() {
            let Some(flight) = self.flights.get(id) else { continue };
            let there = |flight: &Flight| {
                flight.attempts.iter().any(|a| a.upstream == silent && a.state == AttemptState::Live)
            };
            if there(flight) && !flight.seats.is_empty() && self.abandon_silent(turn, id) {
                self.schedule(id);
            }
        }
    }

    /// If a flight waits only for servers that have fallen silent, it asks the next one that has not, however much it has
    /// been hedged. Returns whether it did.
    fn abandon_silent(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) -> bool {
        let Some(flight) = self.flights.get(id) else { return false };
        let in_vain = flight.plan.suspicion
            && flight.attempts.iter().all(|attempt| {
                attempt.state != AttemptState::Live || self.upstreams[attempt.upstream as usize].is_suspect()
            });
        in_vain && self.go_on(turn, id, |_| true)
    }

    /// A flight asks the next `wanted` server that answers as far as is known, beside those that it waits for. Returns
    /// whether there is one.
    pub(super) fn go_on(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        wanted: impl Fn(&Candidate) -> bool,
    ) -> bool {
        let Some(flight) = self.flights.get(id) else { return false };
        let Some(position) = self.next_good(flight, wanted) else { return false };
        let Candidate { upstream, rank, .. } = flight.at(position);
        if let Some(flight) = self.flights.get_mut(id) {
            flight.next = position + 1;
            flight.hedge_at = Time::NEVER;
        }
        self.send(turn, id, upstream, rank, false).is_ok()
    }
}
