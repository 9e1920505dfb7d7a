//! What JavaScript says about the legs that it carries.

use dns_client::{LegEnding, LegFailure};

/// The ending of a leg: an answer's octets, or the number of a failure among the outcomes of samples.
pub(crate) fn ending(outcome: u32, answer: Option<Vec<u8>>) -> Option<LegEnding> {
    match answer {
        Some(octets) => (outcome == 0).then_some(LegEnding::Answer(octets)),
        None => failure(outcome).map(LegEnding::Failed),
    }
}

const fn failure(outcome: u32) -> Option<LegFailure> {
    match outcome {
        7 => Some(LegFailure::Malformed),
        8 => Some(LegFailure::Timeout),
        9 => Some(LegFailure::Network),
        10 => Some(LegFailure::Tls),
        11 => Some(LegFailure::Http),
        12 => Some(LegFailure::Local),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_answer_or_a_failure() {
        assert_eq!(ending(0, Some(vec![1])), Some(LegEnding::Answer(vec![1])));
        assert_eq!(ending(12, None), Some(LegEnding::Failed(LegFailure::Local)));
        for (outcome, answer) in [(0, None), (6, None), (13, None), (254, None), (8, Some(vec![1]))] {
            assert_eq!(ending(outcome, answer), None, "{outcome}");
        }
    }
}
