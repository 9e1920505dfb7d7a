//! Truncation and TCP.

use dns_wire::Class;

use super::play::{Play, address, texts};
use crate::answer::Status;
use crate::engine::Trouble;

fn truncated(query: &super::play::Sent) -> Vec<u8> {
    let name = dns_wire::Name::from_ascii(&query.name()).unwrap();
    query.respond(|builder| {
        let mut builder = builder.truncated(true);
        builder.answer(&name, Class::IN, 60, &address("192.0.2.99")).unwrap();
        builder
    })
}

#[test]
fn a_truncated_answer_is_asked_for_over_tcp_and_never_used() {
    let mut play = Play::listed(1);
    let waiter = play.query("big.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    assert!(play.answers().is_empty());
    let over_tcp = play.sent_one();
    assert!(over_tcp.tcp);
    play.arrive(&over_tcp, &over_tcp.respond_with(&["198.51.100.1", "198.51.100.2"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1", "198.51.100.2"]);
    let stats = play.stats();
    assert_eq!((stats.sent, stats.answered, stats.inflight), (2, 2, 0));
}

#[test]
fn truncation_over_tcp_is_a_failure() {
    let mut play = Play::listed(1);
    let waiter = play.query("big.test", 5_000);
    for _ in 0..20 {
        for query in play.sent() {
            play.arrive(&query, &truncated(&query));
        }
    }
    assert_eq!(play.answer(waiter).status, Status::BadResponse);
}

#[test]
fn queries_share_a_connection_and_answers_come_in_any_order() {
    let mut play = Play::listed(1);
    let names = ["a.test", "b.test", "c.test"];
    let waiters: Vec<_> = names.iter().map(|name| play.query(name, 5_000)).collect();
    for query in play.sent() {
        play.arrive(&query, &truncated(&query));
    }
    let over_tcp = play.sent();
    assert_eq!(over_tcp.len(), 3);
    assert!(over_tcp.iter().all(|query| query.socket == over_tcp[0].socket));
    for query in over_tcp.iter().rev() {
        play.arrive(query, &query.respond_with(&["198.51.100.1"], 60));
    }
    let answered: Vec<_> = play.answers().into_iter().map(|(waiter, _)| waiter).collect();
    assert_eq!(answered, waiters.into_iter().rev().collect::<Vec<_>>());
    play.pass(20_000);
    assert!(play.sockets.connections.is_empty(), "an idle connection is closed");
}

#[test]
fn a_lost_connection_is_made_anew_and_its_queries_sent_again() {
    let mut play = Play::listed(1);
    let waiter = play.query("a.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    let first = play.sent_one();
    play.stream_ends(first.socket, Trouble::Lost);
    let second = play.sent_one();
    assert!(second.tcp);
    play.arrive(&second, &second.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn a_framing_violation_closes_the_connection_and_the_query_goes_on() {
    let mut play = Play::listed(1);
    let waiter = play.query("a.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    let first = play.sent_one();
    play.stream_octets(first.socket, &[0, 5, 1, 2, 3, 4, 5]);
    let second = play.sent_one();
    assert!(second.tcp);
    play.arrive(&second, &second.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn a_refused_connection_moves_on() {
    let mut play = Play::listed(2);
    let waiter = play.query("a.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    let over_tcp = play.sent_one();
    play.stream_ends(over_tcp.socket, Trouble::Refused);
    let other = play.sent_one();
    assert!(!other.tcp);
    assert_ne!(other.server, query.server);
    play.arrive(&other, &other.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn each_attempt_that_ends_truncated_moves_to_tcp() {
    let mut play = Play::listed(1);
    let waiter = play.query("big.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    let first = play.sent_one();
    play.arrive(&first, &first.respond_rcode(dns_wire::Rcode::SERVFAIL));
    let query = play.sent_one();
    assert!(!query.tcp);
    play.arrive(&query, &truncated(&query));
    let second = play.sent_one();
    assert!(second.tcp);
    play.arrive(&second, &second.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn two_truncated_answers_make_one_question_over_tcp_and_no_failure() {
    let mut play = Play::listed(1);
    let waiter = play.query("big.test", 5_000);
    let query = play.sent_one();
    play.pass(300);
    let hedge = play.sent_one();
    play.arrive(&query, &truncated(&query));
    let over_tcp = play.sent_one();
    play.arrive(&hedge, &truncated(&hedge));
    assert!(play.sent().is_empty());
    play.arrive(&over_tcp, &over_tcp.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    assert_eq!(play.stats().failed, 0);
}

#[test]
fn a_connection_that_fell_silent_takes_no_further_query() {
    let tcp = crate::server::ServerOption::plain(crate::server::Protocol::Tcp, super::play::address_of(1));
    let servers = crate::options::Servers::List(vec![tcp]);
    let mut play = Play::new(
        &crate::options::ResolverOptions { servers, ..crate::options::ResolverOptions::default() },
        "",
    );
    let good = play.query("good.test", 5_000);
    let first = play.sent_one();
    play.arrive(&first, &first.respond_with(&["198.51.100.1"], 60));
    play.answer(good);
    // The path dies without a word.
    let waiter = play.query("dark.test", 5_000);
    let unheard = play.sent_one();
    assert_eq!(unheard.socket, first.socket);
    play.pass(310);
    let again = play.sent_one();
    assert_ne!(again.socket, unheard.socket);
    play.arrive(&again, &again.respond_with(&["198.51.100.2"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.2"]);
    play.pass(20_000);
    assert!(play.sockets.connections.is_empty());
}

#[test]
fn a_connection_that_breaks_while_sending_frees_the_queries_on_it() {
    let mut play = Play::listed(1);
    let waiting = play.query("a.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    let on_it = play.sent_one();
    play.sockets.broken = Some(on_it.socket);
    play.query("b.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &truncated(&query));
    play.sockets.broken = None;
    play.pass(10);
    let again = play.sent().into_iter().find(|query| query.name() == "a.test").expect("asked again at once");
    play.arrive(&again, &again.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiting)), ["198.51.100.1"]);
}
