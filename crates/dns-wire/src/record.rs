//! Records and the sections they stand in.

use std::fmt;

use crate::fields::Fields;
use crate::{Class, ParseError, ParsedName, Rdata, Rtype};

/// One record of a message (RFC 1035 §4.1.3).
#[derive(Clone, Copy)]
pub struct Record<'a> {
    octets: &'a [u8],
    owner: usize,
    rtype: Rtype,
    class: Class,
    ttl: u32,
    start: usize,
    end: usize,
}

impl<'a> Record<'a> {
    /// Reads the record at `at` whose owner, already known to be well-formed, ends at `owner_end`.
    ///
    /// Its data lies within the message but has not been looked at.
    #[inline]
    pub(crate) fn read(octets: &'a [u8], at: usize, owner_end: usize) -> Option<Self> {
        let &[t0, t1, c0, c1, s0, s1, s2, s3, l0, l1] = octets.get(owner_end..)?.first_chunk()?;
        let start = owner_end + 10;
        let end = start + usize::from(u16::from_be_bytes([l0, l1]));
        if end > octets.len() {
            return None;
        }
        Some(Self {
            octets,
            owner: at,
            rtype: Rtype(u16::from_be_bytes([t0, t1])),
            class: Class(u16::from_be_bytes([c0, c1])),
            ttl: u32::from_be_bytes([s0, s1, s2, s3]),
            start,
            end,
        })
    }

    /// The name that the record belongs to.
    #[must_use]
    #[inline]
    pub fn owner(&self) -> ParsedName<'a> {
        ParsedName::new(self.octets, self.owner)
    }

    /// The type.
    #[must_use]
    #[inline]
    pub fn rtype(&self) -> Rtype {
        self.rtype
    }

    /// The class.
    #[must_use]
    #[inline]
    pub fn class(&self) -> Class {
        self.class
    }

    /// How many seconds the record may be kept, as sent: RFC 2181 §8 wants 2³¹ and above taken for 0, and the
    /// one who keeps records decides.
    #[must_use]
    #[inline]
    pub fn ttl(&self) -> u32 {
        self.ttl
    }

    /// The data by its type.
    ///
    /// # Errors
    ///
    /// Never for a record of a parsed [`Message`](crate::Message), whose data has been through this once.
    #[inline]
    pub fn rdata(&self) -> Result<Rdata<'a>, ParseError> {
        Rdata::parse(self)
    }

    /// The data as it stands on the wire; names in it may lead to other parts of the message.
    #[must_use]
    #[inline]
    pub fn raw_rdata(&self) -> &'a [u8] {
        self.octets.get(self.start..self.end).unwrap_or_default()
    }

    /// The data, to be read field by field.
    pub(crate) fn fields(&self) -> Fields<'a> {
        Fields::new(self.octets, self.start, self.end)
    }

    /// Where the next record begins.
    #[inline]
    pub(crate) fn end(&self) -> usize {
        self.end
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("owner", &self.owner())
            .field("rtype", &self.rtype)
            .field("class", &self.class)
            .field("ttl", &self.ttl)
            .field("rdata", &self.rdata())
            .finish()
    }
}

/// The records of one section, in order.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    octets: &'a [u8],
    at: usize,
    left: u16,
}

impl<'a> Records<'a> {
    /// `count` records from `at` on, all of them already checked.
    #[inline]
    pub(crate) fn new(octets: &'a [u8], at: usize, count: u16) -> Self {
        Self { octets, at, left: count }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a>> {
        self.left = self.left.checked_sub(1)?;
        let owner_end = skip_name(self.octets, self.at)?;
        let record = Record::read(self.octets, self.at, owner_end)?;
        self.at = record.end();
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(usize::from(self.left)))
    }
}

/// Where the checked name at `at` ends.
#[inline]
pub(crate) fn skip_name(octets: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        match *octets.get(at)? {
            0 => return Some(at + 1),
            label @ 1..=63 => at += 1 + usize::from(label),
            _ => return Some(at + 2),
        }
    }
}
