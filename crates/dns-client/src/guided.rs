//! What the owner of a namespace and the I/O thread tell each other about its upstreams.

use std::sync::Arc;

use dns_cache::NamespaceId;
use parking_lot::Mutex;

use crate::direction::Direction;
use crate::samples::Batch;

/// A namespace with several upstreams.
#[derive(Debug, Default)]
pub(crate) struct Guided {
    /// In force until there is another one, whatever becomes of the owner.
    pub(crate) direction: Mutex<Option<Arc<Direction>>>,
    pub(crate) samples: Mutex<Batch>,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct GuidedNamespaces(Mutex<Vec<(NamespaceId, Arc<Guided>)>>);

impl GuidedNamespaces {
    pub(crate) fn of(&self, namespace: NamespaceId) -> Arc<Guided> {
        // There are few.
        let mut known = self.0.lock();
        if let Some((_, guided)) = known.iter().find(|(known, _)| *known == namespace) {
            return Arc::clone(guided);
        }
        let guided = Arc::<Guided>::default();
        known.push((namespace, Arc::clone(&guided)));
        guided
    }

    /// Forgets those that are not `open`.
    pub(crate) fn retain(&self, open: impl Fn(NamespaceId) -> bool) {
        self.0.lock().retain(|(namespace, _)| open(*namespace));
    }
}
