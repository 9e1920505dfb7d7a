//! Options, from the JSON that JavaScript sends to what the client takes. Errors name the key's path.
//!
//! Read by hand: derived readers that know the path would be a tenth of the addon.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::path::PathBuf;
use std::str::FromStr;

use dns_client::{CacheOptions, LocalAddress, MAX_JITTER, Protocol, ResolverOptions, ServerOption, Servers};
use serde_json::{Map, Value};

use crate::scope_id;

type Result<T> = std::result::Result<T, String>;

/// Reads options.
///
/// # Errors
/// `path: what is expected`, for instance `servers[0].port: a whole number up to 65535 is expected`.
pub(crate) fn parse(json: &str) -> Result<ResolverOptions> {
    let value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut options = Node { path: String::new(), value }.object()?;
    let parsed = ResolverOptions {
        servers: servers(options.required("servers")?)?,
        resolv_conf: PathBuf::from(options.required("resolvConf")?.string()?),
        hosts: hosts(options.required("hosts")?)?,
        search: options.optional("search", strings)?,
        ndots: options.optional("ndots", |node| node.integer(u8::MAX))?,
        timeout_ms: options.optional("timeoutMs", |node| node.integer(u32::MAX))?,
        tries: options.optional("tries", |node| node.integer(u8::MAX))?,
        backoff_max_ms: options.optional("backoff", backoff)?,
        local_address: options.optional("localAddress", local_address)?.unwrap_or_default(),
        deadline_ms: options.required("deadlineMs")?.integer(u32::MAX)?,
        cache: cache(options.required("cache")?)?,
        namespace: options.optional("namespace", Node::string)?,
        hedge: options.required("hedge")?.boolean()?,
    };
    options.end()?;
    Ok(parsed)
}

/// `"system"`, or a list.
fn servers(node: Node) -> Result<Servers> {
    if node.value == "system" {
        return Ok(Servers::System);
    }
    if !node.value.is_array() {
        return Err(node.expected("\"system\" or a list"));
    }
    Ok(Servers::List(node.list()?.into_iter().map(server).collect::<Result<_>>()?))
}

fn server(node: Node) -> Result<ServerOption> {
    let mut server = node.object()?;
    let protocol = server.required("protocol")?;
    let protocol = match protocol.value.as_str() {
        Some("udp") => Protocol::Udp,
        Some("tcp") => Protocol::Tcp,
        _ => return Err(protocol.expected("\"udp\" or \"tcp\"")),
    };
    let address = server.required("address")?;
    let ip = address.parsed("an IP address")?;
    let port = server.required("port")?.integer(u16::MAX)?;
    let scope = server.optional("scope", |node| zone(&node))?.unwrap_or(0);
    server.end()?;
    let address = match ip {
        IpAddr::V4(_) => SocketAddr::new(ip, port),
        IpAddr::V6(ip) => SocketAddr::V6(SocketAddrV6::new(ip, port, 0, scope)),
    };
    Ok(ServerOption { protocol, address })
}

/// The number of an interface, from its number or its name.
fn zone(node: &Node) -> Result<u32> {
    node.value
        .as_str()
        .and_then(scope_id::parse)
        .ok_or_else(|| node.expected("the name or number of a network interface"))
}

fn backoff(node: Node) -> Result<u32> {
    let mut backoff = node.object()?;
    let most = backoff.required("maxTimeoutMs")?.integer(u32::MAX)?;
    backoff.end()?;
    Ok(most)
}

fn local_address(node: Node) -> Result<LocalAddress> {
    let mut local = node.object()?;
    let parsed = LocalAddress {
        ipv4: local.optional("ipv4", |node| node.parsed("an IPv4 address"))?,
        ipv6: local.optional("ipv6", |node| node.parsed("an IPv6 address"))?,
    };
    local.end()?;
    Ok(parsed)
}

/// A path, or `false`.
fn hosts(node: Node) -> Result<Option<PathBuf>> {
    match node.value {
        Value::Bool(false) => Ok(None),
        Value::String(path) => Ok(Some(PathBuf::from(path))),
        _ => Err(node.expected("a path or false")),
    }
}

fn strings(node: Node) -> Result<Vec<String>> {
    node.list()?.into_iter().map(Node::string).collect()
}

fn cache(node: Node) -> Result<CacheOptions> {
    let mut cache = node.object()?;
    let defaults = CacheOptions::default();
    let parsed = CacheOptions {
        max_bytes: cache.required("maxBytes")?.integer(u64::MAX)?,
        max_entries: cache.required("maxEntries")?.integer(u32::MAX)?,
        min_ttl_seconds: cache.required("minTtlSeconds")?.integer(u32::MAX)?,
        max_ttl_seconds: cache.required("maxTtlSeconds")?.integer(u32::MAX)?,
        stale_max_age_seconds: cache.required("staleMaxAgeSeconds")?.integer(u32::MAX)?,
        jitter: cache.optional("jitter", Node::share)?.unwrap_or(defaults.jitter),
        refresh_ahead: cache.optional("refreshAhead", Node::boolean)?.unwrap_or(defaults.refresh_ahead),
        negative_max_ttl_seconds: cache
            .optional("negativeMaxTtlSeconds", |node| node.integer(u32::MAX))?
            .unwrap_or(defaults.negative_max_ttl_seconds),
        negative_if_absent: cache
            .optional("negativeIfAbsent", Node::boolean)?
            .unwrap_or(defaults.negative_if_absent),
        dynamic_ttl: cache.optional("dynamicTtl", Node::boolean)?.unwrap_or(defaults.dynamic_ttl),
        misses_per_second: cache
            .optional("missesPerSecond", |node| node.integer(u32::MAX))?
            .unwrap_or(defaults.misses_per_second),
    };
    cache.end()?;
    Ok(parsed)
}

/// A value and where it is.
struct Node {
    path: String,
    value: Value,
}

impl Node {
    fn expected(&self, what: &str) -> String {
        if self.path.is_empty() {
            format!("{what} is expected")
        } else {
            format!("{}: {what} is expected", self.path)
        }
    }

    fn string(self) -> Result<String> {
        match self.value {
            Value::String(text) => Ok(text),
            _ => Err(self.expected("a string")),
        }
    }

    fn parsed<T: FromStr>(self, what: &str) -> Result<T> {
        self.value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| self.expected(what))
    }

    fn boolean(self) -> Result<bool> {
        self.value.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    /// Between 0 and the most that jitter may be.
    fn share(self) -> Result<f64> {
        self.value
            .as_f64()
            .filter(|share| (0.0..=MAX_JITTER).contains(share))
            .ok_or_else(|| self.expected("a number from 0 to 0.1"))
    }

    /// A whole number that `T` can hold; `max` is the largest.
    fn integer<T: TryFrom<u64> + Into<u64>>(self, max: T) -> Result<T> {
        self.value
            .as_u64()
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.expected(&format!("a whole number up to {}", max.into())))
    }

    fn list(self) -> Result<Vec<Self>> {
        let Value::Array(values) = self.value else { return Err(self.expected("a list")) };
        let node = |(index, value)| Self { path: format!("{}[{index}]", self.path), value };
        Ok(values.into_iter().enumerate().map(node).collect())
    }

    fn object(self) -> Result<Object> {
        let Value::Object(fields) = self.value else { return Err(self.expected("an object")) };
        Ok(Object { path: self.path, fields })
    }
}

/// An object whose keys are taken one by one.
struct Object {
    path: String,
    fields: Map<String, Value>,
}

impl Object {
    fn take(&mut self, key: &str) -> Node {
        Node { path: self.path_of(key), value: self.fields.remove(key).unwrap_or_default() }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn required(&mut self, key: &str) -> Result<Node> {
        let node = self.take(key);
        if node.value.is_null() { Err(node.expected("a value")) } else { Ok(node) }
    }

    fn optional<T>(&mut self, key: &str, read: impl FnOnce(Node) -> Result<T>) -> Result<Option<T>> {
        let node = self.take(key);
        if node.value.is_null() { Ok(None) } else { read(node).map(Some) }
    }

    /// An error if there is a key that nobody took.
    fn end(self) -> Result<()> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!("{}: unknown", self.path_of(key))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const CACHE: &str =
        r#"{"maxBytes":1,"maxEntries":2,"minTtlSeconds":3,"maxTtlSeconds":4,"staleMaxAgeSeconds":5}"#;

    fn with(servers: &str, rest: &str) -> Result<ResolverOptions> {
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
                backoff_max_ms: None,
                local_address: LocalAddress::default(),
                deadline_ms: 5000,
                cache: CacheOptions {
                    max_bytes: 1,
                    max_entries: 2,
                    min_ttl_seconds: 3,
                    max_ttl_seconds: 4,
                    stale_max_age_seconds: 5,
                    ..CacheOptions::default()
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
            r#","search":["a.example","b"],"ndots":5,"timeoutMs":250,"tries":2,"namespace":"n",
                "backoff":{"maxTimeoutMs":1000},"localAddress":{"ipv4":"10.0.0.7"}"#,
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
        assert_eq!(options.backoff_max_ms, Some(1000));
        let (ipv4, ipv6) = (Ipv4Addr::new(10, 0, 0, 7).into(), None);
        assert_eq!(options.local_address, LocalAddress { ipv4, ipv6 });
        assert_eq!((options.ndots, options.timeout_ms, options.tries), (Some(5), Some(250), Some(2)));
        assert_eq!(options.namespace.as_deref(), Some("n"));
    }

    #[test]
    fn rules_of_the_cache() {
        let cache = CACHE.replace(
            '}',
            r#","jitter":0.05,"refreshAhead":false,"negativeMaxTtlSeconds":120,"negativeIfAbsent":true,
                "dynamicTtl":true,"missesPerSecond":50}"#,
        );
        let json = |cache: &str| {
            let rest = r#""servers":"system","resolvConf":"r","hosts":"h","deadlineMs":1,"hedge":true"#;
            format!(r#"{{{rest},"cache":{cache}}}"#)
        };
        assert_eq!(
            parse(&json(&cache)).unwrap().cache,
            CacheOptions {
                max_bytes: 1,
                max_entries: 2,
                min_ttl_seconds: 3,
                max_ttl_seconds: 4,
                stale_max_age_seconds: 5,
                jitter: 0.05,
                refresh_ahead: false,
                negative_max_ttl_seconds: 120,
                negative_if_absent: true,
                dynamic_ttl: true,
                misses_per_second: 50,
            }
        );
        for wrong in ["0.2", "-0.1", "\"0\""] {
            let cache = CACHE.replace('}', &format!(r#","jitter":{wrong}}}"#));
            assert_eq!(parse(&json(&cache)).unwrap_err(), "cache.jitter: a number from 0 to 0.1 is expected");
        }
    }

    #[test]
    fn errors_name_the_path() {
        for (servers, rest, expected) in [
            ("7", "", "servers: \"system\" or a list is expected"),
            ("\"mine\"", "", "servers: \"system\" or a list is expected"),
            ("[7]", "", "servers[0]: an object is expected"),
            (
                r#"[{"protocol":"udp","address":"::1","port":53},{"protocol":"quic","address":"::1","port":53}]"#,
                "",
                "servers[1].protocol: \"udp\" or \"tcp\" is expected",
            ),
            (
                r#"[{"protocol":"udp","address":"ten","port":53}]"#,
                "",
                "servers[0].address: an IP address is expected",
            ),
            (
                r#"[{"protocol":"udp","address":"10.0.0.2","port":65536}]"#,
                "",
                "servers[0].port: a whole number up to 65535 is expected",
            ),
            (r#"[{"protocol":"udp","address":"10.0.0.2"}]"#, "", "servers[0].port: a value is expected"),
            (
                r#"[{"protocol":"udp","address":"::1","port":53,"scope":"no such"}]"#,
                "",
                "servers[0].scope: the name or number of a network interface is expected",
            ),
            (r#"[{"protocol":"udp","address":"::1","port":53,"name":"a"}]"#, "", "servers[0].name: unknown"),
            ("\"system\"", r#","ndots":-1"#, "ndots: a whole number up to 255 is expected"),
            ("\"system\"", r#","timeoutMs":1.5"#, "timeoutMs: a whole number up to 4294967295 is expected"),
            ("\"system\"", r#","search":[1]"#, "search[0]: a string is expected"),
            ("\"system\"", r#","speed":1"#, "speed: unknown"),
            ("\"system\"", r#","backoff":{}"#, "backoff.maxTimeoutMs: a value is expected"),
            (
                "\"system\"",
                r#","localAddress":{"ipv6":"10.0.0.7"}"#,
                "localAddress.ipv6: an IPv6 address is expected",
            ),
        ] {
            assert_eq!(with(servers, rest).unwrap_err(), expected);
        }
        assert_eq!(parse("7").unwrap_err(), "an object is expected");
        assert!(parse("{").unwrap_err().starts_with("EOF"));
        let error = parse(r#"{"servers":"system","resolvConf":"r","hosts":true}"#).unwrap_err();
        assert_eq!(error, "hosts: a path or false is expected");
        let json =
            r#"{"servers":"system","resolvConf":"r","hosts":"h","deadlineMs":1,"cache":{"maxBytes":-1}}"#;
        let error = parse(json).unwrap_err();
        assert_eq!(error, "cache.maxBytes: a whole number up to 18446744073709551615 is expected");
    }
}
