//! Streams: what arrives on connections to servers, and what their end means for the queries on them.

use dns_wire::Header;

use super::flight::AttemptState;
use super::socket::Outstanding;
use super::tcp::ConnectionId;
use super::{Engine, Trouble, Turn};
use crate::answer::Status;
use crate::samples::Outcome;
use crate::stats::count;

/// Connections made anew for one flight.
const MOST_RECONNECTS: u8 = 8;

impl Engine {
    /// Octets arrived on a connection.
    pub(crate) fn handle_stream(&mut self, turn: &mut Turn<'_>, connection: u32, octets: &[u8]) {
        let Some(occupant) = self.connections.at_mut(connection) else { return };
        occupant.last_used = turn.now;
        occupant.last_heard = turn.now;
        occupant.reader.push(octets);
        while let Some(occupant) = self.connections.at_mut(connection) {
            match occupant.reader.next_frame() {
                Ok(Some(frame)) => {
                    let header = Header::peek(&frame);
                    let outstanding =
                        header.and_then(|h| occupant.outstanding.iter().copied().find(|o| o.id == h.id()));
                    if let Some(outstanding) = outstanding
                        && !self.read(turn, outstanding, &frame, true)
                    {
                        count(&self.counters.spoof_rejected);
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    count(&self.counters.malformed);
                    self.handle_stream_end(turn, connection, Trouble::Lost);
                    break;
                }
            }
        }
        self.drain(turn);
    }

    /// A connection ended, or could not be made.
    pub(crate) fn handle_stream_end(&mut self, turn: &mut Turn<'_>, connection: u32, trouble: Trouble) {
        let Some(id) = self.connection_at(connection) else { return };
        for outstanding in self.close_connection(turn, id) {
            let Some(flight) = self.flights.get_mut(outstanding.flight) else { continue };
            let Some(attempt) = flight.attempts.get(usize::from(outstanding.attempt)) else { continue };
            let (upstream, rank, state) = (attempt.upstream, attempt.rank, attempt.state);
            let again = trouble == Trouble::Lost
                && state == AttemptState::Live
                && flight.reconnects < MOST_RECONNECTS;
            if again {
                // The server closed an idle or overfull connection: that says nothing about the question.
                flight.reconnects += 1;
                self.settle(turn, outstanding.flight, outstanding.attempt);
                if self.send(turn, outstanding.flight, upstream, rank, true).is_ok() {
                    self.schedule(outstanding.flight);
                    continue;
                }
            }
            let status = if trouble == Trouble::Local { Status::Local } else { Status::Network };
            if trouble == Trouble::Local {
                self.sample(turn.now, outstanding.flight, outstanding.attempt, Outcome::Local as u8);
            } else {
                self.refused(turn, outstanding.flight, outstanding.attempt, status);
            }
            self.attempt_failed(turn, outstanding.flight, outstanding.attempt, status, false);
        }
        self.drain(turn);
    }

    fn connection_at(&self, index: u32) -> Option<ConnectionId> {
        self.connections.id_at(index)
    }

    pub(super) fn close_connection(&mut self, turn: &mut Turn<'_>, id: ConnectionId) -> Vec<Outstanding> {
        let Some(connection) = self.connections.remove(id) else { return Vec::new() };
        turn.network.close_tcp(id.index);
        connection.outstanding
    }
}
