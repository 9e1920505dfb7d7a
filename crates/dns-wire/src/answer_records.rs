//! The records of an answer.

use std::net::IpAddr;
use std::slice;

use crate::owner::Owner;
use crate::record::HEAD_LEN;
use crate::{Class, Record, Records, Rtype};

/// What is looked for in an answer section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) owner: Owner<'a>,
    pub(crate) rtype: Rtype,
}

impl<'a> Wanted<'a> {
    /// Whether the record is of the type and class looked for, whoever owns it.
    #[inline]
    pub(crate) fn fits(&self, record: &Record<'a>) -> bool {
        (record.rtype() == self.rtype || self.rtype == Rtype::ANY) && record.class() == Class::IN
    }
}

/// The records of an [`Answer`](crate::Answer), in the order received.
#[derive(Clone, Debug)]
pub struct AnswerRecords<'a> {
    pub(crate) rest: Records<'a>,
    /// What to look for if other records stand among them.
    pub(crate) scattered: Option<Wanted<'a>>,
}

impl<'a> Iterator for AnswerRecords<'a> {
    type Item = Record<'a>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a>> {
        match self.scattered {
            None => self.rest.next(),
            Some(wanted) => self.rest.find(|record| wanted.fits(record) && wanted.owner.is_of(record)),
        }
    }
}

/// The addresses of an [`Answer`](crate::Answer), in the order received.
#[derive(Clone, Debug)]
pub struct Addresses<'a>(pub(crate) Source<'a>);

/// Where addresses come from.
#[derive(Clone, Debug)]
pub(crate) enum Source<'a> {
    /// Nothing but A records whose owner is a pointer, all of 16 octets.
    A(slice::Iter<'a, [u8; HEAD_LEN + 4]>),
    /// Nothing but AAAA records whose owner is a pointer, all of 28 octets.
    Aaaa(slice::Iter<'a, [u8; HEAD_LEN + 16]>),
    /// Records of any kind.
    Any(AnswerRecords<'a>),
}

impl Iterator for Addresses<'_> {
    type Item = IpAddr;

    #[inline]
    fn next(&mut self) -> Option<IpAddr> {
        match &mut self.0 {
            Source::A(records) => records.next()?.last_chunk::<4>().map(|&octets| octets.into()),
            Source::Aaaa(records) => records.next()?.last_chunk::<16>().map(|&octets| octets.into()),
            Source::Any(records) => next_address(records),
        }
    }
}

/// The next address among records of any kind. Not inlined, so that the loop over addresses alone stays
/// small.
#[inline(never)]
fn next_address(records: &mut AnswerRecords<'_>) -> Option<IpAddr> {
    records.find_map(|record| record.address())
}
