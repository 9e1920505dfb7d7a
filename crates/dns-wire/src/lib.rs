//! The DNS wire format: parsing what was received, composing what is sent.
//!
//! # What it is
//!
//! Pure functions over octets. [`Message::parse`] checks a whole message once, without allocation, and lends
//! views of it: [`Question`], [`Record`], [`Rdata`], [`Opt`]. [`Answer::follow`] is what a stub resolver
//! wants to know of a response: the records at the end of the aliases, and how long they may be kept.
//! [`Query`] composes questions, [`MessageBuilder`] any message.
//!
//! # What it is not
//!
//! No I/O, no clock, no random numbers, no cache, no retries; no DNSSEC validation, no dynamic update, no
//! zone files. Records of types not listed in [`Rdata`] are kept as octets.
//!
//! # Example
//!
//! ```
//! use dns_wire::{Answer, Class, Edns, Message, MessageBuilder, Name, Query, Rdata, Rtype};
//!
//! let name = Name::from_ascii("www.example.com")?;
//! let edns = Edns { udp_payload: 1232, cookie: None, padding: None };
//! let query = Query { id: 4711, name: &name, rtype: Rtype::A, recursion_desired: true, edns: Some(edns) };
//! let mut sent = Vec::new();
//! query.compose(&mut sent);
//!
//! // What a server would send back.
//! let host = Name::from_ascii("host.example.net")?;
//! let mut response = MessageBuilder::response_to(&Message::parse(&sent)?).recursion_available(true);
//! response.answer(&name, Class::IN, 300, &Rdata::Cname(&host))?;
//! response.answer(&host, Class::IN, 60, &Rdata::<&Name>::A([192, 0, 2, 1].into()))?;
//! let received = response.finish();
//!
//! let message = Message::parse(&received)?;
//! assert!(message.question().is_some_and(|question| question.matches(&name, Rtype::A)));
//! let answer = Answer::follow(&message, &name, Rtype::A)?;
//! assert_eq!(answer.final_owner(), host);
//! assert_eq!(answer.min_ttl(), Some(60));
//! assert_eq!(answer.addresses().next(), Some([192, 0, 2, 1].into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod answer;
mod answer_records;
mod chain;
mod class;
mod compose_rdata;
mod composer;
mod cookie;
mod edns_option;
mod error;
mod fields;
mod header;
mod labels;
mod message;
mod message_builder;
mod name;
mod opcode;
mod opt;
mod owner;
mod parsed_name;
mod plain_rdata;
mod presentation;
mod query;
mod question;
mod rcode;
mod rdata;
mod record;
mod rtype;
mod strings;
mod svc_params;

pub use answer::Answer;
pub use answer_records::{Addresses, AnswerRecords};
pub use chain::{ChainError, MAX_CHAIN};
pub use class::Class;
pub use cookie::Cookie;
pub use edns_option::{EdnsOption, EdnsOptions};
pub use error::ParseError;
pub use header::Header;
pub use labels::Labels;
pub use message::{Message, peek_question};
pub use message_builder::{ComposeError, MessageBuilder};
pub use name::{DomainName, Name, NameError};
pub use opcode::Opcode;
pub use opt::Opt;
pub use parsed_name::ParsedName;
pub use query::{Edns, Query};
pub use question::Question;
pub use rcode::Rcode;
pub use rdata::Rdata;
pub use record::{Record, Records};
pub use rtype::Rtype;
pub use strings::{Strings, StringsIter};
pub use svc_params::{SvcParam, SvcParams};

#[cfg(test)]
mod tests;
