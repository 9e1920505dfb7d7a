//! What the engine does on nobody's behalf: refreshing ahead of expiry, forgetting an old network, sweeping the cache.

use std::sync::Arc;

use super::flight::{FlightKey, Taker};
use super::{Engine, Timer, Turn};
use crate::snapshot::Snapshot;
use crate::stats::count;
use crate::time::Time;

/// Entries looked at in one sweep; the next one goes on where it stopped.
const SWEEP_BUDGET: usize = 4_096;

impl Engine {
    /// Asks for `key` on nobody's behalf. If it is being asked for already, what comes of that ends the refresh too.
    pub(crate) fn refresh(&mut self, turn: &mut Turn<'_>, key: &FlightKey, snapshot: &Arc<Snapshot>) {
        let searched = self.is_made_by_search(Taker::Refresh, &key.name, snapshot);
        let under_way = self.flights.find(self.flights.hash(key), key, snapshot.plan.pace, searched);
        match under_way.and_then(|id| self.flights.get(id)) {
            // What is served stale is asked for at each use: the first is enough.
            Some(flight) if flight.renews => return,
            Some(_) => {}
            None => count(&self.counters.refreshes),
        }
        if self.ask(turn, key, snapshot, Taker::Refresh, Time::NEVER, None).is_err() {
            self.cache.refresh_failed(&key.in_cache(), turn.now.as_millis());
        }
        self.drain(turn);
    }

    /// The machine's addresses changed: sockets are bound to old ones, and what is known of the servers may be wrong.
    pub(crate) fn network_changed(&mut self, turn: &mut Turn<'_>) {
        self.holds.forget();
        for upstream in &mut self.upstreams {
            self.sockets.retire_all(upstream, turn.network);
            upstream.network_changed(turn.now);
        }
        for id in self.connections.ids() {
            if let Some(connection) = self.connections.get_mut(id) {
                connection.retired = true;
            }
        }
    }

    /// Removes what has run out, as far as the budget goes, and comes back when there will be more.
    pub(super) fn sweep_cache(&mut self, now: Time) {
        self.sweeping = false;
        self.holds.tidy(now);
        if let Some(next) = self.cache.sweep(now.as_millis(), SWEEP_BUDGET) {
            self.sweeping = true;
            let wait = next.saturating_sub(now.as_millis());
            self.timers.set(now.plus_millis(wait), Timer::CacheSweep);
        }
    }
}
