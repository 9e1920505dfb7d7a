//! Messages through this crate.

use dns_wire::{
    Class, Cookie, EdnsOption, Message, MessageBuilder, Name, Opcode, ParseError, ParsedName, Rcode, Rdata,
    Record, Records, Rtype,
};

use crate::view::{OptView, RecordView, View, flag, flags};

/// Parses the message and reads all there is to read.
pub(crate) fn parse(octets: &[u8]) -> Result<View, ParseError> {
    let message = Message::parse(octets)?;
    let header = message.header();
    // Only the first question is offered; the others have been checked.
    let questions = message
        .question()
        .into_iter()
        .map(|question| (wire(question.name), question.rtype.0, question.class.0));
    let opt = message.opt().map(|opt| OptView {
        udp_payload: opt.udp_payload(),
        dnssec_ok: opt.dnssec_ok(),
        options: opt.options().map(option).collect(),
    });
    Ok(View {
        id: message.id(),
        flags: flags(
            message.opcode().0,
            [
                (flag::QR, message.is_response()),
                (flag::AA, message.authoritative()),
                (flag::TC, message.truncated()),
                (flag::RD, header.recursion_desired()),
                (flag::RA, message.recursion_available()),
                (flag::AD, header.authentic_data()),
                (flag::CD, header.checking_disabled()),
            ],
        ),
        rcode: message.rcode().0,
        questions: questions.collect(),
        sections: [
            section(message.answers()),
            section(message.authorities()),
            section(message.additionals()),
        ],
        opt,
    })
}

/// Composes the message with compression.
pub(crate) fn compose(view: &View) -> Vec<u8> {
    let mut builder = MessageBuilder::new(view.id)
        .response(view.flags & flag::QR != 0)
        .opcode(Opcode(view.flags.to_be_bytes()[0] >> 3 & 0xf))
        .authoritative(view.flags & flag::AA != 0)
        .truncated(view.flags & flag::TC != 0)
        .recursion_desired(view.flags & flag::RD != 0)
        .recursion_available(view.flags & flag::RA != 0)
        .authentic_data(view.flags & flag::AD != 0)
        .checking_disabled(view.flags & flag::CD != 0)
        .rcode(Rcode(view.rcode));
    for (name, rtype, class) in &view.questions {
        builder.question(&Name::from_wire(name).unwrap(), Rtype(*rtype), Class(*class)).unwrap();
    }
    for (index, records) in view.sections.iter().enumerate() {
        for record in records {
            let owner = Name::from_wire(&record.owner).unwrap();
            let (class, ttl) = (Class(record.class), record.ttl);
            let octets = alone(record);
            let message = Message::parse(&octets).unwrap();
            let rdata = message.answers().next().unwrap().rdata().unwrap();
            match index {
                0 => builder.answer(&owner, class, ttl, &rdata),
                1 => builder.authority(&owner, class, ttl, &rdata),
                _ => builder.additional(&owner, class, ttl, &rdata),
            }
            .unwrap();
        }
    }
    if let Some(opt) = &view.opt {
        let options = opt.options.iter().map(|(code, data)| EdnsOption::Unknown { code: *code, data });
        builder.opt(opt.udp_payload, opt.dnssec_ok, options).unwrap();
    }
    builder.finish()
}

/// A message with nothing but this record.
fn alone(record: &RecordView) -> Vec<u8> {
    let mut octets = vec![0; 12];
    octets[7] = 1;
    record.write(&mut octets);
    octets
}

fn wire(name: ParsedName<'_>) -> Vec<u8> {
    name.to_name().as_wire().to_vec()
}

fn section(records: Records<'_>) -> Vec<RecordView> {
    records.filter(|record| record.rtype() != Rtype::OPT).map(|record| view(&record)).collect()
}

fn view(record: &Record<'_>) -> RecordView {
    let rdata = uncompressed(&record.rdata().expect("checked when the message was parsed"));
    let mut plain = Vec::new();
    record.append_plain_rdata(&mut plain);
    assert_eq!(plain, rdata, "field by field and as octets");
    RecordView {
        owner: wire(record.owner()),
        rtype: record.rtype().0,
        class: record.class().0,
        ttl: record.ttl(),
        rdata,
    }
}

fn uncompressed(rdata: &Rdata<'_>) -> Vec<u8> {
    let string = |string: &[u8]| [&[u8::try_from(string.len()).unwrap()], string].concat();
    match *rdata {
        Rdata::A(address) => address.octets().to_vec(),
        Rdata::Aaaa(address) => address.octets().to_vec(),
        Rdata::Ns(name) | Rdata::Cname(name) | Rdata::Ptr(name) => wire(name),
        Rdata::Mx { preference, exchange } => [&preference.to_be_bytes()[..], &wire(exchange)].concat(),
        Rdata::Soa { mname, rname, serial, refresh, retry, expire, minimum } => {
            let numbers = [serial, refresh, retry, expire, minimum].map(u32::to_be_bytes);
            [wire(mname), wire(rname), numbers.concat()].concat()
        }
        Rdata::Txt(strings) => strings.iter().flat_map(string).collect(),
        Rdata::Srv { priority, weight, port, target } => {
            [[priority, weight, port].map(u16::to_be_bytes).concat(), wire(target)].concat()
        }
        Rdata::Naptr { order, preference, flags, services, regexp, replacement } => [
            [order, preference].map(u16::to_be_bytes).concat(),
            [flags, services, regexp].map(string).concat(),
            wire(replacement),
        ]
        .concat(),
        Rdata::Caa { flags, tag, value } => [&[flags][..], &string(tag), value].concat(),
        Rdata::Tlsa { usage, selector, matching_type, data } => {
            [&[usage, selector, matching_type], data].concat()
        }
        Rdata::Svcb { priority, target, params } | Rdata::Https { priority, target, params } => {
            // Reading them all is part of the test; their form is what the wire form is.
            assert!(params.iter().count() <= params.as_wire().len());
            [&priority.to_be_bytes()[..], &wire(target), params.as_wire()].concat()
        }
        Rdata::Opt(_) => unreachable!("left out before"),
        Rdata::Unknown { data, .. } => data.to_vec(),
    }
}

fn option(option: EdnsOption<'_>) -> (u16, Vec<u8>) {
    match option {
        EdnsOption::Cookie(cookie) => (10, cookie_octets(&cookie)),
        EdnsOption::Padding(data) => (12, data.to_vec()),
        EdnsOption::ExtendedError { code, text } => (15, [&code.to_be_bytes(), text].concat()),
        EdnsOption::Unknown { code, data } => (code, data.to_vec()),
    }
}

fn cookie_octets(cookie: &Cookie) -> Vec<u8> {
    [&cookie.client(), cookie.server().unwrap_or_default()].concat()
}
