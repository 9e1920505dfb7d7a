//! Which address the operating system would send from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hashbrown::HashMap;
use socket2::{Domain, SockAddr, Socket, Type};

use super::address_order::SourceAddress;
use super::interfaces::InterfaceTable;
use crate::time::Time;

/// Milliseconds that anything is remembered: routes change without any interface changing.
const LIFETIME_MS: u64 = 10_000;

/// Destinations that are remembered.
const MAX_CACHED: usize = 4096;

/// A port for sockets that never send: discard, because some systems refuse to connect to port 0.
const PROBE_PORT: u16 = 9;

/// Source addresses by destination, found by connecting UDP sockets (which sends nothing), and remembered.
///
/// Everything is forgotten when the machine's addresses change ([`SourceAddresses::begin_epoch`]) and after ten seconds.
/// At most 4 096 destinations are remembered.
#[derive(Debug, Default)]
pub(crate) struct SourceAddresses {
    epoch: u64,
    /// When the oldest of what is remembered was learnt.
    begun: Option<Time>,
    interfaces: Option<InterfaceTable>,
    interfaces_read: bool,
    cache: HashMap<IpAddr, Option<SourceAddress>, foldhash::quality::RandomState>,
}

impl SourceAddresses {
    /// Forgets everything; does nothing if `epoch` is the current one. The first epoch is 0.
    pub(crate) fn begin_epoch(&mut self, epoch: u64) {
        if self.epoch != epoch {
            *self = Self { epoch, ..Self::default() };
        }
    }

    /// What packets to `destination` would be sent from; `None` if there is no way there.
    pub(crate) fn source_of(&mut self, destination: IpAddr) -> Option<SourceAddress> {
        if let Some(known) = self.cache.get(&destination) {
            return *known;
        }
        // Without a socket (descriptors used up, family switched off) nothing was learnt, so nothing is remembered.
        let socket = Socket::new(Domain::for_address(probe_address(destination)), Type::DGRAM, None).ok()?;
        let source = probe(&socket, destination).map(|address| self.describe(address));
        if self.cache.len() >= MAX_CACHED {
            self.cache.clear();
        }
        self.cache.insert(destination, source);
        source
    }

    /// Forgets what is too old. To be called before sources are asked for, once for many.
    pub(crate) fn expire(&mut self, now: Time) {
        let begun = *self.begun.get_or_insert(now);
        if now.millis_since(begun) >= LIFETIME_MS {
            *self = Self { epoch: self.epoch, begun: Some(now), ..Self::default() };
        }
    }

    /// Adds what the interface table knows. glibc consults it only on machines with IPv6.
    fn describe(&mut self, address: IpAddr) -> SourceAddress {
        let plain = SourceAddress::new(address);
        let Some(interfaces) = self.interfaces().filter(|interfaces| interfaces.families().v6) else {
            return plain;
        };
        let key = match address {
            // Any address of the loopback network may be a source without being an interface's.
            IpAddr::V4(v4) if v4.is_loopback() => Ipv4Addr::LOCALHOST.into(),
            address => address,
        };
        let Some(entry) = interfaces.find(key) else { return SourceAddress { native: false, ..plain } };
        SourceAddress {
            address,
            prefix_length: Some(entry.prefix_length),
            deprecated: entry.deprecated,
            home: entry.home,
            native: entry.is_native(),
        }
    }

    fn interfaces(&mut self) -> Option<&InterfaceTable> {
        if !self.interfaces_read {
            self.interfaces_read = true;
            self.interfaces = InterfaceTable::read().ok();
        }
        self.interfaces.as_ref()
    }
}

fn probe_address(destination: IpAddr) -> SocketAddr {
    SocketAddr::new(destination, PROBE_PORT)
}

fn probe(socket: &Socket, destination: IpAddr) -> Option<IpAddr> {
    socket.connect(&SockAddr::from(probe_address(destination))).ok()?;
    Some(socket.local_addr().ok()?.as_socket()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_reached_from_loopback() {
        let mut sources = SourceAddresses::default();
        let source = sources.source_of(Ipv4Addr::new(127, 0, 0, 9).into()).unwrap();
        assert!(source.address.is_loopback());
        assert!(source.native);
    }

    #[test]
    fn what_cannot_be_a_destination_has_no_source() {
        let mut sources = SourceAddresses::default();
        assert_eq!(sources.source_of(Ipv4Addr::BROADCAST.into()), None);
    }

    #[test]
    fn an_epoch_remembers_and_the_next_forgets() {
        let mut sources = SourceAddresses::default();
        for last in 1..=3 {
            sources.source_of(Ipv4Addr::new(127, 0, 0, last).into());
        }
        sources.source_of(Ipv4Addr::LOCALHOST.into());
        assert_eq!(sources.cache.len(), 3);
        sources.begin_epoch(0);
        assert_eq!(sources.cache.len(), 3);
        sources.begin_epoch(1);
        assert_eq!(sources.cache.len(), 0);
    }

    #[test]
    fn nothing_is_remembered_for_long() {
        let mut sources = SourceAddresses::default();
        let begun = Time::from_millis(5);
        sources.expire(begun);
        sources.source_of(Ipv4Addr::LOCALHOST.into());
        sources.expire(begun.plus_millis(LIFETIME_MS - 1));
        assert_eq!(sources.cache.len(), 1);
        sources.expire(begun.plus_millis(LIFETIME_MS));
        assert_eq!((sources.cache.len(), sources.begun), (0, Some(begun.plus_millis(LIFETIME_MS))));
    }

    #[test]
    fn the_cache_is_bounded() {
        let mut sources = SourceAddresses::default();
        for low in 0..5000_u32 {
            sources.source_of(Ipv4Addr::from_bits(0x7f00_0001 + low).into());
        }
        assert!(sources.cache.len() <= MAX_CACHED);
    }
}
