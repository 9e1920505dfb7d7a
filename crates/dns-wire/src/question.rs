//! Questions.

use crate::labels::check_name;
use crate::{Class, Name, ParseError, ParsedName, Rtype};

/// Octets of type and class.
pub(crate) const QUESTION_FIXED_LEN: usize = 4;

/// One question of a message (RFC 1035 §4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The name asked for.
    pub name: ParsedName<'a>,
    /// The type asked for.
    pub rtype: Rtype,
    /// The class asked for.
    pub class: Class,
}

impl<'a> Question<'a> {
    /// Whether this asks for `name` and `rtype` in class IN, whatever the case of the name.
    #[must_use]
    pub fn matches(&self, name: &Name, rtype: Rtype) -> bool {
        self.rtype == rtype && self.class == Class::IN && self.name == *name
    }

    /// Checks and reads the question at `at` and returns it with the place of what follows.
    #[inline]
    pub(crate) fn parse(octets: &'a [u8], at: usize) -> Result<(Self, usize), ParseError> {
        let end = check_name(octets, at, octets.len())?;
        let question = Self::read(octets, at, end).ok_or(ParseError::ShortInput)?;
        Ok((question, end + QUESTION_FIXED_LEN))
    }

    /// Reads the question at `at` whose name, already known to be well-formed, ends at `end`.
    #[inline]
    pub(crate) fn read(octets: &'a [u8], at: usize, end: usize) -> Option<Self> {
        let &[t0, t1, c0, c1] = octets.get(end..)?.first_chunk()?;
        Some(Self {
            name: ParsedName::new(octets, at),
            rtype: Rtype(u16::from_be_bytes([t0, t1])),
            class: Class(u16::from_be_bytes([c0, c1])),
        })
    }
}
