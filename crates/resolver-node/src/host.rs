//! What the client needs of the program around it: a thread, and a way for answers to reach their event loops.

use std::io;
use std::sync::Arc;

use dns_client::{Answer, Event, Host, IoThread, Waiter};
use parking_lot::Mutex;

use crate::event;
use crate::port::{self, Port};
use crate::thread;

/// Node, seen from the client.
#[derive(Default)]
pub(crate) struct NodeHost {
    /// Ports with records that nobody has signalled yet, and the one of the last record. Only the I/O thread locks it.
    touched: Mutex<Touched>,
}

#[derive(Default)]
struct Touched {
    last: Option<Arc<Port>>,
    unsignalled: Vec<Arc<Port>>,
}

impl Host for NodeHost {
    fn start(&self, io: IoThread) -> io::Result<()> {
        thread::spawn(io)
    }

    fn complete(&self, waiter: Waiter, answer: Answer) {
        let mut touched = self.touched.lock();
        if touched.last.as_ref().is_none_or(|last| last.id() != waiter.environment) {
            touched.last = port::find(waiter.environment);
        }
        let Some(port) = &touched.last else { return };
        if port.push(&answer, waiter.ticket) {
            let port = Arc::clone(port);
            touched.unsignalled.push(port);
        }
    }

    fn flush(&self) {
        let mut touched = self.touched.lock();
        for port in touched.unsignalled.drain(..) {
            port.flush();
        }
        // Held any longer, the port of an environment that has ended would live until the next answer.
        touched.last = None;
    }

    fn notify(&self, environment: u32, event: &Event) {
        if let Some(port) = port::find(environment) {
            port.push_news(&event::to_json(event));
            port.flush();
        }
    }
}
