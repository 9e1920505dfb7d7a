//! All flights: by number, and by what they ask.

use std::hash::BuildHasher as _;
use std::mem;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::flight::{Attempt, Flight, FlightKey, Seat};
use super::ordering::Candidate;
use super::slots::{Id, Slots};
use crate::plan::Pace;

/// Flights that have ended whose room is kept for the next ones.
const ROOMS: usize = 512;

/// All flights.
#[derive(Debug, Default)]
pub(super) struct Flights {
    slots: Slots<Flight>,
    /// By the hash of their keys.
    index: HashTable<Id<Flight>>,
    hasher: RandomState,
    rooms: Vec<Room>,
}

/// Empty lists that a flight had allocated.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) servers: Vec<Candidate>,
    pub(super) seats: Vec<Seat>,
    pub(super) attempts: Vec<Attempt>,
}

impl Flights {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn get(&self, id: Id<Flight>) -> Option<&Flight> {
        self.slots.get(id)
    }

    pub(super) fn get_mut(&mut self, id: Id<Flight>) -> Option<&mut Flight> {
        self.slots.get_mut(id)
    }

    pub(super) fn ids(&self) -> Vec<Id<Flight>> {
        self.slots.ids()
    }

    pub(super) fn hash(&self, key: &FlightKey) -> u64 {
        self.hasher.hash_one(key)
    }

    /// The flight that asks for `key`, whose hash this is, at that pace and of the same servers.
    pub(super) fn find(&self, hash: u64, key: &FlightKey, pace: Pace, searched: bool) -> Option<Id<Flight>> {
        let asks = |id: &Id<Flight>| {
            self.slots.get(*id).is_some_and(|flight| {
                flight.key == *key && flight.plan.pace == pace && flight.searched == searched
            })
        };
        self.index.find(hash, asks).copied()
    }

    /// Lists for the next flight.
    pub(super) fn room(&mut self) -> Room {
        self.rooms.pop().unwrap_or_default()
    }

    /// Adds a flight that nothing is found for yet.
    pub(super) fn insert(&mut self, flight: Flight) -> Id<Flight> {
        let hash = flight.hash;
        let id = self.slots.insert(flight);
        let slots = &self.slots;
        self.index.insert_unique(hash, id, |id| slots.get(*id).map_or(0, |flight| flight.hash));
        id
    }

    /// Adds a flight that is never to be found.
    pub(super) fn insert_unlisted(&mut self, flight: Flight) -> Id<Flight> {
        self.slots.insert(flight)
    }

    /// The flight is not found any more.
    pub(super) fn unlist(&mut self, id: Id<Flight>) {
        let Some(flight) = self.slots.get(id) else { return };
        if let Ok(entry) = self.index.find_entry(flight.hash, |other| *other == id) {
            entry.remove();
        }
    }

    /// Ends a flight. Returns its lists.
    pub(super) fn remove(&mut self, id: Id<Flight>) -> Room {
        self.unlist(id);
        let Some(flight) = self.slots.get_mut(id) else { return Room::default() };
        let room = Room {
            servers: mem::take(&mut flight.servers),
            seats: mem::take(&mut flight.seats),
            attempts: mem::take(&mut flight.attempts),
        };
        // In place: a flight is too large to be moved out for nothing.
        self.slots.discard(id);
        room
    }

    /// Takes back the room of a flight that was removed, unless there is enough of it, or it is larger than most need.
    pub(super) fn give_back(&mut self, mut room: Room) {
        let large =
            room.servers.capacity() > 16 || room.seats.capacity() > 16 || room.attempts.capacity() > 16;
        if self.rooms.len() < ROOMS && !large {
            room.servers.clear();
            room.seats.clear();
            room.attempts.clear();
            self.rooms.push(room);
        }
    }
}
