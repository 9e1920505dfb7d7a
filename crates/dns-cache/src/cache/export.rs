//! Keeping what the cache has learnt beyond its own life.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Cache;
use crate::answer::Outcome;
use crate::config::Millis;
use crate::exported::{Exported, Restore};
use crate::index::Index;
use crate::key::{Key, NamespaceId};
use crate::popularity::{POPULAR_NAMES, Popular, Use, decayed, signed};
use crate::replacement::New;
use crate::space::Progress;

/// Bits of a cursor that say where in a shard it stands.
const PLACE_BITS: u32 = 35;

impl Cache {
    /// Hands out positive answers and popular names of a namespace until `each` refuses one by returning
    /// false, and says where to go on: there, the one that was refused comes first. None at the end. A cursor is
    /// 0 at first, and below 2⁵³ ever after.
    ///
    /// Nothing is locked between calls, and no shard for longer than it takes to look at some hundred answers,
    /// during which `each` runs under the shared lock: it must be short and must not call the cache. An answer
    /// that is there from the first call to the last is handed out exactly once; one that comes, goes or is
    /// renewed meanwhile, at most once, unless it goes and comes again. A popular name may be handed out twice
    /// if it is used meanwhile.
    pub fn export(
        &self,
        namespace: NamespaceId,
        cursor: u64,
        now: Millis,
        mut each: impl FnMut(Exported<'_>) -> bool,
    ) -> Option<u64> {
        let mut shard = cursor >> PLACE_BITS;
        let mut place = cursor & ((1 << PLACE_BITS) - 1);
        while shard < 1 << namespace.spread() {
            let n = u32::try_from(shard).ok()?;
            let guard = self.nth_shard(namespace, n).0.read();
            match guard.space(namespace)?.export(place, now, &mut each) {
                Progress::Refused(place) => return Some(shard << PLACE_BITS | place),
                Progress::At(next) => place = next,
                Progress::Done => (shard, place) = (shard + 1, 0),
            }
        }
        None
    }

    /// Stores a positive answer that was kept elsewhere, unless one is there or it is past its stale life, in
    /// which cases the outcome is [`Outcome::Kept`]. A failure gives way, and forbids another try for as long as
    /// it would have.
    pub fn restore(&self, key: &Key<'_>, restore: &Restore<'_>, now: Millis) -> Outcome {
        self.put(key, New::Restored(restore), now)
    }

    /// Sees to it that a name counts as many hits at least, as they counted `unused_ms` ago when it was last
    /// used: told twice, they count once. What is no positive number is ignored.
    pub fn restore_popularity(
        &self,
        namespace: NamespaceId,
        name: &[u8],
        hits: f64,
        unused_ms: Millis,
        now: Millis,
    ) {
        let usable = hits > 0.0 && !name.is_empty() && name.len() <= crate::record::MAX_NAME;
        if !usable {
            return;
        }
        let last_used = signed(now).saturating_sub(signed(unused_ms));
        let mut shard = self.shard_of(namespace, self.hash.of(name)).0.write();
        if let Some(space) = shard.space_mut(namespace) {
            space.restore_popularity(Use { name, hits, last_used });
        }
    }

    /// The most popular names of a namespace, the busiest first: one for ten answers that it may hold, 10 000 at
    /// most, and those of the answers that are there. Looks at every answer, and copies every name: meant for
    /// people and for jobs of the night.
    #[must_use]
    pub fn popularity(&self, namespace: NamespaceId, now: Millis) -> Vec<Popular> {
        let mut names: Vec<Popular> = Vec::new();
        let mut index = Index::default();
        let end = self.export(namespace, 0, now, |exported| {
            let Exported::Popular { name, hits, unused_ms } = exported else { return true };
            let hits = decayed(hits, signed(unused_ms));
            let hash = self.hash.of(name);
            if let Some(told) = index.find(hash, |at| *names[at as usize].name == *name) {
                let told = &mut names[told as usize];
                told.hits = told.hits.max(hits);
                told.unused_ms = told.unused_ms.min(unused_ms);
            } else if let (true, Ok(at)) = (hits > 0.0, u32::try_from(names.len())) {
                index.insert(hash, at, |at| self.hash.of(&names[at as usize].name));
                names.push(Popular { name: name.into(), hits, weight: 0.0, unused_ms });
            }
            true
        });
        debug_assert_eq!(end, None, "nothing was refused");
        // A heap, for sorting a slice takes 10 KB of code that nothing else needs.
        let mut busiest: BinaryHeap<Busy> = names.into_iter().map(Busy).collect();
        let most = busiest.peek().map_or(0.0, |Busy(popular)| popular.hits);
        let ranked = std::iter::from_fn(|| busiest.pop()).take(POPULAR_NAMES);
        let weighed = ranked
            .map(|Busy(popular)| Popular { weight: 100.0 * popular.hits.ln_1p() / most.ln_1p(), ..popular });
        weighed.collect()
    }
}

/// Ordered by hits, and by name where they are equal.
struct Busy(Popular);

impl Ord for Busy {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.hits.total_cmp(&other.0.hits).then_with(|| other.0.name.cmp(&self.0.name))
    }
}

impl PartialOrd for Busy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Busy {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Busy {}
