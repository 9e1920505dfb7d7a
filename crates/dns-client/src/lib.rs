//! A DNS stub resolver's client: what to ask, whom, when again, and what to make of the answers.
//!
//! # What it is
//!
//! A [`Client`] answers lookups from the hosts file and a shared cache at once; what must be asked goes to one I/O
//! thread, which the embedding program runs ([`Host`]). On it a sans-IO engine keeps flights (one question, many
//! waiters), attempts (one datagram or frame to one server) and lookups (both families, the search list), and a thin
//! layer of sockets carries out what the engine decides.
//!
//! # What it is not
//!
//! No recursion, no DNSSEC validation, no Node-API, no TLS: queries to encrypted servers are handed to the embedding program
//! as legs ([`LegOffer`]). Which of several servers is better is decided above this crate, too.
//!
//! # Main types
//!
//! [`Client`], [`Resolver`], [`ResolverOptions`], [`Answer`], [`Host`], [`IoThread`].
//!
//! ```
//! use std::sync::{Arc, mpsc};
//! use std::sync::atomic::AtomicU32;
//! use dns_cache::{Cache, CacheConfig};
//! use dns_client::{Answer, Client, Event, GENERATIONS, Host, IoThread, LegOffer, ResolverOptions, Status, Waiter};
//!
//! struct Program(mpsc::Sender<(Waiter, Answer)>);
//! impl Host for Program {
//!     fn start(&self, mut io: IoThread) -> std::io::Result<()> {
//!         std::thread::Builder::new().spawn(move || io.run()).map(drop)
//!     }
//!     fn complete(&self, answers: &[(Waiter, Answer)]) {
//!         for answer in answers {
//!             let _receiver_gone = self.0.send(answer.clone());
//!         }
//!     }
//!     fn offer_leg(&self, _environment: u32, _offer: &LegOffer<'_>) {}
//!     fn notify(&self, _environment: u32, event: &Event) {
//!         println!("{event:?}");
//!     }
//! }
//!
//! static COUNTERS: [AtomicU32; GENERATIONS] = [const { AtomicU32::new(0) }; GENERATIONS];
//! let (sender, answers) = mpsc::channel();
//! let client = Client::new(Arc::new(Cache::new(CacheConfig::default())), Arc::new(Program(sender)), &COUNTERS);
//! let resolver = client.open(1, ResolverOptions::default())?;
//! let mut answer = Answer::default();
//! let waiter = Waiter { environment: 1, ticket: 7 };
//! if !client.lookup(&resolver, "localhost", 0, waiter, 0, &mut answer) {
//!     (_, answer) = answers.recv()?;
//! }
//! assert_eq!(answer.status, Status::Ok);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod answer;
mod client;
mod compose;
mod direction;
mod engine;
mod event;
mod exchange;
mod families;
mod file_identity;
mod guided;
mod holds;
mod host;
mod io;
mod legs;
mod name_fraction;
mod options;
mod payload;
mod plan;
mod private_addresses;
mod private_names;
mod random;
mod resolver;
mod routes;
mod rows;
mod samples;
mod server;
mod snapshot;
mod stable_order;
#[cfg(test)]
mod stage;
mod stats;
mod system;
mod system_files;
mod time;

pub use answer::{
    Answer, AnswerKind, FLAG_COMPLETE, FLAG_FROM_CACHE, FLAG_FROM_HOSTS, FLAG_OTHER_SERVICES, FLAG_STALE,
    Failure, RankedAddress, Status, Waiter,
};
pub use client::{Client, PopularName};
pub use direction::{Canary, Direction};
pub use event::Event;
pub use exchange::GENERATIONS;
pub use families::NO_WAITING;
pub use host::Host;
pub use io::IoThread;
pub use legs::{LegEnding, LegFailure, LegOffer};
pub use options::{
    CacheOptions, LocalAddress, MAX_JITTER, OptionsError, ResolverOptions, RouteOption, Servers,
};
pub use plan::Class;
pub use resolver::Resolver;
pub use server::{EncryptedServer, Protocol, Server, ServerOption};
pub use stats::{NumberedUpstream, Stats, UpstreamStats, Upstreams};
