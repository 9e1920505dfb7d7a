//! What a path does to datagrams. Pure: randomness is an argument, time is what comes out.

use crate::forgery::Forgery;
use crate::random::Random;
use std::time::Duration;

/// Faults of one direction.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Impairment {
    /// Added to every datagram and every stretch of a TCP stream.
    pub(crate) delay: Duration,
    /// Up to this much more, uniform, drawn for each datagram: neighbours may overtake each other.
    pub(crate) jitter: Duration,
    /// Probability in 0..=1 that a datagram is lost.
    pub(crate) loss: f64,
    /// Probability in 0..=1 that a datagram arrives twice.
    pub(crate) duplicate: f64,
    /// Probability in 0..=1 that a datagram is held back by `reorder_by`.
    pub(crate) reorder: f64,
    /// How long a reordered datagram is held back.
    pub(crate) reorder_by: Duration,
    /// Nothing passes. TCP streams stand still and go on afterwards, as by retransmission.
    pub(crate) black_hole: bool,
    /// What answers in datagrams are turned into. Streams pass unchanged.
    pub(crate) forgery: Forgery,
}

/// What happens to one datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The path is a black hole.
    Swallowed,
    /// Lost by chance.
    Lost,
    /// Delivered after the first delay, and once more after the second if there is one.
    Delivered { after: Duration, again: Option<Duration>, reordered: bool, forgery: Forgery },
}

impl Impairment {
    /// Decides about one datagram.
    pub(crate) fn decide(&self, random: &mut Random) -> Fate {
        // All numbers are drawn every time: a setting changed on the way leaves later decisions as they were.
        let [loss, duplicate, reorder, jitter, second_jitter] = [(); 5].map(|()| random.unit());
        if self.black_hole {
            return Fate::Swallowed;
        }
        if loss < self.loss {
            return Fate::Lost;
        }
        let reordered = reorder < self.reorder;
        let held_back = if reordered { self.reorder_by } else { Duration::ZERO };
        Fate::Delivered {
            after: self.delay + self.jitter.mul_f64(jitter) + held_back,
            again: (duplicate < self.duplicate).then(|| self.delay + self.jitter.mul_f64(second_jitter)),
            reordered,
            forgery: self.forgery,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Impairment};
    use crate::forgery::Forgery;
    use crate::random::Random;
    use std::time::Duration;

    const MS: Duration = Duration::from_millis(1);

    fn fates(impairment: Impairment, seed: u64, count: usize) -> Vec<Fate> {
        let mut random = Random::new(seed);
        (0..count).map(|_| impairment.decide(&mut random)).collect()
    }

    #[test]
    fn a_perfect_path_delivers_at_once() {
        let at_once =
            Fate::Delivered { after: Duration::ZERO, again: None, reordered: false, forgery: Forgery::None };
        assert!(fates(Impairment::default(), 1, 100).iter().all(|fate| *fate == at_once));
    }

    #[test]
    fn delay_and_jitter_bound_the_delivery() {
        let path = Impairment { delay: 20 * MS, jitter: 10 * MS, duplicate: 0.5, ..Impairment::default() };
        let mut seen = Vec::new();
        for fate in fates(path, 2, 500) {
            let Fate::Delivered { after, again, .. } = fate else { panic!("{fate:?}") };
            seen.push(after);
            seen.extend(again);
        }
        assert!(seen.iter().all(|after| (20 * MS..30 * MS).contains(after)));
        assert!(seen.iter().any(|after| *after < 22 * MS) && seen.iter().any(|after| *after > 28 * MS));
    }

    #[test]
    fn probabilities_are_met_and_repeat_by_seed() {
        let path = Impairment { loss: 0.3, reorder: 0.2, reorder_by: 9 * MS, ..Impairment::default() };
        let fates = |seed| fates(path, seed, 10_000);
        assert_eq!(fates(3), fates(3));
        let lost = fates(3).iter().filter(|fate| **fate == Fate::Lost).count();
        let reordered =
            Fate::Delivered { after: 9 * MS, again: None, reordered: true, forgery: Forgery::None };
        let held = fates(3).iter().filter(|fate| **fate == reordered).count();
        assert!((2_800..3_200).contains(&lost), "lost {lost}");
        assert!((1_200..1_600).contains(&held), "held back {held}");
    }

    #[test]
    fn a_black_hole_does_not_shift_later_decisions() {
        let open = Impairment { loss: 0.5, ..Impairment::default() };
        let closed = Impairment { black_hole: true, ..open };
        let mut random = Random::new(4);
        assert_eq!(closed.decide(&mut random), Fate::Swallowed);
        let after: Vec<_> = (0..99).map(|_| open.decide(&mut random)).collect();
        assert_eq!(after, fates(open, 4, 100)[1..]);
    }
}
