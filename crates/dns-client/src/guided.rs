//! What the owner of a namespace and the I/O thread tell each other about its upstreams.

use std::collections::BTreeMap;
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
pub(crate) struct GuidedNamespaces(Mutex<BTreeMap<NamespaceId, Arc<Guided>>>);

impl GuidedNamespaces {
    pub(crate) fn of(&self, namespace: NamespaceId) -> Arc<Guided> {
        Arc::clone(self.0.lock().entry(namespace).or_default())
    }

    /// Forgets those that are not `open`.
    pub(crate) fn retain(&self, open: impl Fn(NamespaceId) -> bool) {
        self.0.lock().retain(|namespace, _| open(*namespace));
    }
}
