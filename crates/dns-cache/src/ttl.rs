//! How long an answer is fresh.

use crate::config::Millis;

/// The most that jitter takes off a TTL, as a divisor: a tenth.
const JITTER: u64 = 10;

/// `ttl_ms` × (1 − U/10), U = `jitter` ÷ 2³²: answers that came together do not run out together, and none is
/// fresh for longer than its owner said.
pub(crate) fn lifetime(ttl_ms: Millis, jitter: u32) -> u32 {
    let ttl = saturate(ttl_ms);
    let off = ((u64::from(ttl) * u64::from(jitter)) >> 32) / JITTER;
    ttl - saturate(off)
}

/// The largest duration that is stored is 2³² − 1 ms, 49 days.
pub(crate) fn saturate(ms: Millis) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_only_shortens_and_by_a_tenth_at_most() {
        assert_eq!(lifetime(60_000, 0), 60_000);
        assert_eq!(lifetime(60_000, u32::MAX), 54_001);
        assert_eq!(lifetime(60_000, u32::MAX / 2), 57_001);
        assert_eq!(lifetime(0, u32::MAX), 0);
        assert_eq!(lifetime(1, u32::MAX), 1);
        assert_eq!(lifetime(u64::MAX, 0), u32::MAX);
    }
}
