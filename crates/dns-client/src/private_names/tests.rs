//! Single names, and all of them against a reading of their text.

use std::net::{Ipv4Addr, Ipv6Addr};

use dns_wire::Name;
use proptest::prelude::*;

use super::PrivateNames;

fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a name").to_lowercase()
}

fn user() -> PrivateNames {
    PrivateNames::new(vec![name("corp.com"), name("prod.corp.com"), name("intra")])
}

/// The suffix that makes `text` private, as text.
fn suffix(text: &str) -> Option<String> {
    let name = name(text);
    user().suffix_of(&name).map(|wire| Name::from_wire(wire).expect("whole labels").to_string())
}

#[test]
fn each_has_the_suffix_that_it_is_private_for() {
    for (text, expected) in [
        ("db", "db"),
        ("localhost", "localhost"),
        ("a.localhost", "localhost"),
        ("printer.local", "local"),
        ("db.prod.svc.cluster.local", "local"),
        ("db.prod.svc", "svc"),
        ("ip-10-0-0-1.ec2.internal", "internal"),
        ("www.test", "test"),
        ("x.invalid", "invalid"),
        ("x.onion", "onion"),
        ("x.corp", "corp"),
        ("nas.lan", "lan"),
        ("nas.home.arpa", "home.arpa"),
        ("home.arpa", "home.arpa"),
        ("7.0.0.10.in-addr.arpa", "10.in-addr.arpa"),
        ("10.in-addr.arpa", "10.in-addr.arpa"),
        ("1.0.31.172.in-addr.arpa", "31.172.in-addr.arpa"),
        ("1.1.168.192.in-addr.arpa", "168.192.in-addr.arpa"),
        ("1.0.64.100.in-addr.arpa", "64.100.in-addr.arpa"),
        ("1.0.254.169.in-addr.arpa", "254.169.in-addr.arpa"),
        ("1.0.0.127.in-addr.arpa", "127.in-addr.arpa"),
        ("0.0.d.f.ip6.arpa", "d.f.ip6.arpa"),
        ("1.a.e.f.ip6.arpa", "a.e.f.ip6.arpa"),
        ("db.corp.com", "corp.com"),
        ("corp.com", "corp.com"),
        ("db.prod.corp.com", "prod.corp.com"),
        ("x.intra", "intra"),
    ] {
        assert_eq!(suffix(text).as_deref(), Some(expected), "{text}");
    }
    let loopback = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa";
    assert_eq!(suffix(loopback).as_deref(), Some(loopback));
}

#[test]
fn others_are_not() {
    for text in [
        ".",
        "example.com",
        "local.example.com",
        "notlocal.example",
        "xcorp.com",
        "corp.com.example",
        "svc.example",
        "arpa.example",
        "home.arpa.example",
        "example.arpa",
        "172.in-addr.arpa",
        "1.15.172.in-addr.arpa",
        "1.32.172.in-addr.arpa",
        "1.63.100.in-addr.arpa",
        "1.128.100.in-addr.arpa",
        "1.192.in-addr.arpa",
        "1.1.1.1.in-addr.arpa",
        "910.in-addr.arpa",
        "x.in-addr.arpa",
        "in-addr.arpa",
        "ip6.arpa",
        "f.ip6.arpa",
        "e.f.ip6.arpa",
        "7.e.f.ip6.arpa",
        "c.e.f.ip6.arpa",
        "0.f.ip6.arpa",
        "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa",
    ] {
        assert_eq!(suffix(text), None, "{text}");
    }
}

/// What the rules say of a name, read as text.
fn oracle(text: &str) -> bool {
    let below = |suffix: &str| text == suffix || text.ends_with(&format!(".{suffix}"));
    let tops = ["localhost", "local", "internal", "test", "invalid", "onion", "svc", "corp", "lan"];
    let others = ["home.arpa", "cluster.local", "corp.com", "prod.corp.com", "intra"];
    let v4 = ["10.in-addr.arpa", "127.in-addr.arpa", "168.192.in-addr.arpa", "254.169.in-addr.arpa"]
        .map(str::to_owned);
    let v4 = v4
        .into_iter()
        .chain((16..32).map(|octet| format!("{octet}.172.in-addr.arpa")))
        .chain((64..128).map(|octet| format!("{octet}.100.in-addr.arpa")));
    let v6 = ["c.f", "d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f"].map(|nibbles| format!("{nibbles}.ip6.arpa"));
    let loopback = format!("1.{}ip6.arpa", "0.".repeat(31));
    !text.contains('.')
        || tops.into_iter().chain(others).any(below)
        || v4.chain(v6).any(|zone| below(&zone))
        || text == loopback
}

fn labels() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "local",
        "localhost",
        "internal",
        "test",
        "invalid",
        "onion",
        "svc",
        "cluster",
        "corp",
        "lan",
        "arpa",
        "home",
        "in-addr",
        "ip6",
        "com",
        "prod",
        "intra",
        "f",
        "e",
        "c",
        "d",
        "8",
        "b",
        "10",
        "172",
        "16",
        "31",
        "192",
        "168",
        "100",
        "64",
        "127",
        "169",
        "254",
        "1",
        "0",
    ]);
    let label = prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[a-z0-9-]{1,20}", 1 => (0..256_u32).prop_map(|n| n.to_string())];
    let ending =
        prop::sample::select(vec!["", "", "", ".arpa", ".in-addr.arpa", ".ip6.arpa", ".com", ".corp.com"]);
    (prop::collection::vec(label, 1..7), ending).prop_map(|(labels, ending)| labels.join(".") + ending)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn labels_in_any_order_are_read_like_their_text(text in labels()) {
        prop_assert_eq!(user().contains(&name(&text)), oracle(&text), "{}", text);
    }

    #[test]
    fn reverse_names_are_as_private_as_their_addresses(v4 in any::<u32>(), near in prop::sample::select(vec![
        0x0a00_0000_u32, 0xac10_0000, 0xac20_0000, 0xac0f_ffff, 0xc0a8_0000, 0x6440_0000, 0x647f_ffff, 0x6480_0000,
        0xa9fe_0000, 0x7f00_0001,
    ]), delta in 0..0x2_0000_u32) {
        for bits in [v4, near.wrapping_add(delta)] {
            let [a, b, c, d] = bits.to_be_bytes();
            let reverse = name(&format!("{d}.{c}.{b}.{a}.in-addr.arpa"));
            let address = Ipv4Addr::from(bits);
            let shared = a == 100 && (64..128).contains(&b);
            let private = address.is_private() || address.is_loopback() || address.is_link_local() || shared;
            prop_assert_eq!(PrivateNames::default().contains(&reverse), private, "{}", address);
        }
    }

    #[test]
    fn and_those_of_ipv6(low in any::<u128>(), head in prop::sample::select(vec![
        0xfc00_u16, 0xfd12, 0xfbff, 0xfe00, 0xfe7f, 0xfe80, 0xfebf, 0xfec0, 0xff02, 0x2001, 0,
    ]), one in any::<bool>()) {
        let bits = if one { 1 } else { low >> 16 | u128::from(head) << 112 };
        let nibbles = format!("{bits:032x}").chars().rev().map(|nibble| nibble.to_string()).collect::<Vec<_>>().join(".");
        let address = Ipv6Addr::from(bits);
        let private = address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback();
        prop_assert_eq!(PrivateNames::default().contains(&name(&format!("{nibbles}.ip6.arpa"))), private, "{}", address);
    }

    #[test]
    fn what_is_named_is_the_end_of_the_name(text in labels()) {
        let whole = name(&text);
        if let Some(suffix) = user().suffix_of(&whole) {
            let suffix = Name::from_wire(suffix).expect("whole labels");
            prop_assert!(whole.ends_with(&suffix) && user().contains(&suffix));
        }
    }
}
