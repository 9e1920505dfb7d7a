//! The statistics of a resolver, gathered for its owner.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Client;
use crate::plan::{Plan, PlannedUpstream};
use crate::resolver::Resolver;
use crate::stats::{NumberedUpstream, Stats, UpstreamStats, Upstreams};

impl Client {
    /// A moment's view.
    pub fn stats(&self, resolver: &Arc<Resolver>) -> Stats {
        let shared = &self.shared;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &shared.counters;
        let mut stats = Stats {
            waiters: read(&counters.waiters),
            flights: read(&counters.flights),
            lookups: read(&counters.lookups),
            cache_hits: read(&counters.cache_hits),
            cache_misses: read(&counters.cache_misses),
            queries_sent: read(&counters.queries_sent),
            tcp_queries_sent: read(&counters.tcp_queries_sent),
            hedges: read(&counters.hedges),
            coalesced: read(&counters.coalesced),
            spoof_rejected: read(&counters.spoof_rejected),
            malformed: read(&counters.malformed),
            cookies_rejected: read(&counters.cookies_rejected),
            overload_rejected: read(&counters.overload_rejected),
            refreshes: read(&counters.refreshes),
            sockets: read(&counters.sockets),
            tcp_connections: read(&counters.tcp_connections),
            miss_limited: read(&counters.miss_limited),
            stale_served: read(&counters.stale_served),
            network_changes: read(&counters.network_changes),
            resumes: read(&counters.resumes),
            warnings: shared.warnings.lock().clone(),
            ..Stats::default()
        };
        if let Some(snapshot) = resolver.snapshot() {
            let cache = shared.cache.stats(snapshot.namespace.id());
            stats.cache_entries = cache.entries;
            stats.cache_bytes = cache.bytes;
            stats.cache_evictions = cache.evictions;
            stats.popular_names = self.popular_names(snapshot.namespace.id());
            stats.namespace = snapshot.namespace.digest_text();
            stats.owner = self.owns(resolver, snapshot.namespace.digest());
            let known = shared.upstreams.lock();
            let plan = &snapshot.plan;
            let stats_of = |plan: &Plan| {
                let planned = plan.upstreams.iter().zip(plan.upstream_ids());
                let stats_of = |(PlannedUpstream { endpoint, class, public }, id): (&PlannedUpstream, _)| {
                    let found = known.iter().find(|(known, _)| known == endpoint);
                    UpstreamStats {
                        id,
                        class: class.as_str(),
                        public: *public,
                        route: plan.route.as_ref().map(ToString::to_string),
                        server: endpoint.server.to_string(),
                        transport: endpoint.server.protocol().as_str(),
                        ..found.map(|(_, stats)| stats.clone()).unwrap_or_default()
                    }
                };
                planned.map(stats_of).collect::<Vec<_>>()
            };
            stats.upstreams = stats_of(plan);
            stats.upstreams.extend(plan.routes.iter().flat_map(|route| stats_of(&route.plan)));
        }
        stats
    }

    /// The resolver's upstreams, by number. None before the first lookup, when the namespace is not known yet.
    #[must_use]
    pub fn upstreams(&self, resolver: &Arc<Resolver>) -> Upstreams {
        let Some(snapshot) = resolver.snapshot() else { return Upstreams::default() };
        let plan = &snapshot.plan;
        let numbered = |(upstream, id): (&PlannedUpstream, String)| NumberedUpstream {
            id,
            class: upstream.class,
            protocol: upstream.endpoint.server.protocol(),
            public: upstream.public,
        };
        Upstreams {
            namespace: snapshot.namespace.digest_text(),
            ordered: plan.ordered,
            upstreams: plan.upstreams.iter().zip(plan.upstream_ids()).map(numbered).collect(),
        }
    }
}
