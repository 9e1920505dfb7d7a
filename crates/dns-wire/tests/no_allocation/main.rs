//! Reading a message asks for no memory, whatever is in it.

mod counting;

use std::hint::black_box;

use counting::{Counting, allocations};
use dns_wire::{
    Answer, Class, Edns, Header, Message, MessageBuilder, Name, Query, Rdata, Rtype, Strings, SvcParams,
    peek_question,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

/// A response for `www.example.com` with this many aliases and addresses, an SOA record and EDNS.
fn response(aliases: usize, addresses: u8) -> Vec<u8> {
    let mut owner = name("www.example.com");
    let mut builder = MessageBuilder::new(1).response(true);
    builder.question(&owner, Rtype::A, Class::IN).unwrap();
    for alias in 0..aliases {
        let target = name(&format!("alias{alias}.example.net"));
        builder.answer(&owner, Class::IN, 60, &Rdata::Cname(&target)).unwrap();
        owner = target;
    }
    for last in 0..addresses {
        builder.answer(&owner, Class::IN, 60, &Rdata::<&Name>::A([192, 0, 2, last].into())).unwrap();
    }
    let soa: Rdata<'_, &Name> =
        Rdata::Soa { mname: &owner, rname: &owner, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };
    builder.authority(&owner, Class::IN, 60, &soa).unwrap();
    builder.opt(1232, false, []).unwrap();
    builder.finish()
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(black_box(vec![1]))), 1);
    assert_eq!(allocations(|| drop(black_box(Vec::<u8>::new()))), 0);
}

#[test]
fn reading_an_answer() {
    let qname = name("www.example.com");
    for (aliases, addresses) in [(0, 1), (0, 4), (0, 13), (0, 0), (3, 2), (11, 1), (2, 0)] {
        let octets = response(aliases, addresses);
        let mut read = 0;
        let count = allocations(|| {
            let message = Message::parse(&octets).unwrap();
            assert!(message.question().unwrap().matches(&qname, Rtype::A));
            let answer = Answer::follow(&message, &qname, Rtype::A).unwrap();
            read = answer.addresses().count();
            assert_eq!(answer.records().filter_map(|record| record.rdata().ok()).count(), read);
            assert_eq!(answer.chain_len(), aliases);
            assert_eq!(answer.negative_ttl(), Some(5));
            black_box((answer.min_ttl(), answer.final_owner(), message.rcode(), message.opt()));
        });
        assert_eq!(read, usize::from(addresses));
        assert_eq!(count, 0, "{aliases} aliases, {addresses} addresses");
    }
}

#[test]
fn reading_every_type() {
    let (owner, host) = (name("www.example.com"), name("host.example.com"));
    let params = SvcParams::from_wire(&[0, 1, 0, 3, 2, b'h', b'2', 0, 4, 0, 4, 192, 0, 2, 1]).unwrap();
    let mut builder = MessageBuilder::new(1);
    let data: [Rdata<'_, &Name>; 9] = [
        Rdata::Ns(&host),
        Rdata::Ptr(&host),
        Rdata::Mx { preference: 1, exchange: &host },
        Rdata::Txt(Strings::from_wire(b"\x02ab\x01c").unwrap()),
        Rdata::Srv { priority: 1, weight: 2, port: 3, target: &host },
        Rdata::Naptr { order: 1, preference: 2, flags: b"", services: b"", regexp: b"", replacement: &host },
        Rdata::Caa { flags: 0, tag: b"issue", value: b"" },
        Rdata::Https { priority: 1, target: &host, params },
        Rdata::Unknown { rtype: Rtype(65_280), data: &[1] },
    ];
    for data in &data {
        builder.answer(&owner, Class::IN, 60, data).unwrap();
    }
    let octets = builder.finish();
    let count = allocations(|| {
        let message = Message::parse(&octets).unwrap();
        for record in message.answers() {
            black_box(record.owner().to_name());
            match record.rdata().unwrap() {
                Rdata::Txt(strings) => assert_eq!(strings.iter().count(), 2),
                Rdata::Https { params, .. } => assert_eq!(params.iter().count(), 2),
                other => drop(black_box(other)),
            }
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn refusing_what_is_malformed() {
    let whole = response(2, 4);
    let mut lying = vec![0; 12];
    lying[4..].fill(0xff);
    let count = allocations(|| {
        for length in 0..whole.len() {
            assert!(Message::parse(&whole[..length]).is_err());
            black_box((Header::peek(&whole[..length]), peek_question(&whole[..length]).is_ok()));
        }
        assert!(Message::parse(&lying).is_err());
    });
    assert_eq!(count, 0);
}

#[test]
fn composing_a_query_into_room_that_is_there() {
    let qname = name("www.example.com");
    let edns = Edns { udp_payload: 1232, cookie: None, padding: Some(128) };
    let query = Query { id: 1, name: &qname, rtype: Rtype::A, recursion_desired: true, edns: Some(edns) };
    let mut octets = Vec::with_capacity(512);
    let mut length = 0;
    assert_eq!(allocations(|| length = query.compose(&mut octets)), 0);
    assert_eq!(length, 128);
}
