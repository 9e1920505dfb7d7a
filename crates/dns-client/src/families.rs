//! Which families a lookup asks for, and what its hints make of the answers (RFC 3493 §6.1).

use std::net::IpAddr;

use crate::answer::{RankedAddress, Status};
use crate::system::Families;

/// Mask of the family in lookup flags: 0 any, 1 IPv4, 2 IPv6.
const FAMILY_MASK: u32 = 3;
const FAMILY_IPV4: u32 = 1;
const FAMILY_IPV6: u32 = 2;
/// Only families that this machine has an address of.
const ADDRCONFIG: u32 = 4;
/// IPv4-mapped addresses where a lookup of IPv6 finds nothing else.
const V4MAPPED: u32 = 8;
/// With [`V4MAPPED`]: both kinds.
const ALL: u32 = 16;
/// Ask, whatever the cache has.
pub(crate) const BYPASS_CACHE: u32 = 32;

/// Answer from what is known, or deny: nobody is asked.
pub(crate) const AT_HAND: u32 = 64;

/// Among the flags of a lookup or query: what is not known at once is refused, for the caller takes no answers.
pub const NO_WAITING: u32 = 1 << 31;

/// What a lookup wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of getaddrinfo are independent of each other")]
pub(crate) struct Wanted {
    pub(crate) v4: bool,
    pub(crate) v6: bool,
    /// IPv4 addresses are given as IPv4-mapped ones.
    mapped: bool,
    /// IPv4-mapped addresses also beside IPv6 ones.
    all: bool,
}

impl Wanted {
    /// Reads lookup flags. `present` are the families this machine has non-loopback addresses of.
    ///
    /// # Errors
    /// [`Status::NoFamily`] if `ADDRCONFIG` rules the asked family out; [`Status::NoData`] if `no_aaaa` does.
    pub(crate) fn new(flags: u32, present: Families, no_aaaa: bool) -> Result<Self, Status> {
        let address_config = flags & ADDRCONFIG != 0;
        let wanted = match flags & FAMILY_MASK {
            FAMILY_IPV4 => {
                if address_config && !present.v4 {
                    return Err(Status::NoFamily);
                }
                Self { v4: true, v6: false, mapped: false, all: false }
            }
            FAMILY_IPV6 => {
                if address_config && !present.v6 {
                    return Err(Status::NoFamily);
                }
                let mapped = flags & V4MAPPED != 0;
                Self { v4: mapped, v6: !no_aaaa, mapped, all: mapped && flags & ALL != 0 }
            }
            _ => {
                let one = address_config && present.v4 != present.v6;
                Self {
                    v4: !one || present.v4,
                    v6: (!one || present.v6) && !no_aaaa,
                    mapped: false,
                    all: false,
                }
            }
        };
        if wanted.v4 || wanted.v6 { Ok(wanted) } else { Err(Status::NoData) }
    }

    /// Whether IPv6 addresses alone settle the lookup: IPv4 ones were wanted only in their absence.
    pub(crate) const fn settled_by_v6(self) -> bool {
        self.mapped && !self.all
    }

    /// Applies the hints to the found addresses.
    pub(crate) fn apply(self, addresses: &mut Vec<RankedAddress>) {
        if !self.mapped {
            return;
        }
        if !self.all && addresses.iter().any(|ranked| ranked.address.is_ipv6()) {
            addresses.retain(|ranked| ranked.address.is_ipv6());
        }
        for ranked in addresses {
            if let IpAddr::V4(address) = ranked.address {
                ranked.address = address.to_ipv6_mapped().into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Families = Families { v4: true, v6: true };
    const ONLY_V4: Families = Families { v4: true, v6: false };
    const NONE: Families = Families { v4: false, v6: false };

    fn families(flags: u32, present: Families) -> Result<(bool, bool), Status> {
        Wanted::new(flags, present, false).map(|wanted| (wanted.v4, wanted.v6))
    }

    #[test]
    fn addrconfig_narrows_only_when_exactly_one_family_is_there() {
        assert_eq!(families(0, NONE), Ok((true, true)));
        assert_eq!(families(ADDRCONFIG, BOTH), Ok((true, true)));
        assert_eq!(families(ADDRCONFIG, NONE), Ok((true, true)));
        assert_eq!(families(ADDRCONFIG, ONLY_V4), Ok((true, false)));
        assert_eq!(families(ADDRCONFIG | FAMILY_IPV6, ONLY_V4), Err(Status::NoFamily));
        assert_eq!(families(ADDRCONFIG | FAMILY_IPV4, NONE), Err(Status::NoFamily));
        assert_eq!(families(FAMILY_IPV6, ONLY_V4), Ok((false, true)));
    }

    #[test]
    fn mapped_addresses_stand_in_or_beside() {
        let ranked = |text: &str| RankedAddress { address: text.parse().expect("an address"), rank: 0 };
        let found = vec![ranked("2001:db8::1"), ranked("192.0.2.1")];
        let alone = Wanted::new(FAMILY_IPV6 | V4MAPPED, BOTH, false).expect("wanted");
        let mut addresses = found.clone();
        alone.apply(&mut addresses);
        assert_eq!(addresses, [ranked("2001:db8::1")]);
        let mut addresses = vec![ranked("192.0.2.1")];
        alone.apply(&mut addresses);
        assert_eq!(addresses, [ranked("::ffff:192.0.2.1")]);
        let mut addresses = found;
        Wanted::new(FAMILY_IPV6 | V4MAPPED | ALL, BOTH, false).expect("wanted").apply(&mut addresses);
        assert_eq!(addresses, [ranked("2001:db8::1"), ranked("::ffff:192.0.2.1")]);
    }
}
