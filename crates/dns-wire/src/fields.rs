//! Reading the fields of record data one after the other.

use crate::labels::check_name;
use crate::{ParseError, ParsedName};

/// A place inside one record's data; names may lead out of it, nothing else does.
pub(crate) struct Fields<'a> {
    octets: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Fields<'a> {
    /// The data from `start` to before `end` of the message `octets`.
    pub(crate) fn new(octets: &'a [u8], start: usize, end: usize) -> Self {
        Self { octets, at: start, end }
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let rest = self.octets.get(self.at..self.end).unwrap_or_default();
        self.at = self.end;
        rest
    }

    /// The next `count` octets.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], ParseError> {
        let end = self.at + count;
        if end > self.end {
            return Err(ParseError::RdataOverrun);
        }
        let taken = self.octets.get(self.at..end).ok_or(ParseError::RdataOverrun)?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ParseError> {
        self.take(N)?.try_into().map_err(|_| ParseError::RdataOverrun)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, ParseError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, ParseError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, ParseError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A string with its length in the first octet.
    pub(crate) fn string(&mut self) -> Result<&'a [u8], ParseError> {
        let length = self.u8()?;
        self.take(usize::from(length))
    }

    /// A name, compressed or not.
    pub(crate) fn name(&mut self) -> Result<ParsedName<'a>, ParseError> {
        let start = self.at;
        self.at = check_name(self.octets, start, self.end).map_err(|error| match error {
            // The record's data ends, whatever follows it in the message.
            ParseError::ShortInput => ParseError::RdataOverrun,
            error => error,
        })?;
        Ok(ParsedName::new(self.octets, start))
    }

    /// A name that must not be compressed.
    pub(crate) fn plain_name(&mut self) -> Result<ParsedName<'a>, ParseError> {
        let start = self.at;
        let name = self.name()?;
        // Only a name without pointers occupies as many octets as its labels take.
        if name.labels().wire_len() == self.at - start { Ok(name) } else { Err(ParseError::CompressedName) }
    }

    /// Nothing may be left.
    pub(crate) fn finish(self) -> Result<(), ParseError> {
        if self.at == self.end { Ok(()) } else { Err(ParseError::RdataUnderrun) }
    }
}
