//! A lookup under way: candidates of the search list, and both families of each.

use std::sync::Arc;

use dns_wire::{Name, Rtype};

use super::flight::{Flight, FlightKey, Outcome, Taker};
use super::overload::Refusal;
use super::slots::Id;
use super::stale::{Extent, stale_at};
use super::waiting::Place;
use super::{Engine, Timer, Turn};
use crate::answer::{Answer, FLAG_COMPLETE, FLAG_OTHER_SERVICES, FLAG_STALE, Failure, Status, Waiter};
use crate::compose::{self, Collected};
use crate::families::{BYPASS_CACHE, Wanted};
use crate::snapshot::Snapshot;
use crate::stats::count;
use crate::system::{Outcome as CandidateOutcome, SearchWalk, Step, Verdict};
use crate::time::Time;

/// Milliseconds that a family without answer gets once the other has addresses (RFC 8305 §3, resolution delay).
const GRACE_MS: u64 = 50;

/// A lookup as it is submitted.
#[derive(Debug)]
pub(crate) struct LookupRequest {
    pub(crate) waiter: Waiter,
    pub(crate) resolver: u32,
    pub(crate) snapshot: Arc<Snapshot>,
    /// Guards the answer: counter and its value from before the snapshot was taken.
    pub(crate) guard: (u32, u32),
    pub(crate) wanted: Wanted,
    pub(crate) flags: u32,
    pub(crate) walk: SearchWalk,
    pub(crate) deadline: Time,
}

#[derive(Debug)]
pub(super) enum Family {
    NotWanted,
    Waiting(Id<Flight>),
    Done(Arc<Outcome>),
}

/// A lookup under way.
#[derive(Debug)]
pub(crate) struct Task {
    /// Boxed: the places of tasks stay when a burst is over.
    pub(super) request: Box<LookupRequest>,
    /// IPv4, IPv6.
    pub(super) families: [Family; 2],
    /// The other family has until then.
    grace: Option<Time>,
    pub(super) failures: Vec<Failure>,
    failed: Option<Status>,
    /// Milliseconds until the first denial on the way expires.
    path_expires_in_ms: u64,
    /// When it takes what is stale, unless that has been tried.
    stale_at: Time,
    /// Whether the limit of misses lets it ask for what is not known, once that has been asked.
    pub(super) may_miss: Option<bool>,
}

impl Task {
    pub(super) const fn resolver(&self) -> u32 {
        self.request.resolver
    }

    /// Whether the name that is asked for now is the one that was given.
    pub(super) fn asks_as_given(&self) -> bool {
        self.request.walk.current().as_is
    }

    /// The name that was given.
    pub(super) const fn given(&self) -> &Name {
        self.request.walk.given()
    }
}

pub(super) const TYPES: [Rtype; 2] = [Rtype::A, Rtype::AAAA];

impl Engine {
    /// A caller looks a name up.
    pub(crate) fn lookup(&mut self, turn: &mut Turn<'_>, request: LookupRequest) {
        let (waiter, deadline) = (request.waiter, request.deadline);
        let namespace = request.snapshot.namespace.id();
        if self.answer_held(turn.now, &request) {
            return;
        }
        if !self.admits(namespace, turn.now, deadline) {
            let refusal = Answer { status: Status::Overloaded, ..Answer::default() };
            self.turn_away(turn.now, &request, Refusal::Overload, refusal);
            return;
        }
        let stale_at = stale_at(&request, turn.now);
        let id = self.tasks.insert(Task {
            request: Box::new(request),
            families: [Family::NotWanted, Family::NotWanted],
            grace: None,
            failures: Vec::new(),
            failed: None,
            path_expires_in_ms: u64::MAX,
            stale_at,
            may_miss: None,
        });
        self.waiters.insert(waiter, Place::Task(id), namespace);
        self.ask_candidate(turn, id);
        self.evaluate(turn, id);
        self.drain(turn);
        // A timer is never taken back: who has been answered by now, or refused, leaves none behind.
        if self.tasks.get(id).is_some() {
            self.timers.set(stale_at.min(deadline), Timer::Task(id));
        }
    }

    /// Asks for the families of the current candidate.
    fn ask_candidate(&mut self, turn: &mut Turn<'_>, id: Id<Task>) {
        let mut sibling = None;
        let Some(task) = self.tasks.get(id) else { return };
        let name = Arc::new(task.request.walk.current().name.clone());
        for (place, rtype) in TYPES.into_iter().enumerate() {
            let Some(task) = self.tasks.get(id) else { return };
            let request = &task.request;
            let wanted = if rtype == Rtype::A { request.wanted.v4 } else { request.wanted.v6 };
            if !wanted {
                self.set_family(id, place, Family::NotWanted);
                continue;
            }
            let namespace = request.snapshot.namespace.id();
            let key = FlightKey { namespace, name: Arc::clone(&name), rtype };
            let cached = if request.flags & BYPASS_CACHE == 0 {
                compose::cached_outcome(&self.cache, &key.in_cache(), turn.now)
            } else {
                None
            };
            if let Some(outcome) = cached {
                self.set_family(id, place, Family::Done(Arc::new(outcome)));
                continue;
            }
            let (snapshot, deadline) = (Arc::clone(&request.snapshot), request.deadline);
            let flight = self.ask(turn, &key, &snapshot, Taker::Task(id), deadline, sibling);
            let state = match flight {
                Ok(flight) => {
                    sibling = Some(flight);
                    Family::Waiting(flight)
                }
                Err(_) => Family::Done(Arc::new(Outcome::Failed {
                    status: Status::Overloaded,
                    failures: Vec::new(),
                })),
            };
            self.set_family(id, place, state);
        }
    }

    fn set_family(&mut self, id: Id<Task>, place: usize, family: Family) {
        if let Some(task) = self.tasks.get_mut(id) {
            task.families[place] = family;
        }
    }

    /// A flight that the lookup waits for has ended.
    pub(super) fn family_done(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Task>,
        rtype: Rtype,
        outcome: &Arc<Outcome>,
    ) {
        let place = usize::from(rtype != Rtype::A);
        let Some(task) = self.tasks.get_mut(id) else { return };
        if !matches!(task.families[place], Family::Waiting(_)) {
            return;
        }
        task.families[place] = Family::Done(Arc::clone(outcome));
        self.evaluate(turn, id);
    }

    /// Answers, waits, or goes to the next candidate.
    fn evaluate(&mut self, turn: &mut Turn<'_>, id: Id<Task>) {
        loop {
            let Some(task) = self.tasks.get_mut(id) else { return };
            let has_data = |family: &Family| matches!(family, Family::Done(outcome) if matches!(**outcome, Outcome::Data { .. }));
            let waiting = task.families.iter().any(|family| matches!(family, Family::Waiting(_)));
            let found = task.families.iter().any(has_data);
            if found {
                let settled = !waiting
                    || task.request.wanted.settled_by_v6() && has_data(&task.families[1])
                    || task.grace.is_some_and(|grace| grace <= turn.now);
                if settled {
                    self.answer(turn.now, id, !waiting);
                } else if task.grace.is_none() {
                    let grace = turn.now.plus_millis(GRACE_MS);
                    task.grace = Some(grace);
                    self.timers.set(grace, Timer::Task(id));
                }
                return;
            }
            if waiting {
                return;
            }
            let outcome = task.conclude();
            if task.is_unanswered() && self.answer_stale(turn.now, id, Extent::Candidate) {
                return;
            }
            let Some(task) = self.tasks.get_mut(id) else { return };
            match task.request.walk.feed(outcome) {
                Step::Next if task.request.deadline <= turn.now => {
                    self.fail_task(turn.now, id, Status::Timeout);
                    return;
                }
                Step::Next => self.ask_candidate(turn, id),
                Step::Done(verdict) => {
                    let status = match verdict {
                        // Not even that a single label does not exist.
                        _ if task.failed == Some(Status::Private) => Status::Private,
                        Verdict::NxDomain => Status::NxDomain,
                        Verdict::NoData | Verdict::Addresses => Status::NoData,
                        Verdict::Failed => task.failed.unwrap_or(Status::ServFail),
                    };
                    self.fail_task(turn.now, id, status);
                    return;
                }
            }
        }
    }

    /// The lookup has addresses.
    fn answer(&mut self, now: Time, id: Id<Task>, complete: bool) {
        let Some(task) = self.end_task(id) else { return };
        let mut collected = Collected::new(task.path_expires_in_ms, Vec::new());
        for (family, rtype) in task.families.iter().zip(TYPES) {
            match family {
                Family::Done(outcome) => collected.add(rtype, outcome),
                Family::Waiting(_) | Family::NotWanted => {}
            }
        }
        let stale =
            if task.is_unanswered() { self.add_stale(now, &task, &mut collected) } else { [false; 2] };
        self.go_on_without(&task, stale);
        let mut answer = Answer::default();
        if stale.contains(&true) {
            answer.flags |= FLAG_STALE;
            count(&self.counters.stale_served);
        }
        (answer.slot, answer.generation) = task.request.guard;
        answer.failures = task.failures;
        collected.into_answer(task.request.wanted, &self.sources, now, &mut answer);
        if !complete {
            answer.flags &= !FLAG_COMPLETE;
        }
        self.complete(task.request.waiter, answer);
    }

    fn fail_task(&mut self, now: Time, id: Id<Task>, status: Status) {
        if !status.is_denial() && status != Status::Overloaded && self.answer_stale(now, id, Extent::Search) {
            return;
        }
        let Some(task) = self.end_task(id) else { return };
        let flags =
            if status.is_denial() && task.request.snapshot.other_services { FLAG_OTHER_SERVICES } else { 0 };
        let answer = Answer { status, flags, failures: task.failures, ..Answer::default() };
        if status == Status::Overloaded {
            let limited = task.may_miss == Some(false);
            let why = if limited { Refusal::MissLimit } else { Refusal::Overload };
            self.turn_away(now, &task.request, why, answer);
            return;
        }
        self.complete(task.request.waiter, answer);
    }

    /// Removes a lookup and its places in flights.
    pub(super) fn end_task(&mut self, id: Id<Task>) -> Option<Task> {
        let task = self.tasks.remove(id)?;
        for family in &task.families {
            if let Family::Waiting(flight) = *family {
                self.taker_left(flight);
            }
        }
        Some(task)
    }

    /// A lookup's timer fired: its deadline, the other family's grace, or the time from which what is stale will do.
    pub(super) fn task_due(&mut self, turn: &mut Turn<'_>, id: Id<Task>) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        let deadline = task.request.deadline;
        if task.grace.is_some() {
            // There are addresses: they are the answer when time runs out.
            task.grace = task.grace.map(|grace| grace.min(deadline));
            self.evaluate(turn, id);
        } else if deadline <= turn.now {
            self.blame_flights(id);
            self.fail_task(turn.now, id, Status::Timeout);
        } else {
            if task.stale_at <= turn.now {
                task.stale_at = Time::NEVER;
                if self.answer_stale(turn.now, id, Extent::Search) {
                    return;
                }
            }
            // The wheel's span is shorter than some deadlines.
            let next = self.tasks.get(id).map_or(deadline, |task| task.stale_at.min(deadline));
            self.timers.set(next, Timer::Task(id));
        }
    }

    /// What has gone wrong so far in the flights that a lookup waits for is part of what its caller is told.
    fn blame_flights(&mut self, id: Id<Task>) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        for family in &task.families {
            if let Family::Waiting(flight) = family
                && let Some(flight) = self.flights.get(*flight)
            {
                task.failures.extend_from_slice(&flight.failures);
            }
        }
    }
}

impl Task {
    /// How the current candidate ended, both families taken together.
    fn conclude(&mut self) -> CandidateOutcome {
        let mut outcome = CandidateOutcome::NxDomain;
        for family in &self.families {
            let Family::Done(done) = family else { continue };
            match &**done {
                Outcome::Data { .. } => outcome = CandidateOutcome::Addresses,
                Outcome::Denied { status, expires_in_ms, .. } => {
                    self.path_expires_in_ms = self.path_expires_in_ms.min(*expires_in_ms);
                    outcome = outcome.and(compose::candidate_outcome(*status));
                }
                Outcome::Failed { status, failures } => {
                    self.path_expires_in_ms = 0;
                    self.failures.extend_from_slice(failures);
                    self.failed = Some(*status);
                    outcome = outcome.and(compose::candidate_outcome(*status));
                }
            }
        }
        outcome
    }
}
