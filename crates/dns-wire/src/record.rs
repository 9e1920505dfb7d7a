//! Records and the sections they stand in.

use std::fmt;
use std::net::IpAddr;

use crate::fields::Fields;
use crate::labels::{POINTER, pointer_target};
use crate::{Class, ParseError, ParsedName, Rdata, Rtype};

/// Octets of type, class, TTL and RDLENGTH.
const FIXED_LEN: usize = 10;

/// One record of a message (RFC 1035 §4.1.3).
#[derive(Clone, Copy)]
pub struct Record<'a> {
    octets: &'a [u8],
    /// Where the owner stands, or where it leads if it begins with a pointer.
    owner: usize,
    kind: Kind,
    ttl: u32,
    rdata: &'a [u8],
    /// How many octets of the message follow the data.
    after: usize,
}

/// Owner pointer, type and class of a record, as they stand on the wire: what the records of a set have in
/// common.
///
/// The pointer is 0 for owners that are not just a pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind(u64);

impl<'a> Record<'a> {
    /// Splits the first record off `rest`, the end of `octets`; its owner must be known to be well-formed.
    ///
    /// Its data lies within the message but has not been looked at.
    #[inline]
    pub(crate) fn split(octets: &'a [u8], rest: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (owner, kind, ttl, length, after) = if let Some((head, after)) = rest.split_first_chunk()
            && let Some((target, kind, ttl, length)) = read_head(head)
        {
            (target, kind, ttl, length, after)
        } else {
            let (fixed, after) = rest.get(skip_name(rest)?..)?.split_first_chunk()?;
            let (kind, ttl, length) = read_fixed(0, fixed);
            (octets.len() - rest.len(), kind, ttl, length, after)
        };
        let (rdata, after) = after.split_at_checked(length)?;
        Some((Self { octets, owner, kind, ttl, rdata, after: after.len() }, after))
    }

    /// Whether the owner is just a pointer.
    #[inline]
    pub(crate) fn is_by_pointer(&self) -> bool {
        self.kind.0 >> 32 != 0
    }

    /// The name that the record belongs to.
    #[must_use]
    #[inline]
    pub fn owner(&self) -> ParsedName<'a> {
        ParsedName::new(self.octets, self.owner)
    }

    /// Where the owner stands, or where it leads if it begins with a pointer.
    #[inline]
    pub(crate) fn owner_place(&self) -> usize {
        self.owner
    }

    /// The type.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the two octets above the class")]
    pub fn rtype(&self) -> Rtype {
        Rtype((self.kind.0 >> 16) as u16)
    }

    /// The class.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the last two octets")]
    pub fn class(&self) -> Class {
        Class(self.kind.0 as u16)
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

    /// The address of an A or AAAA record of class IN.
    #[must_use]
    #[inline]
    pub fn address(&self) -> Option<IpAddr> {
        match (self.rtype(), self.class()) {
            (Rtype::A, Class::IN) => <[u8; 4]>::try_from(self.rdata).ok().map(IpAddr::from),
            (Rtype::AAAA, Class::IN) => <[u8; 16]>::try_from(self.rdata).ok().map(IpAddr::from),
            _ => None,
        }
    }

    /// The data as it stands on the wire; names in it may lead to other parts of the message.
    #[must_use]
    #[inline]
    pub fn raw_rdata(&self) -> &'a [u8] {
        self.rdata
    }

    /// The data, to be read field by field.
    pub(crate) fn fields(&self) -> Fields<'a> {
        let end = self.octets.len() - self.after;
        Fields::new(self.octets, end - self.rdata.len(), end)
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("owner", &self.owner())
            .field("rtype", &self.rtype())
            .field("class", &self.class())
            .field("ttl", &self.ttl)
            .field("rdata", &self.rdata())
            .finish()
    }
}

/// Records that have all but TTL and data in common, as the addresses of a set do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alike {
    pub(crate) count: u16,
    pub(crate) min_ttl: u32,
}

/// The records of one section, in order.
#[derive(Clone, Debug, Default)]
pub struct Records<'a> {
    octets: &'a [u8],
    rest: &'a [u8],
    left: u16,
}

impl<'a> Records<'a> {
    /// `count` records from `at` on, all of them already checked.
    #[inline]
    pub(crate) fn new(octets: &'a [u8], at: usize, count: u16) -> Self {
        Self { octets, rest: octets.get(at..).unwrap_or_default(), left: count }
    }

    /// Skips records as long as they have owner pointer, type, class and RDLENGTH of `record`, the last one
    /// returned. Tells how many there are with it, and their least TTL.
    ///
    /// The addresses of a set are such records: what is known of one holds for all. Lying within the message
    /// is all that is asked of them.
    #[inline]
    pub(crate) fn skip_alike(&mut self, record: &Record<'a>) -> Alike {
        let mut alike = Alike { count: 1, min_ttl: record.ttl };
        while self.left > 0
            && let Some((head, after)) = self.rest.split_first_chunk()
            && let Some((_, kind, ttl, length)) = read_head(head)
            && kind == record.kind
            && length == record.rdata.len()
            && let Some(after) = after.get(length..)
        {
            self.rest = after;
            self.left -= 1;
            alike.count += 1;
            alike.min_ttl = alike.min_ttl.min(ttl);
        }
        alike
    }

    /// Where the next record begins.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.octets.len() - self.rest.len()
    }

    /// How many records are left.
    #[inline]
    pub(crate) fn left(&self) -> u16 {
        self.left
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (record, rest) = Record::split(self.octets, self.rest)?;
        self.rest = rest;
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(usize::from(self.left)))
    }
}

/// Octets of a record up to its data if the owner is a pointer, as most are.
pub(crate) const HEAD_LEN: usize = 2 + FIXED_LEN;

/// Where the owner leads, kind, TTL and RDLENGTH, or `None` unless the owner is a pointer.
#[inline]
fn read_head(head: &[u8; HEAD_LEN]) -> Option<(usize, Kind, u32, usize)> {
    let [high, low, ..] = *head;
    if high < POINTER {
        return None;
    }
    let (kind, ttl, length) = read_fixed(u16::from_be_bytes([high, low]), head.last_chunk()?);
    Some((pointer_target(high, low), kind, ttl, length))
}

/// Kind, TTL and RDLENGTH of a record whose owner is this pointer, or 0.
#[inline]
fn read_fixed(pointer: u16, fixed: &[u8; FIXED_LEN]) -> (Kind, u32, usize) {
    // One load for type, class and TTL instead of three.
    let &[h0, h1, h2, h3, h4, h5, h6, h7, l0, l1] = fixed;
    let head = u64::from_be_bytes([h0, h1, h2, h3, h4, h5, h6, h7]);
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the TTL")]
    let ttl = head as u32;
    (Kind(u64::from(pointer) << 32 | head >> 32), ttl, usize::from(u16::from_be_bytes([l0, l1])))
}

/// How many octets the checked name has that `octets` begin with, pointers not followed.
#[inline]
fn skip_name(octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match *octets.get(at)? {
            0 => return Some(at + 1),
            label @ 1..=63 => at += 1 + usize::from(label),
            _ => return Some(at + 2),
        }
    }
}
