//! The twelve octets every message begins with.

use crate::{Opcode, Rcode};

/// Octets of the header.
pub(crate) const HEADER_LEN: usize = 12;

/// Bits of the third and fourth octet, read as one big-endian number (RFC 1035 §4.1.1, RFC 4035 §3).
pub(crate) mod bit {
    pub(crate) const QR: u16 = 0x8000;
    pub(crate) const AA: u16 = 0x0400;
    pub(crate) const TC: u16 = 0x0200;
    pub(crate) const RD: u16 = 0x0100;
    pub(crate) const RA: u16 = 0x0080;
    pub(crate) const AD: u16 = 0x0020;
    pub(crate) const CD: u16 = 0x0010;
    pub(crate) const OPCODE_SHIFT: u16 = 11;
    pub(crate) const RCODE: u16 = 0x000f;
}

/// A message header (RFC 1035 §4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    id: u16,
    flags: u16,
    counts: [u16; 4],
}

impl Header {
    /// The header of `octets`, or `None` if there are fewer than twelve.
    ///
    /// Nothing after the header is looked at: a reader of datagrams decides by it whether the message
    /// concerns one of its queries at all.
    #[must_use]
    #[inline]
    pub fn peek(octets: &[u8]) -> Option<Self> {
        let &[i0, i1, f0, f1, q0, q1, n0, n1, u0, u1, r0, r1] = octets.first_chunk::<HEADER_LEN>()?;
        Some(Self {
            id: u16::from_be_bytes([i0, i1]),
            flags: u16::from_be_bytes([f0, f1]),
            counts: [
                u16::from_be_bytes([q0, q1]),
                u16::from_be_bytes([n0, n1]),
                u16::from_be_bytes([u0, u1]),
                u16::from_be_bytes([r0, r1]),
            ],
        })
    }

    /// The number that ties a response to its query.
    #[must_use]
    pub fn id(&self) -> u16 {
        self.id
    }

    /// QR: this is a response, not a query.
    #[must_use]
    pub fn is_response(&self) -> bool {
        self.flags & bit::QR != 0
    }

    /// The kind of query.
    #[must_use]
    pub fn opcode(&self) -> Opcode {
        Opcode((self.flags >> bit::OPCODE_SHIFT & 0xf) as u8)
    }

    /// AA: the responding server is an authority for the name.
    #[must_use]
    pub fn authoritative(&self) -> bool {
        self.flags & bit::AA != 0
    }

    /// TC: the message was cut to fit its transport.
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.flags & bit::TC != 0
    }

    /// RD: recursion is wanted.
    #[must_use]
    pub fn recursion_desired(&self) -> bool {
        self.flags & bit::RD != 0
    }

    /// RA: the server offers recursion.
    #[must_use]
    pub fn recursion_available(&self) -> bool {
        self.flags & bit::RA != 0
    }

    /// AD: the server found the data authentic (RFC 4035 §3.2.3).
    #[must_use]
    pub fn authentic_data(&self) -> bool {
        self.flags & bit::AD != 0
    }

    /// CD: the asker wants data even if validation fails (RFC 4035 §3.2.2).
    #[must_use]
    pub fn checking_disabled(&self) -> bool {
        self.flags & bit::CD != 0
    }

    /// The low four bits of the response code; the whole is [`Message::rcode`](crate::Message::rcode).
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        Rcode(self.flags & bit::RCODE)
    }

    /// QDCOUNT, as claimed; nothing says that the questions are there.
    #[must_use]
    pub fn question_count(&self) -> u16 {
        self.counts[0]
    }

    /// ANCOUNT, as claimed.
    #[must_use]
    pub fn answer_count(&self) -> u16 {
        self.counts[1]
    }

    /// NSCOUNT, as claimed.
    #[must_use]
    pub fn authority_count(&self) -> u16 {
        self.counts[2]
    }

    /// ARCOUNT, as claimed.
    #[must_use]
    pub fn additional_count(&self) -> u16 {
        self.counts[3]
    }
}
