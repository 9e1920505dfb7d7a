//! The address of one `nameserver` line.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::inet_aton::inet_aton;

/// The port that `resolv.conf` implies.
const DNS_PORT: u16 = 53;

/// A server of `resolv.conf`: an address and, for IPv6, what followed its `%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameServer {
    /// The address.
    pub(crate) address: IpAddr,
    /// The zone as written, an interface's name or number; unresolved because that needs the operating system.
    pub(crate) zone: Option<Box<str>>,
}

impl NameServer {
    /// Reads an address as glibc does: every form of [`inet_aton`], else IPv6 with or without a zone. There is no port.
    pub(super) fn parse(field: &[u8]) -> Option<Self> {
        if let Some(address) = inet_aton(field) {
            return Some(Self { address: address.into(), zone: None });
        }
        let mut parts = field.splitn(2, |&octet| octet == b'%');
        let address: Ipv6Addr = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
        let zone = parts.next().map(|zone| String::from_utf8_lossy(zone).into_owned().into_boxed_str());
        Some(Self { address: address.into(), zone })
    }

    /// The socket address, with the zone turned into a scope by `interface_index` (a name's index, `None` if unknown).
    ///
    /// An interface's name counts for link-local and interface- or link-local multicast addresses only, a number for all.
    /// A zone that means nothing here is scope 0, as in glibc: the server stays listed and will be unreachable.
    pub(crate) fn socket_address(&self, interface_index: impl FnOnce(&str) -> Option<u32>) -> SocketAddr {
        match (self.address, &self.zone) {
            (IpAddr::V6(address), Some(zone)) => {
                let named = takes_interface_names(address).then(|| interface_index(zone)).flatten();
                let scope = named.or_else(|| decimal(zone)).unwrap_or(0);
                SocketAddrV6::new(address, DNS_PORT, 0, scope).into()
            }
            (address, _) => SocketAddr::new(address, DNS_PORT),
        }
    }
}

fn takes_interface_names(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_unicast_link_local() || first == 0xff && matches!(second & 0x0f, 1 | 2)
}

/// `strtoull` after a digit: digits to the end, within 32 bits.
fn decimal(zone: &str) -> Option<u32> {
    zone.bytes().all(|octet| octet.is_ascii_digit()).then(|| zone.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(field: &str) -> Option<SocketAddr> {
        let indices = |name: &str| (name == "eth0").then_some(7);
        Some(NameServer::parse(field.as_bytes())?.socket_address(indices))
    }

    #[test]
    fn reads_what_glibc_reads() {
        for (field, expected) in [
            ("10.0.0.2", "10.0.0.2:53"),
            ("127.1", "127.0.0.1:53"),
            ("0x0a.0.0.1", "10.0.0.1:53"),
            ("2001:db8::1", "[2001:db8::1]:53"),
            ("fe80::1%eth0", "[fe80::1%7]:53"),
            ("fe80::1%3", "[fe80::1%3]:53"),
            ("ff02::fb%eth0", "[ff02::fb%7]:53"),
            ("ff01::1%eth0", "[ff01::1%7]:53"),
        ] {
            assert_eq!(address(field), Some(expected.parse().unwrap()), "{field}");
        }
    }

    #[test]
    fn a_zone_without_meaning_is_scope_zero() {
        for field in [
            "fe80::1%nowhere",
            "fe80::1%",
            "fe80::1%4294967296",
            "fe80::1%1x",
            "2001:db8::1%eth0",
            "ff05::2%eth0",
        ] {
            let Some(SocketAddr::V6(parsed)) = address(field) else { panic!("{field}") };
            assert_eq!((parsed.scope_id(), parsed.port()), (0, 53), "{field}");
        }
        assert_eq!(address("2001:db8::1%4"), Some("[2001:db8::1%4]:53".parse().unwrap()));
    }

    #[test]
    fn refuses_the_rest() {
        for field in [
            "",
            "localhost",
            "10.0.0.2:53",
            "[::1]",
            "[::1]:53",
            "10.0.0.2%eth0",
            "%eth0",
            "::1\r",
            "10.0.0.1\r",
            "1.2.3.4.5",
        ] {
            assert_eq!(address(field), None, "{field:?}");
        }
    }
}
