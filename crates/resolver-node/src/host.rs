//! What the client needs of the program around it: a thread, and a way for answers to reach their event loops.

use std::io;

use dns_client::{Answer, Event, Host, IoThread, LegOffer, Waiter};
use parking_lot::Mutex;

use crate::batch::{KEPT_CAPACITY, encode, encode_leg, encode_news};
use crate::event;
use crate::port;
use crate::thread;

/// Node, seen from the client.
#[derive(Default)]
pub(crate) struct NodeHost {
    /// Where the records of a port are put together, so that its event loop does not wait for that. Only the I/O thread
    /// locks it.
    records: Mutex<Vec<u8>>,
}

impl Host for NodeHost {
    fn start(&self, io: IoThread) -> io::Result<()> {
        thread::spawn(io)
    }

    fn complete(&self, answers: &[(Waiter, Answer)]) {
        let mut records = self.records.lock();
        for answers in answers.chunk_by(|(one, _), (next, _)| one.environment == next.environment) {
            let Some(port) = answers.first().and_then(|(waiter, _)| port::find(waiter.environment)) else {
                continue;
            };
            records.clear();
            for (waiter, answer) in answers {
                encode(answer, waiter.ticket, &mut records);
            }
            port.deliver(&records);
        }
        records.clear();
        records.shrink_to(KEPT_CAPACITY);
    }

    fn offer_leg(&self, environment: u32, offer: &LegOffer<'_>) {
        if let Some(port) = port::find(environment) {
            let mut records = self.records.lock();
            records.clear();
            encode_leg(offer, &mut records);
            port.deliver(&records);
        }
    }

    fn notify(&self, environment: u32, event: &Event) {
        if let Some(port) = port::find(environment) {
            let mut record = Vec::new();
            encode_news(&event::to_json(event), &mut record);
            port.deliver(&record);
        }
    }
}
