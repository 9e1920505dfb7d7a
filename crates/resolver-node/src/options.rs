//! Options, from the JSON that JavaScript sends to what the client takes. Errors name the key's path.

use std::fmt;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::path::PathBuf;

use dns_client::{CacheOptions, Protocol, ResolverOptions, ServerOption, Servers};
use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};

use crate::scope_id;

/// Reads options.
///
/// # Errors
/// `path: what is wrong`, for instance `servers[0].port: invalid value: integer 70000, expected u16`.
pub(crate) fn parse(json: &str) -> Result<ResolverOptions, String> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let options: Options =
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(options.into())
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    servers: ServerList,
    resolv_conf: PathBuf,
    hosts: HostsFile,
    search: Option<Vec<String>>,
    ndots: Option<u8>,
    timeout_ms: Option<u32>,
    tries: Option<u8>,
    deadline_ms: u32,
    cache: Cache,
    namespace: Option<String>,
    hedge: bool,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Cache {
    max_bytes: u64,
    max_entries: u32,
    min_ttl_seconds: u32,
    max_ttl_seconds: u32,
    stale_max_age_seconds: u32,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Server {
    protocol: Transport,
    address: IpAddr,
    port: u16,
    scope: Option<Scope>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Transport {
    Udp,
    Tcp,
}

/// `"system"`, or a list.
struct ServerList(Servers);

/// A path, or `false`.
struct HostsFile(Option<PathBuf>);

/// An interface's number, from its number or its name.
struct Scope(u32);

impl From<Options> for ResolverOptions {
    fn from(options: Options) -> Self {
        Self {
            servers: options.servers.0,
            resolv_conf: options.resolv_conf,
            hosts: options.hosts.0,
            search: options.search,
            ndots: options.ndots,
            timeout_ms: options.timeout_ms,
            tries: options.tries,
            deadline_ms: options.deadline_ms,
            cache: CacheOptions {
                max_bytes: options.cache.max_bytes,
                max_entries: options.cache.max_entries,
                min_ttl_seconds: options.cache.min_ttl_seconds,
                max_ttl_seconds: options.cache.max_ttl_seconds,
                stale_max_age_seconds: options.cache.stale_max_age_seconds,
            },
            namespace: options.namespace,
            hedge: options.hedge,
        }
    }
}

impl From<Server> for ServerOption {
    fn from(server: Server) -> Self {
        let protocol = match server.protocol {
            Transport::Udp => Protocol::Udp,
            Transport::Tcp => Protocol::Tcp,
        };
        let address = match server.address {
            IpAddr::V6(address) => {
                let scope = server.scope.map_or(0, |scope| scope.0);
                SocketAddr::V6(SocketAddrV6::new(address, server.port, 0, scope))
            }
            IpAddr::V4(_) => SocketAddr::new(server.address, server.port),
        };
        Self { protocol, address }
    }
}

impl<'de> Deserialize<'de> for ServerList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ServerListVisitor;

        impl<'de> Visitor<'de> for ServerListVisitor {
            type Value = ServerList;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("\"system\" or a list of servers")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ServerList, E> {
                if text == "system" {
                    Ok(ServerList(Servers::System))
                } else {
                    Err(E::invalid_value(Unexpected::Str(text), &self))
                }
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<ServerList, A::Error> {
                let mut servers = Vec::new();
                while let Some(server) = items.next_element::<Server>()? {
                    servers.push(server.into());
                }
                Ok(ServerList(Servers::List(servers)))
            }
        }

        deserializer.deserialize_any(ServerListVisitor)
    }
}

impl<'de> Deserialize<'de> for HostsFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HostsFileVisitor;

        impl Visitor<'_> for HostsFileVisitor {
            type Value = HostsFile;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a path or false")
            }

            fn visit_str<E: de::Error>(self, path: &str) -> Result<HostsFile, E> {
                Ok(HostsFile(Some(PathBuf::from(path))))
            }

            fn visit_bool<E: de::Error>(self, on: bool) -> Result<HostsFile, E> {
                if on { Err(E::invalid_value(Unexpected::Bool(on), &self)) } else { Ok(HostsFile(None)) }
            }
        }

        deserializer.deserialize_any(HostsFileVisitor)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        scope_id::parse(&text)
            .map(Self)
            .ok_or_else(|| de::Error::custom(format_args!("{text:?} is no network interface")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: &str =
        r#"{"maxBytes":1,"maxEntries":2,"minTtlSeconds":3,"maxTtlSeconds":4,"staleMaxAgeSeconds":5}"#;

    fn with(servers: &str, rest: &str) -> Result<ResolverOptions, String> {
        parse(&format!(
            r#"{{"servers":{servers},"resolvConf":"/etc/resolv.conf","hosts":false,"deadlineMs":5000,
                "cache":{CACHE},"hedge":true{rest}}}"#
        ))
    }

    #[test]
    fn the_least_that_is_sent() {
        assert_eq!(
            with("\"system\"", "").unwrap(),
            ResolverOptions {
                servers: Servers::System,
                resolv_conf: PathBuf::from("/etc/resolv.conf"),
                hosts: None,
                search: None,
                ndots: None,
                timeout_ms: None,
                tries: None,
                deadline_ms: 5000,
                cache: CacheOptions {
                    max_bytes: 1,
                    max_entries: 2,
                    min_ttl_seconds: 3,
                    max_ttl_seconds: 4,
                    stale_max_age_seconds: 5,
                },
                namespace: None,
                hedge: true,
            }
        );
    }

    #[test]
    fn all_of_it() {
        let options = with(
            r#"[{"protocol":"udp","address":"10.0.0.2","port":53},
                {"protocol":"tcp","address":"fe80::1","port":5353,"scope":"7"}]"#,
            r#","search":["a.example","b"],"ndots":5,"timeoutMs":250,"tries":2,"namespace":"n""#,
        )
        .unwrap();
        let scoped = "fe80::1".parse().unwrap();
        assert_eq!(
            options.servers,
            Servers::List(vec![
                ServerOption { protocol: Protocol::Udp, address: "10.0.0.2:53".parse().unwrap() },
                ServerOption {
                    protocol: Protocol::Tcp,
                    address: SocketAddr::V6(SocketAddrV6::new(scoped, 5353, 0, 7)),
                },
            ])
        );
        assert_eq!(options.search, Some(vec!["a.example".to_owned(), "b".to_owned()]));
        assert_eq!((options.ndots, options.timeout_ms, options.tries), (Some(5), Some(250), Some(2)));
        assert_eq!(options.namespace.as_deref(), Some("n"));
    }

    #[test]
    fn errors_name_the_path() {
        for (servers, rest, expected) in [
            (r#"[{"protocol":"udp","address":"10.0.0.2","port":70000}]"#, "", "servers[0].port: "),
            (r#"[{"protocol":"udp","address":"ten","port":53}]"#, "", "servers[0].address: "),
            (r#"[{"protocol":"quic","address":"::1","port":53}]"#, "", "servers[0].protocol: "),
            (
                r#"[{"protocol":"udp","address":"::1","port":53,"scope":"no such"}]"#,
                "",
                "servers[0].scope: \"no such\" is no network interface",
            ),
            ("\"mine\"", "", "servers: "),
            ("\"system\"", r#","ndots":-1"#, "ndots: "),
            ("\"system\"", r#","search":[1]"#, "search[0]: "),
            ("\"system\"", r#","speed":1"#, "speed: unknown field `speed`"),
        ] {
            let error = with(servers, rest).unwrap_err();
            assert!(error.starts_with(expected), "{error:?} does not start with {expected:?}");
        }
        let error = parse(r#"{"servers":"system","resolvConf":"r","hosts":true}"#).unwrap_err();
        assert!(
            error.starts_with("hosts: invalid value: boolean `true`, expected a path or false"),
            "{error}"
        );
    }
}
