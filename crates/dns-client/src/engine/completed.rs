//! Answers on their way out.

use crate::answer::{Answer, Waiter};

/// Answers whose lists are kept for the next ones.
const KEPT: usize = 512;

/// Answers that nobody has taken yet, and behind them empty ones with the lists of earlier answers.
#[derive(Debug, Default)]
pub(crate) struct Completed {
    entries: Vec<(Waiter, Answer)>,
    count: usize,
}

impl Completed {
    /// An empty answer for `waiter`, to be filled in.
    pub(crate) fn add(&mut self, waiter: Waiter) -> &mut Answer {
        if self.count == self.entries.len() {
            self.entries.push((waiter, Answer::default()));
        }
        let entry = &mut self.entries[self.count];
        self.count += 1;
        entry.0 = waiter;
        &mut entry.1
    }

    pub(crate) fn push(&mut self, waiter: Waiter, answer: Answer) {
        *self.add(waiter) = answer;
    }

    pub(crate) fn as_slice(&self) -> &[(Waiter, Answer)] {
        &self.entries[..self.count]
    }

    /// All of them, in the order in which they came.
    pub(crate) fn into_vec(mut self) -> Vec<(Waiter, Answer)> {
        self.entries.truncate(self.count);
        self.entries
    }

    /// Drops the answers of those for whom `stays` says no.
    pub(crate) fn retain(&mut self, stays: impl Fn(Waiter) -> bool) {
        self.entries.truncate(self.count);
        self.entries.retain(|(waiter, _)| stays(*waiter));
        self.count = self.entries.len();
    }

    /// They have been taken. What a burst needed, or a large answer, is not kept for ever.
    pub(crate) fn clear(&mut self) {
        self.entries.truncate(KEPT);
        self.entries.shrink_to(KEPT);
        for (_, answer) in self.entries.iter_mut().take(self.count) {
            answer.clear_small();
        }
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Status;

    const fn waiter(ticket: u32) -> Waiter {
        Waiter { environment: ticket % 2, ticket }
    }

    #[test]
    fn an_answer_begins_empty_whatever_was_in_its_place() {
        let mut completed = Completed::default();
        completed.add(waiter(1)).ttls.push(7);
        completed.push(waiter(2), Answer { status: Status::Timeout, ..Answer::default() });
        assert_eq!(completed.as_slice().len(), 2);
        completed.clear();
        assert!(completed.as_slice().is_empty());
        let answer = completed.add(waiter(3));
        assert!(answer.ttls.is_empty() && answer.ttls.capacity() > 0, "the list is used again");
        completed.add(waiter(4));
        completed.add(waiter(5));
        assert!(completed.as_slice().iter().all(|(_, answer)| answer.status == Status::Ok));
        completed.retain(|waiter| waiter.environment == 1);
        let tickets = completed.into_vec().into_iter().map(|(waiter, _)| waiter.ticket);
        assert_eq!(tickets.collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn a_burst_leaves_little_behind() {
        let mut completed = Completed::default();
        for ticket in 0..10_000 {
            completed.add(waiter(ticket)).records.resize(10_000, 0);
        }
        completed.clear();
        assert!(completed.entries.capacity() <= KEPT);
        assert!(completed.entries.iter().all(|(_, answer)| answer.records.capacity() == 0));
    }
}
