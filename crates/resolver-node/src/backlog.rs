//! Whether an event loop takes its answers.
//!
//! 512 a turn are delivered, so a program that asks for more than that in each of its turns has ever more of them waiting,
//! answered and not told. What would add to that fails at once, as soon as it is clear that this is no mere burst.

use std::time::{Duration, Instant};

/// Octets that wait for delivery, about 15 000 records: more than what a burst leaves for long.
const MANY: usize = 1 << 20;
/// How long a burst may take to be delivered.
const BURST: Duration = Duration::from_secs(1);

/// Since when more wait than should.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    since: Option<Instant>,
}

impl Backlog {
    /// So many octets wait after a delivery.
    pub(crate) fn note(&mut self, octets: usize, now: impl FnOnce() -> Instant) {
        if octets <= MANY {
            self.since = None;
        } else if self.since.is_none() {
            self.since = Some(now());
        }
    }

    /// Whether the event loop has been behind for longer than a burst takes.
    pub(crate) fn lasts(&self, now: impl FnOnce() -> Instant) -> bool {
        self.since.is_some_and(|since| now().duration_since(since) >= BURST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_no_backlog_and_what_lasts_is_one_until_it_is_worked_off() {
        let start = Instant::now();
        let at = |ms| move || start + Duration::from_millis(ms);
        let mut backlog = Backlog::default();
        assert!(!backlog.lasts(at(0)));
        backlog.note(MANY + 1, at(0));
        backlog.note(2 * MANY, at(900));
        assert!(!backlog.lasts(at(999)));
        assert!(backlog.lasts(at(1_000)));
        backlog.note(MANY, at(1_100));
        assert!(!backlog.lasts(at(5_000)));
        backlog.note(MANY + 1, at(5_000));
        assert!(!backlog.lasts(at(5_999)));
    }
}
