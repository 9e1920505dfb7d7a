//! Answers as octets, one record after the other, and how many of them travel at once.
//!
//! A record is a header of [`HEADER_LENGTH`] octets and what follows it, padded to [`ALIGNMENT`]. Numbers are in the
//! order of this machine, so that JavaScript reads them from a `Uint32Array`; those in the detail of kind 3 are as on
//! the wire.
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | u32 | octets of the record, header and padding included |
//! | 4 | u32 | ticket; all bits set: news that nobody asked for; all but the lowest: a leg |
//! | 8 | u32 | kind: 0 news or a leg, 1 lookup, 2 addresses of one type, 3 records of another type; from bit 8 on [`dns_client::Status`]; from bit 16 on the count of addresses |
//! | 12 | u32 | `FLAG_*` of `dns_client`; from bit 16 on the family that all addresses are of, 4 or 6, else 0; bit 24: they have ranks |
//! | 16 | u32 | milliseconds until expiry; 0: not to be kept |
//! | 20 | u32 | milliseconds until a refresh should be considered |
//! | 24 | u32 | slot of the generation |
//! | 28 | u32 | the generation's value |
//! | 32 | u32 | octets of the detail |
//! | 36 | u8 each | a rank per address; absent if all are equal |
//! | | u8 each | the family of each address; absent if all are of one |
//! | | octets | padding to 4 |
//! | | octets | the addresses, each 4 or 16 octets |
//! | | u32 each | kind 2 only: remaining seconds per address |
//! | | octets | detail of kind 3 with status 0: per record u16 type, u32 remaining seconds, u16 octets of its data, data |
//! | | UTF-8 | detail of news: a JSON object; after a failure `[{server, transport, status, elapsedMs}]` |
//!
//! A leg has its number at offset 16, the handle of its resolver at 20 and the octets of the server's URL at 24; its detail
//! is the URL and, right after it, the query.

use std::net::IpAddr;

use dns_client::{Answer, AnswerKind, Failure, LegOffer, RankedAddress, Status};

use crate::json::{push_list, push_object};

/// Octets of a record before its ranks.
const HEADER_LENGTH: usize = 36;
/// Each record starts at a multiple of this, and so do its numbers.
const ALIGNMENT: usize = 4;
/// Most records in one delivery: what a turn of the event loop takes before timers get theirs.
const MAX_RECORDS_PER_TURN: usize = 512;
/// A drained buffer larger than this is given back instead of kept for the next burst.
pub(crate) const KEPT_CAPACITY: usize = 1 << 20;

/// The ticket of news, which nobody waits for.
const NEWS: u32 = u32::MAX;

/// The ticket of legs, which nobody waits for either.
const LEG: u32 = u32::MAX - 1;

/// Appends a leg.
pub(crate) fn encode_leg(offer: &LegOffer<'_>, out: &mut Vec<u8>) {
    let start = begin(out);
    let url = offer.server.url().as_bytes();
    out.extend_from_slice(url);
    out.extend_from_slice(offer.query);
    let detail = length(url.len() + offer.query.len());
    finish(out, start, [LEG, 0, 0, offer.leg, offer.handle, length(url.len()), 0, detail]);
}

/// Appends `json` as a record of news.
pub(crate) fn encode_news(json: &str, out: &mut Vec<u8>) {
    let start = begin(out);
    out.extend_from_slice(json.as_bytes());
    let detail = length(json.len());
    finish(out, start, [NEWS, 0, 0, 0, 0, 0, 0, detail]);
}

/// Appends `answer` as a record for `ticket`.
pub(crate) fn encode(answer: &Answer, ticket: u32, out: &mut Vec<u8>) {
    let start = begin(out);

    // A message has at most 65 535 records of each section, and the client joins two of them at most.
    let count = u16::try_from(answer.addresses.len()).unwrap_or(u16::MAX);
    let addresses = &answer.addresses[..usize::from(count)];
    let family = common_family(addresses);
    // They ascend from 0.
    let ranked = addresses.last().is_some_and(|last| last.rank > 0);
    if ranked {
        out.extend(addresses.iter().map(|ranked| ranked.rank));
    }
    if family == 0 {
        out.extend(addresses.iter().map(|ranked| family_of(ranked.address)));
    }
    pad(out);
    for ranked in addresses {
        match ranked.address {
            IpAddr::V4(address) => out.extend_from_slice(&address.octets()),
            IpAddr::V6(address) => out.extend_from_slice(&address.octets()),
        }
    }
    if answer.kind == AnswerKind::Addresses {
        for index in 0..addresses.len() {
            out.extend_from_slice(&answer.ttls.get(index).copied().unwrap_or(0).to_ne_bytes());
        }
    }
    let detail_start = out.len();
    push_detail(answer, out);
    let detail = length(out.len() - detail_start);

    let kind: u32 = match answer.kind {
        AnswerKind::Lookup => 1,
        AnswerKind::Addresses => 2,
        AnswerKind::Records => 3,
    };
    finish(
        out,
        start,
        [
            ticket,
            kind | (answer.status as u32) << 8 | u32::from(count) << 16,
            u32::from(answer.flags) | u32::from(family) << 16 | u32::from(ranked) << 24,
            whole_ms(answer.expires_in_ms),
            whole_ms(answer.refresh_in_ms),
            answer.slot,
            answer.generation,
            detail,
        ],
    );
}

/// Makes room for a header and returns where it is.
fn begin(out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.extend_from_slice(&[0; HEADER_LENGTH]);
    start
}

/// Pads the record and writes its header: its length, then the words after that.
fn finish(out: &mut Vec<u8>, start: usize, words: [u32; HEADER_LENGTH / 4 - 1]) {
    pad(out);
    let length = length(out.len() - start);
    let header = out[start..start + HEADER_LENGTH].as_chunks_mut::<4>().0;
    for (place, word) in header.iter_mut().zip(std::iter::once(length).chain(words)) {
        *place = word.to_ne_bytes();
    }
}

fn pad(out: &mut Vec<u8>) {
    while !out.len().is_multiple_of(ALIGNMENT) {
        out.push(0);
    }
}

const fn family_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { 4 } else { 6 }
}

/// The family that all addresses are of; 0 if there are both, or none.
fn common_family(addresses: &[RankedAddress]) -> u8 {
    let Some((first, rest)) = addresses.split_first() else { return 0 };
    let family = family_of(first.address);
    if rest.iter().all(|ranked| family_of(ranked.address) == family) { family } else { 0 }
}

/// Milliseconds as they travel: 2³² of them are 49 days.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "out of range means as far as it goes"
)]
fn whole_ms(ms: f64) -> u32 {
    ms as u32
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
            let next = end + u32::from_ne_bytes(*length) as usize;
            if records > 0 && next > room {
                break;
            }
            end = next;
            records += 1;
            let ticket = rest.first_chunk().map_or(NEWS, |ticket| u32::from_ne_bytes(*ticket));
            waiters += u32::from(ticket < LEG);
        }
        let start = self.head;
        self.head += end;
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        Batch { octets: &self.octets[start..self.head], records, waiters }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn address(last: u8, rank: u8) -> RankedAddress {
        RankedAddress { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), rank }
    }

    fn u32_at(octets: &[u8], offset: usize) -> u32 {
        u32::from_ne_bytes(octets[offset..offset + 4].try_into().unwrap())
    }

    #[test]
    fn a_lookup_has_ranks_and_octets() {
        let answer = Answer {
            status: Status::NoData,
            flags: 0x0102,
            addresses: vec![address(1, 0), address(200, 7)],
            expires_in_ms: 1500.5,
            refresh_in_ms: 1e12,
            slot: 63,
            generation: 9,
            ..Answer::default()
        };
        let mut out = vec![0xaa; 8];
        encode(&answer, 0xdead_beef, &mut out);
        let record = &out[8..];
        assert_eq!((u32_at(record, 0) as usize, record.len()), (48, 48));
        assert_eq!(u32_at(record, 4), 0xdead_beef);
        assert_eq!(u32_at(record, 8), 1 | 2 << 8 | 2 << 16);
        assert_eq!(u32_at(record, 12), 0x0102 | 4 << 16 | 1 << 24);
        assert_eq!((u32_at(record, 16), u32_at(record, 20)), (1500, u32::MAX));
        assert_eq!((u32_at(record, 24), u32_at(record, 28), u32_at(record, 32)), (63, 9, 0));
        assert_eq!(record[36..], [0, 7, 0, 0, 192, 0, 2, 1, 192, 0, 2, 200]);
    }

    #[test]
    fn equals_have_no_ranks_and_both_families_are_told_apart() {
        let v6 = RankedAddress { address: IpAddr::V6(Ipv6Addr::LOCALHOST), rank: 0 };
        let answer = Answer { addresses: vec![address(1, 0), v6], ..Answer::default() };
        let mut record = Vec::new();
        encode(&answer, 1, &mut record);
        assert_eq!(u32_at(&record, 12), 0);
        assert_eq!(record[36..44], [4, 6, 0, 0, 192, 0, 2, 1]);
        assert_eq!(record[44..], Ipv6Addr::LOCALHOST.octets());

        record.clear();
        encode(&Answer { addresses: vec![v6], ..Answer::default() }, 1, &mut record);
        assert_eq!(u32_at(&record, 12), 6 << 16);
        assert_eq!(record[36..], Ipv6Addr::LOCALHOST.octets());
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
        assert_eq!(u32_at(&record, 8), 2 | 2 << 16);
        assert_eq!(record[36..44], [192, 0, 2, 1, 192, 0, 2, 2]);
        assert_eq!((u32_at(&record, 44), u32_at(&record, 48)), (60, 0x0102_0304));
    }

    #[test]
    fn records_and_failures_are_the_detail() {
        let answer =
            Answer { kind: AnswerKind::Records, records: vec![0, 16, 0, 0, 255], ..Answer::default() };
        let mut record = Vec::new();
        encode(&answer, 1, &mut record);
        assert_eq!((u32_at(&record, 8), u32_at(&record, 32)), (3, 5));
        assert_eq!(record[36..], [0, 16, 0, 0, 255, 0, 0, 0]);

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
        let end = HEADER_LENGTH + u32_at(&record, 32) as usize;
        assert_eq!(
            std::str::from_utf8(&record[HEADER_LENGTH..end]).unwrap(),
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
        assert_eq!((u32_at(record, 4), u32_at(record, 8)), (u32::MAX, 0));
        assert_eq!(u32_at(record, 32), 14);
        assert_eq!(&record[36..50], r#"{"event":"é"}"#.as_bytes());
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
        assert_eq!(sizes, [(1, 36), (1, 1036), (1, 36)]);
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
        assert_eq!((u32_at(batch.octets, 4), u32_at(batch.octets, HEADER_LENGTH + 4)), (1, 2));

        source.reserve(2 * KEPT_CAPACITY);
        outgoing.take(&mut source);
        outgoing.take(&mut source);
        assert!(source.capacity() <= KEPT_CAPACITY);
    }
}
