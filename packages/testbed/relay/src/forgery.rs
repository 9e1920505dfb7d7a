//! What becomes of a message on a path, or at a server, that tampers with it. Pure: octets in, octets out.

use std::str::FromStr;

const HEADER_OCTETS: usize = 12;
const RESPONSE: u8 = 0x80;
const TRUNCATED: u8 = 0x02;
const SERVFAIL: u8 = 2;
const NXDOMAIN: u8 = 3;
const REFUSED: u8 = 5;
/// A SOA of the root, by which a denial may be cached (RFC 2308 §5) for a second.
const SOA: [u8; 33] = [
    0, 0, 6, 0, 1, 0, 0, 0, 1, 0, 22, 0, 0, 0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 2, 88, 0, 1, 81, 128, 0, 0, 0, 30,
];

/// What every DNS answer of a direction is turned into. Queries, and what is no DNS message, pass as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Forgery {
    #[default]
    None,
    Servfail,
    Refused,
    /// NOERROR with neither data nor SOA.
    Empty,
    /// NODATA with a SOA.
    NoData,
    /// NXDOMAIN with a SOA.
    Nxdomain,
    /// TC, without data.
    Truncated,
    /// Another ID.
    WrongId,
}

impl FromStr for Forgery {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(match name {
            "none" => Self::None,
            "servfail" => Self::Servfail,
            "refused" => Self::Refused,
            "empty" => Self::Empty,
            "no-data" => Self::NoData,
            "nxdomain" => Self::Nxdomain,
            "truncated" => Self::Truncated,
            "wrong-id" => Self::WrongId,
            _ => return Err(()),
        })
    }
}

impl Forgery {
    /// The message as it goes on.
    pub(crate) fn forge(self, message: &[u8]) -> Vec<u8> {
        let mut forged = message.to_vec();
        if self == Self::None || message.get(2).is_none_or(|flags| flags & RESPONSE == 0) {
            return forged;
        }
        if self == Self::WrongId {
            forged[0] ^= 0xff;
            return forged;
        }
        let Some(question_end) = question_end(message) else { return forged };
        forged.truncate(question_end);
        // Question counted, nothing else.
        forged[4..HEADER_OCTETS].copy_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0]);
        forged[3] = (forged[3] & 0xf0)
            | match self {
                Self::Servfail => SERVFAIL,
                Self::Refused => REFUSED,
                Self::Nxdomain => NXDOMAIN,
                _ => 0,
            };
        match self {
            Self::Truncated => forged[2] |= TRUNCATED,
            Self::NoData | Self::Nxdomain => {
                forged[9] = 1;
                forged.extend_from_slice(&SOA);
            }
            _ => {}
        }
        forged
    }
}

/// Offset after the one question; `None` where there is none that can be read. A question's name is not compressed.
fn question_end(message: &[u8]) -> Option<usize> {
    if message.get(4..6)? != [0, 1] {
        return None;
    }
    let mut offset = HEADER_OCTETS;
    while let length @ 1..=63 = *message.get(offset)? {
        offset += 1 + usize::from(length);
    }
    let end = offset + 1 + 4;
    (message[offset] == 0 && end <= message.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::Forgery;

    const QUERY: &[u8] = b"\xab\xcd\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x04test\x00\x00\x01\x00\x01";

    fn answer() -> Vec<u8> {
        let mut answer = QUERY.to_vec();
        answer[2..4].copy_from_slice(&[0x85, 0x80]);
        answer[7] = 1;
        answer.extend_from_slice(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01");
        answer
    }

    #[test]
    fn answers_become_failures_and_denials_of_the_same_question() {
        for (forgery, flags, authorities) in [
            (Forgery::Servfail, [0x85, 0x82], 0),
            (Forgery::Refused, [0x85, 0x85], 0),
            (Forgery::Empty, [0x85, 0x80], 0),
            (Forgery::NoData, [0x85, 0x80], 1),
            (Forgery::Nxdomain, [0x85, 0x83], 1),
            (Forgery::Truncated, [0x87, 0x80], 0),
        ] {
            let forged = forgery.forge(&answer());
            assert_eq!(forged[..2], QUERY[..2], "{forgery:?}");
            assert_eq!(forged[2..4], flags, "{forgery:?}");
            assert_eq!(forged[4..12], [0, 1, 0, 0, 0, authorities, 0, 0], "{forgery:?}");
            assert_eq!(forged[12..QUERY.len()], QUERY[12..], "{forgery:?}");
            assert_eq!(forged.len(), QUERY.len() + 33 * usize::from(authorities), "{forgery:?}");
        }
    }

    #[test]
    fn a_wrong_id_is_all_that_is_wrong() {
        let forged = Forgery::WrongId.forge(&answer());
        assert_ne!(forged[..2], answer()[..2]);
        assert_eq!(forged[2..], answer()[2..]);
    }

    #[test]
    fn what_is_no_answer_passes() {
        let good = answer();
        let mut compressed = answer();
        compressed[12] = 0xc0;
        for message in [QUERY, &good[..20], &good[..2], &[], &compressed] {
            assert_eq!(Forgery::Servfail.forge(message), message);
        }
        assert_eq!(Forgery::None.forge(&good), good);
    }
}
