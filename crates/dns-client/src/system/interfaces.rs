//! The machine's own addresses.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::stable_order::sorted_by_key;

/// One address of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InterfaceAddress {
    /// The address.
    pub(crate) address: IpAddr,
    /// Length of its subnet's prefix.
    pub(crate) prefix_length: u8,
    /// Past its preferred lifetime, or not yet checked for duplicates.
    pub(crate) deprecated: bool,
    /// A mobile node's home address.
    pub(crate) home: bool,
    /// The interface's name.
    pub(crate) interface: Box<str>,
}

impl InterfaceAddress {
    /// Whether the interface is none of the tunnels that rule 7 of RFC 6724 avoids. Assumed where it cannot be told.
    ///
    /// Asks the operating system.
    pub(crate) fn is_native(&self) -> bool {
        /// `ARPHRD_TUNNEL`, `ARPHRD_TUNNEL6`, `ARPHRD_SIT`.
        const TUNNELS: [&str; 3] = ["768", "769", "776"];
        if !cfg!(target_os = "linux") {
            return true;
        }
        std::fs::read_to_string(format!("/sys/class/net/{}/type", self.interface))
            .map_or(true, |kind| !TUNNELS.contains(&kind.trim()))
    }
}

/// For which families this machine has an address that is not the loopback address: what `ADDRCONFIG` asks.
///
/// Only 127.0.0.1 and `::1` count as loopback, and link-local addresses do count, as in glibc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Families {
    /// IPv4.
    pub(crate) v4: bool,
    /// IPv6.
    pub(crate) v6: bool,
}

#[cfg(test)]
impl Families {
    pub(crate) const BOTH: Self = Self { v4: true, v6: true };
}

/// The addresses of all interfaces at one moment. The default has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InterfaceTable {
    addresses: Vec<InterfaceAddress>,
}

impl InterfaceTable {
    /// A table of these addresses.
    #[must_use]
    pub(crate) fn new(addresses: Vec<InterfaceAddress>) -> Self {
        // In an order of their own, so that two tables of the same addresses are equal.
        let key = |entry: &InterfaceAddress| match entry.address {
            IpAddr::V4(v4) => u128::from(v4.to_bits()),
            IpAddr::V6(v6) => v6.to_bits(),
        };
        Self { addresses: sorted_by_key(addresses, key) }
    }

    /// Asks the operating system.
    ///
    /// # Errors
    /// If the interfaces cannot be listed, as in some sandboxes.
    pub(crate) fn read() -> io::Result<Self> {
        let flags = inet6_flags();
        let addresses = if_addrs::get_if_addrs()?
            .into_iter()
            .map(|interface| {
                let address = interface.ip();
                let known = flags.iter().find(|(flagged, _)| IpAddr::V6(*flagged) == address);
                let flags = known.map_or(0, |&(_, flags)| flags);
                let prefix_length = match &interface.addr {
                    if_addrs::IfAddr::V4(v4) => v4.prefixlen,
                    if_addrs::IfAddr::V6(v6) => v6.prefixlen,
                };
                InterfaceAddress {
                    address,
                    prefix_length,
                    deprecated: flags & (FLAG_DEPRECATED | FLAG_OPTIMISTIC) != 0,
                    home: flags & FLAG_HOME != 0,
                    interface: interface.name.into_boxed_str(),
                }
            })
            .collect();
        Ok(Self::new(addresses))
    }

    /// The entry of one address.
    #[must_use]
    pub(crate) fn find(&self, address: IpAddr) -> Option<&InterfaceAddress> {
        self.addresses.iter().find(|entry| entry.address == address)
    }

    /// The families of this machine.
    #[must_use]
    pub(crate) fn families(&self) -> Families {
        let has = |wanted: fn(IpAddr) -> bool| self.addresses.iter().any(|entry| wanted(entry.address));
        Families {
            v4: has(|address| address.is_ipv4() && address != Ipv4Addr::LOCALHOST),
            v6: has(|address| address.is_ipv6() && address != Ipv6Addr::LOCALHOST),
        }
    }
}

/// `IFA_F_OPTIMISTIC` of Linux.
const FLAG_OPTIMISTIC: u8 = 0x04;
/// `IFA_F_HOMEADDRESS`.
const FLAG_HOME: u8 = 0x10;
/// `IFA_F_DEPRECATED`.
const FLAG_DEPRECATED: u8 = 0x20;

/// IPv6 addresses with their `IFA_F_*` flags; none where the system has no such file.
fn inet6_flags() -> Vec<(Ipv6Addr, u8)> {
    if cfg!(target_os = "linux") {
        std::fs::read("/proc/net/if_inet6").map(|text| parse_if_inet6(&text)).unwrap_or_default()
    } else {
        Vec::new()
    }
}

/// Parses Linux' `/proc/net/if_inet6`: address, index, prefix length, scope, flags, all hexadecimal, and a name.
fn parse_if_inet6(text: &[u8]) -> Vec<(Ipv6Addr, u8)> {
    let line = |line: &[u8]| {
        let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
        let address = u128::from_str_radix(words.next().filter(|word| word.len() == 32)?, 16).ok()?;
        let flags = u8::from_str_radix(words.nth(3)?, 16).ok()?;
        Some((Ipv6Addr::from(address), flags))
    };
    text.split(|&octet| octet == b'\n').filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(addresses: &[&str]) -> InterfaceTable {
        let entry = |text: &&str| InterfaceAddress {
            address: text.parse().unwrap(),
            prefix_length: 24,
            deprecated: false,
            home: false,
            interface: format!("with {text}").into(),
        };
        InterfaceTable::new(addresses.iter().map(entry).collect())
    }

    #[test]
    fn loopback_makes_no_family() {
        for (addresses, v4, v6) in [
            (&[][..], false, false),
            (&["127.0.0.1", "::1"], false, false),
            (&["127.0.0.1", "::1", "10.0.0.1"], true, false),
            (&["127.0.0.1", "::1", "fe80::1"], false, true),
            (&["192.0.2.1", "2001:db8::1"], true, true),
            (&["127.0.0.2"], true, false),
        ] {
            assert_eq!(table(addresses).families(), Families { v4, v6 }, "{addresses:?}");
        }
    }

    #[test]
    fn finds_entries_by_address() {
        let table = table(&["192.0.2.1", "2001:db8::1", "10.0.0.1"]);
        for text in ["192.0.2.1", "2001:db8::1", "10.0.0.1"] {
            let entry = table.find(text.parse().unwrap()).unwrap();
            assert_eq!(*entry.interface, format!("with {text}"));
        }
        assert!(table.find("10.0.0.2".parse().unwrap()).is_none());
    }

    #[test]
    fn reads_the_flags_of_linux() {
        let text = b"00000000000000000000000000000001 01 80 10 80       lo\n\
                     20010db8000000000000000000000001 04 40 00 20     eth0\n\
                     fe80 04 40 20 80 eth0\nnonsense\n\n\
                     fe8000000000000000fcfffe00000001 04 40 20 84     eth0\n";
        let flags = parse_if_inet6(text);
        let expected = [("::1", 0x80), ("2001:db8::1", 0x20), ("fe80::fc:fffe:0:1", 0x84)];
        assert_eq!(flags, expected.map(|(address, flags)| (address.parse().unwrap(), flags)));
    }

    #[test]
    fn lists_this_machine() {
        let table = InterfaceTable::read().unwrap();
        let loopback = table.find(Ipv4Addr::LOCALHOST.into()).unwrap();
        assert_eq!((loopback.prefix_length, loopback.is_native()), (8, true));
    }

    proptest! {
        #[test]
        fn takes_any_octets(text: Vec<u8>) {
            let _ = parse_if_inet6(&text);
        }
    }
}
