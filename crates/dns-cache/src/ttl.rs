//! How long an answer is fresh.

use crate::config::Millis;

/// What jitter takes off a TTL at most unless told otherwise, as a share of it.
pub const DEFAULT_JITTER_SHARE: f64 = 0.1;

/// A dynamic TTL of an answer that nobody has read.
pub(crate) const DYNAMIC_TTL_MS: Millis = 300_000;
/// Hits that lengthen a dynamic TTL by a fifth of what it began with.
const HITS_A_STEP: u32 = 10;
/// It grows no further after so many such steps: to twice what it began with.
const STEPS: u32 = 5;

/// `ttl_ms` × (1 − U·`share`), U = `jitter` ÷ 2³²: answers that came together do not run out together, and none
/// is fresh for longer than its owner said. A share outside 0–1 counts as the nearer of the two.
pub(crate) fn lifetime(ttl_ms: Millis, share: f64, jitter: u32) -> u32 {
    let ttl = saturate(ttl_ms);
    let share = if share > 0.0 { share.min(1.0) } else { 0.0 };
    let off = f64::from(ttl) * share * (f64::from(jitter) / 4_294_967_296.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and `ttl`")]
    let off = off as u32;
    ttl - off
}

/// The dynamic TTL after so many hits, of an answer that began with `base_ms`: 300 s + min(300, ⌊hits ÷ 10⌋ · 60)
/// where nothing was taken off for jitter, and three fifths of that while upstreams are slow.
pub(crate) fn dynamic(base_ms: u32, hits: u32, slow: bool) -> Millis {
    let grown =
        Millis::from(base_ms) * Millis::from(STEPS + (hits / HITS_A_STEP).min(STEPS)) / Millis::from(STEPS);
    if slow { grown * 3 / 5 } else { grown }
}

/// The largest duration that is stored is 2³² − 1 ms, 49 days.
pub(crate) fn saturate(ms: Millis) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_only_shortens_and_by_its_share_at_most() {
        assert_eq!(lifetime(60_000, 0.1, 0), 60_000);
        assert_eq!(lifetime(60_000, 0.1, u32::MAX), 54_001);
        assert_eq!(lifetime(60_000, 0.1, u32::MAX / 2), 57_001);
        assert_eq!(lifetime(60_000, 0.05, u32::MAX), 57_001);
        assert_eq!(lifetime(60_000, 0.0, u32::MAX), 60_000);
        assert_eq!(lifetime(0, 0.1, u32::MAX), 0);
        assert_eq!(lifetime(1, 0.1, u32::MAX), 1);
        assert_eq!(lifetime(u64::MAX, 0.1, 0), u32::MAX);
    }

    #[test]
    fn a_share_out_of_range_counts_as_the_nearer_end() {
        for (share, least) in [(-0.5, 60_000), (f64::NAN, 60_000), (1.0, 1), (7.0, 1), (f64::INFINITY, 1)] {
            assert_eq!(lifetime(60_000, share, u32::MAX), least, "{share}");
        }
    }

    #[test]
    fn a_dynamic_ttl_grows_by_a_minute_for_ten_hits_up_to_ten_minutes() {
        let seconds = |hits, slow| dynamic(saturate(DYNAMIC_TTL_MS), hits, slow) / 1_000;
        let hits = [0, 9, 10, 19, 20, 49, 50, 1_000, u32::MAX];
        assert_eq!(hits.map(|hits| seconds(hits, false)), [300, 300, 360, 360, 420, 540, 600, 600, 600]);
        assert_eq!(hits.map(|hits| seconds(hits, true)), [180, 180, 216, 216, 252, 324, 360, 360, 360]);
    }
}
