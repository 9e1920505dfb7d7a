//! Malformed names.

use super::{QNAME, answers, fault, name, pointer, question, record, response};
use crate::{Message, Name, ParseError, Rtype, peek_question};

/// Where the first record begins in a message of `answers`.
const FIRST_RECORD: u16 = QNAME + 17 + 4;

/// A response whose question has this name, also by [`peek_question`].
fn question_fault(qname: &[u8]) -> ParseError {
    let octets = response([1, 0, 0, 0], &[&question(qname, Rtype::A)]);
    let error = fault(&octets);
    assert_eq!(peek_question(&octets), Err(error));
    error
}

/// A response with one A record of this owner.
fn owner_fault(owner: &[u8]) -> ParseError {
    fault(&answers(&[record(owner, Rtype::A, &[192, 0, 2, 1])]))
}

#[test]
fn pointer_to_itself() {
    assert_eq!(question_fault(&pointer(QNAME)), ParseError::PointerNotBackward);
    assert_eq!(owner_fault(&pointer(FIRST_RECORD)), ParseError::PointerNotBackward);
}

#[test]
fn pointer_back_into_its_own_labels() {
    assert_eq!(question_fault(&[&b"\x01a"[..], &pointer(QNAME)].concat()), ParseError::PointerNotBackward);
    let owner = [&b"\x01a\x01b"[..], &pointer(FIRST_RECORD + 2)].concat();
    assert_eq!(owner_fault(&owner), ParseError::PointerNotBackward);
}

#[test]
fn pointer_forward() {
    assert_eq!(question_fault(&pointer(QNAME + 2)), ParseError::PointerNotBackward);
    assert_eq!(owner_fault(&pointer(0x3fff)), ParseError::PointerNotBackward);
}

#[test]
fn mutual_pointers() {
    // Two CNAME targets, each pointing at the other's.
    let first = record(&pointer(QNAME), Rtype::CNAME, &pointer(FIRST_RECORD + 26));
    let second = record(&pointer(QNAME), Rtype::CNAME, &pointer(FIRST_RECORD + 12));
    assert_eq!(fault(&answers(&[first, second])), ParseError::PointerNotBackward);
}

#[test]
fn labels_that_run_into_the_pointer_that_led_to_them() {
    // The class of the question, 01 00, is also a label of one octet that ends where the owner stands.
    let octets =
        response([1, 1, 0, 0], &[b"\x03www\x00\x00\x01\x01\x00", &record(&pointer(19), Rtype::A, &[0; 4])]);
    assert_eq!(fault(&octets), ParseError::PointerNotBackward);
}

#[test]
fn labels_that_run_past_the_pointer_that_led_to_them() {
    // As before, but the label has three octets: the pointer and the high octet of the type, whose low octet 0
    // would end the name.
    let octets =
        response([1, 1, 0, 0], &[b"\x03www\x00\x00\x01\x03\x00", &record(&pointer(19), Rtype(0x4100), &[])]);
    assert_eq!(fault(&octets), ParseError::PointerNotBackward);
}

#[test]
fn pointer_into_the_header() {
    for target in 0..12 {
        assert_eq!(owner_fault(&pointer(target)), ParseError::PointerIntoHeader);
        assert_eq!(question_fault(&pointer(target)), ParseError::PointerIntoHeader);
        // Also where no name stands before.
        let octets = response([0, 1, 0, 0], &[&record(&pointer(target), Rtype::A, &[192, 0, 2, 1])]);
        assert_eq!(fault(&octets), ParseError::PointerIntoHeader);
    }
}

/// A response whose one record is owned by the last of `count` pointers, each leading to the one before.
fn pointers(count: u16) -> Vec<u8> {
    // The chain stands in the data of a record of unknown type, its end is the question's name.
    let mut chain = Vec::new();
    let start = FIRST_RECORD + 12;
    for link in 0..count - 1 {
        chain.extend(pointer(if link == 0 { QNAME } else { start + 2 * (link - 1) }));
    }
    let last = if count == 1 { QNAME } else { start + 2 * (count - 2) };
    answers(&[
        record(&pointer(QNAME), Rtype(65_280), &chain),
        record(&pointer(last), Rtype::A, &[192, 0, 2, 1]),
    ])
}

#[test]
fn at_most_127_pointers() {
    for count in [1, 2, 126, 127] {
        let octets = pointers(count);
        let message = Message::parse(&octets).unwrap();
        let owner = message.answers().nth(1).unwrap().owner().to_name();
        assert_eq!(owner, Name::from_ascii("www.example.com").unwrap(), "{count} pointers");
    }
    for count in [128, 129, 500] {
        assert_eq!(fault(&pointers(count)), ParseError::TooManyPointers, "{count} pointers");
    }
}

#[test]
fn at_most_255_octets() {
    let label = |length: u8| [vec![length], vec![b'a'; usize::from(length)]].concat();
    let longest = [label(63), label(63), label(63), label(61), vec![0]].concat();
    assert_eq!(longest.len(), 255);
    let octets = response([1, 0, 0, 0], &[&question(&longest, Rtype::A)]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.question().unwrap().name.to_name().as_wire(), longest);

    let too_long = [label(63), label(63), label(63), label(62), vec![0]].concat();
    assert_eq!(question_fault(&too_long), ParseError::NameTooLong);
    let many_labels = [label(1).repeat(127), vec![0]].concat();
    assert_eq!(many_labels.len(), 255);
    assert!(Message::parse(&response([1, 0, 0, 0], &[&question(&many_labels, Rtype::A)])).is_ok());
    assert_eq!(question_fault(&[label(1).repeat(128), vec![0]].concat()), ParseError::NameTooLong);
}

#[test]
fn at_most_255_octets_with_pointers() {
    // www.example.com has 17 octets: 238 more fit before it.
    let label = |length: u8| [vec![length], vec![b'a'; usize::from(length)]].concat();
    let prefix = [label(63), label(63), label(63), label(45)].concat();
    assert_eq!(prefix.len(), 238);
    let owner = [&prefix[..], &pointer(QNAME)].concat();
    let octets = answers(&[record(&owner, Rtype::A, &[192, 0, 2, 1])]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.answers().next().unwrap().owner().to_name().as_wire().len(), 255);
    let owner = [&label(63)[..], &label(63), &label(63), &label(46), &pointer(QNAME)].concat();
    assert_eq!(owner_fault(&owner), ParseError::NameTooLong);
    let owner = [label(1).repeat(120), pointer(QNAME).to_vec()].concat();
    assert_eq!(owner_fault(&owner), ParseError::NameTooLong);
}

#[test]
fn label_types_01_and_10() {
    for octet in [0x40, 0x41, 0x7f, 0x80, 0xbf] {
        assert_eq!(question_fault(&[octet, b'a', 0]), ParseError::LabelType);
        assert_eq!(owner_fault(&[1, b'a', octet, 0]), ParseError::LabelType);
    }
    // Behind a pointer as well: the chain stands in data of an unknown type.
    let hidden = record(&pointer(QNAME), Rtype(65_280), &[1, b'a', 0x40, 0]);
    let owner = pointer(FIRST_RECORD + 12);
    let octets = answers(&[hidden, record(&owner, Rtype::A, &[192, 0, 2, 1])]);
    assert_eq!(fault(&octets), ParseError::LabelType);
}

#[test]
fn cut_names() {
    let whole = response([1, 0, 0, 0], &[&question(&name("www.example.com"), Rtype::A)]);
    assert!(Message::parse(&whole).is_ok());
    for length in 0..whole.len() {
        assert_eq!(fault(&whole[..length]), ParseError::ShortInput, "cut to {length}");
        assert_eq!(peek_question(&whole[..length]), Err(ParseError::ShortInput), "cut to {length}");
    }
}

#[test]
fn name_that_ends_at_the_last_octet() {
    assert_eq!(fault(&response([1, 0, 0, 0], &[b"\x01a\x00"])), ParseError::ShortInput);
    assert_eq!(fault(&response([0, 1, 0, 0], &[b"\x01a\x00"])), ParseError::ShortInput);
}

#[test]
fn cut_pointer() {
    assert_eq!(fault(&response([1, 0, 0, 0], &[&[0xc0]])), ParseError::ShortInput);
    assert_eq!(fault(&response([1, 0, 0, 0], &[b"\x01a\xc0"])), ParseError::ShortInput);
    let question = question(&name("www.example.com"), Rtype::A);
    assert_eq!(fault(&response([1, 1, 0, 0], &[&question, &[0xc0]])), ParseError::ShortInput);
}
