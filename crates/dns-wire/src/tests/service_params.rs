//! SVCB and HTTPS.

use super::{QNAME, answers, fault, name, pointer, record};
use crate::{Message, ParseError, Rdata, Rtype, SvcParam, SvcParams};

/// One parameter on the wire.
fn param(key: u16, value: &[u8]) -> Vec<u8> {
    [&key.to_be_bytes(), &u16::try_from(value.len()).unwrap().to_be_bytes(), value].concat()
}

fn refused(key: u16, value: &[u8]) {
    assert_eq!(
        SvcParams::from_wire(&param(key, value)),
        Err(ParseError::ServiceParameter),
        "{key} {value:?}"
    );
}

#[test]
fn every_known_parameter() {
    let wire = [
        param(0, &[0, 1, 0, 4]),
        param(1, b"\x02h2\x02h3"),
        param(2, b""),
        param(3, &[0x20, 0xfb]),
        param(4, &[192, 0, 2, 1, 192, 0, 2, 2]),
        param(5, b"ech"),
        param(6, &[0xfe; 16]),
        param(7, b"/dns-query{?dns}"),
    ]
    .concat();
    let params: Vec<_> = SvcParams::from_wire(&wire).unwrap().iter().collect();
    let SvcParam::Alpn(protocols) = params[1] else { panic!("{params:?}") };
    assert_eq!(protocols.iter().collect::<Vec<_>>(), [b"h2", b"h3"]);
    assert_eq!(params[0], SvcParam::Mandatory(&[[0, 1], [0, 4]]));
    assert_eq!(
        params[2..],
        [
            SvcParam::NoDefaultAlpn,
            SvcParam::Port(8443),
            SvcParam::Ipv4Hint(&[[192, 0, 2, 1], [192, 0, 2, 2]]),
            SvcParam::Ech(b"ech"),
            SvcParam::Ipv6Hint(&[[0xfe; 16]]),
            SvcParam::Unknown { key: 7, value: b"/dns-query{?dns}" },
        ]
    );
}

#[test]
fn values_have_the_form_of_their_key() {
    refused(0, &[]);
    refused(0, &[1]);
    refused(0, &[0, 0]);
    refused(0, &[0, 4, 0, 1]);
    refused(0, &[0, 1, 0, 1]);
    refused(1, &[]);
    refused(1, b"\x02h2\x00");
    refused(1, b"\x03h2");
    refused(2, &[0]);
    refused(3, &[1]);
    refused(3, &[1, 2, 3]);
    refused(4, &[]);
    refused(4, &[1, 2, 3]);
    refused(6, &[0; 17]);
}

#[test]
fn keys_ascend() {
    let (port, unknown) = (param(3, &[0, 1]), param(9, b""));
    assert!(SvcParams::from_wire(&[&port[..], &unknown].concat()).is_ok());
    for wire in [[&unknown[..], &port].concat(), port.repeat(2)] {
        assert_eq!(SvcParams::from_wire(&wire), Err(ParseError::ServiceParameter));
    }
}

#[test]
fn parameters_that_overrun_the_record() {
    let whole = param(9, &[1, 2]);
    for length in 1..whole.len() {
        assert_eq!(SvcParams::from_wire(&whole[..length]), Err(ParseError::RdataOverrun));
    }
}

#[test]
fn records_of_both_types() {
    let rdata = [&[0, 1][..], &name("svc.example"), &param(3, &[1, 187])].concat();
    let alias = [&[0, 0][..], &name("other.example")].concat();
    let octets = answers(&[
        record(&pointer(QNAME), Rtype::HTTPS, &rdata),
        record(&pointer(QNAME), Rtype::SVCB, &alias),
    ]);
    let message = Message::parse(&octets).unwrap();
    let records: Vec<_> = message.answers().map(|record| record.rdata().unwrap()).collect();
    let Rdata::Https { priority: 1, target, params } = records[0] else { panic!("{records:?}") };
    assert_eq!(target.to_string(), "svc.example");
    assert_eq!(params.iter().collect::<Vec<_>>(), [SvcParam::Port(443)]);
    let Rdata::Svcb { priority: 0, target, params } = records[1] else { panic!("{records:?}") };
    assert_eq!(target.to_string(), "other.example");
    assert_eq!(params.iter().count(), 0);
}

#[test]
fn targets_are_not_compressed() {
    for target in [pointer(QNAME).to_vec(), [&b"\x01a"[..], &pointer(QNAME)].concat()] {
        let rdata = [&[0, 1][..], &target].concat();
        let octets = answers(&[record(&pointer(QNAME), Rtype::HTTPS, &rdata)]);
        assert_eq!(fault(&octets), ParseError::CompressedName);
    }
}
