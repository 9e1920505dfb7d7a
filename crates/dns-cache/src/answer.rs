//! What goes into the cache and what comes out.

use crate::config::Millis;
use crate::ttl::DEFAULT_JITTER_SHARE;

/// How long an expired positive answer is kept unless told otherwise: 24 h.
pub const DEFAULT_STALE_MS: Millis = 24 * 60 * 60 * 1000;

/// What a stored answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// There are records.
    Positive,
    /// The name exists and has no records of this type.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// Resolution failed a moment ago and is not to be tried again yet (RFC 9520); the payload says how.
    Failure,
}

/// What is being stored, as far as the replacement rules care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fill {
    /// There are records. Replaces everything.
    Positive,
    /// NOERROR without records of this type. With a SOA it is proven and replaces everything; without one it
    /// replaces only failures and what has run out.
    NoData {
        /// The answer carried the SOA record of its zone (RFC 2308, section 2.2).
        soa: bool,
    },
    /// The name does not exist. Replaces everything.
    NxDomain,
    /// A server answered uselessly: SERVFAIL, REFUSED, FORMERR, a malformed message. Held for 1, then 2, then
    /// 5 s.
    ServerFailure,
    /// Nobody answered: timeouts and network errors. Held for 1 s, or until
    /// [`Cache::end_failures`](crate::Cache::end_failures).
    Unreachable,
}

/// Where an answer is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// Within its TTL.
    Fresh,
    /// Within its TTL, and the caller has been chosen to refresh it. Exactly one caller is told so; the entry
    /// is [`Refreshing`](Freshness::Refreshing) from then on, until it is filled anew or its refresh has
    /// failed.
    RefreshDue,
    /// Within its TTL, and somebody is refreshing it.
    Refreshing,
    /// Its TTL has run out and it is kept for bad times (RFC 8767). Only positive answers become stale.
    Stale,
}

/// A stored answer, readable for the duration of the closure it is handed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// What the answer says.
    pub kind: Kind,
    /// What was stored, octet by octet.
    pub payload: &'a [u8],
    /// Time left until it expires; 0 once stale.
    pub remaining_ms: Millis,
    /// Time left until a refresh is wanted, or, after a failed attempt, allowed; 0 if that is now. Never
    /// asks for a refresh of an answer that is not positive: for those it equals `remaining_ms`.
    pub refresh_in_ms: Millis,
    /// Where it is in its life.
    pub state: Freshness,
    /// Hits since it was stored, this one included. What found a dynamic TTL run out does not count.
    pub hits: u32,
    /// When it was stored.
    pub stored_at: Millis,
    /// The payload of the failure that last kept a positive answer from being renewed, as long as it forbids
    /// another try (`refresh_in_ms` says how long that is).
    pub failure: Option<&'a [u8]>,
}

/// An answer to store.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Insert<'a> {
    /// What it says.
    pub kind: Fill,
    /// What to hand back: at most 65 535 octets, opaque to the cache.
    pub payload: &'a [u8],
    /// How long it is fresh, clamped to 2³² − 1 ms. 0 is never fresh: a positive answer is stored as stale,
    /// a negative one only ends what it replaces. Failures bring their own and ignore this.
    pub ttl_ms: Millis,
    /// A positive answer is fresh for 300 s + min(300, ⌊hits ÷ 10⌋ · 60) after it was stored, whatever
    /// `ttl_ms` says, and for three fifths of that while the namespace is
    /// [slow](crate::Cache::set_slow). Hits are those since it was stored, and the sum is made at every read:
    /// what is read more often lives longer, but never for longer than 600 s. Jitter shortens both terms.
    pub dynamic_ttl: bool,
    /// How long a positive answer is kept once expired, clamped to 2³² − 1 ms.
    pub stale_ms: Millis,
    /// A uniformly random number. The TTL is shortened by up to `jitter_share` of it in proportion to this.
    pub jitter: u32,
    /// What jitter takes off the TTL at most, as a share of it: 0 takes nothing.
    pub jitter_share: f64,
    /// Whether readers are chosen to refresh a positive answer before it expires.
    pub refresh_ahead: bool,
    /// A uniformly random number in (0, 1], from which the refresh point is drawn.
    pub refresh_random: f64,
    /// What a lookup takes at present, 95th percentile.
    pub lookup_p95_ms: Millis,
    /// A proven denial leaves a positive answer that is still fresh, and any other denial that is, standing,
    /// as an unproven one does. What has expired gives way as ever.
    pub if_absent: bool,
}

impl Default for Insert<'_> {
    fn default() -> Self {
        Self {
            kind: Fill::Positive,
            payload: &[],
            ttl_ms: 0,
            dynamic_ttl: false,
            stale_ms: DEFAULT_STALE_MS,
            jitter: 0,
            jitter_share: DEFAULT_JITTER_SHARE,
            refresh_ahead: true,
            refresh_random: 1.0,
            lookup_p95_ms: 0,
            if_absent: false,
        }
    }
}

/// What became of an [`Insert`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Outcome {
    /// It is what readers see from now on.
    Stored,
    /// What was there is better and stays; an attempt that failed is noted with it.
    Kept,
    /// It exceeds 65 535 octets, 255 for the name, or the namespace's bound all alone. An answer it would
    /// have replaced is gone.
    TooLarge,
    /// The namespace is not open.
    Closed,
}

/// Counters of one namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamespaceStats {
    /// Answers held, the negative ones included.
    pub entries: u64,
    /// Answers held in the share of names without a positive answer.
    pub negative_entries: u64,
    /// Octets held.
    pub bytes: u64,
    /// Reads answered within the TTL.
    pub hits: u64,
    /// Reads that found only a stale answer.
    pub stale_hits: u64,
    /// Reads that found nothing.
    pub misses: u64,
    /// Answers removed to make room.
    pub evictions: u64,
}
