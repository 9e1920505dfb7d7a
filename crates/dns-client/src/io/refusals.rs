//! Refusals: the first time that a private name under some suffix is kept from a public server is news.

use dns_cache::NamespaceId;

use super::IoThread;
use crate::event::Event;
use crate::resolver::Resolver;

impl IoThread {
    /// Tells the owner of each namespace concerned, or else whoever has a resolver of it.
    pub(super) fn tell_refusals(&mut self) {
        let news = self.engine.refusals().take_news();
        if !news.is_empty() {
            self.tell(news);
        }
    }

    #[cold]
    fn tell(&self, news: Vec<(NamespaceId, String)>) {
        let resolvers = self.shared.open_resolvers();
        let owners = self.shared.owners.lock().clone();
        for (namespace, suffix) in news {
            let digest = |resolver: &Resolver| {
                let snapshot = resolver.snapshot().filter(|snapshot| snapshot.namespace.id() == namespace);
                snapshot.map(|snapshot| *snapshot.namespace.digest())
            };
            let concerned = resolvers.iter().filter_map(|resolver| Some((resolver, digest(resolver)?)));
            let owner_first =
                concerned.min_by_key(|(resolver, digest)| !owners.contains(&(*digest, resolver.environment)));
            if let Some((resolver, _)) = owner_first {
                let event = Event::RefusedSuffix { handle: resolver.handle(), suffix };
                self.shared.host.notify(resolver.environment, &event);
            }
        }
    }
}
