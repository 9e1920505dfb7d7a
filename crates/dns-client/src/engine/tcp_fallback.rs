//! TCP fallback: the same server is asked over TCP after a UDP answer that was cut short, broken or maybe forged.

use super::flight::{AttemptState, Channel, Flight};
use super::slots::Id;
use super::{Engine, Turn};

impl Engine {
    /// Puts the question to the same server over TCP, once a flight. Returns whether it left.
    pub(super) fn try_tcp(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, upstream: u32, rank: u16) -> bool {
        let Some(flight) = self.flights.get_mut(id) else { return false };
        if flight.tcp_tried.contains(&upstream) {
            return false;
        }
        flight.tcp_tried.push(upstream);
        self.send(turn, id, upstream, rank, true).is_ok()
    }

    /// A truncated answer over UDP: the same server is asked over TCP, unless it is being asked so already.
    pub(super) fn truncated(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let (upstream, rank) = (attempt.upstream, attempt.rank);
        let under_way = flight.attempts.iter().any(|other| {
            other.upstream == upstream
                && other.state == AttemptState::Live
                && matches!(other.channel, Channel::Tcp { .. })
        });
        if under_way {
            return;
        }
        flight.tcp_tried.push(upstream);
        match self.send(turn, id, upstream, rank, true) {
            Ok(()) => self.schedule(id),
            Err(trouble) => self.attempt_failed(turn, id, number, trouble.status(), false),
        }
    }
}
