//! Names inside a message.

use std::fmt;

use crate::labels::{Labels, POINTER, pointer_target};
use crate::presentation::write_name;
use crate::{DomainName, Name};

/// A name where it stands in a message, possibly compressed.
///
/// It has been checked, so reading it cannot fail. Equality ignores ASCII case.
#[derive(Clone, Copy)]
pub struct ParsedName<'a> {
    octets: &'a [u8],
    /// Where the first label stands, all leading pointers followed: two names with the same place are equal.
    place: usize,
}

impl<'a> ParsedName<'a> {
    /// The name at `at` of `octets`, which must have passed [`check_name`](crate::labels::check_name).
    #[inline]
    pub(crate) fn new(octets: &'a [u8], at: usize) -> Self {
        let mut place = at;
        while let Some(&[high, low]) = octets.get(place..).and_then(<[u8]>::first_chunk)
            && high >= POINTER
        {
            place = pointer_target(high, low);
        }
        Self { octets, place }
    }

    /// The name at another place of the same message.
    pub(crate) fn beside(&self, place: usize) -> Self {
        Self::new(self.octets, place)
    }

    /// Where the first label stands in the message.
    #[inline]
    pub(crate) fn place(&self) -> usize {
        self.place
    }

    /// The labels from the left, without the root label.
    #[must_use]
    #[inline]
    pub fn labels(&self) -> Labels<'a> {
        Labels::new(self.octets, self.place)
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.octets.get(self.place) == Some(&0)
    }

    /// A copy that stands on its own, uncompressed and in the same case.
    #[must_use]
    pub fn to_name(&self) -> Name {
        Name::from_labels(self.labels())
    }

    /// Whether this is `name`, whatever the case.
    #[inline]
    fn is(&self, name: &Name) -> bool {
        let wire = name.as_wire();
        // Octets equal to a whole uncompressed name are that name: no length octet in it can be a pointer.
        match self.octets.get(self.place..self.place + wire.len()) {
            Some(octets) if octets == wire || octets.eq_ignore_ascii_case(wire) => true,
            _ => same_labels(self.labels(), name.labels()),
        }
    }
}

/// Whether two names have the same labels, whatever the case (RFC 4343).
fn same_labels(mut left: Labels<'_>, mut right: Labels<'_>) -> bool {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if left.eq_ignore_ascii_case(right) => {}
            _ => return false,
        }
    }
}

impl PartialEq for ParsedName<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let same_place = self.place == other.place && std::ptr::eq(self.octets, other.octets);
        same_place || same_labels(self.labels(), other.labels())
    }
}

impl Eq for ParsedName<'_> {}

impl PartialEq<Name> for ParsedName<'_> {
    #[inline]
    fn eq(&self, other: &Name) -> bool {
        self.is(other)
    }
}

impl PartialEq<ParsedName<'_>> for Name {
    #[inline]
    fn eq(&self, other: &ParsedName<'_>) -> bool {
        other.is(self)
    }
}

impl DomainName for ParsedName<'_> {
    fn labels(&self) -> Labels<'_> {
        ParsedName::labels(self)
    }
}

/// As [`Name`] is displayed.
impl fmt::Display for ParsedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_name(f, self.labels())
    }
}

impl fmt::Debug for ParsedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParsedName({self})")
    }
}
