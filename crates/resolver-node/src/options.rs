//! Options, from the JSON that JavaScript sends to what the client takes. Errors name the key's path.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::path::PathBuf;

use dns_client::{
    CacheOptions, EncryptedServer, LocalAddress, MAX_JITTER, Protocol, ResolverOptions, RouteOption, Server,
    ServerOption, Servers,
};

use crate::decimal;
use crate::json_leaves::{Leaf, Leaves, leaves};
use crate::scope_id;

pub(crate) type Result<T> = std::result::Result<T, String>;

/// Reads options.
///
/// # Errors
/// `path: what is expected`, for instance `servers[0].port: a whole number up to 65535 is expected`.
pub(crate) fn parse(json: &str) -> Result<ResolverOptions> {
    let mut given = Given::read(json)?;
    let parsed = ResolverOptions {
        servers: servers(&mut given)?,
        fallback: server_list(&mut given, "fallback")?.unwrap_or_default(),
        routes: routes(&mut given)?,
        private_names: texts(&mut given, "privateNames")?.unwrap_or_default(),
        resolv_conf: PathBuf::from(given.required_text("resolvConf")?),
        hosts: hosts(&mut given)?,
        search: texts(&mut given, "search")?,
        ndots: given.number("ndots", u8::MAX.into())?.map(narrowed),
        timeout_ms: given.number("timeoutMs", u32::MAX.into())?.map(narrowed),
        tries: given.number("tries", u8::MAX.into())?.map(narrowed),
        backoff_max_ms: given.number("backoff.maxTimeoutMs", u32::MAX.into())?.map(narrowed),
        local_address: LocalAddress {
            ipv4: given.address("localAddress.ipv4", "an IPv4 address", |address| match address {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            })?,
            ipv6: given.address("localAddress.ipv6", "an IPv6 address", |address| match address {
                IpAddr::V6(address) => Some(address),
                IpAddr::V4(_) => None,
            })?,
        },
        deadline_ms: narrowed(given.required_number("deadlineMs", u32::MAX.into())?),
        cache: cache(&mut given)?,
        namespace: given.text("namespace")?,
        hedge: given.boolean("hedge")?.ok_or_else(|| missing("hedge"))?,
    };
    given.end()?;
    Ok(parsed)
}

/// `"system"`, or a list.
fn servers(given: &mut Given) -> Result<Servers> {
    if let Some(Leaf::Text(text)) = given.peek("servers") {
        let system = text == "system";
        given.take("servers");
        return if system { Ok(Servers::System) } else { Err(expected("servers", "\"system\" or a list")) };
    }
    // The client refuses an empty list.
    server_list(given, "servers")?.map(Servers::List).ok_or_else(|| missing("servers"))
}

/// A list of servers, if there is one.
fn server_list(given: &mut Given, path: &str) -> Result<Option<Vec<ServerOption>>> {
    match given.take(path) {
        Some(Leaf::Word(word)) if word == "[]" => Ok(Some(Vec::new())),
        Some(_) => Err(expected(path, if path == "servers" { "\"system\" or a list" } else { "a list" })),
        None => {
            let mut list = Vec::new();
            while given.has(&element(path, list.len())) {
                list.push(server(given, &element(path, list.len()))?);
            }
            Ok((!list.is_empty()).then_some(list))
        }
    }
}

fn server(given: &mut Given, path: &str) -> Result<ServerOption> {
    if given.take(path).is_some() {
        return Err(expected(path, "an object"));
    }
    let of = |key: &str| [path, ".", key].concat();
    let server = match given.text(&of("protocol"))?.as_deref() {
        Some("udp") => plain_server(given, path, Protocol::Udp)?,
        Some("tcp") => plain_server(given, path, Protocol::Tcp)?,
        Some("https") => encrypted_server(given, path, Protocol::Https)?,
        Some("tls") => encrypted_server(given, path, Protocol::Tls)?,
        _ => return Err(expected(&of("protocol"), "\"udp\", \"tcp\", \"https\" or \"tls\"")),
    };
    Ok(ServerOption { server, public: given.boolean(&of("public"))?.unwrap_or(false) })
}

fn encrypted_server(given: &mut Given, path: &str, protocol: Protocol) -> Result<Server> {
    let url = given.required_text(&[path, ".url"].concat())?;
    let identity = given.required_text(&[path, ".identity"].concat())?;
    Ok(Server::Encrypted(EncryptedServer::new(protocol, &url, &identity)))
}

fn plain_server(given: &mut Given, path: &str, protocol: Protocol) -> Result<Server> {
    let of = |key: &str| [path, ".", key].concat();
    let address = of("address");
    let ip = given.address(&address, "an IP address", Some)?.ok_or_else(|| missing(&address))?;
    let port = narrowed(given.required_number(&of("port"), u16::MAX.into())?);
    let scope = match given.text(&of("scope"))? {
        // The number of an interface, from its number or its name.
        Some(zone) => scope_id::parse(&zone)
            .ok_or_else(|| expected(&of("scope"), "the name or number of a network interface"))?,
        None => 0,
    };
    let address = match ip {
        IpAddr::V4(_) => SocketAddr::new(ip, port),
        IpAddr::V6(ip) => SocketAddr::V6(SocketAddrV6::new(ip, port, 0, scope)),
    };
    Ok(Server::Plain { protocol, address })
}

/// A path, or `false`.
fn hosts(given: &mut Given) -> Result<Option<PathBuf>> {
    match given.take("hosts") {
        Some(Leaf::Word(word)) if word == "false" => Ok(None),
        Some(Leaf::Text(path)) => Ok(Some(PathBuf::from(path))),
        Some(Leaf::Word(_)) => Err(expected("hosts", "a path or false")),
        None => Err(missing("hosts")),
    }
}

/// Suffixes, each with its servers. The client refuses those without any.
fn routes(given: &mut Given) -> Result<Vec<RouteOption>> {
    let mut routes = Vec::new();
    match given.take("routes") {
        Some(Leaf::Word(word)) if word == "[]" => return Ok(routes),
        Some(_) => return Err(expected("routes", "a list")),
        None => {}
    }
    loop {
        let path = element("routes", routes.len());
        if !given.has(&path) {
            return Ok(routes);
        }
        if given.take(&path).is_some() {
            return Err(expected(&path, "an object"));
        }
        let suffix = given.required_text(&[&path, ".suffix"].concat())?;
        let servers = [&path, ".servers"].concat();
        let servers = server_list(given, &servers)?.ok_or_else(|| missing(&servers))?;
        routes.push(RouteOption { suffix, servers });
    }
}

/// A list of strings, if there is one.
fn texts(given: &mut Given, path: &str) -> Result<Option<Vec<String>>> {
    match given.take(path) {
        Some(Leaf::Word(word)) if word == "[]" => return Ok(Some(Vec::new())),
        Some(_) => return Err(expected(path, "a list")),
        None => {}
    }
    let mut texts = Vec::new();
    while let Some(text) = given.text(&element(path, texts.len()))? {
        texts.push(text);
    }
    Ok((!texts.is_empty()).then_some(texts))
}

fn cache(given: &mut Given) -> Result<CacheOptions> {
    let defaults = CacheOptions::default();
    let seconds = u64::from(u32::MAX);
    Ok(CacheOptions {
        max_bytes: given.required_number("cache.maxBytes", u64::MAX)?,
        max_entries: narrowed(given.required_number("cache.maxEntries", u32::MAX.into())?),
        min_ttl_seconds: narrowed(given.required_number("cache.minTtlSeconds", seconds)?),
        max_ttl_seconds: narrowed(given.required_number("cache.maxTtlSeconds", seconds)?),
        stale_max_age_seconds: narrowed(given.required_number("cache.staleMaxAgeSeconds", seconds)?),
        stale_serve_after_ms: given
            .number("cache.staleServeAfterMs", seconds)?
            .map_or(defaults.stale_serve_after_ms, narrowed),
        stale_hold_seconds: given
            .number("cache.staleHoldSeconds", seconds)?
            .map_or(defaults.stale_hold_seconds, narrowed),
        jitter: given.jitter("cache.jitter")?.unwrap_or(defaults.jitter),
        refresh_ahead: given.boolean("cache.refreshAhead")?.unwrap_or(defaults.refresh_ahead),
        negative_max_ttl_seconds: given
            .number("cache.negativeMaxTtlSeconds", seconds)?
            .map_or(defaults.negative_max_ttl_seconds, narrowed),
        negative_if_absent: given.boolean("cache.negativeIfAbsent")?.unwrap_or(defaults.negative_if_absent),
        dynamic_ttl: given.boolean("cache.dynamicTtl")?.unwrap_or(defaults.dynamic_ttl),
        misses_per_second: given
            .number("cache.missesPerSecond", seconds)?
            .map_or(defaults.misses_per_second, narrowed),
    })
}

pub(crate) fn element(path: &str, index: usize) -> String {
    [path, "[", &index.to_string(), "]"].concat()
}

pub(crate) fn expected(path: &str, what: &str) -> String {
    [path, if path.is_empty() { "" } else { ": " }, what, " is expected"].concat()
}

fn missing(path: &str) -> String {
    expected(path, "a value")
}

/// A number whose bound was checked when it was read.
pub(crate) fn narrowed<T: TryFrom<u64>>(number: u64) -> T {
    let Ok(number) = T::try_from(number) else { unreachable!("its bound was checked") };
    number
}

/// What was sent and not yet taken.
pub(crate) struct Given {
    leaves: Leaves,
}

impl Given {
    pub(crate) fn read(json: &str) -> Result<Self> {
        let mut given = Self { leaves: leaves(json)? };
        if given.take("").is_some() { Err(expected("", "an object")) } else { Ok(given) }
    }

    pub(crate) fn take(&mut self, path: &str) -> Option<Leaf> {
        let at = self.leaves.iter().position(|(known, _)| known == path)?;
        let leaf = self.leaves.remove(at).1;
        (leaf != Leaf::Word("null".to_owned())).then_some(leaf)
    }

    fn peek(&self, path: &str) -> Option<&Leaf> {
        self.leaves.iter().find(|(known, _)| known == path).map(|(_, leaf)| leaf)
    }

    /// Whether there is anything at `path` or below.
    fn has(&self, path: &str) -> bool {
        self.leaves.iter().any(|(known, _)| known.starts_with(path))
    }

    pub(crate) fn text(&mut self, path: &str) -> Result<Option<String>> {
        match self.take(path) {
            Some(Leaf::Text(text)) => Ok(Some(text)),
            Some(Leaf::Word(_)) => Err(expected(path, "a string")),
            None => Ok(None),
        }
    }

    pub(crate) fn required_text(&mut self, path: &str) -> Result<String> {
        self.text(path)?.ok_or_else(|| missing(path))
    }

    pub(crate) fn word(&mut self, path: &str) -> Option<String> {
        match self.take(path)? {
            Leaf::Word(word) => Some(word),
            // Nothing that a reader of words takes for one.
            Leaf::Text(_) => Some(String::new()),
        }
    }

    pub(crate) fn boolean(&mut self, path: &str) -> Result<Option<bool>> {
        match self.word(path).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(expected(path, "true or false")),
        }
    }

    /// A whole number up to `max`.
    pub(crate) fn number(&mut self, path: &str, max: u64) -> Result<Option<u64>> {
        let Some(word) = self.word(path) else { return Ok(None) };
        let number = word.parse().ok().filter(|number| *number <= max);
        number.map(Some).ok_or_else(|| expected(path, &["a whole number up to ", &max.to_string()].concat()))
    }

    pub(crate) fn required_number(&mut self, path: &str, max: u64) -> Result<u64> {
        self.number(path, max)?.ok_or_else(|| missing(path))
    }

    /// Between 0 and the most that jitter may be.
    fn jitter(&mut self, path: &str) -> Result<Option<f64>> {
        let Some(word) = self.word(path) else { return Ok(None) };
        let share = decimal::share(&word).filter(|share| *share <= MAX_JITTER);
        share.map(Some).ok_or_else(|| expected(path, "a number from 0 to 0.1"))
    }

    fn address<T>(
        &mut self,
        path: &str,
        what: &str,
        of_family: impl FnOnce(IpAddr) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(leaf) = self.take(path) else { return Ok(None) };
        let address = match leaf {
            Leaf::Text(text) => text.parse().ok().and_then(of_family),
            Leaf::Word(_) => None,
        };
        address.map(Some).ok_or_else(|| expected(path, what))
    }

    /// An error if there is something that nobody took.
    pub(crate) fn end(self) -> Result<()> {
        match self.leaves.first() {
            None => Ok(()),
            Some((path, _)) => Err([path, ": unknown"].concat()),
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
                fallback: Vec::new(),
                routes: Vec::new(),
                private_names: Vec::new(),
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

    fn encrypted(protocol: Protocol, url: &str, identity: &str) -> ServerOption {
        let server = Server::Encrypted(EncryptedServer::new(protocol, url, identity));
        ServerOption { server, public: true }
    }

    #[test]
    fn all_of_it() {
        let options = with(
            r#"[{"protocol":"udp","address":"10.0.0.2","port":53},
                {"protocol":"tcp","address":"fe80::1","port":5353,"scope":"7"},
                {"protocol":"tls","url":"tls://9.9.9.9#dns.test","identity":"{}","public":true}]"#,
            r#","fallback":[{"protocol":"https","url":"https://dns.test/q","identity":"a","public":true},
                {"protocol":"udp","address":"10.0.0.3","port":53,"public":false}],
                "routes":[{"suffix":"corp.example","servers":[{"protocol":"udp","address":"10.0.0.4","port":53}]},
                {"suffix":"lab","servers":[]}],"privateNames":["private.example","x"],"search":["a.example","b"],"ndots":5,"timeoutMs":250,"tries":2,"namespace":"n",
                "backoff":{"maxTimeoutMs":1000},"localAddress":{"ipv4":"10.0.0.7"}"#,
        )
        .unwrap();
        let scoped = "fe80::1".parse().unwrap();
        assert_eq!(
            options.servers,
            Servers::List(vec![
                ServerOption::plain(Protocol::Udp, "10.0.0.2:53".parse().unwrap()),
                ServerOption::plain(Protocol::Tcp, SocketAddr::V6(SocketAddrV6::new(scoped, 5353, 0, 7))),
                encrypted(Protocol::Tls, "tls://9.9.9.9#dns.test", "{}"),
            ])
        );
        assert_eq!(
            options.fallback,
            [
                encrypted(Protocol::Https, "https://dns.test/q", "a"),
                ServerOption::plain(Protocol::Udp, "10.0.0.3:53".parse().unwrap()),
            ]
        );
        let route = |suffix: &str, servers| RouteOption { suffix: suffix.to_owned(), servers };
        let fourth = ServerOption::plain(Protocol::Udp, "10.0.0.4:53".parse().unwrap());
        assert_eq!(options.routes, [route("corp.example", vec![fourth]), route("lab", Vec::new())]);
        assert_eq!(options.private_names, ["private.example", "x"]);
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
                "dynamicTtl":true,"missesPerSecond":50,"staleServeAfterMs":250,"staleHoldSeconds":10}"#,
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
                stale_serve_after_ms: 250,
                stale_hold_seconds: 10,
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
                "servers[1].protocol: \"udp\", \"tcp\", \"https\" or \"tls\" is expected",
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
            (r#"[{"protocol":"tls","url":"tls://::1"}]"#, "", "servers[0].identity: a value is expected"),
            (
                r#"[{"protocol":"tls","url":"tls://::1","identity":"","address":"::1"}]"#,
                "",
                "servers[0].address: unknown",
            ),
            ("\"system\"", r#","fallback":"mine""#, "fallback: a list is expected"),
            ("\"system\"", r#","fallback":[1]"#, "fallback[0]: an object is expected"),
            ("\"system\"", r#","privateNames":"x""#, "privateNames: a list is expected"),
            ("\"system\"", r#","privateNames":[1]"#, "privateNames[0]: a string is expected"),
            ("\"system\"", r#","routes":7"#, "routes: a list is expected"),
            ("\"system\"", r#","routes":["x"]"#, "routes[0]: an object is expected"),
            ("\"system\"", r#","routes":[{"servers":[]}]"#, "routes[0].suffix: a value is expected"),
            ("\"system\"", r#","routes":[{"suffix":"x"}]"#, "routes[0].servers: a value is expected"),
            (
                "\"system\"",
                r#","routes":[{"suffix":"x","servers":[{"protocol":"udp","address":"x","port":53}]}]"#,
                "routes[0].servers[0].address: an IP address is expected",
            ),
            ("\"system\"", r#","routes":[{"suffix":"x","servers":[],"why":1}]"#, "routes[0].why: unknown"),
            ("\"system\"", r#","ndots":-1"#, "ndots: a whole number up to 255 is expected"),
            ("\"system\"", r#","timeoutMs":1.5"#, "timeoutMs: a whole number up to 4294967295 is expected"),
            ("\"system\"", r#","search":[1]"#, "search[0]: a string is expected"),
            ("\"system\"", r#","speed":1"#, "speed: unknown"),
            ("\"system\"", r#","backoff":{}"#, "backoff: unknown"),
            (
                "\"system\"",
                r#","localAddress":{"ipv6":"10.0.0.7"}"#,
                "localAddress.ipv6: an IPv6 address is expected",
            ),
        ] {
            assert_eq!(with(servers, rest).unwrap_err(), expected);
        }
        assert_eq!(parse("7").unwrap_err(), "an object is expected");
        assert_eq!(parse("{").unwrap_err(), "a key is expected");
        let error = parse(r#"{"servers":"system","resolvConf":"r","hosts":true}"#).unwrap_err();
        assert_eq!(error, "hosts: a path or false is expected");
        let json =
            r#"{"servers":"system","resolvConf":"r","hosts":"h","deadlineMs":1,"cache":{"maxBytes":-1}}"#;
        let error = parse(json).unwrap_err();
        assert_eq!(error, "cache.maxBytes: a whole number up to 18446744073709551615 is expected");
    }
}
