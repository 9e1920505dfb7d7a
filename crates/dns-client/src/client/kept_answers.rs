//! Kept answers: their use is reported to the cache, and they end when their entries are dropped.

use std::sync::Arc;

use dns_cache::{Freshness, Key};
use dns_wire::Rtype;

use super::Client;
use crate::engine::FlightKey;
use crate::families::Wanted;
use crate::resolver::Resolver;
use crate::system::SearchWalk;
use crate::time::Time;

impl Client {
    /// The caller served `name` from what it kept `hits` times since it last said so: keeps the entry in use and starts
    /// a refresh if one is due.
    pub fn touch(&self, resolver: &Arc<Resolver>, name: &str, flags: u32, hits: u32) {
        let now = Time::now();
        self.check_system(now);
        let Some(snapshot) = resolver.snapshot() else { return };
        let Ok(wanted) = Wanted::new(flags, self.shared.families(), snapshot.no_aaaa) else { return };
        let Ok(walk) = SearchWalk::new(name, Arc::clone(&snapshot.search)) else { return };
        // Which candidate answered is found by walking to it, without counting uses on the way.
        let mut walk = walk;
        loop {
            let name = walk.current().name.clone();
            let mut found = false;
            for (rtype, wanted) in [(Rtype::A, wanted.v4), (Rtype::AAAA, wanted.v6)] {
                if !wanted {
                    continue;
                }
                let key = Key { namespace: snapshot.namespace.id(), name: name.as_wire(), rtype: rtype.0 };
                let positive = self
                    .shared
                    .cache
                    .peek(&key, now.as_millis(), |hit| hit.kind == dns_cache::Kind::Positive)
                    .unwrap_or(false);
                if !positive {
                    continue;
                }
                found = true;
                if self.shared.cache.add_hits(&key, hits, now.as_millis()) == Some(Freshness::RefreshDue) {
                    let name = Arc::new(name.clone());
                    let key = FlightKey { namespace: key.namespace, name, rtype };
                    self.refresh(&snapshot, key);
                }
            }
            if found || !matches!(walk.feed(crate::system::Outcome::NxDomain), crate::system::Step::Next) {
                return;
            }
        }
    }

    /// Drops what the cache has on `name`, or on all names of the resolver, and what callers kept of it. Returns how many
    /// entries went.
    pub fn invalidate(&self, resolver: &Arc<Resolver>, name: Option<&str>) -> u32 {
        let mut gone = 0;
        if let Some(snapshot) = resolver.snapshot() {
            let (namespace, now) = (snapshot.namespace.id(), Time::now().as_millis());
            match name {
                None => gone = self.shared.cache.invalidate(namespace, None, now),
                Some(name) => {
                    let Ok(mut walk) = SearchWalk::new(name, Arc::clone(&snapshot.search)) else { return 0 };
                    loop {
                        let candidate = walk.current().name.clone();
                        gone += self.shared.cache.invalidate(namespace, Some(candidate.as_wire()), now);
                        if !matches!(walk.feed(crate::system::Outcome::NxDomain), crate::system::Step::Next) {
                            break;
                        }
                    }
                }
            }
        }
        // Which kept answers came from these entries is known to their keepers only.
        self.shared.move_generations();
        u32::try_from(gone).unwrap_or(u32::MAX)
    }
}
