//! Composed messages.

use crate::{
    Class, ComposeError, Cookie, DomainName, EdnsOption, Message, MessageBuilder, Name, Opcode, Query, Rcode,
    Rdata, Rtype, Strings, SvcParams,
};

type Data<'a> = Rdata<'a, &'a Name>;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

const A: Data<'static> = Rdata::A(std::net::Ipv4Addr::new(192, 0, 2, 1));

#[test]
fn every_type_is_read_back() {
    let (owner, host) = (name("www.Example.com"), name("host.example.com"));
    let hint = [0, 4, 0, 4, 192, 0, 2, 1];
    let params = SvcParams::from_wire(&hint).unwrap();
    let data: Vec<Data<'_>> = vec![
        A,
        Rdata::Aaaa("2001:db8::1".parse().unwrap()),
        Rdata::Ns(&host),
        Rdata::Cname(&host),
        Rdata::Ptr(&host),
        Rdata::Mx { preference: 10, exchange: &host },
        Rdata::Soa { mname: &host, rname: &owner, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
        Rdata::Txt(Strings::from_wire(b"\x02ab\x00").unwrap()),
        Rdata::Srv { priority: 1, weight: 2, port: 3, target: &host },
        Rdata::Naptr {
            order: 1,
            preference: 2,
            flags: b"u",
            services: b"s",
            regexp: b"!a!b!",
            replacement: &owner,
        },
        Rdata::Caa { flags: 0, tag: b"issue", value: b"ca.example" },
        Rdata::Tlsa { usage: 3, selector: 1, matching_type: 1, data: &[1, 2, 3] },
        Rdata::Svcb { priority: 1, target: &host, params },
        Rdata::Https { priority: 2, target: &owner, params },
        Rdata::Unknown { rtype: Rtype(65_280), data: &[1, 2] },
    ];
    let mut builder = MessageBuilder::new(1).response(true);
    builder.question(&owner, Rtype::ANY, Class::IN).unwrap();
    for data in &data {
        builder.answer(&owner, Class::IN, 60, data).unwrap();
    }
    let octets = builder.finish();
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.answers().count(), data.len());
    for (record, data) in message.answers().zip(&data) {
        assert_eq!(record.owner(), owner);
        assert_eq!((record.class(), record.ttl()), (Class::IN, 60));
        assert_eq!(record.rdata().unwrap().rtype(), data.rtype());
    }
    // What was read composes to the same octets again.
    let mut again = MessageBuilder::new(1).response(true);
    let question = message.question().unwrap();
    again.question(&question.name, question.rtype, question.class).unwrap();
    for record in message.answers() {
        again.answer(&record.owner(), record.class(), record.ttl(), &record.rdata().unwrap()).unwrap();
    }
    assert_eq!(again.finish(), octets);
}

#[test]
fn names_are_compressed_where_rfc_1035_allows() {
    let (owner, host) = (name("www.example.com"), name("mail.example.com"));
    let mut builder = MessageBuilder::new(1);
    builder.question(&owner, Rtype::MX, Class::IN).unwrap();
    builder.answer(&owner, Class::IN, 60, &Rdata::Mx { preference: 1, exchange: &host }).unwrap();
    builder
        .answer(&host, Class::IN, 60, &Rdata::Srv { priority: 0, weight: 0, port: 0, target: &owner })
        .unwrap();
    let octets = builder.finish();
    let message = Message::parse(&octets).unwrap();
    let data: Vec<_> = message.answers().map(|record| record.raw_rdata()).collect();
    assert_eq!(data[0], b"\x00\x01\x04mail\xc0\x10");
    assert_eq!(data[1], b"\x00\x00\x00\x00\x00\x00\x03www\x07example\x03com\x00");
    assert_eq!(message.answers().nth(1).unwrap().owner(), host);
}

#[test]
fn compression_keeps_the_case() {
    let mut builder = MessageBuilder::new(1);
    builder.question(&name("a.EXAMPLE"), Rtype::A, Class::IN).unwrap();
    builder.answer(&name("a.example"), Class::IN, 60, &A).unwrap();
    let octets = builder.finish();
    let message = Message::parse(&octets).unwrap();
    assert_eq!(message.answers().next().unwrap().owner().to_string(), "a.example");
}

#[test]
fn names_beyond_the_reach_of_pointers_are_written_in_full() {
    let mut builder = MessageBuilder::new(1);
    for number in 0..1_300 {
        builder.answer(&name(&format!("host-{number}.example")), Class::IN, 60, &A).unwrap();
    }
    for number in 0..1_300 {
        builder.answer(&name(&format!("host-{number}.example")), Class::IN, 60, &A).unwrap();
    }
    let octets = builder.finish();
    assert!(octets.len() > 0x3fff);
    let message = Message::parse(&octets).unwrap();
    for (number, record) in message.answers().enumerate() {
        assert_eq!(record.owner(), name(&format!("host-{}.example", number % 1_300)));
    }
}

#[test]
fn responses_mirror_their_query() {
    let qname = name("wWw.example.com");
    let query = Query { id: 4711, name: &qname, rtype: Rtype::AAAA, recursion_desired: true, edns: None };
    let mut sent = Vec::new();
    query.compose(&mut sent);
    sent[3] |= 0x10;
    let octets = MessageBuilder::response_to(&Message::parse(&sent).unwrap()).rcode(Rcode::REFUSED).finish();
    let message = Message::parse(&octets).unwrap();
    let header = message.header();
    assert!(header.is_response() && header.recursion_desired() && header.checking_disabled());
    assert_eq!((message.id(), message.rcode(), message.question_count()), (4711, Rcode::REFUSED, 1));
    let question = message.question().unwrap();
    assert_eq!(question.name.to_string(), "wWw.example.com");
    assert_eq!(question.rtype, Rtype::AAAA);
}

#[test]
fn flags() {
    let build = |builder: MessageBuilder| {
        let octets = builder.finish();
        u16::from_be_bytes([octets[2], octets[3]])
    };
    let all = MessageBuilder::new(1)
        .response(true)
        .opcode(Opcode(0xf))
        .authoritative(true)
        .truncated(true)
        .recursion_desired(true)
        .recursion_available(true)
        .authentic_data(true)
        .checking_disabled(true)
        .rcode(Rcode(0xf));
    assert_eq!(build(all.clone()), 0xffbf);
    assert_eq!(build(all.clone().authoritative(false)), 0xfbbf);
    assert_eq!(build(all.clone().truncated(false)), 0xfdbf);
    assert_eq!(build(all.clone().opcode(Opcode(1))), 0x8fbf);
    assert_eq!(build(all.rcode(Rcode::NOERROR)), 0xffb0);
    assert_eq!(build(MessageBuilder::new(1)), 0);
}

#[test]
fn edns_is_read_back() {
    let options = [
        EdnsOption::Cookie(Cookie::new([1; 8], &[2; 8]).unwrap()),
        EdnsOption::ExtendedError { code: 15, text: b"blocked" },
        EdnsOption::Padding(&[0; 7]),
        EdnsOption::Unknown { code: 3, data: b"nsid" },
    ];
    let mut builder = MessageBuilder::new(1).rcode(Rcode::BADCOOKIE);
    builder.opt(4096, true, options).unwrap();
    assert_eq!(builder.opt(4096, true, []).unwrap_err(), ComposeError::MisplacedOpt);
    let octets = builder.finish();
    let message = Message::parse(&octets).unwrap();
    let opt = message.opt().unwrap();
    assert_eq!((opt.udp_payload(), opt.version(), opt.dnssec_ok()), (4096, 0, true));
    assert_eq!(opt.options().collect::<Vec<_>>(), options);
    assert_eq!(message.rcode(), Rcode::BADCOOKIE);
    let mut builder = MessageBuilder::new(1);
    let record = message.additionals().next().unwrap();
    let plain = builder.additional(&Name::root(), Class::IN, 0, &record.rdata().unwrap());
    assert_eq!(plain.unwrap_err(), ComposeError::MisplacedOpt);
}

#[test]
fn a_full_message_stays_as_it_was() {
    let owner = name("www.example.com");
    let mut builder = MessageBuilder::new(1).limit(100);
    builder.question(&owner, Rtype::A, Class::IN).unwrap();
    let mut fitted = 0;
    while builder.answer(&owner, Class::IN, 60, &A).is_ok() {
        fitted += 1;
    }
    // 33 octets of header and question, 16 each record.
    assert_eq!(fitted, 4);
    let other = name("long-name-of-another-host.example");
    assert_eq!(builder.answer(&other, Class::IN, 60, &A).unwrap_err(), ComposeError::MessageFull);
    let mut builder = builder.truncated(true).limit(200);
    // Nothing of the refused name is left to point to.
    builder.answer(&other, Class::IN, 60, &A).unwrap();
    let octets = builder.finish();
    let message = Message::parse(&octets).unwrap();
    assert!(message.truncated());
    assert_eq!(message.answers().count(), 5);
    assert_eq!(message.answers().last().unwrap().owner(), other);
}

#[test]
fn what_cannot_be_written_is_refused() {
    let owner = name("example.com");
    let mut builder = MessageBuilder::new(1);
    let long = [b'a'; 256];
    let caa: Data<'_> = Rdata::Caa { flags: 0, tag: &long, value: b"" };
    assert_eq!(builder.answer(&owner, Class::IN, 0, &caa).unwrap_err(), ComposeError::FieldTooLong);
    let large = vec![0; 65_536];
    let unknown: Data<'_> = Rdata::Unknown { rtype: Rtype(65_280), data: &large };
    assert_eq!(builder.answer(&owner, Class::IN, 0, &unknown).unwrap_err(), ComposeError::MessageFull);
    builder.authority(&owner, Class::IN, 0, &A).unwrap();
    assert_eq!(builder.answer(&owner, Class::IN, 0, &A).unwrap_err(), ComposeError::SectionOrder);
    assert_eq!(builder.question(&owner, Rtype::A, Class::IN).unwrap_err(), ComposeError::SectionOrder);
    builder.additional(&owner, Class::CH, 0, &A).unwrap();
    let octets = builder.finish();
    let message = Message::parse(&octets).unwrap();
    assert_eq!(
        (message.answers().count(), message.authorities().count(), message.additionals().count()),
        (0, 1, 1)
    );
}

#[test]
fn a_name_and_its_place_in_a_message_have_the_same_labels() {
    fn labels(name: &impl DomainName) -> Vec<Vec<u8>> {
        name.labels().map(<[u8]>::to_vec).collect()
    }
    let owner = name("www.example.com");
    let mut builder = MessageBuilder::new(1);
    builder.question(&owner, Rtype::A, Class::IN).unwrap();
    let octets = builder.finish();
    let parsed = Message::parse(&octets).unwrap().question().unwrap().name;
    assert_eq!(labels(&parsed), labels(&&owner));
}
