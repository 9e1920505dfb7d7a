//! Composed queries.

use crate::{Class, Cookie, Edns, EdnsOption, Message, Name, Opcode, Query, Rtype};

fn compose(query: &Query<'_>) -> Vec<u8> {
    let mut octets = Vec::new();
    assert_eq!(query.compose(&mut octets), octets.len());
    octets
}

const EDNS: Edns = Edns { udp_payload: 1232, cookie: None, padding: None };

#[test]
fn octet_by_octet() {
    let name = Name::from_ascii("a.Example").unwrap();
    let plain = Query { id: 0xabcd, name: &name, rtype: Rtype::AAAA, recursion_desired: true, edns: None };
    assert_eq!(
        compose(&plain),
        b"\xab\xcd\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07Example\x00\x00\x1c\x00\x01"
    );
    let edns = Query { recursion_desired: false, edns: Some(EDNS), ..plain };
    assert_eq!(
        compose(&edns),
        b"\xab\xcd\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x01a\x07Example\x00\x00\x1c\x00\x01\
          \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"
    );
}

#[test]
fn appends_to_what_is_there() {
    let name = Name::from_ascii("example.com").unwrap();
    let query = Query { id: 1, name: &name, rtype: Rtype::A, recursion_desired: true, edns: Some(EDNS) };
    let alone = compose(&query);
    // As for TCP, which sends the length first.
    let mut framed = vec![0; 2];
    let length = query.compose(&mut framed);
    assert_eq!(length, alone.len());
    assert_eq!(framed[2..], alone);
}

#[test]
fn cookies() {
    let name = Name::from_ascii("example.com").unwrap();
    for cookie in [Cookie::client_only([1; 8]), Cookie::new([2; 8], &[3; 32]).unwrap()] {
        let edns = Edns { cookie: Some(cookie), ..EDNS };
        let query = Query { id: 1, name: &name, rtype: Rtype::A, recursion_desired: true, edns: Some(edns) };
        let octets = compose(&query);
        let opt = Message::parse(&octets).unwrap().opt().unwrap();
        assert_eq!(opt.cookie(), Some(cookie));
        assert_eq!(opt.options().count(), 1);
    }
}

#[test]
fn padding_fills_blocks() {
    for (length, block) in (1..=60).flat_map(|length| [1, 16, 128, 468].map(|block| (length, block))) {
        let name = Name::from_ascii(&"x".repeat(length)).unwrap();
        let edns = Edns { cookie: Some(Cookie::client_only([1; 8])), padding: Some(block), ..EDNS };
        let query = Query { id: 1, name: &name, rtype: Rtype::A, recursion_desired: true, edns: Some(edns) };
        let octets = [vec![9; 5], compose(&query)].concat();
        let octets = &octets[5..];
        assert_eq!(octets.len() % usize::from(block), 0);
        let message = Message::parse(octets).unwrap();
        let Some(EdnsOption::Padding(padding)) = message.opt().unwrap().options().last() else { panic!() };
        assert!(padding.len() < usize::from(block) && padding.iter().all(|&octet| octet == 0));
    }
}

#[test]
fn the_largest_block_still_makes_a_message() {
    let name = Name::from_ascii(&"a.".repeat(127)).unwrap();
    for (block, expected) in [(u16::MAX, 65_535), (40_000, 40_000), (0, 286)] {
        let edns = Edns { padding: Some(block), ..EDNS };
        let query = Query { id: 1, name: &name, rtype: Rtype::A, recursion_desired: true, edns: Some(edns) };
        let octets = compose(&query);
        assert!(Message::parse(&octets).is_ok());
        assert_eq!(octets.len(), expected, "block {block}");
    }
}

#[test]
fn every_part_is_read_back() {
    let name = Name::from_ascii(r"a\.b.Example").unwrap();
    let query = Query { id: 7, name: &name, rtype: Rtype(4711), recursion_desired: true, edns: Some(EDNS) };
    let octets = compose(&query);
    let message = Message::parse(&octets).unwrap();
    let header = message.header();
    assert!(!message.is_response() && header.recursion_desired());
    assert_eq!((message.id(), message.opcode()), (7, Opcode::QUERY));
    let question = message.question().unwrap();
    assert_eq!(question.class, Class::IN);
    assert!(question.matches(&name.to_lowercase(), Rtype(4711)));
    assert!(!question.matches(&name, Rtype::A));
    assert!(!question.matches(&name.parent().unwrap(), Rtype(4711)));
    assert_eq!(message.opt().unwrap().udp_payload(), 1232);
}
