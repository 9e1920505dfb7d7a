//! What is left of a name, however old, for who cannot wait or only looks.

use std::sync::Arc;

use super::Client;
use crate::answer::{Answer, FLAG_STALE, Status};
use crate::compose::AtHand;
use crate::engine::FlightKey;
use crate::families::Wanted;
use crate::resolver::Resolver;
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
                self.refresh(&snapshot, key);
            }
        }
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
            let at_hand = AtHand { cache: &shared.cache, snapshot: &snapshot, sources: &shared.sources, now };
            let wanted = Wanted::new(flags, shared.families(), snapshot.no_aaaa);
            let walk = SearchWalk::new(name, Arc::clone(&snapshot.search));
            match (wanted, walk) {
                (Ok(wanted), Ok(mut walk)) => at_hand.ask_remains(&mut walk, wanted, renew, out),
                _ => false,
            }
        })
    }
}
