//! How a flight ends: what the cache keeps and what each taker gets.

use std::mem;
use std::sync::Arc;

use dns_cache::{Fill, Hit, Insert, Key, Kind};
use dns_wire::Rtype;

use super::flight::{Flight, Held, Outcome, Taker};
use super::flights::Room;
use super::slots::Id;
use super::waiting::Caller;
use super::{Engine, Timer, Turn};
use crate::answer::Status;
use crate::payload;
use crate::time::Time;

/// Milliseconds between two sweeps of the cache.
const SWEEP_MS: u64 = 30_000;
/// Milliseconds of a 95th percentile above which servers are slow, so that dynamic TTLs are shorter.
const SLOW_MS: u64 = 200;
/// Seconds that an answer of a fallback is fresh at most: a primary's is to replace it soon.
const FALLBACK_TTL: u32 = 60;
/// Seconds that NODATA without SOA is believed while the other family has data.
const UNPROVEN_NODATA_TTL: u32 = 30;
/// Milliseconds that NXDOMAIN without SOA is believed: as long as a failure (RFC 2308 §5 forbids to keep it longer).
const UNPROVEN_NXDOMAIN_MS: u64 = 1_000;
/// Milliseconds of silence from which it is remembered, if the caller chose how long to wait.
const LEAST_SILENCE_MS: u64 = 1_000;

impl Engine {
    /// The flight has records: those that were read last.
    pub(super) fn accept_data(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, ttl: u32, from_fallback: bool) {
        let mut payload = mem::take(&mut self.payload);
        let Some(flight) = self.flights.get_mut(id) else { return };
        let doubtful = from_fallback || flight.borrowed;
        flight.doubtful = doubtful;
        let insert = positive(flight, &mut payload, ttl);
        let (expires_in_ms, refresh_in_ms) = if doubtful && self.is_known_longer(id, turn.now) {
            if let Some(flight) = self.flights.get(id) {
                self.cache.refresh_failed(&flight.key.in_cache(), turn.now.as_millis());
            }
            (insert.ttl_ms, insert.ttl_ms)
        } else {
            self.store(turn.now, id, insert)
        };
        let outcome = Outcome::Data { payload, expires_in_ms, refresh_in_ms, age_ms: 0, from_cache: false };
        self.finish(turn, id, outcome);
    }

    /// A primary has answered after a fallback: the cache takes what was just read instead.
    #[cold]
    pub(super) fn replace_fallbacks(&mut self, now: Time, id: Id<Flight>, ttl: u32) {
        let Some(flight) = self.flights.get_mut(id).filter(|flight| flight.doubtful && flight.links == 0)
        else {
            return;
        };
        flight.doubtful = false;
        let mut payload = mem::take(&mut self.payload);
        let insert = positive(flight, &mut payload, ttl);
        self.store(now, id, insert);
        self.payload = payload;
    }

    /// A primary has denied the name after a fallback had data: the cache takes the denial instead, unless an earlier
    /// primary may know better.
    #[cold]
    pub(super) fn deny_fallbacks(&mut self, now: Time, id: Id<Flight>, denial: Held) {
        let outdone = self.flights.get(id).is_some_and(|flight| flight.doubtful && flight.links == 0);
        if outdone && self.wanted_before(now, id, denial.rank).is_none() {
            self.store_denial(now, id, denial);
        }
    }

    /// Whether there is an answer that will be fresh for longer than any of a fallback's: it is a primary's, and better.
    fn is_known_longer(&self, id: Id<Flight>, now: Time) -> bool {
        let Some(flight) = self.flights.get(id) else { return false };
        let known_longer =
            |hit: Hit<'_>| hit.kind == Kind::Positive && hit.remaining_ms > u64::from(FALLBACK_TTL) * 1_000;
        self.cache.peek(&flight.key.in_cache(), now.as_millis(), known_longer) == Some(true)
    }

    /// The flight has a denial that counts.
    pub(super) fn accept_denial(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, denial: Held) {
        let expires_in_ms = self.store_denial(turn.now, id, denial);
        let Held { status, said, .. } = denial;
        self.finish(turn, id, Outcome::Denied { status, said, expires_in_ms });
    }

    /// Returns how many milliseconds it is believed.
    fn store_denial(&mut self, now: Time, id: Id<Flight>, denial: Held) -> u64 {
        let Some(flight) = self.flights.get(id) else { return 0 };
        let Held { status, said, ttl, .. } = denial;
        let bounded =
            |ttl: u32| u64::from(ttl.min(flight.chain_ttl).min(flight.plan.negative_ttl_cap)) * 1_000;
        let code = [status as u8, said as u8];
        let if_absent = flight.plan.negative_if_absent;
        let denial = |kind, ttl_ms| Insert { kind, payload: &code, ttl_ms, if_absent, ..Insert::default() };
        // Too little is known to keep it as a denial: it is remembered like a failure, and replaces no answer.
        let doubtful = Insert { kind: Fill::ServerFailure, payload: &code, ..Insert::default() };
        let insert = match (status, ttl) {
            (Status::NxDomain, Some(ttl)) => denial(Fill::NxDomain, bounded(ttl)),
            (_, Some(ttl)) => denial(Fill::NoData { soa: true }, bounded(ttl)),
            // A server's failure for a single label is a denial by convention only.
            (Status::NxDomain, None) if said != status => doubtful,
            (Status::NxDomain, None) => denial(Fill::NxDomain, UNPROVEN_NXDOMAIN_MS),
            (_, None) => match self.other_family_ms(flight, now) {
                Some(other_ms) if other_ms > 0 => {
                    let unproven_ms = u64::from(UNPROVEN_NODATA_TTL) * 1_000;
                    denial(Fill::NoData { soa: false }, other_ms.min(unproven_ms))
                }
                _ => doubtful,
            },
        };
        self.store(now, id, insert).0
    }

    /// How long the other family of the flight's name will still be fresh, if it asks for addresses.
    fn other_family_ms(&self, flight: &Flight, now: Time) -> Option<u64> {
        let rtype = match flight.key.rtype {
            Rtype::A => Rtype::AAAA,
            Rtype::AAAA => Rtype::A,
            _ => return None,
        };
        let key = Key { rtype: rtype.0, ..flight.key.in_cache() };
        self.cache
            .peek(&key, now.as_millis(), |hit| {
                (hit.kind == Kind::Positive && hit.remaining_ms > 0).then_some(hit.remaining_ms)
            })
            .flatten()
    }

    /// Puts an answer into the cache. Returns how long it is fresh and when a refresh is wanted, in milliseconds.
    fn store(&mut self, now: Time, id: Id<Flight>, insert: Insert<'_>) -> (u64, u64) {
        let Some(flight) = self.flights.get(id) else { return (0, 0) };
        let key = flight.key.in_cache();
        let lookup_p95_ms = flight
            .servers
            .first()
            .and_then(|candidate| self.upstreams[candidate.upstream as usize].trips.p95_ms())
            .unwrap_or(0);
        let plan = &flight.plan;
        let insert = Insert {
            jitter: self.random.u32(),
            jitter_share: plan.jitter,
            refresh_ahead: plan.refresh_ahead,
            refresh_random: self.random.unit(),
            lookup_p95_ms,
            ..insert
        };
        if plan.dynamic_ttl {
            self.cache.set_slow(flight.key.namespace, lookup_p95_ms > SLOW_MS);
        }
        let now_ms = now.as_millis();
        // A refusal to store (closed namespace, oversized answer) costs a later query, not this answer.
        let _refused_is_fine = self.cache.insert(&key, &insert, now_ms);
        let lifetime = self.cache.peek(&key, now_ms, |hit| (hit.remaining_ms, hit.refresh_in_ms));
        if !matches!(insert.kind, Fill::ServerFailure | Fill::Unreachable) {
            self.cache.end_failures(flight.key.namespace);
            self.holds.answered(&key, now);
        }
        if !self.sweeping {
            self.sweeping = true;
            self.timers.set(now.plus_millis(SWEEP_MS), Timer::CacheSweep);
        }
        lifetime.unwrap_or((0, 0))
    }

    /// Every remedy failed.
    pub(super) fn exhausted(&mut self, turn: &mut Turn<'_>, id: Id<Flight>) {
        self.blame_privacy(id);
        let Some(flight) = self.flights.get(id) else { return };
        let status = flight.failure_status();
        let failures = flight.failures.clone();
        let code = [status as u8];
        let kind = match status {
            Status::Local | Status::Private => None,
            // Nobody waited to the end: it was cut short and says nothing about the servers. Where another family has
            // addresses, though, each lookup would wait for this one a little.
            _ if flight.seats.is_empty() && !flight.spare => None,
            // Silence within less than an attempt of our own choosing is the caller's impatience.
            Status::Timeout
                if flight.plan.pace.backoff_max_ms.is_some()
                    && turn.now.millis_since(flight.started) < LEAST_SILENCE_MS =>
            {
                None
            }
            Status::Timeout | Status::Network => Some(Fill::Unreachable),
            _ => Some(Fill::ServerFailure),
        };
        if let Some(kind) = kind {
            self.store(turn.now, id, Insert { kind, payload: &code, ..Insert::default() });
            self.hold_if_stale(turn.now, id);
        } else if flight.seats.iter().any(|seat| matches!(seat.taker, Taker::Refresh)) {
            self.cache.refresh_failed(&flight.key.in_cache(), turn.now.as_millis());
        }
        self.finish(turn, id, Outcome::Failed { status, failures });
    }

    /// Removes the flight and hands its outcome to all who wait.
    fn finish(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, outcome: Outcome) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let (namespace, rtype) = (flight.key.namespace, flight.key.rtype);
        let seats = mem::take(&mut flight.seats);
        let room = if self.keep_late_attempts(turn, id) {
            Room::default()
        } else {
            self.count_unanswered(id);
            self.release_attempts(turn, id);
            self.flights.remove(id)
        };
        self.flight_shares.remove(namespace);
        let mut lookups = false;
        for seat in &seats {
            match seat.taker {
                Taker::Caller(caller) => self.answer_caller(caller, rtype, &outcome),
                Taker::Task(_) => lookups = true,
                Taker::Refresh => {}
            }
        }
        if lookups {
            let outcome = Arc::new(outcome);
            let takers = seats.iter().map(|seat| seat.taker);
            for taker in takers.filter(|taker| matches!(taker, Taker::Task(_))) {
                self.delivered.push_back((taker, rtype, Arc::clone(&outcome)));
            }
        } else if let Outcome::Data { payload, .. } = outcome {
            self.payload = payload;
        }
        self.flights.give_back(Room { seats, ..room });
    }

    /// Hands delivered outcomes on, including those that this brings about.
    pub(super) fn drain(&mut self, turn: &mut Turn<'_>) {
        while let Some((taker, rtype, outcome)) = self.delivered.pop_front() {
            match taker {
                Taker::Task(task) => self.family_done(turn, task, rtype, &outcome),
                Taker::Caller(caller) => self.answer_caller(caller, rtype, &outcome),
                Taker::Refresh => {}
            }
        }
    }

    fn answer_caller(&mut self, caller: Id<Caller>, rtype: Rtype, outcome: &Outcome) {
        let Some(Caller { waiter, kind, .. }) = self.callers.remove(caller) else { return };
        if self.waiters.remove(waiter) {
            let answer = self.completed.add(waiter);
            answer.kind = kind;
            outcome.tell(rtype, answer);
        }
    }
}

/// Records as the cache takes them, into whose payload their TTL is written.
fn positive<'a>(flight: &Flight, payload: &'a mut [u8], ttl: u32) -> Insert<'a> {
    let (least, most) = flight.plan.ttl_seconds;
    let ttl = payload::bounded_ttl(ttl.min(flight.chain_ttl)).clamp(least, most);
    let ttl = if flight.doubtful { ttl.min(FALLBACK_TTL) } else { ttl };
    payload::set_ttl(payload, ttl);
    let is_address = payload::is_address(flight.key.rtype);
    Insert {
        kind: Fill::Positive,
        payload,
        ttl_ms: u64::from(ttl) * 1_000,
        stale_ms: if is_address { flight.plan.stale_ms_of(&flight.key.name) } else { 0 },
        dynamic_ttl: is_address && flight.plan.dynamic_ttl && !flight.doubtful,
        ..Insert::default()
    }
}
