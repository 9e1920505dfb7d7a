//! Whether the machine has slept, from two clocks of which one stood still meanwhile.

use std::time::Duration;

use crate::time::Time;

/// Microseconds by which the clocks must have come apart: no sleep is shorter, and no adjustment of a clock this large.
const SLEEP_US: u64 = 100_000;

/// Both clocks, read one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    /// Since an arbitrary start, without suspension; read first.
    pub(super) awake_before: Duration,
    /// With suspension.
    pub(super) counting: Time,
    /// Like `awake_before`, read last.
    pub(super) awake_after: Duration,
}

/// By how much the clock that counts suspension was ahead at the last look.
#[derive(Debug, Default)]
pub(super) struct Suspension {
    /// Microseconds at most.
    ahead: Option<u64>,
}

impl Suspension {
    /// Returns true if the machine has slept since the last look. A thread that is kept from running between two of the
    /// readings makes the comparison vaguer, never wrong.
    pub(super) fn look(&mut self, clocks: Clocks) -> bool {
        let counting = clocks.counting.micros_since(Time::default());
        let ahead_of =
            |awake: Duration| counting.saturating_sub(u64::try_from(awake.as_micros()).unwrap_or(u64::MAX));
        let (least, most) = (ahead_of(clocks.awake_after), ahead_of(clocks.awake_before));
        let slept = self.ahead.is_some_and(|before| least >= before.saturating_add(SLEEP_US));
        // A vague reading must not hide a sleep from the next look.
        self.ahead = Some(if slept { most } else { self.ahead.map_or(most, |before| before.min(most)) });
        slept
    }
}

#[cfg(test)]
mod tests {
    use super::{Clocks, Suspension};
    use crate::time::Time;
    use std::time::Duration;

    fn read(awake_ms: u64, counting_ms: u64, between_ms: u64) -> Clocks {
        Clocks {
            awake_before: Duration::from_millis(awake_ms),
            counting: Time::from_millis(counting_ms),
            awake_after: Duration::from_millis(awake_ms + between_ms),
        }
    }

    #[test]
    fn a_sleep_is_told_once() {
        let mut suspension = Suspension::default();
        assert!(!suspension.look(read(5_000, 9_000, 0)), "what was before the first look is of no interest");
        assert!(!suspension.look(read(65_000, 69_000, 0)));
        assert!(suspension.look(read(66_000, 670_000, 0)));
        assert!(!suspension.look(read(67_000, 671_000, 0)));
        assert!(suspension.look(read(68_000, 672_200, 0)), "a short one counts too");
    }

    #[test]
    fn clocks_that_drift_apart_by_a_little_are_not_a_sleep() {
        let mut suspension = Suspension::default();
        suspension.look(read(0, 0, 0));
        assert!(!suspension.look(read(1_000, 1_050, 0)));
    }

    #[test]
    fn a_thread_that_stood_still_while_reading_has_not_slept() {
        let mut suspension = Suspension::default();
        // Kept from running after the second reading, before the third.
        assert!(!suspension.look(read(1_000, 1_000, 5_000)));
        assert!(!suspension.look(read(7_000, 7_000, 0)));
        // Between the first and the second: ahead by 3 s at most, by nothing at least.
        assert!(!suspension.look(read(8_000, 11_000, 3_000)));
        assert!(!suspension.look(read(12_000, 12_000, 0)));
        // A vague look between does not hide the sleep from the next one.
        assert!(!suspension.look(read(13_000, 16_000, 3_000)));
        assert!(suspension.look(read(17_000, 18_000, 0)));
    }
}
