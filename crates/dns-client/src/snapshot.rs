//! What a resolver goes by at one moment: servers, search list, hosts, and the part of the cache that belongs to them.

use std::fmt::Write as _;
use std::sync::Arc;

use dns_cache::{Cache, NamespaceId, NamespaceLimits};
use dns_wire::Name;
use sha2::{Digest, Sha256};

use crate::options::{self, LocalAddress, ResolverOptions, RouteOption, Servers};
use crate::plan::{Class, DEFAULT_TRIES, Endpoint, Pace, Plan, PlannedUpstream, is_selective};
use crate::private_names::PrivateNames;
use crate::routes::{Route, Routes};
use crate::server::{Server, ServerOption};
use crate::system::{HostsFile, ResolvConf, SearchConfig};
use crate::system_files::SystemView;

/// A namespace of the cache that stays open while this lives.
#[derive(Debug)]
pub(crate) struct Namespace {
    cache: Arc<Cache>,
    id: NamespaceId,
    digest: [u8; 32],
}

impl Namespace {
    fn open(cache: &Arc<Cache>, digest: [u8; 32], limits: NamespaceLimits) -> Self {
        Self { id: cache.open_namespace(digest, limits), cache: Arc::clone(cache), digest }
    }

    pub(crate) const fn id(&self) -> NamespaceId {
        self.id
    }

    pub(crate) const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Hexadecimal.
    pub(crate) fn digest_text(&self) -> String {
        self.digest.iter().fold(String::with_capacity(64), |mut text, octet| {
            // Writing to a string cannot fail.
            let _infallible = write!(text, "{octet:02x}");
            text
        })
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        self.cache.close_namespace(self.id);
    }
}

/// What a resolver goes by at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) namespace: Namespace,
    pub(crate) plan: Arc<Plan>,
    pub(crate) hosts: Option<Arc<HostsFile>>,
    pub(crate) search: Arc<SearchConfig>,
    pub(crate) no_aaaa: bool,
    /// `getaddrinfo` on this machine asks more than files and DNS.
    pub(crate) other_services: bool,
}

impl Snapshot {
    pub(crate) fn new(options: &ResolverOptions, view: &SystemView, cache: &Arc<Cache>) -> Self {
        let plan = plan(options, &view.resolv_conf, &view.servers);
        let digest = digest(options, &plan);
        let limits = NamespaceLimits {
            max_bytes: options.cache.max_bytes,
            max_entries: u64::from(options.cache.max_entries),
        };
        let mut search = view.resolv_conf.search_config();
        if let Some(suffixes) = &options.search {
            // Checked when the resolver was opened.
            search.suffixes = suffixes.iter().filter_map(|suffix| Name::from_ascii(suffix).ok()).collect();
        }
        if let Some(ndots) = options.ndots {
            search.ndots = ndots;
        }
        Self {
            namespace: Namespace::open(cache, digest, limits),
            plan: Arc::new(plan),
            hosts: view.hosts.clone(),
            search: Arc::new(search),
            no_aaaa: view.resolv_conf.options.no_aaaa,
            other_services: view.other_services,
        }
    }

    /// How `name` is asked for.
    pub(crate) fn plan_of(&self, name: &Name) -> &Arc<Plan> {
        self.plan.routes.plan_of(name).unwrap_or(&self.plan)
    }

    /// Whether answers under `self` and `other` may differ.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        let same_hosts = match (&self.hosts, &other.hosts) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        !same_hosts
            || self.namespace.digest != other.namespace.digest
            || self.plan != other.plan
            || self.search != other.search
            || self.no_aaaa != other.no_aaaa
            || self.other_services != other.other_services
    }
}

pub(crate) fn plan(options: &ResolverOptions, resolv_conf: &ResolvConf, system: &[ServerOption]) -> Plan {
    let from_system = options.servers == Servers::System;
    let settings = &resolv_conf.options;
    let attempt_timeout_ms = options.timeout_ms.map(u64::from).or_else(|| {
        if from_system { settings.timeout_s.map(|seconds| u64::from(seconds) * 1_000) } else { None }
    });
    let tries = options.tries.or(if from_system { settings.attempts } else { None });
    let servers = match &options.servers {
        Servers::System => system,
        Servers::List(list) => list,
    };
    let hedge = options.hedge && options.backoff_max_ms.is_none();
    let upstreams = upstreams(servers, &options.fallback, options.local_address);
    let mut plan = Plan {
        selective: is_selective(&upstreams),
        upstreams,
        ordered: from_system,
        rotate: from_system && settings.rotate,
        use_vc: from_system && settings.use_vc,
        pace: Pace {
            tries: tries.unwrap_or(DEFAULT_TRIES).max(1),
            attempt_timeout_ms,
            backoff_max_ms: options.backoff_max_ms.map(u64::from),
            persistent: tries.is_none() && options.backoff_max_ms.is_none(),
        },
        hedge,
        suspicion: hedge,
        ttl_seconds: (
            options.cache.min_ttl_seconds.min(options.cache.max_ttl_seconds),
            options.cache.max_ttl_seconds,
        ),
        stale_ms: u64::from(options.cache.stale_max_age_seconds) * 1_000,
        stale_after_ms: u64::from(options.cache.stale_serve_after_ms),
        stale_hold_ms: u64::from(options.cache.stale_hold_seconds) * 1_000,
        jitter: options.cache.jitter,
        refresh_ahead: options.cache.refresh_ahead,
        negative_ttl_cap: options.cache.negative_max_ttl_seconds,
        negative_if_absent: options.cache.negative_if_absent,
        dynamic_ttl: options.cache.dynamic_ttl,
        misses_per_second: options.cache.misses_per_second,
        private_names: Arc::new(PrivateNames::new(
            // Checked when the resolver was opened, like the suffixes of routes.
            options.private_names.iter().filter_map(|text| options::suffix(text)).collect(),
        )),
        routes: Routes::default(),
        route: None,
    };
    plan.routes =
        Routes::new(options.routes.iter().filter_map(|route| route_of(options, &plan, route)).collect());
    plan
}

/// How the names of a route are asked for: of its servers, which are interchangeable, and otherwise like all others.
#[cold]
fn route_of(options: &ResolverOptions, plan: &Plan, route: &RouteOption) -> Option<Route> {
    let suffix = options::suffix(&route.suffix)?;
    let upstreams = upstreams(&route.servers, &[], options.local_address);
    let plan = Plan {
        selective: is_selective(&upstreams),
        upstreams,
        ordered: false,
        rotate: false,
        use_vc: false,
        route: Some(suffix.clone()),
        ..plan.clone()
    };
    Some(Route { suffix, plan: Arc::new(plan) })
}

/// Both classes, each server once: one that is listed again would be asked no better.
fn upstreams(
    primaries: &[ServerOption],
    fallbacks: &[ServerOption],
    local: LocalAddress,
) -> Vec<PlannedUpstream> {
    let mut upstreams: Vec<PlannedUpstream> = Vec::with_capacity(primaries.len() + fallbacks.len());
    for (servers, class) in [(primaries, Class::Primary), (fallbacks, Class::Fallback)] {
        for &ServerOption { server, public } in servers {
            let endpoint = Endpoint { server, local: local.towards(server) };
            if upstreams.iter().all(|known| known.endpoint != endpoint) {
                upstreams.push(PlannedUpstream { endpoint, class, public });
            }
        }
    }
    upstreams
}

/// Identifies all that can change a record. Two resolvers share answers exactly if theirs are equal.
fn digest(options: &ResolverOptions, plan: &Plan) -> [u8; 32] {
    let mut text = String::from("doubao-resolver/1");
    list_upstreams(&mut text, plan);
    for suffix in plan.private_names.suffixes() {
        let _infallible = write!(text, "\nprivate {suffix}");
    }
    for route in plan.routes.iter() {
        let _infallible = write!(text, "\nroute {}", route.suffix);
        list_upstreams(&mut text, &route.plan);
    }
    let _infallible = write!(
        text,
        "\nordered {} ttl {} {} stale {} jitter {} ahead {} denials {} {} dynamic {}\nname {:?}",
        plan.ordered,
        plan.ttl_seconds.0,
        plan.ttl_seconds.1,
        plan.stale_ms,
        plan.jitter.to_bits(),
        plan.refresh_ahead,
        plan.negative_ttl_cap,
        plan.negative_if_absent,
        plan.dynamic_ttl,
        options.namespace
    );
    Sha256::digest(text).into()
}

#[cold]
fn list_upstreams(text: &mut String, plan: &Plan) {
    for PlannedUpstream { endpoint: Endpoint { server, local }, class, public } in &plan.upstreams {
        let _infallible = write!(text, "\nserver {} {server}", server.protocol().as_str());
        if let Server::Encrypted(server) = server {
            let _infallible = write!(text, " as {:?}", server.identity());
        }
        if let Some(local) = local {
            let _infallible = write!(text, " from {local}");
        }
        if *class == Class::Fallback {
            text.push_str(" fallback");
        }
        if *public {
            text.push_str(" public");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{EncryptedServer, Protocol};

    fn plain(address: &str) -> ServerOption {
        ServerOption::plain(Protocol::Udp, address.parse().expect("an address"))
    }

    fn encrypted(identity: &str) -> ServerOption {
        let server = EncryptedServer::new(Protocol::Https, "https://dns.test/q", identity);
        ServerOption { server: Server::Encrypted(server), public: true }
    }

    fn options(primaries: Vec<ServerOption>, fallback: Vec<ServerOption>) -> ResolverOptions {
        ResolverOptions { servers: Servers::List(primaries), fallback, ..ResolverOptions::default() }
    }

    fn plan_of(options: &ResolverOptions) -> Plan {
        plan(options, &ResolvConf::default(), &[])
    }

    #[test]
    fn upstreams_are_numbered_each_once_primaries_first() {
        let (one, two) = (plain("192.0.2.1:53"), plain("192.0.2.2:53"));
        let plan = plan_of(&options(vec![one, two, one], vec![encrypted("a"), two, encrypted("b")]));
        let ids =
            ["udp://192.0.2.1:53", "udp://192.0.2.2:53", "https://dns.test/q", "https://dns.test/q (2)"];
        assert_eq!(plan.upstream_ids(), ids);
        assert_eq!(plan.primaries(), 2);
        assert_eq!(plan.upstreams.iter().map(|u| u.public).collect::<Vec<_>>(), [false, false, true, true]);
    }

    #[test]
    fn who_is_asked_when_and_may_be_told_what_makes_a_namespace() {
        let (one, two) = (plain("192.0.2.1:53"), plain("192.0.2.2:53"));
        let strange = ServerOption { public: true, ..two };
        let private = |suffixes: &[&str]| ResolverOptions {
            private_names: suffixes.iter().map(ToString::to_string).collect(),
            ..options(vec![one], Vec::new())
        };
        let routed = |suffix: &str, server| ResolverOptions {
            routes: vec![RouteOption { suffix: suffix.to_owned(), servers: vec![server] }],
            ..options(vec![one], Vec::new())
        };
        let all = [
            options(vec![one], Vec::new()),
            options(vec![one, two], Vec::new()),
            options(vec![one], vec![two]),
            options(vec![one], vec![strange]),
            options(vec![one], vec![encrypted("a")]),
            options(vec![one], vec![encrypted("b")]),
            private(&["a.example"]),
            private(&["b.example"]),
            routed("a.example", one),
            routed("a.example", two),
            routed("b.example", two),
        ];
        let digests: Vec<_> = all.iter().map(|options| digest(options, &plan_of(options))).collect();
        for (place, one) in digests.iter().enumerate() {
            assert!(digests[..place].iter().all(|other| other != one), "{:?}", all[place]);
        }
    }
}
