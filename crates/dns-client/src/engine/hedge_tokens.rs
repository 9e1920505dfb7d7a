//! The token bucket that bounds what hedging adds to the load of the servers of a namespace.

/// Hedges that may leave at once.
const BURST: f32 = 20.0;
/// Tokens per query while whoever would be asked too answers.
const REFILL_ANSWERING: f32 = 0.4;
/// Tokens per query otherwise: what does not answer is not asked twice as often.
const REFILL_ILL: f32 = 0.1;

/// One bucket for all servers of a namespace: queries to the one that leads pay for hedges to the next. A retry after an
/// error or timeout takes no token.
#[derive(Debug)]
pub(super) struct HedgeTokens(f32);

impl Default for HedgeTokens {
    fn default() -> Self {
        Self(BURST)
    }
}

impl HedgeTokens {
    /// A query leaves that may be hedged, and whoever would be asked too answers, or does not.
    pub(super) fn queried(&mut self, target_answers: bool) {
        self.0 = (self.0 + if target_answers { REFILL_ANSWERING } else { REFILL_ILL }).min(BURST);
    }

    /// Whether a hedge may leave; it then costs a token.
    pub(super) fn take(&mut self) -> bool {
        if self.0 < 1.0 {
            return false;
        }
        self.0 -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hedges(tokens: &mut HedgeTokens) -> usize {
        std::iter::from_fn(|| tokens.take().then_some(())).count()
    }

    #[test]
    fn twenty_at_once_then_two_in_five_queries_or_one_in_ten() {
        let mut tokens = HedgeTokens::default();
        assert_eq!(hedges(&mut tokens), 20);
        (0..10).for_each(|_| tokens.queried(true));
        assert_eq!(hedges(&mut tokens), 4);
        (0..31).for_each(|_| tokens.queried(false));
        assert_eq!(hedges(&mut tokens), 3);
        (0..1_000).for_each(|_| tokens.queried(true));
        assert_eq!(hedges(&mut tokens), 20);
    }
}
