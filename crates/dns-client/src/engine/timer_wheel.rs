//! Timers in one turn of a wheel: setting one is a push, and none is ever cancelled.
//!
//! An owner that no longer cares ignores the call. A timer fires at or after its time, by at most one tick; one beyond
//! the wheel's span fires at its end and is set again by its owner, who compares times anyway.

use crate::time::Time;

/// Milliseconds of one tick.
const TICK_MS: u64 = 2;
/// Ticks of a turn: 16.4 s, above the 10 s that a flight may last.
const TICKS: usize = 8_192;
/// Timers that a tick has room for without asking for memory, once it was used.
const KEPT: usize = 16;
const WORDS: usize = TICKS / 64;

/// Timers that carry a `T`.
#[derive(Debug)]
pub(crate) struct TimerWheel<T> {
    buckets: Vec<Vec<T>>,
    occupied: [u64; WORDS],
    /// The tick up to which everything has fired.
    done: u64,
    pending: usize,
}

impl<T> TimerWheel<T> {
    pub(crate) fn new(now: Time) -> Self {
        Self {
            buckets: (0..TICKS).map(|_| Vec::new()).collect(),
            occupied: [0; WORDS],
            done: now.as_millis() / TICK_MS,
            pending: 0,
        }
    }

    /// Timers that have not fired.
    #[cfg(test)]
    pub(crate) const fn len(&self) -> usize {
        self.pending
    }

    /// Fires `timer` at or after `at`.
    pub(crate) fn set(&mut self, at: Time, timer: T) {
        let tick = (at.as_millis() / TICK_MS + 1).clamp(self.done + 1, self.done + TICKS as u64 - 1);
        let bucket = bucket_of(tick);
        self.buckets[bucket].push(timer);
        self.occupied[bucket / 64] |= 1 << (bucket % 64);
        self.pending += 1;
    }

    /// Takes what is due at `now` into `due`.
    pub(crate) fn advance(&mut self, now: Time, due: &mut Vec<T>) {
        let target = now.as_millis() / TICK_MS;
        if self.pending == 0 {
            self.done = self.done.max(target);
            return;
        }
        // After a long sleep one turn covers every bucket.
        let last = target.min(self.done + TICKS as u64);
        while self.done < last {
            let Some(next) = self.next_occupied(self.done + 1) else { break };
            if next > last {
                break;
            }
            let bucket = bucket_of(next);
            self.pending -= self.buckets[bucket].len();
            due.append(&mut self.buckets[bucket]);
            // What one burst needed is not kept for ever, 8 192 times over.
            self.buckets[bucket].shrink_to(KEPT);
            self.occupied[bucket / 64] &= !(1 << (bucket % 64));
            self.done = next;
        }
        self.done = self.done.max(target);
    }

    /// When the earliest timer fires; `None` if there is none.
    pub(crate) fn next(&self) -> Option<Time> {
        let tick = self.next_occupied(self.done + 1)?;
        Some(Time::default().plus_millis(tick * TICK_MS))
    }

    /// The first occupied tick at or after `from`, within one turn.
    fn next_occupied(&self, from: u64) -> Option<u64> {
        if self.pending == 0 {
            return None;
        }
        let start = bucket_of(from);
        for step in 0..=WORDS {
            let word = (start / 64 + step) % WORDS;
            let mut bits = self.occupied[word];
            if step == 0 {
                bits &= !0 << (start % 64);
            } else if step == WORDS {
                bits &= !(!0 << (start % 64));
            }
            if bits != 0 {
                let bucket = word * 64 + bits.trailing_zeros() as usize;
                let ahead = (bucket + TICKS - start) % TICKS;
                return Some(from + ahead as u64);
            }
        }
        None
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the remainder is below TICKS")]
const fn bucket_of(tick: u64) -> usize {
    (tick % TICKS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::TimerWheel;
    use crate::time::Time;
    use proptest::prelude::*;

    #[test]
    fn an_empty_wheel_wakes_nobody() {
        let mut wheel = TimerWheel::<u32>::new(Time::from_millis(5));
        assert_eq!(wheel.next(), None);
        let mut due = Vec::new();
        wheel.advance(Time::from_millis(1_000_000), &mut due);
        assert!(due.is_empty());
    }

    proptest! {
        #[test]
        fn fires_once_and_never_early(delays in proptest::collection::vec(0u64..16_000, 1..80), steps in proptest::collection::vec(1u64..3_000, 1..40)) {
            let start = 1_000_003;
            let mut wheel = TimerWheel::new(Time::from_millis(start));
            for (index, delay) in delays.iter().enumerate() {
                wheel.set(Time::from_millis(start + delay), index);
            }
            let mut fired = vec![0; delays.len()];
            let mut now = start;
            let mut due = Vec::new();
            for step in steps.into_iter().chain([20_000]) {
                if let Some(next) = wheel.next() {
                    let earliest = delays.iter().zip(&fired).filter(|(_, f)| **f == 0).map(|(d, _)| start + d).min();
                    prop_assert!(next <= Time::from_millis(earliest.unwrap_or(u64::MAX / 2_000) + 4));
                }
                now += step;
                wheel.advance(Time::from_millis(now), &mut due);
                for index in due.drain(..) {
                    fired[index] += 1;
                    prop_assert!(start + delays[index] <= now);
                }
                for (index, count) in fired.iter().enumerate() {
                    prop_assert!(*count == 1 || start + delays[index] + 4 > now);
                }
            }
            prop_assert_eq!(wheel.next(), None);
        }
    }
}
