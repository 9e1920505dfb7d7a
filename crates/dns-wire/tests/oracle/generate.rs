//! Messages drawn at random.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::view::{OptView, RecordView, View};

/// Flags that may be drawn: all but the reserved bit and the response code, opcode QUERY.
const FLAGS: u16 = 0x87b0;

/// A name: labels mostly from a small set, so that names share ends and compression has something to do.
pub(crate) fn name() -> impl Strategy<Value = Vec<u8>> {
    let common =
        select(vec![&b"www"[..], b"example", b"EXAMPLE", b"com", b"net", b"a"]).prop_map(<[u8]>::to_vec);
    let any_label = vec(any::<u8>(), 1..=63);
    vec(prop_oneof![9 => common, 1 => any_label], 0..6).prop_map(|labels| {
        let mut wire: Vec<u8> = Vec::new();
        for label in labels {
            // One octet is left for the root label.
            if wire.len() + 1 + label.len() < 255 {
                wire.push(u8::try_from(label.len()).unwrap());
                wire.extend(label);
            }
        }
        wire.push(0);
        wire
    })
}

fn string(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), range).prop_map(|octets| counted(&octets))
}

/// Letters and digits, after their length: what every library takes for a flag or tag.
fn word(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    vec(select(b"abcxyzABCXYZ0189".to_vec()), range).prop_map(|octets| counted(&octets))
}

fn counted(octets: &[u8]) -> Vec<u8> {
    [&[u8::try_from(octets.len()).unwrap()], octets].concat()
}

fn numbers(count: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), count)
}

/// The parts one after the other.
macro_rules! parts {
    ($($part:expr),+) => { ($($part,)+).prop_map(|parts| concat(parts)) };
}

trait Concat {
    fn concat(self) -> Vec<u8>;
}

impl Concat for (Vec<u8>, Vec<u8>) {
    fn concat(self) -> Vec<u8> {
        [self.0, self.1].concat()
    }
}

impl Concat for (Vec<u8>, Vec<u8>, Vec<u8>) {
    fn concat(self) -> Vec<u8> {
        [self.0, self.1, self.2].concat()
    }
}

impl Concat for (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>) {
    fn concat(self) -> Vec<u8> {
        [self.0, self.1, self.2, self.3, self.4].concat()
    }
}

fn concat(parts: impl Concat) -> Vec<u8> {
    parts.concat()
}

/// Service parameters by ascending key.
fn params() -> impl Strategy<Value = Vec<u8>> {
    let alpn = vec(word(1..4), 1..3).prop_map(|protocols| Some((1, protocols.concat())));
    let port = numbers(2).prop_map(|port| Some((3, port)));
    let hints = (1..4_usize).prop_flat_map(|count| numbers(4 * count)).prop_map(|hints| Some((4, hints)));
    let hints6 = (1..3_usize).prop_flat_map(|count| numbers(16 * count)).prop_map(|hints| Some((6, hints)));
    let unknown = vec(any::<u8>(), 0..9).prop_map(|value| Some((4711_u16, value)));
    let maybe = |param: BoxedStrategy<Option<(u16, Vec<u8>)>>| prop_oneof![Just(None), param];
    (
        maybe(alpn.boxed()),
        maybe(port.boxed()),
        maybe(hints.boxed()),
        maybe(hints6.boxed()),
        maybe(unknown.boxed()),
    )
        .prop_map(|(alpn, port, hints, hints6, unknown)| {
            [alpn, port, hints, hints6, unknown]
                .into_iter()
                .flatten()
                .flat_map(|(key, value)| {
                    let length = u16::try_from(value.len()).unwrap();
                    [&key.to_be_bytes()[..], &length.to_be_bytes(), &value].concat()
                })
                .collect()
        })
}

/// Type and data of a record.
fn data() -> impl Strategy<Value = (u16, Vec<u8>)> {
    prop_oneof![
        4 => (Just(1), numbers(4)),
        2 => (Just(28), numbers(16)),
        4 => (select(vec![2, 5, 12]), name()),
        1 => (Just(6), parts!(name(), name(), numbers(20))),
        1 => (Just(15), parts!(numbers(2), name())),
        1 => (Just(16), vec(string(0..30), 1..4).prop_map(|strings| strings.concat())),
        1 => (Just(33), parts!(numbers(6), name())),
        1 => (Just(35), parts!(numbers(4), word(0..3), word(0..9), string(0..20), name())),
        1 => (Just(52), vec(any::<u8>(), 4..40)),
        1 => (select(vec![64, 65]), parts!(numbers(2), name(), params())),
        1 => (Just(257), parts!(Just(vec![0]), word(1..9), vec(select(b"abc.; =".to_vec()), 0..20))),
        1 => (65_280..65_300_u16, vec(any::<u8>(), 1..20)),
    ]
}

fn record() -> impl Strategy<Value = RecordView> {
    (name(), data(), any::<u32>()).prop_map(|(owner, (rtype, rdata), ttl)| RecordView {
        owner,
        rtype,
        class: 1,
        // Above, some take it for 0 and others for what it is.
        ttl: ttl & 0x7fff_ffff,
        rdata,
    })
}

/// Options that no library takes to be of a form of its own.
fn opt() -> impl Strategy<Value = OptView> {
    (512..=u16::MAX, any::<bool>(), vec((65_001..65_100_u16, vec(any::<u8>(), 0..20)), 0..3))
        .prop_map(|(udp_payload, dnssec_ok, options)| OptView { udp_payload, dnssec_ok, options })
}

/// A message that every library can express.
pub(crate) fn message() -> impl Strategy<Value = View> {
    let question = (name(), select(vec![1, 28, 65, 255, 4711]), select(vec![1, 3, 255]));
    (
        (any::<u16>(), any::<u16>(), 0..4096_u16),
        vec(question, 0..2),
        [vec(record(), 0..6), vec(record(), 0..4), vec(record(), 0..4)],
        prop_oneof![Just(None), opt().prop_map(Some)],
    )
        .prop_map(|((id, flags, rcode), questions, sections, opt)| View {
            id,
            flags: flags & FLAGS,
            // Without EDNS there are four bits.
            rcode: if opt.is_some() { rcode } else { rcode & 0xf },
            questions,
            sections,
            opt,
        })
}

/// A well-formed message and changes that mostly make it malformed.
pub(crate) fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let edits = vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    let cut = prop_oneof![3 => Just(None), 1 => any::<prop::sample::Index>().prop_map(Some)];
    (message(), any::<bool>(), edits, cut).prop_map(|(view, compressed, edits, cut)| {
        let mut octets = if compressed { crate::ours::compose(&view) } else { view.to_octets() };
        for (place, value) in edits {
            let place = place.index(octets.len());
            octets[place] = value;
        }
        if let Some(cut) = cut {
            octets.truncate(cut.index(octets.len()));
        }
        octets
    })
}
