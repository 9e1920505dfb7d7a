//! Malformed records.

use super::{QNAME, answers, fault, name, pointer, record, record_with};
use crate::{Message, ParseError, Rdata, Rtype};

/// The fault of an answer with one record of this type and data.
fn rdata_fault(rtype: Rtype, rdata: &[u8]) -> ParseError {
    fault(&answers(&[record(&pointer(QNAME), rtype, rdata)]))
}

/// An answer with one record of this type and data is well-formed.
fn assert_fine(rtype: Rtype, rdata: &[u8]) {
    assert!(Message::parse(&answers(&[record(&pointer(QNAME), rtype, rdata)])).is_ok(), "{rtype} {rdata:?}");
}

#[test]
fn length_past_the_end() {
    let mut octets = answers(&[record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1])]);
    let length = octets.len() - 5;
    for claimed in [5, 6, 255] {
        octets[length] = claimed;
        assert_eq!(fault(&octets), ParseError::ShortInput);
    }
}

#[test]
fn record_cut_anywhere() {
    let soa = [&pointer(QNAME)[..], &pointer(QNAME), &[0; 20]].concat();
    let whole = answers(&[
        record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1]),
        record(&name("example.com"), Rtype::SOA, &soa),
    ]);
    assert!(Message::parse(&whole).is_ok());
    for length in 0..whole.len() {
        assert_eq!(fault(&whole[..length]), ParseError::ShortInput, "cut to {length}");
    }
}

#[test]
fn addresses_of_the_wrong_length() {
    for length in (0..40).filter(|&length| length != 4) {
        assert_eq!(rdata_fault(Rtype::A, &vec![1; length]), ParseError::AddressLength);
    }
    for length in (0..40).filter(|&length| length != 16) {
        assert_eq!(rdata_fault(Rtype::AAAA, &vec![1; length]), ParseError::AddressLength);
    }
}

#[test]
fn names_that_overrun_their_record() {
    let cut = &b"\x03www\x07exam"[..];
    let before: [(Rtype, &[u8]); 7] = [
        (Rtype::NS, &[]),
        (Rtype::CNAME, &[]),
        (Rtype::PTR, &[]),
        (Rtype::MX, &[0, 10]),
        (Rtype::SOA, &[]),
        (Rtype::SRV, &[0, 1, 0, 2, 0, 3]),
        (Rtype::NAPTR, &[0, 1, 0, 2, 0, 0, 0]),
    ];
    for (rtype, before) in before {
        // The octets of the next record would complete label and name.
        let first = record(&pointer(QNAME), rtype, &[before, cut].concat());
        let second = record(&pointer(QNAME), Rtype::A, &[0; 4]);
        assert_eq!(fault(&answers(&[first, second])), ParseError::RdataOverrun, "{rtype}");
        assert_eq!(rdata_fault(rtype, before), ParseError::RdataOverrun, "{rtype} without its name");
        assert_eq!(rdata_fault(rtype, &[before, &[0xc0]].concat()), ParseError::RdataOverrun, "{rtype}");
    }
    for rtype in [Rtype::SVCB, Rtype::HTTPS] {
        assert_eq!(rdata_fault(rtype, &[&[0, 1], cut].concat()), ParseError::RdataOverrun);
    }
}

#[test]
fn names_that_underrun_their_record() {
    let rdata: [(Rtype, &[u8]); 6] = [
        (Rtype::NS, &[]),
        (Rtype::CNAME, &[]),
        (Rtype::PTR, &[]),
        (Rtype::MX, &[0, 10]),
        (Rtype::SRV, &[0, 1, 0, 2, 0, 3]),
        (Rtype::NAPTR, &[0, 1, 0, 2, 0, 0, 0]),
    ];
    for (rtype, before) in rdata {
        for name in [&name("example.com")[..], &pointer(QNAME)] {
            assert_fine(rtype, &[before, name].concat());
            assert_eq!(
                rdata_fault(rtype, &[before, name, &[0]].concat()),
                ParseError::RdataUnderrun,
                "{rtype}"
            );
        }
    }
    let soa = [&pointer(QNAME)[..], &name("a.b"), &[0; 20]].concat();
    assert_fine(Rtype::SOA, &soa);
    assert_eq!(rdata_fault(Rtype::SOA, &[&soa[..], &[0]].concat()), ParseError::RdataUnderrun);
    assert_eq!(rdata_fault(Rtype::SOA, &soa[..soa.len() - 1]), ParseError::RdataOverrun);
}

#[test]
fn names_in_data_are_checked_like_owners() {
    assert_eq!(rdata_fault(Rtype::CNAME, &pointer(3)), ParseError::PointerIntoHeader);
    assert_eq!(rdata_fault(Rtype::CNAME, &pointer(45)), ParseError::PointerNotBackward);
    assert_eq!(rdata_fault(Rtype::MX, &[0, 1, 0x41, 0]), ParseError::LabelType);
    assert_eq!(
        rdata_fault(Rtype::NS, &[b"\x01a".repeat(127), b"\x01a\x00".to_vec()].concat()),
        ParseError::NameTooLong
    );
}

#[test]
fn strings_that_overrun_their_record() {
    assert_fine(Rtype::TXT, b"\x02ab\x00\x01c");
    assert_eq!(rdata_fault(Rtype::TXT, b"\x02ab\x02c"), ParseError::RdataOverrun);
    assert_eq!(rdata_fault(Rtype::TXT, b""), ParseError::MissingField);
    assert_fine(Rtype::CAA, b"\x00\x05issueca.example");
    assert_fine(Rtype::CAA, b"\x00\x05issue");
    assert_eq!(rdata_fault(Rtype::CAA, b"\x00\x05issu"), ParseError::RdataOverrun);
    assert_eq!(rdata_fault(Rtype::CAA, b"\x00\x00value"), ParseError::MissingField);
    assert_eq!(rdata_fault(Rtype::CAA, b""), ParseError::RdataOverrun);
    assert_eq!(rdata_fault(Rtype::TLSA, &[3, 1]), ParseError::RdataOverrun);
    assert_eq!(rdata_fault(Rtype::NAPTR, b"\x00\x01\x00\x01\x01U\x05E2U"), ParseError::RdataOverrun);
}

#[test]
fn internet_types_of_other_classes_are_opaque() {
    for rtype in [Rtype::A, Rtype::AAAA, Rtype::SRV, Rtype::NAPTR, Rtype::CAA, Rtype::TLSA, Rtype::SVCB] {
        let octets = answers(&[record_with(&pointer(QNAME), rtype, 3, 300, &[1, 2, 3])]);
        let message = Message::parse(&octets).unwrap();
        let rdata = message.answers().next().unwrap().rdata();
        assert_eq!(rdata, Ok(Rdata::Unknown { rtype, data: &[1, 2, 3] }));
    }
    // The types of RFC 1035 mean the same in every class.
    let octets = answers(&[record_with(&pointer(QNAME), Rtype::CNAME, 3, 300, &[3])]);
    assert_eq!(fault(&octets), ParseError::RdataOverrun);
}

#[test]
fn faults_among_addresses_of_one_set() {
    let address = record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1]);
    for bad in [
        (record(&pointer(QNAME), Rtype::A, &[192, 0, 2]), ParseError::AddressLength),
        (record(&pointer(QNAME), Rtype::A, &[0; 16]), ParseError::AddressLength),
        (record(&pointer(QNAME), Rtype::AAAA, &[192, 0, 2, 1]), ParseError::AddressLength),
        (record(&pointer(11), Rtype::A, &[192, 0, 2, 1]), ParseError::PointerIntoHeader),
        (record(&pointer(QNAME), Rtype::OPT, &[]), ParseError::MisplacedOpt),
    ] {
        for place in 0..3 {
            let mut records = vec![address.clone(); 3];
            records.insert(place, bad.0.clone());
            assert_eq!(fault(&answers(&records)), bad.1, "{place}");
        }
    }
    let whole = answers(&vec![address; 3]);
    for length in whole.len() - 40..whole.len() {
        assert_eq!(fault(&whole[..length]), ParseError::ShortInput, "cut to {length}");
    }
}
