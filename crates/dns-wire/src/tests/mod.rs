//! Tests through the public API, on octets written by hand.

mod bad_names;
mod bad_records;
mod bad_sections;
mod builder;
mod chains;
mod edns;
mod header;
mod naive_chain;
mod names;
mod negative;
mod presentation;
mod query;
mod rdata;
mod service_params;

use crate::{Message, Name, ParseError, Rtype};

/// A name in uncompressed wire form.
fn name(text: &str) -> Vec<u8> {
    Name::from_ascii(text).unwrap().as_wire().to_vec()
}

/// A compression pointer.
fn pointer(target: u16) -> [u8; 2] {
    (0xc000 | target).to_be_bytes()
}

/// A response with these section counts and whatever follows the header.
fn response(counts: [u16; 4], body: &[&[u8]]) -> Vec<u8> {
    let mut octets = vec![0x12, 0x34, 0x81, 0x80];
    octets.extend(counts.iter().flat_map(|count| count.to_be_bytes()));
    octets.extend(body.concat());
    octets
}

/// A question of class IN.
fn question(name: &[u8], rtype: Rtype) -> Vec<u8> {
    [name, &rtype.0.to_be_bytes(), &[0, 1]].concat()
}

/// A record of class IN with a TTL of 300 s.
fn record(owner: &[u8], rtype: Rtype, rdata: &[u8]) -> Vec<u8> {
    record_with(owner, rtype, 1, 300, rdata)
}

fn record_with(owner: &[u8], rtype: Rtype, class: u16, ttl: u32, rdata: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rdata.len()).unwrap();
    [owner, &rtype.0.to_be_bytes(), &class.to_be_bytes(), &ttl.to_be_bytes(), &length.to_be_bytes(), rdata]
        .concat()
}

/// A response to a question for `www.example.com`, type A, with these answers.
fn answers(records: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(records.len()).unwrap();
    let question = question(&name("www.example.com"), Rtype::A);
    response([1, count, 0, 0], &[&question, &records.concat()])
}

/// Where the question's name begins: `www.example.com` in [`answers`].
const QNAME: u16 = 12;

/// Parses and expects a fault.
fn fault(octets: &[u8]) -> ParseError {
    Message::parse(octets).unwrap_err()
}
