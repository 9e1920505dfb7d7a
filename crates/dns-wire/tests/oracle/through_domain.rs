//! Messages through `domain`.

use domain::base::iana::{Class, Opcode, OptRcode, Rtype};
use domain::base::message_builder::TreeCompressor;
use domain::base::rdata::{ComposeRecordData, ParseAnyRecordData};
use domain::base::wire::ParseError;
use domain::base::{Message, MessageBuilder, Name, ParsedName, Question, Record, ToName, Ttl};
use domain::dep::octseq::{OctetsBuilder, Parser};
use domain::rdata::AllRecordData;

use crate::view::{OptView, RecordView, View, flag, flags};

type Rdata<'a> = AllRecordData<&'a [u8], ParsedName<&'a [u8]>>;

/// Parses the message and writes all there is to read.
pub(crate) fn parse(octets: &[u8]) -> Result<View, ParseError> {
    let message = Message::from_slice(octets).map_err(|_| ParseError::ShortInput)?;
    let header = message.header();
    let mut questions = Vec::new();
    for question in message.question() {
        let question = question?;
        questions.push((wire(question.qname()), question.qtype().to_int(), question.qclass().to_int()));
    }
    let mut sections = [const { Vec::new() }; 3];
    let mut opts = Vec::new();
    let (_, answers, authorities, additionals) = message.sections()?;
    for (section, records) in sections.iter_mut().zip([answers, authorities, additionals]) {
        for record in records {
            let record = record?.into_any_record::<AllRecordData<_, ParsedName<_>>>()?;
            let mut rdata = Vec::new();
            record.data().compose_rdata(&mut rdata).unwrap();
            let view = RecordView {
                owner: wire(record.owner()),
                rtype: record.rtype().to_int(),
                class: record.class().to_int(),
                ttl: record.ttl().as_secs(),
                rdata,
            };
            if record.rtype() == Rtype::OPT { opts.push(view) } else { section.push(view) }
        }
    }
    // That there is at most one, and where it stands, is left to whoever asks for it.
    let opt = message.opt();
    let opt_view = opt.as_ref().map(|opt| OptView {
        udp_payload: opt.udp_payload_size(),
        dnssec_ok: opt.dnssec_ok(),
        options: options(&opts[0].rdata),
    });
    Ok(View {
        id: header.id(),
        flags: flags(
            header.opcode().to_int(),
            [
                (flag::QR, header.qr()),
                (flag::AA, header.aa()),
                (flag::TC, header.tc()),
                (flag::RD, header.rd()),
                (flag::RA, header.ra()),
                (flag::AD, header.ad()),
                (flag::CD, header.cd()),
            ],
        ),
        rcode: message.opt_rcode().to_int(),
        questions,
        sections,
        opt: opt_view,
    })
}

/// Composes the message with compression.
pub(crate) fn compose(view: &View) -> Vec<u8> {
    let mut builder = MessageBuilder::from_target(TreeCompressor::new(Vec::new())).unwrap();
    let on = |flag| view.flags & flag != 0;
    let header = builder.header_mut();
    header.set_id(view.id);
    header.set_opcode(Opcode::from_int(view.flags.to_be_bytes()[0] >> 3 & 0xf));
    header.set_qr(on(flag::QR));
    header.set_aa(on(flag::AA));
    header.set_tc(on(flag::TC));
    header.set_rd(on(flag::RD));
    header.set_ra(on(flag::RA));
    header.set_ad(on(flag::AD));
    header.set_cd(on(flag::CD));
    header.set_rcode(OptRcode::masked_from_int(view.rcode).rcode());
    let mut builder = builder.question();
    for (wire, rtype, class) in &view.questions {
        builder.push(Question::new(name(wire), Rtype::from_int(*rtype), Class::from_int(*class))).unwrap();
    }
    let mut builder = builder.answer();
    for view in &view.sections[0] {
        builder.push(record(view)).unwrap();
    }
    let mut builder = builder.authority();
    for view in &view.sections[1] {
        builder.push(record(view)).unwrap();
    }
    let mut builder = builder.additional();
    for view in &view.sections[2] {
        builder.push(record(view)).unwrap();
    }
    if let Some(opt) = &view.opt {
        let rcode = OptRcode::masked_from_int(view.rcode);
        builder
            .opt(|builder| {
                builder.set_udp_payload_size(opt.udp_payload);
                builder.set_dnssec_ok(opt.dnssec_ok);
                builder.set_rcode(rcode);
                for (code, data) in &opt.options {
                    let length = u16::try_from(data.len()).unwrap();
                    builder.push_raw_option((*code).into(), length, |target| target.append_slice(data))?;
                }
                Ok(())
            })
            .unwrap();
    }
    builder.finish().into_target()
}

fn wire(name: &impl ToName) -> Vec<u8> {
    name.to_vec().into_octets()
}

fn name(wire: &[u8]) -> Name<&[u8]> {
    Name::from_octets(wire).unwrap()
}

fn record(view: &RecordView) -> Record<Name<&[u8]>, Rdata<'_>> {
    let mut parser = Parser::from_ref(&view.rdata[..]);
    let rdata = Rdata::parse_any_rdata(Rtype::from_int(view.rtype), &mut parser).unwrap();
    Record::new(name(&view.owner), Class::from_int(view.class), Ttl::from_secs(view.ttl), rdata)
}

/// Codes and data of options that have been checked.
fn options(mut rdata: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut options = Vec::new();
    while let Some((&[c0, c1, l0, l1], rest)) = rdata.split_first_chunk() {
        let (data, rest) = rest.split_at(u16::from_be_bytes([l0, l1]).into());
        options.push((u16::from_be_bytes([c0, c1]), data.to_vec()));
        rdata = rest;
    }
    options
}
