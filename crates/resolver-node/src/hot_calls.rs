//! The calls made for every name that JavaScript does not answer itself: `lookup` and `query`, and `takeLeg` and
//! `answerLeg` for what it carries.

use dns_client::Waiter;
use napi::{Error, Result, Status};
use napi_sys as sys;

use crate::arguments::NameBuffer;
use crate::entry::entry;
use crate::environment::Environment;
use crate::legs;
use crate::node_api::{Scope, Value};
use crate::process;

/// Adds them to the module's exports.
pub(crate) fn export<'a>(scope: Scope<'a>, exports: Value<'a>) -> Result<()> {
    let calls: [(_, sys::napi_callback); 4] = [
        (c"lookup", Some(lookup)),
        (c"query", Some(query)),
        (c"takeLeg", Some(take_leg)),
        (c"answerLeg", Some(answer_leg)),
    ];
    for (name, call) in calls {
        scope.set_property(exports, name, scope.create_function(name, call, &())?)?;
    }
    Ok(())
}

/// `lookup(handle, name, flags, ticket, timeoutMs)`
extern "C" fn lookup(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    entry(env, info, |scope, arguments| {
        let mut buffer = NameBuffer::new();
        let name = arguments.name(1, &mut buffer)?;
        let (flags, ticket, timeout_ms) = (arguments.u32(2)?, arguments.u32(3)?, arguments.u32(4)?);
        let environment = Environment::of(scope)?;
        let open = environment.resolver(arguments.u32(0)?)?;
        let mut answer = environment.answer();
        let waiter = Waiter { environment: open.delivery.port(), ticket };
        let flags = open.delivery.flags(flags);
        let answered = process::client().lookup(&open.resolver, name, flags, waiter, timeout_ms, &mut answer);
        scope.create_u32(open.delivery.settle_or_wait(scope, answered.then_some(&*answer), ticket))
    })
}

/// `query(handle, name, rtype, ticket, timeoutMs, flags)`
extern "C" fn query(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    entry(env, info, |scope, arguments| {
        let mut buffer = NameBuffer::new();
        let name = arguments.name(1, &mut buffer)?;
        let rtype = u16::try_from(arguments.u32(2)?).ok().filter(|&rtype| rtype > 0);
        let rtype = rtype.ok_or_else(|| {
            Error::new(Status::InvalidArg, "a record type is between 1 and 65535".to_owned())
        })?;
        let (ticket, timeout_ms, flags) = (arguments.u32(3)?, arguments.u32(4)?, arguments.u32(5)?);
        let environment = Environment::of(scope)?;
        let open = environment.resolver(arguments.u32(0)?)?;
        let mut answer = environment.answer();
        let waiter = Waiter { environment: open.delivery.port(), ticket };
        let flags = open.delivery.flags(flags);
        let answered =
            process::client().query(&open.resolver, name, rtype, flags, waiter, timeout_ms, &mut answer);
        scope.create_u32(open.delivery.settle_or_wait(scope, answered.then_some(&*answer), ticket))
    })
}

/// `takeLeg(port, leg)`
extern "C" fn take_leg(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    entry(env, info, |scope, arguments| {
        let (port, leg) = (arguments.u32(0)?, arguments.u32(1)?);
        let is_own = Environment::of(scope)?.delivery(port).is_some();
        scope.create_u32(if is_own { process::client().take_leg(port, leg) } else { 0 })
    })
}

/// `answerLeg(port, leg, outcome, late, answer)`; returns whether the port is one of the environment's.
extern "C" fn answer_leg(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    entry(env, info, |scope, arguments| {
        let (port, leg) = (arguments.u32(0)?, arguments.u32(1)?);
        let ending = legs::ending(arguments.u32(2)?, arguments.octets(4)?)
            .ok_or_else(|| Error::new(Status::InvalidArg, "a leg has no such outcome".to_owned()))?;
        let late = arguments.boolean(3)?;
        let is_own = Environment::of(scope)?.delivery(port).is_some();
        if is_own {
            process::client().answer_leg(port, leg, ending, late);
        }
        scope.create_u32(u32::from(is_own))
    })
}
