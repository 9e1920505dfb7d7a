//! Aliases.

use std::net::IpAddr;

use super::{QNAME, answers, name, pointer, record, record_with};
use crate::{Answer, ChainError, MAX_CHAIN, Message, Name, Rtype};

fn qname() -> Name {
    Name::from_ascii("www.example.com").unwrap()
}

fn cname(owner: &str, target: &str) -> Vec<u8> {
    record(&name(owner), Rtype::CNAME, &name(target))
}

fn a(owner: &str, last: u8) -> Vec<u8> {
    record(&name(owner), Rtype::A, &[192, 0, 2, last])
}

/// `www.example.com` → `n1.example` → … → `n<links>.example`.
fn chain(links: usize) -> Vec<Vec<u8>> {
    (1..=links)
        .map(|link| match link {
            1 => cname("www.example.com", "n1.example"),
            _ => cname(&format!("n{}.example", link - 1), &format!("n{link}.example")),
        })
        .collect()
}

fn addresses(octets: &[u8]) -> Vec<IpAddr> {
    let message = Message::parse(octets).unwrap();
    Answer::follow(&message, &qname(), Rtype::A).unwrap().addresses().collect()
}

fn chain_error(octets: &[u8]) -> ChainError {
    let message = Message::parse(octets).unwrap();
    Answer::follow(&message, &qname(), Rtype::A).unwrap_err()
}

#[test]
fn records_of_the_name_itself() {
    let octets = answers(&[
        record(&pointer(QNAME), Rtype::A, &[192, 0, 2, 1]),
        record_with(&name("WWW.Example.COM"), Rtype::A, 1, 60, &[192, 0, 2, 2]),
    ]);
    let message = Message::parse(&octets).unwrap();
    let qname = qname();
    let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
    assert_eq!(answer.final_owner(), qname);
    assert_eq!(answer.chain_len(), 0);
    assert_eq!(answer.min_ttl(), Some(60));
    assert!(!answer.incomplete());
    assert!(!answer.is_empty());
    assert_eq!(answer.records().count(), 2);
    let expected: [IpAddr; 2] = [[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
    assert_eq!(answer.addresses().collect::<Vec<_>>(), expected);
}

#[test]
fn a_name_without_question_in_the_message_is_found() {
    let record = a("www.example.com", 1);
    let octets = super::response([0, 1, 0, 0], &[&record]);
    assert_eq!(addresses(&octets), [IpAddr::from([192, 0, 2, 1])]);
}

#[test]
fn records_of_others_are_ignored() {
    let octets = answers(&[
        a("evil.example.com", 66),
        a("ww.example.com", 66),
        a("example.com", 66),
        a("www.example.com.evil", 66),
        a("a.www.example.com", 66),
        a("www.example.com", 1),
        record(&pointer(QNAME), Rtype::AAAA, &[0; 16]),
        record_with(&pointer(QNAME), Rtype::A, 3, 5, &[192, 0, 2, 66]),
    ]);
    let message = Message::parse(&octets).unwrap();
    let qname = qname();
    let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
    assert_eq!(answer.addresses().collect::<Vec<_>>(), [IpAddr::from([192, 0, 2, 1])]);
    assert_eq!(answer.min_ttl(), Some(300));
}

#[test]
fn aliases_in_order() {
    let mut records = chain(3);
    records.extend([a("n3.example", 1), a("n3.example", 2)]);
    let octets = answers(&records);
    let message = Message::parse(&octets).unwrap();
    let qname = qname();
    let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
    assert_eq!(answer.chain_len(), 3);
    assert_eq!(answer.final_owner(), Name::from_ascii("n3.example").unwrap());
    assert_eq!(answer.records().count(), 2);
}

#[test]
fn aliases_shuffled() {
    let mut records = chain(5);
    records.insert(0, a("n5.example", 1));
    records.push(a("n5.example", 2));
    let expected: [IpAddr; 2] = [[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
    // Every rotation and its reverse.
    for start in 0..records.len() {
        records.rotate_left(1);
        for _ in 0..2 {
            records.reverse();
            let mut found = addresses(&answers(&records));
            found.sort();
            assert_eq!(found, expected, "rotation {start}");
        }
    }
}

#[test]
fn the_least_ttl_of_the_chain_counts() {
    let octets = answers(&[
        record_with(&pointer(QNAME), Rtype::CNAME, 1, 30, &name("n1.example")),
        record_with(&name("n1.example"), Rtype::CNAME, 1, 7, &name("n2.example")),
        record_with(&name("n2.example"), Rtype::A, 1, 90, &[192, 0, 2, 1]),
        record_with(&name("n2.example"), Rtype::A, 1, 40, &[192, 0, 2, 2]),
        record_with(&name("other.example"), Rtype::A, 1, 1, &[192, 0, 2, 3]),
    ]);
    let message = Message::parse(&octets).unwrap();
    assert_eq!(Answer::follow(&message, &qname(), Rtype::A).unwrap().min_ttl(), Some(7));
}

#[test]
fn an_alias_without_data_is_incomplete() {
    let octets = answers(&chain(2));
    let message = Message::parse(&octets).unwrap();
    let qname = qname();
    let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
    assert!(answer.incomplete() && answer.is_empty());
    assert_eq!(answer.final_owner(), Name::from_ascii("n2.example").unwrap());
    assert_eq!(answer.min_ttl(), Some(300));
    assert_eq!(answer.records().count(), 0);
}

#[test]
fn nothing_at_all_is_empty_but_not_incomplete() {
    let octets = answers(&[]);
    let message = Message::parse(&octets).unwrap();
    let qname = qname();
    let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
    assert!(answer.is_empty() && !answer.incomplete());
    assert_eq!(answer.min_ttl(), None);
    assert_eq!(answer.final_owner(), qname);
}

#[test]
fn loops() {
    assert_eq!(chain_error(&answers(&[cname("www.example.com", "www.example.com")])), ChainError::Loop);
    let back = [cname("www.example.com", "n1.example"), cname("n1.example", "WWW.example.com")];
    assert_eq!(chain_error(&answers(&back)), ChainError::Loop);
    let mut later = chain(4);
    later.push(cname("n4.example", "n2.example"));
    assert_eq!(chain_error(&answers(&later)), ChainError::Loop);
    // An owner in the loop is found by pointer as well as in full.
    let by_pointer = [record(&pointer(QNAME), Rtype::CNAME, &pointer(QNAME))];
    assert_eq!(chain_error(&answers(&by_pointer)), ChainError::Loop);
}

#[test]
fn at_most_eleven_aliases() {
    let mut records = chain(MAX_CHAIN);
    records.push(a("n11.example", 1));
    assert_eq!(addresses(&answers(&records)), [IpAddr::from([192, 0, 2, 1])]);
    let mut records = chain(MAX_CHAIN + 1);
    records.push(a("n12.example", 1));
    assert_eq!(chain_error(&answers(&records)), ChainError::TooLong);
}

#[test]
fn asking_for_the_alias_itself_follows_nothing() {
    let mut records = chain(2);
    records.push(a("n2.example", 1));
    let octets = answers(&records);
    let message = Message::parse(&octets).unwrap();
    let qname = qname();
    for rtype in [Rtype::CNAME, Rtype::ANY] {
        let answer = Answer::follow(&message, &qname, rtype).unwrap();
        assert_eq!(answer.chain_len(), 0);
        assert_eq!(answer.records().count(), 1);
        assert_eq!(answer.final_owner(), qname);
    }
}

#[test]
fn an_alias_hides_data_beside_it() {
    let mut records =
        [cname("www.example.com", "n1.example"), a("www.example.com", 1), a("n1.example", 2)].to_vec();
    for _ in 0..records.len() {
        records.rotate_left(1);
        assert_eq!(addresses(&answers(&records)), [IpAddr::from([192, 0, 2, 2])]);
        records.reverse();
        assert_eq!(addresses(&answers(&records)), [IpAddr::from([192, 0, 2, 2])]);
        records.reverse();
    }
}

#[test]
fn aliases_of_another_class_are_not_followed() {
    let alias = record_with(&pointer(QNAME), Rtype::CNAME, 3, 300, &name("n1.example"));
    assert_eq!(addresses(&answers(&[alias, a("n1.example", 1)])), [] as [IpAddr; 0]);
}
