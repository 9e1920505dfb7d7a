//! How addresses lie in the cache: their octets, one after the other, in the order of the message.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dns_wire::Rtype;

use crate::answer::RankedAddress;

/// Appends the addresses of a payload, unranked.
pub(crate) fn addresses_into(rtype: Rtype, payload: &[u8], out: &mut Vec<RankedAddress>) {
    let ranked = |address: IpAddr| RankedAddress { address, rank: 0 };
    if rtype == Rtype::A {
        out.extend(payload.as_chunks::<4>().0.iter().map(|octets| ranked(Ipv4Addr::from(*octets).into())));
    } else {
        out.extend(payload.as_chunks::<16>().0.iter().map(|octets| ranked(Ipv6Addr::from(*octets).into())));
    }
}
