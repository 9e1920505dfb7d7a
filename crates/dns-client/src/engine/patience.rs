//! Patience: what a server's silence means for those who wait for it.
//!
//! An attempt is short, because a lost query is best sent again soon. A server that answers others, or that owes an
//! answer to one name only, is alive though: queries to it get lost, or take it longer than usual. It is asked again
//! beyond the ordinary tries, and a later server's denial does not count before its word. And one that says nothing at
//! all may have become slow: then attempts last longer, or no answer would ever be waited for until it comes.

use std::sync::Arc;

use dns_wire::Name;

use super::Engine;
use super::attempts::MOST_ATTEMPTS;
use super::flight::{AttemptState, Flight, Taker};
use super::ordering::Candidate;
use super::slots::Id;
use super::upstream::Upstream;
use crate::plan::LONGEST_MS;
use crate::time::Time;

/// A server that leaves all unanswered for so many milliseconds is dead: beyond the slowest round trips, below a lookup's deadline.
const LIVES_MS: u64 = 2_000;
/// Timeouts in a row that chance explains; each further one doubles the next attempt's time, as RFC 6298 §5.5 does.
const BY_CHANCE: u32 = 3;
/// Enough to double the shortest attempt beyond the longest.
const MOST_DOUBLINGS: u32 = 3;

/// What a server has left unanswered since it was last heard of.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// When the first and the last of these queries left.
    left: Option<(Time, Time)>,
    timeouts: u32,
    about: Option<Arc<Name>>,
    about_others: bool,
}

impl Silence {
    /// A query for `name` was given up.
    pub(super) fn goes_on(&mut self, name: &Arc<Name>, sent: Time) {
        // It was left alone for longer than any lookup takes, and may have come back meanwhile.
        if self.left.is_some_and(|(_, last)| sent.millis_since(last) > LONGEST_MS) {
            self.ends();
        }
        let first = self.left.map_or(sent, |(first, _)| first);
        self.left = Some((first, sent));
        self.timeouts = self.timeouts.saturating_add(1);
        match &self.about {
            None => self.about = Some(Arc::clone(name)),
            Some(about) => self.about_others |= about != name,
        }
    }

    /// Whether chance, or one difficult name, explains it.
    fn is_innocent(&self, now: Time) -> bool {
        !self.about_others || self.left.is_none_or(|(first, _)| now.millis_since(first) < LIVES_MS)
    }

    pub(super) fn ends(&mut self) {
        if self.timeouts > 0 {
            *self = Self::default();
        }
    }

    /// Milliseconds that an attempt gets which ordinarily has `usual_ms`.
    pub(super) fn attempt_ms(&self, usual_ms: u64, most_ms: u64) -> u64 {
        let doublings = self.timeouts.saturating_sub(BY_CHANCE).min(MOST_DOUBLINGS);
        (usual_ms << doublings).min(most_ms)
    }
}

impl Upstream {
    /// Whether an answer may still be hoped for.
    pub(super) fn lives(&self, now: Time) -> bool {
        self.has_answered() && self.silence.is_innocent(now)
    }
}

impl Engine {
    /// Whether a flight whose tries are used up goes on until its takers' deadlines, because an answer may still come.
    pub(super) fn goes_on(&self, now: Time, id: Id<Flight>) -> bool {
        let Some(flight) = self.flights.get(id) else { return false };
        let awaited = flight.seats.iter().any(|seat| !matches!(seat.taker, Taker::Refresh));
        awaited && flight.servers.iter().any(|candidate| self.is_hopeful(now, flight, *candidate))
    }

    /// Whether a server that has left all of a flight's queries unanswered lives. Who says how often servers are asked
    /// means it.
    pub(super) fn is_hopeful(&self, now: Time, flight: &Flight, candidate: Candidate) -> bool {
        let mut asked = flight.attempts.iter().filter(|attempt| attempt.rank == candidate.rank).peekable();
        flight.plan.pace.persistent
            && !candidate.down
            && asked.peek().is_some()
            && asked.all(|attempt| attempt.state != AttemptState::Settled || attempt.lost)
            && self.upstreams[candidate.upstream as usize].lives(now)
    }

    /// The server whose word is wanted before the denial of the one of this rank counts, if their order matters: one that
    /// was passed over because it was silent, or that has left its queries unanswered and lives.
    pub(super) fn wanted_before(&self, now: Time, id: Id<Flight>, rank: u16) -> Option<(u32, u16)> {
        let flight = self.flights.get(id).filter(|flight| flight.plan.ordered)?;
        let over = now >= flight.latest() || flight.attempts.len() >= MOST_ATTEMPTS;
        let hopeful =
            |candidate: &&Candidate| candidate.rank < rank && self.is_hopeful(now, flight, **candidate);
        flight.unasked_before(rank).or_else(|| {
            let hopeful = flight.servers.iter().filter(|_| !over).find(hopeful)?;
            Some((hopeful.upstream, hopeful.rank))
        })
    }
}
