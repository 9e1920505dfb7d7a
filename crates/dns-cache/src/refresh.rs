//! When a popular answer is refreshed ahead of its expiry.

use crate::config::Millis;

/// Hits within its TTL that make a name worth refreshing before anybody has to wait for it.
pub(crate) const REFRESH_HITS: u32 = 3;
/// The β of `XFetch`: above 1 refreshes earlier.
const BETA: f64 = 1.0;
/// A refresh begins at the latest when this part of the lifetime is left, as a divisor: a tenth.
const LATEST: u32 = 10;
/// A refresh begins at the earliest when this part of the lifetime is left, as a divisor: a half.
const EARLIEST: u32 = 2;

/// How long before expiry to refresh: δ·β·(−ln u) with δ the duration of a lookup, kept within the last 10 to
/// 50 % of the lifetime.
///
/// Drawing the point once per fill spreads refreshes of different processes exactly as a draw per read does
/// (Vattani, Chierichetti, Lowenstein: *Optimal Probabilistic Cache Stampede Prevention*), without a random
/// number on the hot path.
pub(crate) fn before_expiry(lifetime_ms: u32, random: f64, lookup_p95_ms: Millis) -> u32 {
    let u = if random > 0.0 && random <= 1.0 { random } else { 1.0 };
    let delta = f64::from(crate::ttl::saturate(lookup_p95_ms));
    let earliest = lifetime_ms / EARLIEST;
    let ahead = (delta * BETA * -u.ln()).min(f64::from(earliest));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and `earliest`")]
    let ahead = ahead as u32;
    ahead.max(lifetime_ms / LATEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_the_last_tenth_to_half() {
        assert_eq!(before_expiry(60_000, 1.0, 10_000), 6_000);
        assert_eq!(before_expiry(60_000, f64::MIN_POSITIVE, 10_000), 30_000);
        assert_eq!(before_expiry(60_000, 1.0 / std::f64::consts::E, 10_000), 10_000);
        assert_eq!(before_expiry(60_000, 0.5, u64::MAX), 30_000);
        assert_eq!(before_expiry(0, 0.5, 20), 0);
    }

    #[test]
    fn a_random_number_outside_its_range_counts_as_one() {
        for random in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
            assert_eq!(before_expiry(60_000, random, 10_000), 6_000);
        }
    }
}
