//! More than can be done at once, and who does not suffer from it.

use std::sync::atomic::Ordering;

use dns_cache::{Insert, Key};
use dns_wire::{Name, Rcode, Rtype};

use super::play::{Play, texts};
use crate::answer::{Answer, FLAG_COMPLETE, FLAG_STALE, Status};
use crate::options::CacheOptions;

/// What one namespace that is alone gets for names it knows nothing of.
const UNKNOWN_FLIGHTS: usize = 10_752;
/// What it gets in all.
const ALL_FLIGHTS: usize = 12_288;

/// The cache learns the addresses of `name`, which expire in `ttl_ms`.
fn learn(play: &Play, name: &str, ttl_ms: u64) {
    let name = Name::from_ascii(name).expect("a name");
    let key = Key { namespace: play.snapshot.namespace.id(), name: name.as_wire(), rtype: Rtype::A.0 };
    let payload = &[0, 0, 0, 60, 198, 51, 100, 1];
    let insert = Insert { payload, ttl_ms, ..Insert::default() };
    let _outcome = play.cache.insert(&key, &insert, play.now().as_millis());
}

/// Starts as many flights of names that nothing is known of as there may be.
fn flood(play: &mut Play) -> usize {
    (0..20_000)
        .take_while(|number| {
            play.query(&format!("n{number}.flood.test"), 5_000);
            play.answers().is_empty()
        })
        .count()
}

#[test]
fn a_flood_in_one_namespace_leaves_room_for_another() {
    let mut play = Play::listed(1);
    assert_eq!(flood(&mut play), UNKNOWN_FLIGHTS);
    play.enter("other");
    play.sent();
    let waiter = play.query("any.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
    assert!(flood(&mut play) > 2_000);
}

#[test]
fn callers_of_one_namespace_leave_room_for_those_of_another() {
    let mut play = Play::listed(1);
    let waiting = (0..262_144)
        .take_while(|_| {
            play.query("one-name.test", 5_000);
            play.answers().is_empty()
        })
        .count();
    assert_eq!(waiting, 3 * 262_144 / 4);
    play.enter("other");
    play.sent();
    let waiter = play.query("any.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
    play.engine.environment_closed(1);
    assert_eq!(play.engine.waiters.len(), 0);
    play.pass(11_000);
    assert!(play.engine.is_idle());
}

#[test]
fn what_is_known_of_a_name_is_served_when_nobody_can_be_asked() {
    let mut play = Play::listed(1);
    flood(&mut play);
    for number in UNKNOWN_FLIGHTS..ALL_FLIGHTS {
        let name = format!("k{number}.test");
        learn(&play, &name, 0);
        play.query(&name, 5_000);
    }
    assert!(play.answers().is_empty(), "names that are known may still be asked for");
    play.sent();

    learn(&play, "old.test", 0);
    learn(&play, "fresh.test", 60_000);
    let lookup = play.lookup("old.test", 5_000);
    let answer = play.answer(lookup);
    assert_eq!((answer.status, texts(&answer)), (Status::Ok, vec!["198.51.100.1".to_owned()]));
    assert_eq!(answer.flags & (FLAG_STALE | FLAG_COMPLETE), FLAG_STALE);
    assert_eq!((answer.slot, answer.generation), (3, 9));
    let query = play.query("old.test", 5_000);
    let answer = play.answer(query);
    assert_eq!(
        (texts(&answer), &answer.ttls[..], answer.flags),
        (vec!["198.51.100.1".to_owned()], &[60][..], FLAG_STALE)
    );
    assert_eq!(play.counters.stale_served.load(Ordering::Relaxed), 2);

    let lookup = play.lookup("fresh.test", 5_000);
    let answer = play.answer(lookup);
    assert_eq!(
        (texts(&answer), answer.flags & (FLAG_STALE | FLAG_COMPLETE)),
        (vec!["198.51.100.1".to_owned()], 0)
    );
    let lookup = play.lookup("nothing-known.test", 5_000);
    assert_eq!(play.answer(lookup).status, Status::Overloaded);
    assert_eq!(play.counters.stale_served.load(Ordering::Relaxed), 2);
    assert!(play.sent().is_empty());
    play.pass(11_000);
    assert!(play.engine.is_idle());
}

#[test]
fn the_first_candidate_with_remains_is_served_under_overload() {
    let mut play = Play::system("nameserver 192.0.2.1\nsearch one.test two.test\n");
    flood(&mut play);
    for number in UNKNOWN_FLIGHTS..ALL_FLIGHTS {
        let name = format!("k{number}.test");
        learn(&play, &name, 0);
        play.query(&name, 5_000);
    }
    learn(&play, "db.two.test", 0);
    let lookup = play.lookup("db", 5_000);
    assert_eq!(texts(&play.answer(lookup)), ["198.51.100.1"]);
}

fn limited() -> Play {
    Play::caching(CacheOptions { misses_per_second: 5, ..CacheOptions::default() })
}

/// How many of these answers are refusals.
fn refused(answers: &[(crate::Waiter, Answer)]) -> usize {
    answers.iter().filter(|(_, answer)| answer.status == Status::Overloaded).count()
}

#[test]
fn the_limit_of_misses_counts_a_lookup_once_by_the_name_that_was_given() {
    let mut play = limited();
    for number in 0..20 {
        play.lookup(&format!("n{number}.some.test"), 5_000);
    }
    assert_eq!(refused(&play.answers()), 15);
    assert_eq!(play.sent().len(), 10, "both families of five");
    assert_eq!(play.counters.miss_limited.load(Ordering::Relaxed), 15);
    play.lookup("n0.other.test", 5_000);
    assert_eq!(play.sent().len(), 2);
    play.pass(400);
    play.sent();
    for number in 20..30 {
        play.query(&format!("n{number}.some.test"), 5_000);
    }
    assert_eq!(refused(&play.answers()), 8);
}

#[test]
fn the_limit_of_misses_leaves_joins_renewals_and_known_names_alone() {
    let mut play = limited();
    learn(&play, "old.some.test", 0);
    for number in 0..6 {
        play.query(&format!("n{number}.some.test"), 5_000);
    }
    assert_eq!(refused(&play.answers()), 1);
    play.sent();
    play.query("n0.some.test", 5_000);
    assert!(play.answers().is_empty() && play.sent().is_empty(), "it has joined");
    play.query("old.some.test", 5_000);
    assert_eq!(play.sent_one().name(), "old.some.test");
    play.refresh("new.some.test");
    assert_eq!(play.sent_one().name(), "new.some.test");
    assert!(play.answers().is_empty());
}

#[test]
fn a_denial_that_is_cached_costs_nothing_of_the_limit() {
    let mut play = limited();
    for _ in 0..50 {
        play.lookup("none.some.test", 5_000);
        for query in play.sent() {
            play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
        }
    }
    let answers = play.answers();
    assert_eq!(answers.len(), 50);
    assert!(answers.iter().all(|(_, answer)| answer.status == Status::NxDomain));
}

#[test]
fn who_is_refused_leaves_nothing_behind() {
    let mut play = limited();
    for number in 0..5 {
        play.lookup(&format!("n{number}.some.test"), 5_000);
    }
    play.pass(20_000);
    play.answers();
    assert!(play.engine.is_idle());
    let mut timers = Vec::new();
    for round in 0..3 {
        for number in 0..5 {
            play.lookup(&format!("r{round}n{number}.some.test"), 5_000);
        }
        let before = play.engine.timers.len();
        for number in 0..1_000 {
            play.lookup(&format!("r{round}x{number}.some.test"), 5_000);
        }
        assert_eq!(play.engine.timers.len(), before);
        assert_eq!(play.engine.tasks.len(), 5);
        play.pass(20_000);
        timers.push(play.engine.timers.len());
    }
    assert!(timers.iter().all(|&count| count <= 1), "{timers:?}");
}

#[test]
fn a_black_hole_is_asked_for_random_names_and_known_ones_are_renewed_meanwhile() {
    let mut play = Play::listed(1);
    learn(&play, "known.test", 86_400_000);
    let namespace = play.snapshot.namespace.id();
    let mut most = [0; 4];
    for second in 0..4 {
        for step in 0..100 {
            for number in 0..200 {
                play.lookup(&format!("n{second}-{step}-{number}.test"), 1_000);
            }
            play.pass(10);
            play.sockets.sent.clear();
            play.answers();
            let engine = &play.engine;
            let now =
                [engine.flights.len(), engine.waiters.len(), engine.timers.len(), play.sockets.open.len()];
            for (most, now) in most.iter_mut().zip(now) {
                *most = now.max(*most);
            }
        }
        play.refresh("known.test");
        let renewal = play.sent_one();
        assert_eq!(renewal.name(), "known.test");
        play.arrive(&renewal, &renewal.respond_with(&["198.51.100.1"], 3_600));
        let known = play.lookup("known.test", 5_000);
        // The other family, if it is asked for at all, is not waited for.
        play.pass(60);
        let answers = play.answers();
        let answer = answers.iter().find(|(waiter, _)| *waiter == known).map(|(_, answer)| texts(answer));
        assert_eq!(answer, Some(vec!["198.51.100.1".to_owned()]));
    }
    let [flights, waiters, timers, sockets] = most;
    assert!(flights <= UNKNOWN_FLIGHTS + 8, "{flights} flights");
    assert!(waiters <= UNKNOWN_FLIGHTS, "{waiters} waiters");
    assert!(timers <= 4 * UNKNOWN_FLIGHTS, "{timers} timers");
    assert!(sockets <= 512, "{sockets} sockets");
    let stats = play.cache.stats(namespace);
    assert!(stats.negative_entries <= 100_000 / 16, "{} failures", stats.negative_entries);
}
