//! Answers as octets, one record after the other, and how many of them travel at once.
//!
//! A record is a header of [`HEADER_LENGTH`] octets and what follows it, padded to [`ALIGNMENT`]. All numbers are
//! little-endian, but for those in the detail of kind 3, which are as on the wire.
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | u32 | octets of the record, header and padding included |
//! | 4 | u32 | ticket; all bits set: news that nobody asked for |
//! | 8 | u8 | kind: 0 news, 1 lookup, 2 addresses of one type, 3 records of another type |
//! | 9 | u8 | [`dns_client::Status`] |
//! | 10 | u16 | count of addresses |
//! | 12 | u16 | `FLAG_*` of `dns_client` |
//! | 14 | u16 | 0 |
//! | 16 | f64 | milliseconds until expiry; 0: not to be kept |
//! | 24 | f64 | milliseconds until a refresh should be considered |
//! | 32 | u32 | slot of the generation |
//! | 36 | u32 | the generation's value |
//! | 40 | u32 | octets of the text |
//! | 44 | u32 | octets of the detail |
//! | 48 | u8 each | a rank per address |
//! | | u32 each | kind 2 only: remaining seconds per address, unaligned |
//! | | ASCII | text: the addresses, joined by commas |
//! | | octets | detail of kind 3 with status 0: per record u16 type, u32 remaining seconds, u16 octets of its data, data |
//! | | UTF-8 | detail of kind 0: a JSON object; after a failure `[{server, transport, status, elapsedMs}]` |

use dns_client::{Answer, AnswerKind, Failure, Status};

use crate::address_text::push_address;
use crate::json::{push_list, push_object};

/// Octets of a record before its ranks.
const HEADER_LENGTH: usize = 48;
/// Each record starts at a multiple of this, so that a `Float64Array` may read the header.
const ALIGNMENT: usize = 8;
/// Most records in one delivery: what a turn of the event loop takes before timers get theirs.
const MAX_RECORDS_PER_TURN: usize = 512;
/// A drained buffer larger than this is given back instead of kept for the next burst.
const KEPT_CAPACITY: usize = 1 << 20;

/// The ticket of news, which nobody waits for.
const NEWS: u32 = u32::MAX;

/// Appends `json` as a record of news.
pub(crate) fn encode_news(json: &str, out: &mut Vec<u8>) {
    let start = out.len();
    let end = (start + HEADER_LENGTH + json.len()).next_multiple_of(ALIGNMENT);
    out.resize(start + HEADER_LENGTH, 0);
    out.extend_from_slice(json.as_bytes());
    out.resize(end, 0);
    let header = &mut out[start..start + HEADER_LENGTH];
    header[0..4].copy_from_slice(&length(end - start).to_le_bytes());
    header[4..8].copy_from_slice(&NEWS.to_le_bytes());
    header[44..48].copy_from_slice(&length(json.len()).to_le_bytes());
}

/// Appends `answer` as a record for `ticket`.
pub(crate) fn encode(answer: &Answer, ticket: u32, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + HEADER_LENGTH, 0);

    // A message has at most 65 535 records of each section, and the client joins two of them at most.
    let count = u16::try_from(answer.addresses.len()).unwrap_or(u16::MAX);
    let addresses = &answer.addresses[..usize::from(count)];
    out.extend(addresses.iter().map(|ranked| ranked.rank));
    if answer.kind == AnswerKind::Addresses {
        for index in 0..addresses.len() {
            out.extend_from_slice(&answer.ttls.get(index).copied().unwrap_or(0).to_le_bytes());
        }
    }

    let text_start = out.len();
    for (index, ranked) in addresses.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_address(out, ranked.address);
    }
    let detail_start = out.len();
    push_detail(answer, out);
    let end = out.len();
    out.resize(start + (end - start).next_multiple_of(ALIGNMENT), 0);

    let kind: u8 = match answer.kind {
        AnswerKind::Lookup => 1,
        AnswerKind::Addresses => 2,
        AnswerKind::Records => 3,
    };
    let length = length(out.len() - start);
    let header = &mut out[start..start + HEADER_LENGTH];
    header[0..4].copy_from_slice(&length.to_le_bytes());
    header[4..8].copy_from_slice(&ticket.to_le_bytes());
    header[8] = kind;
    header[9] = answer.status as u8;
    header[10..12].copy_from_slice(&count.to_le_bytes());
    header[12..14].copy_from_slice(&answer.flags.to_le_bytes());
    header[16..24].copy_from_slice(&answer.expires_in_ms.to_le_bytes());
    header[24..32].copy_from_slice(&answer.refresh_in_ms.to_le_bytes());
    header[32..36].copy_from_slice(&answer.slot.to_le_bytes());
    header[36..40].copy_from_slice(&answer.generation.to_le_bytes());
    header[40..44].copy_from_slice(&self::length(detail_start - text_start).to_le_bytes());
    header[44..48].copy_from_slice(&self::length(end - detail_start).to_le_bytes());
}

/// 65 535 addresses, or the records of a message of 65 535 octets without compression, are a few MiB.
fn length(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}

fn push_detail(answer: &Answer, out: &mut Vec<u8>) {
    if answer.status == Status::Ok {
        out.extend_from_slice(&answer.records);
    } else if !answer.failures.is_empty() {
        let mut json = String::new();
        push_list(&mut json, &answer.failures, push_failure);
        out.extend_from_slice(json.as_bytes());
    }
}

fn push_failure(out: &mut String, failure: &Failure) {
    push_object(out, |object| {
        object.text("server", &failure.server);
        object.text("transport", failure.transport);
        object.number("status", failure.status as u8);
        object.number("elapsedMs", failure.elapsed_ms);
    });
}

/// Records on their way to one environment.
#[derive(Default)]
pub(crate) struct Outgoing {
    octets: Vec<u8>,
    /// Everything before it has been delivered.
    head: usize,
}

/// Records that are delivered together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Batch<'a> {
    pub(crate) octets: &'a [u8],
    pub(crate) records: u32,
    /// Records that somebody waits for.
    pub(crate) waiters: u32,
}

impl Outgoing {
    pub(crate) fn is_empty(&self) -> bool {
        self.head == self.octets.len()
    }

    /// Octets that have not been delivered.
    pub(crate) fn len(&self) -> usize {
        self.octets.len() - self.head
    }

    /// Takes over what `source` holds, in the order it came.
    pub(crate) fn take(&mut self, source: &mut Vec<u8>) {
        if self.is_empty() {
            self.octets.clear();
            self.head = 0;
            if self.octets.capacity() > KEPT_CAPACITY {
                self.octets = Vec::new();
            }
            std::mem::swap(&mut self.octets, source);
        } else {
            self.octets.append(source);
        }
    }

    /// The next records: at most [`MAX_RECORDS_PER_TURN`] and `room` octets, but at least one, even if that one is
    /// larger.
    pub(crate) fn next_batch(&mut self, room: usize) -> Batch<'_> {
        let rest = &self.octets[self.head..];
        let mut end = 0;
        let mut records = 0;
        let mut waiters = 0;
        while records < MAX_RECORDS_PER_TURN {
            let Some((length, rest)) = rest[end..].split_first_chunk::<4>() else { break };
            let next = end + u32::from_le_bytes(*length) as usize;
            if records > 0 && next > room {
                break;
            }
            end = next;
            records += 1;
            waiters += u32::from(!rest.starts_with(&NEWS.to_le_bytes()));
        }
        let start = self.head;
        self.head += end;
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        Batch { octets: &self.octets[start..self.head], records, waiters }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use dns_client::RankedAddress;

    use super::*;

    fn address(last: u8, rank: u8) -> RankedAddress {
        RankedAddress { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), rank }
    }

    fn u32_at(octets: &[u8], offset: usize) -> u32 {
        u32::from_le_bytes(octets[offset..offset + 4].try_into().unwrap())
    }

    #[test]
    fn a_lookup_has_ranks_and_text() {
        let answer = Answer {
            flags: 0x0102,
            addresses: vec![address(1, 0), address(200, 7)],
            expires_in_ms: 1500.5,
            refresh_in_ms: 700.0,
            slot: 63,
            generation: 9,
            ..Answer::default()
        };
        let mut out = vec![0xaa; 8];
        encode(&answer, 0xdead_beef, &mut out);
        let record = &out[8..];
        assert_eq!(record.len() % ALIGNMENT, 0);
        assert_eq!(u32_at(record, 0) as usize, record.len());
        assert_eq!(u32_at(record, 4), 0xdead_beef);
        assert_eq!(record[8..16], [1, 0, 2, 0, 2, 1, 0, 0]);
        assert_eq!(record[16..24], 1500.5_f64.to_le_bytes());
        assert_eq!(record[24..32], 700.0_f64.to_le_bytes());
        assert_eq!((u32_at(record, 32), u32_at(record, 36)), (63, 9));
        let text = b"192.0.2.1,192.0.2.200";
        assert_eq!((u32_at(record, 40) as usize, u32_at(record, 44)), (text.len(), 0));
        assert_eq!(record[48..50], [0, 7]);
        assert_eq!(&record[50..50 + text.len()], text);
    }

    #[test]
    fn addresses_of_one_type_have_ttls() {
        let answer = Answer {
            kind: AnswerKind::Addresses,
            addresses: vec![address(1, 0), address(2, 0)],
            ttls: vec![60, 0x0102_0304],
            ..Answer::default()
        };
        let mut record = Vec::new();
        encode(&answer, 1, &mut record);
        assert_eq!(record[8], 2);
        assert_eq!((u32_at(&record, 50), u32_at(&record, 54)), (60, 0x0102_0304));
        assert_eq!(&record[58..67], b"192.0.2.1");
    }

    #[test]
    fn records_and_failures_are_the_detail() {
        let answer =
            Answer { kind: AnswerKind::Records, records: vec![0, 16, 0, 0, 255], ..Answer::default() };
        let mut record = Vec::new();
        encode(&answer, 1, &mut record);
        assert_eq!((record[8], u32_at(&record, 44)), (3, 5));
        assert_eq!(record[48..53], [0, 16, 0, 0, 255]);

        let answer = Answer {
            status: Status::Timeout,
            failures: vec![Failure {
                server: "[::1]:53".to_owned(),
                transport: "udp",
                status: Status::Refused,
                elapsed_ms: 12,
            }],
            ..Answer::default()
        };
        record.clear();
        encode(&answer, 1, &mut record);
        let end = 48 + u32_at(&record, 44) as usize;
        assert_eq!(
            std::str::from_utf8(&record[48..end]).unwrap(),
            r#"[{"server":"[::1]:53","transport":"udp","status":4,"elapsedMs":12}]"#
        );
    }

    fn outgoing(answers: &[Answer]) -> Outgoing {
        let mut source = Vec::new();
        for (ticket, answer) in (0..).zip(answers) {
            encode(answer, ticket, &mut source);
        }
        let mut outgoing = Outgoing::default();
        outgoing.take(&mut source);
        outgoing
    }

    #[test]
    fn nobody_waits_for_news() {
        let mut source = Vec::new();
        encode(&Answer::default(), 1, &mut source);
        let news_at = source.len();
        encode_news(r#"{"event":"é"}"#, &mut source);
        encode(&Answer::default(), 2, &mut source);
        let record = &source[news_at..];
        assert_eq!((u32_at(record, 4), record[8], record[9]), (u32::MAX, 0, 0));
        assert_eq!((u32_at(record, 40), u32_at(record, 44)), (0, 14));
        assert_eq!(&record[48..62], r#"{"event":"é"}"#.as_bytes());
        assert_eq!(u32_at(record, u32_at(record, 0) as usize + 4), 2);
        let mut outgoing = Outgoing::default();
        outgoing.take(&mut source);
        let batch = outgoing.next_batch(usize::MAX);
        assert_eq!((batch.records, batch.waiters), (3, 2));
    }

    #[test]
    fn a_batch_has_at_most_512_records() {
        let mut outgoing = outgoing(&vec![Answer::default(); 600]);
        let first = outgoing.next_batch(usize::MAX);
        assert_eq!((first.records, first.octets.len()), (512, 512 * HEADER_LENGTH));
        let second = outgoing.next_batch(usize::MAX);
        assert_eq!((second.records, u32_at(second.octets, 4)), (88, 512));
        assert!(outgoing.is_empty());
        assert_eq!(outgoing.next_batch(usize::MAX), Batch { octets: &[], records: 0, waiters: 0 });
    }

    #[test]
    fn a_batch_fits_the_room_unless_one_record_does_not() {
        let large = Answer { records: vec![b'x'; 1000], ..Answer::default() };
        let mut outgoing = outgoing(&[Answer::default(), large, Answer::default()]);
        let sizes: Vec<_> = std::iter::repeat_with(|| {
            let batch = outgoing.next_batch(100);
            (batch.records, batch.octets.len())
        })
        .take(3)
        .collect();
        assert_eq!(sizes, [(1, 48), (1, 1048), (1, 48)]);
    }

    #[test]
    fn taking_keeps_the_order_and_returns_large_buffers() {
        let mut source = Vec::new();
        encode(&Answer::default(), 1, &mut source);
        let mut outgoing = Outgoing::default();
        outgoing.take(&mut source);
        assert!(source.is_empty());
        encode(&Answer::default(), 2, &mut source);
        outgoing.take(&mut source);
        let batch = outgoing.next_batch(usize::MAX);
        assert_eq!((u32_at(batch.octets, 4), u32_at(batch.octets, 52)), (1, 2));

        source.reserve(2 * KEPT_CAPACITY);
        outgoing.take(&mut source);
        outgoing.take(&mut source);
        assert!(source.capacity() <= KEPT_CAPACITY);
    }
}
