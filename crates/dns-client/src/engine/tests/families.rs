//! Lookups: two families, the search list, the cache between them.

use dns_wire::{Rcode, Rtype};

use super::play::{Play, Sent, texts};
use crate::answer::{FLAG_COMPLETE, Status};

fn of(queries: &[Sent], rtype: Rtype) -> Sent {
    queries.iter().find(|query| query.rtype() == rtype).expect("asked").clone()
}

#[test]
fn both_families_are_asked_from_different_sockets() {
    let mut play = Play::listed(1);
    let waiter = play.lookup("name.test", 5_000);
    let queries = play.sent();
    let (a, aaaa) = (of(&queries, Rtype::A), of(&queries, Rtype::AAAA));
    assert_ne!(a.socket, aaaa.socket);
    play.arrive(&a, &a.respond_with(&["198.51.100.1"], 60));
    assert!(play.answers().is_empty());
    play.arrive(&aaaa, &aaaa.respond_with(&["2001:db8::1"], 30));
    let answer = play.answer(waiter);
    assert_eq!(answer.addresses.len(), 2);
    assert_ne!(answer.flags & FLAG_COMPLETE, 0);
    assert_eq!((answer.slot, answer.generation), (3, 9));
    assert!(answer.expires_in_ms <= 30_000.0 && answer.expires_in_ms >= 27_000.0, "{}", answer.expires_in_ms);
}

#[test]
fn a_silent_family_gets_fifty_milliseconds_more_and_is_cached_when_it_comes() {
    let mut play = Play::listed(1);
    let waiter = play.lookup("name.test", 5_000);
    let queries = play.sent();
    let (a, aaaa) = (of(&queries, Rtype::A), of(&queries, Rtype::AAAA));
    play.arrive(&a, &a.respond_with(&["198.51.100.1"], 60));
    play.pass(40);
    assert!(play.answers().is_empty());
    play.pass(14);
    let answer = play.answer(waiter);
    assert_eq!(texts(&answer), ["198.51.100.1"]);
    assert_eq!(answer.flags & FLAG_COMPLETE, 0);
    play.arrive(&aaaa, &aaaa.respond_with(&["2001:db8::1"], 60));
    play.sent();
    let next = play.lookup("name.test", 5_000);
    assert_eq!(play.answer(next).addresses.len(), 2);
    assert!(play.sent().is_empty());
}

#[test]
fn a_family_that_never_comes_is_waited_for_once_a_second() {
    let mut play = Play::listed(1);
    let waiter = play.lookup("name.test", 5_000);
    let a = of(&play.sent(), Rtype::A);
    play.arrive(&a, &a.respond_with(&["198.51.100.1"], 60));
    play.pass(54);
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    play.pass(1_000);
    assert!(play.engine.is_idle());
    assert!(play.sent().is_empty(), "neither hedged nor asked again");
    let next = play.lookup("name.test", 5_000);
    let answer = play.answer(next);
    assert_eq!((texts(&answer), answer.flags & FLAG_COMPLETE), (vec!["198.51.100.1".to_owned()], 0));
    play.pass(1_000);
    play.lookup("name.test", 5_000);
    assert_eq!(of(&play.sent(), Rtype::AAAA).name(), "name.test");
}

#[test]
fn a_denial_of_one_family_leaves_the_other_its_whole_deadline() {
    let mut play = Play::listed(1);
    let waiter = play.lookup("name.test", 5_000);
    let queries = play.sent();
    let (a, aaaa) = (of(&queries, Rtype::A), of(&queries, Rtype::AAAA));
    play.arrive(&aaaa, &aaaa.deny(Rcode::NOERROR, 60));
    play.pass(200);
    assert!(play.answers().is_empty());
    play.arrive(&a, &a.respond_with(&["198.51.100.1"], 60));
    let answer = play.answer(waiter);
    assert_eq!(texts(&answer), ["198.51.100.1"]);
    assert_ne!(answer.flags & FLAG_COMPLETE, 0);
}

#[test]
fn one_family_failing_does_not_fail_the_lookup() {
    let mut play = Play::listed(1);
    let waiter = play.lookup("name.test", 5_000);
    let queries = play.sent();
    let a = of(&queries, Rtype::A);
    let mut broken = of(&queries, Rtype::AAAA);
    for _ in 0..3 {
        play.arrive(&broken.clone(), &broken.respond_rcode(Rcode::SERVFAIL));
        if let Some(next) = play.sent().pop() {
            broken = next;
        }
    }
    play.arrive(&a, &a.respond_with(&["198.51.100.1"], 60));
    let answer = play.answer(waiter);
    assert_eq!(texts(&answer), ["198.51.100.1"]);
    assert_eq!(answer.flags & FLAG_COMPLETE, 0);
}

#[test]
fn the_search_list_is_walked_and_failures_make_the_error() {
    let mut play =
        Play::system("nameserver 192.0.2.1\nsearch one.test two.test\noptions ndots:5 attempts:1\n");
    let waiter = play.lookup("db.prod", 5_000);
    for (suffix, rcode) in
        [(".one.test", Rcode::SERVFAIL), (".two.test", Rcode::NXDOMAIN), ("", Rcode::NXDOMAIN)]
    {
        let queries = play.sent();
        assert_eq!(queries.len(), 2, "A and AAAA of {suffix}");
        for query in &queries {
            assert_eq!(query.name(), format!("db.prod{suffix}"));
            let response =
                if rcode == Rcode::SERVFAIL { query.respond_rcode(rcode) } else { query.deny(rcode, 60) };
            play.arrive(query, &response);
        }
    }
    assert_eq!(play.answer(waiter).status, Status::ServFail);
}

#[test]
fn the_first_candidate_with_an_address_ends_the_search() {
    let mut play = Play::system("nameserver 192.0.2.1\nsearch one.test two.test\n");
    let waiter = play.lookup("db", 5_000);
    for query in &play.sent() {
        play.arrive(query, &query.deny(Rcode::NXDOMAIN, 60));
    }
    for query in &play.sent() {
        assert_eq!(query.name(), "db.two.test");
        let response = if query.rtype() == Rtype::A {
            query.respond_with(&["10.0.0.1"], 60)
        } else {
            query.deny(Rcode::NOERROR, 60)
        };
        play.arrive(query, &response);
    }
    assert_eq!(texts(&play.answer(waiter)), ["10.0.0.1"]);
    assert!(play.sent().is_empty());
}

#[test]
fn denials_are_answered_from_the_cache() {
    let mut play = Play::listed(1);
    let first = play.lookup("none.test", 5_000);
    for query in &play.sent() {
        play.arrive(query, &query.deny(Rcode::NXDOMAIN, 60));
    }
    assert_eq!(play.answer(first).status, Status::NxDomain);
    let second = play.lookup("none.test", 5_000);
    assert_eq!(play.answer(second).status, Status::NxDomain);
    assert!(play.sent().is_empty());
    play.pass(61_000);
    play.lookup("none.test", 5_000);
    assert_eq!(play.sent().len(), 2);
}

#[test]
fn a_ttl_of_zero_serves_those_who_wait_and_nobody_else() {
    let mut play = Play::listed(1);
    let (one, two) = (play.query("zero.test", 5_000), play.query("zero.test", 5_000));
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 0));
    assert_eq!(play.answers().iter().map(|(waiter, _)| *waiter).collect::<Vec<_>>(), [one, two]);
    let three = play.lookup("zero.test", 5_000);
    assert!(play.answers().is_empty(), "{three:?} must ask");
    assert_eq!(play.sent().len(), 2);
}

#[test]
fn nxdomain_without_soa_ends_what_was_known_and_is_believed_for_a_second() {
    let mut play = Play::listed(1);
    let first = play.query("gone.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 1));
    play.answer(first);
    play.pass(1_500);
    let second = play.query("gone.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_rcode(Rcode::NXDOMAIN));
    assert_eq!(play.answer(second).status, Status::NxDomain);
    let stale = play.cache.stats(play.snapshot.namespace.id());
    assert_eq!((stale.entries, stale.negative_entries), (1, 1), "no stale answer is left behind");
}
