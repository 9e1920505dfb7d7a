//! The cache on traces. The line that is printed is the figures, in JSON.
//!
//! - `cache-benchmark day PRESET` plays a day of lookups,
//! - `cache-benchmark describe` says what the day is made of,
//! - `cache-benchmark eviction TRACE POLICY entries|octets SIZE…` plays a trace with caches of these sizes; those in
//!   octets are given as a number of names, each taken to cost 128.

mod allocated;
mod eviction;
mod lru;
mod preset;
mod replay;
mod traffic;

use eviction::{OCTETS_OF_AN_ENTRY, Size};
use preset::PRESETS;
use std::process::ExitCode;
use traffic::Traffic;

#[global_allocator]
static ALLOCATOR: allocated::Counting = allocated::Counting;

#[expect(clippy::cast_precision_loss, reason = "for display")]
fn per_cent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn play_day(name: &str) -> Option<String> {
    let preset = PRESETS.into_iter().find(|preset| preset.name == name)?;
    let tally = replay::replay(&Traffic::recorded(), preset);
    Some(format!(
        r#"{{"hot":{:.3},"all":{:.3},"queries":{},"waits":{},"waited":{},"past":{:.3},"peak":{}}}"#,
        per_cent(tally.hot_hits, tally.hot_lookups),
        per_cent(tally.hits, tally.lookups),
        tally.queries,
        tally.waits,
        tally.waited_ms / 1_000,
        per_cent(tally.past_ttl, tally.lookups),
        tally.busiest_second,
    ))
}

fn describe() -> String {
    let traffic = Traffic::recorded();
    let tally = replay::replay(&traffic, PRESETS[0]);
    format!(
        r#"{{"lookups":{},"names":{},"hot":{:.1},"checksum":"{:016x}"}}"#,
        traffic.lookups.len(),
        traffic.ttl_seconds.len(),
        per_cent(tally.hot_lookups, tally.lookups),
        traffic.checksum()
    )
}

fn evict(trace: &str, policy: &str, unit: &str, sizes: &[&str]) -> Option<String> {
    if !eviction::is_known(trace, policy) {
        return None;
    }
    let mut figures = Vec::new();
    for size in sizes {
        let names: usize = size.parse().ok()?;
        let of = match unit {
            "entries" => Size::Entries(names),
            "octets" => Size::Octets(names * OCTETS_OF_AN_ENTRY),
            _ => return None,
        };
        let Some(outcome) = eviction::compare(trace, policy, of) else { continue };
        figures
            .push(format!(r#""hits{size}":{:.3},"octets{size}":{}"#, outcome.hits_per_cent, outcome.octets));
    }
    Some(format!("{{{}}}", figures.join(",")))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let figures = match arguments[..] {
        ["day", preset] => play_day(preset),
        ["describe"] => Some(describe()),
        ["eviction", trace, policy, unit, ref sizes @ ..] => evict(trace, policy, unit, sizes),
        _ => None,
    };
    let Some(figures) = figures else {
        let presets = PRESETS.map(|preset| preset.name).join(", ");
        eprintln!(
            "usage: cache-benchmark describe | day PRESET | eviction TRACE POLICY entries|octets SIZE…; presets: {presets}"
        );
        return ExitCode::from(2);
    };
    println!("{figures}");
    ExitCode::SUCCESS
}
