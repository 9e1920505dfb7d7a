//! What the threads do in one turn, and how it is timed.

use crate::contender::Contender;
use cache_benchmark::random::{Random, Zipf};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

const NAMES: u32 = 200_000;
const EXPONENT: f64 = 0.8;
/// Draws; threads and turns begin at different places of them, and go round.
const SEQUENCE: usize = 1 << 20;
/// Operations of each thread in a turn.
const OPERATIONS: usize = 1 << 16;
/// One operation in so many is an insert.
const INSERT_EVERY: usize = 20;

/// A wire name of 20 octets.
type Name = [u8; 20];

/// What a turn took for each operation of a thread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Of the slowest thread.
    pub(crate) elapsed_ns: f64,
    /// Of a processor, on average over the threads.
    pub(crate) processor_ns: f64,
}

/// The names, and the order in which they are used; how popular one is does not follow where it lies in memory.
pub(crate) struct Load {
    names: Vec<Name>,
    sequence: Vec<u32>,
}

impl Load {
    pub(crate) fn new() -> Self {
        let (zipf, mut random) = (Zipf::new(NAMES, EXPONENT), Random::new(1));
        let mut draw = || u64::from(zipf.draw(&mut random)) * 7_919 % u64::from(NAMES);
        let sequence = (0..SEQUENCE).map(|_| u32::try_from(draw()).unwrap_or(0)).collect();
        Self { names: (0..NAMES).map(name).collect(), sequence }
    }

    /// Looks all up once in turn, and inserts what is not there.
    pub(crate) fn fill(&self, cache: &dyn Contender) {
        for &n in &self.sequence {
            let name = &self.names[n as usize];
            if cache.read(name) == 0 {
                cache.write(name);
            }
        }
    }

    /// Lets so many threads work at the same time.
    pub(crate) fn play(&self, cache: &dyn Contender, threads: usize, turn: usize) -> Figures {
        let start = Barrier::new(threads);
        let taken: Vec<Figures> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|thread| {
                    let first = SEQUENCE / threads * thread + turn * OPERATIONS;
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        self.work(cache, first)
                    })
                })
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        Figures {
            elapsed_ns: taken.iter().map(|one| one.elapsed_ns).fold(0.0, f64::max),
            processor_ns: mean(taken.iter().map(|one| one.processor_ns)),
        }
    }

    fn work(&self, cache: &dyn Contender, first: usize) -> Figures {
        let (began, processor_began) = (Instant::now(), processor_ns());
        let mut sum = 0;
        for step in 0..OPERATIONS {
            let name = &self.names[self.sequence[(first + step) % SEQUENCE] as usize];
            if step % INSERT_EVERY == 0 {
                cache.write(name);
            } else {
                sum += cache.read(name);
            }
        }
        black_box(sum);
        let each = |ns: f64| ns / f64::from(u32::try_from(OPERATIONS).unwrap_or(u32::MAX));
        Figures {
            elapsed_ns: each(began.elapsed().as_secs_f64() * 1e9),
            processor_ns: each(processor_ns() - processor_began),
        }
    }
}

fn name(n: u32) -> Name {
    let mut wire = *b"\x06000000\x05cache\x05test1\x00";
    wire[1..7].copy_from_slice(format!("{n:06}").as_bytes());
    wire
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    values.sum::<f64>() / f64::from(count)
}

/// Processor time of this thread. What others get of the processor meanwhile does not count.
fn processor_ns() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "exact below 2⁵³ ns of processor time")]
    let (seconds, nanoseconds) = (time.tv_sec as f64, time.tv_nsec as f64);
    seconds * 1e9 + nanoseconds
}
