//! The few Node-API calls that napi-rs has no form of that fits: thin, checked, and safe to call.
//!
//! What makes them safe is [`Scope`]: it can only be made where an environment and an open handle scope are at
//! hand, on the environment's own thread, and no handle outlives it.

use std::cell::Cell;
use std::ffi::{CStr, c_void};
use std::marker::PhantomData;
use std::ptr;

use napi::{Env, Error, JsValue, Result, Status};
use napi_sys as sys;

/// An environment inside one call from Node: an open handle scope, on the environment's thread.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    env: sys::napi_env,
    lifetime: PhantomData<(&'a (), *mut ())>,
}

/// A JavaScript value, as long as its handle scope.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    raw: sys::napi_value,
    lifetime: PhantomData<&'a ()>,
}

/// Keeps a JavaScript value alive until it is deleted or its environment ends.
pub(crate) struct Reference {
    /// Null once deleted.
    raw: Cell<sys::napi_ref>,
}

impl Reference {
    /// Whether the value is still kept.
    pub(crate) fn is_kept(&self) -> bool {
        !self.raw.get().is_null()
    }
}

/// The memory behind a `Uint8Array`.
pub(crate) struct Octets {
    pub(crate) data: *mut u8,
    pub(crate) length: usize,
}

/// `status` as a result.
pub(crate) fn check(status: sys::napi_status, what: &'static str) -> Result<()> {
    if status == sys::Status::napi_ok {
        Ok(())
    } else {
        Err(Error::new(Status::from(status), what.to_owned()))
    }
}

impl<'a> Value<'a> {
    /// # Safety
    /// `raw` is a value of a handle scope that stays open for `'a`.
    pub(crate) unsafe fn from_raw(raw: sys::napi_value) -> Self {
        Self { raw, lifetime: PhantomData }
    }

    /// A value that napi-rs read.
    pub(crate) fn of(value: &impl JsValue<'a>) -> Self {
        Self { raw: value.raw(), lifetime: PhantomData }
    }

    pub(crate) fn raw(self) -> sys::napi_value {
        self.raw
    }
}

impl<'a> Scope<'a> {
    /// # Safety
    /// `env` is an environment that called this thread, and its handle scope stays open for `'a`.
    pub(crate) unsafe fn from_raw(env: sys::napi_env) -> Self {
        Self { env, lifetime: PhantomData }
    }

    /// The scope of a call that napi-rs dispatches.
    pub(crate) fn of(env: &'a Env) -> Self {
        // SAFETY: napi-rs hands out `Env` only inside a call from Node, where a handle scope is open.
        unsafe { Self::from_raw(env.raw()) }
    }

    pub(crate) fn raw(self) -> sys::napi_env {
        self.env
    }

    /// The value as an unsigned 32-bit number; an error if it is no number.
    pub(crate) fn u32(self, value: Value<'a>) -> Result<u32> {
        let mut number = 0;
        // SAFETY: the environment and the value are alive (`Scope`, `Value`), `number` outlives the call.
        let status = unsafe { sys::napi_get_value_uint32(self.env, value.raw, &raw mut number) };
        check(status, "a number is expected")?;
        Ok(number)
    }

    /// The value as a truth value; an error if it is none.
    pub(crate) fn boolean(self, value: Value<'a>) -> Result<bool> {
        let mut truth = false;
        // SAFETY: the environment and the value are alive, `truth` outlives the call.
        let status = unsafe { sys::napi_get_value_bool(self.env, value.raw, &raw mut truth) };
        check(status, "true or false is expected")?;
        Ok(truth)
    }

    /// The value as a number; an error if it is none.
    pub(crate) fn double(self, value: Value<'a>) -> Result<f64> {
        let mut number = 0.0;
        // SAFETY: the environment and the value are alive, `number` outlives the call.
        let status = unsafe { sys::napi_get_value_double(self.env, value.raw, &raw mut number) };
        check(status, "a number is expected")?;
        Ok(number)
    }

    /// A copy of a string; an error if the value is none.
    pub(crate) fn text(self, value: Value<'a>) -> Result<String> {
        let mut length = 0;
        // SAFETY: environment and value are alive; without a buffer Node writes the length alone.
        let status = unsafe {
            sys::napi_get_value_string_utf8(self.env, value.raw, ptr::null_mut(), 0, &raw mut length)
        };
        check(status, "a string is expected")?;
        let mut octets = vec![0; length + 1];
        // SAFETY: environment and value are alive; Node writes at most `octets.len()` octets, a final NUL included.
        let status = unsafe {
            sys::napi_get_value_string_utf8(
                self.env,
                value.raw,
                octets.as_mut_ptr().cast(),
                octets.len(),
                &raw mut length,
            )
        };
        check(status, "a string is expected")?;
        octets.truncate(length);
        String::from_utf8(octets)
            .map_err(|_| Error::new(Status::InvalidArg, "a string is expected".to_owned()))
    }

    /// Copies a string's characters, cut to their low octet, into `buffer` and returns how many it wrote, at most
    /// one less than `buffer` holds.
    pub(crate) fn latin1(self, value: Value<'a>, buffer: &mut [u8]) -> Result<usize> {
        let mut written = 0;
        // SAFETY: environment and value are alive; Node writes at most `buffer.len()` octets, a final NUL included.
        let status = unsafe {
            sys::napi_get_value_string_latin1(
                self.env,
                value.raw,
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                &raw mut written,
            )
        };
        check(status, "a string is expected")?;
        Ok(written)
    }

    pub(crate) fn create_u32(self, number: u32) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, `raw` outlives the call.
        let status = unsafe { sys::napi_create_uint32(self.env, number, &raw mut raw) };
        check(status, "cannot create a number")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn create_double(self, number: f64) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, `raw` outlives the call.
        let status = unsafe { sys::napi_create_double(self.env, number, &raw mut raw) };
        check(status, "cannot create a number")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn create_object(self) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, `raw` outlives the call.
        let status = unsafe { sys::napi_create_object(self.env, &raw mut raw) };
        check(status, "cannot create an object")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn create_string(self, text: &str) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive; the text is `text.len()` octets long, below `isize::MAX`.
        let status = unsafe {
            sys::napi_create_string_utf8(
                self.env,
                text.as_ptr().cast(),
                text.len().cast_signed(),
                &raw mut raw,
            )
        };
        check(status, "cannot create a string")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn create_boolean(self, truth: bool) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, `raw` outlives the call.
        check(unsafe { sys::napi_get_boolean(self.env, truth, &raw mut raw) }, "no truth values")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn undefined(self) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, `raw` outlives the call.
        check(unsafe { sys::napi_get_undefined(self.env, &raw mut raw) }, "no undefined")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn null(self) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, `raw` outlives the call.
        check(unsafe { sys::napi_get_null(self.env, &raw mut raw) }, "no null")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    /// A `Buffer` with a copy of `octets`.
    pub(crate) fn create_buffer(self, octets: &[u8]) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive; Node copies exactly `octets.len()` octets before it returns.
        let status = unsafe {
            sys::napi_create_buffer_copy(
                self.env,
                octets.len(),
                octets.as_ptr().cast(),
                ptr::null_mut(),
                &raw mut raw,
            )
        };
        check(status, "cannot create a buffer")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    /// A function that runs `callback`, which finds `data` in what it is called with.
    pub(crate) fn create_function<T: Sync>(
        self,
        name: &CStr,
        callback: sys::napi_callback,
        data: &'static T,
    ) -> Result<Value<'a>> {
        let octets = name.to_bytes();
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, the name is `octets.len()` octets long, and this module is never
        // unloaded, so that the callback stays callable.
        let status = unsafe {
            sys::napi_create_function(
                self.env,
                octets.as_ptr().cast(),
                octets.len().cast_signed(),
                callback,
                ptr::from_ref(data).cast_mut().cast(),
                &raw mut raw,
            )
        };
        check(status, "cannot create a function")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    pub(crate) fn set_property(self, object: Value<'a>, name: &CStr, value: Value<'a>) -> Result<()> {
        // SAFETY: environment and values are alive, `name` ends in a NUL.
        let status = unsafe { sys::napi_set_named_property(self.env, object.raw, name.as_ptr(), value.raw) };
        check(status, "cannot set a property")
    }

    /// An error unless `value` can be called.
    pub(crate) fn expect_function(self, value: Value<'a>) -> Result<()> {
        if self.type_of(value)? == sys::ValueType::napi_function {
            Ok(())
        } else {
            Err(Error::new(Status::FunctionExpected, "a function is expected".to_owned()))
        }
    }

    /// Whether it is `undefined` or `null`.
    pub(crate) fn is_absent(self, value: Value<'a>) -> Result<bool> {
        Ok(matches!(self.type_of(value)?, sys::ValueType::napi_undefined | sys::ValueType::napi_null))
    }

    fn type_of(self, value: Value<'a>) -> Result<sys::napi_valuetype> {
        let mut kind = 0;
        // SAFETY: environment and value are alive, `kind` outlives the call.
        check(unsafe { sys::napi_typeof(self.env, value.raw, &raw mut kind) }, "a value is expected")?;
        Ok(kind)
    }

    /// A copy of what is in a `Uint8Array`; an error for anything else.
    pub(crate) fn copy_octets(self, value: Value<'a>) -> Result<Vec<u8>> {
        let Octets { data, length } = self.octets(value)?;
        let mut copy = vec![0; length];
        if length > 0 {
            // SAFETY: `data` has `length` octets that nobody writes during this call into native code: JavaScript shares
            // them with no other thread (`importEntries` says so). The copy is as long and newly allocated.
            unsafe { ptr::copy_nonoverlapping(data.cast_const(), copy.as_mut_ptr(), length) };
        }
        Ok(copy)
    }

    /// The memory of a `Uint8Array`, null if that is empty; an error for anything else.
    pub(crate) fn octets(self, value: Value<'a>) -> Result<Octets> {
        let mut kind = 0;
        let mut length = 0;
        let mut data: *mut c_void = ptr::null_mut();
        // SAFETY: environment and value are alive; the results that are not wanted may be null.
        let status = unsafe {
            sys::napi_get_typedarray_info(
                self.env,
                value.raw,
                &raw mut kind,
                &raw mut length,
                &raw mut data,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        check(status, "a Uint8Array is expected")?;
        if kind != sys::TypedarrayType::uint8_array || data.is_null() && length > 0 {
            return Err(Error::new(Status::InvalidArg, "a Uint8Array is expected".to_owned()));
        }
        Ok(Octets { data: data.cast(), length })
    }

    /// A `Uint32Array` over memory that is not the engine's; `None` where the embedder refuses such memory.
    ///
    /// # Safety
    /// `data` is readable, writable and in place until the process ends, and has `length` numbers.
    pub(crate) unsafe fn external_u32_array(
        self,
        data: *mut u32,
        length: usize,
    ) -> Result<Option<Value<'a>>> {
        let mut buffer = ptr::null_mut();
        // SAFETY: the environment is alive; the memory is never freed, so that no finalizer is needed.
        let status = unsafe {
            sys::napi_create_external_arraybuffer(
                self.env,
                data.cast(),
                length * size_of::<u32>(),
                None,
                ptr::null_mut(),
                &raw mut buffer,
            )
        };
        if status == sys::Status::napi_no_external_buffers_allowed {
            return Ok(None);
        }
        check(status, "cannot map memory")?;
        let mut raw = ptr::null_mut();
        // SAFETY: environment and buffer are alive, and the buffer holds `length` numbers.
        let status = unsafe {
            sys::napi_create_typedarray(
                self.env,
                sys::TypedarrayType::uint32_array,
                length,
                buffer,
                0,
                &raw mut raw,
            )
        };
        check(status, "cannot create a Uint32Array")?;
        Ok(Some(Value { raw, lifetime: PhantomData }))
    }

    pub(crate) fn create_reference(self, value: Value<'a>) -> Result<Reference> {
        let mut raw = ptr::null_mut();
        // SAFETY: environment and value are alive, `raw` outlives the call.
        let status = unsafe { sys::napi_create_reference(self.env, value.raw, 1, &raw mut raw) };
        check(status, "cannot keep a value")?;
        Ok(Reference { raw: Cell::new(raw) })
    }

    /// Lets go of a value. Once more does nothing.
    pub(crate) fn delete_reference(self, reference: &Reference) {
        let raw = reference.raw.replace(ptr::null_mut());
        if !raw.is_null() {
            // SAFETY: the environment is alive, the reference is one of its own and is forgotten with this call.
            unsafe { sys::napi_delete_reference(self.env, raw) };
        }
    }

    /// The value kept by a reference of this environment.
    pub(crate) fn value_of(self, reference: &Reference) -> Result<Value<'a>> {
        let mut raw = ptr::null_mut();
        // SAFETY: the environment is alive, and references are kept in its own instance data. One that was deleted is
        // null, which Node refuses.
        let status = unsafe { sys::napi_get_reference_value(self.env, reference.raw.get(), &raw mut raw) };
        check(status, "a value is gone")?;
        Ok(Value { raw, lifetime: PhantomData })
    }

    /// Calls a JavaScript function with `undefined` as `this`. An exception stays pending.
    pub(crate) fn call(self, function: Value<'a>, arguments: [Value<'a>; 2]) -> Result<()> {
        let this = self.undefined()?;
        let raw = arguments.map(Value::raw);
        // SAFETY: environment, function and arguments are alive; the result is not wanted.
        let status = unsafe {
            sys::napi_call_function(
                self.env,
                this.raw,
                function.raw,
                raw.len(),
                raw.as_ptr(),
                ptr::null_mut(),
            )
        };
        check(status, "the call failed")
    }

    /// Hands a pending exception to `uncaughtException`. Does nothing if there is none, as in a worker that is
    /// being terminated.
    pub(crate) fn report_uncaught(self) {
        let mut pending = false;
        // SAFETY: the environment is alive, `pending` outlives the call.
        let status = unsafe { sys::napi_is_exception_pending(self.env, &raw mut pending) };
        if status != sys::Status::napi_ok || !pending {
            return;
        }
        let mut exception = ptr::null_mut();
        // SAFETY: the environment is alive, `exception` outlives the call.
        let status = unsafe { sys::napi_get_and_clear_last_exception(self.env, &raw mut exception) };
        if status == sys::Status::napi_ok {
            // SAFETY: environment and exception are alive. In an environment that is ending the call has no effect,
            // and there is nobody left to tell.
            unsafe { sys::napi_fatal_exception(self.env, exception) };
        }
    }
}
