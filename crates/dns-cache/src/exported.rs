//! What leaves the cache to be kept elsewhere, and what comes back.
//!
//! Times are relative to now, so that they can be written down by any clock.

use crate::answer::{DEFAULT_STALE_MS, Insert};
use crate::config::Millis;

/// A part of what [`Cache::export`](crate::Cache::export) tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Exported<'a> {
    /// A positive answer, fresh or stale.
    Answer {
        /// The name as in [`Key`](crate::Key).
        name: &'a [u8],
        /// The record type.
        rtype: u16,
        /// What was stored, octet by octet.
        payload: &'a [u8],
        /// Time since it was stored.
        stored_ago_ms: Millis,
        /// Time until it expires; negative once it has.
        expires_in_ms: i64,
    },
    /// How much a name was used.
    Popular {
        /// The name as in [`Key`](crate::Key).
        name: &'a [u8],
        /// Hits of its A and AAAA answers, as they counted when it was last used: they are halved for every
        /// 7 days since.
        hits: f64,
        /// Time since it was last used, to within the lifetime of an answer.
        unused_ms: Millis,
    },
}

/// A positive answer that was kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Restore<'a> {
    /// What to hand back: at most 65 535 octets, opaque to the cache.
    pub payload: &'a [u8],
    /// Time since it was stored. One from the future, which a clock that was set leaves behind, is stale.
    pub stored_ago_ms: i64,
    /// Time until it expires, as far as 2³² − 1 ms; negative if it has.
    pub expires_in_ms: i64,
    /// How long it is kept once expired, counted from then, clamped to 2³² − 1 ms.
    pub stale_ms: Millis,
    /// As in [`Insert`].
    pub refresh_ahead: bool,
    /// As in [`Insert`].
    pub refresh_random: f64,
    /// As in [`Insert`].
    pub lookup_p95_ms: Millis,
}

impl Default for Restore<'_> {
    fn default() -> Self {
        let Insert { refresh_ahead, refresh_random, lookup_p95_ms, .. } = Insert::default();
        Self {
            payload: &[],
            stored_ago_ms: 0,
            expires_in_ms: 0,
            stale_ms: DEFAULT_STALE_MS,
            refresh_ahead,
            refresh_random,
            lookup_p95_ms,
        }
    }
}
