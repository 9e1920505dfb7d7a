//! A direction: what the owner of a namespace decided about its upstreams. Which of them answer, and how well, is judged
//! elsewhere; here it is obeyed.

/// How the upstreams of a namespace are to be gone about, until there is another direction. Upstreams are meant by their
/// numbers: see [`crate::Upstreams`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Direction {
    /// As it was given, for whoever decides next.
    pub text: String,
    /// The digest of the namespace, hexadecimal: it is for no other.
    pub namespace: String,
    /// In this order they are asked. Those that are missing come last.
    pub order: Vec<u16>,
    /// They answer no more, and are asked when all others have failed.
    pub down: Vec<u16>,
    /// How good each is, by number, 0 to 1.
    pub scores: Vec<f64>,
    /// The fallbacks may be asked without a primary having failed.
    pub fallback_leads: bool,
    /// What leads to the fallbacks goes to all of them, until one of them has data.
    pub racing: bool,
    /// Who is asked first about a share of all names.
    pub canary: Option<Canary>,
    /// Who gets a copy of each question, to be measured.
    pub shadow: Option<u16>,
    /// Which of the primaries is asked first: the better of two at random, instead of the first in the order.
    pub two_choices: bool,
    /// Share of the questions of which another upstream of the class gets a copy, to be measured.
    pub exploration: f64,
}

/// Who is to prove that it answers again, and how often it is asked first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Canary {
    /// The candidate's number.
    pub upstream: u16,
    /// Of all names, 0 to 1.
    pub share: f64,
}

impl Direction {
    /// The same for `count` upstreams: the order has each of them, once, and nobody else.
    pub(crate) fn over(mut self, count: usize) -> Self {
        let known = |number: u16| usize::from(number) < count;
        let mut order: Vec<u16> = Vec::with_capacity(count);
        for number in self.order.drain(..).filter(|number| known(*number)).chain((0..).take(count)) {
            if !order.contains(&number) {
                order.push(number);
            }
        }
        self.order = order;
        self.canary = self.canary.filter(|canary| known(canary.upstream));
        self.shadow = self.shadow.filter(|number| known(*number));
        self
    }

    pub(crate) fn is_down(&self, number: u16) -> bool {
        self.down.contains(&number)
    }

    pub(crate) fn score(&self, number: u16) -> f64 {
        self.scores.get(usize::from(number)).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_upstream_has_one_place_in_the_order() {
        let canary = |upstream| Some(Canary { upstream, share: 0.05 });
        let direction =
            Direction { order: vec![2, 7, 0, 2], canary: canary(7), shadow: Some(3), ..Direction::default() };
        let over = direction.over(4);
        assert_eq!((over.order, over.canary, over.shadow), (vec![2, 0, 1, 3], None, Some(3)));
        let over = Direction { canary: canary(1), ..Direction::default() }.over(2);
        assert_eq!((over.order, over.canary), (vec![0, 1], canary(1)));
    }
}
