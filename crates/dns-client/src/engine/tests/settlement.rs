//! Every waiter settles once, whatever happens at the same time.

use dns_wire::{Rcode, Rtype};

use super::play::{Play, texts};
use crate::answer::{FLAG_COMPLETE, Status};
use crate::options::{ResolverOptions, Servers};

#[test]
fn closing_a_resolver_leaves_another_ones_waiters_of_the_same_flight() {
    let mut play = Play::listed(1);
    let closed = play.query_by(1, "shared.test", 5_000);
    let other = play.query_by(2, "shared.test", 5_000);
    let query = play.sent_one();
    play.engine.resolver_closed(1);
    assert_eq!(play.answer(closed).status, Status::Closed);
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(other).status, Status::Ok);
}

#[test]
fn a_late_turn_of_the_timers_loses_nobody() {
    let mut play = Play::listed(1);
    let hasty = play.lookup("late.test", 1_006);
    play.pass(300);
    let patient = play.query("late.test", 3_000);
    // The attempt's timer and the lookup's deadline fire together, the attempt's first.
    play.pass(690);
    play.late(40);
    assert_eq!(play.answer(hasty).status, Status::Timeout);
    play.pass(3_000);
    assert_eq!(play.answer(patient).status, Status::Timeout);
}

#[test]
fn addresses_of_one_family_are_an_answer_at_the_deadline() {
    let mut play = Play::listed(1);
    let waiter = play.lookup("half.test", 900);
    let a = play.sent().into_iter().find(|query| query.rtype() == Rtype::A).expect("an A query");
    play.pass(880);
    play.arrive(&a, &a.respond_with(&["198.51.100.1"], 60));
    play.pass(30);
    let answer = play.answer(waiter);
    assert_eq!((answer.status, texts(&answer)), (Status::Ok, vec!["198.51.100.1".to_owned()]));
    assert_eq!(answer.flags & FLAG_COMPLETE, 0);
}

#[test]
fn a_lookup_out_of_time_tells_what_went_wrong_so_far() {
    let mut play = Play::listed(2);
    let waiter = play.lookup("dark.test", 1_900);
    play.pass(2_000);
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::Timeout);
    assert!(answer.failures.iter().any(|failure| failure.status == Status::Timeout), "{answer:?}");
}

#[test]
fn nothing_is_asked_after_the_deadline() {
    let mut play = Play::system("nameserver 192.0.2.1\nsearch a.test\n");
    play.idle(60_000);
    let waiter = play.lookup("name", 900);
    play.pass(3_000);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
    assert!(play.sent().iter().all(|query| query.name() == "name.a.test"));
    // The timers do not run in the order of the deadlines when they are late.
    let waiter = play.lookup("other", 1_006);
    play.pass(990);
    play.late(40);
    play.pass(100);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
    assert!(play.sent().iter().all(|query| query.name() == "other.a.test"));
}

#[test]
fn a_flight_lasts_ten_seconds_at_most() {
    let mut play = Play::new(
        &ResolverOptions {
            servers: Servers::List(vec![super::play::server(1)]),
            timeout_ms: Some(30_000),
            ..ResolverOptions::default()
        },
        "",
    );
    let waiter = play.query("slow.test", 60_000);
    play.pass(9_900);
    assert!(play.answers().is_empty());
    play.pass(200);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
    assert!(play.engine.is_idle());
}

#[test]
fn many_who_withdraw_from_one_flight_leave_it_small() {
    let mut play = Play::listed(1);
    let stays = play.query("busy.test", 5_000);
    for _ in 0..100_000 {
        let leaves = play.query("busy.test", 5_000);
        play.engine.cancel(leaves, Status::Cancelled);
    }
    assert_eq!(play.answers().len(), 100_000);
    let all: Vec<_> = (0..100_000).map(|_| play.query("busy.test", 5_000)).collect();
    for waiter in all {
        play.engine.cancel(waiter, Status::Cancelled);
    }
    assert_eq!(play.answers().len(), 100_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_rcode(Rcode::NXDOMAIN));
    assert_eq!(play.answer(stays).status, Status::NxDomain);
}
