//! The order of destination addresses (RFC 6724 section 6), as glibc's `getaddrinfo` gives it.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
    let mut keyed: Vec<(Rank, Reverse<u32>, IpAddr)> = addresses
        .iter()
        .map(|&address| {
            let source = source(address);
            (Rank::of(address, source.as_ref()), Reverse(shared_prefix(address, source.as_ref())), address)
        })
        .collect();
    keyed.sort_by_key(|&(rank, prefix, _)| (rank, prefix));
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

/// Rules 1 to 8 as a key: smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "one per rule, in the order of the rules")]
struct Rank {
    unusable: bool,
    scopes_differ: bool,
    deprecated: bool,
    away: bool,
    labels_differ: bool,
    precedence: Reverse<u8>,
    tunnelled: bool,
    scope: u8,
}

impl Rank {
    fn of(destination: IpAddr, source: Option<&SourceAddress>) -> Self {
        // Rules 2 to 5 and 7 are about sources; without one they compare nothing.
        Self {
            unusable: source.is_none(),
            scopes_differ: source.is_some_and(|source| scope(source.address) != scope(destination)),
            deprecated: source.is_some_and(|source| source.deprecated),
            away: source.is_some_and(|source| !source.home),
            labels_differ: source.is_some_and(|source| label(source.address) != label(destination)),
            precedence: Reverse(precedence(destination)),
            tunnelled: source.is_some_and(|source| !source.native),
            scope: scope(destination),
        }
    }
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

fn label(address: IpAddr) -> u8 {
    policy(address, &LABELS)
}

fn precedence(address: IpAddr) -> u8 {
    policy(address, &PRECEDENCES)
}

fn policy(address: IpAddr, table: &[(Ipv6Addr, u32, u8)]) -> u8 {
    let address = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    table.iter().find(|&&(prefix, length, _)| within(address, prefix, length)).map_or(0, |&(.., value)| value)
}

fn within(address: Ipv6Addr, prefix: Ipv6Addr, length: u32) -> bool {
    (address.to_bits() ^ prefix.to_bits()).leading_zeros() >= length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Sorts `destination<source` words (no source: unreachable), and joins the result, `|` between ranks.
    fn order(words: &str) -> String {
        sorted(words, |_, source| source)
    }

    fn sorted(words: &str, change: impl Fn(IpAddr, SourceAddress) -> SourceAddress) -> String {
        let pairs: Vec<(IpAddr, Option<SourceAddress>)> = words
            .split_whitespace()
            .map(|word| match word.split_once('<') {
                Some((to, from)) => {
                    let to = address(to);
                    (to, Some(change(to, SourceAddress::new(address(from)))))
                }
                None => (address(word), None),
            })
            .collect();
        let mut addresses: Vec<IpAddr> = pairs.iter().map(|&(to, _)| to).collect();
        let ranks = sort(&mut addresses, |to| pairs.iter().find(|pair| pair.0 == to).unwrap().1);
        let mut text = String::new();
        for (index, address) in addresses.iter().enumerate() {
            if index > 0 {
                text.push_str(if ranks[index] == ranks[index - 1] { " " } else { " | " });
            }
            text.push_str(&address.to_string());
        }
        text
    }

    #[test]
    fn rule_1_unusable_destinations_come_last() {
        assert_eq!(order("2001:db8::1 10.0.0.1<10.0.0.9"), "10.0.0.1 | 2001:db8::1");
        assert_eq!(order("10.0.0.1 2001:db8::1"), "2001:db8::1 | 10.0.0.1");
        assert_eq!(order("10.0.0.1 10.0.0.2"), "10.0.0.1 10.0.0.2");
    }

    #[test]
    fn rule_2_scopes_of_source_and_destination_match() {
        assert_eq!(order("2001:db8::1<fe80::9 10.0.0.1<10.0.0.9"), "10.0.0.1 | 2001:db8::1");
        assert_eq!(order("169.254.0.1<10.0.0.9 10.0.0.1<10.0.0.9"), "10.0.0.1 | 169.254.0.1");
    }

    #[test]
    fn rules_3_and_4_deprecated_and_home_sources() {
        let deprecated =
            |to: IpAddr, source| SourceAddress { deprecated: to == address("2001:db8::1"), ..source };
        assert_eq!(
            sorted("2001:db8::1<2001:db8::8 2001:db8::2<2001:db8::9", deprecated),
            "2001:db8::2 | 2001:db8::1"
        );
        let home = |to: IpAddr, source| SourceAddress { home: to == address("2001:db8::2"), ..source };
        assert_eq!(
            sorted("2001:db8::1<2001:db8::8 2001:db8::2<2001:db8::9", home),
            "2001:db8::2 | 2001:db8::1"
        );
    }

    #[test]
    fn rule_5_labels_of_source_and_destination_match() {
        // A global destination from a unique local source, as behind NAT66, comes after IPv4.
        assert_eq!(order("2001:db8::1<fd00::9 10.0.0.1<10.0.0.9"), "10.0.0.1 | 2001:db8::1");
        assert_eq!(order("2002:a00:1::1<2001:db8::9 10.0.0.1<10.0.0.9"), "10.0.0.1 | 2002:a00:1::1");
    }

    #[test]
    fn rule_6_precedence() {
        assert_eq!(order("10.0.0.1<10.0.0.9 2001:db8::1<2001:db8::9"), "2001:db8::1 | 10.0.0.1");
        assert_eq!(order("127.0.0.1<127.0.0.1 ::1<::1"), "::1 | 127.0.0.1");
        // Not RFC 6724, which prefers IPv4 here; glibc 2.36 gives unique local addresses the precedence of global ones.
        assert_eq!(order("10.0.0.1<10.0.0.9 fd00::1<fd00::9"), "fd00::1 | 10.0.0.1");
        assert_eq!(order("2002::1<2002::9 10.0.0.1<10.0.0.9"), "2002::1 | 10.0.0.1");
        assert_eq!(order("2002::1<2002::9 2001:db8::1<2001:db8::9"), "2001:db8::1 | 2002::1");
    }

    #[test]
    fn rule_7_native_transport() {
        let tunnelled = |to: IpAddr, source| SourceAddress { native: to != address("2001:db8::1"), ..source };
        assert_eq!(
            sorted("2001:db8::1<2001:db8::8 2001:db8::2<2001:db8::9", tunnelled),
            "2001:db8::2 | 2001:db8::1"
        );
    }

    #[test]
    fn rule_8_smaller_scope() {
        assert_eq!(order("fd00::1<fd00::9 fe80::1<fe80::9"), "fe80::1 | fd00::1");
        assert_eq!(order("ff0e::1<2001:db8::9 ff02::1<fe80::9"), "ff02::1 | ff0e::1");
    }

    #[test]
    fn rule_9_sorts_within_a_rank() {
        assert_eq!(
            order("2001:db9::1<2001:db8::9 2001:db8:1::1<2001:db8::9 2001:db8::1<2001:db8::9"),
            "2001:db8::1 2001:db8:1::1 2001:db9::1",
        );
        // IPv4: only within a known subnet.
        assert_eq!(order("10.0.0.1<10.0.0.9 10.0.0.8<10.0.0.9"), "10.0.0.1 10.0.0.8");
        let known = |_, source| SourceAddress { prefix_length: Some(24), ..source };
        assert_eq!(
            sorted("10.1.0.1<10.0.0.9 10.0.0.1<10.0.0.9 10.0.0.8<10.0.0.9", known),
            "10.0.0.8 10.0.0.1 10.1.0.1"
        );
        assert_eq!(order("10.0.0.1<10.0.0.9 10.0.0.9<10.0.0.9"), "10.0.0.9 10.0.0.1");
    }

    #[test]
    fn rule_10_leaves_the_rest_alone() {
        assert_eq!(
            order("192.0.2.3<10.0.0.9 192.0.2.1<10.0.0.9 192.0.2.2<10.0.0.9"),
            "192.0.2.3 192.0.2.1 192.0.2.2"
        );
    }

    #[test]
    fn one_address_needs_no_source() {
        let mut addresses = [address("10.0.0.1")];
        assert_eq!(sort(&mut addresses, |_| panic!("asked for a source")), [0]);
        assert_eq!(sort(&mut [], |_| panic!("asked for a source")), [0; 0]);
    }

    /// glibc's comparison, rule by rule, without rule 10.
    fn naive(a: (IpAddr, Option<SourceAddress>), b: (IpAddr, Option<SourceAddress>)) -> std::cmp::Ordering {
        use std::cmp::Ordering::Equal;
        let ((to_a, from_a), (to_b, from_b)) = (a, b);
        let rules = |from_a: SourceAddress, from_b: SourceAddress| {
            (scope(to_a) != scope(from_a.address))
                .cmp(&(scope(to_b) != scope(from_b.address)))
                .then(from_a.deprecated.cmp(&from_b.deprecated))
                .then(from_b.home.cmp(&from_a.home))
                .then((label(to_a) != label(from_a.address)).cmp(&(label(to_b) != label(from_b.address))))
        };
        let both = from_a.zip(from_b);
        from_a
            .is_none()
            .cmp(&from_b.is_none())
            .then(both.map_or(Equal, |(from_a, from_b)| rules(from_a, from_b)))
            .then(precedence(to_b).cmp(&precedence(to_a)))
            .then(both.map_or(Equal, |(from_a, from_b)| from_b.native.cmp(&from_a.native)))
            .then(scope(to_a).cmp(&scope(to_b)))
    }

    fn any_address() -> impl Strategy<Value = IpAddr> {
        let prefixes =
            vec!["::", "::1", "2001:db8::", "2002::", "fd00::", "fe80::", "fec0::", "2001::", "ff02::"];
        prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from(bits))),
            proptest::sample::select(vec!["127.0.0.1", "169.254.1.1", "10.0.0.1"]).prop_map(address),
            (proptest::sample::select(prefixes), any::<u16>()).prop_map(|(prefix, low)| {
                let prefix: Ipv6Addr = prefix.parse().unwrap();
                IpAddr::V6(Ipv6Addr::from_bits(prefix.to_bits() | u128::from(low)))
            }),
        ]
    }

    fn any_pair() -> impl Strategy<Value = (IpAddr, Option<SourceAddress>)> {
        let flags = (any::<bool>(), any::<bool>(), any::<bool>(), proptest::option::of(0_u8..=32));
        (any_address(), any_address(), flags, any::<bool>()).prop_map(|(to, from, flags, reachable)| {
            let (deprecated, home, native, prefix_length) = flags;
            let source = SourceAddress { address: from, prefix_length, deprecated, home, native };
            (to, (reachable && to.is_ipv4() == from.is_ipv4()).then_some(source))
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_rules_one_by_one(pairs in proptest::collection::vec(any_pair(), 0..20)) {
            let mut pairs = pairs;
            pairs.sort_by_key(|pair| pair.0);
            pairs.dedup_by_key(|pair| pair.0);
            let source = |to: IpAddr| pairs.iter().find(|pair| pair.0 == to).unwrap().1;
            let mut addresses: Vec<IpAddr> = pairs.iter().map(|pair| pair.0).collect();
            let ranks = sort(&mut addresses, source);
            prop_assert_eq!(ranks.len(), addresses.len());
            for (window, ranks) in addresses.windows(2).zip(ranks.windows(2)) {
                let ordering = naive((window[0], source(window[0])), (window[1], source(window[1])));
                prop_assert!(ordering.is_le());
                prop_assert_eq!(ordering.is_eq(), ranks[0] == ranks[1]);
                prop_assert!(ranks[0] <= ranks[1]);
            }
            let mut back = addresses.clone();
            back.sort();
            prop_assert_eq!(back, pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
        }
    }
}
