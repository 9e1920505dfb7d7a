//! Sampling: what came of queries is kept for the owners of namespaces, and they are told that there is something.

use dns_cache::NamespaceId;

use super::flight::Flight;
use super::realm::Realm;
use super::response::Verdict;
use super::slots::Id;
use super::{Engine, Timer};
use crate::answer::Status;
use crate::samples::{Outcome, SINGLE_LABEL, Sample};
use crate::time::Time;

/// Milliseconds between two times that an owner is told that there are samples.
const TELL_MS: u64 = 100;

impl Engine {
    /// An attempt of a flight ended, as `outcome` says. Nothing is kept of servers without a number, nor where there is
    /// only one, nor of what an environment carried that was late.
    #[inline]
    pub(super) fn sample(&mut self, now: Time, id: Id<Flight>, number: u8, outcome: u8) {
        let Some(flight) = self.flights.get(id) else { return };
        if !flight.sampled {
            return;
        }
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        if !attempt.late {
            self.keep_sample(now, id, attempt.rank, outcome, attempt.flags, attempt.sent);
        }
    }

    /// A query could not be sent.
    pub(super) fn sample_unsent(&mut self, now: Time, id: Id<Flight>, rank: u16, status: Status) {
        // That it must not hear of it says nothing of it.
        if status != Status::Private && self.flights.get(id).is_some_and(|flight| flight.sampled) {
            self.keep_sample(now, id, rank, Outcome::of(status) as u8, 0, now);
        }
    }

    #[inline(never)]
    fn keep_sample(&mut self, now: Time, id: Id<Flight>, rank: u16, outcome: u8, flags: u8, sent: Time) {
        let Some(flight) = self.flights.get(id) else { return };
        let Some(upstream) = flight.of_rank(rank).and_then(|candidate| candidate.number) else { return };
        let Some(guided) = self.realms.get(flight.realm).and_then(|realm| realm.guided.as_ref()) else {
            return;
        };
        let single = flight.key.name.labels().count() == 1;
        let sample = Sample {
            upstream,
            outcome,
            flags: flags | flight.flags | if single { SINGLE_LABEL } else { 0 },
            micros: now.micros_since(sent),
            name_hash: flight.name_hash,
            ended: now,
        };
        guided.samples.lock().add(sample, &mut self.random);
        let realm = flight.realm;
        self.tell_soon(now, realm);
    }

    /// A server fell silent, or answers again: the owners of all namespaces that have it hear of that now.
    pub(super) fn note_suspicion(&mut self, now: Time, upstream: u32, suspect: bool) {
        for id in self.realms.ids() {
            let Some(realm) = self.realms.get(id) else { continue };
            let number = realm.upstreams.iter().position(|other| *other == upstream);
            let number = number.and_then(|number| u16::try_from(number).ok());
            if let (Some(guided), Some(number)) = (&realm.guided, number) {
                guided.samples.lock().suspicion(number, suspect, now);
                self.news.push(realm.namespace);
            }
        }
    }

    fn tell_soon(&mut self, now: Time, id: Id<Realm>) {
        if let Some(realm) = self.realms.get_mut(id)
            && !realm.telling
        {
            realm.telling = true;
            self.timers.set(now.plus_millis(TELL_MS), Timer::Samples(id));
        }
    }

    /// The owner of a realm is to be told now, if there is anything.
    pub(super) fn tell(&mut self, id: Id<Realm>) {
        let Some(realm) = self.realms.get_mut(id) else { return };
        realm.telling = false;
        if realm.guided.as_ref().is_some_and(|guided| !guided.samples.lock().is_empty()) {
            self.news.push(realm.namespace);
        }
    }

    /// Namespaces whose owners are to be told that there are samples.
    pub(crate) fn take_news(&mut self) -> Vec<NamespaceId> {
        std::mem::take(&mut self.news)
    }
}

/// What a message says of the server that sent it; `None` if the question is put to it once more.
pub(super) fn outcome_of(verdict: &Verdict) -> Option<Outcome> {
    match verdict {
        Verdict::Data { .. } | Verdict::Alias { .. } => Some(Outcome::NoError),
        Verdict::Denied { status, .. } | Verdict::Failed(status) => Some(Outcome::of(*status)),
        Verdict::Misled => Some(Outcome::ServFail),
        Verdict::Malformed => Some(Outcome::Malformed),
        Verdict::Mismatch | Verdict::BadCookie | Verdict::EdnsRefused(_) | Verdict::Truncated => None,
    }
}
