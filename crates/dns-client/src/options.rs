//! What a resolver is opened with. Plain fields: the embedding program has validated shapes and units.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use dns_wire::Name;
use thiserror::Error;

use crate::server::{Server, ServerOption};

/// Addresses of this machine that queries leave from; the system's choice where absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LocalAddress {
    /// To servers with an IPv4 address.
    pub ipv4: Option<Ipv4Addr>,
    /// To servers with an IPv6 address.
    pub ipv6: Option<Ipv6Addr>,
}

impl LocalAddress {
    pub(crate) fn towards(self, server: Server) -> Option<IpAddr> {
        match server.address()? {
            SocketAddr::V4(_) => self.ipv4.map(IpAddr::V4),
            SocketAddr::V6(_) => self.ipv6.map(IpAddr::V6),
        }
    }
}

/// Where the servers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Servers {
    /// The system's configuration: an ordered list.
    System,
    /// Named by the user, in this order.
    List(Vec<ServerOption>),
}

/// The most, and the default, that jitter takes off a TTL, as a share of it.
pub const MAX_JITTER: f64 = dns_cache::DEFAULT_JITTER_SHARE;

/// Bounds and rules of the cache's part that this resolver uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CacheOptions {
    /// Octets.
    pub max_bytes: u64,
    /// Entries.
    pub max_entries: u32,
    /// Seconds; smaller TTLs are raised to it.
    pub min_ttl_seconds: u32,
    /// Seconds; larger TTLs are lowered to it.
    pub max_ttl_seconds: u32,
    /// Seconds that an expired answer is kept.
    pub stale_max_age_seconds: u32,
    /// Milliseconds that a lookup waits for an answer before it takes an expired one; half of its own time if that is less.
    pub stale_serve_after_ms: u32,
    /// Seconds that a name is not asked for again after an expired answer was served.
    pub stale_hold_seconds: u32,
    /// What is taken off a TTL at random, at most, as a share of it.
    pub jitter: f64,
    /// Ask for busy names before they expire.
    pub refresh_ahead: bool,
    /// Seconds that a denial is believed at most.
    pub negative_max_ttl_seconds: u32,
    /// A denial does not replace an answer that is still fresh.
    pub negative_if_absent: bool,
    /// Addresses are fresh for 5 to 10 minutes, by use, instead of their TTL.
    pub dynamic_ttl: bool,
    /// Names that nothing is known of and that may be asked for in a second, under each parent domain; 0: any number.
    pub misses_per_second: u32,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_entries: 100_000,
            min_ttl_seconds: 0,
            max_ttl_seconds: 86_400,
            stale_max_age_seconds: 86_400,
            stale_serve_after_ms: 300,
            stale_hold_seconds: 30,
            jitter: MAX_JITTER,
            refresh_ahead: true,
            negative_max_ttl_seconds: 300,
            negative_if_absent: false,
            dynamic_ttl: false,
            misses_per_second: 0,
        }
    }
}

/// Names that have servers of their own: the user's, interchangeable, none of them public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteOption {
    /// The names' last labels.
    pub suffix: String,
    /// At least one.
    pub servers: Vec<ServerOption>,
}

/// What a resolver is opened with.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolverOptions {
    /// Servers.
    pub servers: Servers,
    /// Asked when the servers fail: see [`crate::Class::Fallback`].
    pub fallback: Vec<ServerOption>,
    /// Suffixes whose names have servers of their own; the longest one counts.
    pub routes: Vec<RouteOption>,
    /// Suffixes of names that public servers are not asked for, besides those that everybody's are not.
    pub private_names: Vec<String>,
    /// resolv.conf, read for servers (if [`Servers::System`]), search list and options.
    pub resolv_conf: PathBuf,
    /// The hosts file; `None` for none.
    pub hosts: Option<PathBuf>,
    /// Replaces the system's search list.
    pub search: Option<Vec<String>>,
    /// Replaces the system's ndots.
    pub ndots: Option<u8>,
    /// Milliseconds an attempt may take; adaptive if absent.
    pub timeout_ms: Option<u32>,
    /// Rounds over the servers; 3 if absent.
    pub tries: Option<u8>,
    /// With `timeout_ms`: each round over the servers waits twice as long as the one before, at most so many
    /// milliseconds, or without bound if 0. Nothing is hedged then, and a question may take as long as all rounds do.
    pub backoff_max_ms: Option<u32>,
    /// Where sockets are bound.
    pub local_address: LocalAddress,
    /// Milliseconds a lookup may take.
    pub deadline_ms: u32,
    /// Cache bounds.
    pub cache: CacheOptions,
    /// Part of the namespace's identity: resolvers with different names share nothing.
    pub namespace: Option<String>,
    /// Ask a second server, or again, before the attempt's timeout.
    pub hedge: bool,
}

impl Default for ResolverOptions {
    fn default() -> Self {
        Self {
            servers: Servers::System,
            fallback: Vec::new(),
            routes: Vec::new(),
            private_names: Vec::new(),
            resolv_conf: PathBuf::from("/etc/resolv.conf"),
            hosts: Some(PathBuf::from("/etc/hosts")),
            search: None,
            ndots: None,
            timeout_ms: None,
            tries: None,
            backoff_max_ms: None,
            local_address: LocalAddress::default(),
            deadline_ms: 5_000,
            cache: CacheOptions::default(),
            namespace: None,
            hedge: true,
        }
    }
}

/// Options that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OptionsError {
    /// An empty list of servers.
    #[error("servers: at least one is needed")]
    NoServers,
    /// A search suffix that is no domain name.
    #[error("search: {0:?} is not a domain name")]
    BadSearchSuffix(String),
    /// A private suffix that is no domain name, or the root.
    #[error("privateNames: {0:?} is not a domain name")]
    BadPrivateName(String),
    /// A route's suffix that is no domain name, or the root.
    #[error("routes: {0:?} is not a domain name")]
    BadRoute(String),
    /// Two routes for one suffix.
    #[error("routes: {0:?} has two routes")]
    RepeatedRoute(String),
    /// A route that leads nowhere.
    #[error("routes: {0:?} needs at least one server")]
    RouteWithoutServers(String),
    /// A route to a public server: whatever has a route is a private name.
    #[error("routes: {0:?} leads to a public server")]
    PublicRoute(String),
}

impl ResolverOptions {
    /// What cannot be carried out.
    #[cold]
    pub(crate) fn check(&self) -> Result<(), OptionsError> {
        if matches!(&self.servers, Servers::List(list) if list.is_empty()) {
            return Err(OptionsError::NoServers);
        }
        if let Some(bad) = self.search.iter().flatten().find(|suffix| Name::from_ascii(suffix).is_err()) {
            return Err(OptionsError::BadSearchSuffix(bad.clone()));
        }
        if let Some(bad) = self.private_names.iter().find(|text| suffix(text).is_none()) {
            return Err(OptionsError::BadPrivateName(bad.clone()));
        }
        let mut routed = Vec::with_capacity(self.routes.len());
        for route in &self.routes {
            let text = || route.suffix.clone();
            let suffix = suffix(&route.suffix).ok_or_else(|| OptionsError::BadRoute(text()))?;
            if routed.contains(&suffix) {
                return Err(OptionsError::RepeatedRoute(text()));
            }
            routed.push(suffix);
            if route.servers.is_empty() {
                return Err(OptionsError::RouteWithoutServers(text()));
            }
            if route.servers.iter().any(|server| server.public) {
                return Err(OptionsError::PublicRoute(text()));
            }
        }
        Ok(())
    }
}

/// The name that a suffix stands for, in lower case; `None` if it is none, or the root.
#[cold]
pub(crate) fn suffix(text: &str) -> Option<Name> {
    Name::from_ascii(text).ok().filter(|name| !name.is_root()).map(|name| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Protocol;

    #[test]
    fn what_cannot_be_carried_out_is_named() {
        let server = ServerOption::plain(Protocol::Udp, "10.0.0.2:53".parse().expect("an address"));
        let route = |suffix: &str, servers: &[ServerOption]| RouteOption {
            suffix: suffix.to_owned(),
            servers: servers.to_vec(),
        };
        let routes = |routes: &[RouteOption]| ResolverOptions {
            routes: routes.to_vec(),
            ..ResolverOptions::default()
        };
        let public = ServerOption { public: true, ..server };
        let private = |text: &str| ResolverOptions {
            private_names: vec![text.to_owned()],
            ..ResolverOptions::default()
        };
        let good = route("corp.example", &[server]);
        for (options, expected) in [
            (
                ResolverOptions { servers: Servers::List(Vec::new()), ..ResolverOptions::default() },
                "servers: at least one is needed",
            ),
            (
                ResolverOptions { search: Some(vec!["a..b".to_owned()]), ..ResolverOptions::default() },
                "search: \"a..b\" is not a domain name",
            ),
            (private("a..b"), "privateNames: \"a..b\" is not a domain name"),
            (private("."), "privateNames: \".\" is not a domain name"),
            (private(""), "privateNames: \"\" is not a domain name"),
            (routes(&[good.clone(), route("a..b", &[server])]), "routes: \"a..b\" is not a domain name"),
            (routes(&[route(".", &[server])]), "routes: \".\" is not a domain name"),
            (
                routes(&[good.clone(), route("Corp.example.", &[server])]),
                "routes: \"Corp.example.\" has two routes",
            ),
            (routes(&[route("corp.example", &[])]), "routes: \"corp.example\" needs at least one server"),
            (
                routes(&[route("corp.example", &[server, public])]),
                "routes: \"corp.example\" leads to a public server",
            ),
        ] {
            assert_eq!(options.check().unwrap_err().to_string(), expected);
        }
        assert_eq!(routes(&[good, route("a.corp.example", &[server])]).check(), Ok(()));
        assert_eq!(private("corp.example.").check(), Ok(()));
    }
}
