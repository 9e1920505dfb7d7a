//! What one environment (the main thread, or a worker) has: its ports, its resolvers and its view of the
//! generations. Lives in Node-API's instance data and is dropped when the environment ends; its ports have closed,
//! and their resolvers with them, by then.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use dns_client::{Answer, Resolver};
use foldhash::fast::FixedState;
use napi::{Error, Result, Status};
use napi_sys as sys;

use crate::delivery::Delivery;
use crate::generations;
use crate::node_api::{Reference, Scope, Value, check};
use crate::process;

/// One environment. Only its own thread sees it.
#[derive(Default)]
pub(crate) struct Environment {
    deliveries: RefCell<Vec<Rc<Delivery>>>,
    resolvers: RefCell<HashMap<u32, OpenResolver, FixedState>>,
    last_handle: Cell<u32>,
    generations: RefCell<Generations>,
    /// Reused by every call that is answered at once.
    answer: RefCell<Answer>,
}

/// A resolver that JavaScript holds a handle of.
pub(crate) struct OpenResolver {
    pub(crate) resolver: Arc<Resolver>,
    /// Where its answers go.
    pub(crate) delivery: Rc<Delivery>,
}

#[derive(Default)]
enum Generations {
    #[default]
    Unasked,
    Refused,
    Mapped(Reference),
}

impl Environment {
    /// The environment that makes this call; it is created when first asked for.
    ///
    /// # Errors
    /// The environment is ending.
    pub(crate) fn of(scope: Scope<'_>) -> Result<&Self> {
        if let Some(environment) = Self::existing(scope) {
            return Ok(environment);
        }
        let data = Box::into_raw(Box::<Self>::default());
        // SAFETY: the environment is alive; `drop_environment` is called once, when it ends.
        let status = unsafe {
            sys::napi_set_instance_data(scope.raw(), data.cast(), Some(drop_environment), ptr::null_mut())
        };
        if let Err(error) = check(status, "cannot set instance data") {
            // SAFETY: made by `Box::into_raw` above, and Node has not taken it.
            drop(unsafe { Box::from_raw(data) });
            return Err(error);
        }
        Self::existing(scope).ok_or_else(|| Error::new(Status::GenericFailure, "no instance data".to_owned()))
    }

    /// The environment that makes this call, if it has called before.
    pub(crate) fn existing(scope: Scope<'_>) -> Option<&Self> {
        let mut data: *mut c_void = ptr::null_mut();
        // SAFETY: the environment is alive, `data` outlives the call.
        let status = unsafe { sys::napi_get_instance_data(scope.raw(), &raw mut data) };
        if status != sys::Status::napi_ok {
            return None;
        }
        // SAFETY: null, or an `Environment`: nothing else sets this module's instance data. It is dropped when the
        // environment ends, which cannot happen during the call that the scope stands for.
        unsafe { data.cast::<Self>().as_ref() }
    }

    /// Adds a port and returns its number.
    pub(crate) fn add_delivery(&self, delivery: Delivery) -> u32 {
        let id = delivery.port();
        self.deliveries.borrow_mut().push(Rc::new(delivery));
        id
    }

    /// Closes a port; false if it has resolvers.
    pub(crate) fn remove_delivery(&self, scope: Scope<'_>, port: u32) -> bool {
        if self.resolvers.borrow().values().any(|open| open.delivery.port() == port) {
            return false;
        }
        if let Some(delivery) = self.delivery(port) {
            self.deliveries.borrow_mut().retain(|other| other.port() != port);
            delivery.close(scope);
        }
        true
    }

    /// The delivery of a port of this environment.
    pub(crate) fn delivery(&self, port: u32) -> Option<Rc<Delivery>> {
        self.deliveries.borrow().iter().find(|delivery| delivery.port() == port).cloned()
    }

    /// The environment's one view of the generations; `None` where external memory is refused.
    pub(crate) fn generations<'a>(&self, scope: Scope<'a>) -> Result<Option<Value<'a>>> {
        let mut generations = self.generations.borrow_mut();
        match &*generations {
            Generations::Mapped(reference) => scope.value_of(reference).map(Some),
            Generations::Refused => Ok(None),
            Generations::Unasked => {
                let view = generations::view(scope)?;
                *generations = match view {
                    Some(value) => Generations::Mapped(scope.create_reference(value)?),
                    None => Generations::Refused,
                };
                Ok(view)
            }
        }
    }

    /// Gives a resolver a handle, by which the I/O thread knows it too.
    pub(crate) fn add_resolver(&self, resolver: OpenResolver) -> u32 {
        let handle = self.last_handle.get() + 1;
        self.last_handle.set(handle);
        resolver.resolver.set_handle(handle);
        self.resolvers.borrow_mut().insert(handle, resolver);
        handle
    }

    /// Closes a resolver; its waiters settle. Nothing happens if it is closed already.
    pub(crate) fn close_resolver(&self, handle: u32) {
        let closed = self.resolvers.borrow_mut().remove(&handle);
        if let Some(OpenResolver { resolver, .. }) = closed {
            process::client().close(&resolver);
        }
    }

    /// The resolver of that handle.
    ///
    /// # Errors
    /// It has been closed.
    pub(crate) fn resolver(&self, handle: u32) -> Result<Ref<'_, OpenResolver>> {
        Ref::filter_map(self.resolvers.borrow(), |resolvers| resolvers.get(&handle))
            .map_err(|_| Error::new(Status::InvalidArg, "The resolver is closed".to_owned()))
    }

    /// An empty answer.
    pub(crate) fn answer(&self) -> RefMut<'_, Answer> {
        let mut answer = self.answer.borrow_mut();
        answer.clear();
        answer
    }
}

extern "C" fn drop_environment(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: made by `Box::into_raw` in `Environment::of`; Node calls once, after the last call into this module.
    let environment = unsafe { Box::from_raw(data.cast::<Environment>()) };
    // The standard hook has printed the panic; a process must not end for it while a worker is torn down.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(environment)));
}
