//! The pool of connected UDP sockets, one per server: which socket a query takes, and when a socket goes.
//!
//! Many ports make an off-path forgery hard (RFC 5452 §9.2), a socket per query makes it hardest and costs most: below
//! 200 queries a second each query has its own, above it a socket serves at most 64 queries or 10 s. A socket that is
//! used up, or whose query timed out, is retired: it takes no further query, but stays open while an answer may still
//! come, or until the server has too many sockets.

use super::flight::Flight;
use super::flights::Flights;
use super::slots::{Id, Slots};
use super::upstream::Upstream;
use super::{LocalError, Network, Turn};
use crate::random::Random;
use crate::time::Time;

/// Queries a shared socket serves.
pub(super) const USES: u8 = 64;
/// Milliseconds a shared socket serves.
pub(super) const LIFETIME_MS: u64 = 10_000;
/// Draws that may be wasted on sockets the sibling query uses.
const DRAWS: u8 = 4;
/// Of a server's sockets, one in so many may be a single query's own; the others are shared.
const ALONE_SHARE: u16 = 4;
/// How far retired sockets, on which answers are still awaited, may exceed a server's number of sockets.
const OVERCOMMIT: usize = 2;

/// A query that waits for an answer on a socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outstanding {
    pub(super) id: u16,
    pub(super) flight: Id<Flight>,
    pub(super) attempt: u8,
    /// Its attempt has not been given up.
    pub(super) live: bool,
}

/// One connected UDP socket.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(super) outstanding: Vec<Outstanding>,
    pub(super) uses: u8,
    opened: Time,
    /// Takes no further query.
    pub(super) retired: bool,
    place: Option<u16>,
    /// Datagrams that matched nothing.
    pub(super) rejected: u32,
}

/// All UDP sockets.
#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) slots: Slots<Socket>,
    /// Sockets a server may have.
    limit: u16,
}

impl Sockets {
    pub(super) fn new(limit: u16) -> Self {
        Self { slots: Slots::default(), limit }
    }

    /// Takes a socket to `upstream` for one query, opening one where needed. Sockets in `avoid` are not taken unless
    /// there is no other.
    pub(super) fn take(
        &mut self,
        upstream: &mut Upstream,
        alone: bool,
        avoid: &[Id<Socket>],
        flights: &Flights,
        random: &mut Random,
        turn: &mut Turn<'_>,
    ) -> Result<(Id<Socket>, Vec<Outstanding>), LocalError> {
        let (now, network) = (turn.now, &mut *turn.network);
        let none = Vec::new();
        let for_alone = (self.limit / ALONE_SHARE).max(1);
        if alone && upstream.lingering.len() < usize::from(for_alone) {
            return Ok((self.open(upstream, None, network, now)?, none));
        }
        let places = (self.limit - for_alone).max(1);
        if upstream.places.is_empty() {
            upstream.places.resize(usize::from(places), None);
        }
        let mut drawn = 0;
        loop {
            drawn += 1;
            let place = random.below(u32::from(places)) as usize;
            let occupant = upstream.places[place];
            if let Some(id) = occupant {
                if drawn <= DRAWS && avoid.contains(&id) {
                    continue;
                }
                let Some(socket) = self.slots.get_mut(id) else {
                    upstream.places[place] = None;
                    continue;
                };
                if socket.uses < USES && now.millis_since(socket.opened) < LIFETIME_MS {
                    socket.uses += 1;
                    return Ok((id, none));
                }
                self.retire(upstream, id, network);
            }
            let evicted = if upstream.open_sockets >= usize::from(self.limit) {
                self.evict_lingering(upstream, flights, network)
            } else {
                none
            };
            if upstream.open_sockets >= usize::from(self.limit) * OVERCOMMIT {
                return self.any_usable(upstream).map(|id| (id, evicted)).ok_or(LocalError);
            }
            let number = u16::try_from(place).unwrap_or(u16::MAX);
            return match self.open(upstream, Some(number), network, now) {
                Ok(id) => Ok((id, evicted)),
                // Out of descriptors: share what is there.
                Err(error) => self.any_usable(upstream).map(|id| (id, evicted)).ok_or(error),
            };
        }
    }

    fn any_usable(&mut self, upstream: &Upstream) -> Option<Id<Socket>> {
        let usable = upstream
            .places
            .iter()
            .flatten()
            .copied()
            .find(|&id| self.slots.get(id).is_some_and(|socket| socket.uses < USES))?;
        self.slots.get_mut(usable)?.uses += 1;
        Some(usable)
    }

    fn open(
        &mut self,
        upstream: &mut Upstream,
        place: Option<u16>,
        network: &mut dyn Network,
        now: Time,
    ) -> Result<Id<Socket>, LocalError> {
        let address = upstream.server.address().ok_or(LocalError)?;
        let id = self.slots.insert(Socket {
            outstanding: Vec::with_capacity(1),
            uses: 1,
            opened: now,
            retired: place.is_none(),
            place,
            rejected: 0,
        });
        if let Err(error) = network.open_udp(id.index, address, upstream.local) {
            self.slots.remove(id);
            return Err(error);
        }
        upstream.open_sockets += 1;
        match place {
            Some(place) => upstream.places[usize::from(place)] = Some(id),
            None => upstream.lingering.push_back(id),
        }
        Ok(id)
    }

    /// No further query on `id`; closes it when nothing is outstanding.
    pub(super) fn retire(&mut self, upstream: &mut Upstream, id: Id<Socket>, network: &mut dyn Network) {
        let Some(socket) = self.slots.get_mut(id) else { return };
        if let Some(place) = socket.place.take() {
            upstream.places[usize::from(place)] = None;
            upstream.lingering.push_back(id);
        }
        socket.retired = true;
        if socket.outstanding.is_empty() {
            self.close(upstream, id, network);
        }
    }

    /// Forgets a query on `id`, and closes the socket if it was the last of a retired one.
    pub(super) fn release(
        &mut self,
        upstream: &mut Upstream,
        id: Id<Socket>,
        query: u16,
        network: &mut dyn Network,
    ) {
        let Some(socket) = self.slots.get_mut(id) else { return };
        socket.outstanding.retain(|o| o.id != query);
        if socket.retired && socket.outstanding.is_empty() {
            self.close(upstream, id, network);
        }
    }

    fn close(&mut self, upstream: &mut Upstream, id: Id<Socket>, network: &mut dyn Network) {
        if self.slots.remove(id).is_some() {
            upstream.open_sockets -= 1;
            network.close_udp(id.index);
            // Ordered by age: most leave near the front.
            if let Some(position) = upstream.lingering.iter().position(|&other| other == id) {
                upstream.lingering.remove(position);
            }
        }
    }

    /// An attempt was given up: its socket listens on, as long as there is room for it.
    pub(super) fn give_up(&mut self, id: Id<Socket>, query: u16) {
        if let Some(socket) = self.slots.get_mut(id)
            && let Some(outstanding) = socket.outstanding.iter_mut().find(|o| o.id == query)
        {
            outstanding.live = false;
        }
    }

    /// Closes the oldest retired socket on which nobody waits for an answer, and returns the queries that lose it.
    fn evict_lingering(
        &mut self,
        upstream: &mut Upstream,
        flights: &Flights,
        network: &mut dyn Network,
    ) -> Vec<Outstanding> {
        let awaited = |o: &Outstanding| o.live && flights.get(o.flight).is_some_and(|f| !f.seats.is_empty());
        let unwanted = |socket: &Socket| !socket.outstanding.iter().any(awaited);
        let found = upstream.lingering.iter().position(|&id| self.slots.get(id).is_some_and(unwanted));
        let Some(id) = found.and_then(|position| upstream.lingering.remove(position)) else {
            return Vec::new();
        };
        let lost = self.slots.get_mut(id).map(|socket| std::mem::take(&mut socket.outstanding));
        self.close(upstream, id, network);
        lost.unwrap_or_default()
    }

    /// Retires pooled sockets of `upstream` past their time. Returns whether any pooled one is left.
    pub(super) fn sweep(&mut self, upstream: &mut Upstream, network: &mut dyn Network, now: Time) -> bool {
        let mut left = false;
        for place in 0..upstream.places.len() {
            let Some(id) = upstream.places[place] else { continue };
            match self.slots.get(id) {
                Some(socket) if now.millis_since(socket.opened) < LIFETIME_MS => left = true,
                Some(_) => self.retire(upstream, id, network),
                None => upstream.places[place] = None,
            }
        }
        left
    }

    /// Retires all pooled sockets of `upstream`.
    pub(super) fn retire_all(&mut self, upstream: &mut Upstream, network: &mut dyn Network) {
        for place in 0..upstream.places.len() {
            if let Some(id) = upstream.places[place] {
                self.retire(upstream, id, network);
            }
        }
    }

    /// A number no other query on this socket has.
    pub(super) fn draw_id(&self, id: Id<Socket>, random: &mut Random) -> u16 {
        loop {
            let drawn = random.u16();
            if self.slots.get(id).is_none_or(|socket| socket.outstanding.iter().all(|o| o.id != drawn)) {
                return drawn;
            }
        }
    }
}
