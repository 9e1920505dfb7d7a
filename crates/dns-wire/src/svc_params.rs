//! Parameters of SVCB and HTTPS records (RFC 9460 §2.2, §7).

use crate::{ParseError, Strings};

/// Numbers of the parameters understood here (RFC 9460 §14.3.2).
mod key {
    pub(super) const MANDATORY: u16 = 0;
    pub(super) const ALPN: u16 = 1;
    pub(super) const NO_DEFAULT_ALPN: u16 = 2;
    pub(super) const PORT: u16 = 3;
    pub(super) const IPV4HINT: u16 = 4;
    pub(super) const ECH: u16 = 5;
    pub(super) const IPV6HINT: u16 = 6;
}

/// The parameters of one SVCB or HTTPS record, checked: keys ascend, values fit their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SvcParams<'a> {
    wire: &'a [u8],
}

/// One parameter, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvcParam<'a> {
    /// Keys that a client must understand to use the record, big-endian and ascending.
    Mandatory(&'a [[u8; 2]]),
    /// Protocols beyond the default, at least one.
    Alpn(Strings<'a>),
    /// The default protocol is not offered.
    NoDefaultAlpn,
    /// The port to connect to.
    Port(u16),
    /// Addresses to try until the target's own are known, at least one.
    Ipv4Hint(&'a [[u8; 4]]),
    /// An `ECHConfigList`, opaque here.
    Ech(&'a [u8]),
    /// Addresses to try until the target's own are known, at least one.
    Ipv6Hint(&'a [[u8; 16]]),
    /// Any other key, its value as it is.
    Unknown {
        /// The parameter's number.
        key: u16,
        /// Its value.
        value: &'a [u8],
    },
}

impl<'a> SvcParams<'a> {
    /// Takes parameters as they stand on the wire; none at all is fine.
    ///
    /// # Errors
    ///
    /// [`ParseError::RdataOverrun`] if the last one is cut; [`ParseError::ServiceParameter`] if keys do not
    /// strictly ascend or a value does not have the form of its key.
    pub fn from_wire(wire: &'a [u8]) -> Result<Self, ParseError> {
        let mut params = Self { wire }.raw();
        let mut last = None;
        while !params.rest.is_empty() {
            let (key, value) = params.next().ok_or(ParseError::RdataOverrun)?;
            if last.is_some_and(|last| key <= last) {
                return Err(ParseError::ServiceParameter);
            }
            SvcParam::read(key, value).ok_or(ParseError::ServiceParameter)?;
            last = Some(key);
        }
        Ok(Self { wire })
    }

    /// The parameters as they stand on the wire.
    #[must_use]
    pub fn as_wire(&self) -> &'a [u8] {
        self.wire
    }

    /// The parameters by ascending key.
    pub fn iter(&self) -> impl Iterator<Item = SvcParam<'a>> + use<'a> {
        self.raw().filter_map(|(key, value)| SvcParam::read(key, value))
    }

    fn raw(&self) -> RawParams<'a> {
        RawParams { rest: self.wire }
    }
}

/// Keys and values without their meaning.
struct RawParams<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for RawParams<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[k0, k1, l0, l1], rest) = self.rest.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])))?;
        self.rest = rest;
        Some((u16::from_be_bytes([k0, k1]), value))
    }
}

impl<'a> SvcParam<'a> {
    /// The parameter, or `None` if the value does not have the form of the key.
    fn read(key: u16, value: &'a [u8]) -> Option<Self> {
        Some(match key {
            key::MANDATORY => {
                let keys: &[[u8; 2]] = items(value)?;
                // Ascending without repetition, and never itself (RFC 9460 §8).
                let ascending = keys.windows(2).all(|pair| pair[0] < pair[1]);
                if !ascending || keys.first() == Some(&key::MANDATORY.to_be_bytes()) {
                    return None;
                }
                Self::Mandatory(keys)
            }
            key::ALPN => {
                let protocols = Strings::from_wire(value).ok()?;
                if protocols.iter().any(<[u8]>::is_empty) {
                    return None;
                }
                Self::Alpn(protocols)
            }
            key::NO_DEFAULT_ALPN => value.is_empty().then_some(Self::NoDefaultAlpn)?,
            key::PORT => Self::Port(u16::from_be_bytes(value.try_into().ok()?)),
            key::IPV4HINT => Self::Ipv4Hint(items(value)?),
            key::ECH => Self::Ech(value),
            key::IPV6HINT => Self::Ipv6Hint(items(value)?),
            _ => Self::Unknown { key, value },
        })
    }
}

/// The value as one or more items of equal length.
fn items<const N: usize>(value: &[u8]) -> Option<&[[u8; N]]> {
    match value.as_chunks() {
        ([], _) => None,
        (items, []) => Some(items),
        _ => None,
    }
}
