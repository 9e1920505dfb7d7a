//! Writing record data.

use crate::composer::Composer;
use crate::{ComposeError, DomainName, Rdata};

impl<N: DomainName> Rdata<'_, N> {
    /// Writes the data without its length. Names are compressed in the types of RFC 1035 only (RFC 3597 §4).
    pub(crate) fn compose(&self, composer: &mut Composer) -> Result<(), ComposeError> {
        match self {
            Self::A(address) => composer.slice(&address.octets()),
            Self::Aaaa(address) => composer.slice(&address.octets()),
            Self::Ns(name) | Self::Cname(name) | Self::Ptr(name) => composer.name(name),
            Self::Mx { preference, exchange } => {
                composer.u16(*preference)?;
                composer.name(exchange)
            }
            Self::Soa { mname, rname, serial, refresh, retry, expire, minimum } => {
                composer.name(mname)?;
                composer.name(rname)?;
                [serial, refresh, retry, expire, minimum]
                    .into_iter()
                    .try_for_each(|&field| composer.u32(field))
            }
            Self::Txt(strings) => composer.slice(strings.as_wire()),
            Self::Srv { priority, weight, port, target } => {
                [priority, weight, port].into_iter().try_for_each(|&field| composer.u16(field))?;
                composer.plain_name(target)
            }
            Self::Naptr { order, preference, flags, services, regexp, replacement } => {
                composer.u16(*order)?;
                composer.u16(*preference)?;
                [flags, services, regexp].into_iter().try_for_each(|string| composer.string(string))?;
                composer.plain_name(replacement)
            }
            Self::Caa { flags, tag, value } => {
                composer.slice(&[*flags])?;
                composer.string(tag)?;
                composer.slice(value)
            }
            Self::Tlsa { usage, selector, matching_type, data } => {
                composer.slice(&[*usage, *selector, *matching_type])?;
                composer.slice(data)
            }
            Self::Svcb { priority, target, params } | Self::Https { priority, target, params } => {
                composer.u16(*priority)?;
                composer.plain_name(target)?;
                composer.slice(params.as_wire())
            }
            // An OPT record is composed by `MessageBuilder::opt`, which knows its other fields too.
            Self::Opt(_) => Err(ComposeError::MisplacedOpt),
            Self::Unknown { data, .. } => composer.slice(data),
        }
    }
}
