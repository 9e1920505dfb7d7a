//! The two directions of a relay, each with its faults and counts.

use crate::impairment::{Fate, Impairment};
use crate::random::Random;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What has happened in one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Datagrams that came in.
    pub(crate) received: u64,
    /// Datagrams that went out, duplicates counted.
    pub(crate) forwarded: u64,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) reordered: u64,
    pub(crate) swallowed: u64,
    /// Octets of TCP streams that went out.
    pub(crate) stream_octets: u64,
}

impl Counts {
    /// As a JSON object.
    pub(crate) fn to_json(self) -> String {
        format!(
            r#"{{"received":{},"forwarded":{},"lost":{},"duplicated":{},"reordered":{},"swallowed":{},"streamOctets":{}}}"#,
            self.received,
            self.forwarded,
            self.lost,
            self.duplicated,
            self.reordered,
            self.swallowed,
            self.stream_octets
        )
    }
}

#[derive(Debug)]
struct State {
    impairment: Impairment,
    random: Random,
    counts: Counts,
}

/// One direction; shared by the thread of the datagrams and those of the streams.
#[derive(Debug)]
pub(crate) struct Direction {
    state: Mutex<State>,
    opened: Condvar,
}

impl Direction {
    pub(crate) fn new(impairment: Impairment, seed: u64) -> Self {
        let state = State { impairment, random: Random::new(seed), counts: Counts::default() };
        Self { state: Mutex::new(state), opened: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is plain numbers, whole at any moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a datagram that came in and decides about it.
    pub(crate) fn decide(&self) -> Fate {
        let mut state = self.state();
        let State { impairment, random, counts } = &mut *state;
        let fate = impairment.decide(random);
        counts.received += 1;
        match fate {
            Fate::Swallowed => counts.swallowed += 1,
            Fate::Lost => counts.lost += 1,
            Fate::Delivered { again, reordered, .. } => {
                counts.duplicated += u64::from(again.is_some());
                counts.reordered += u64::from(reordered);
            }
        }
        fate
    }

    pub(crate) fn forwarded(&self) {
        self.state().counts.forwarded += 1;
    }

    /// The delay of a stretch of a stream. Jitter is left out: a stream keeps its order.
    pub(crate) fn stream_delay(&self) -> Duration {
        self.state().impairment.delay
    }

    /// Blocks while the direction is a black hole, then counts `octets` as passed.
    pub(crate) fn pass_stream(&self, octets: usize) {
        let mut state = self.state();
        while state.impairment.black_hole {
            state = self.opened.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.counts.stream_octets += octets as u64;
    }

    /// Changes the faults from now on.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Impairment)) {
        change(&mut self.state().impairment);
        self.opened.notify_all();
    }

    pub(crate) fn counts(&self) -> Counts {
        self.state().counts
    }
}
