//! What the process has once: the client with its cache and its I/O thread, for all environments.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};

use dns_cache::{Cache, CacheConfig};
use dns_client::Client;

use crate::generations::GENERATIONS;
use crate::host::NodeHost;

static CLIENT: OnceLock<Client> = OnceLock::new();

/// The client; the first call makes it. No file is read and no thread started before the first lookup.
pub(crate) fn client() -> &'static Client {
    CLIENT.get_or_init(|| {
        // The standard library seeds its hasher from the system's random source.
        let hash_seed = RandomState::new().hash_one(0);
        let cache = Cache::new(CacheConfig { hash_seed, ..CacheConfig::default() });
        Client::new(Arc::new(cache), Arc::new(NodeHost::default()), &GENERATIONS)
    })
}

/// Forgets the waiters of a port that has closed, and closes its resolvers.
pub(crate) fn environment_closed(port: u32) {
    if let Some(client) = CLIENT.get() {
        client.environment_closed(port);
    }
}
