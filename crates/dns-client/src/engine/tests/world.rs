//! A world around a stage: servers that behave in some way, and time that passes for all of them.

use std::collections::BTreeMap;

use dns_wire::{Class, Name, Rcode, Rdata, Rtype};

use super::play::{Play, Sent, address, server};
use crate::engine::Trouble;
use crate::time::Time;

/// What a server does with a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behaviour {
    /// Tells what it knows, after so many milliseconds.
    Knows(u64),
    /// The same, but for one query in so many, which it ignores.
    Loses(u64),
    Silent,
    Fails(Rcode),
    /// No such name, whatever it is.
    Denies,
    /// Says over UDP that there is more.
    Truncates,
    /// Octets that are no answer.
    Babbles,
    /// The network says that nobody listens.
    Unreachable,
}

/// What names hold, by suffix; the first that fits. Names that none fits do not exist.
pub(super) type Zone = &'static [(&'static str, Holds)];

#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    /// IPv4 only.
    Address(&'static str),
    Alias(&'static str),
}

#[derive(Debug)]
struct Server {
    behaviour: Behaviour,
    zone: Zone,
    asked: u64,
}

/// A query that left.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) server: u8,
    pub(super) name: String,
    pub(super) rtype: Rtype,
}

/// Servers by the last octet of their address.
pub(super) struct World {
    pub(super) play: Play,
    servers: BTreeMap<u8, Server>,
    /// When, to which query, and what; a query that has none gets an error.
    coming: Vec<(u64, Sent, Option<Vec<u8>>)>,
    /// All that left.
    pub(super) asked: Vec<Asked>,
}

impl World {
    pub(super) fn new(play: Play) -> Self {
        Self { play, servers: BTreeMap::new(), coming: Vec::new(), asked: Vec::new() }
    }

    pub(super) fn serve(&mut self, last: u8, behaviour: Behaviour, zone: Zone) {
        self.servers.insert(last, Server { behaviour, zone, asked: 0 });
    }

    pub(super) fn behave(&mut self, last: u8, behaviour: Behaviour) {
        self.servers.get_mut(&last).expect("it serves").behaviour = behaviour;
    }

    /// So many milliseconds pass; what is sent meanwhile is taken care of.
    pub(super) fn pass(&mut self, ms: u64) {
        let end = self.now() + ms;
        loop {
            self.take_queries();
            let now = self.now();
            if now >= end {
                return;
            }
            let timer = self.play.engine.next_timer().map_or(end, Time::as_millis);
            let next = self.coming.iter().map(|(at, ..)| *at).chain([timer, end]).min().unwrap_or(end);
            self.play.pass(next.max(now + 1) - now);
            self.take_queries();
            self.deliver();
        }
    }

    fn now(&self) -> u64 {
        self.play.now().as_millis()
    }

    fn deliver(&mut self) {
        let now = self.now();
        for (_, query, octets) in self.coming.extract_if(.., |(at, ..)| *at <= now).collect::<Vec<_>>() {
            let sockets = &self.play.sockets;
            let known = if query.tcp { &sockets.connections } else { &sockets.open };
            if !known.contains_key(&query.socket) {
                continue;
            }
            match octets {
                Some(octets) => self.play.arrive(&query, &octets),
                None if query.tcp => self.play.stream_ends(query.socket, Trouble::Refused),
                None => self.play.socket_error(query.socket),
            }
        }
    }

    fn take_queries(&mut self) {
        for query in self.play.sent() {
            let last = (1..=u8::MAX)
                .find(|last| server(*last).server.address() == Some(query.server))
                .expect("one of ours");
            self.asked.push(Asked { server: last, name: query.name(), rtype: query.rtype() });
            let Some(server) = self.servers.get_mut(&last) else { continue };
            server.asked += 1;
            let (delay, octets) = match server.behaviour {
                Behaviour::Knows(delay) => (delay, Some(told(server.zone, &query))),
                Behaviour::Loses(part) if server.asked % part == 0 => continue,
                Behaviour::Loses(_) => (10, Some(told(server.zone, &query))),
                Behaviour::Silent => continue,
                Behaviour::Fails(rcode) => (5, Some(query.respond_rcode(rcode))),
                Behaviour::Denies => (5, Some(query.deny(Rcode::NXDOMAIN, 60))),
                Behaviour::Truncates if query.tcp => (5, Some(told(server.zone, &query))),
                Behaviour::Truncates => (5, Some(query.respond(|builder| builder.truncated(true)))),
                Behaviour::Babbles => {
                    let mut octets = query.octets[..query.octets.len().min(20)].to_vec();
                    octets[2] |= 0x80;
                    (5, Some(octets))
                }
                Behaviour::Unreachable => (1, None),
            };
            self.coming.push((self.now() + delay, query, octets));
        }
    }
}

/// What a zone says to a query.
fn told(zone: Zone, query: &Sent) -> Vec<u8> {
    let text = query.name();
    let below = |suffix: &str| text == suffix || text.ends_with(&format!(".{suffix}"));
    let Some((_, holds)) = zone.iter().find(|(suffix, _)| below(suffix)) else {
        return query.deny(Rcode::NXDOMAIN, 60);
    };
    let owner = Name::from_ascii(&text).expect("a name");
    match holds {
        Holds::Address(text) if query.rtype() == Rtype::A => query.respond(|mut builder| {
            builder.answer(&owner, Class::IN, 300, &address(text)).expect("room");
            builder
        }),
        Holds::Address(_) => query.deny(Rcode::NOERROR, 60),
        Holds::Alias(target) => {
            let target = Name::from_ascii(target).expect("a name");
            query.respond(|mut builder| {
                builder.answer(&owner, Class::IN, 300, &Rdata::Cname(&target)).expect("room");
                builder
            })
        }
    }
}
