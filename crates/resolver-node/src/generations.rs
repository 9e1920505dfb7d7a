//! Counters that JavaScript reads without a call: 64 numbers of this module, mapped into every environment.
//!
//! A counter moves when answers of its slot must stop being served early, so that a mirror of them compares one
//! number per hit.

use std::sync::atomic::AtomicU32;

use dns_client::GENERATIONS as COUNT;
use napi::Result;

use crate::node_api::{Scope, Value};

/// What every environment maps. The client moves them.
pub(crate) static GENERATIONS: [AtomicU32; COUNT] = [const { AtomicU32::new(0) }; COUNT];

/// A new view of the counters; `None` where the embedder refuses external memory.
pub(crate) fn view(scope: Scope<'_>) -> Result<Option<Value<'_>>> {
    let counters = GENERATIONS.as_ptr().cast::<u32>().cast_mut();
    // SAFETY: the static is never moved or freed, since this module is never unloaded; its atomics may be changed
    // through a shared reference, and JavaScript reads them with `Atomics.load`.
    unsafe { scope.external_u32_array(counters, COUNT) }
}
