//! What a waiter gets: status, addresses with their RFC 6724 ranks, lifetimes and failures.

use std::net::IpAddr;

use dns_wire::Rtype;

use crate::payload;

/// Who waits for an answer: an environment of the embedding program and a ticket that is unique within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Waiter {
    /// The environment (one JavaScript copy of the package in one isolate).
    pub environment: u32,
    /// Chosen by the environment; unique among its pending ones.
    pub ticket: u32,
}

/// How a lookup or query ended. The numbers cross the language boundary and do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Status {
    /// Data.
    #[default]
    Ok = 0,
    /// The name does not exist (RFC 1035 RCODE 3).
    NxDomain = 1,
    /// The name exists, without data of this type (RFC 2308).
    NoData = 2,
    /// Every remedy ended in SERVFAIL, or in a chain of aliases that does not end.
    ServFail = 3,
    /// REFUSED.
    Refused = 4,
    /// No answer in time.
    Timeout = 5,
    /// The network refused: unreachable, connection refused, reset.
    Network = 6,
    /// The caller withdrew.
    Cancelled = 7,
    /// The resolver was closed.
    Closed = 8,
    /// Too many lookups in flight; see [`crate::Client::lookup`].
    Overloaded = 9,
    /// FORMERR, also without EDNS.
    FormErr = 10,
    /// NOTIMP, also without EDNS.
    NotImp = 11,
    /// Malformed.
    BadResponse = 12,
    /// `ADDRCONFIG` was asked for and this machine has no address of the family.
    NoFamily = 13,
    /// An error of this machine (no route, no descriptors, not permitted): says nothing about the server.
    Local = 14,
    /// Of queries: [`Status::NoData`] of the name that an alias leads to.
    AliasNoData = 15,
    /// The name is private, and whoever could still be asked is not to hear of it.
    Private = 16,
    /// An encrypted server could not prove who it is, or the handshake failed.
    Tls = 17,
    /// An HTTPS server answered, and not by a DNS message.
    Http = 18,
}

impl Status {
    /// NXDOMAIN or NODATA: a definite answer without data.
    #[must_use]
    pub const fn is_denial(self) -> bool {
        matches!(self, Self::NxDomain | Self::NoData)
    }

    /// The status stored under `code` in a cached failure; [`Status::ServFail`] for a number out of range.
    #[must_use]
    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::NxDomain,
            2 => Self::NoData,
            4 => Self::Refused,
            5 => Self::Timeout,
            6 => Self::Network,
            10 => Self::FormErr,
            11 => Self::NotImp,
            12 => Self::BadResponse,
            15 => Self::AliasNoData,
            17 => Self::Tls,
            18 => Self::Http,
            _ => Self::ServFail,
        }
    }
}

/// An address and its place after RFC 6724: equal ranks may be served in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankedAddress {
    /// The address.
    pub address: IpAddr,
    /// Ascending; equal where rules 1 to 8 of RFC 6724 leave the addresses equal.
    pub rank: u8,
}

/// What one upstream did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `address:port`.
    pub server: String,
    /// `udp` or `tcp`.
    pub transport: &'static str,
    /// What it amounted to.
    pub status: Status,
    /// From the attempt's start.
    pub elapsed_ms: u32,
}

/// What an [`Answer`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnswerKind {
    /// A composed lookup: both families, sorted.
    #[default]
    Lookup,
    /// Addresses of one type in the order of the message, with [`Answer::ttls`].
    Addresses,
    /// Records of another type, or of all types, in [`Answer::records`].
    Records,
}

impl AnswerKind {
    /// What an answer to a query of this type holds.
    pub(crate) const fn of(rtype: Rtype) -> Self {
        if payload::is_address(rtype) { Self::Addresses } else { Self::Records }
    }
}

/// Every asked family is known: the answer may be kept by the caller until it expires.
pub const FLAG_COMPLETE: u16 = 1;
/// Served from the cache, without waiting.
pub const FLAG_FROM_CACHE: u16 = 2;
/// Expired, served because nothing better could be had.
pub const FLAG_STALE: u16 = 4;
/// From the hosts file, or a name that RFC 6761 settles.
pub const FLAG_FROM_HOSTS: u16 = 8;
/// With a denial: `getaddrinfo` on this machine asks services that know more than files and DNS.
pub const FLAG_OTHER_SERVICES: u16 = 16;

/// An answer, reusable as a buffer: see [`Answer::clear`].
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// What is in it.
    pub kind: AnswerKind,
    /// How it ended.
    pub status: Status,
    /// `FLAG_*`.
    pub flags: u16,
    /// Sorted for lookups, in message order for queries.
    pub addresses: Vec<RankedAddress>,
    /// Seconds that remain, one per address; only for [`AnswerKind::Addresses`].
    pub ttls: Vec<u32>,
    /// In message order, each as type, remaining TTL in seconds, length of the data, and the data without compression,
    /// all numbers big-endian; only for [`AnswerKind::Records`].
    pub records: Vec<u8>,
    /// Milliseconds until it may no longer be served as fresh; 0 if it must not be kept.
    pub expires_in_ms: f64,
    /// Milliseconds until a refresh should be considered.
    pub refresh_in_ms: f64,
    /// Which generation counter guards it.
    pub slot: u32,
    /// That counter's value before the answer was taken.
    pub generation: u32,
    /// What went wrong on the way, oldest first.
    pub failures: Vec<Failure>,
}

impl Answer {
    /// Takes over what the cache keeps of an answer to a query of `rtype`, `age_ms` after it came.
    pub(crate) fn fill(&mut self, rtype: Rtype, kept: &[u8], age_ms: u64) {
        let age = u32::try_from(age_ms / 1_000).unwrap_or(u32::MAX);
        if self.kind == AnswerKind::Records {
            payload::records_into(kept, age, &mut self.records);
        } else {
            payload::addresses_into(rtype, kept, &mut self.addresses);
            self.ttls.resize(self.addresses.len(), payload::ttl(kept).saturating_sub(age));
        }
    }

    /// Empties it, and keeps its allocations unless they are larger than most answers need.
    pub(crate) fn clear_small(&mut self) {
        const ADDRESSES: usize = 16;
        const OCTETS: usize = 256;
        if self.addresses.capacity() > ADDRESSES || self.records.capacity() > OCTETS {
            *self = Self::default();
        } else {
            self.clear();
        }
    }

    /// Empties it and keeps its allocations.
    pub fn clear(&mut self) {
        self.kind = AnswerKind::Lookup;
        self.status = Status::Ok;
        self.flags = 0;
        self.addresses.clear();
        self.ttls.clear();
        self.records.clear();
        self.expires_in_ms = 0.0;
        self.refresh_in_ms = 0.0;
        self.slot = 0;
        self.generation = 0;
        self.failures.clear();
    }
}
