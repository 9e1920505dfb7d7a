//! Legs: queries that an environment carries to an encrypted server, within the same attempts as all others.

use dns_wire::{Edns, Header};

use super::flight::{Attempt, AttemptState, Channel, Flight};
use super::slots::Id;
use super::socket::Outstanding;
use super::{Engine, Trouble, Turn};
use crate::answer::Status;
use crate::legs::{LegEnding, LegFailure, LegReport, LegStart};
use crate::samples::Outcome;
use crate::server::Server;
use crate::stats::count;
use crate::time::Time;

/// Milliseconds after its time that an environment has to say so. One that does not even do that has been late itself, and
/// the server is not to blame.
const GRACE_MS: u64 = 50;

/// When an attempt is over whose environment is to be done at `expires`.
pub(super) const fn with_grace(expires: Time) -> Time {
    expires.plus_millis(GRACE_MS)
}

impl Engine {
    /// Has an environment ask, which is to be done at `expires`.
    #[cold]
    pub(super) fn send_leg(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        upstream: u32,
        attempt: u8,
        edns: Option<Edns>,
        expires: Time,
    ) -> Result<Channel, Trouble> {
        let Server::Encrypted(server) = self.upstreams[upstream as usize].server else {
            return Err(Trouble::Local);
        };
        let Some(namespace) = self.flights.get(id).map(|flight| flight.key.namespace) else {
            return Err(Trouble::Local);
        };
        let query_id = self.random.u16();
        self.compose(id, query_id, edns);
        // No leg under way has the same: there are far fewer than numbers.
        self.last_leg = self.last_leg.wrapping_add(1);
        let leg = self.last_leg;
        let outstanding = Outstanding { id: query_id, flight: id, attempt, live: true };
        let query = &self.query;
        let start = LegStart { leg, outstanding, namespace, server, query, begun: turn.now, expires };
        turn.network.open_leg(&start).map_err(|_| Trouble::Local)?;
        Ok(Channel::Leg { protocol: server.protocol(), leg })
    }

    /// An environment is done with a leg.
    #[cold]
    pub(crate) fn handle_leg(&mut self, turn: &mut Turn<'_>, report: &LegReport) {
        let Outstanding { id, flight, attempt, .. } = report.outstanding;
        match self.attempt_mut(flight, attempt) {
            Some(awaited) if awaited.awaits_leg(report.leg) => awaited.late = report.late,
            _ => return,
        }
        match &report.ending {
            LegEnding::Answer(octets) => {
                let is_ours = Header::peek(octets).is_some_and(|header| header.id() == id);
                if !(is_ours && self.read(turn, report.outstanding, octets, true)) {
                    count(&self.counters.spoof_rejected);
                    self.sample(turn.now, flight, attempt, Outcome::Malformed as u8);
                    self.attempt_failed(turn, flight, attempt, Status::BadResponse, false);
                }
            }
            LegEnding::Failed(failure) => {
                let status = status_of(*failure);
                match failure {
                    LegFailure::Network | LegFailure::Tls | LegFailure::Http => {
                        self.refused(turn, flight, attempt, status);
                    }
                    LegFailure::Malformed | LegFailure::Timeout | LegFailure::Local => {
                        self.sample(turn.now, flight, attempt, Outcome::of(status) as u8);
                    }
                }
                self.attempt_failed(turn, flight, attempt, status, false);
            }
        }
        self.drain(turn);
    }
}

impl Attempt {
    /// Whether it still waits for that leg.
    fn awaits_leg(&self, leg: u32) -> bool {
        self.state == AttemptState::Live
            && matches!(self.channel, Channel::Leg { leg: awaited, .. } if awaited == leg)
    }
}

const fn status_of(failure: LegFailure) -> Status {
    match failure {
        LegFailure::Malformed => Status::BadResponse,
        LegFailure::Timeout => Status::Timeout,
        LegFailure::Network => Status::Network,
        LegFailure::Tls => Status::Tls,
        LegFailure::Http => Status::Http,
        LegFailure::Local => Status::Local,
    }
}
