//! A way to wake an event loop, with the control over its lifetime that napi-rs's own form keeps to itself.

use std::ffi::c_void;
use std::ptr;

use napi::Result;
use napi_sys as sys;

use crate::node_api::{Scope, check};

/// Wakes one environment's event loop. Does not keep it alive until told to.
///
/// Node runs a function again and again, up to 1 000 times, as long as it is signalled while it runs; only then
/// does the event loop go on. Who wants a turn of the *loop* in between has to be signalled by somebody else.
pub(crate) struct ThreadsafeFunction {
    raw: sys::napi_threadsafe_function,
}

// SAFETY: Node-API lets any thread call and release a threadsafe function that it holds.
unsafe impl Send for ThreadsafeFunction {}

impl ThreadsafeFunction {
    /// # Errors
    /// The environment is ending, or out of handles.
    pub(crate) fn new<T: Run>(scope: Scope<'_>, name: &str, context: u32) -> Result<Self> {
        let resource_name = scope.create_string(name)?;
        let mut raw = ptr::null_mut();
        // SAFETY: environment and name are alive. The context is a number that nobody dereferences, and the callback
        // stays callable since this module is never unloaded.
        let status = unsafe {
            sys::napi_create_threadsafe_function(
                scope.raw(),
                ptr::null_mut(),
                ptr::null_mut(),
                resource_name.raw(),
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::without_provenance_mut(context as usize),
                Some(on_signal::<T>),
                &raw mut raw,
            )
        };
        check(status, "cannot create a threadsafe function")?;
        let function = Self { raw };
        function.unref(scope);
        Ok(function)
    }

    /// Wakes the event loop; false if it is closing, after which the function must not be used.
    pub(crate) fn signal(&self) -> bool {
        // SAFETY: the function has not been released. The queue has no bound, so the call does not block.
        let status = unsafe {
            sys::napi_call_threadsafe_function(
                self.raw,
                ptr::null_mut(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
        status == sys::Status::napi_ok
    }

    /// Keeps the event loop alive. Only on the thread of the environment.
    pub(crate) fn reference(&self, scope: Scope<'_>) {
        // SAFETY: the function has not been released, the environment is alive. It cannot fail then.
        unsafe { sys::napi_ref_threadsafe_function(scope.raw(), self.raw) };
    }

    /// Lets the event loop end. Only on the thread of the environment.
    pub(crate) fn unref(&self, scope: Scope<'_>) {
        // SAFETY: the function has not been released, the environment is alive. It cannot fail then.
        unsafe { sys::napi_unref_threadsafe_function(scope.raw(), self.raw) };
    }

    /// Ends it; what was signalled and has not run does not run.
    pub(crate) fn release(self) {
        // SAFETY: the function has not been released, and `self` is gone afterwards.
        unsafe { sys::napi_release_threadsafe_function(self.raw, sys::ThreadsafeFunctionReleaseMode::abort) };
    }
}

/// What a function runs.
pub(crate) trait Run {
    /// On the event loop, with the number given to [`ThreadsafeFunction::new`].
    fn run(scope: Scope<'_>, context: u32);
}

extern "C" fn on_signal<T: Run>(
    env: sys::napi_env,
    _function: sys::napi_value,
    context: *mut c_void,
    _data: *mut c_void,
) {
    // An environment that is ending has its queue emptied without one.
    if env.is_null() {
        return;
    }
    // SAFETY: Node calls with the function's environment, on its thread, with an open handle scope.
    let scope = unsafe { Scope::from_raw(env) };
    let Ok(context) = u32::try_from(context.addr()) else { return };
    // The standard hook has printed the panic; no caller is there who could be told.
    let _ = std::panic::catch_unwind(|| T::run(scope, context));
}
