//! Any octets: nothing panics, and what is accepted can be read, followed and composed again to mean the
//! same.

#![no_main]

use dns_wire::{
    Answer, ChainError, Header, MAX_CHAIN, Message, MessageBuilder, Name, Rdata, Record, Records, Rtype,
    peek_question,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let header = Header::peek(octets);
    let question = peek_question(octets);
    let Ok(message) = Message::parse(octets) else { return };
    assert_eq!(header, Some(message.header()));
    assert_eq!(question, Ok(message.question()));
    for section in sections(&message) {
        for record in section {
            read(&record);
        }
    }
    if let Some(question) = message.question() {
        let qname = name(&question.name.to_name());
        assert!(question.rtype != Rtype::A || question.class.0 != 1 || question.matches(&qname, Rtype::A));
        for rtype in [question.rtype, Rtype::A, Rtype::AAAA] {
            follow(&message, &qname, rtype);
        }
    }
    compose_again(&message);
});

fn sections<'a>(message: &Message<'a>) -> [Records<'a>; 3] {
    [message.answers(), message.authorities(), message.additionals()]
}

/// Checks that a name survives text and wire form.
fn name(name: &Name) -> Name {
    assert_eq!(Name::from_ascii(&name.to_string()).unwrap().as_wire(), name.as_wire());
    Name::from_wire(name.as_wire()).unwrap()
}

fn read(record: &Record<'_>) {
    assert_eq!(record.owner(), name(&record.owner().to_name()));
    let mut plain = Vec::new();
    record.append_plain_rdata(&mut plain);
    assert!(plain.len() <= usize::from(u16::MAX));
    match record.rdata().expect("checked before") {
        Rdata::Txt(strings) => assert!(strings.iter().count() > 0),
        Rdata::Https { params, target, .. } | Rdata::Svcb { params, target, .. } => {
            assert!(params.iter().count() * 4 <= params.as_wire().len());
            name(&target.to_name());
        }
        Rdata::Opt(opt) => assert!(opt.options().count() * 4 <= record.raw_rdata().len()),
        Rdata::Cname(target) => drop(name(&target.to_name())),
        _ => {}
    }
}

fn follow(message: &Message<'_>, qname: &Name, rtype: Rtype) {
    match Answer::follow(message, qname, rtype) {
        Ok(answer) => {
            let owner = answer.final_owner();
            assert!(answer.chain_len() <= MAX_CHAIN);
            assert!(answer.records().all(|record| record.owner() == owner && record.class().0 == 1));
            assert_eq!(answer.records().next().is_none(), answer.is_empty());
            let addresses = answer.records().filter_map(|record| record.address());
            assert!(answer.addresses().eq(addresses));
            let least = answer.min_ttl();
            assert!(answer.records().all(|record| least.is_some_and(|least| least <= record.ttl())));
            assert!(answer.negative_ttl().is_none() || message.authorities().next().is_some());
        }
        Err(ChainError::Loop | ChainError::TooLong) => {
            assert!(message.answers().any(|record| record.rtype() == Rtype::CNAME));
        }
    }
}

/// Composes the message from what was read of it and reads that.
fn compose_again(message: &Message<'_>) {
    let mut builder = MessageBuilder::new(message.id()).rcode(message.rcode());
    if let Some(question) = message.question() {
        builder.question(&question.name, question.rtype, question.class).unwrap();
    }
    for (index, section) in sections(message).into_iter().enumerate() {
        for record in section.filter(|record| record.rtype() != Rtype::OPT) {
            let (owner, rdata) = (record.owner(), record.rdata().unwrap());
            let added = match index {
                0 => builder.answer(&owner, record.class(), record.ttl(), &rdata),
                1 => builder.authority(&owner, record.class(), record.ttl(), &rdata),
                _ => builder.additional(&owner, record.class(), record.ttl(), &rdata),
            };
            if added.is_err() {
                // Names that were compressed may be too long in full.
                return;
            }
        }
    }
    if let Some(opt) = message.opt()
        && builder.opt(opt.udp_payload(), opt.dnssec_ok(), opt.options()).is_err()
    {
        return;
    }
    let octets = builder.finish();
    let again = Message::parse(&octets).unwrap();
    assert_eq!(again.question(), message.question());
    assert_eq!(again.rcode(), message.rcode());
    for (before, after) in sections(message).into_iter().zip(sections(&again)) {
        let before = before.filter(|record| record.rtype() != Rtype::OPT);
        let after = after.filter(|record| record.rtype() != Rtype::OPT);
        assert!(before.map(view).eq(after.map(view)));
    }
    assert_eq!(
        again.opt().map(|opt| opt.options().collect::<Vec<_>>()),
        message.opt().map(|opt| opt.options().collect::<Vec<_>>())
    );
}

/// What a record says, names compared whatever their place.
fn view<'a>(record: Record<'a>) -> (Name, u16, u32, Rdata<'a>) {
    (record.owner().to_name(), record.class().0, record.ttl(), record.rdata().unwrap())
}
