//! Failover, played second by second: what callers wait and what servers are asked when the first of them fails.

use std::collections::HashMap;

use super::play::{Play, Sent, who};
use crate::answer::{Status, Waiter};
use crate::direction::Direction;

/// Milliseconds until an answer comes.
const ROUND_TRIP_MS: u64 = 20;
/// When the fault begins.
const FAULT_MS: u64 = 500;

/// What the first server does from then on.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// Nothing.
    Silent,
    /// Nobody listens there.
    Killed,
    /// So many of a thousand datagrams are lost, each way.
    Loses { there: u32, back: u32 },
    /// It answers SERVFAIL.
    Fails,
}

/// What came of the lookups that began after the fault.
#[derive(Debug)]
struct Tally {
    lookups: usize,
    queries: usize,
    failed: usize,
    /// Milliseconds, rising.
    took: Vec<u64>,
}

impl Tally {
    fn quantile_ms(&self, of_hundred: usize) -> u64 {
        self.took[(self.took.len() * of_hundred).div_ceil(100).max(1) - 1]
    }

    /// Queries, in hundredths of what would be enough.
    fn cost(&self) -> usize {
        self.queries * 100 / self.lookups
    }
}

/// For how long lookups begin after the fault, unless it is said.
const LASTS_MS: u64 = 2_000;

struct Script {
    play: Play,
    fault: Fault,
    seed: u64,
    lasts_ms: u64,
    ms: u64,
    /// Answers on their way, by when they come.
    coming: Vec<(u64, Sent, Answer)>,
    begun: HashMap<u32, u64>,
    tally: Tally,
}

#[derive(Debug, Clone, Copy)]
enum Answer {
    Data,
    ServFail,
    Unreachable,
}

impl Script {
    fn new(play: Play, fault: Fault) -> Self {
        let tally = Tally { lookups: 0, queries: 0, failed: 0, took: Vec::new() };
        let (coming, begun) = (Vec::new(), HashMap::new());
        Self { play, fault, seed: 11, lasts_ms: LASTS_MS, ms: 0, coming, begun, tally }
    }

    const fn is_counted(&self, ms: u64) -> bool {
        ms >= FAULT_MS && ms < FAULT_MS + self.lasts_ms
    }

    fn is_lost(&mut self, of_thousand: u32) -> bool {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % 1_000 < u64::from(of_thousand)
    }

    fn serve(&mut self) {
        for query in self.play.sent() {
            self.tally.queries += usize::from(self.is_counted(self.ms));
            let answers = (self.ms + ROUND_TRIP_MS, query.clone(), Answer::Data);
            let answer = if who(&query) != 1 || self.ms < FAULT_MS {
                Some(answers)
            } else {
                match self.fault {
                    Fault::Silent => None,
                    Fault::Killed => Some((self.ms, query, Answer::Unreachable)),
                    Fault::Fails => Some((self.ms + 1, query, Answer::ServFail)),
                    Fault::Loses { there, back } => {
                        (!self.is_lost(there) && !self.is_lost(back)).then_some(answers)
                    }
                }
            };
            self.coming.extend(answer);
        }
    }

    fn settle(&mut self) {
        for (Waiter { ticket, .. }, answer) in self.play.answers() {
            let begun = self.begun.remove(&ticket).expect("answered once");
            if self.is_counted(begun) {
                self.tally.failed += usize::from(answer.status != Status::Ok);
                self.tally.took.push(self.ms - begun);
            }
        }
    }

    /// A question every `every_ms`, of one name or another; the owner of the namespace hears of the fault after `heard_ms`
    /// and decides what is given.
    fn run(mut self, every_ms: u64, heard_ms: u64, decision: Option<&Direction>) -> Tally {
        while self.ms < FAULT_MS + self.lasts_ms || !self.begun.is_empty() {
            if self.ms.is_multiple_of(every_ms) && self.ms < FAULT_MS + self.lasts_ms {
                let waiter = self.play.query(&format!("n{}.test", self.ms), 5_000);
                self.begun.insert(waiter.ticket, self.ms);
                self.tally.lookups += usize::from(self.is_counted(self.ms));
                self.serve();
                self.settle();
            }
            if self.ms == FAULT_MS + heard_ms
                && let Some(decision) = decision
            {
                self.play.direct(decision.clone());
            }
            self.play.pass(1);
            self.ms += 1;
            self.serve();
            let (due, later) = self.coming.drain(..).partition(|(at, ..)| *at <= self.ms);
            self.coming = later;
            let due: Vec<_> = due;
            for (_, query, answer) in due {
                if !self.play.is_open(&query) {
                    continue;
                }
                match answer {
                    Answer::Data => self.play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60)),
                    Answer::ServFail => {
                        self.play.arrive(&query, &query.respond_rcode(dns_wire::Rcode::SERVFAIL));
                    }
                    Answer::Unreachable => self.play.socket_error(query.socket),
                }
            }
            self.serve();
            self.settle();
        }
        assert!(self.begun.is_empty(), "all have been answered");
        self.tally.took.sort_unstable();
        self.tally
    }
}

/// What owners decide once the first server is down: the second leads.
fn second_leads() -> Direction {
    Direction { order: vec![1, 0], down: vec![0], fallback_leads: true, ..Direction::default() }
}

fn pair(name: &str) -> Play {
    match name {
        "a fallback" => Play::with_fallbacks(1, 1),
        "a second of the system's" => Play::system("nameserver 192.0.2.1\nnameserver 192.0.2.2\n"),
        _ => Play::listed(2),
    }
}

const PAIRS: [&str; 3] = ["a fallback", "a second of the system's", "another of a pool"];

#[test]
fn a_dead_server_delays_nobody_for_long_and_costs_a_tenth_more() {
    for (fault, every_ms) in
        [(Fault::Silent, 1), (Fault::Silent, 10), (Fault::Killed, 1), (Fault::Killed, 10)]
    {
        for name in PAIRS {
            let tally = Script::new(pair(name), fault).run(every_ms, 1_200, Some(&second_leads()));
            let summary = (name, fault, every_ms, tally.quantile_ms(99), tally.took.last(), tally.cost());
            assert_eq!(tally.failed, 0, "{summary:?}");
            assert!(tally.quantile_ms(99) <= 120 && tally.cost() <= 110, "{summary:?}");
        }
    }
}

#[test]
fn loss_is_hedged_away() {
    for (there, back, longest_ms, cost) in [(50, 50, 120, 125), (300, 0, 300, 150)] {
        for every_ms in [1, 10] {
            for name in PAIRS {
                let fault = Fault::Loses { there, back };
                let tally = Script::new(pair(name), fault).run(every_ms, 0, None);
                let summary = (name, fault, every_ms, tally.quantile_ms(99), tally.took.last(), tally.cost());
                assert_eq!(tally.failed, 0, "{summary:?}");
                assert!(tally.quantile_ms(99) <= longest_ms && tally.cost() < cost, "{summary:?}");
            }
        }
    }
}

#[test]
fn a_single_server_is_not_stormed() {
    for every_ms in [1, 10] {
        for (there, back, cost) in [(50, 50, 130), (300, 0, 160)] {
            let fault = Fault::Loses { there, back };
            let tally = Script::new(Play::listed(1), fault).run(every_ms, 0, None);
            let summary =
                (fault, every_ms, tally.quantile_ms(99), tally.took.last(), tally.failed, tally.cost());
            assert!(tally.took.last() < Some(&3_000) && tally.cost() <= cost, "{summary:?}");
        }
        let tally = Script::new(Play::listed(1), Fault::Silent).run(every_ms, 0, None);
        let summary = (every_ms, tally.failed, tally.took.last(), tally.cost());
        assert!(tally.cost() <= 330, "three tries and a few hedges: {summary:?}");
    }
}

#[test]
fn a_lossy_path_to_a_single_server_is_hedged_for_as_long_as_it_loses() {
    for every_ms in [1, 10] {
        let fault = Fault::Loses { there: 300, back: 0 };
        let script = Script { lasts_ms: 20_000, ..Script::new(Play::listed(1), fault) };
        let tally = script.run(every_ms, 0, None);
        let summary = (every_ms, tally.quantile_ms(99), tally.took.last(), tally.failed, tally.cost());
        assert!(tally.quantile_ms(99) <= 300 && tally.cost() < 150, "{summary:?}");
    }
}

#[test]
fn failures_go_on_at_once() {
    for name in PAIRS {
        let tally = Script::new(pair(name), Fault::Fails).run(10, 400, Some(&second_leads()));
        let summary = (name, tally.failed, tally.quantile_ms(100), tally.cost());
        assert_eq!((tally.failed, tally.quantile_ms(100)), (0, ROUND_TRIP_MS + 1), "{summary:?}");
        assert!(tally.cost() <= 125, "{summary:?}");
    }
}
