//! Headers.

use super::{name, question, record_with, response};
use crate::{Class, Header, Message, Opcode, Rcode, Rtype, peek_question};

#[test]
fn every_bit_is_read_where_it_is() {
    let parse =
        |third, fourth| Header::peek(&[0xab, 0xcd, third, fourth, 0, 1, 0, 2, 0, 3, 0, 4, 99]).unwrap();
    let none = parse(0, 0);
    assert_eq!(none.id(), 0xabcd);
    assert_eq!(
        [none.question_count(), none.answer_count(), none.authority_count(), none.additional_count()],
        [1, 2, 3, 4]
    );
    let bits = |header: &Header| {
        [
            header.is_response(),
            header.authoritative(),
            header.truncated(),
            header.recursion_desired(),
            header.recursion_available(),
            header.authentic_data(),
            header.checking_disabled(),
        ]
    };
    assert_eq!(bits(&none), [false; 7]);
    for (index, (third, fourth)) in
        [(0x80, 0), (4, 0), (2, 0), (1, 0), (0, 0x80), (0, 0x20), (0, 0x10)].into_iter().enumerate()
    {
        let mut expected = [false; 7];
        expected[index] = true;
        assert_eq!(bits(&parse(third, fourth)), expected);
    }
    assert_eq!(none.opcode(), Opcode::QUERY);
    assert_eq!(parse(0x28, 0).opcode(), Opcode(5));
    assert_eq!(parse(0, 3).rcode(), Rcode::NXDOMAIN);
}

#[test]
fn peeking_needs_twelve_octets_only() {
    assert_eq!(Header::peek(&[0; 11]), None);
    let header = Header::peek(&response([u16::MAX; 4], &[])).unwrap();
    assert_eq!((header.id(), header.answer_count()), (0x1234, u16::MAX));
}

#[test]
fn peeking_at_the_question_ignores_later_faults() {
    let question = question(&name("www.example.com"), Rtype::AAAA);
    let octets = response([1, 9, 0, 0], &[&question, b"\xff\xff"]);
    let peeked = peek_question(&octets).unwrap().unwrap();
    assert_eq!((peeked.name.to_string().as_str(), peeked.rtype), ("www.example.com", Rtype::AAAA));
    assert!(Message::parse(&octets).is_err());
    assert_eq!(peek_question(&response([0, 9, 0, 0], &[])), Ok(None));
}

#[test]
fn no_question_and_several() {
    let octets = response([0; 4], &[]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!((message.question_count(), message.question()), (0, None));
    let first = question(&name("a.example"), Rtype::A);
    let second = question(&name("b.example"), Rtype::MX);
    let octets = response([2, 0, 0, 0], &[&first, &second]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.question_count(), 2);
    let question = message.question().unwrap();
    assert_eq!(question.class, Class::IN);
    assert_eq!(question.name.to_string(), "a.example");
}

#[test]
fn the_response_code_is_extended_by_edns() {
    let opt = record_with(&[0], Rtype::OPT, 1232, 0x0100_0000, &[]);
    let mut octets = response([0, 0, 0, 1], &[&opt]);
    octets[3] |= 7;
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.rcode(), Rcode::BADCOOKIE);
    assert_eq!(message.header().rcode(), Rcode(7));
    octets[11] = 0;
    assert_eq!(Message::parse(&octets).unwrap().rcode(), Rcode(7));
}

#[test]
fn a_message_tells_what_its_header_says() {
    let octets = response([0; 4], &[]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.id(), 0x1234);
    assert_eq!(message.opcode(), Opcode::QUERY);
    assert!(message.is_response() && message.recursion_available());
    assert!(!message.truncated() && !message.authoritative());
    assert_eq!(message.octets(), octets);
    assert!(message.opt().is_none());
}

#[test]
fn codes_are_shown_by_name_or_number() {
    assert_eq!([Rtype::HTTPS, Rtype(4711)].map(|rtype| rtype.to_string()), ["HTTPS", "TYPE4711"]);
    assert_eq!([Rcode::NXDOMAIN, Rcode(11)].map(|rcode| rcode.to_string()), ["NXDOMAIN", "RCODE11"]);
    assert_eq!(
        [Class::IN, Class::CH, Class::ANY, Class(4)].map(|class| class.to_string()),
        ["IN", "CH", "ANY", "CLASS4"]
    );
}
