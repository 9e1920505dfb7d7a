//! Overload: what is not begun, so that what is under way, and what is known, does not suffer.
//!
//! At most 16 384 flights are under way and 262 144 callers wait in a process, of each namespace so many as
//! [`Shares`](super::shares::Shares) says. Beyond that a lookup gets what the cache has left of its name, however old, or
//! fails at once. What is refused has cost a walk through the cache and leaves nothing behind.

use dns_cache::{Kind, NamespaceId};

use super::Engine;
use super::flight::{FlightKey, Taker};
use super::task::LookupRequest;
use crate::answer::{Answer, AnswerKind, FLAG_STALE, Status, Waiter};
use crate::compose::{self, Remains};
use crate::payload;
use crate::plan::Plan;
use crate::stats::count;
use crate::time::Time;

/// Flights under way, process-wide.
const MOST_FLIGHTS: usize = 16_384;
/// Of those, kept for names that the cache knows: a flood of others must not keep them from being renewed.
const KNOWN_FLIGHTS: usize = 2_048;
/// Flights from which on nothing is asked for those who gave up before their turn came: it would only make others late.
pub(super) const BUSY_FLIGHTS: usize = 1_024;

/// Why nothing is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no room.
    Overload,
    /// Too many unknown names under its parent domain.
    MissLimit,
}

impl Engine {
    /// Lets one more flight start for `taker`, or says why not.
    pub(super) fn admit_flight(
        &mut self,
        now: Time,
        key: &FlightKey,
        plan: &Plan,
        taker: Taker,
    ) -> Result<(), Refusal> {
        let known = matches!(taker, Taker::Refresh);
        if plan.misses_per_second > 0
            && !known
            && !self.has_answer(key, now)
            && !self.may_miss(now, key, plan.misses_per_second, taker)
        {
            return Err(Refusal::MissLimit);
        }
        let has_room = self.has_room(key, MOST_FLIGHTS - KNOWN_FLIGHTS)
            || self.has_room(key, MOST_FLIGHTS) && (known || self.has_answer(key, now));
        if has_room { Ok(()) } else { Err(Refusal::Overload) }
    }

    fn has_room(&self, key: &FlightKey, limit: usize) -> bool {
        self.flight_shares.admit(key.namespace, self.flights.len(), limit)
    }

    /// Whether the cache has an answer for `key`, however old.
    fn has_answer(&self, key: &FlightKey, now: Time) -> bool {
        self.cache.peek(&key.in_cache(), now.as_millis(), |hit| hit.kind == Kind::Positive) == Some(true)
    }

    /// Whether the limit of misses leaves room for a name that nothing is known of. A lookup counts once, by the name
    /// that was given, whatever its families and search list make of it.
    fn may_miss(&mut self, now: Time, key: &FlightKey, per_second: u32, taker: Taker) -> bool {
        let task = match taker {
            Taker::Task(id) => self.tasks.get_mut(id),
            Taker::Caller(_) | Taker::Refresh => None,
        };
        if let Some(decided) = task.as_ref().and_then(|task| task.may_miss) {
            return decided;
        }
        let name = task.as_ref().map_or(&*key.name, |task| task.given());
        let allowed = self.miss_limit.take(key.namespace, name, now, per_second);
        if let Some(task) = task {
            task.may_miss = Some(allowed);
        }
        allowed
    }

    /// Whether one more waiter may wait for an answer of `namespace`, until `deadline`.
    pub(super) fn admits(&self, namespace: NamespaceId, now: Time, deadline: Time) -> bool {
        let in_vain = deadline <= now && self.flights.len() >= BUSY_FLIGHTS;
        self.waiters.admit(namespace) && !in_vain
    }

    /// A lookup that nothing is begun for gets what is left of its name, or the failure.
    pub(super) fn turn_away(&mut self, now: Time, request: &LookupRequest, why: Refusal, otherwise: Answer) {
        self.count_refusal(why);
        let mut answer = Answer::default();
        let at_hand = self.at_hand(&request.snapshot, now);
        if at_hand.ask_remains(&mut request.walk.again(), request.wanted, &mut Vec::new(), &mut answer) {
            (answer.slot, answer.generation) = request.guard;
            self.count_stale(&answer);
        } else {
            answer = otherwise;
        }
        self.settle_refused(request.waiter, answer);
    }

    /// The same for somebody who asked for one type.
    pub(super) fn turn_caller_away(&mut self, now: Time, key: &FlightKey, waiter: Waiter, why: Refusal) {
        self.count_refusal(why);
        let kind = AnswerKind::of(key.rtype);
        let mut answer = Answer { kind, status: Status::Overloaded, ..Answer::default() };
        if payload::is_address(key.rtype)
            && let Some(Remains { outcome, stale, .. }) = compose::remains(&self.cache, &key.in_cache(), now)
        {
            answer.status = Status::Ok;
            outcome.tell(key.rtype, &mut answer);
            if stale {
                answer.flags |= FLAG_STALE;
            }
            self.count_stale(&answer);
        }
        self.settle_refused(waiter, answer);
    }

    fn count_refusal(&self, why: Refusal) {
        count(match why {
            Refusal::Overload => &self.counters.overload_rejected,
            Refusal::MissLimit => &self.counters.miss_limited,
        });
    }

    pub(super) fn count_stale(&self, answer: &Answer) {
        if answer.flags & FLAG_STALE != 0 {
            count(&self.counters.stale_served);
        }
    }
}
