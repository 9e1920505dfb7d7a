//! Ordering: whom a flight asks first, and whom after that.

use std::mem;
use std::sync::Arc;

use super::flight::Flight;
use super::slots::Id;
use super::{Engine, upstream_number};
use crate::direction::Direction;
use crate::name_fraction::is_within;
use crate::payload::is_address;
use crate::plan::{Class, Plan};
use crate::stable_order::sorted_by_key;
use crate::time::Time;

/// A server that a flight may ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// The engine's number.
    pub(super) upstream: u32,
    /// Place among the plan's servers, beginning with the one whose turn it is: that of no other in the flight.
    pub(super) rank: u16,
    /// Its number in the namespace; `None`: it has none, for it is a route's.
    pub(super) number: Option<u16>,
    pub(super) class: Class,
    /// It was down when the flight began.
    pub(super) down: bool,
}

impl Engine {
    /// Puts the servers that a flight's question may go to in order, as its direction says, or else its plan: names of the
    /// canary to the candidate first, who fell silent behind who answers, who is down last, and of interchangeable
    /// primaries the better of two at random first. A rotation changes whose turn is first.
    pub(super) fn order(&mut self, now: Time, id: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        if let ([only], Some(realm)) = (&flight.plan.upstreams[..], self.realms.get(flight.realm))
            && flight.plan.route.is_none()
        {
            // There is nothing to choose from.
            flight.servers.clear();
            if !flight.withheld.from(only) {
                flight.servers.push(Candidate {
                    upstream: realm.upstreams[0],
                    rank: 0,
                    number: Some(0),
                    class: Class::Primary,
                    down: false,
                });
            }
            return;
        }
        let mut candidates = mem::take(&mut flight.servers);
        candidates.clear();
        let (plan, withheld, name_hash) = (Arc::clone(&flight.plan), flight.withheld, flight.name_hash);
        let numbered = plan.route.is_none();
        let direction = flight.direction.clone().filter(|_| numbered);
        let takes_fallbacks = is_address(flight.key.rtype);
        let Some(realm) = self.realms.get(flight.realm) else { return };
        let primaries = plan.primaries();
        let mut turns = 0;
        if plan.rotate {
            self.rotation = self.rotation.wrapping_add(1);
            turns = self.rotation % primaries;
        }
        let Self { upstreams, by_endpoint, .. } = self;
        let mut add = |place: usize| {
            let planned = &plan.upstreams[place];
            let unfit = planned.class == Class::Fallback && !takes_fallbacks;
            if unfit || withheld.from(planned) {
                return;
            }
            let turn = if place < primaries { (place + primaries - turns) % primaries } else { place };
            let number = u16::try_from(place).ok().filter(|_| numbered);
            candidates.push(Candidate {
                upstream: match number {
                    Some(_) => realm.upstreams[place],
                    None => upstream_number(upstreams, by_endpoint, planned.endpoint, now),
                },
                rank: u16::try_from(turn).unwrap_or(u16::MAX),
                number,
                class: planned.class,
                down: number.is_some_and(|number| direction.as_ref().is_some_and(|d| d.is_down(number))),
            });
        };
        match &direction {
            Some(direction) if !plan.rotate => {
                direction.order.iter().for_each(|number| add(usize::from(*number)));
            }
            _ => {
                (0..primaries).for_each(|turn| add((turn + turns) % primaries));
                (primaries..plan.upstreams.len()).for_each(add);
            }
        }
        if candidates.len() > 1 {
            let won = direction.as_ref().filter(|direction| direction.racing).and_then(|d| realm.winner(d));
            self.rearrange(&plan, direction.as_deref(), won, name_hash, now, &mut candidates);
        }
        if let Some(flight) = self.flights.get_mut(id) {
            flight.servers = candidates;
        }
    }

    fn rearrange(
        &mut self,
        plan: &Plan,
        direction: Option<&Direction>,
        won: Option<u16>,
        name_hash: u32,
        now: Time,
        candidates: &mut Vec<Candidate>,
    ) {
        let canary = direction.and_then(|direction| direction.canary);
        let canary = canary.filter(|canary| is_within(name_hash, canary.share)).map(|canary| canary.upstream);
        let upstreams = &self.upstreams;
        // A suspect whose turn it is to be tried counts as if it answered.
        let grade = |candidate: &Candidate| {
            let avoided = plan.suspicion && upstreams[candidate.upstream as usize].is_avoided(now);
            if candidate.down { 2_u8 } else { u8::from(avoided) }
        };
        let place = |candidate: &Candidate| match (canary, candidate.class) {
            (Some(canary), _) if candidate.number == Some(canary) => 0,
            (Some(_), Class::Primary) => 1_u8,
            (Some(_), Class::Fallback) => 2,
            (None, Class::Fallback) if won.is_some() && candidate.number != won => 1,
            (None, _) => 0,
        };
        let key = |candidate: &Candidate| u128::from(grade(candidate)) << 8 | u128::from(place(candidate));
        if !candidates.is_sorted_by_key(key) {
            // Keeps the order among equals.
            *candidates = sorted_by_key(mem::take(candidates), key);
        }
        let Some(first) = candidates.first().copied() else { return };
        if plan.suspicion && upstreams[first.upstream as usize].is_suspect() {
            if !first.down {
                self.upstreams[first.upstream as usize].is_tried(now);
            }
            return;
        }
        let pool = !plan.ordered && canary.is_none() && first.class == Class::Primary;
        if let Some(direction) = direction.filter(|direction| direction.two_choices && pool) {
            let equals = candidates
                .iter()
                .take_while(|other| other.class == Class::Primary && grade(other) == grade(&first))
                .count();
            if let Some(chosen) = self.better_of_two(direction, &candidates[..equals]) {
                candidates[..=chosen].rotate_right(1);
            }
        }
    }

    /// The place of the better of two at random: what it scores, divided by what is expected of it already. This spreads
    /// load without herding on whoever was best when that was last looked at (Mitzenmacher, *The power of two choices in
    /// randomized load balancing*, 2001).
    fn better_of_two(&mut self, direction: &Direction, candidates: &[Candidate]) -> Option<usize> {
        let count = u32::try_from(candidates.len()).ok().filter(|count| *count > 1)?;
        let first = self.random.below(count);
        let second = (first + 1 + self.random.below(count - 1)) % count;
        let worth = |place: u32| {
            let candidate = candidates[place as usize];
            let inflight = self.upstreams[candidate.upstream as usize].inflight;
            candidate.number.map_or(0.0, |number| direction.score(number)) / (f64::from(inflight) + 1.0)
        };
        Some(if worth(second) > worth(first) { second } else { first } as usize)
    }
}
