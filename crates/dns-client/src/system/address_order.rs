//! The order of destination addresses (RFC 6724 section 6), as glibc's `getaddrinfo` gives it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::stable_order::sorted_by_key;

/// What the operating system would send from to reach a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SourceAddress {
    /// The address, of the destination's family.
    pub(crate) address: IpAddr,
    /// Length of its subnet's prefix, if known.
    pub(crate) prefix_length: Option<u8>,
    /// Past its preferred lifetime (rule 3).
    pub(crate) deprecated: bool,
    /// A mobile node's home address (rule 4).
    pub(crate) home: bool,
    /// Packets leave through the network itself, not through a tunnel (rule 7).
    pub(crate) native: bool,
}

impl SourceAddress {
    /// An address of which nothing else is known.
    #[must_use]
    pub(crate) const fn new(address: IpAddr) -> Self {
        Self { address, prefix_length: None, deprecated: false, home: false, native: true }
    }
}

/// Sorts destinations, best first, and returns their ranks: ascending, equal where rules 1 to 8 leave them equal.
///
/// `source` is asked for each destination, unless there is only one; `None` means that it cannot be reached.
///
/// The policy table is that of glibc 2.36: RFC 3484's, with labels for unique local, site-local and Teredo addresses. It
/// differs from RFC 6724's in that those have the precedence of global IPv6 and IPv4 that of the last resort.
///
/// Rule 9, the longest matching prefix, decides the place within a rank: for IPv6 over all 128 bits, for IPv4 only if
/// source and destination share the subnet. It says little about distance, so callers are expected to rotate the
/// addresses of one rank. Rule 10 leaves the rest in the order they came in. Ranks beyond 255 are 255.
#[must_use]
pub(crate) fn sort(
    addresses: &mut [IpAddr],
    mut source: impl FnMut(IpAddr) -> Option<SourceAddress>,
) -> Vec<u8> {
    if addresses.len() < 2 {
        return vec![0; addresses.len()];
    }
    let keyed: Vec<(u32, u32, IpAddr)> = addresses
        .iter()
        .map(|&address| {
            let source = source(address);
            (rank_of(address, source.as_ref()), shared_prefix(address, source.as_ref()), address)
        })
        .collect();
    let keyed = sorted_by_key(keyed, |&(rank, prefix, _)| u128::from(rank) << 8 | u128::from(128 - prefix));
    let mut rank = 0_u8;
    let mut last = keyed.first().map(|&(first, ..)| first);
    keyed
        .into_iter()
        .zip(addresses)
        .map(|((key, _, address), slot)| {
            *slot = address;
            if last.replace(key) != Some(key) {
                rank = rank.saturating_add(1);
            }
            rank
        })
        .collect()
}

/// Whether [`sort`] would leave these addresses as they are and give all of them the same rank: true of the addresses of
/// most services, and told without allocating.
#[must_use]
pub(crate) fn are_alike(
    mut addresses: impl Iterator<Item = IpAddr>,
    mut source: impl FnMut(IpAddr) -> Option<SourceAddress>,
) -> bool {
    let mut key = |address| {
        let source = source(address);
        (rank_of(address, source.as_ref()), shared_prefix(address, source.as_ref()))
    };
    let Some(first) = addresses.next().map(&mut key) else { return true };
    addresses.all(|address| key(address) == first)
}

/// Rules 1 to 8 as a number: smaller is better.
fn rank_of(destination: IpAddr, source: Option<&SourceAddress>) -> u32 {
    // Rules 2 to 5 and 7 are about sources; without one they compare nothing.
    let flags = [
        source.is_none(),
        source.is_some_and(|source| scope(source.address) != scope(destination)),
        source.is_some_and(|source| source.deprecated),
        source.is_some_and(|source| !source.home),
        source.is_some_and(|source| label(source.address) != label(destination)),
    ];
    let first_five = flags.into_iter().fold(0, |number, flag| number << 1 | u32::from(flag));
    let tunnelled = source.is_some_and(|source| !source.native);
    let with_sixth = first_five << 8 | u32::from(u8::MAX - precedence(destination));
    (with_sixth << 1 | u32::from(tunnelled)) << 8 | u32::from(scope(destination))
}

/// Bits that source and destination have in common, as far as rule 9 counts them.
fn shared_prefix(destination: IpAddr, source: Option<&SourceAddress>) -> u32 {
    let Some(source) = source else { return 0 };
    match (destination, source.address) {
        (IpAddr::V4(to), IpAddr::V4(from)) => {
            let different = to.to_bits() ^ from.to_bits();
            let shared = different.leading_zeros();
            if shared >= u32::from(source.prefix_length.unwrap_or(32)) { shared } else { 0 }
        }
        (IpAddr::V6(to), IpAddr::V6(from)) => (to.to_bits() ^ from.to_bits()).leading_zeros(),
        _ => 0,
    }
}

const LINK_LOCAL: u8 = 2;
const SITE_LOCAL: u8 = 5;
const GLOBAL: u8 = 14;

/// RFC 4291 section 2.7 and RFC 6724 section 3.2. Private IPv4 addresses are global, loopback is link-local.
fn scope(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(v4) if v4.is_loopback() || v4.is_link_local() => LINK_LOCAL,
        IpAddr::V6(v6) if v6.is_multicast() => v6.octets()[1] & 0x0f,
        IpAddr::V6(v6) if v6.is_loopback() || v6.is_unicast_link_local() => LINK_LOCAL,
        IpAddr::V6(v6) if within(v6, SITE_LOCAL_PREFIX, 10) => SITE_LOCAL,
        IpAddr::V4(_) | IpAddr::V6(_) => GLOBAL,
    }
}

const fn prefix(first: u16, second: u16) -> Ipv6Addr {
    Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0)
}

const SITE_LOCAL_PREFIX: Ipv6Addr = prefix(0xfec0, 0);
const MAPPED_PREFIX: Ipv6Addr = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped();

/// Prefix, length, label; the first match counts.
const LABELS: [(Ipv6Addr, u32, u8); 8] = [
    (Ipv6Addr::LOCALHOST, 128, 0),
    (prefix(0x2002, 0), 16, 2),
    (Ipv6Addr::UNSPECIFIED, 96, 3),
    (MAPPED_PREFIX, 96, 4),
    (SITE_LOCAL_PREFIX, 10, 5),
    (prefix(0xfc00, 0), 7, 6),
    (prefix(0x2001, 0), 32, 7),
    (Ipv6Addr::UNSPECIFIED, 0, 1),
];

/// Prefix, length, precedence; the first match counts.
const PRECEDENCES: [(Ipv6Addr, u32, u8); 5] = [
    (Ipv6Addr::LOCALHOST, 128, 50),
    (prefix(0x2002, 0), 16, 30),
    (Ipv6Addr::UNSPECIFIED, 96, 20),
    (MAPPED_PREFIX, 96, 10),
    (Ipv6Addr::UNSPECIFIED, 0, 40),
];

/// What the tables say of every IPv4 address, which most are.
const IPV4_LABEL: u8 = 4;
const IPV4_PRECEDENCE: u8 = 10;

fn label(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => IPV4_LABEL,
        IpAddr::V6(address) => policy(address, &LABELS),
    }
}

fn precedence(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => IPV4_PRECEDENCE,
        IpAddr::V6(address) => policy(address, &PRECEDENCES),
    }
}

fn policy(address: Ipv6Addr, table: &[(Ipv6Addr, u32, u8)]) -> u8 {
    table.iter().find(|&&(prefix, length, _)| within(address, prefix, length)).map_or(0, |&(.., value)| value)
}

fn within(address: Ipv6Addr, prefix: Ipv6Addr, length: u32) -> bool {
    (address.to_bits() ^ prefix.to_bits()).leading_zeros() >= length
}

#[cfg(test)]
mod tests;
