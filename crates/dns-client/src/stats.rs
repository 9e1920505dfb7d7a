//! Counters that tell what the client is doing.

use std::sync::atomic::{AtomicU64, Ordering};

/// Process-wide counters, written by the I/O thread and by callers.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) waiters: AtomicU64,
    pub(crate) flights: AtomicU64,
    pub(crate) lookups: AtomicU64,
    pub(crate) cache_hits: AtomicU64,
    pub(crate) cache_misses: AtomicU64,
    pub(crate) queries_sent: AtomicU64,
    pub(crate) tcp_queries_sent: AtomicU64,
    pub(crate) hedges: AtomicU64,
    pub(crate) coalesced: AtomicU64,
    pub(crate) spoof_rejected: AtomicU64,
    pub(crate) malformed: AtomicU64,
    pub(crate) cookies_rejected: AtomicU64,
    pub(crate) overload_rejected: AtomicU64,
    pub(crate) refreshes: AtomicU64,
    pub(crate) sockets: AtomicU64,
    pub(crate) tcp_connections: AtomicU64,
    pub(crate) network_changes: AtomicU64,
    pub(crate) resumes: AtomicU64,
    pub(crate) miss_limited: AtomicU64,
    pub(crate) stale_served: AtomicU64,
}

/// Adds one; the counters are statistics and order nothing.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A moment's view of one server.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UpstreamStats {
    /// As in [`crate::Upstreams`].
    pub id: String,
    /// `primary` or `fallback`.
    pub class: &'static str,
    /// It must not be told private names.
    pub public: bool,
    /// The suffix of the route that it belongs to; such a server has no number.
    pub route: Option<String>,
    /// `address:port`, or a URL.
    pub server: String,
    /// `udp`, `tcp`, `https` or `tls`.
    pub transport: &'static str,
    /// 95th percentile of recent round trips in milliseconds; absent before the first.
    pub p95_ms: Option<f64>,
    /// Queries without an answer so far.
    pub inflight: u32,
    /// Queries sent.
    pub sent: u64,
    /// Acceptable answers.
    pub answered: u64,
    /// Timeouts, errors and malformed answers.
    pub failed: u64,
    /// Silent while others wait: it no longer leads.
    pub suspect: bool,
    /// Answers to EDNS queries are known to come.
    pub edns: bool,
}

/// The upstreams of a namespace, by number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upstreams {
    /// As in [`Stats`].
    pub namespace: String,
    /// The primaries are a preference, not a pool: they may not know the same names.
    pub ordered: bool,
    /// Primaries first.
    pub upstreams: Vec<NumberedUpstream>,
}

/// One of [`Upstreams`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedUpstream {
    /// `udp://10.0.0.2:53`, or the URL of an encrypted server; each has its own.
    pub id: String,
    /// What it is there for.
    pub class: crate::Class,
    /// How it is asked.
    pub protocol: crate::Protocol,
    /// It must not be told private names.
    pub public: bool,
}

/// A moment's view of the client and of one resolver's part of the cache.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stats {
    /// Waiting callers, process-wide.
    pub waiters: u64,
    /// Open flights, process-wide.
    pub flights: u64,
    /// Lookups and queries that reached native code.
    pub lookups: u64,
    /// Of those, answered from the cache at once.
    pub cache_hits: u64,
    /// Of those, handed to the I/O thread.
    pub cache_misses: u64,
    /// Datagrams and TCP frames sent.
    pub queries_sent: u64,
    /// Of those, over TCP.
    pub tcp_queries_sent: u64,
    /// Queries sent before the attempt's timeout.
    pub hedges: u64,
    /// Waiters that joined a flight under way.
    pub coalesced: u64,
    /// Datagrams dropped because ID or question did not match.
    pub spoof_rejected: u64,
    /// Matching answers that were malformed.
    pub malformed: u64,
    /// Datagrams dropped because they lacked the cookie that the server had been given.
    pub cookies_rejected: u64,
    /// Lookups refused because too many were in flight.
    pub overload_rejected: u64,
    /// Flights begun ahead of expiry.
    pub refreshes: u64,
    /// Open UDP sockets.
    pub sockets: u64,
    /// Open TCP connections.
    pub tcp_connections: u64,
    /// Lookups refused because of the limit of unknown names.
    pub miss_limited: u64,
    /// Answered with addresses that had expired.
    pub stale_served: u64,
    /// How often this machine's addresses changed.
    pub network_changes: u64,
    /// How often this machine woke from sleep.
    pub resumes: u64,
    /// Entries in this resolver's namespace.
    pub cache_entries: u64,
    /// Octets in this resolver's namespace.
    pub cache_bytes: u64,
    /// Names of this resolver's namespace whose popularity is known.
    pub popular_names: u64,
    /// Entries evicted from this resolver's namespace.
    pub cache_evictions: u64,
    /// Hexadecimal digest of the namespace; empty before the first lookup.
    pub namespace: String,
    /// The resolver's environment owns the namespace: see [`crate::Client::own`].
    pub owner: bool,
    /// The servers in use: by number, then those of routes.
    pub upstreams: Vec<UpstreamStats>,
    /// What was wrong with the system's files, newest last.
    pub warnings: Vec<String>,
}
