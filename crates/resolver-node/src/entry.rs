//! The way into native code: what Node calls runs here, and its errors and panics become exceptions.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use napi::{Error, JsError, Result, Status};
use napi_sys as sys;

use crate::arguments::Arguments;
use crate::node_api::{Scope, Value};

/// Runs a call; an error, or a panic, becomes an exception.
pub(crate) fn entry(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    call: impl for<'a> FnOnce(Scope<'a>, &Arguments<'a>) -> Result<Value<'a>>,
) -> sys::napi_value {
    // SAFETY: Node calls with a live environment, on its thread, with an open handle scope.
    let scope = unsafe { Scope::from_raw(env) };
    // What a panic leaves behind is a buffer that the next call clears.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: `info` is this call's.
        let arguments = unsafe { Arguments::read(scope, info) }?;
        call(scope, &arguments)
    }));
    match outcome {
        Ok(Ok(value)) => value.raw(),
        Ok(Err(error)) => throw(env, error),
        Err(_panic) => throw(env, Error::new(Status::GenericFailure, "the resolver panicked".to_owned())),
    }
}

#[cold]
fn throw(env: sys::napi_env, error: Error) -> sys::napi_value {
    // SAFETY: the environment is alive.
    unsafe { JsError::from(error).throw_into(env) };
    ptr::null_mut()
}
