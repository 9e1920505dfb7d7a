//! How a flight goes about its servers. Published as a whole; a flight keeps the one it started with.

use crate::options::ServerOption;

/// Rounds over the servers unless configured.
pub(crate) const DEFAULT_TRIES: u8 = 3;

/// Servers and parameters of their use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches that are independent of each other")]
pub(crate) struct Plan {
    /// Never empty, in order of preference.
    pub(crate) servers: Vec<ServerOption>,
    /// The list is a preference, not a pool: an earlier server's answer beats a later one's denial.
    pub(crate) ordered: bool,
    /// Begin each flight at the next server.
    pub(crate) rotate: bool,
    /// TCP from the start.
    pub(crate) use_vc: bool,
    /// Rounds over the servers.
    pub(crate) tries: u8,
    /// Milliseconds an attempt may take; adaptive if absent.
    pub(crate) attempt_timeout_ms: Option<u64>,
    /// Ask the next server, or the same again, when an answer is later than usual.
    pub(crate) hedge: bool,
    /// Let servers that fall silent no longer lead.
    pub(crate) suspicion: bool,
    /// Seconds; bounds of what a TTL is taken for.
    pub(crate) ttl_seconds: (u32, u32),
    /// Milliseconds that an expired answer is kept.
    pub(crate) stale_ms: u64,
}
