//! Questions that went unanswered and are not asked again yet, while stale data stands in (RFC 8767 §5: the failure
//! recheck timer).
//!
//! A question is held when a lookup got stale data in its place, or when it failed although there is stale data. For as
//! long as its hold lasts lookups do not ask it, in the background neither. A hold ends
//!
//! - by a good answer to its question, which was under way or was asked by somebody else;
//! - by a change of the network, or when the machine has slept;
//! - after its time, so that the next lookup asks once, and holds it again if that is in vain;
//! - after an eighth of what is left of its time, once an upstream of its namespace gives a good answer after a second in
//!   which none did. An answer alone is no reason: servers that fail for one zone answer for others all the time. And not
//!   all holds end at that moment: those who wait to be asked again spread over seconds as they had spread over the
//!   hold, instead of meeting a server that has just come back all at once.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use dns_cache::{Key, NamespaceId};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use parking_lot::RwLock;

use crate::time::Time;

/// Holds at most, both families of more than 100 000 names: about 10 MiB. Beyond, questions are not held.
const MOST: usize = 262_144;
/// Milliseconds without a good answer after which the next one means that the upstreams are back.
const SILENCE_MS: u64 = 1_000;
/// When they are, a hold lasts for this part of what is left of it, as a divisor.
const RECOVERY: u64 = 8;
/// Holds among which those that are over are not looked for.
const FEW: usize = 1_024;
/// Milliseconds between two looks for them.
const PURGE_MS: u64 = 1_000;

/// The holds of all namespaces. Who reads takes no lock while there are none.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    /// Milliseconds; none lasts longer.
    latest: AtomicU64,
    hasher: RandomState,
    kept: RwLock<Kept>,
}

/// Milliseconds on the clock of [`Time`].
#[derive(Debug, Clone, Copy)]
struct Hold {
    since: u64,
    until: u64,
}

/// What is known of a namespace's upstreams as a whole.
#[derive(Debug, Clone, Copy, Default)]
struct Upstreams {
    /// Since when none has given a good answer, if a question is held since.
    silent_since: Option<u64>,
    /// When they last came back.
    returned: u64,
}

#[derive(Debug, Default)]
struct Kept {
    /// By the hash of their keys, which is drawn anew in each process. Two keys with one hash share a hold: one of them is
    /// served stale data for some seconds too many.
    holds: HashMap<u64, Hold, RandomState>,
    /// Of namespaces in which something was held. They are few.
    upstreams: Vec<(NamespaceId, Upstreams)>,
    /// Holds from which on those that are over are looked for, and from when on again: that walks through all of them.
    purge_at: usize,
    purge_from: u64,
}

impl Holds {
    /// Whether anything may be held. Costs next to nothing.
    pub(crate) fn any(&self, now: Time) -> bool {
        now.as_millis() < self.latest.load(Ordering::Relaxed)
    }

    /// Whether a question is not to be asked.
    #[cold]
    pub(crate) fn holds(&self, key: &Key<'_>, now: Time) -> bool {
        if !self.any(now) {
            return false;
        }
        let kept = self.kept.read();
        let Some(&Hold { since, until }) = kept.holds.get(&self.hasher.hash_one(key)) else { return false };
        let returned = kept.upstreams(key.namespace).map_or(0, |upstreams| upstreams.returned);
        let end = if since < returned { returned + until.saturating_sub(returned) / RECOVERY } else { until };
        now.as_millis() < end
    }

    /// A question is not to be asked for so many milliseconds.
    #[cold]
    pub(crate) fn hold(&self, key: &Key<'_>, now: Time, duration_ms: u64) {
        let since = now.as_millis();
        let until = since.saturating_add(duration_ms);
        let mut kept = self.kept.write();
        kept.upstreams_mut(key.namespace).silent_since.get_or_insert(since);
        if kept.holds.len() >= kept.purge_at.max(FEW) && since >= kept.purge_from {
            kept.holds.retain(|_, hold| hold.until > since);
            kept.purge_at = (2 * kept.holds.len()).min(MOST);
            kept.purge_from = since + PURGE_MS;
        }
        if kept.holds.len() < MOST {
            kept.holds.insert(self.hasher.hash_one(key), Hold { since, until });
            // Under the lock, as `forget` resets it.
            self.latest.fetch_max(until, Ordering::Relaxed);
        }
    }

    /// A question has a good answer.
    pub(crate) fn answered(&self, key: &Key<'_>, now: Time) {
        if self.any(now) {
            self.release(key, now);
        }
    }

    #[cold]
    fn release(&self, key: &Key<'_>, now: Time) {
        let mut kept = self.kept.write();
        kept.holds.remove(&self.hasher.hash_one(key));
        let now_ms = now.as_millis();
        let upstreams = kept.upstreams_mut(key.namespace);
        if upstreams.silent_since.take().is_some_and(|since| now_ms.saturating_sub(since) >= SILENCE_MS) {
            upstreams.returned = now_ms;
        }
    }

    /// Gives the memory of holds back when all are over.
    pub(crate) fn tidy(&self, now: Time) {
        if self.latest.load(Ordering::Relaxed) != 0 && !self.any(now) {
            self.forget();
        }
    }

    /// Ends all holds: what was in vain says nothing any more.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept.write();
        *kept = Kept::default();
        self.latest.store(0, Ordering::Relaxed);
    }
}

impl Kept {
    fn upstreams(&self, namespace: NamespaceId) -> Option<&Upstreams> {
        self.upstreams.iter().find(|(of, _)| *of == namespace).map(|(_, upstreams)| upstreams)
    }

    fn upstreams_mut(&mut self, namespace: NamespaceId) -> &mut Upstreams {
        let place = self.upstreams.iter().position(|(of, _)| *of == namespace).unwrap_or_else(|| {
            self.upstreams.push((namespace, Upstreams::default()));
            self.upstreams.len() - 1
        });
        &mut self.upstreams[place].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dns_cache::{Cache, CacheConfig, NamespaceLimits};

    const HOLD_MS: u64 = 30_000;

    fn at(ms: u64) -> Time {
        Time::from_millis(1_000_000 + ms)
    }

    /// Two namespaces.
    fn namespaces() -> [NamespaceId; 2] {
        let cache = Cache::new(CacheConfig::default());
        [1, 2].map(|digest| cache.open_namespace([digest; 32], NamespaceLimits::default()))
    }

    fn key(namespace: NamespaceId, name: &[u8]) -> Key<'_> {
        Key { namespace, name, rtype: 1 }
    }

    #[test]
    fn a_hold_ends_after_its_time_or_with_an_answer() {
        let (holds, [one, other]) = (Holds::default(), namespaces());
        let (first, second) = (key(one, b"\x01a\x00"), key(one, b"\x01b\x00"));
        assert!(!holds.any(at(0)));
        holds.hold(&first, at(0), HOLD_MS);
        holds.hold(&second, at(500), HOLD_MS);
        assert!(holds.any(at(600)) && holds.holds(&first, at(600)));
        assert!(!holds.holds(&Key { rtype: 28, ..first }, at(600)));
        assert!(!holds.holds(&key(other, b"\x01a\x00"), at(600)));
        holds.answered(&first, at(600));
        assert!(!holds.holds(&first, at(601)));
        assert!(holds.holds(&second, at(601)), "servers that answer for one name may fail for another");
        assert!(holds.holds(&second, at(30_499)));
        assert!(!holds.holds(&second, at(30_500)) && !holds.any(at(30_500)));
    }

    #[test]
    fn after_a_silence_holds_end_soon_and_not_all_at_once() {
        let (holds, [one, other]) = (Holds::default(), namespaces());
        let names: Vec<[u8; 3]> = (0..30).map(|number| [1, number, 0]).collect();
        for (second, name) in (0..).zip(&names) {
            holds.hold(&key(one, name), at(second * 1_000), HOLD_MS);
        }
        let elsewhere = key(other, b"\x01x\x00");
        holds.hold(&elsewhere, at(29_000), HOLD_MS);
        holds.answered(&key(one, b"\x01y\x00"), at(29_500));
        let held = |ms| names.iter().filter(|name| holds.holds(&key(one, *name), at(ms))).count();
        assert_eq!(held(29_500), 30);
        let falling = [held(30_500), held(31_500), held(32_500), held(33_500)];
        assert!(falling.is_sorted_by(|a, b| a > b), "{falling:?}");
        assert_eq!(falling[3], 0);
        assert!(holds.holds(&elsewhere, at(33_500)));
        holds.hold(&key(one, &names[0]), at(34_000), HOLD_MS);
        assert!(holds.holds(&key(one, &names[0]), at(60_000)), "one that began since lasts its time");
    }

    #[test]
    fn what_is_over_takes_no_room_for_long_and_there_is_a_bound() {
        let (holds, [one, _]) = (Holds::default(), namespaces());
        let hold = |number: u32, ms| {
            let [a, b, c, d] = number.to_be_bytes();
            holds.hold(&key(one, &[4, a, b, c, d, 0]), at(ms), HOLD_MS);
        };
        for number in 0..1_000_000 {
            hold(number, u64::from(number));
        }
        assert!(holds.kept.read().holds.len() <= 4 * 30_000);
        for number in 0..300_000 {
            hold(number, 2_000_000);
        }
        assert_eq!(holds.kept.read().holds.len(), MOST);
        assert!(!holds.holds(&key(one, &[4, 0, 4, 147, 223, 0]), at(2_000_001)), "one too many");
        hold(0, 2_040_000);
        assert_eq!(holds.kept.read().holds.len(), 1);
        holds.tidy(at(2_069_999));
        assert!(holds.any(at(2_069_999)));
        holds.tidy(at(2_070_000));
        assert_eq!(holds.kept.read().holds.capacity(), 0);
    }
}
