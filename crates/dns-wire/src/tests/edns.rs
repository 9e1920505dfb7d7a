//! OPT records and their options.

use super::{record_with, response};
use crate::{Cookie, EdnsOption, Message, Opt};

fn with_opt(ttl: u32, options: &[u8], check: impl FnOnce(Opt<'_>)) {
    let octets = response([0, 0, 0, 1], &[&record_with(&[0], crate::Rtype::OPT, 1232, ttl, options)]);
    check(Message::parse(&octets).unwrap().opt().unwrap());
}

/// One option on the wire.
fn option(code: u16, data: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat()
}

#[test]
fn fixed_fields() {
    with_opt(0x0102_8000, &[], |opt| {
        assert_eq!(opt.udp_payload(), 1232);
        assert_eq!((opt.extended_rcode(), opt.version()), (1, 2));
        assert!(opt.dnssec_ok());
        assert_eq!(opt.options().count(), 0);
    });
    with_opt(0, &[], |opt| assert!(!opt.dnssec_ok()));
}

#[test]
fn options_in_order() {
    let wire = [
        option(15, b"\x00\x16no route"),
        option(12, &[0; 5]),
        option(15, b"\x00\x03"),
        option(3, b"ns1"),
        option(10, &[7; 8]),
    ]
    .concat();
    with_opt(0, &wire, |opt| {
        assert_eq!(
            opt.options().collect::<Vec<_>>(),
            [
                EdnsOption::ExtendedError { code: 22, text: b"no route" },
                EdnsOption::Padding(&[0; 5]),
                EdnsOption::ExtendedError { code: 3, text: b"" },
                EdnsOption::Unknown { code: 3, data: b"ns1" },
                EdnsOption::Cookie(Cookie::client_only([7; 8])),
            ]
        );
        assert_eq!(opt.cookie(), Some(Cookie::client_only([7; 8])));
    });
}

#[test]
fn cookies_of_every_length() {
    for length in 0..=48 {
        let data: Vec<u8> = (0..length).collect();
        with_opt(0, &option(10, &data), |opt| match (length, opt.options().next().unwrap()) {
            (8, EdnsOption::Cookie(cookie)) => {
                assert_eq!(cookie.client(), data[..]);
                assert_eq!(cookie.server(), None);
            }
            (16..=40, EdnsOption::Cookie(cookie)) => {
                assert_eq!(cookie.client(), data[..8]);
                assert_eq!(cookie.server(), Some(&data[8..]));
                assert_eq!(Cookie::new(cookie.client(), &data[8..]), Some(cookie));
            }
            (0..8 | 9..16 | 41.., EdnsOption::Unknown { code: 10, data: given }) => assert_eq!(given, data),
            (_, other) => panic!("{length}: {other:?}"),
        });
    }
}

#[test]
fn the_first_well_formed_cookie_counts() {
    let wire = [option(10, &[1; 9]), option(10, &[2; 8]), option(10, &[3; 8])].concat();
    with_opt(0, &wire, |opt| assert_eq!(opt.cookie(), Some(Cookie::client_only([2; 8]))));
    with_opt(0, &option(10, &[1; 9]), |opt| assert_eq!(opt.cookie(), None));
}

#[test]
fn an_extended_error_without_its_code_is_unknown() {
    with_opt(0, &option(15, &[1]), |opt| {
        assert_eq!(opt.options().next(), Some(EdnsOption::Unknown { code: 15, data: &[1] }));
    });
}

#[test]
fn cookies_are_not_shown() {
    let cookie = Cookie::new([0xab; 8], &[0xcd; 16]).unwrap();
    let shown = format!("{cookie:?}");
    assert!(!shown.contains("171") && !shown.contains("205"), "{shown}");
}
