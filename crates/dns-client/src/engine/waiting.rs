//! Who waits: how a waiter is admitted, withdraws, and settles exactly once.

use super::flight::{Flight, Taker};
use super::overload::Refusal;
use super::slots::{Id, Slots};
use super::task::Task;
use super::{Engine, FlightKey, Turn};
use crate::answer::{Answer, AnswerKind, Status, Waiter};
use crate::snapshot::Snapshot;
use crate::time::Time;
use std::sync::Arc;

/// Where a waiter waits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Task(Id<Task>),
    Caller(Id<Caller>),
}

/// Somebody who asked for the records of one type.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(super) waiter: Waiter,
    pub(super) kind: AnswerKind,
    resolver: u32,
    /// Where it waits, once that is known.
    flight: Option<Id<Flight>>,
}

impl Engine {
    /// A caller asks for the records of one type.
    pub(crate) fn query(
        &mut self,
        turn: &mut Turn<'_>,
        key: &FlightKey,
        snapshot: &Arc<Snapshot>,
        waiter: Waiter,
        deadline: Time,
        resolver: u32,
    ) {
        let kind = AnswerKind::of(key.rtype);
        if !self.admits(key.namespace, turn.now, deadline) {
            self.turn_caller_away(turn.now, key, waiter, Refusal::Overload);
            return;
        }
        let caller = self.callers.insert(Caller { waiter, kind, resolver, flight: None });
        self.waiters.insert(waiter, Place::Caller(caller), key.namespace);
        match self.ask(turn, key, snapshot, Taker::Caller(caller), deadline, None) {
            Ok(flight) => {
                // It may have ended already.
                if let Some(caller) = self.callers.get_mut(caller) {
                    caller.flight = Some(flight);
                }
            }
            Err(why) => {
                self.callers.remove(caller);
                self.turn_caller_away(turn.now, key, waiter, why);
            }
        }
        self.drain(turn);
    }

    /// The caller withdraws.
    pub(crate) fn cancel(&mut self, waiter: Waiter, status: Status) {
        let Some(place) = self.waiters.get(waiter) else { return };
        let kind = kind_at(&self.callers, place);
        self.leave(place);
        self.refuse(waiter, kind, status);
    }

    /// All waiters of an environment go, without an answer: nobody is there to take it.
    pub(crate) fn environment_closed(&mut self, environment: u32) {
        let of_it = |waiter: Waiter| waiter.environment == environment;
        for (waiter, place) in self.waiters.find(|waiter, _| of_it(waiter)) {
            self.waiters.remove(waiter);
            self.leave(place);
        }
        self.completed.retain(|waiter| !of_it(waiter));
    }

    /// Waiters of one resolver, which was closed.
    pub(crate) fn resolver_closed(&mut self, resolver: u32) {
        let belongs = |_: Waiter, place| match place {
            Place::Task(id) => self.tasks.get(id).is_some_and(|task| task.resolver() == resolver),
            Place::Caller(caller) => self.callers.get(caller).is_some_and(|c| c.resolver == resolver),
        };
        for (waiter, _) in self.waiters.find(belongs) {
            self.cancel(waiter, Status::Closed);
        }
    }

    /// Frees what a waiter held.
    fn leave(&mut self, place: Place) {
        match place {
            Place::Task(task) => {
                self.end_task(task);
            }
            Place::Caller(caller) => {
                if let Some(Caller { flight: Some(flight), .. }) = self.callers.remove(caller) {
                    self.taker_left(flight);
                }
            }
        }
    }

    /// A taker that is gone may still have a seat in `flight`.
    pub(super) fn taker_left(&mut self, flight: Id<Flight>) {
        let Some(flight) = self.flights.get_mut(flight) else { return };
        flight.taker_left(|taker| still_waits(&self.tasks, &self.callers, taker));
    }

    /// A waiter has its answer; a second one for the same waiter is dropped.
    pub(super) fn complete(&mut self, waiter: Waiter, answer: Answer) {
        if self.waiters.remove(waiter) {
            self.completed.push(waiter, answer);
        }
    }

    /// A waiter that was not admitted, or withdrew.
    pub(crate) fn refuse(&mut self, waiter: Waiter, kind: AnswerKind, status: Status) {
        self.settle_refused(waiter, Answer { kind, status, ..Answer::default() });
    }

    pub(super) fn settle_refused(&mut self, waiter: Waiter, answer: Answer) {
        self.waiters.remove(waiter);
        self.completed.push(waiter, answer);
    }

    /// Everything outstanding fails; used when the I/O thread starts over.
    pub(crate) fn fail_all(&mut self) -> Vec<(Waiter, Answer)> {
        let mut lost = std::mem::take(&mut self.completed).into_vec();
        for (waiter, place) in std::mem::take(&mut self.waiters).find(|_, _| true) {
            let kind = kind_at(&self.callers, place);
            lost.push((waiter, Answer { kind, status: Status::ServFail, ..Answer::default() }));
        }
        lost
    }
}

/// What a waiter at `place` is to get.
fn kind_at(callers: &Slots<Caller>, place: Place) -> AnswerKind {
    match place {
        Place::Task(_) => AnswerKind::Lookup,
        Place::Caller(caller) => callers.get(caller).map_or(AnswerKind::Records, |caller| caller.kind),
    }
}

/// Whether anybody takes what is handed to `taker`.
pub(super) fn still_waits(tasks: &Slots<Task>, callers: &Slots<Caller>, taker: Taker) -> bool {
    match taker {
        Taker::Task(id) => tasks.get(id).is_some(),
        Taker::Caller(id) => callers.get(id).is_some(),
        Taker::Refresh => true,
    }
}
