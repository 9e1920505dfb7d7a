//! Ports: where answers for one JavaScript copy of the package in one environment wait for its event loop.
//!
//! The I/O thread reaches an environment only through its port's slot. When the environment ends, its cleanup hook
//! empties the slot under the same lock; from then on nothing is called.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use napi::Result;
use napi_sys as sys;
use parking_lot::{Mutex, RwLock};

use crate::batch::Outgoing;
use crate::node_api::{Scope, check};
use crate::process;
use crate::threadsafe_function::{Run, ThreadsafeFunction};

/// Numbers are never used twice: an answer on its way to a port that has closed must not reach another.
static NEXT_ID: AtomicU32 = AtomicU32::new(1);
static PORTS: RwLock<BTreeMap<u32, Arc<Port>>> = RwLock::new(BTreeMap::new());

/// One port, shared by its environment and the I/O thread.
pub(crate) struct Port {
    id: u32,
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    /// `None` once the environment has ended.
    functions: Option<Functions>,
    /// Encoded records.
    outbox: Vec<u8>,
    /// A signal is outstanding, or a delivery under way that will look at the outbox when it is done.
    signalled: bool,
}

struct Functions {
    /// Delivers; keeps the event loop alive while the port has waiters.
    delivery: ThreadsafeFunction,
    /// Signals `delivery` again, one turn of the event loop later.
    relay: ThreadsafeFunction,
}

/// Runs on the relay's turn.
struct Relay;

impl Run for Relay {
    fn run(_scope: Scope<'_>, port: u32) {
        if let Some(port) = find(port) {
            port.signal(|functions| &functions.delivery);
        }
    }
}

/// The port of that number, unless its environment has ended.
pub(crate) fn find(id: u32) -> Option<Arc<Port>> {
    PORTS.read().get(&id).cloned()
}

impl Port {
    /// Opens a port whose deliveries are `T`'s.
    ///
    /// # Errors
    /// The environment is ending.
    pub(crate) fn open<T: Run>(scope: Scope<'_>) -> Result<Arc<Self>> {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let delivery = ThreadsafeFunction::new::<T>(scope, "doubao-resolver.delivery", id)?;
        let relay = match ThreadsafeFunction::new::<Relay>(scope, "doubao-resolver.relay", id) {
            Ok(relay) => relay,
            Err(error) => {
                delivery.release();
                return Err(error);
            }
        };
        let slot = Slot { functions: Some(Functions { delivery, relay }), ..Slot::default() };
        let port = Arc::new(Self { id, slot: Mutex::new(slot) });
        PORTS.write().insert(id, Arc::clone(&port));
        // Hooks run last in, first out, so this one runs before those by which Node closes the two functions.
        // SAFETY: the environment is alive; the argument is a number, a different one for each port.
        let status = unsafe {
            sys::napi_add_env_cleanup_hook(
                scope.raw(),
                Some(on_environment_end),
                std::ptr::without_provenance_mut(id as usize),
            )
        };
        if let Err(error) = check(status, "cannot add a cleanup hook") {
            close(id);
            return Err(error);
        }
        Ok(port)
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Nobody is signalled any more.
    pub(crate) fn close(&self) {
        close(self.id);
    }

    /// Takes encoded records and asks for a delivery, unless one is outstanding already. They are dropped if the
    /// environment has ended.
    pub(crate) fn deliver(&self, records: &[u8]) {
        let mut slot = self.slot.lock();
        if slot.functions.is_none() {
            return;
        }
        slot.outbox.extend_from_slice(records);
        if !slot.signalled && !slot.outbox.is_empty() {
            slot.signalled = true;
            slot.signal(|functions| &functions.delivery);
        }
    }

    /// Moves what waits in the slot into `outgoing`.
    pub(crate) fn take(&self, outgoing: &mut Outgoing) {
        outgoing.take(&mut self.slot.lock().outbox);
    }

    /// Ends a delivery: `more` records are left from what was taken. Whatever is left is delivered in the event
    /// loop's next turn, also what came during this one: timers and sockets get theirs in between.
    pub(crate) fn finish_turn(&self, more: bool) {
        let mut slot = self.slot.lock();
        slot.signalled = more || !slot.outbox.is_empty();
        if slot.signalled {
            slot.signal(|functions| &functions.relay);
        }
    }

    /// Keeps the event loop alive, or no longer. Only on the environment's thread.
    pub(crate) fn keep_alive(&self, scope: Scope<'_>, alive: bool) {
        if let Some(Functions { delivery, .. }) = &self.slot.lock().functions {
            if alive {
                delivery.reference(scope);
            } else {
                delivery.unref(scope);
            }
        }
    }

    fn signal(&self, which: impl Fn(&Functions) -> &ThreadsafeFunction) {
        self.slot.lock().signal(which);
    }
}

impl Slot {
    fn signal(&mut self, which: impl Fn(&Functions) -> &ThreadsafeFunction) {
        let Some(functions) = &self.functions else { return };
        if !which(functions).signal() {
            // The environment is closing and has taken this function back. Releasing either now would race with Node,
            // which frees them both with the environment.
            *self = Self::default();
        }
    }
}

/// Closes a port: nobody is signalled any more, its waiters are forgotten.
fn close(id: u32) {
    let Some(port) = PORTS.write().remove(&id) else { return };
    let slot = std::mem::take(&mut *port.slot.lock());
    if let Some(Functions { delivery, relay }) = slot.functions {
        delivery.release();
        relay.release();
    }
    process::environment_closed(id);
}

extern "C" fn on_environment_end(id: *mut c_void) {
    if let Ok(id) = u32::try_from(id.addr()) {
        // The standard hook has printed the panic; a process must not end for it while a worker is torn down.
        let _ = std::panic::catch_unwind(|| close(id));
    }
}
