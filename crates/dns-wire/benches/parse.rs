//! What it costs to read an answer: check it, follow its aliases, take its addresses and their least TTL.
//!
//! Opponents read the same octets and get the same addresses. `hickory-proto` builds the whole message;
//! `domain` is measured both ways: reading each record by its type, as a full check does, and only walking to
//! the addresses.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dns_wire::{Answer, Class, Message, MessageBuilder, Name, Rdata, Rtype};

/// Answers to compare: how many aliases, how many addresses, and whether an OPT record follows.
const CASES: [(&str, usize, u8, bool); 4] =
    [("1 A", 0, 1, false), ("4 A", 0, 4, false), ("13 A", 0, 13, false), ("2 CNAME, 4 A, OPT", 2, 4, true)];

const QNAME: &str = "ark.cn-beijing.volces.com";

fn compose(aliases: usize, addresses: u8, opt: bool) -> Vec<u8> {
    let mut owner = Name::from_ascii(QNAME).unwrap();
    let mut builder =
        MessageBuilder::new(4711).response(true).recursion_desired(true).recursion_available(true);
    builder.question(&owner, Rtype::A, Class::IN).unwrap();
    for alias in 0..aliases {
        let target = Name::from_ascii(&format!("alias{alias}.cdn.example.net")).unwrap();
        builder.answer(&owner, Class::IN, 600, &Rdata::Cname(&target)).unwrap();
        owner = target;
    }
    for last in 0..addresses {
        let data = Rdata::<&Name>::A(Ipv4Addr::new(192, 0, 2, last));
        builder.answer(&owner, Class::IN, 60, &data).unwrap();
    }
    if opt {
        builder.opt(1232, false, []).unwrap();
    }
    builder.finish()
}

/// The sum of the addresses, so that each is read, and the least TTL.
type Read = (u32, u32);

/// With `CHECKED`, as a client does it that looks first whether the question is its own.
fn dns_wire<const CHECKED: bool>(octets: &[u8], qname: &Name) -> Option<Read> {
    let message = Message::parse(octets).ok()?;
    if CHECKED && !message.question()?.matches(qname, Rtype::A) {
        return None;
    }
    let answer = Answer::follow(&message, qname, Rtype::A).ok()?;
    let mut sum = 0_u32;
    for address in answer.addresses() {
        if let IpAddr::V4(address) = address {
            sum = sum.wrapping_add(address.to_bits());
        }
    }
    Some((sum, answer.min_ttl()?))
}

fn hickory(octets: &[u8]) -> Option<Read> {
    let message = hickory_proto::op::Message::from_vec(octets).ok()?;
    let mut sum = 0_u32;
    let mut ttl = u32::MAX;
    for record in &message.answers {
        ttl = ttl.min(record.ttl);
        if let hickory_proto::rr::RData::A(address) = record.data {
            sum = sum.wrapping_add(address.0.to_bits());
        }
    }
    Some((sum, ttl))
}

fn domain_whole(octets: &[u8]) -> Option<Read> {
    use domain::base::Message;
    use domain::rdata::AllRecordData;
    let message = Message::from_slice(octets).ok()?;
    let mut sum = 0_u32;
    let mut ttl = u32::MAX;
    message.sole_question().ok()?;
    for record in message {
        let (record, _) = record.ok()?;
        let record = record.into_any_record::<AllRecordData<_, _>>().ok()?;
        if let AllRecordData::A(address) = record.data() {
            sum = sum.wrapping_add(address.addr().to_bits());
        }
        if !matches!(record.data(), AllRecordData::Opt(_)) {
            ttl = ttl.min(record.ttl().as_secs());
        }
    }
    Some((sum, ttl))
}

fn domain_addresses(octets: &[u8]) -> Option<Read> {
    let message = domain::base::Message::from_slice(octets).ok()?;
    let mut sum = 0_u32;
    let mut ttl = u32::MAX;
    for record in message.answer().ok()?.limit_to_in::<domain::rdata::A>() {
        let record = record.ok()?;
        sum = sum.wrapping_add(record.data().addr().to_bits());
        ttl = ttl.min(record.ttl().as_secs());
    }
    Some((sum, ttl))
}

fn parse(criterion: &mut Criterion) {
    let qname = Name::from_ascii(QNAME).unwrap();
    for (case, aliases, addresses, opt) in CASES {
        let octets = compose(aliases, addresses, opt);
        let expected = dns_wire::<true>(&octets, &qname);
        assert!(expected.is_some(), "{case}");
        let mut group = criterion.benchmark_group("parse");
        let mut bench = |name: &str, read: &dyn Fn(&[u8]) -> Option<Read>| {
            assert_eq!(read(&octets).map(|(sum, _)| sum), expected.map(|(sum, _)| sum), "{name}, {case}");
            group.bench_with_input(BenchmarkId::new(name, case), &octets[..], |bencher, octets| {
                bencher.iter(|| read(black_box(octets)));
            });
        };
        bench("dns-wire", &|octets| dns_wire::<false>(octets, &qname));
        bench("dns-wire, question checked", &|octets| dns_wire::<true>(octets, &qname));
        bench("domain, addresses only", &domain_addresses);
        bench("domain", &domain_whole);
        bench("hickory-proto", &hickory);
        group.finish();
    }
}

criterion_group!(benches, parse);
criterion_main!(benches);
