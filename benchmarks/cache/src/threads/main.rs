//! Reads and writes as a busy resolver makes them, from one thread and from two, against caches that others use.
//!
//! 95 % reads and 5 % inserts of names drawn by Zipf's law, all caches warm and full, each thread with its own part
//! of a sequence that is drawn beforehand. The caches take turns many times, each for some milliseconds, so that
//! what slows the machine for a while slows all of them. What is printed, in JSON, are medians over the turns: by cache
//! and number of threads the processor time of one operation in nanoseconds, and how many times the operations of one
//! thread two make in the same time. Arguments name the caches that take part; without any, all do.

mod contender;
mod turn;

use std::collections::BTreeMap;
use turn::{Figures, Load};

/// Turns that each cache has with each number of threads.
const TURNS: usize = 10;

/// The middle value, the upper one of two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() {
    let load = Load::new();
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let mut contenders = contender::all();
    contenders.retain(|(name, _)| chosen.is_empty() || chosen.iter().any(|one| one == name));
    for (_, cache) in &contenders {
        load.fill(cache.as_ref());
    }
    let mut figures: BTreeMap<&str, Vec<[Figures; 2]>> = BTreeMap::new();
    for turn in 0..TURNS {
        // Each begins as often as any other.
        for at in 0..contenders.len() {
            let (name, cache) = &contenders[(turn + at) % contenders.len()];
            let [one, two] = [1, 2].map(|threads| load.play(cache.as_ref(), threads, turn));
            figures.entry(name).or_default().push([one, two]);
        }
    }
    let lines = figures.into_iter().map(|(name, turns)| {
        let of = |figure: &dyn Fn(&[Figures; 2]) -> f64| median(turns.iter().map(figure).collect());
        let [one, two] = [0, 1].map(|threads| of(&|turn| turn[threads].processor_ns));
        let scaling = of(&|turn| 2.0 * turn[0].elapsed_ns / turn[1].elapsed_ns);
        format!(r#""{name}/1":{one:.1},"{name}/2":{two:.1},"{name}/scaling":{scaling:.3}"#)
    });
    println!("{{{}}}", lines.collect::<Vec<_>>().join(","));
}
