//! Classes: when a flight may go on to the fallbacks, and whom it may go on to at all.

use super::Engine;
use super::flight::Flight;
use super::ordering::Candidate;
use crate::plan::Class;

impl Engine {
    /// Whether a flight may ask a server now: a primary always, a fallback only if fallbacks lead, or if each primary is
    /// down, has fallen silent, or has failed this flight. A primary that is merely late is hedged within its class.
    pub(super) fn may_ask(&self, flight: &Flight, candidate: Candidate) -> bool {
        candidate.class == Class::Primary || !flight.is_denied_inside() && self.fails_inside(flight)
    }

    fn fails_inside(&self, flight: &Flight) -> bool {
        flight.direction.as_ref().is_some_and(|direction| direction.fallback_leads)
            || flight.servers.iter().filter(|other| other.class == Class::Primary).all(|primary| {
                primary.down || self.is_suspect(flight, *primary) || flight.has_failed(primary.rank)
            })
    }

    /// Whether a server has fallen silent, for those flights that care.
    pub(super) fn is_suspect(&self, flight: &Flight, candidate: Candidate) -> bool {
        flight.plan.suspicion && self.upstreams[candidate.upstream as usize].is_suspect()
    }

    /// The position in a flight's sequence of attempts at which the next server stands that answers as far as is known,
    /// may be asked and is `wanted`.
    pub(super) fn next_good(&self, flight: &Flight, wanted: impl Fn(&Candidate) -> bool) -> Option<u16> {
        let servers = u16::try_from(flight.servers.len()).ok()?;
        let end = flight.run_length().min(flight.next.saturating_add(servers));
        (flight.next..end).find(|position| {
            let candidate = flight.at(*position);
            !candidate.down
                && !self.is_suspect(flight, candidate)
                && wanted(&candidate)
                && self.may_ask(flight, candidate)
        })
    }
}
