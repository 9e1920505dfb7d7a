//! Record data by type.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::edns_option::check_options;
use crate::fields::Fields;
use crate::{Class, Opt, ParseError, ParsedName, Record, Rtype, Strings, SvcParams};

/// The data of one record.
///
/// Names are [`ParsedName`] where data was parsed; to compose, they may be [`&Name`](crate::Name) as well.
/// Octet strings are as they stand on the wire: nothing says that they are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rdata<'a, N = ParsedName<'a>> {
    /// An IPv4 address (RFC 1035 §3.4.1).
    A(Ipv4Addr),
    /// An IPv6 address (RFC 3596 §2.2).
    Aaaa(Ipv6Addr),
    /// A name server (RFC 1035 §3.3.11).
    Ns(N),
    /// A canonical name (RFC 1035 §3.3.1).
    Cname(N),
    /// Another name (RFC 1035 §3.3.12).
    Ptr(N),
    /// A mail exchange (RFC 1035 §3.3.9).
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// The host that takes mail.
        exchange: N,
    },
    /// A zone's start of authority (RFC 1035 §3.3.13).
    Soa {
        /// The primary name server.
        mname: N,
        /// The responsible person's mailbox, its `@` written as a dot.
        rname: N,
        /// The zone's version.
        serial: u32,
        /// Seconds between a secondary's checks.
        refresh: u32,
        /// Seconds until a failed check is repeated.
        retry: u32,
        /// Seconds after which an unrefreshed copy is no authority any more.
        expire: u32,
        /// Seconds that a negative answer may be kept (RFC 2308 §4).
        minimum: u32,
    },
    /// Text, at least one string (RFC 1035 §3.3.14).
    Txt(Strings<'a>),
    /// The location of a service (RFC 2782).
    Srv {
        /// Lower is tried first.
        priority: u16,
        /// Share among equal priorities.
        weight: u16,
        /// Where the service listens.
        port: u16,
        /// The host that offers the service.
        target: N,
    },
    /// A naming authority pointer (RFC 3403 §4.1).
    Naptr {
        /// Lower is processed first.
        order: u16,
        /// Lower is preferred among equal orders.
        preference: u16,
        /// Flags that govern what comes next.
        flags: &'a [u8],
        /// The services on offer.
        services: &'a [u8],
        /// A substitution expression.
        regexp: &'a [u8],
        /// The next name to ask for.
        replacement: N,
    },
    /// Who may issue certificates (RFC 8659 §4.1).
    Caa {
        /// 128: an issuer that does not understand the tag must not issue.
        flags: u8,
        /// The property's name, never empty.
        tag: &'a [u8],
        /// The property's value.
        value: &'a [u8],
    },
    /// A certificate association (RFC 6698 §2.1).
    Tlsa {
        /// Certificate usage.
        usage: u8,
        /// Which part of the certificate is matched.
        selector: u8,
        /// How it is matched.
        matching_type: u8,
        /// What it is matched with.
        data: &'a [u8],
    },
    /// A service binding (RFC 9460 §2.2).
    Svcb {
        /// 0: an alias; else lower is tried first.
        priority: u16,
        /// The alias target or the host that offers the service; the root stands for the owner.
        target: N,
        /// How to reach the service.
        params: SvcParams<'a>,
    },
    /// A service binding for HTTPS (RFC 9460 §9); fields as in [`Rdata::Svcb`].
    Https {
        /// 0: an alias; else lower is tried first.
        priority: u16,
        /// The alias target or the host that offers the service; the root stands for the owner.
        target: N,
        /// How to reach the service.
        params: SvcParams<'a>,
    },
    /// EDNS (RFC 6891).
    Opt(Opt<'a>),
    /// A type, or a class of an Internet type, without a form known here (RFC 3597).
    Unknown {
        /// The record's type.
        rtype: Rtype,
        /// The data as it is.
        data: &'a [u8],
    },
}

impl<N> Rdata<'_, N> {
    /// The type of a record with this data.
    #[must_use]
    pub fn rtype(&self) -> Rtype {
        match *self {
            Self::A(_) => Rtype::A,
            Self::Aaaa(_) => Rtype::AAAA,
            Self::Ns(_) => Rtype::NS,
            Self::Cname(_) => Rtype::CNAME,
            Self::Ptr(_) => Rtype::PTR,
            Self::Mx { .. } => Rtype::MX,
            Self::Soa { .. } => Rtype::SOA,
            Self::Txt(_) => Rtype::TXT,
            Self::Srv { .. } => Rtype::SRV,
            Self::Naptr { .. } => Rtype::NAPTR,
            Self::Caa { .. } => Rtype::CAA,
            Self::Tlsa { .. } => Rtype::TLSA,
            Self::Svcb { .. } => Rtype::SVCB,
            Self::Https { .. } => Rtype::HTTPS,
            Self::Opt(_) => Rtype::OPT,
            Self::Unknown { rtype, .. } => rtype,
        }
    }
}

impl<'a> Rdata<'a> {
    /// Reads a record's data, which must fill its RDLENGTH exactly.
    #[inline]
    pub(crate) fn parse(record: &Record<'a>) -> Result<Self, ParseError> {
        match (record.rtype(), record.class()) {
            (Rtype::A, Class::IN) => {
                address(record.raw_rdata()).map(|octets: [u8; 4]| Self::A(octets.into()))
            }
            (Rtype::AAAA, Class::IN) => {
                address(record.raw_rdata()).map(|octets: [u8; 16]| Self::Aaaa(octets.into()))
            }
            // By value: a record that is never lent out stays in registers.
            _ => Self::parse_fields(*record),
        }
    }

    /// Reads data of more than an address. The types of RFC 1035 mean the same in every class, the others
    /// belong to the Internet alone.
    fn parse_fields(record: Record<'a>) -> Result<Self, ParseError> {
        let mut fields = record.fields();
        let internet = record.class() == Class::IN;
        let rdata = match record.rtype() {
            Rtype::NS => Self::Ns(fields.name()?),
            Rtype::CNAME => Self::Cname(fields.name()?),
            Rtype::PTR => Self::Ptr(fields.name()?),
            Rtype::MX => Self::Mx { preference: fields.u16()?, exchange: fields.name()? },
            Rtype::SOA => Self::Soa {
                mname: fields.name()?,
                rname: fields.name()?,
                serial: fields.u32()?,
                refresh: fields.u32()?,
                retry: fields.u32()?,
                expire: fields.u32()?,
                minimum: fields.u32()?,
            },
            Rtype::TXT => Self::Txt(Strings::from_wire(fields.rest())?),
            Rtype::OPT => {
                check_options(record.raw_rdata())?;
                Self::Opt(Opt::new(record.class(), record.ttl(), fields.rest()))
            }
            rtype if internet => Self::parse_internet(rtype, &mut fields)?,
            rtype => Self::Unknown { rtype, data: fields.rest() },
        };
        fields.finish()?;
        Ok(rdata)
    }

    fn parse_internet(rtype: Rtype, fields: &mut Fields<'a>) -> Result<Self, ParseError> {
        Ok(match rtype {
            Rtype::SRV => Self::Srv {
                priority: fields.u16()?,
                weight: fields.u16()?,
                port: fields.u16()?,
                target: fields.name()?,
            },
            Rtype::NAPTR => Self::Naptr {
                order: fields.u16()?,
                preference: fields.u16()?,
                flags: fields.string()?,
                services: fields.string()?,
                regexp: fields.string()?,
                replacement: fields.name()?,
            },
            Rtype::CAA => Self::Caa {
                flags: fields.u8()?,
                tag: match fields.string()? {
                    [] => return Err(ParseError::MissingField),
                    tag => tag,
                },
                value: fields.rest(),
            },
            Rtype::TLSA => Self::Tlsa {
                usage: fields.u8()?,
                selector: fields.u8()?,
                matching_type: fields.u8()?,
                data: fields.rest(),
            },
            Rtype::SVCB | Rtype::HTTPS => {
                let priority = fields.u16()?;
                let target = fields.plain_name()?;
                let params = SvcParams::from_wire(fields.rest())?;
                if rtype == Rtype::SVCB {
                    Self::Svcb { priority, target, params }
                } else {
                    Self::Https { priority, target, params }
                }
            }
            _ => Self::Unknown { rtype, data: fields.rest() },
        })
    }
}

/// The data as exactly the octets of one address.
#[inline]
fn address<const N: usize>(data: &[u8]) -> Result<[u8; N], ParseError> {
    data.try_into().map_err(|_| ParseError::AddressLength)
}
