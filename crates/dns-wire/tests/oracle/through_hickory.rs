//! Messages through `hickory-proto`.

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query};
use hickory_proto::rr::rdata::opt::EdnsOption;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordData, RecordType};
use hickory_proto::serialize::binary::{
    BinDecodable, BinDecoder, BinEncodable, BinEncoder, DecodeError, NameEncoding, Restrict,
};

use crate::view::{OptView, RecordView, View, flag, flags};

/// Parses the message and writes all there is to read.
pub(crate) fn parse(octets: &[u8]) -> Result<View, DecodeError> {
    let message = Message::from_vec(octets)?;
    let metadata = &message.metadata;
    let questions = message
        .queries
        .iter()
        .map(|query| (uncompressed(&query.name), query.query_type.into(), query.query_class.into()));
    let opt = message.edns.as_ref().map(|edns| OptView {
        udp_payload: edns.max_payload(),
        dnssec_ok: edns.flags().dnssec_ok,
        options: edns.options().as_ref().iter().map(option).collect(),
    });
    Ok(View {
        id: metadata.id,
        flags: flags(
            metadata.op_code.into(),
            [
                (flag::QR, metadata.message_type == MessageType::Response),
                (flag::AA, metadata.authoritative),
                (flag::TC, metadata.truncation),
                (flag::RD, metadata.recursion_desired),
                (flag::RA, metadata.recursion_available),
                (flag::AD, metadata.authentic_data),
                (flag::CD, metadata.checking_disabled),
            ],
        ),
        rcode: metadata.response_code.into(),
        questions: questions.collect(),
        sections: [&message.answers, &message.authorities, &message.additionals]
            .map(|records| records.iter().map(view).collect()),
        opt,
    })
}

/// Composes the message with compression.
pub(crate) fn compose(view: &View) -> Vec<u8> {
    let on = |flag| view.flags & flag != 0;
    let kind = if on(flag::QR) { MessageType::Response } else { MessageType::Query };
    let opcode = OpCode::from_u8(view.flags.to_be_bytes()[0] >> 3 & 0xf);
    let mut message = Message::new(view.id, kind, opcode);
    message.metadata.authoritative = on(flag::AA);
    message.metadata.truncation = on(flag::TC);
    message.metadata.recursion_desired = on(flag::RD);
    message.metadata.recursion_available = on(flag::RA);
    message.metadata.authentic_data = on(flag::AD);
    message.metadata.checking_disabled = on(flag::CD);
    message.metadata.response_code = view.rcode.into();
    for (wire, rtype, class) in &view.questions {
        let mut query = Query::query(name(wire), RecordType::from(*rtype));
        query.set_query_class(DNSClass::from(*class));
        message.add_query(query);
    }
    message.answers = view.sections[0].iter().map(record).collect();
    message.authorities = view.sections[1].iter().map(record).collect();
    message.additionals = view.sections[2].iter().map(record).collect();
    if let Some(opt) = &view.opt {
        let mut edns = Edns::new();
        edns.set_max_payload(opt.udp_payload).set_dnssec_ok(opt.dnssec_ok);
        for (code, data) in &opt.options {
            edns.options_mut().insert(EdnsOption::Unknown(*code, data.clone()));
        }
        message.set_edns(edns);
    }
    message.to_vec().unwrap()
}

fn name(wire: &[u8]) -> Name {
    Name::read(&mut BinDecoder::new(wire)).unwrap()
}

fn record(view: &RecordView) -> Record {
    let length = Restrict::new(u16::try_from(view.rdata.len()).unwrap());
    let rdata = RData::read(&mut BinDecoder::new(&view.rdata), RecordType::from(view.rtype), length).unwrap();
    let mut record = Record::from_rdata(name(&view.owner), view.ttl, rdata);
    record.dns_class = DNSClass::from(view.class);
    record
}

fn view(record: &Record) -> RecordView {
    RecordView {
        owner: uncompressed(&record.name),
        rtype: record.record_type().into(),
        class: record.dns_class.into(),
        ttl: record.ttl,
        rdata: if record.data.is_update() { Vec::new() } else { uncompressed(&record.data) },
    }
}

fn uncompressed(part: &impl BinEncodable) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut encoder = BinEncoder::new(&mut octets);
    encoder.set_name_encoding(NameEncoding::Uncompressed);
    part.emit(&mut encoder).unwrap();
    octets
}

fn option((code, option): &(hickory_proto::rr::rdata::opt::EdnsCode, EdnsOption)) -> (u16, Vec<u8>) {
    (u16::from(*code), Vec::<u8>::try_from(option).unwrap())
}
