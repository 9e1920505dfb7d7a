//! Privacy: which of its upstreams a flight's question may be put to.
//!
//! Private names go to no public upstream. What has ever had a private address goes to no fallback, public or not: what
//! strangers say of it is another thing's address, or that it does not exist. An upstream that is withheld from a flight
//! is none of its servers, and [`Engine::send`] refuses it whatever led there.

use std::sync::Arc;

use dns_cache::NamespaceId;
use dns_wire::{Message, Name};

use super::Engine;
use super::flight::{Flight, FlightKey, Taker};
use super::slots::Id;
use crate::answer::{Failure, Status};
use crate::payload::is_address;
use crate::plan::{Class, Plan, PlannedUpstream};
use crate::private_addresses::holds_private_address;
use crate::snapshot::Snapshot;

/// Refusals that are remembered, so that each is told once; beyond, none is told.
const MOST_REFUSALS: usize = 256;

/// Who must not hear of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Withheld {
    /// Public upstreams: the name that is asked for is private.
    public: bool,
    /// Public fallbacks: it is, or the name whose aliases led to it.
    public_fallbacks: bool,
    /// Fallbacks: either has had a private address.
    fallbacks: bool,
}

impl Withheld {
    pub(super) fn from(self, upstream: &PlannedUpstream) -> bool {
        match upstream.class {
            Class::Primary => upstream.public && self.public,
            Class::Fallback => self.fallbacks || upstream.public && self.public_fallbacks,
        }
    }
}

/// Refusals by namespace and suffix.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    known: Vec<(NamespaceId, String)>,
    news: Vec<(NamespaceId, String)>,
}

impl Refusals {
    #[cold]
    fn add(&mut self, namespace: NamespaceId, suffix: String) {
        let refusal = (namespace, suffix);
        if self.known.len() < MOST_REFUSALS && !self.known.contains(&refusal) {
            self.news.push(refusal.clone());
            self.known.push(refusal);
        }
    }

    /// Namespaces, and suffixes of whose names one was refused for the first time since the last call; empty for single
    /// labels.
    pub(crate) fn take_news(&mut self) -> Vec<(NamespaceId, String)> {
        std::mem::take(&mut self.news)
    }
}

impl Engine {
    /// Whether the search list made the name that `taker` asks for; always if it may have, of a refresh or an absolute name.
    pub(super) fn is_made_by_search(&self, taker: Taker, name: &Name, snapshot: &Snapshot) -> bool {
        if !snapshot.plan.selective {
            return false;
        }
        match taker {
            // Absolute names may be the cache's, looked up ahead of time: nobody knows any more what made them.
            Taker::Task(id) => self.tasks.get(id).is_some_and(|task| {
                !task.asks_as_given()
                    || task.request.walk.is_absolute() && search_suffix(name, snapshot).is_some()
            }),
            Taker::Caller(_) => false,
            Taker::Refresh => search_suffix(name, snapshot).is_some(),
        }
    }

    /// Who must not hear of `current`, which is `key`'s name or where its aliases led. `searched`: the search list made
    /// `key`'s name.
    pub(super) fn withheld(
        &self,
        snapshot: &Snapshot,
        key: &FlightKey,
        current: &Name,
        searched: bool,
    ) -> Withheld {
        let plan = &snapshot.plan;
        if !plan.selective {
            return Withheld::default();
        }
        let is_key = *current == *key.name;
        let key_is_private =
            searched || plan.private_names.contains(&key.name) || plan.routes.plan_of(&key.name).is_some();
        let public = if is_key { key_is_private } else { plan.private_names.contains(current) };
        let marked = |name: &Name| self.cache.is_marked(key.namespace, name.as_wire());
        Withheld {
            public,
            public_fallbacks: public || key_is_private,
            fallbacks: plan.has_fallback() && (marked(&key.name) || !is_key && marked(current)),
        }
    }

    /// The last look before a query leaves: whether an upstream may have the flight's question.
    pub(super) fn may_hear(&self, id: Id<Flight>, upstream: u32) -> bool {
        let Some(flight) = self.flights.get(id) else { return false };
        if !flight.snapshot.plan.selective && flight.snapshot.plan.routes.is_empty() {
            return true;
        }
        // Names with a route are for its servers alone, and those servers for such names.
        if !Arc::ptr_eq(&flight.plan, flight.snapshot.plan_of(&flight.current)) {
            return false;
        }
        if !flight.plan.selective {
            return true;
        }
        self.planned(&flight.plan, upstream).is_some_and(|planned| match planned.class {
            Class::Primary if !planned.public => true,
            Class::Fallback if !is_address(flight.key.rtype) => false,
            _ => {
                !self.withheld(&flight.snapshot, &flight.key, &flight.current, flight.searched).from(planned)
            }
        })
    }

    /// What the plan says of an upstream of the engine's.
    fn planned<'a>(&self, plan: &'a Plan, upstream: u32) -> Option<&'a PlannedUpstream> {
        let endpoint = self.upstreams[upstream as usize].endpoint();
        plan.upstreams.iter().find(|planned| planned.endpoint == endpoint)
    }

    /// What a primary has given, just read: if it holds a private address, no fallback is asked for the name any more, nor
    /// for any name on the way there.
    pub(super) fn learn_privacy(&self, id: Id<Flight>, message: &[u8]) {
        let Some(flight) = self.flights.get(id) else { return };
        if !flight.snapshot.plan.has_fallback() || !holds_private_address(flight.key.rtype, &self.payload) {
            return;
        }
        self.mark(flight, message);
    }

    #[cold]
    fn mark(&self, flight: &Flight, message: &[u8]) {
        let mark = |name: &Name| self.cache.mark(flight.key.namespace, name.as_wire());
        mark(&flight.key.name);
        mark(&flight.current);
        flight.passed.iter().for_each(|name| mark(name));
        if let Ok(message) = Message::parse(message) {
            message.answers().for_each(|record| mark(&record.owner().to_name().to_lowercase()));
        }
    }

    /// A flight has failed: upstreams that it was kept from are part of the reason, and the first time it is news.
    #[cold]
    pub(super) fn blame_privacy(&mut self, id: Id<Flight>) {
        let Some(flight) = self.flights.get(id) else { return };
        let Flight { snapshot, plan, key, current, searched, .. } = flight;
        if !plan.selective {
            return;
        }
        let withheld = self.withheld(snapshot, key, current, *searched);
        let asked_for =
            |upstream: &&PlannedUpstream| upstream.class == Class::Primary || is_address(key.rtype);
        let failures: Vec<_> = plan
            .upstreams
            .iter()
            .filter(asked_for)
            .filter(|upstream| withheld.from(upstream))
            .map(|PlannedUpstream { endpoint, .. }| Failure {
                server: endpoint.server.to_string(),
                transport: endpoint.server.protocol().as_str(),
                status: Status::Private,
                elapsed_ms: 0,
            })
            .collect();
        if failures.is_empty() {
            return;
        }
        self.refusals.add(key.namespace, suffix_that_refuses(snapshot, current));
        if let Some(flight) = self.flights.get_mut(id) {
            // The last look before a query may have told already.
            flight.failures.retain(|failure| failure.status != Status::Private);
            flight.failures.extend(failures);
        }
    }

    pub(crate) const fn refusals(&mut self) -> &mut Refusals {
        &mut self.refusals
    }
}

/// The suffix by which the search list may have made `name`.
#[cold]
fn search_suffix<'a>(name: &Name, snapshot: &'a Snapshot) -> Option<&'a Name> {
    let below = |suffix: &&Name| !suffix.is_root() && name.ends_with(suffix);
    snapshot.search.suffixes.iter().filter(below).max_by_key(|suffix| suffix.as_wire().len())
}

/// What is told of a name that was refused: the suffix that makes it private, or its parent domain; nothing of a single
/// label.
#[cold]
fn suffix_that_refuses(snapshot: &Snapshot, name: &Name) -> String {
    if name.labels().count() == 1 {
        return String::new();
    }
    let private = snapshot.plan.private_names.suffix_of(name).and_then(|wire| Name::from_wire(wire).ok());
    let suffix = private.or_else(|| search_suffix(name, snapshot).cloned()).or_else(|| name.parent());
    suffix.map_or_else(String::new, |suffix| suffix.to_string())
}
