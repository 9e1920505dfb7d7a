//! How long a failure is remembered (RFC 9520).

use crate::config::Millis;

/// A server answered uselessly: 1 s, then 2, then 5 for as long as it goes on.
const SERVER_FAILURE_MS: [u32; 3] = [1_000, 2_000, 5_000];
/// Nobody answered.
const UNREACHABLE_MS: u32 = 1_000;
/// A failure that comes this long after the last one has ended continues its back-off: longer than any
/// attempt takes.
pub(crate) const MEMORY_MS: Millis = 30_000;

/// The step and the duration of a failure that follows one of step `previous` (0: none).
pub(crate) fn next(unreachable: bool, previous: u8) -> (u8, u32) {
    if unreachable {
        // Somebody being away says nothing about how a server fails when it is there.
        return (previous, UNREACHABLE_MS);
    }
    let step = usize::from(previous).min(SERVER_FAILURE_MS.len() - 1);
    (previous.saturating_add(1).min(3), SERVER_FAILURE_MS[step])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn useless_answers_are_held_longer_each_time_and_silence_is_not() {
        let mut step = 0;
        let mut held = Vec::new();
        for _ in 0..4 {
            let (next_step, ms) = next(false, step);
            step = next_step;
            held.push(ms);
        }
        assert_eq!(held, [1_000, 2_000, 5_000, 5_000]);
        assert_eq!(next(true, 0), (0, 1_000));
        assert_eq!(next(true, 2), (2, 1_000));
    }
}
