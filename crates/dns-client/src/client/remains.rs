//! What is left of a name, however old, for who cannot wait or only looks, and while it is not to be asked for.

use std::sync::Arc;

use super::Client;
use crate::answer::{Answer, FLAG_STALE, Status};
use crate::compose::AtHand;
use crate::engine::FlightKey;
use crate::exchange::Exchange;
use crate::families::Wanted;
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::stats::count;
use crate::system::SearchWalk;
use crate::time::Time;

impl Client {
    /// What is left of a name when nobody can be asked, however old; else the failure.
    pub(super) fn answer_from_remains(
        &self,
        resolver: &Arc<Resolver>,
        name: &str,
        flags: u32,
        now: Time,
        out: &mut Answer,
    ) {
        count(&self.shared.counters.overload_rejected);
        let mut renew = Vec::new();
        if !self.find_remains(resolver, name, flags, now, &mut renew, out) {
            out.status = Status::Overloaded;
        } else if out.flags & FLAG_STALE != 0 {
            count(&self.shared.counters.stale_served);
        }
        // Nobody waits for them, but a name in use must not grow older for as long as the overload lasts.
        if let Some(snapshot) = resolver.snapshot() {
            for key in renew {
                if !self.shared.holds.holds(&key.in_cache(), now) {
                    self.refresh(&snapshot, key);
                }
            }
        }
    }

    /// What is left of a name that is not to be asked for, for nobody answered a moment ago. Returns false if it is not so.
    #[cold]
    pub(super) fn answer_held(
        &self,
        at_hand: AtHand<'_>,
        walk: &SearchWalk,
        wanted: Wanted,
        out: &mut Answer,
    ) -> bool {
        let found = at_hand.ask_held(&mut walk.again(), wanted, out);
        if found && out.flags & FLAG_STALE != 0 {
            count(&self.shared.counters.stale_served);
        }
        found
    }

    pub(super) fn at_hand<'a>(&'a self, snapshot: &'a Snapshot, now: Time) -> AtHand<'a> {
        let Exchange { cache, sources, holds, .. } = &*self.shared;
        AtHand { cache, snapshot, sources, holds, now }
    }

    /// What the cache has left of `name`, however old. Returns false if there is nothing; keys that are stale and may be
    /// asked for are put into `renew`.
    pub(super) fn find_remains(
        &self,
        resolver: &Arc<Resolver>,
        name: &str,
        flags: u32,
        now: Time,
        renew: &mut Vec<FlightKey>,
        out: &mut Answer,
    ) -> bool {
        let shared = &self.shared;
        resolver.snapshot().is_some_and(|snapshot| {
            let wanted = Wanted::new(flags, shared.families(), snapshot.no_aaaa);
            let walk = SearchWalk::new(name, Arc::clone(&snapshot.search));
            match (wanted, walk) {
                (Ok(wanted), Ok(mut walk)) => {
                    self.at_hand(&snapshot, now).ask_remains(&mut walk, wanted, renew, out)
                }
                _ => false,
            }
        })
    }
}
