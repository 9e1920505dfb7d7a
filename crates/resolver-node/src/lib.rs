//! The Node addon of `@doubao/resolver-native`: conversions between JavaScript and [`dns_client`], and the plumbing
//! by which answers travel from one I/O thread to many event loops. It decides nothing about names.
//!
//! - `environment`: what one isolate has, in Node-API's instance data.
//! - `port`, `delivery`: the two ends of the way back, on the I/O thread and on the event loop; `batch` is what
//!   travels on it.
//! - `hot_calls`: `lookup` and `query`, and what is said of a leg; the rarer functions are in this file.
//! - `process`, `host`, `thread`: what the process has once.
//!
//! The functions are documented where they are called, in `packages/native/src/binding.ts`. None blocks, each
//! catches its panics, and the module is never unloaded: a worker that loads it first and ends would otherwise take
//! the I/O thread's code with it.

use dns_client::Waiter;
use napi::bindgen_prelude::{Object, Unknown, retain_current_module_for_unload_safety};
use napi::{Env, Error, JsString, Result, Status};
use napi_derive::napi;

use crate::arguments::NameBuffer;
use crate::delivery::Delivery;
use crate::environment::{Environment, OpenResolver};
use crate::node_api::{Scope, Value};

mod arguments;
mod backlog;
mod batch;
mod delivery;
mod direction;
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
mod scope_id;
mod signals;
mod stats;
mod thread;
mod threadsafe_function;

/// Adds what is not declared with `#[napi]`.
///
/// # Errors
/// The environment is ending.
#[napi(module_exports)]
pub fn init(exports: Object<'_>, env: &Env) -> Result<()> {
    // `-z nodelete` holds the module where the linker knows it; this holds it everywhere else.
    retain_current_module_for_unload_safety();
    let scope = Scope::of(env);
    hot_calls::export(scope, Value::of(&exports))
}

/// Opens a port.
///
/// # Errors
/// `scratch` is no `Uint8Array`, `deliver` no function, or the environment is ending.
#[napi(catch_unwind)]
pub fn attach(env: &Env, scratch: Unknown<'_>, deliver: Unknown<'_>) -> Result<u32> {
    let scope = Scope::of(env);
    let delivery = Delivery::open(scope, Value::of(&scratch), Value::of(&deliver))?;
    Ok(Environment::of(scope)?.add_delivery(delivery))
}

/// Closes a port that has no resolvers; false if it has any.
///
/// # Errors
/// The environment is ending.
#[napi(catch_unwind)]
pub fn detach(env: &Env, port: u32) -> Result<bool> {
    let scope = Scope::of(env);
    Ok(Environment::of(scope)?.remove_delivery(scope, port))
}

/// The environment's view of the generations; `null` where external memory is refused.
///
/// # Errors
/// The environment is ending.
#[napi(catch_unwind)]
pub fn generations(env: &Env) -> Result<Option<Unknown<'_>>> {
    let scope = Scope::of(env);
    Ok(Environment::of(scope)?.generations(scope)?.map(|view| view.to_unknown(scope)))
}

/// Opens a resolver.
///
/// # Errors
/// Options that are wrong, with the key's path, or a port of another environment.
#[napi(catch_unwind)]
pub fn open(env: &Env, port: u32, options: JsString<'_>) -> Result<u32> {
    let environment = Environment::of(Scope::of(env))?;
    let delivery = environment.delivery(port).ok_or_else(|| invalid("This environment has no such port"))?;
    let options = options::parse(options.into_utf8()?.as_str()?).map_err(invalid)?;
    let resolver = process::client().open(port, options).map_err(|error| invalid(error.to_string()))?;
    Ok(environment.add_resolver(OpenResolver { resolver, delivery }))
}

/// Closes a resolver; its waiters settle.
///
/// # Errors
/// The environment is ending.
#[napi(catch_unwind)]
pub fn close(env: &Env, handle: u32) -> Result<()> {
    Environment::of(Scope::of(env))?.close_resolver(handle);
    Ok(())
}

/// Withdraws a lookup or query.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn cancel(env: &Env, handle: u32, ticket: u32) -> Result<()> {
    Environment::of(Scope::of(env))?.with_resolver(handle, |open, _| {
        process::client().cancel(Waiter { environment: open.delivery.port(), ticket });
        Ok(())
    })
}

/// Reports hits that a mirror served.
///
/// # Errors
/// The resolver is closed, or no name.
#[napi(catch_unwind)]
pub fn touch(env: &Env, handle: u32, name: Unknown<'_>, flags: u32, hits: u32) -> Result<()> {
    let scope = Scope::of(env);
    let mut buffer = NameBuffer::new();
    let name = buffer.read(scope, Value::of(&name))?;
    Environment::of(scope)?.with_resolver(handle, |open, _| {
        process::client().touch(&open.resolver, name, flags, hits);
        Ok(())
    })
}

/// Tells that lookups are happening.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn poke(env: &Env, handle: u32) -> Result<()> {
    Environment::of(Scope::of(env))?.with_resolver(handle, |_, _| {
        process::client().poke();
        Ok(())
    })
}

/// Watches a file, or none any more.
///
/// # Errors
/// The resolver is closed, or a path that is no string.
#[napi(catch_unwind)]
pub fn watch(env: &Env, handle: u32, path: Option<JsString<'_>>) -> Result<()> {
    let path = path.map(JsString::into_utf8).transpose()?;
    let path = path.as_ref().map(|path| path.as_str()).transpose()?;
    Environment::of(Scope::of(env))?.with_resolver(handle, |open, _| {
        process::client().watch(&open.resolver, path);
        Ok(())
    })
}

/// Looks into the cache only.
///
/// # Errors
/// The resolver is closed, or no name.
#[napi(catch_unwind)]
pub fn peek(env: &Env, handle: u32, name: Unknown<'_>, flags: u32) -> Result<u32> {
    let scope = Scope::of(env);
    let mut buffer = NameBuffer::new();
    let name = buffer.read(scope, Value::of(&name))?;
    Environment::of(scope)?.with_resolver(handle, |open, answer| {
        let known = process::client().peek(&open.resolver, name, flags, answer);
        Ok(if known { open.delivery.write(answer, 0).unwrap_or(0) } else { 0 })
    })
}

/// Drops cached answers.
///
/// # Errors
/// The resolver is closed, or a name that is no string.
#[napi(catch_unwind)]
pub fn invalidate(env: &Env, handle: u32, name: Option<Unknown<'_>>) -> Result<u32> {
    let scope = Scope::of(env);
    let mut buffer = NameBuffer::new();
    let name = name.map(|name| buffer.read(scope, Value::of(&name))).transpose()?;
    Environment::of(scope)?
        .with_resolver(handle, |open, _| Ok(process::client().invalidate(&open.resolver, name)))
}

/// A piece of what the cache holds: `{ next, entries }`.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn export_entries(env: &Env, handle: u32, cursor: f64) -> Result<Unknown<'_>> {
    let scope = Scope::of(env);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from float to integer saturates, and a cursor out of range is at the end"
    )]
    let cursor = cursor as u64;
    let (next, entries) = Environment::of(scope)?
        .with_resolver(handle, |open, _| Ok(process::client().export(&open.resolver, cursor)))?;
    let piece = scope.create_object()?;
    #[expect(clippy::cast_precision_loss, reason = "cursors are below 2⁵³")]
    scope.set_property(piece, c"next", scope.create_double(next as f64)?)?;
    scope.set_property(piece, c"entries", scope.create_buffer(&entries)?)?;
    Ok(piece.to_unknown(scope))
}

/// Puts rows of `exportEntries` into the cache.
///
/// # Errors
/// The resolver is closed, or arguments of a wrong type.
#[napi(catch_unwind)]
pub fn import_entries(
    env: &Env,
    handle: u32,
    ticket: u32,
    digest: JsString<'_>,
    rows: Unknown<'_>,
) -> Result<()> {
    let scope = Scope::of(env);
    let digest = digest.into_utf8()?;
    let digest = digest.as_str()?;
    let rows = scope.copy_octets(Value::of(&rows))?;
    Environment::of(scope)?.with_resolver(handle, |open, answer| {
        let waiter = Waiter { environment: open.delivery.port(), ticket };
        let failed = process::client().import(&open.resolver, waiter, digest, rows, answer);
        open.delivery.settle_later(scope, failed.then_some(&*answer), ticket);
        Ok(())
    })
}

/// The names used most, as JSON.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn popularity(env: &Env, handle: u32) -> Result<String> {
    Environment::of(Scope::of(env))?.with_resolver(handle, |open, _| {
        Ok(stats::names_to_json(&process::client().popularity(&open.resolver)))
    })
}

/// Whether this environment owns the resolver's namespace.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn own(env: &Env, handle: u32) -> Result<bool> {
    Environment::of(Scope::of(env))?
        .with_resolver(handle, |open, _| Ok(process::client().own(&open.resolver)))
}

/// The resolver's upstreams by number, as JSON.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn upstreams(env: &Env, handle: u32) -> Result<String> {
    Environment::of(Scope::of(env))?.with_resolver(handle, |open, _| {
        Ok(stats::upstreams_to_json(&process::client().upstreams(&open.resolver)))
    })
}

/// What came of queries to the upstreams since this was last called, as rows.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn take_samples(env: &Env, handle: u32) -> Result<Unknown<'_>> {
    let scope = Scope::of(env);
    let samples = Environment::of(scope)?
        .with_resolver(handle, |open, _| Ok(process::client().take_samples(&open.resolver)))?;
    Ok(scope.create_buffer(&samples)?.to_unknown(scope))
}

/// Puts a direction in force.
///
/// # Errors
/// The resolver is closed, or a direction that is wrong, with the key's path.
#[napi(catch_unwind)]
pub fn direct(env: &Env, handle: u32, direction: JsString<'_>) -> Result<()> {
    let direction = direction::parse(direction.into_utf8()?.as_str()?).map_err(invalid)?;
    Environment::of(Scope::of(env))?.with_resolver(handle, |open, _| {
        process::client().direct(&open.resolver, direction);
        Ok(())
    })
}

/// The direction in force as JSON, empty if there is none.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn direction(env: &Env, handle: u32) -> Result<String> {
    Environment::of(Scope::of(env))?
        .with_resolver(handle, |open, _| Ok(process::client().direction(&open.resolver).unwrap_or_default()))
}

/// Asks an upstream, to see whether it answers.
///
/// # Errors
/// The resolver is closed, or no name.
#[napi(catch_unwind)]
pub fn probe(env: &Env, handle: u32, upstream: u16, name: Unknown<'_>) -> Result<()> {
    let scope = Scope::of(env);
    let mut buffer = NameBuffer::new();
    let name = buffer.read(scope, Value::of(&name))?;
    Environment::of(scope)?.with_resolver(handle, |open, _| {
        process::client().probe(&open.resolver, upstream, name);
        Ok(())
    })
}

/// Statistics as JSON.
///
/// # Errors
/// The resolver is closed.
#[napi(catch_unwind)]
pub fn stats(env: &Env, handle: u32) -> Result<String> {
    Environment::of(Scope::of(env))?
        .with_resolver(handle, |open, _| Ok(stats::to_json(&process::client().stats(&open.resolver))))
}

fn invalid(reason: impl Into<String>) -> Error {
    Error::new(Status::InvalidArg, reason.into())
}
