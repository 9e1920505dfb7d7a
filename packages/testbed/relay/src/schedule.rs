//! Things to do at a time, in order of time, and in order of arrival at equal times.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

#[derive(Debug)]
struct Entry<T> {
    due: Instant,
    arrival: u64,
    item: T,
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.due, self.arrival).cmp(&(other.due, other.arrival))
    }
}

/// A queue ordered by due time.
#[derive(Debug)]
pub(crate) struct Schedule<T> {
    entries: BinaryHeap<Reverse<Entry<T>>>,
    arrivals: u64,
}

impl<T> Schedule<T> {
    pub(crate) fn new() -> Self {
        Self { entries: BinaryHeap::new(), arrivals: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn push(&mut self, due: Instant, item: T) {
        self.entries.push(Reverse(Entry { due, arrival: self.arrivals, item }));
        self.arrivals += 1;
    }

    /// The next item that is due at `now`.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<T> {
        if self.entries.peek()?.0.due > now {
            return None;
        }
        self.entries.pop().map(|entry| entry.0.item)
    }

    /// How long nothing is due; `None` for an empty schedule.
    pub(crate) fn wait(&self, now: Instant) -> Option<Duration> {
        self.entries.peek().map(|entry| entry.0.due.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use std::time::{Duration, Instant};

    #[test]
    fn gives_items_in_order_of_time_then_arrival() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut schedule = Schedule::new();
        for (ms, item) in [(30, "d"), (10, "a"), (20, "b"), (20, "c")] {
            schedule.push(at(ms), item);
        }
        assert_eq!(schedule.wait(start), Some(Duration::from_millis(10)));
        assert_eq!(schedule.pop_due(at(9)), None);
        let mut due = Vec::new();
        while let Some(item) = schedule.pop_due(at(20)) {
            due.push(item);
        }
        assert_eq!(due, ["a", "b", "c"]);
        assert_eq!(schedule.wait(at(50)), Some(Duration::ZERO));
        assert_eq!(schedule.len(), 1);
        assert_eq!(schedule.pop_due(at(50)), Some("d"));
        assert_eq!(schedule.wait(start), None);
    }
}
