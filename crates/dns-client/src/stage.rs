//! A host for tests: it keeps the I/O thread for the test to run by hand, and what it is told.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use dns_cache::{Cache, CacheConfig};
use parking_lot::Mutex;

use crate::options::{ResolverOptions, Servers};
use crate::server::{Protocol, ServerOption};
use crate::{Answer, Client, Event, GENERATIONS, Host, IoThread, LegOffer, Status, Waiter};

pub(crate) static GENERATION: [AtomicU32; GENERATIONS] = [const { AtomicU32::new(0) }; GENERATIONS];

/// Keeps the thread for the test to run by hand.
#[derive(Default)]
pub(crate) struct Stage {
    pub(crate) io: Mutex<Option<IoThread>>,
    pub(crate) answers: Mutex<Vec<(Waiter, Status)>>,
    pub(crate) news: Mutex<Vec<(u32, Event)>>,
    /// Legs: environment, number, query.
    pub(crate) offers: Mutex<Vec<(u32, u32, Vec<u8>)>>,
}

impl Host for Stage {
    fn start(&self, io: IoThread) -> std::io::Result<()> {
        *self.io.lock() = Some(io);
        Ok(())
    }

    fn complete(&self, answers: &[(Waiter, Answer)]) {
        self.answers.lock().extend(answers.iter().map(|(waiter, answer)| (*waiter, answer.status)));
    }

    fn offer_leg(&self, environment: u32, offer: &LegOffer<'_>) {
        self.offers.lock().push((environment, offer.leg, offer.query.to_vec()));
    }

    fn notify(&self, environment: u32, event: &Event) {
        self.news.lock().push((environment, event.clone()));
    }
}

/// A stage, and a client that has it as its host.
pub(crate) fn staged() -> (Arc<Stage>, Client) {
    let stage = Arc::new(Stage::default());
    let host = Arc::clone(&stage) as Arc<dyn Host>;
    (stage, Client::new(Arc::new(Cache::new(CacheConfig::default())), host, &GENERATION))
}

/// Options with a server that never answers.
pub(crate) fn with_silent_server() -> (std::net::UdpSocket, ResolverOptions) {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a loopback port");
    let address = silent.local_addr().expect("it is bound");
    let servers = Servers::List(vec![ServerOption::plain(Protocol::Udp, address)]);
    let options =
        ResolverOptions { servers, hosts: None, search: Some(Vec::new()), ..ResolverOptions::default() };
    (silent, options)
}
