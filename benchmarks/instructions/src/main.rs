//! Does one thing so many times: `instruction-counts CASE TIMES`. Prints how often that asked for memory. Without arguments
//! it prints the names of its cases.
//!
//! `scripts/instruction-counts.mjs` runs it under callgrind for two numbers of times and takes the difference, so
//! that what happens once does not count.

mod cases;
mod counting;
mod uncached;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        println!("{}", cases::names().join("\n"));
        return ExitCode::SUCCESS;
    };
    let case = cases::find(&name);
    let times = arguments.next().and_then(|times| times.parse().ok());
    let (Some(prepare), Some(times)) = (case, times) else {
        eprintln!("usage: instruction-counts CASE TIMES, with a case of: {}", cases::names().join(", "));
        return ExitCode::from(2);
    };
    let mut operation = prepare();
    // What is allocated by the first time only, is allocated here.
    operation();
    let before = counting::allocations();
    for _ in 0..times {
        operation();
    }
    println!("{}", counting::allocations() - before);
    ExitCode::SUCCESS
}
