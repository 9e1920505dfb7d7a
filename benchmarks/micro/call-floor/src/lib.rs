//! The floor of a Node-API call, by napi-rs: what `../addon.cc` does by node-addon-api.

use napi_derive::napi;

/// Nothing.
#[napi]
pub fn nothing() {}

/// A host name in, its length out: what a lookup that is answered at once must do at least.
#[napi]
#[allow(clippy::needless_pass_by_value, clippy::cast_possible_truncation, reason = "what napi-rs hands over")]
pub fn length(name: String) -> u32 {
    name.len() as u32
}
