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
    let given: Vec<IpAddr> = pairs.iter().map(|&(to, _)| to).collect();
    let source = |to| pairs.iter().find(|pair| pair.0 == to).unwrap().1;
    let mut addresses = given.clone();
    let ranks = sort(&mut addresses, source);
    if are_alike(given.iter().copied(), source) {
        assert_eq!((&addresses, ranks.iter().max()), (&given, Some(&0)), "{words}");
    }
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
fn alike_is_what_no_rule_tells_apart() {
    let alike = |words: &str| {
        let pairs: Vec<(IpAddr, IpAddr)> = words
            .split_whitespace()
            .map(|word| word.split_once('<').unwrap())
            .map(|(to, from)| (address(to), address(from)))
            .collect();
        let source = |to| pairs.iter().find(|pair| pair.0 == to).map(|&(_, from)| SourceAddress::new(from));
        are_alike(pairs.iter().map(|&(to, _)| to), source)
    };
    assert!(alike("10.1.0.1<10.9.0.9 10.2.0.1<10.9.0.9 192.0.2.1<10.9.0.9"));
    assert!(!alike("10.1.0.1<10.9.0.9 127.0.0.1<127.0.0.1"));
    assert!(!alike("2001:db8::1<2001:db8::9 10.2.0.1<10.9.0.9"));
    assert!(!alike("2001:db8:1::1<2001:db8:2::9 2001:db8:2::1<2001:db8:2::9"));
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
    assert_eq!(sorted("2001:db8::1<2001:db8::8 2001:db8::2<2001:db8::9", home), "2001:db8::2 | 2001:db8::1");
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

#[test]
fn ipv4_has_one_place_in_the_policy_tables() {
    for text in
        ["0.0.0.0", "10.0.0.1", "127.0.0.1", "169.254.1.1", "192.0.2.1", "224.0.0.1", "255.255.255.255"]
    {
        let address: std::net::Ipv4Addr = text.parse().unwrap();
        assert_eq!(policy(address.to_ipv6_mapped(), &LABELS), label(address.into()), "{text}");
        assert_eq!(policy(address.to_ipv6_mapped(), &PRECEDENCES), precedence(address.into()), "{text}");
    }
}
