//! Legs: queries that environments carry.

use dns_wire::{Message, Rcode};

use super::play::{Play, Sent, server, texts};
use crate::answer::Status;
use crate::legs::{LegEnding, LegFailure};
use crate::options::{ResolverOptions, Servers};
use crate::server::{EncryptedServer, Protocol, Server, ServerOption};

const URL: &str = "https://dns.test/dns-query";

fn encrypted() -> ServerOption {
    let server = Server::Encrypted(EncryptedServer::new(Protocol::Https, URL, "legs"));
    ServerOption { server, public: false }
}

fn play(servers: Vec<ServerOption>) -> Play {
    Play::new(&ResolverOptions { servers: Servers::List(servers), ..ResolverOptions::default() }, "")
}

/// The leg under way, the only one, with its query.
fn leg(play: &Play) -> (u32, Sent) {
    let [(leg, octets, _)] = &*play.sockets.legs else { panic!("one leg: {:?}", play.sockets.legs) };
    (*leg, Sent { socket: 0, tcp: true, server: super::play::address_of(1), octets: octets.clone() })
}

fn answer_of(query: &Sent) -> LegEnding {
    LegEnding::Answer(query.respond_with(&["198.51.100.1"], 60))
}

#[test]
fn an_answer_by_a_leg_is_like_any_other() {
    let mut play = play(vec![encrypted()]);
    let waiter = play.query("a.test", 5_000);
    assert!(play.sent().is_empty(), "nothing leaves in plain text");
    let (leg, query) = leg(&play);
    assert!(query.has_opt());
    play.pass(20);
    play.leg_ends(leg, answer_of(&query));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    let stats = play.stats();
    assert_eq!((stats.sent, stats.answered, stats.failed, stats.inflight), (1, 1, 0, 0));
    assert!(play.sockets.legs.is_empty() && play.engine.is_idle());
}

#[test]
fn what_is_no_answer_to_the_query_is_a_failure() {
    let other_id = |query: &Sent| {
        let mut octets = query.respond_with(&["198.51.100.1"], 60);
        octets[0] ^= 1;
        octets
    };
    let query_itself = |query: &Sent| query.octets.clone();
    let other_question = |query: &Sent| {
        let mut octets = query.respond_with(&["198.51.100.1"], 60);
        octets[13] ^= 1;
        octets
    };
    let cut = |query: &Sent| query.respond_with(&["198.51.100.1"], 60)[..40].to_vec();
    let wrong: [fn(&Sent) -> Vec<u8>; 4] = [other_id, query_itself, other_question, cut];
    for make in wrong {
        let mut play = play(vec![encrypted(), server(2)]);
        let waiter = play.query("ab.test", 5_000);
        let (leg, query) = leg(&play);
        play.leg_ends(leg, LegEnding::Answer(make(&query)));
        assert!(play.answers().is_empty());
        let plain = play.sent_one();
        play.arrive(&plain, &plain.respond_with(&["198.51.100.2"], 60));
        assert_eq!(texts(&play.answer(waiter)), ["198.51.100.2"]);
        assert!(play.sockets.legs.is_empty());
    }
}

#[test]
fn a_leg_ends_once() {
    let mut play = play(vec![encrypted()]);
    let waiter = play.query("a.test", 5_000);
    let (leg, query) = leg(&play);
    play.leg_ends(leg, answer_of(&query));
    play.answer(waiter);
    play.leg_ends(leg, answer_of(&query));
    play.leg_ends(leg, LegEnding::Failed(LegFailure::Timeout));
    assert!(play.answers().is_empty());
    assert_eq!(play.stats().failed, 0);
}

#[test]
fn failures_say_what_they_were_and_lead_to_the_next_server() {
    for (failure, status, blamed) in [
        (LegFailure::Malformed, Status::BadResponse, 1),
        (LegFailure::Timeout, Status::Timeout, 1),
        (LegFailure::Network, Status::Network, 1),
        (LegFailure::Tls, Status::Tls, 1),
        (LegFailure::Http, Status::Http, 1),
        (LegFailure::Local, Status::Local, 0),
    ] {
        let mut play = play(vec![encrypted(), server(2)]);
        let waiter = play.query("a.test", 5_000);
        play.leg_ends(leg(&play).0, LegEnding::Failed(failure));
        assert_eq!(play.stats().failed, blamed, "{failure:?}");
        // The rest of its rounds.
        loop {
            let sent = play.sent();
            for query in &sent {
                play.arrive(query, &query.respond_rcode(Rcode::SERVFAIL));
            }
            let legs = play.sockets.legs.clone();
            for (leg, ..) in &legs {
                play.leg_ends(*leg, LegEnding::Failed(failure));
            }
            if sent.is_empty() && legs.is_empty() {
                break;
            }
        }
        let answer = play.answer(waiter);
        assert_eq!(answer.status, Status::ServFail, "a server's word says more");
        let first = &answer.failures[0];
        assert_eq!((first.status, first.transport, &*first.server), (status, "https", URL));
    }
}

#[test]
fn an_environment_that_says_nothing_is_to_blame_and_not_the_server() {
    let mut play = play(vec![encrypted()]);
    let waiter = play.query("a.test", 10_000);
    let (first, _, expires) = play.sockets.legs[0].clone();
    assert_eq!(expires.millis_since(play.now()), 2_000, "twice an attempt: the connection comes first");
    play.pass(2_040);
    assert_eq!(leg(&play).0, first);
    play.pass(20);
    let (second, query) = leg(&play);
    assert_ne!(second, first);
    assert_eq!(play.stats().failed, 0);
    play.leg_ends(first, answer_of(&query));
    assert!(play.answers().is_empty(), "nobody waits for that one any more");
    play.leg_ends(second, answer_of(&query));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn without_an_environment_to_ask_the_next_server_is_asked_at_once() {
    let mut play = play(vec![encrypted(), server(2)]);
    play.sockets.refuse_legs = true;
    let waiter = play.query("a.test", 5_000);
    let plain = play.sent_one();
    play.arrive(&plain, &plain.respond_with(&["198.51.100.2"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.2"]);
}

#[test]
fn nobody_carries_what_nobody_waits_for() {
    let mut play = play(vec![server(1), encrypted()]);
    let waiter = play.query("a.test", 5_000);
    let plain = play.sent_one();
    play.arrive(&plain, &plain.respond_rcode(Rcode::SERVFAIL));
    leg(&play);
    play.arrive(&plain, &plain.respond_with(&["198.51.100.1"], 60));
    let (leg, query) = leg(&play);
    play.leg_ends(leg, answer_of(&query));
    play.answer(waiter);
    assert!(play.sockets.legs.is_empty());
}

#[test]
fn format_errors_are_asked_again_without_opt() {
    let mut play = play(vec![encrypted()]);
    let waiter = play.query("a.test", 5_000);
    let (first, query) = leg(&play);
    play.leg_ends(first, LegEnding::Answer(query.respond_rcode(Rcode::FORMERR)));
    let (second, query) = leg(&play);
    assert!(!query.has_opt());
    assert!(Message::parse(&query.octets).is_ok());
    play.leg_ends(second, answer_of(&query));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn what_took_long_because_of_its_environment_is_not_measured() {
    let mut play = play(vec![encrypted()]);
    for (name, late, p95_ms) in
        [("a.test", true, None), ("b.test", false, Some(20.0)), ("c.test", true, Some(20.0))]
    {
        let waiter = play.query(name, 5_000);
        let (leg, query) = leg(&play);
        play.pass(20);
        play.leg_ends_when(leg, answer_of(&query), late);
        assert_eq!(play.answer(waiter).status, Status::Ok);
        assert_eq!(play.stats().p95_ms, p95_ms, "{name}");
    }
    assert_eq!(play.stats().answered, 3);
}

#[test]
fn a_server_is_not_suspect_while_its_queries_wait_for_an_environment() {
    for taken in [true, false] {
        let mut play = play(vec![encrypted(), server(2)]);
        let waiter = play.query("before.test", 5_000);
        let (first, query) = leg(&play);
        play.pass(10);
        play.leg_ends(first, answer_of(&query));
        play.answer(waiter);
        for name in ["a.test", "b.test", "c.test"] {
            play.query(name, 5_000);
            if !taken {
                play.sockets.untaken_legs = play.sockets.legs.iter().map(|(leg, ..)| *leg).collect();
            }
            play.pass(40);
        }
        assert_eq!(play.sent().len(), 3, "each is asked of the other too");
        assert_eq!(play.stats().suspect, taken);
    }
}
