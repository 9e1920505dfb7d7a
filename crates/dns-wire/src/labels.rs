//! Walking names on the wire: the check done once, and the walk that relies on it.

use crate::ParseError;
use crate::header::HEADER_LEN;

/// The longest name on the wire, including the root label (RFC 1035 §2.3.4).
pub(crate) const MAX_NAME_LEN: usize = 255;

/// The longest label (RFC 1035 §2.3.4).
pub(crate) const MAX_LABEL_LEN: usize = 63;

/// The most compression pointers one name may take: as many as a name can have labels.
const MAX_POINTERS: usize = 127;

/// Compression pointers begin with these two bits (RFC 1035 §4.1.4).
pub(crate) const POINTER: u8 = 0xc0;

/// Checks the name at `start` and returns where it ends.
///
/// The name's own octets must lie before `limit`. Labels come in runs, each but the last ended by a pointer,
/// and a run that is pointed to must lie wholly before the run that points to it: that refuses pointers to
/// themselves, forward and mutual ones at once, and makes every walk end.
#[inline]
pub(crate) fn check_name(octets: &[u8], start: usize, limit: usize) -> Result<usize, ParseError> {
    let own = octets.get(..limit).ok_or(ParseError::ShortInput)?;
    let mut at = start;
    loop {
        let &octet = own.get(at).ok_or(ParseError::ShortInput)?;
        match octet {
            0 if at + 1 - start > MAX_NAME_LEN => return Err(ParseError::NameTooLong),
            0 => return Ok(at + 1),
            1..=63 => at += 1 + usize::from(octet),
            POINTER.. => {
                let &low = own.get(at + 1).ok_or(ParseError::ShortInput)?;
                check_pointers(octets, start, at, pointer_target(octet, low))?;
                return Ok(at + 2);
            }
            _ => return Err(ParseError::LabelType),
        }
    }
}

/// Checks the rest of a name that began at `start` and whose first pointer, at `at`, leads to `target`.
fn check_pointers(octets: &[u8], start: usize, at: usize, target: usize) -> Result<(), ParseError> {
    let (mut run, mut at, mut target) = (start, at, target);
    let mut len = 0;
    for _ in 0..MAX_POINTERS {
        len += at - run;
        if target < HEADER_LEN {
            return Err(ParseError::PointerIntoHeader);
        }
        let before = octets.get(..run).ok_or(ParseError::ShortInput)?;
        run = target;
        at = target;
        loop {
            let &octet = before.get(at).ok_or(ParseError::PointerNotBackward)?;
            if len + at - run >= MAX_NAME_LEN {
                return Err(ParseError::NameTooLong);
            }
            match octet {
                0 => return Ok(()),
                1..=63 => at += 1 + usize::from(octet),
                POINTER.. => {
                    let &low = before.get(at + 1).ok_or(ParseError::PointerNotBackward)?;
                    target = pointer_target(octet, low);
                    break;
                }
                _ => return Err(ParseError::LabelType),
            }
        }
    }
    Err(ParseError::TooManyPointers)
}

/// Where the pointer with these two octets leads.
#[inline]
pub(crate) fn pointer_target(high: u8, low: u8) -> usize {
    usize::from(u16::from_be_bytes([high & !POINTER, low]))
}

/// The labels of a checked name, from the left, without the root label.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Labels<'a> {
    /// Labels of the name at `at`, which must have passed [`check_name`]: only that makes the walk end.
    #[inline]
    pub(crate) fn new(octets: &'a [u8], at: usize) -> Self {
        Self { octets, at }
    }

    /// The uncompressed wire length of the labels still to come, including the root label.
    pub(crate) fn wire_len(self) -> usize {
        self.map(|label| 1 + label.len()).sum::<usize>() + 1
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let (&octet, rest) = self.octets.get(self.at..)?.split_first()?;
            match octet {
                0 => return None,
                1..=63 => {
                    let label = rest.get(..usize::from(octet))?;
                    self.at += 1 + label.len();
                    return Some(label);
                }
                _ => self.at = pointer_target(octet, *rest.first()?),
            }
        }
    }
}
