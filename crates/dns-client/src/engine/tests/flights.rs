//! One question, many who wait.

use std::sync::atomic::Ordering;

use dns_wire::Rcode;

use super::play::{Play, texts};
use crate::answer::Status;

#[test]
fn a_thousand_questions_are_one_query() {
    let mut play = Play::listed(1);
    for _ in 0..1_000 {
        play.query("one.test", 5_000);
    }
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    let answers = play.answers();
    assert_eq!(answers.len(), 1_000);
    assert!(answers.iter().all(|(_, answer)| texts(answer) == ["198.51.100.1"] && answer.ttls.len() == 1));
    assert_eq!(play.counters.coalesced.load(Ordering::Relaxed), 999);
    assert!(play.sockets.open.is_empty(), "a socket of its own goes with its query");
}

#[test]
fn each_waiter_has_its_own_deadline() {
    let mut play = Play::listed(1);
    let hasty = play.query("slow.test", 100);
    let patient = play.query("slow.test", 3_000);
    let first = play.sent_one();
    play.pass(110);
    assert_eq!(play.answer(hasty).status, Status::Timeout);
    play.pass(100);
    play.arrive(&first, &first.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(patient).status, Status::Ok);
}

#[test]
fn one_withdrawal_leaves_the_flight_to_the_others() {
    let mut play = Play::listed(1);
    let one = play.lookup("name.test", 5_000);
    let other = play.lookup("name.test", 5_000);
    let queries = play.sent();
    assert_eq!(queries.len(), 2);
    play.engine.cancel(one, Status::Cancelled);
    assert_eq!(play.answer(one).status, Status::Cancelled);
    for query in &queries {
        let address = if query.rtype() == dns_wire::Rtype::A { "198.51.100.1" } else { "2001:db8::1" };
        play.arrive(query, &query.respond_with(&[address], 60));
    }
    assert_eq!(play.answer(other).addresses.len(), 2);
}

#[test]
fn a_flight_without_waiters_still_fills_the_cache() {
    let mut play = Play::listed(1);
    let waiter = play.query("left.test", 5_000);
    let query = play.sent_one();
    play.engine.cancel(waiter, Status::Cancelled);
    play.answers();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert!(play.answers().is_empty());
    assert_eq!(play.cache.stats(play.snapshot.namespace.id()).entries, 1);
}

#[test]
fn a_flight_without_waiters_ends_with_its_attempt_and_blames_nobody() {
    let mut play = Play::listed(1);
    let waiter = play.query("left.test", 5_000);
    play.sent_one();
    play.engine.cancel(waiter, Status::Cancelled);
    play.pass(6_000);
    assert!(play.engine.is_idle());
    assert!(play.sent().is_empty(), "neither hedged nor asked again");
    assert_eq!(play.cache.stats(play.snapshot.namespace.id()).entries, 0);
}

#[test]
fn an_environment_that_ends_gets_nothing() {
    let mut play = Play::listed(1);
    play.lookup("gone.test", 5_000);
    play.query("gone.test", 5_000);
    let queries = play.sent();
    play.engine.environment_closed(1);
    for query in &queries {
        play.arrive(query, &query.respond_rcode(Rcode::SERVFAIL));
    }
    play.pass(10_000);
    assert!(play.answers().is_empty());
    assert!(play.engine.is_idle());
    assert!(play.sockets.open.is_empty());
}

#[test]
fn too_many_flights_are_refused_and_known_names_are_still_asked_for() {
    let mut play = Play::listed(1);
    play.query("known.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 1));
    play.answers();
    for number in 0..10_752 {
        play.query(&format!("n{number}.test"), 5_000);
    }
    assert!(play.answers().is_empty());
    let refused = play.query("one-more.test", 5_000);
    assert_eq!(play.answer(refused).status, Status::Overloaded);
    let joined = play.query("n7.test", 5_000);
    assert!(play.answers().is_empty(), "{joined:?} joins a flight that is there");
    assert!(play.sockets.open.len() <= 512, "{} sockets", play.sockets.open.len());
    play.sent();
    play.refresh("known.test");
    let refresh = play.sent_one();
    // With a TTL of 0 the answer is old at once.
    play.arrive(&refresh, &refresh.respond_with(&["198.51.100.2"], 0));
    let old = play.query("known.test", 5_000);
    let again = play.sent_one();
    play.arrive(&again, &again.respond_with(&["198.51.100.3"], 60));
    assert_eq!(texts(&play.answer(old)), ["198.51.100.3"]);
    play.pass(11_000);
    assert!(play.engine.is_idle());
    assert_eq!(play.answers().len(), 10_753);
    assert!(play.sockets.open.is_empty());
}

#[test]
fn who_gave_up_before_his_turn_is_asked_for_unless_others_would_be_late_by_it() {
    let mut play = Play::listed(1);
    let early = play.query("early.test", 0);
    assert_eq!(play.sent_one().name(), "early.test");
    for number in 0..1_024 {
        play.query(&format!("n{number}.test"), 5_000);
    }
    play.sent();
    let (query, lookup) = (play.query("late.test", 0), play.lookup("late.test", 0));
    assert!(play.sent().is_empty());
    let refused = play.answers();
    assert_eq!(
        refused.iter().map(|(waiter, answer)| (*waiter, answer.status)).collect::<Vec<_>>(),
        [(query, Status::Overloaded), (lookup, Status::Overloaded)]
    );
    play.pass(50);
    assert_eq!(play.answer(early).status, Status::Timeout);
}

#[test]
fn after_a_panic_every_waiter_gets_a_failure_once() {
    let mut play = Play::listed(1);
    let (a, b) = (play.query("a.test", 5_000), play.lookup("b.test", 5_000));
    let mut lost: Vec<_> = play.engine.fail_all();
    lost.sort_by_key(|(waiter, _)| waiter.ticket);
    assert_eq!(lost.iter().map(|(waiter, _)| *waiter).collect::<Vec<_>>(), [a, b]);
    assert!(lost.iter().all(|(_, answer)| answer.status == Status::ServFail));
    assert!(play.engine.fail_all().is_empty());
}
