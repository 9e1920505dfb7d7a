//! What the engine knows of a namespace: its upstreams by number, its hedges, and how its owner is told.

use std::sync::Arc;

use dns_cache::NamespaceId;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::hedge_tokens::HedgeTokens;
use super::slots::{Id, Slots};
use super::{Engine, upstream_number};
use crate::direction::Direction;
use crate::guided::Guided;
use crate::snapshot::Snapshot;
use crate::time::Time;

/// One namespace.
#[derive(Debug)]
pub(super) struct Realm {
    pub(super) namespace: NamespaceId,
    /// The engine's numbers of the upstreams, by their own.
    pub(super) upstreams: Vec<u32>,
    pub(super) tokens: HedgeTokens,
    /// Absent where there is one upstream: nothing is to be decided.
    pub(super) guided: Option<Arc<Guided>>,
    /// A timer will tell the owner that there are samples.
    pub(super) telling: bool,
    /// The fallback that won the race which that direction began.
    won: Option<(Arc<Direction>, u16)>,
}

impl Realm {
    /// Who has won the race that `direction` began.
    pub(super) fn winner(&self, direction: &Arc<Direction>) -> Option<u16> {
        self.won.as_ref().filter(|(raced, _)| Arc::ptr_eq(raced, direction)).map(|(_, number)| *number)
    }

    /// An upstream has won it, unless another one did. Returns whether that is news.
    pub(super) fn wins(&mut self, direction: &Arc<Direction>, number: u16) -> bool {
        let first = self.winner(direction).is_none();
        if first {
            self.won = Some((Arc::clone(direction), number));
        }
        first
    }
}

/// All namespaces that questions were asked in.
#[derive(Debug, Default)]
pub(super) struct Realms {
    slots: Slots<Realm>,
    by_namespace: HashMap<NamespaceId, Id<Realm>, RandomState>,
    /// The one that was asked for last: most programs have no other.
    last: Option<(NamespaceId, Id<Realm>)>,
}

impl Realms {
    pub(super) fn get(&self, id: Id<Realm>) -> Option<&Realm> {
        self.slots.get(id)
    }

    pub(super) fn get_mut(&mut self, id: Id<Realm>) -> Option<&mut Realm> {
        self.slots.get_mut(id)
    }

    pub(super) fn ids(&self) -> Vec<Id<Realm>> {
        self.slots.ids()
    }
}

impl Engine {
    /// The realm of the namespace that `snapshot` keeps open.
    pub(super) fn realm_of(&mut self, snapshot: &Snapshot, now: Time) -> Id<Realm> {
        let namespace = snapshot.namespace.id();
        match self.realms.last {
            Some((last, id)) if last == namespace => id,
            _ => {
                let id = self.find_realm(snapshot, namespace, now);
                self.realms.last = Some((namespace, id));
                id
            }
        }
    }

    #[inline(never)]
    fn find_realm(&mut self, snapshot: &Snapshot, namespace: NamespaceId, now: Time) -> Id<Realm> {
        if let Some(id) = self.realms.by_namespace.get(&namespace) {
            return *id;
        }
        self.forget_closed_namespaces();
        let endpoints = snapshot.plan.upstreams.iter().map(|upstream| upstream.endpoint);
        let upstreams: Vec<u32> = endpoints
            .map(|endpoint| upstream_number(&mut self.upstreams, &mut self.by_endpoint, endpoint, now))
            .collect();
        let guided = (upstreams.len() > 1).then(|| self.guided.of(namespace));
        let id = self.realms.slots.insert(Realm {
            namespace,
            upstreams,
            tokens: HedgeTokens::default(),
            guided,
            telling: false,
            won: None,
        });
        self.realms.by_namespace.insert(namespace, id);
        id
    }

    /// Nothing is kept of namespaces that nobody uses any more.
    pub(crate) fn forget_closed_namespaces(&mut self) {
        let Self { cache, realms: Realms { slots, by_namespace, last }, guided, .. } = self;
        *last = None;
        guided.retain(|namespace| cache.is_open(namespace));
        by_namespace.retain(|namespace, id| {
            let open = cache.is_open(*namespace);
            if !open {
                slots.remove(*id);
            }
            open
        });
    }
}
