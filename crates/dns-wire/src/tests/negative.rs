//! How long an absence may be kept.

use super::{QNAME, name, pointer, question, record, record_with, response};
use crate::{Answer, Message, Name, Rtype};

fn soa(owner: &[u8], ttl: u32, minimum: u32) -> Vec<u8> {
    let rdata =
        [&name("ns.example.com")[..], &name("hostmaster.example.com"), &[0; 16], &minimum.to_be_bytes()];
    record_with(owner, Rtype::SOA, 1, ttl, &rdata.concat())
}

fn negative_ttl(authorities: &[Vec<u8>]) -> Option<u32> {
    let count = u16::try_from(authorities.len()).unwrap();
    let question = question(&name("www.example.com"), Rtype::A);
    let octets = response([1, 0, count, 0], &[&question, &authorities.concat()]);
    let message = Message::parse(&octets).unwrap();
    let qname = Name::from_ascii("www.example.com").unwrap();
    Answer::follow(&message, &qname, Rtype::A).unwrap().negative_ttl()
}

#[test]
fn the_lesser_of_ttl_and_minimum() {
    assert_eq!(negative_ttl(&[soa(&name("example.com"), 3600, 60)]), Some(60));
    assert_eq!(negative_ttl(&[soa(&name("example.com"), 30, 60)]), Some(30));
    assert_eq!(negative_ttl(&[soa(&pointer(QNAME + 4), 30, 0)]), Some(0));
}

#[test]
fn any_zone_that_holds_the_name() {
    for owner in ["www.example.com", "EXAMPLE.com", "com", "."] {
        assert_eq!(negative_ttl(&[soa(&name(owner), 30, 60)]), Some(30), "{owner}");
    }
}

#[test]
fn no_other_zone() {
    for owner in ["example.org", "ww.example.com", "a.www.example.com", "ample.com"] {
        assert_eq!(negative_ttl(&[soa(&name(owner), 30, 60)]), None, "{owner}");
    }
    let ns = record(&name("example.com"), Rtype::NS, &name("ns.example.com"));
    assert_eq!(negative_ttl(&[ns, soa(&name("org"), 1, 1), soa(&name("com"), 30, 60)]), Some(30));
    assert_eq!(negative_ttl(&[]), None);
}

#[test]
fn the_zone_of_the_alias_target_counts() {
    let question = question(&name("www.example.com"), Rtype::A);
    let alias = record(&pointer(QNAME), Rtype::CNAME, &name("cdn.example.net"));
    let qname = Name::from_ascii("www.example.com").unwrap();
    for (zone, expected) in [("example.net", Some(60)), ("example.com", None)] {
        let octets = response([1, 1, 1, 0], &[&question, &alias, &soa(&name(zone), 3600, 60)]);
        let message = Message::parse(&octets).unwrap();
        let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
        assert!(answer.incomplete());
        assert_eq!(answer.negative_ttl(), expected, "{zone}");
    }
}
