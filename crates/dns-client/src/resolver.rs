//! One resolver: its options, and what it goes by at the moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use parking_lot::{Mutex, RwLock};

use crate::file_identity::WatchedFile;
use crate::options::ResolverOptions;
use crate::snapshot::Snapshot;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// An open resolver, made by [`crate::Client::open`].
#[derive(Debug)]
pub struct Resolver {
    pub(crate) id: u32,
    pub(crate) environment: u32,
    pub(crate) options: ResolverOptions,
    handle: AtomicU32,
    /// Absent until the first lookup: opening reads no file.
    snapshot: RwLock<Option<Arc<Snapshot>>>,
    closed: AtomicBool,
    watched: Mutex<Option<WatchedFile>>,
}

impl Resolver {
    pub(crate) fn new(environment: u32, options: ResolverOptions) -> Self {
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            environment,
            options,
            handle: AtomicU32::new(0),
            snapshot: RwLock::new(None),
            closed: AtomicBool::new(false),
            watched: Mutex::new(None),
        }
    }

    /// What its environment calls it, for news of it; 0 before [`Resolver::set_handle`].
    #[must_use]
    pub fn handle(&self) -> u32 {
        self.handle.load(Ordering::Relaxed)
    }

    /// From now on its environment calls it so.
    pub fn set_handle(&self, handle: u32) {
        self.handle.store(handle, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.read().clone()
    }

    pub(crate) fn set_snapshot(&self, snapshot: Arc<Snapshot>) {
        let mut current = self.snapshot.write();
        // Looked at under the lock: whoever closes it clears it afterwards.
        if !self.is_closed() {
            *current = Some(snapshot);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Returns false if it was closed before.
    pub(crate) fn close(&self) -> bool {
        let first = !self.closed.swap(true, Ordering::AcqRel);
        *self.snapshot.write() = None;
        first
    }

    pub(crate) fn watch(&self, file: Option<WatchedFile>) {
        *self.watched.lock() = file;
    }

    /// The path of the watched file, if it has changed since the last look.
    pub(crate) fn changed_file(&self) -> Option<String> {
        self.watched.lock().as_mut()?.changed().map(str::to_owned)
    }

    /// Milliseconds a lookup may take: the caller's wish, or the option.
    pub(crate) const fn patience_ms(&self, timeout_ms: u32) -> u64 {
        if timeout_ms == 0 { self.options.deadline_ms as u64 } else { timeout_ms as u64 }
    }
}
