//! Hedging: an answer is late, so a second query leaves, and a server that fell silent is turned away from.

use super::flight::{AttemptState, Flight};
use super::slots::Id;
use super::{Engine, Turn};
use crate::stats::count;
use crate::time::Time;

impl Engine {
    /// Past the hedge delay: suspicion, and a second query.
    pub(super) fn overdue(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
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
}
