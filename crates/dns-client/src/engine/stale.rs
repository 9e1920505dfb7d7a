//! Stale data in the place of an answer that does not come (RFC 8767): when a lookup takes it, and what is held then.
//!
//! A lookup takes what is left of its name when asking has failed, or has taken a while. From the search list that is the
//! first candidate of which anything is left; but what failed is answered by its own remains before the search goes on.
//! Families speak for themselves: expired addresses of one stand beside fresh ones of the other, and beside its denial.

use dns_cache::Key;
use dns_wire::{Name, Rtype};

use super::Engine;
use super::flight::{Flight, Outcome, Seat, Taker};
use super::overload::BUSY_FLIGHTS;
use super::slots::Id;
use super::task::{Family, LookupRequest, TYPES, Task};
use crate::answer::{Answer, Status};
use crate::compose::{self, AtHand, Collected};
use crate::families::BYPASS_CACHE;
use crate::payload;
use crate::snapshot::Snapshot;
use crate::time::Time;

/// Whose remains are an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those of the current candidate.
    Candidate,
    /// Those of the first candidate that has any.
    Search,
}

/// When a lookup that is submitted now takes what is stale.
pub(super) fn stale_at(request: &LookupRequest, now: Time) -> Time {
    if !takes_stale(request) {
        return Time::NEVER;
    }
    let half_ms = request.deadline.millis_since(now) / 2;
    now.plus_millis(request.snapshot.plan.stale_after_ms.min(half_ms))
}

fn takes_stale(request: &LookupRequest) -> bool {
    request.snapshot.plan.stale_ms > 0 && request.flags & BYPASS_CACHE == 0
}

impl Task {
    pub(super) fn takes_stale(&self) -> bool {
        takes_stale(&self.request)
    }

    /// Whether a question of the current candidate is unanswered that remains could answer.
    pub(super) fn is_unanswered(&self) -> bool {
        self.takes_stale() && self.families.iter().any(Family::is_unanswered)
    }
}

impl Family {
    /// Nothing was learnt: there is no answer, or none that counts. What a denial that counts denies is gone from the cache.
    pub(super) fn is_unanswered(&self) -> bool {
        match self {
            Self::NotWanted => false,
            Self::Waiting(_) => true,
            Self::Done(outcome) => match &**outcome {
                Outcome::Data { .. } => false,
                Outcome::Denied { expires_in_ms, .. } => *expires_in_ms == 0,
                Outcome::Failed { status, .. } => *status != Status::Overloaded,
            },
        }
    }

    /// Whether asking again at once would be in vain: not so where this machine failed or nobody may be asked, which is
    /// known at once, nor where there was no room for a question.
    fn is_in_vain(&self) -> bool {
        let local = |outcome: &Outcome| {
            matches!(outcome, Outcome::Failed { status: Status::Local | Status::Private, .. })
        };
        self.is_unanswered() && !matches!(self, Self::Done(outcome) if local(outcome))
    }
}

impl Engine {
    pub(super) fn at_hand<'a>(&'a self, snapshot: &'a Snapshot, now: Time) -> AtHand<'a> {
        AtHand { cache: &self.cache, snapshot, sources: &self.sources, holds: &self.holds, now }
    }

    /// Answers a lookup that may not ask what it would have to ask. Returns false if it may.
    pub(super) fn answer_held(&mut self, now: Time, request: &LookupRequest) -> bool {
        if !self.holds.any(now) || !takes_stale(request) {
            return false;
        }
        let mut answer = Answer::default();
        let at_hand = self.at_hand(&request.snapshot, now);
        if !at_hand.ask_held(&mut request.walk.again(), request.wanted, &mut answer) {
            return false;
        }
        (answer.slot, answer.generation) = request.guard;
        self.count_stale(&answer);
        self.settle_refused(request.waiter, answer);
        true
    }

    /// Answers a lookup from what is left, if anything is, and holds the questions that were in vain.
    #[cold]
    pub(super) fn answer_stale(&mut self, now: Time, id: Id<Task>, extent: Extent) -> bool {
        let Some(task) = self.tasks.get(id).filter(|task| task.takes_stale()) else { return false };
        let request = &task.request;
        let at_hand = self.at_hand(&request.snapshot, now);
        let (mut answer, mut renew) = (Answer::default(), Vec::new());
        let asked = request.walk.current().name;
        let mut again = None;
        let found = match extent {
            Extent::Candidate => at_hand.ask_remains_of(asked, request.wanted, &mut renew, &mut answer),
            Extent::Search => {
                let walk = again.insert(request.walk.again());
                at_hand.ask_remains(walk, request.wanted, &mut renew, &mut answer)
            }
        };
        if !found {
            return false;
        }
        let answering = again.as_ref().map_or(asked, |walk| walk.current().name);
        let own = *answering == *asked;
        if task.families.iter().any(Family::is_in_vain) {
            for (family, rtype) in task.families.iter().zip(TYPES) {
                if family.is_in_vain() {
                    self.hold(now, task, asked, rtype);
                }
                // The candidate that answered is not asked for as long as the one before it gives no answer.
                if !own && !matches!(family, Family::NotWanted) {
                    self.hold(now, task, answering, rtype);
                }
            }
        }
        let renewed = TYPES.map(|rtype| own && renew.iter().any(|key| key.rtype == rtype));
        let Some(task) = self.end_task(id) else { return true };
        self.go_on_without(&task, renewed);
        (answer.slot, answer.generation) = task.request.guard;
        answer.failures = task.failures;
        self.count_stale(&answer);
        self.complete(task.request.waiter, answer);
        true
    }

    /// Adds what is left of unanswered families to an answer for which the other has addresses. Returns which are stale.
    #[cold]
    pub(super) fn add_stale(&self, now: Time, task: &Task, collected: &mut Collected) -> [bool; 2] {
        let name = task.request.walk.current().name;
        let namespace = task.request.snapshot.namespace.id();
        let mut stale = [false; 2];
        for ((family, rtype), stale) in task.families.iter().zip(TYPES).zip(&mut stale) {
            let key = Key { namespace, name: name.as_wire(), rtype: rtype.0 };
            if family.is_unanswered()
                && let Some(remains) = compose::remains(&self.cache, &key, now)
            {
                collected.add(rtype, &remains.outcome);
                *stale = remains.stale;
                if remains.stale && family.is_in_vain() {
                    self.hold(now, task, name, rtype);
                }
            }
        }
        stale
    }

    /// A lookup has been in vain: nobody asks for this type of this candidate for a while.
    fn hold(&self, now: Time, task: &Task, name: &Name, rtype: Rtype) {
        let snapshot = &task.request.snapshot;
        let key = Key { namespace: snapshot.namespace.id(), name: name.as_wire(), rtype: rtype.0 };
        self.holds.hold(&key, now, snapshot.plan.stale_hold_ms);
    }

    /// The flights that an answered lookup has waited for go on: what they learn, and that they fail, is for the cache.
    /// Those that are to renew what was served stale make all their attempts, unless there is much else to do.
    pub(super) fn go_on_without(&mut self, task: &Task, renewed: [bool; 2]) {
        let few = self.flights.len() < BUSY_FLIGHTS;
        for (family, renewed) in task.families.iter().zip(renewed) {
            let Family::Waiting(flight) = *family else { continue };
            if let Some(flight) = self.flights.get_mut(flight) {
                flight.spare = true;
                if few && renewed && !flight.renews {
                    flight.renews = true;
                    flight.seats.push(Seat { taker: Taker::Refresh, deadline: Time::NEVER, joined: 0 });
                }
            }
        }
    }

    /// A flight failed: if there is stale data, its question is held.
    #[cold]
    pub(super) fn hold_if_stale(&self, now: Time, id: Id<Flight>) {
        let Some(Flight { key, plan, .. }) = self.flights.get(id) else { return };
        if plan.stale_ms > 0
            && payload::is_address(key.rtype)
            && compose::remains(&self.cache, &key.in_cache(), now).is_some_and(|remains| remains.stale)
        {
            self.holds.hold(&key.in_cache(), now, plan.stale_hold_ms);
        }
    }
}
