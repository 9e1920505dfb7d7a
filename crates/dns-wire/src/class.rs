//! Record classes.

use std::fmt;

/// The class of a record or question (RFC 1035 §3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class(pub u16);

impl Class {
    /// The Internet.
    pub const IN: Self = Self(1);
    /// Chaos, still used to ask a server for its version.
    pub const CH: Self = Self(3);
    /// Any class, in a question only.
    pub const ANY: Self = Self(255);
}

/// The mnemonic, or `CLASS123` (RFC 3597 §5).
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::IN => f.write_str("IN"),
            Self::CH => f.write_str("CH"),
            Self::ANY => f.write_str("ANY"),
            Self(number) => write!(f, "CLASS{number}"),
        }
    }
}
