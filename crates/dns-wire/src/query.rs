//! Composing queries.

use crate::edns_option::code;
use crate::header::bit;
use crate::{Class, Cookie, Name, Rtype};

/// One question to send (RFC 1035 §4.1).
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The number that the response has to carry.
    pub id: u16,
    /// The name to ask for, sent in the case it has.
    pub name: &'a Name,
    /// The type to ask for; the class is IN.
    pub rtype: Rtype,
    /// RD: the server shall recurse.
    pub recursion_desired: bool,
    /// What to say about EDNS, or `None` to send no OPT record.
    pub edns: Option<Edns>,
}

/// The EDNS part of a query (RFC 6891).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edns {
    /// The largest UDP payload, in octets, that may be sent back.
    pub udp_payload: u16,
    /// Cookies for this server.
    pub cookie: Option<Cookie>,
    /// Fill the message to a multiple of so many octets (RFC 7830; RFC 8467 §4.1 wants 128 on encrypted
    /// transports).
    pub padding: Option<u16>,
}

impl Query<'_> {
    /// Appends the message to `out` and returns how many octets it has, at most 65 535.
    pub fn compose(&self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        let flags = if self.recursion_desired { bit::RD } else { 0 };
        for field in [self.id, flags, 1, 0, 0, u16::from(self.edns.is_some())] {
            out.extend_from_slice(&field.to_be_bytes());
        }
        out.extend_from_slice(self.name.as_wire());
        for field in [self.rtype.0, Class::IN.0] {
            out.extend_from_slice(&field.to_be_bytes());
        }
        if let Some(edns) = self.edns {
            edns.compose(out, start);
        }
        out.len() - start
    }
}

impl Edns {
    /// Appends the OPT record of a message that begins at `start`.
    fn compose(&self, out: &mut Vec<u8>, start: usize) {
        out.push(0);
        for field in [Rtype::OPT.0, self.udp_payload, 0, 0, 0] {
            out.extend_from_slice(&field.to_be_bytes());
        }
        let data = out.len();
        if let Some(cookie) = self.cookie {
            let server = cookie.server().unwrap_or_default();
            push_option_head(out, code::COOKIE, 8 + server.len());
            out.extend_from_slice(&cookie.client());
            out.extend_from_slice(server);
        }
        if let Some(block) = self.padding {
            let block = usize::from(block.max(1));
            let unpadded = out.len() + 4 - start;
            // Never beyond what a message can hold, however large the block.
            let padding = (unpadded.next_multiple_of(block) - unpadded).min(usize::from(u16::MAX) - unpadded);
            push_option_head(out, code::PADDING, padding);
            out.resize(out.len() + padding, 0);
        }
        let length = u16::try_from(out.len() - data).unwrap_or(u16::MAX).to_be_bytes();
        out[data - 2..data].copy_from_slice(&length);
    }
}

/// Appends an option's code and the length of its data, which a query keeps far below 65 536.
fn push_option_head(out: &mut Vec<u8>, code: u16, length: usize) {
    out.extend_from_slice(&code.to_be_bytes());
    out.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
}
