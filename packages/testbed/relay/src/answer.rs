//! Composes the responder's answers. Pure: octets in, octets out.

use std::net::{Ipv4Addr, Ipv6Addr};

const HEADER_OCTETS: usize = 12;
const TYPE_A: u16 = 1;
const TYPE_SOA: u16 = 6;
const TYPE_AAAA: u16 = 28;
const TYPE_OPT: u16 = 41;
const CLASS_IN: u16 = 1;
const NXDOMAIN: u8 = 3;
/// A compression pointer to the name in the question.
const QUESTION_NAME: [u8; 2] = [0xc0, 12];
/// What the responder says it can receive.
const UDP_PAYLOAD_OCTETS: u16 = 1232;

/// The records that every known name has.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    pub(crate) a: Vec<Ipv4Addr>,
    pub(crate) aaaa: Vec<Ipv6Addr>,
    pub(crate) ttl_seconds: u32,
    /// Names are known if they end in this one, on the wire; the root ends every name.
    pub(crate) suffix: Vec<u8>,
    pub(crate) unknown: Unknown,
}

/// What unknown names get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Nothing.
    Dropped,
    /// NXDOMAIN.
    Denied,
}

/// Kind of a query, to count it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    A,
    Aaaa,
    Other,
    /// For a name that is not known, of any type.
    Unknown,
}

/// `name` on the wire; `None` if it is no domain name.
pub(crate) fn wire_name(name: &str) -> Option<Vec<u8>> {
    let mut wire = Vec::new();
    for label in name.trim_end_matches('.').split('.').filter(|label| !label.is_empty()) {
        wire.push(u8::try_from(label.len()).ok().filter(|length| *length < 64)?);
        wire.extend_from_slice(label.as_bytes());
    }
    wire.push(0);
    Some(wire)
}

/// Whether the labels of `name` end in those of `suffix`, whatever their case.
fn ends_in(name: &[u8], suffix: &[u8]) -> bool {
    let mut rest = name;
    loop {
        if rest.eq_ignore_ascii_case(suffix) {
            return true;
        }
        match rest.first() {
            Some(&length) if length > 0 => rest = &rest[1 + usize::from(length)..],
            _ => return false,
        }
    }
}

/// Composes the answer to `query` into `answer`, which is cleared first and stays empty if there is none to be sent.
/// `None` if it is no query with one question.
pub(crate) fn compose(query: &[u8], records: &Records, answer: &mut Vec<u8>) -> Option<Asked> {
    answer.clear();
    let header = query.get(..HEADER_OCTETS)?;
    let (is_response, questions, additionals) = (header[2] & 0x80 != 0, &header[4..6], &header[10..12]);
    if is_response || *questions != [0, 1] {
        return None;
    }
    let question_end = question_end(query)?;
    let rtype = u16::from_be_bytes([query[question_end - 4], query[question_end - 3]]);
    let has_opt = *additionals != [0, 0] && query.get(question_end..question_end + 3) == Some(&[0, 0, 41]);

    let asked = match rtype {
        _ if !ends_in(&query[HEADER_OCTETS..question_end - 4], &records.suffix) => Asked::Unknown,
        TYPE_A => Asked::A,
        TYPE_AAAA => Asked::Aaaa,
        _ => Asked::Other,
    };
    if asked == Asked::Unknown && records.unknown == Unknown::Dropped {
        return Some(asked);
    }
    let rcode = if asked == Asked::Unknown { NXDOMAIN } else { 0 };
    let count = match asked {
        Asked::A => records.a.len(),
        Asked::Aaaa => records.aaaa.len(),
        Asked::Other | Asked::Unknown => 0,
    };
    let recursion_desired = header[2] & 1;
    answer.extend_from_slice(&header[..2]);
    answer.extend_from_slice(&[0x80 | recursion_desired, 0x80 | rcode]);
    answer.extend_from_slice(&1_u16.to_be_bytes());
    answer.extend_from_slice(&u16::try_from(count).ok()?.to_be_bytes());
    answer.extend_from_slice(&u16::from(count == 0).to_be_bytes());
    answer.extend_from_slice(&u16::from(has_opt).to_be_bytes());
    answer.extend_from_slice(&query[HEADER_OCTETS..question_end]);
    match asked {
        Asked::A => {
            for address in &records.a {
                push_address(answer, TYPE_A, &address.octets(), records.ttl_seconds);
            }
        }
        Asked::Aaaa => {
            for address in &records.aaaa {
                push_address(answer, TYPE_AAAA, &address.octets(), records.ttl_seconds);
            }
        }
        Asked::Other | Asked::Unknown => {}
    }
    if count == 0 {
        push_soa(answer, records);
    }
    if has_opt {
        answer.push(0);
        push_fixed_part(answer, TYPE_OPT, UDP_PAYLOAD_OCTETS, 0, 0);
    }
    Some(asked)
}

/// Offset after the first question: labels, root, type, class. A query's own name is never compressed.
fn question_end(query: &[u8]) -> Option<usize> {
    let mut offset = HEADER_OCTETS;
    loop {
        match *query.get(offset)? {
            0 => break,
            length @ 1..=63 => offset += 1 + usize::from(length),
            _ => return None,
        }
    }
    let end = offset + 1 + 4;
    (end <= query.len()).then_some(end)
}

fn push_fixed_part(answer: &mut Vec<u8>, rtype: u16, class: u16, ttl_seconds: u32, rdata_octets: u16) {
    answer.extend_from_slice(&rtype.to_be_bytes());
    answer.extend_from_slice(&class.to_be_bytes());
    answer.extend_from_slice(&ttl_seconds.to_be_bytes());
    answer.extend_from_slice(&rdata_octets.to_be_bytes());
}

fn push_address(answer: &mut Vec<u8>, rtype: u16, octets: &[u8], ttl_seconds: u32) {
    let rdata_octets = if rtype == TYPE_A { 4 } else { 16 };
    answer.extend_from_slice(&QUESTION_NAME);
    push_fixed_part(answer, rtype, CLASS_IN, ttl_seconds, rdata_octets);
    answer.extend_from_slice(octets);
}

/// A SOA of the root, so that a denial may be cached as long as an answer (RFC 2308 §5).
fn push_soa(answer: &mut Vec<u8>, records: &Records) {
    let numbers = [1, 3600, 600, 86_400, records.ttl_seconds];
    answer.push(0);
    push_fixed_part(answer, TYPE_SOA, CLASS_IN, records.ttl_seconds, 2 + 5 * 4);
    answer.extend_from_slice(&[0, 0]);
    for number in numbers {
        answer.extend_from_slice(&number.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Records, Unknown, compose, wire_name};
    use std::net::{Ipv4Addr, Ipv6Addr};

    const NAME: &[u8] = b"\x01x\x04test\x00";

    fn query(rtype: u8, opt: bool) -> Vec<u8> {
        let mut query = vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, u8::from(opt)];
        query.extend_from_slice(NAME);
        query.extend_from_slice(&[0, rtype, 0, 1]);
        if opt {
            query.extend_from_slice(&[0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
        }
        query
    }

    fn records() -> Records {
        Records {
            a: vec![Ipv4Addr::LOCALHOST; 2],
            aaaa: vec![Ipv6Addr::LOCALHOST],
            ttl_seconds: 60,
            suffix: vec![0],
            unknown: Unknown::Dropped,
        }
    }

    #[test]
    fn answers_with_the_addresses_of_the_type() {
        let mut answer = Vec::new();
        assert_eq!(compose(&query(1, true), &records(), &mut answer), Some(Asked::A));
        let mut expected = vec![0xab, 0xcd, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 1];
        expected.extend_from_slice(NAME);
        expected.extend_from_slice(&[0, 1, 0, 1]);
        for _ in 0..2 {
            expected.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
        }
        expected.extend_from_slice(&[0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
        assert_eq!(answer, expected);

        assert_eq!(compose(&query(28, false), &records(), &mut answer), Some(Asked::Aaaa));
        assert_eq!(answer[4..12], [0, 1, 0, 1, 0, 0, 0, 0]);
        assert_eq!(answer[answer.len() - 17..], [16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn denies_other_types_with_a_soa() {
        let mut answer = Vec::new();
        assert_eq!(compose(&query(16, false), &records(), &mut answer), Some(Asked::Other));
        assert_eq!(answer[3..12], [0x80, 0, 1, 0, 0, 0, 1, 0, 0]);
        let soa = &answer[12 + NAME.len() + 4..];
        assert_eq!(soa[..11], [0, 0, 6, 0, 1, 0, 0, 0, 60, 0, 22]);
        assert_eq!((soa.len(), &soa[soa.len() - 4..]), (11 + 22, &[0, 0, 0, 60][..]));
    }

    #[test]
    fn tells_known_names_from_others_by_their_last_labels() {
        let mut answer = Vec::new();
        for (suffix, asked) in [
            ("", Asked::A),
            ("test", Asked::A),
            ("TEST.", Asked::A),
            ("x.test", Asked::A),
            ("y.test", Asked::Unknown),
            ("est", Asked::Unknown),
            ("w.x.test", Asked::Unknown),
        ] {
            let known = Records { suffix: wire_name(suffix).unwrap(), ..records() };
            assert_eq!(compose(&query(1, true), &known, &mut answer), Some(asked), "{suffix}");
            assert_eq!(answer.is_empty(), asked == Asked::Unknown, "{suffix}");
        }
        let denying = Records { suffix: vec![1, b'y', 0], unknown: Unknown::Denied, ..records() };
        assert_eq!(compose(&query(1, true), &denying, &mut answer), Some(Asked::Unknown));
        assert_eq!(answer[3..12], [0x83, 0, 1, 0, 0, 0, 1, 0, 1]);
        assert_eq!(wire_name(&"x".repeat(64)), None);
    }

    #[test]
    fn ignores_what_is_no_query() {
        let mut answer = Vec::new();
        let good = query(1, false);
        for length in 0..good.len() {
            assert_eq!(compose(&good[..length], &records(), &mut answer), None, "{length} octets");
        }
        let mut response = good.clone();
        response[2] |= 0x80;
        let mut two_questions = good.clone();
        two_questions[5] = 2;
        let mut compressed = good;
        compressed[12] = 0xc0;
        for message in [response, two_questions, compressed] {
            assert_eq!(compose(&message, &records(), &mut answer), None);
        }
    }
}
