//! The JavaScript side of a port: its scratch memory, its delivery function, and how many callers it keeps the
//! event loop alive for.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::Arc;
use std::time::Instant;

use dns_client::{Answer, NO_WAITING};
use napi::{Error, Result, Status};

use crate::backlog::Backlog;
use crate::batch::{Outgoing, encode};
use crate::environment::Environment;
use crate::node_api::{Octets, Reference, Scope, Value};
use crate::port::Port;
use crate::threadsafe_function::Run;

/// One port, as its environment sees it.
pub(crate) struct Delivery {
    port: Arc<Port>,
    scratch: Scratch,
    /// `(bytes: Uint8Array, length: number) => void`
    deliver: Reference,
    /// Callers whose answers have not been delivered.
    waiters: Cell<u32>,
    outgoing: RefCell<Outgoing>,
    backlog: RefCell<Backlog>,
    /// Reused by every call that is answered at once.
    record: RefCell<Vec<u8>>,
}

/// Memory that JavaScript allocated and reads answers from.
struct Scratch {
    octets: Octets,
    /// Keeps the memory alive and in place.
    array: Reference,
}

impl Scratch {
    /// Copies `octets` to its start; false if there is no room, or the memory has been let go of.
    fn write(&self, octets: &[u8]) -> bool {
        if octets.len() > self.octets.length || !self.array.is_kept() {
            return false;
        }
        // SAFETY: the array's memory is this long and stays where it is as long as the array lives, which the
        // reference sees to; JavaScript never transfers it. Only this thread touches it, and `octets` is our own.
        unsafe { ptr::copy_nonoverlapping(octets.as_ptr(), self.octets.data, octets.len()) };
        true
    }
}

impl Delivery {
    /// Opens a port that delivers by `deliver`, into `scratch` where it fits.
    ///
    /// # Errors
    /// Arguments of a wrong type, or an environment that is ending.
    pub(crate) fn open<'a>(scope: Scope<'a>, scratch: Value<'a>, deliver: Value<'a>) -> Result<Self> {
        let octets = scope.octets(scratch)?;
        scope.expect_function(deliver)?;
        let scratch = Scratch { octets, array: scope.create_reference(scratch)? };
        let deliver = scope.create_reference(deliver)?;
        let port = Port::open::<Turn>(scope)?;
        Ok(Self {
            port,
            scratch,
            deliver,
            waiters: Cell::new(0),
            outgoing: RefCell::default(),
            backlog: RefCell::default(),
            record: RefCell::default(),
        })
    }

    /// Closes the port and lets go of what JavaScript gave it.
    pub(crate) fn close(&self, scope: Scope<'_>) {
        self.port.close();
        scope.delete_reference(&self.scratch.array);
        scope.delete_reference(&self.deliver);
    }

    /// The port's number.
    pub(crate) fn port(&self) -> u32 {
        self.port.id()
    }

    /// Ends a call: with its answer in the scratch memory, whose octets it returns, or with 0 and one more caller
    /// that waits, because there is no answer yet or it is too large.
    pub(crate) fn settle_or_wait(&self, scope: Scope<'_>, answer: Option<&Answer>, ticket: u32) -> u32 {
        if let Some(length) = answer.and_then(|answer| self.write(answer, ticket)) {
            return length;
        }
        self.settle_later(scope, answer, ticket);
        0
    }

    /// Ends a call that is always answered later: by `answer` if there is one already.
    pub(crate) fn settle_later(&self, scope: Scope<'_>, answer: Option<&Answer>, ticket: u32) {
        if let Some(answer) = answer {
            let mut record = Vec::new();
            encode(answer, ticket, &mut record);
            self.port.deliver(&record);
        }
        self.add_waiter(scope);
    }

    /// Writes an answer to the scratch memory and returns its octets; `None` if there is no room.
    pub(crate) fn write(&self, answer: &Answer, ticket: u32) -> Option<u32> {
        let mut record = self.record.borrow_mut();
        record.clear();
        encode(answer, ticket, &mut record);
        if self.scratch.write(&record) { u32::try_from(record.len()).ok() } else { None }
    }

    /// The flags of a lookup as they are for a caller whose event loop takes its answers, or does not.
    pub(crate) fn flags(&self, flags: u32) -> u32 {
        if self.backlog.borrow().lasts(Instant::now) { flags | NO_WAITING } else { flags }
    }

    /// One more caller waits: the first keeps the event loop alive.
    fn add_waiter(&self, scope: Scope<'_>) {
        let waiters = self.waiters.get();
        self.waiters.set(waiters + 1);
        if waiters == 0 {
            self.port.keep_alive(scope, true);
        }
    }

    fn remove_waiters(&self, scope: Scope<'_>, count: u32) {
        let waiters = self.waiters.get();
        let left = waiters.saturating_sub(count);
        self.waiters.set(left);
        if waiters > 0 && left == 0 {
            self.port.keep_alive(scope, false);
        }
    }

    /// Delivers what one turn of the event loop takes.
    fn run_turn(&self, scope: Scope<'_>) {
        let result = self.deliver_batch(scope);
        // Tell what is left even if the callback threw: the rest must not wait for another answer to come.
        if result.is_err() {
            scope.report_uncaught();
        }
        let left = self.outgoing.borrow().len();
        self.backlog.borrow_mut().note(left, Instant::now);
        self.port.finish_turn(left > 0);
    }

    fn deliver_batch(&self, scope: Scope<'_>) -> Result<()> {
        let (bytes, length) = {
            let mut outgoing = self.outgoing.borrow_mut();
            self.port.take(&mut outgoing);
            let batch = outgoing.next_batch(self.scratch.octets.length);
            self.remove_waiters(scope, batch.waiters);
            if batch.records == 0 {
                return Ok(());
            }
            let bytes = if self.scratch.write(batch.octets) {
                scope.value_of(&self.scratch.array)?
            } else {
                scope.create_buffer(batch.octets)?
            };
            let length = u32::try_from(batch.octets.len())
                .map_err(|_| Error::new(Status::GenericFailure, "a record of 4 GiB".to_owned()))?;
            (bytes, length)
        };
        scope.call(scope.value_of(&self.deliver)?, [bytes, scope.create_u32(length)?])
    }
}

/// Runs when a port was signalled.
struct Turn;

impl Run for Turn {
    fn run(scope: Scope<'_>, port: u32) {
        let Some(environment) = Environment::existing(scope) else { return };
        if let Some(delivery) = environment.delivery(port) {
            delivery.run_turn(scope);
        }
    }
}
