//! How the owner of a namespace guides it: it takes samples, gives directions and has upstreams probed.

use std::sync::Arc;

use dns_cache::NamespaceId;
use dns_wire::Name;

use super::Client;
use super::ownership::belongs;
use crate::answer::Answer;
use crate::direction::Direction;
use crate::exchange::{Command, Exchange};
use crate::resolver::Resolver;
use crate::time::Time;

impl Client {
    /// Puts a direction in force for the questions that begin from now on. One for another namespace than the resolver's
    /// is ignored.
    pub fn direct(&self, resolver: &Arc<Resolver>, direction: Direction) {
        let Some(snapshot) = resolver.snapshot() else { return };
        if direction.namespace == snapshot.namespace.digest_text() {
            let direction = direction.over(snapshot.plan.upstreams.len());
            let guided = self.shared.guided.of(snapshot.namespace.id());
            *guided.direction.lock() = Some(Arc::new(direction));
        }
    }

    /// The text of the direction that is in force for the resolver's namespace, whoever gave it.
    #[must_use]
    pub fn direction(&self, resolver: &Arc<Resolver>) -> Option<String> {
        let guided = self.shared.guided.of(resolver.snapshot()?.namespace.id());
        let direction = guided.direction.lock();
        direction.as_ref().map(|direction| direction.text.clone())
    }

    /// What came of queries to the resolver's upstreams since this was last called, oldest first; of many only some. Rows
    /// of 24 octets, numbers little-endian: `u16` upstream, `u8` outcome (0 to 12 as `packages/health` lists them, 254: it
    /// fell silent, 255: it answers again), `u8` flags (1 a name of one label, 2 a probe, 4 a hedge, 8 a copy), `f32`
    /// milliseconds that it took, `u32` hash of the name, `u32` how many it stands for, `f64` milliseconds since it ended.
    #[must_use]
    pub fn take_samples(&self, resolver: &Arc<Resolver>) -> Vec<u8> {
        let Some(snapshot) = resolver.snapshot().filter(|snapshot| snapshot.plan.upstreams.len() > 1) else {
            return Vec::new();
        };
        let guided = self.shared.guided.of(snapshot.namespace.id());
        guided.samples.lock().take(Time::now())
    }

    /// Asks an upstream for the address of `name`, past cache and questions under way; [`Client::take_samples`] tells what
    /// came of it. Nothing happens without such an upstream, or with one that environments ask.
    pub fn probe(&self, resolver: &Arc<Resolver>, upstream: u16, name: &str) {
        let (Some(snapshot), Ok(name)) = (resolver.snapshot(), Name::from_ascii(name)) else { return };
        let name = Arc::new(name.to_lowercase());
        self.submit_or_fail(Command::Probe { snapshot, upstream, name }, &mut Answer::default());
    }
}

impl Exchange {
    /// Who is told of the samples of a namespace, and by which handle: its owner, or if it has none, somebody who has a
    /// resolver of it, and owns it from now on.
    pub(crate) fn make_owner(&self, namespace: NamespaceId) -> Option<(u32, u32)> {
        let open = self.open_resolvers();
        let of_it = |resolver: &&Arc<Resolver>| {
            resolver.snapshot().is_some_and(|snapshot| snapshot.namespace.id() == namespace)
        };
        let first = open.iter().find(of_it)?;
        let digest = *first.snapshot()?.namespace.digest();
        let mut owners = self.owners.lock();
        owners.retain(|owner| open.iter().any(|resolver| belongs(resolver, owner)));
        let known = owners.iter().find(|(owned, _)| *owned == digest).map(|(_, environment)| *environment);
        let owner = if let Some(environment) = known {
            open.iter().filter(of_it).find(|resolver| resolver.environment == environment)?
        } else {
            owners.push((digest, first.environment));
            first
        };
        Some((owner.environment, owner.handle()))
    }
}
