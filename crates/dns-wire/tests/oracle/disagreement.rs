//! Where the libraries do not agree whether a message is well-formed, and why.

use dns_wire::ParseError;

use crate::view::{RecordView, View};

/// Types that have a form here, all of them in class IN in what is compared.
const KNOWN: [u16; 15] = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 41, 52, 64, 65, 257];

/// Whether there is a record whose data is just octets here: a type that others may know, or another class,
/// which others read as if it were IN.
fn is_opaque(record: &RecordView) -> bool {
    !KNOWN.contains(&record.rtype) || record.class != 1
}

/// A CAA tag of other characters than letters and digits, which both refuse, or of more than 15, which only
/// `hickory-proto` refuses. RFC 8659 §4.1 forbids to write the former; whoever asks for CAA records gets both
/// as they are.
fn has_odd_tag(record: &RecordView) -> bool {
    record.rtype == 257 && {
        let (_, rest) = record.rdata.split_at(1);
        let tag = &rest[1..=usize::from(rest[0])];
        tag.len() > 15 || !tag.iter().all(u8::is_ascii_alphanumeric)
    }
}

/// ALPN identifiers are octets (RFC 7301 §3.1); `hickory-proto` keeps them as text.
fn has_service_parameters(record: &RecordView) -> bool {
    matches!(record.rtype, 64 | 65)
}

/// NAPTR flags of other characters than letters and digits, which `hickory-proto` refuses.
fn is_naptr(record: &RecordView) -> bool {
    record.rtype == 35
}

fn any(view: &View, test: impl Fn(&RecordView) -> bool) -> bool {
    view.sections.iter().flatten().any(test)
}

/// Whether what is accepted here says nothing about others: they know more types.
pub(crate) fn is_beyond_comparison(view: &View) -> bool {
    any(view, is_opaque)
}

/// Whether `hickory-proto` may refuse what is accepted here.
pub(crate) fn hickory_may_refuse(view: &View) -> bool {
    any(view, |record| has_odd_tag(record) || has_service_parameters(record) || is_naptr(record))
}

/// Whether `domain` may refuse what is accepted here.
pub(crate) fn domain_may_refuse(view: &View) -> bool {
    any(view, has_odd_tag)
}

/// What `hickory-proto` makes of an accepted message where it differs on purpose.
pub(crate) fn as_hickory_sees_it(mut view: View) -> View {
    if let Some(opt) = &mut view.opt {
        // Less than 512 octets are taken for 512 (RFC 6891 §6.2.5); whoever reads the field here does so.
        opt.udp_payload = opt.udp_payload.max(512);
    }
    view
}

/// Whether `hickory-proto` may accept what is refused here for this reason.
pub(crate) fn hickory_may_accept(error: ParseError, opcode: u8) -> bool {
    match error {
        // It lets pointers lead into the header.
        ParseError::PointerIntoHeader
        // It ignores what is left over in an OPT record,
        | ParseError::OptionOverrun
        // and in the value of a service parameter.
        | ParseError::ServiceParameter
        // It lets the target of a service binding be compressed too,
        | ParseError::CompressedName
        // and a pointer lead to another one of which it is part.
        | ParseError::PointerNotBackward => true,
        // In an UPDATE, records may be empty (RFC 2136 §2.4).
        _ => opcode == 5,
    }
}

/// Whether `domain` may accept what is refused here for this reason.
pub(crate) fn domain_may_accept(error: ParseError) -> bool {
    matches!(
        error,
        // It lets pointers lead into the header.
        ParseError::PointerIntoHeader
            // Values of service parameters are looked at when they are read.
            | ParseError::ServiceParameter
            // A run of labels may go past the pointer that led to it, as long as it ends.
            | ParseError::PointerNotBackward
            // The target of a service binding may be compressed, which RFC 9460 §2.2 forbids.
            | ParseError::CompressedName
            // OPT records are looked for when they are asked for.
            | ParseError::DuplicateOpt
            // TXT data may lack strings, and a CAA tag characters.
            | ParseError::MissingField
            | ParseError::MisplacedOpt
    )
}
