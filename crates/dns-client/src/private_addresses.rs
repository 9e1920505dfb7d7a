//! Private addresses: those that mean something on this network only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dns_wire::Rtype;

/// Whether `address` is private (RFC 1918), shared (RFC 6598), unique local (RFC 4193), link-local or loopback; an IPv4
/// address in IPv6 form counts as what it is.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let shared = first == 100 && second & 0xc0 == 64;
            address.is_private() || address.is_link_local() || address.is_loopback() || shared
        }
        IpAddr::V6(address) => {
            address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback()
        }
    }
}

/// Whether a payload as the cache keeps it, of an answer of this type, holds such an address. False for types that are
/// no addresses.
pub(crate) fn holds_private_address(rtype: Rtype, payload: &[u8]) -> bool {
    let addresses = payload.get(4..).unwrap_or_default();
    match rtype {
        Rtype::A => {
            addresses.as_chunks::<4>().0.iter().any(|octets| is_private(Ipv4Addr::from(*octets).into()))
        }
        Rtype::AAAA => {
            addresses.as_chunks::<16>().0.iter().any(|octets| is_private(Ipv6Addr::from(*octets).into()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_where_they_end() {
        for (address, private) in [
            ("9.255.255.255", false),
            ("10.0.0.0", true),
            ("10.255.255.255", true),
            ("11.0.0.0", false),
            ("100.63.255.255", false),
            ("100.64.0.0", true),
            ("100.127.255.255", true),
            ("100.128.0.0", false),
            ("127.0.0.53", true),
            ("169.253.255.255", false),
            ("169.254.169.254", true),
            ("172.15.255.255", false),
            ("172.16.0.0", true),
            ("172.31.255.255", true),
            ("172.32.0.0", false),
            ("192.168.0.1", true),
            ("192.169.0.1", false),
            ("198.51.100.1", false),
            ("fbff::1", false),
            ("fc00::1", true),
            ("fdff:ffff::1", true),
            ("fe00::1", false),
            ("fe80::1", true),
            ("febf::1", true),
            ("fec0::1", false),
            ("::1", true),
            ("::2", false),
            ("::ffff:10.0.0.1", true),
            ("::ffff:198.51.100.1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_private(address.parse().expect("an address")), private, "{address}");
        }
    }

    #[test]
    fn one_among_many_is_enough() {
        let public = [0, 0, 0, 60, 198, 51, 100, 1, 198, 51, 100, 2];
        assert!(!holds_private_address(Rtype::A, &public));
        assert!(holds_private_address(Rtype::A, &[&public[..], &[10, 0, 0, 1]].concat()));
        let ula = [&[0; 4][..], &[0x20, 1, 0xd, 0xb8], &[0; 12], &[0xfd], &[0; 15]].concat();
        assert!(holds_private_address(Rtype::AAAA, &ula));
        assert!(!holds_private_address(Rtype::TXT, &[0, 0, 0, 60, 10, 0, 0, 1]));
        assert!(!holds_private_address(Rtype::A, &[]));
    }
}
