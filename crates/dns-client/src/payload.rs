//! How an answer lies in the cache: the TTL it came with, then what it holds in the order of the message.
//!
//! Addresses are their octets. Of any other type, ANY included, each record is its type, its own TTL in seconds, the
//! length of its data and the data without compression, all numbers big-endian.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dns_wire::{Record, Rtype};

use crate::answer::RankedAddress;

/// Octets of a record's type, TTL and length.
const RECORD_HEAD: usize = 8;

/// Whether answers of this type are addresses and nothing else.
pub(crate) const fn is_address(rtype: Rtype) -> bool {
    matches!(rtype, Rtype::A | Rtype::AAAA)
}

/// Begins a payload, without its TTL.
pub(crate) fn begin(payload: &mut Vec<u8>) {
    payload.clear();
    payload.extend_from_slice(&[0; 4]);
}

/// Adds a record of any type; its TTL is held to `ttl_seconds`, the least and the most.
pub(crate) fn push_record(payload: &mut Vec<u8>, record: &Record<'_>, ttl_seconds: (u32, u32)) {
    let (least, most) = ttl_seconds;
    payload.extend_from_slice(&record.rtype().0.to_be_bytes());
    payload.extend_from_slice(&bounded_ttl(record.ttl()).clamp(least, most).to_be_bytes());
    let start = payload.len();
    payload.extend_from_slice(&[0; 2]);
    record.append_plain_rdata(payload);
    let length = u16::try_from(payload.len() - start - 2).unwrap_or(u16::MAX);
    payload[start..start + 2].copy_from_slice(&length.to_be_bytes());
}

/// RFC 8767 §4: a TTL with the top bit set is a large one, not zero as RFC 2181 had it.
pub(crate) const fn bounded_ttl(ttl: u32) -> u32 {
    if ttl > i32::MAX.unsigned_abs() { i32::MAX.unsigned_abs() } else { ttl }
}

/// Whether a payload that comes from elsewhere holds addresses of this type, and at least one.
pub(crate) fn is_well_formed(rtype: Rtype, payload: &[u8]) -> bool {
    let octets = match rtype {
        Rtype::A => 4,
        Rtype::AAAA => 16,
        _ => return false,
    };
    payload.len() > 4 && (payload.len() - 4).is_multiple_of(octets)
}

/// Whether nothing was added.
pub(crate) fn is_empty(payload: &[u8]) -> bool {
    payload.len() <= 4
}

/// Writes the TTL, in seconds, into a payload.
pub(crate) fn set_ttl(payload: &mut [u8], ttl: u32) {
    if let Some(first) = payload.first_chunk_mut::<4>() {
        *first = ttl.to_be_bytes();
    }
}

/// The TTL the answer came with, in seconds.
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

/// Appends the records of a payload, `age` seconds subtracted from each TTL.
pub(crate) fn records_into(payload: &[u8], age: u32, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(payload.get(4..).unwrap_or_default());
    let mut rest = &mut out[start..];
    while age > 0
        && let Some((&mut [_, _, ref mut ttl @ .., l0, l1], after)) =
            rest.split_first_chunk_mut::<RECORD_HEAD>()
    {
        *ttl = u32::from_be_bytes(*ttl).saturating_sub(age).to_be_bytes();
        rest = after.get_mut(usize::from(u16::from_be_bytes([l0, l1]))..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_ages_for_itself() {
        let mut payload = Vec::new();
        begin(&mut payload);
        let record = |ttl: u32, data: &[u8]| {
            [&[0, 16][..], &ttl.to_be_bytes(), &[0, u8::try_from(data.len()).expect("short")], data].concat()
        };
        payload.extend([record(300, b"\x02ab"), record(5, b""), record(10, b"\x01c")].concat());
        let mut out = vec![7];
        records_into(&payload, 6, &mut out);
        assert_eq!(out, [vec![7], record(294, b"\x02ab"), record(0, b""), record(4, b"\x01c")].concat());
        out.clear();
        records_into(&payload, 0, &mut out);
        assert_eq!(out, payload[4..]);
        out.clear();
        records_into(&payload[..4], 1, &mut out);
        assert!(out.is_empty());
    }
}
