//! EDNS options.

use crate::{Cookie, ParseError};

/// Numbers of the options understood here (IANA, DNS EDNS0 Option Codes).
pub(crate) mod code {
    pub(crate) const COOKIE: u16 = 10;
    pub(crate) const PADDING: u16 = 12;
    pub(crate) const EXTENDED_ERROR: u16 = 15;
}

/// One option of an OPT record.
///
/// An option whose data does not fit its code is given as [`EdnsOption::Unknown`]: the framing of a message
/// is sound even if a server misunderstands one option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdnsOption<'a> {
    /// DNS cookies (RFC 7873).
    Cookie(Cookie),
    /// Octets that only add length (RFC 7830).
    Padding(&'a [u8]),
    /// Why the answer is what it is (RFC 8914).
    ExtendedError {
        /// The INFO-CODE.
        code: u16,
        /// EXTRA-TEXT, meant to be UTF-8, possibly empty.
        text: &'a [u8],
    },
    /// Any other option, or one whose data does not fit its code.
    Unknown {
        /// The option's number.
        code: u16,
        /// Its data.
        data: &'a [u8],
    },
}

impl<'a> EdnsOption<'a> {
    fn read(code: u16, data: &'a [u8]) -> Self {
        let known = match code {
            code::COOKIE => Cookie::read(data).map(Self::Cookie),
            code::PADDING => Some(Self::Padding(data)),
            code::EXTENDED_ERROR => data
                .split_first_chunk()
                .map(|(&code, text)| Self::ExtendedError { code: u16::from_be_bytes(code), text }),
            _ => None,
        };
        known.unwrap_or(Self::Unknown { code, data })
    }
}

/// The options of an OPT record, in order.
#[derive(Clone, Debug)]
pub struct EdnsOptions<'a> {
    rest: &'a [u8],
}

impl<'a> EdnsOptions<'a> {
    /// Options from record data that passed [`check_options`].
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    fn raw(&mut self) -> Option<(u16, &'a [u8])> {
        let (&[c0, c1, l0, l1], rest) = self.rest.split_first_chunk()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])))?;
        self.rest = rest;
        Some((u16::from_be_bytes([c0, c1]), data))
    }
}

impl<'a> Iterator for EdnsOptions<'a> {
    type Item = EdnsOption<'a>;

    fn next(&mut self) -> Option<EdnsOption<'a>> {
        self.raw().map(|(code, data)| EdnsOption::read(code, data))
    }
}

/// Checks that options fill an OPT record's data exactly.
pub(crate) fn check_options(data: &[u8]) -> Result<(), ParseError> {
    let mut options = EdnsOptions::new(data);
    while !options.rest.is_empty() {
        options.raw().ok_or(ParseError::OptionOverrun)?;
    }
    Ok(())
}
