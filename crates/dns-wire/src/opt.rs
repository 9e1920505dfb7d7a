//! The OPT pseudo-record.

use crate::edns_option::{EdnsOption, EdnsOptions};
use crate::{Class, Cookie};

/// An OPT record, which carries what EDNS adds to the header (RFC 6891 §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt<'a> {
    class: Class,
    ttl: u32,
    data: &'a [u8],
}

/// The bit of an OPT record's TTL field that asks for DNSSEC records (RFC 3225).
pub(crate) const DNSSEC_OK: u32 = 0x8000;

impl<'a> Opt<'a> {
    /// The fields of a record whose data has been checked.
    pub(crate) fn new(class: Class, ttl: u32, data: &'a [u8]) -> Self {
        Self { class, ttl, data }
    }

    /// The largest UDP payload, in octets, that the sender takes.
    #[must_use]
    pub fn udp_payload(&self) -> u16 {
        self.class.0
    }

    /// The upper eight bits of the response code.
    #[must_use]
    pub fn extended_rcode(&self) -> u8 {
        self.ttl.to_be_bytes()[0]
    }

    /// The EDNS version; only 0 exists.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.ttl.to_be_bytes()[1]
    }

    /// DO: DNSSEC records are wanted.
    #[must_use]
    pub fn dnssec_ok(&self) -> bool {
        self.ttl & DNSSEC_OK != 0
    }

    /// The options in order.
    #[must_use]
    pub fn options(&self) -> EdnsOptions<'a> {
        EdnsOptions::new(self.data)
    }

    /// The first well-formed cookie; all others are to be ignored (RFC 7873 §5.2).
    #[must_use]
    pub fn cookie(&self) -> Option<Cookie> {
        self.options().find_map(|option| match option {
            EdnsOption::Cookie(cookie) => Some(cookie),
            _ => None,
        })
    }
}
