//! Response codes.

use std::fmt;

/// A response code, with the eight extended bits that EDNS adds (RFC 6891 §6.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rcode(pub u16);

macro_rules! rcodes {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl Rcode {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// The mnemonic, for codes that have a constant here.
            #[must_use]
            pub fn mnemonic(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

rcodes! {
    /// No error; the answer may still be empty.
    NOERROR = 0;
    /// The server could not read the query.
    FORMERR = 1;
    /// The server failed.
    SERVFAIL = 2;
    /// The name does not exist.
    NXDOMAIN = 3;
    /// The server does not implement this kind of query.
    NOTIMP = 4;
    /// The server refuses by policy.
    REFUSED = 5;
    /// The server does not speak this EDNS version (RFC 6891 §9).
    BADVERS = 16;
    /// The server cookie was missing or wrong (RFC 7873 §5.2.3).
    BADCOOKIE = 23;
}

/// The mnemonic, or `RCODE123`.
impl fmt::Display for Rcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mnemonic() {
            Some(mnemonic) => f.write_str(mnemonic),
            None => write!(f, "RCODE{}", self.0),
        }
    }
}
