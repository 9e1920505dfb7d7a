//! The calls that are made now and then. They share one way in, which finds the function to run by the data that Node keeps
//! with each: an entry of its own would be a kilobyte of code apiece.

use std::ffi::CStr;

use dns_client::Waiter;
use napi::{Error, Result, Status};
use napi_sys as sys;

use crate::arguments::{Arguments, NameBuffer};
use crate::delivery::Delivery;
use crate::entry::entry;
use crate::environment::{Environment, OpenResolver};
use crate::node_api::{Scope, Value};
use crate::{direction, options, process, stats};

/// A function as JavaScript calls it.
struct Call {
    name: &'static CStr,
    run: for<'a> fn(Scope<'a>, &Arguments<'a>) -> Result<Value<'a>>,
}

static CALLS: [Call; 21] = [
    Call { name: c"attach", run: attach },
    Call { name: c"detach", run: detach },
    Call { name: c"generations", run: generations },
    Call { name: c"open", run: open },
    Call { name: c"close", run: close },
    Call { name: c"cancel", run: cancel },
    Call { name: c"touch", run: touch },
    Call { name: c"poke", run: poke },
    Call { name: c"watch", run: watch },
    Call { name: c"peek", run: peek },
    Call { name: c"invalidate", run: invalidate },
    Call { name: c"exportEntries", run: export_entries },
    Call { name: c"importEntries", run: import_entries },
    Call { name: c"popularity", run: popularity },
    Call { name: c"own", run: own },
    Call { name: c"upstreams", run: upstreams },
    Call { name: c"takeSamples", run: take_samples },
    Call { name: c"direct", run: direct },
    Call { name: c"direction", run: direction_in_force },
    Call { name: c"probe", run: probe },
    Call { name: c"stats", run: statistics },
];

/// Adds them to the module's exports.
pub(crate) fn export<'a>(scope: Scope<'a>, exports: Value<'a>) -> Result<()> {
    for call in &CALLS {
        scope.set_property(exports, call.name, scope.create_function(call.name, Some(dispatch), call)?)?;
    }
    Ok(())
}

extern "C" fn dispatch(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    entry(env, info, |scope, arguments| {
        // SAFETY: every function with this callback was created with one of `CALLS`.
        let call = unsafe { &*arguments.data().cast::<Call>() };
        (call.run)(scope, arguments)
    })
}

/// `attach(scratch, deliver)` opens a port and returns its number.
fn attach<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let delivery = Delivery::open(scope, arguments.value(0), arguments.value(1))?;
    scope.create_u32(Environment::of(scope)?.add_delivery(delivery))
}

/// `detach(port)` closes a port that has no resolvers; false if it has any.
fn detach<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let detached = Environment::of(scope)?.remove_delivery(scope, arguments.u32(0)?);
    scope.create_boolean(detached)
}

/// `generations()` is the environment's view of the generations; `null` where external memory is refused.
fn generations<'a>(scope: Scope<'a>, _arguments: &Arguments<'a>) -> Result<Value<'a>> {
    Environment::of(scope)?.generations(scope)?.map_or_else(|| scope.null(), Ok)
}

/// `open(port, options)` opens a resolver and returns its handle. Options that are wrong are an error that begins with the
/// key's path.
fn open<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let environment = Environment::of(scope)?;
    let port = arguments.u32(0)?;
    let delivery = environment.delivery(port).ok_or_else(|| invalid("This environment has no such port"))?;
    let options = options::parse(&scope.text(arguments.value(1))?).map_err(invalid)?;
    let resolver = process::client().open(port, options).map_err(|error| invalid(error.to_string()))?;
    scope.create_u32(environment.add_resolver(OpenResolver { resolver, delivery }))
}

/// `close(handle)` closes a resolver; its waiters settle.
fn close<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    Environment::of(scope)?.close_resolver(arguments.u32(0)?);
    scope.undefined()
}

/// `cancel(handle, ticket)` withdraws a lookup or query.
fn cancel<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    process::client().cancel(Waiter { environment: open.delivery.port(), ticket: arguments.u32(1)? });
    scope.undefined()
}

/// `touch(handle, name, flags, hits)` reports hits that a mirror served.
fn touch<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let mut buffer = NameBuffer::new();
    let name = arguments.name(1, &mut buffer)?;
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    process::client().touch(&open.resolver, name, arguments.u32(2)?, arguments.u32(3)?);
    scope.undefined()
}

/// `poke(handle)` tells that lookups are happening.
fn poke<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let _open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    process::client().poke();
    scope.undefined()
}

/// `watch(handle, path?)` watches a file, or none any more.
fn watch<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let path = arguments.text(1)?;
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    process::client().watch(&open.resolver, path.as_deref());
    scope.undefined()
}

/// `peek(handle, name, flags)` looks into the cache only; 0 if nothing is there.
fn peek<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let mut buffer = NameBuffer::new();
    let name = arguments.name(1, &mut buffer)?;
    let environment = Environment::of(scope)?;
    let open = environment.resolver(arguments.u32(0)?)?;
    let mut answer = environment.answer();
    let known = process::client().peek(&open.resolver, name, arguments.u32(2)?, &mut answer);
    scope.create_u32(if known { open.delivery.write(&answer, 0).unwrap_or(0) } else { 0 })
}

/// `invalidate(handle, name?)` drops cached answers and returns how many.
fn invalidate<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let mut buffer = NameBuffer::new();
    let absent = scope.is_absent(arguments.value(1))?;
    let name = if absent { None } else { Some(arguments.name(1, &mut buffer)?) };
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_u32(process::client().invalidate(&open.resolver, name))
}

/// `exportEntries(handle, cursor)` is a piece of what the cache holds: `{ next, entries }`.
fn export_entries<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from float to integer saturates, and a cursor out of range is at the end"
    )]
    let cursor = scope.double(arguments.value(1))? as u64;
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    let (next, entries) = process::client().export(&open.resolver, cursor);
    let piece = scope.create_object()?;
    #[expect(clippy::cast_precision_loss, reason = "cursors are below 2⁵³")]
    scope.set_property(piece, c"next", scope.create_double(next as f64)?)?;
    scope.set_property(piece, c"entries", scope.create_buffer(&entries)?)?;
    Ok(piece)
}

/// `importEntries(handle, ticket, digest, rows)` puts rows of `exportEntries` into the cache.
fn import_entries<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let ticket = arguments.u32(1)?;
    let digest = scope.text(arguments.value(2))?;
    let rows = scope.copy_octets(arguments.value(3))?;
    let environment = Environment::of(scope)?;
    let open = environment.resolver(arguments.u32(0)?)?;
    let mut answer = environment.answer();
    let waiter = Waiter { environment: open.delivery.port(), ticket };
    let failed = process::client().import(&open.resolver, waiter, &digest, rows, &mut answer);
    open.delivery.settle_later(scope, failed.then_some(&*answer), ticket);
    scope.undefined()
}

/// `popularity(handle)`: the names used most, as JSON.
fn popularity<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_string(&stats::names_to_json(&process::client().popularity(&open.resolver)))
}

/// `own(handle)`: whether this environment owns the resolver's namespace.
fn own<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_boolean(process::client().own(&open.resolver))
}

/// `upstreams(handle)`: the resolver's upstreams by number, as JSON.
fn upstreams<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_string(&stats::upstreams_to_json(&process::client().upstreams(&open.resolver)))
}

/// `takeSamples(handle)`: what came of queries to the upstreams since this was last called, as rows.
fn take_samples<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_buffer(&process::client().take_samples(&open.resolver))
}

/// `direct(handle, direction)` puts a direction in force. One that is wrong is an error that begins with the key's path.
fn direct<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let direction = direction::parse(&scope.text(arguments.value(1))?).map_err(invalid)?;
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    process::client().direct(&open.resolver, direction);
    scope.undefined()
}

/// `direction(handle)`: the direction in force as JSON, empty if there is none.
fn direction_in_force<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_string(&process::client().direction(&open.resolver).unwrap_or_default())
}

/// `probe(handle, upstream, name)` asks an upstream, to see whether it answers.
fn probe<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let mut buffer = NameBuffer::new();
    let name = arguments.name(2, &mut buffer)?;
    let upstream = u16::try_from(arguments.u32(1)?).map_err(|_| invalid("no such upstream"))?;
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    process::client().probe(&open.resolver, upstream, name);
    scope.undefined()
}

/// `stats(handle)`: statistics as JSON.
fn statistics<'a>(scope: Scope<'a>, arguments: &Arguments<'a>) -> Result<Value<'a>> {
    let open = Environment::of(scope)?.resolver(arguments.u32(0)?)?;
    scope.create_string(&stats::to_json(&process::client().stats(&open.resolver)))
}

fn invalid(reason: impl Into<String>) -> Error {
    Error::new(Status::InvalidArg, reason.into())
}
