use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn v4(text: &str) -> Vec<Ipv4Addr> {
    text.split_whitespace().map(|address| address.parse().unwrap()).collect()
}

fn v6(text: &str) -> Vec<Ipv6Addr> {
    text.split_whitespace().map(|address| address.parse().unwrap()).collect()
}

#[test]
fn merges_all_lines_of_a_name_in_order() {
    let file = HostsFile::parse(b"10.0.0.2 db\n2001:db8::1 db\n10.0.0.1 other db\n10.0.0.2 db\n");
    let entry = file.lookup("db").unwrap();
    assert_eq!(entry.v4, v4("10.0.0.2 10.0.0.1 10.0.0.2"));
    assert_eq!(entry.v6, v6("2001:db8::1"));
    let any: Vec<IpAddr> = ["10.0.0.2", "2001:db8::1", "10.0.0.1", "10.0.0.2"]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    assert_eq!(entry.any, any);
    assert_eq!(file.names.len(), 2);
}

#[test]
fn reads_many_aliases_with_any_white_space() {
    let file = HostsFile::parse(b" \t10.0.0.1\ta b\x0bc\x0c  d\t\r\n10.0.0.2 e");
    for name in ["a", "b", "c", "d"] {
        assert_eq!(file.lookup(name).unwrap().v4, v4("10.0.0.1"), "{name}");
    }
    assert_eq!(file.lookup("e").unwrap().v4, v4("10.0.0.2"));
    assert_eq!(file.names.len(), 5);
}

#[test]
fn skips_comments_and_what_is_no_entry() {
    let file = HostsFile::parse(
        b"# 10.0.0.1 a\n10.0.0.2 b#c\n10.0.0.3#d\n10.0.0.4\n  # e\nnonsense f\n10.0.0.256 g\n127.1 h\n010.0.0.1 i\n\
          10.0.0.5 j\0k\n\0 10.0.0.6 l\n10.0.0.7 m\n",
    );
    assert_eq!(file.lookup("b").unwrap().v4, v4("10.0.0.2"));
    assert_eq!(file.lookup("j").unwrap().v4, v4("10.0.0.5"));
    assert_eq!(file.lookup("m").unwrap().v4, v4("10.0.0.7"));
    assert_eq!(file.names.len(), 3);
    assert!(file.lookup("").is_none());
}

#[test]
fn an_ipv6_zone_spoils_its_line_only() {
    let file = HostsFile::parse(b"fe80::1%eth0 router\nfe80::1 router2\n10.0.0.1 router\n");
    let entry = file.lookup("router").unwrap();
    assert!(entry.v6.is_empty());
    assert_eq!(entry.v4, v4("10.0.0.1"));
    assert_eq!(file.lookup("router2").unwrap().v6, v6("fe80::1"));
}

#[test]
fn ipv4_callers_see_loopback_and_mapped_lines() {
    let entry = HostsFile::parse(b"::1 me\n::ffff:10.0.0.1 me\n2001:db8::1 me").lookup("me").unwrap();
    assert_eq!(entry.v4, v4("127.0.0.1 10.0.0.1"));
    assert_eq!(entry.v6, v6("::1 ::ffff:10.0.0.1 2001:db8::1"));
    assert_eq!(entry.any.len(), 3);
}

#[test]
fn case_does_not_matter_and_a_trailing_dot_does() {
    let file = HostsFile::parse(b"10.0.0.1 Host.Example\n10.0.0.2 dotted.\n");
    assert_eq!(file.lookup("hOST.eXAMPLE").unwrap().v4, v4("10.0.0.1"));
    assert!(file.lookup("host.example.").is_none());
    assert!(file.lookup("dotted").is_none());
    assert_eq!(file.lookup("DOTTED.").unwrap().v4, v4("10.0.0.2"));
}

#[test]
fn names_beyond_255_octets_are_not_kept() {
    let (longest, longer) = ("a".repeat(255), "b".repeat(256));
    let file = HostsFile::parse(format!("10.0.0.1 {longest} {longer}").as_bytes());
    assert!(file.lookup(&longest).is_some());
    assert!(file.lookup(&longer).is_none());
    assert_eq!(file.names.len(), 1);
}

#[test]
fn ten_megabytes_of_names_stay_small() {
    let mut input = String::with_capacity(11 << 20);
    for line in 0_u32.. {
        let address = Ipv4Addr::from(line);
        writeln!(input, "{address} host-{line}.example alias-{line} shared").unwrap();
        if input.len() > 10 << 20 {
            break;
        }
    }
    let file = HostsFile::parse(input.as_bytes());
    let lines = input.lines().count();
    assert_eq!(file.names.len(), 2 * lines + 1);
    assert_eq!(file.lookup("SHARED").unwrap().v4.len(), lines);
    assert_eq!(file.lookup("alias-77").unwrap().v4, v4("0.0.0.77"));
    let octets = file.text.capacity()
        + file.links.capacity() * size_of::<Link>()
        + file.addresses.capacity() * size_of::<IpAddr>()
        + file.names.allocation_size();
    assert!(octets < 3 * input.len(), "{octets} octets for {} of input", input.len());
}

#[test]
fn one_endless_line_is_one_entry() {
    let mut input = b"10.0.0.1".to_vec();
    while input.len() < 10 << 20 {
        input.extend_from_slice(b" same");
    }
    let file = HostsFile::parse(&input);
    assert_eq!(file.lookup("same").unwrap().v4, v4("10.0.0.1"));
    assert_eq!((file.names.len(), file.links.len()), (1, 1));
}

/// Looks one name up by reading the whole file, as glibc does.
fn naive(input: &[u8], name: &[u8]) -> Option<HostsEntry> {
    let mut entry = HostsEntry::default();
    for line in input.split(|&octet| octet == b'\n') {
        let line = line.split(|&octet| octet == b'#' || octet == 0).next().unwrap_or_default();
        let fields: Vec<&[u8]> =
            line.split(|octet| b" \t\r\x0b\x0c".contains(octet)).filter(|field| !field.is_empty()).collect();
        let Some((first, names)) = fields.split_first() else { continue };
        let Some(address) = std::str::from_utf8(first).ok().and_then(|text| text.parse().ok()) else {
            continue;
        };
        if names.iter().any(|candidate| candidate.eq_ignore_ascii_case(name)) {
            entry.push(address);
        }
    }
    (!entry.any.is_empty()).then_some(entry)
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let address = prop_oneof![
        Just("10.0.0.1".to_owned()),
        Just("::1".to_owned()),
        Just("fe80::1%lo".to_owned()),
        Just("10.1".to_owned()),
        any::<u32>().prop_map(|address| Ipv4Addr::from(address).to_string()),
        any::<u128>().prop_map(|address| Ipv6Addr::from(address).to_string()),
    ];
    let names = proptest::collection::vec("[aAbB.#]{1,2}", 0..5);
    let separator = proptest::sample::select(vec![" ", "\t", "  ", "\r", "\0", "\x0b"]);
    (address, names, separator).prop_map(|(address, names, separator)| {
        let mut line = address;
        for name in names {
            line.push_str(separator);
            line.push_str(&name);
        }
        line.into_bytes()
    })
}

proptest! {
    #[test]
    fn agrees_with_reading_line_by_line(lines in proptest::collection::vec(line(), 0..30), name in "[aAbB.]{1,2}") {
        let input = lines.join(&b'\n');
        prop_assert_eq!(HostsFile::parse(&input).lookup(&name), naive(&input, name.as_bytes()));
    }

    #[test]
    fn takes_any_octets(input: Vec<u8>, name: Vec<u8>) {
        prop_assert_eq!(HostsFile::parse(&input).lookup(&name), naive(&input, &name));
    }
}
