//! Well-formed data of every type.

use super::{QNAME, answers, name, pointer, record, record_with};
use crate::{Class, Message, ParsedName, Rdata, Rtype};

/// Parses one answer of this type and hands its data to `check`.
fn with_rdata(rtype: Rtype, rdata: &[u8], check: impl FnOnce(Rdata<'_>)) {
    let octets = answers(&[record(&pointer(QNAME), rtype, rdata)]);
    let message = Message::parse(&octets).unwrap();
    let record = message.answers().next().unwrap();
    assert_eq!((record.rtype(), record.class(), record.ttl()), (rtype, Class::IN, 300));
    assert_eq!(record.raw_rdata(), rdata);
    let rdata = record.rdata().unwrap();
    assert_eq!(rdata.rtype(), rtype);
    check(rdata);
}

fn text(name: ParsedName<'_>) -> String {
    name.to_string()
}

#[test]
fn addresses() {
    with_rdata(Rtype::A, &[192, 0, 2, 1], |rdata| assert_eq!(rdata, Rdata::A([192, 0, 2, 1].into())));
    let octets = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    with_rdata(Rtype::AAAA, &octets, |rdata| assert_eq!(rdata, Rdata::Aaaa("2001:db8::1".parse().unwrap())));
}

#[test]
fn single_names() {
    for rtype in [Rtype::NS, Rtype::CNAME, Rtype::PTR] {
        with_rdata(rtype, &[&b"\x02ns"[..], &pointer(QNAME + 4)].concat(), |rdata| match rdata {
            Rdata::Ns(name) | Rdata::Cname(name) | Rdata::Ptr(name) => {
                assert_eq!(text(name), "ns.example.com");
            }
            other => panic!("{other:?}"),
        });
    }
}

#[test]
fn mx() {
    with_rdata(Rtype::MX, &[&[1, 2][..], &pointer(QNAME)].concat(), |rdata| {
        let Rdata::Mx { preference, exchange } = rdata else { panic!("{rdata:?}") };
        assert_eq!((preference, text(exchange)), (0x0102, "www.example.com".into()));
    });
}

#[test]
fn soa() {
    let numbers: Vec<u8> = (1..=20).collect();
    let octets = [&name("ns.example")[..], &pointer(QNAME), &numbers].concat();
    with_rdata(Rtype::SOA, &octets, |rdata| {
        let Rdata::Soa { mname, rname, serial, refresh, retry, expire, minimum } = rdata else {
            panic!("{rdata:?}")
        };
        assert_eq!([text(mname), text(rname)], ["ns.example", "www.example.com"]);
        assert_eq!(
            [serial, refresh, retry, expire, minimum],
            [0x0102_0304, 0x0506_0708, 0x090a_0b0c, 0x0d0e_0f10, 0x1112_1314]
        );
    });
}

#[test]
fn txt() {
    with_rdata(Rtype::TXT, b"\x02ab\x00\x03c\xffd", |rdata| {
        let Rdata::Txt(strings) = rdata else { panic!("{rdata:?}") };
        assert_eq!(strings.iter().collect::<Vec<_>>(), [&b"ab"[..], b"", b"c\xffd"]);
        assert_eq!(format!("{strings:?}"), r#"["ab", "", "c\\xffd"]"#);
    });
    let longest = [&[255][..], &[b'x'; 255]].concat();
    with_rdata(Rtype::TXT, &longest.repeat(3), |rdata| {
        let Rdata::Txt(strings) = rdata else { panic!("{rdata:?}") };
        assert_eq!(strings.into_iter().map(<[u8]>::len).collect::<Vec<_>>(), [255; 3]);
    });
}

#[test]
fn srv() {
    let octets = [&[0, 1, 0, 2, 0x1f, 0x90][..], &name("host.example")].concat();
    with_rdata(Rtype::SRV, &octets, |rdata| {
        let Rdata::Srv { priority, weight, port, target } = rdata else { panic!("{rdata:?}") };
        assert_eq!((priority, weight, port, text(target)), (1, 2, 8080, "host.example".into()));
    });
    // Not to be sent, but to be understood (RFC 3597 §4).
    with_rdata(Rtype::SRV, &[&[0; 6][..], &pointer(QNAME)].concat(), |rdata| {
        assert!(matches!(rdata, Rdata::Srv { target, .. } if text(target) == "www.example.com"));
    });
}

#[test]
fn naptr() {
    let octets = b"\x00\x64\x00\x0a\x01u\x07E2U+sip\x16!^.*$!sip:a@b.example!\x00";
    with_rdata(Rtype::NAPTR, octets, |rdata| {
        let Rdata::Naptr { order, preference, flags, services, regexp, replacement } = rdata else {
            panic!("{rdata:?}")
        };
        assert_eq!((order, preference, text(replacement)), (100, 10, ".".into()));
        assert_eq!([flags, services, regexp], [&b"u"[..], b"E2U+sip", b"!^.*$!sip:a@b.example!"]);
    });
}

#[test]
fn caa_and_tlsa() {
    with_rdata(Rtype::CAA, b"\x80\x05issueca.example", |rdata| {
        assert_eq!(rdata, Rdata::Caa { flags: 128, tag: b"issue", value: b"ca.example" });
    });
    with_rdata(Rtype::TLSA, &[3, 1, 2, 9, 9], |rdata| {
        assert_eq!(rdata, Rdata::Tlsa { usage: 3, selector: 1, matching_type: 2, data: &[9, 9] });
    });
}

#[test]
fn types_not_known_here() {
    with_rdata(Rtype(65_280), &[1, 2, 3], |rdata| {
        assert_eq!(rdata, Rdata::Unknown { rtype: Rtype(65_280), data: &[1, 2, 3] });
    });
    with_rdata(Rtype::ANY, &[], |rdata| assert_eq!(rdata, Rdata::Unknown { rtype: Rtype::ANY, data: &[] }));
}

#[test]
fn any_ttl_is_given_as_sent() {
    let octets = answers(&[record_with(&pointer(QNAME), Rtype::A, 1, u32::MAX, &[192, 0, 2, 1])]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.answers().next().unwrap().ttl(), u32::MAX);
}

#[test]
fn records_are_shown_readably() {
    let octets = answers(&[record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1])]);
    let shown = format!("{:?}", Message::parse(&octets).unwrap());
    assert!(shown.contains("www.example.com") && shown.contains("192.0.2.1"), "{shown}");
}

#[test]
fn data_on_its_own_has_names_in_full_and_in_their_case() {
    let full = name("www.example.com");
    let of = |rtype, class, rdata: &[u8]| {
        let octets = answers(&[record_with(&pointer(QNAME), rtype, class, 300, rdata)]);
        let mut plain = b"before".to_vec();
        Message::parse(&octets).unwrap().answers().next().unwrap().append_plain_rdata(&mut plain);
        plain.strip_prefix(b"before").unwrap().to_vec()
    };
    let numbers: Vec<u8> = (1..=20).collect();
    let pointed = [&b"\x02Ns"[..], &pointer(QNAME)].concat();
    let whole = [&b"\x02Ns"[..], &full].concat();
    for rtype in [Rtype::NS, Rtype::CNAME, Rtype::PTR] {
        assert_eq!(of(rtype, 1, &pointed), whole);
    }
    assert_eq!(of(Rtype::MX, 3, &[&[0, 9], &pointed[..]].concat()), [&[0, 9], &whole[..]].concat());
    assert_eq!(
        of(Rtype::SOA, 1, &[&pointed[..], &pointer(QNAME), &numbers].concat()),
        [&whole[..], &full, &numbers].concat()
    );
    assert_eq!(of(Rtype::SRV, 1, &[&[7; 6], &pointed[..]].concat()), [&[7; 6], &whole[..]].concat());
    let strings = b"\x00\x01\x00\x02\x01u\x00\x02ab";
    assert_eq!(of(Rtype::NAPTR, 1, &[strings, &pointed[..]].concat()), [strings, &whole[..]].concat());
    // Not the Internet's, so not known to hold names.
    assert_eq!(of(Rtype::SRV, 3, &pointer(QNAME)), pointer(QNAME));
    for rtype in [Rtype(65_280), Rtype::TXT] {
        assert_eq!(of(rtype, 1, b"\x02\xc0\x0c"), b"\x02\xc0\x0c");
    }
}
