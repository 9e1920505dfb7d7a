//! Names that stand on their own.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::labels::{Labels, MAX_LABEL_LEN, MAX_NAME_LEN};
use crate::presentation::{read_name, write_name};

/// An absolute domain name in uncompressed wire form, kept inline.
///
/// At most 255 octets with the root label. Equality and hash ignore ASCII case (RFC 4343); the case itself is
/// kept.
#[derive(Clone)]
pub struct Name {
    len: u8,
    octets: [u8; MAX_NAME_LEN],
}

/// Why something is not a domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NameError {
    /// No text at all; the root is written as a dot.
    #[error("empty name")]
    Empty,
    /// Two dots in a row, or a dot at the beginning.
    #[error("empty label")]
    EmptyLabel,
    /// A label of more than 63 octets.
    #[error("label longer than 63 octets")]
    LabelTooLong,
    /// More than 255 octets on the wire, which is more than 253 characters of text.
    #[error("name longer than 255 octets")]
    NameTooLong,
    /// A backslash followed by neither a printable character nor three digits up to 255.
    #[error("bad escape")]
    BadEscape,
    /// A character that is not printable ASCII, without an escape.
    #[error("character outside printable ASCII")]
    BadCharacter,
    /// Wire octets that are not exactly one uncompressed name.
    #[error("not one uncompressed name")]
    BadWire,
}

/// What has the labels of a domain name: [`Name`] and [`ParsedName`](crate::ParsedName).
pub trait DomainName {
    /// The labels from the left, without the root label.
    fn labels(&self) -> Labels<'_>;
}

impl<N: DomainName + ?Sized> DomainName for &N {
    fn labels(&self) -> Labels<'_> {
        (**self).labels()
    }
}

impl Name {
    /// The root, `.`.
    #[must_use]
    pub fn root() -> Self {
        Self { len: 1, octets: [0; MAX_NAME_LEN] }
    }

    /// Reads presentation format: labels joined by dots, with or without a dot at the end, always absolute.
    ///
    /// `\.` and the like stand for the character itself, `\DDD` for an octet in decimal.
    ///
    /// # Errors
    ///
    /// [`NameError`], except [`NameError::BadWire`].
    pub fn from_ascii(text: &str) -> Result<Self, NameError> {
        let mut octets = [0; MAX_NAME_LEN];
        let len = read_name(text, &mut octets)?;
        let len = u8::try_from(len).map_err(|_| NameError::NameTooLong)?;
        Ok(Self { len, octets })
    }

    /// Takes an uncompressed name as it stands on the wire, root label included and nothing after it.
    ///
    /// # Errors
    ///
    /// [`NameError::NameTooLong`] for more than 255 octets, [`NameError::BadWire`] for anything else.
    pub fn from_wire(wire: &[u8]) -> Result<Self, NameError> {
        let mut name = Self::root();
        name.octets.get_mut(..wire.len()).ok_or(NameError::NameTooLong)?.copy_from_slice(wire);
        name.len = u8::try_from(wire.len()).map_err(|_| NameError::NameTooLong)?;
        let mut rest = wire;
        loop {
            match rest.split_first() {
                Some((0, [])) => return Ok(name),
                Some((&label, after)) if (1..=MAX_LABEL_LEN).contains(&usize::from(label)) => {
                    rest = after.get(usize::from(label)..).ok_or(NameError::BadWire)?;
                }
                _ => return Err(NameError::BadWire),
            }
        }
    }

    /// The name with these labels, which must come from a checked name.
    pub(crate) fn from_labels(labels: Labels<'_>) -> Self {
        let mut name = Self::root();
        let mut at = 0;
        for label in labels {
            let Some((length, rest)) = name.octets.get_mut(at..).and_then(<[u8]>::split_first_mut) else {
                break;
            };
            let Some(room) = rest.get_mut(..label.len()) else { break };
            room.copy_from_slice(label);
            #[expect(clippy::cast_possible_truncation, reason = "a label has at most 63 octets")]
            {
                *length = label.len() as u8;
            }
            at += 1 + label.len();
        }
        #[expect(clippy::cast_possible_truncation, reason = "a name has at most 255 octets")]
        {
            name.len = at as u8 + 1;
        }
        name
    }

    /// The uncompressed wire form, root label included.
    #[must_use]
    #[inline]
    pub fn as_wire(&self) -> &[u8] {
        &self.octets[..usize::from(self.len)]
    }

    /// The same name with ASCII letters in lower case.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        let mut name = self.clone();
        name.make_lowercase();
        name
    }

    /// Puts ASCII letters into lower case.
    pub fn make_lowercase(&mut self) {
        // Length octets are below every letter, so the wire form can be taken as a whole.
        self.octets[..usize::from(self.len)].make_ascii_lowercase();
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.len == 1
    }

    /// The labels from the left, without the root label.
    #[must_use]
    #[inline]
    pub fn labels(&self) -> Labels<'_> {
        Labels::new(&self.octets, 0)
    }

    /// The name without its first label, or `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let mut labels = self.labels();
        labels.next()?;
        Some(Self::from_labels(labels))
    }

    /// Whether this name is `ancestor` or below it, whatever the case.
    #[must_use]
    pub fn ends_with(&self, ancestor: &Self) -> bool {
        let (own, suffix) = (self.as_wire(), ancestor.as_wire());
        let Some(skip) = own.len().checked_sub(suffix.len()) else { return false };
        // Equal octets are a suffix of labels only where a label begins.
        let mut at = 0;
        while at < skip {
            at += 1 + usize::from(own[at]);
        }
        at == skip && own[skip..].eq_ignore_ascii_case(suffix)
    }

    /// Whether every label consists of letters, digits, hyphens and underscores, which is what a host is
    /// called.
    #[must_use]
    pub fn is_hostname(&self) -> bool {
        self.labels().flatten().all(|&octet| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_')
    }
}

impl DomainName for Name {
    fn labels(&self) -> Labels<'_> {
        Name::labels(self)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_wire().eq_ignore_ascii_case(other.as_wire())
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut lower = self.octets;
        let lower = &mut lower[..usize::from(self.len)];
        lower.make_ascii_lowercase();
        state.write(lower);
    }
}

/// Presentation format without a dot at the end, the root as `.`.
///
/// Dots inside labels and characters reserved in zone files get a backslash, what is not printable becomes
/// `\DDD`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_name(f, self.labels())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl std::str::FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::from_ascii(text)
    }
}
