//! The Node addon of `@doubao/resolver-native`: conversions between JavaScript and [`dns_client`], and the plumbing
//! by which answers travel from one I/O thread to many event loops. It decides nothing about names.
//!
//! - `environment`: what one isolate has, in Node-API's instance data.
//! - `port`, `delivery`: the two ends of the way back, on the I/O thread and on the event loop; `batch` is what
//!   travels on it.
//! - `hot_calls`: `lookup` and `query`, and what is said of a leg; `rare_calls`: the other functions. `entry` is the
//!   way into both.
//! - `process`, `host`, `thread`: what the process has once.
//!
//! The functions are documented where they are called, in `packages/native/src/binding.ts`. None blocks, each
//! catches its panics, and the module is never unloaded: a worker that loads it first and ends would otherwise take
//! the I/O thread's code with it.

use napi::bindgen_prelude::{Object, retain_current_module_for_unload_safety};
use napi::{Env, Result};
use napi_derive::napi;

use crate::node_api::{Scope, Value};

mod arguments;
mod backlog;
mod batch;
mod decimal;
mod delivery;
mod direction;
mod entry;
mod environment;
mod event;
mod generations;
mod host;
mod hot_calls;
mod json;
mod json_leaves;
mod legs;
mod node_api;
mod options;
mod port;
mod process;
mod rare_calls;
mod scope_id;
mod signals;
mod stats;
mod thread;
mod threadsafe_function;

/// Adds the functions.
///
/// # Errors
/// The environment is ending.
#[napi(module_exports)]
pub fn init(exports: Object<'_>, env: &Env) -> Result<()> {
    // `-z nodelete` holds the module where the linker knows it; this holds it everywhere else.
    retain_current_module_for_unload_safety();
    let scope = Scope::of(env);
    let exports = Value::of(&exports);
    hot_calls::export(scope, exports)?;
    rare_calls::export(scope, exports)
}
