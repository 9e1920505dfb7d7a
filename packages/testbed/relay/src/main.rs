//! Two small servers for tests and benchmarks, on loopback only and without an async runtime.
//!
//! `relay` stands between a DNS client and its server and delays, loses, duplicates, reorders, swallows or forges datagrams, by
//! seed, each direction apart; TCP passes with the delay. `respond` is a server that gives every known name the same
//! addresses after a fixed delay. Both are steered by lines on standard input and answer with JSON lines on standard
//! output. Delays are never shorter than asked for, and up to a millisecond longer: that is the poll's resolution.

mod answer;
mod arguments;
mod bind;
mod control;
mod datagrams;
mod direction;
mod forgery;
mod impairment;
mod random;
mod responder;
mod schedule;
mod streams;

use arguments::Mode;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mode = match arguments::parse(std::env::args().skip(1)) {
        Ok(mode) => mode,
        Err(error) => {
            eprintln!("testbed-relay: {error}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    let result = match mode {
        Mode::Relay(options) => datagrams::run(&options),
        Mode::Respond(options) => responder::run(options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("testbed-relay: {error}");
            ExitCode::FAILURE
        }
    }
}
