//! Statistics as JSON.

use dns_client::{Stats, UpstreamStats};
use serde::Serialize;

use crate::thread;

/// What JavaScript gets; field by field what [`Stats`] says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatsJson<'a> {
    waiters: u64,
    flights: u64,
    lookups: u64,
    cache_hits: u64,
    cache_misses: u64,
    queries_sent: u64,
    tcp_queries_sent: u64,
    hedges: u64,
    coalesced: u64,
    spoof_rejected: u64,
    malformed: u64,
    overload_rejected: u64,
    refreshes: u64,
    sockets: u64,
    tcp_connections: u64,
    cache_entries: u64,
    cache_bytes: u64,
    cache_evictions: u64,
    namespace: &'a str,
    upstreams: Vec<UpstreamJson<'a>>,
    warnings: &'a [String],
    io_thread_restarts: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpstreamJson<'a> {
    server: &'a str,
    transport: &'a str,
    p95_ms: Option<f64>,
    inflight: u32,
    sent: u64,
    answered: u64,
    failed: u64,
    suspect: bool,
    edns: bool,
}

/// One JSON object.
pub(crate) fn to_json(stats: &Stats) -> serde_json::Result<String> {
    serde_json::to_string(&StatsJson {
        waiters: stats.waiters,
        flights: stats.flights,
        lookups: stats.lookups,
        cache_hits: stats.cache_hits,
        cache_misses: stats.cache_misses,
        queries_sent: stats.queries_sent,
        tcp_queries_sent: stats.tcp_queries_sent,
        hedges: stats.hedges,
        coalesced: stats.coalesced,
        spoof_rejected: stats.spoof_rejected,
        malformed: stats.malformed,
        overload_rejected: stats.overload_rejected,
        refreshes: stats.refreshes,
        sockets: stats.sockets,
        tcp_connections: stats.tcp_connections,
        cache_entries: stats.cache_entries,
        cache_bytes: stats.cache_bytes,
        cache_evictions: stats.cache_evictions,
        namespace: &stats.namespace,
        upstreams: stats.upstreams.iter().map(UpstreamJson::from).collect(),
        warnings: &stats.warnings,
        io_thread_restarts: thread::restarts(),
    })
}

impl<'a> From<&'a UpstreamStats> for UpstreamJson<'a> {
    fn from(upstream: &'a UpstreamStats) -> Self {
        Self {
            server: &upstream.server,
            transport: upstream.transport,
            p95_ms: upstream.p95_ms,
            inflight: upstream.inflight,
            sent: upstream.sent,
            answered: upstream.answered,
            failed: upstream.failed,
            suspect: upstream.suspect,
            edns: upstream.edns,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_camel_case() {
        let stats = Stats {
            waiters: 3,
            upstreams: vec![UpstreamStats {
                server: "10.0.0.2:53".to_owned(),
                transport: "udp",
                p95_ms: None,
                inflight: 1,
                sent: 2,
                answered: 3,
                failed: 4,
                suspect: false,
                edns: true,
            }],
            ..Stats::default()
        };
        let json: serde_json::Value = serde_json::from_str(&to_json(&stats).unwrap()).unwrap();
        assert_eq!(json["waiters"], 3);
        assert_eq!(json["ioThreadRestarts"], 0);
        assert_eq!(json["upstreams"][0]["p95Ms"], serde_json::Value::Null);
        assert_eq!(json["upstreams"][0]["server"], "10.0.0.2:53");
    }
}
