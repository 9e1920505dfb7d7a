//! A server: where it is, how it is asked, and what may be told to it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;
use std::ptr;

use parking_lot::Mutex;

/// How queries reach a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// UDP, with TCP for truncated answers.
    Udp,
    /// TCP only.
    Tcp,
    /// DNS over HTTPS (RFC 8484), carried by an environment.
    Https,
    /// DNS over TLS (RFC 7858), carried by an environment.
    Tls,
}

impl Protocol {
    /// The scheme of a server's URL: `udp`, `tcp`, `https` or `tls`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Https => "https",
            Self::Tls => "tls",
        }
    }
}

/// One server. An IPv6 scope travels in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Server {
    /// Asked in plain text, from here. The protocol is UDP or TCP.
    Plain {
        /// Transport.
        protocol: Protocol,
        /// Address and port.
        address: SocketAddr,
    },
    /// Asked by an environment: see [`EncryptedServer`].
    Encrypted(EncryptedServer),
}

impl Server {
    /// How it is asked.
    #[must_use]
    pub const fn protocol(self) -> Protocol {
        match self {
            Self::Plain { protocol, .. } => protocol,
            Self::Encrypted(server) => server.protocol(),
        }
    }

    /// Where sockets to it lead; `None` if environments ask it.
    #[must_use]
    pub const fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Plain { address, .. } => Some(address),
            Self::Encrypted(_) => None,
        }
    }

    /// What tells it from others where it is shown: `udp://10.0.0.2:53`, or its URL.
    pub(crate) fn url(self) -> String {
        match self {
            Self::Plain { protocol, address } => [protocol.as_str(), "://", &address.to_string()].concat(),
            Self::Encrypted(server) => server.url().to_owned(),
        }
    }
}

impl fmt::Display for Server {
    /// `address:port`, or a URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain { address, .. } => address.fmt(f),
            Self::Encrypted(server) => f.write_str(server.url()),
        }
    }
}

/// A server that environments ask over HTTPS or TLS. All that is known of it here is who it is.
#[derive(Clone, Copy)]
pub struct EncryptedServer(&'static Described);

struct Described {
    protocol: Protocol,
    url: Box<str>,
    identity: Box<str>,
}

/// Servers stay known while the process lives: configurations name few, and the same again and again.
static KNOWN: Mutex<Vec<&'static Described>> = Mutex::new(Vec::new());

impl EncryptedServer {
    /// The server with this identity: all that says who is asked, in whatever form. Two with the same one are one.
    #[must_use]
    pub fn new(protocol: Protocol, url: &str, identity: &str) -> Self {
        let mut known = KNOWN.lock();
        let same = |known: &&Described| {
            known.protocol == protocol && &*known.url == url && &*known.identity == identity
        };
        if let Some(described) = known.iter().copied().find(same) {
            return Self(described);
        }
        let described = Described { protocol, url: url.into(), identity: identity.into() };
        let described = &*Box::leak(Box::new(described));
        known.push(described);
        Self(described)
    }

    /// HTTPS or TLS.
    #[must_use]
    pub const fn protocol(self) -> Protocol {
        self.0.protocol
    }

    /// As configured.
    #[must_use]
    pub fn url(self) -> &'static str {
        &self.0.url
    }

    pub(crate) fn identity(self) -> &'static str {
        &self.0.identity
    }
}

impl PartialEq for EncryptedServer {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for EncryptedServer {}

impl Hash for EncryptedServer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ptr::hash(self.0, state);
    }
}

impl fmt::Debug for EncryptedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", self.0.url, self.0.identity)
    }
}

/// A server that the user named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServerOption {
    /// Which one.
    pub server: Server,
    /// It belongs to strangers, who must not be told private names.
    pub public: bool,
}

impl ServerOption {
    /// A server of one's own, asked in plain text over UDP or TCP.
    #[must_use]
    pub const fn plain(protocol: Protocol, address: SocketAddr) -> Self {
        Self { server: Server::Plain { protocol, address }, public: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_identity_is_one_server() {
        let server = |url, identity| EncryptedServer::new(Protocol::Https, url, identity);
        let first = server("https://one.test/dns-query", "one");
        assert_eq!(first, server("https://one.test/dns-query", "one"));
        assert_ne!(first, server("https://one.test/dns-query", "one with another CA"));
        assert_ne!(first, EncryptedServer::new(Protocol::Tls, "https://one.test/dns-query", "one"));
        assert_eq!((first.url(), first.identity()), ("https://one.test/dns-query", "one"));
    }

    #[test]
    fn is_shown_by_its_url() {
        let plain = ServerOption::plain(Protocol::Tcp, "[::1]:53".parse().expect("an address")).server;
        assert_eq!((plain.url(), plain.to_string()), ("tcp://[::1]:53".to_owned(), "[::1]:53".to_owned()));
        let encrypted = Server::Encrypted(EncryptedServer::new(Protocol::Tls, "tls://9.9.9.9#dns", "q"));
        assert_eq!(encrypted.url(), "tls://9.9.9.9#dns");
        assert_eq!(encrypted.to_string(), encrypted.url());
        assert_eq!((encrypted.protocol(), encrypted.address()), (Protocol::Tls, None));
    }
}
