//! Record types.

use std::fmt;

/// The type of a record or question, any of the 65 536 (RFC 1035 §3.2.2 and IANA's registry).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rtype(pub u16);

macro_rules! rtypes {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl Rtype {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// The mnemonic, for types that have a constant here.
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

rtypes! {
    /// An IPv4 address.
    A = 1;
    /// An authoritative name server.
    NS = 2;
    /// The canonical name of an alias.
    CNAME = 5;
    /// The start of a zone of authority.
    SOA = 6;
    /// A pointer to another name, used for reverse lookup.
    PTR = 12;
    /// A mail exchange.
    MX = 15;
    /// Text strings.
    TXT = 16;
    /// An IPv6 address (RFC 3596).
    AAAA = 28;
    /// The location of a service (RFC 2782).
    SRV = 33;
    /// A naming authority pointer (RFC 3403).
    NAPTR = 35;
    /// The EDNS pseudo-record (RFC 6891).
    OPT = 41;
    /// A TLS certificate association (RFC 6698).
    TLSA = 52;
    /// A service binding (RFC 9460).
    SVCB = 64;
    /// A service binding for HTTPS (RFC 9460).
    HTTPS = 65;
    /// In a question only: whatever the server has (RFC 8482).
    ANY = 255;
    /// Certification authority authorisation (RFC 8659).
    CAA = 257;
}

/// The mnemonic, or `TYPE123` (RFC 3597 §5).
impl fmt::Display for Rtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mnemonic() {
            Some(mnemonic) => f.write_str(mnemonic),
            None => write!(f, "TYPE{}", self.0),
        }
    }
}
