//! How addresses lie in the cache: the TTL they came with, then their octets in the order of the message.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dns_wire::Rtype;

use crate::answer::RankedAddress;

/// A payload under construction, without its TTL.
pub(crate) fn begin() -> Vec<u8> {
    vec![0; 4]
}

/// Whether any address was added.
pub(crate) fn is_empty(payload: &[u8]) -> bool {
    payload.len() <= 4
}

/// Writes the TTL, in seconds, into a payload.
pub(crate) fn set_ttl(payload: &mut [u8], ttl: u32) {
    if let Some(first) = payload.first_chunk_mut::<4>() {
        *first = ttl.to_be_bytes();
    }
}

/// The TTL the addresses came with, in seconds.
pub(crate) fn ttl(payload: &[u8]) -> u32 {
    payload.first_chunk::<4>().map_or(0, |octets| u32::from_be_bytes(*octets))
}

/// Appends the addresses of a payload, unranked.
pub(crate) fn addresses_into(rtype: Rtype, payload: &[u8], out: &mut Vec<RankedAddress>) {
    let ranked = |address: IpAddr| RankedAddress { address, rank: 0 };
    let addresses = payload.get(4..).unwrap_or_default();
    if rtype == Rtype::A {
        out.extend(addresses.as_chunks::<4>().0.iter().map(|octets| ranked(Ipv4Addr::from(*octets).into())));
    } else {
        out.extend(addresses.as_chunks::<16>().0.iter().map(|octets| ranked(Ipv6Addr::from(*octets).into())));
    }
}
