//! Which environment does what only one may do for a namespace: keep its snapshot, ask for names ahead of time.

use std::sync::Arc;

use super::Client;
use crate::exchange::Exchange;
use crate::resolver::Resolver;

/// A namespace's digest, and the environment that owns it as long as it has a resolver of it.
pub(crate) type Owner = ([u8; 32], u32);

impl Client {
    /// Whether the resolver's environment owns the resolver's namespace; it does from now on if nobody does. An owner
    /// whose environment has ended, or that has closed its last resolver of the namespace, is none any more. False before
    /// the first lookup, when the namespace is not known yet.
    #[must_use]
    pub fn own(&self, resolver: &Arc<Resolver>) -> bool {
        let Some(snapshot) = resolver.snapshot() else { return false };
        let digest = *snapshot.namespace.digest();
        let open = self.shared.open_resolvers();
        let mut owners = self.shared.owners.lock();
        owners.retain(|owner| open.iter().any(|resolver| belongs(resolver, owner)));
        if let Some((_, environment)) = owners.iter().find(|(owned, _)| *owned == digest) {
            return *environment == resolver.environment;
        }
        owners.push((digest, resolver.environment));
        true
    }

    /// The same without a claim.
    pub(super) fn owns(&self, resolver: &Resolver, digest: &[u8; 32]) -> bool {
        self.shared.owners.lock().contains(&(*digest, resolver.environment))
    }
}

impl Exchange {
    /// The environment that owns a namespace, as far as anybody has asked.
    pub(crate) fn owner_of(&self, digest: &[u8; 32]) -> Option<u32> {
        self.owners.lock().iter().find(|(owned, _)| owned == digest).map(|(_, environment)| *environment)
    }
}

/// Whether `resolver` makes the owner one.
pub(super) fn belongs(resolver: &Resolver, (digest, environment): &Owner) -> bool {
    resolver.environment == *environment
        && resolver.snapshot().is_some_and(|snapshot| snapshot.namespace.digest() == digest)
}
