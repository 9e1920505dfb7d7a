//! Everybody who waits, and for which namespace.

use dns_cache::NamespaceId;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::shares::Shares;
use super::waiting::Place;
use crate::answer::Waiter;

/// Waiters, process-wide.
pub(crate) const MOST_WAITERS: usize = 262_144;

/// Everybody who waits.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    places: HashMap<Waiter, (Place, NamespaceId), RandomState>,
    shares: Shares,
}

impl Waiters {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether one more may wait for an answer of `namespace`.
    pub(super) fn admit(&self, namespace: NamespaceId) -> bool {
        self.shares.admit(namespace, self.len(), MOST_WAITERS)
    }

    pub(super) fn insert(&mut self, waiter: Waiter, place: Place, namespace: NamespaceId) {
        if let Some((_, before)) = self.places.insert(waiter, (place, namespace)) {
            self.shares.remove(before);
        }
        self.shares.add(namespace);
    }

    pub(super) fn get(&self, waiter: Waiter) -> Option<Place> {
        self.places.get(&waiter).map(|(place, _)| *place)
    }

    /// Returns false if it was not there.
    pub(super) fn remove(&mut self, waiter: Waiter) -> bool {
        let Some((_, namespace)) = self.places.remove(&waiter) else { return false };
        self.shares.remove(namespace);
        true
    }

    /// Those for whom `which` says so, and where they wait.
    pub(super) fn find(&self, which: impl Fn(Waiter, Place) -> bool) -> Vec<(Waiter, Place)> {
        let all = self.places.iter().map(|(waiter, (place, _))| (*waiter, *place));
        all.filter(|(waiter, place)| which(*waiter, *place)).collect()
    }
}
