//! Arguments of a call, read without an allocation.
//!
//! A function of five arguments declared with `#[napi]` costs about 200 ns a call, 140 ns more than one that reads
//! its arguments itself (Node 20, empty body), and more than a kilobyte of code.

use std::ffi::c_void;
use std::ptr;

use napi::{Error, Result, Status};
use napi_sys as sys;

use crate::node_api::{Scope, Value, check};

/// Longest name taken: 255 octets on the wire are at most 1 004 characters, every octet written as `\DDD`.
const MAX_NAME_LENGTH: usize = 1_024;

/// Room for a name, the NUL that Node adds, and one character by which a longer one shows.
pub(crate) struct NameBuffer([u8; MAX_NAME_LENGTH + 2]);

impl NameBuffer {
    pub(crate) const fn new() -> Self {
        Self([0; MAX_NAME_LENGTH + 2])
    }

    /// The name that JavaScript gave.
    ///
    /// # Errors
    /// No string, longer than any name, or with characters outside ASCII.
    pub(crate) fn read<'a>(&mut self, scope: Scope<'a>, value: Value<'a>) -> Result<&str> {
        let length = scope.latin1(value, &mut self.0)?;
        let name = &self.0[..length];
        if length > MAX_NAME_LENGTH || !name.is_ascii() {
            return Err(Error::new(Status::InvalidArg, "an ASCII name is expected".to_owned()));
        }
        Ok(std::str::from_utf8(name).unwrap_or_default())
    }
}

/// The most arguments that a call takes.
const MOST: usize = 6;

/// The arguments of one call; those that were not given are `undefined`.
pub(crate) struct Arguments<'a> {
    scope: Scope<'a>,
    values: [sys::napi_value; MOST],
    data: *mut c_void,
}

impl<'a> Arguments<'a> {
    /// # Safety
    /// `info` belongs to the call that `scope` stands for.
    pub(crate) unsafe fn read(scope: Scope<'a>, info: sys::napi_callback_info) -> Result<Self> {
        let mut values = [ptr::null_mut(); MOST];
        let mut count = MOST;
        let mut data = ptr::null_mut();
        // SAFETY: environment and call are alive; Node fills `count` values and pads them with `undefined`.
        let status = unsafe {
            sys::napi_get_cb_info(
                scope.raw(),
                info,
                &raw mut count,
                values.as_mut_ptr(),
                ptr::null_mut(),
                &raw mut data,
            )
        };
        check(status, "no arguments")?;
        Ok(Self { scope, values, data })
    }

    /// What the function was created with.
    pub(crate) const fn data(&self) -> *const c_void {
        self.data.cast_const()
    }

    pub(crate) fn u32(&self, index: usize) -> Result<u32> {
        self.scope.u32(self.value(index))
    }

    pub(crate) fn name<'b>(&self, index: usize, buffer: &'b mut NameBuffer) -> Result<&'b str> {
        buffer.read(self.scope, self.value(index))
    }

    pub(crate) fn boolean(&self, index: usize) -> Result<bool> {
        self.scope.boolean(self.value(index))
    }

    /// A copy of a string; `None` for `undefined` and `null`.
    pub(crate) fn text(&self, index: usize) -> Result<Option<String>> {
        let value = self.value(index);
        if self.scope.is_absent(value)? { Ok(None) } else { self.scope.text(value).map(Some) }
    }

    /// A copy of a `Uint8Array`'s octets; `None` for `undefined` and `null`.
    pub(crate) fn octets(&self, index: usize) -> Result<Option<Vec<u8>>> {
        let value = self.value(index);
        if self.scope.is_absent(value)? { Ok(None) } else { self.scope.copy_octets(value).map(Some) }
    }

    pub(crate) fn value(&self, index: usize) -> Value<'a> {
        // SAFETY: `read` got the values from the call whose scope is `'a`.
        unsafe { Value::from_raw(self.values[index]) }
    }
}
