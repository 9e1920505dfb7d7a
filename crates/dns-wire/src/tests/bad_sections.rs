//! Counts that do not hold, and OPT records where none may be.

use super::{QNAME, answers, fault, name, pointer, question, record, response};
use crate::{Message, ParseError, Rtype};

const ROOT: &[u8] = &[0];

fn opt(options: &[u8]) -> Vec<u8> {
    record(ROOT, Rtype::OPT, options)
}

#[test]
fn counts_of_65535_in_twelve_octets() {
    for section in 0..4 {
        let mut counts = [0; 4];
        counts[section] = u16::MAX;
        assert_eq!(fault(&response(counts, &[])), ParseError::ShortInput);
    }
    assert_eq!(fault(&response([u16::MAX; 4], &[])), ParseError::ShortInput);
}

#[test]
fn counts_of_one_more_than_there_are() {
    let question = question(&name("www.example.com"), Rtype::A);
    let record = record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1]);
    for section in 0..4 {
        let mut counts = [1; 4];
        let body: [&[u8]; 4] = [&question, &record, &record, &record];
        assert!(Message::parse(&response(counts, &body)).is_ok());
        counts[section] = 2;
        // A record is read as a question too, but then the last record is not there.
        assert!(Message::parse(&response(counts, &body)).is_err(), "section {section}");
    }
}

#[test]
fn as_many_records_as_fit() {
    // Twelve octets a record after pointer and root owners alike: nothing but time is spent on them.
    let record = record(ROOT, Rtype(65_280), &[]);
    let count = (65_535 - 12) / record.len();
    let octets = response([0, u16::try_from(count).unwrap(), 0, 0], &[&record.repeat(count)]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.answers().count(), count);
}

#[test]
fn longer_than_any_transport_carries() {
    let mut octets = response([0; 4], &[]);
    octets.resize(65_535, 0);
    assert!(Message::parse(&octets).is_ok());
    octets.push(0);
    assert_eq!(fault(&octets), ParseError::MessageTooLong);
}

#[test]
fn octets_after_the_last_record_are_ignored() {
    let mut octets = answers(&[record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1])]);
    octets.extend(b"trailing");
    assert_eq!(Message::parse(&octets).unwrap().answers().count(), 1);
}

#[test]
fn two_opt_records() {
    let octets = response([0, 0, 0, 2], &[&opt(&[]), &opt(&[])]);
    assert_eq!(fault(&octets), ParseError::DuplicateOpt);
    let between = record(ROOT, Rtype::A, &[192, 0, 2, 1]);
    let octets = response([0, 0, 0, 3], &[&opt(&[]), &between, &opt(&[])]);
    assert_eq!(fault(&octets), ParseError::DuplicateOpt);
}

#[test]
fn opt_outside_the_additional_section() {
    assert_eq!(fault(&response([0, 1, 0, 0], &[&opt(&[])])), ParseError::MisplacedOpt);
    assert_eq!(fault(&response([0, 0, 1, 0], &[&opt(&[])])), ParseError::MisplacedOpt);
}

#[test]
fn opt_of_another_owner_than_the_root() {
    let opt = record(&name("example.com"), Rtype::OPT, &[]);
    assert_eq!(fault(&response([0, 0, 0, 1], &[&opt])), ParseError::MisplacedOpt);
}

#[test]
fn options_that_overrun_the_record() {
    let overruns: [&[u8]; 6] =
        [&[0], &[0, 10], &[0, 10, 0], &[0, 10, 0, 1], &[0, 12, 0, 1, 0, 0], &[0, 12, 0xff, 0xff, 0, 0]];
    for options in overruns {
        // A further record would supply the missing octets.
        let after = record(ROOT, Rtype::A, &[192, 0, 2, 1]);
        let octets = response([0, 0, 0, 2], &[&opt(options), &after]);
        assert_eq!(fault(&octets), ParseError::OptionOverrun, "{options:?}");
    }
}
