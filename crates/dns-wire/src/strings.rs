//! Sequences of character strings, as in TXT records and ALPN lists.

use std::fmt;

use crate::ParseError;

/// Character strings one after the other, each of at most 255 octets (RFC 1035 §3.3).
///
/// What iterates is the strings themselves, without their length octets, from a sequence already checked.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Strings<'a> {
    wire: &'a [u8],
}

impl<'a> Strings<'a> {
    /// Takes strings as they stand on the wire, each after an octet with its length.
    ///
    /// # Errors
    ///
    /// [`ParseError::RdataOverrun`] if the last string is cut, [`ParseError::MissingField`] without any
    /// string.
    pub fn from_wire(wire: &'a [u8]) -> Result<Self, ParseError> {
        if wire.is_empty() {
            return Err(ParseError::MissingField);
        }
        let mut rest = wire;
        while let Some((&length, after)) = rest.split_first() {
            rest = after.get(usize::from(length)..).ok_or(ParseError::RdataOverrun)?;
        }
        Ok(Self { wire })
    }

    /// The strings with their length octets.
    #[must_use]
    pub fn as_wire(&self) -> &'a [u8] {
        self.wire
    }

    /// The strings from the first.
    #[must_use]
    pub fn iter(&self) -> StringsIter<'a> {
        StringsIter { rest: self.wire }
    }
}

impl<'a> IntoIterator for Strings<'a> {
    type Item = &'a [u8];
    type IntoIter = StringsIter<'a>;

    fn into_iter(self) -> StringsIter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Strings<'a> {
    type Item = &'a [u8];
    type IntoIter = StringsIter<'a>;

    fn into_iter(self) -> StringsIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Strings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|string| string.escape_ascii().to_string())).finish()
    }
}

/// Iterates over [`Strings`].
#[derive(Clone, Debug)]
pub struct StringsIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for StringsIter<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (&length, rest) = self.rest.split_first()?;
        let (string, rest) = rest.split_at_checked(usize::from(length))?;
        self.rest = rest;
        Some(string)
    }
}
