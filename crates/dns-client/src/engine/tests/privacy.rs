//! Private names and public upstreams.

use dns_wire::{Class, Name, Rcode, Rdata, Rtype};

use super::play::{Play, Sent, server, texts};
use crate::answer::{Answer, Failure, Status};
use crate::options::{ResolverOptions, Servers};
use crate::server::ServerOption;

/// Its number is its place in the list, from 1.
fn public(last: u8) -> ServerOption {
    ServerOption { public: true, ..server(last) }
}

/// With these servers, this search list, and `*.corp.example` private.
fn play(servers: Vec<ServerOption>, search: &[&str]) -> Play {
    let options = ResolverOptions {
        servers: Servers::List(servers),
        private_names: vec!["corp.example".to_owned()],
        search: Some(search.iter().map(ToString::to_string).collect()),
        ..ResolverOptions::default()
    };
    Play::new(&options, "")
}

/// The servers of what left since the last call, by number.
fn asked(play: &mut Play) -> Vec<u8> {
    play.sent().iter().map(number).collect()
}

fn number(sent: &Sent) -> u8 {
    (1..9).find(|last| sent.server == server(*last).server.address().expect("plain")).expect("one of ours")
}

fn reasons(answer: &Answer) -> Vec<Status> {
    answer.failures.iter().map(|Failure { status, .. }| *status).collect()
}

/// That `asked` is an alias of `target`.
fn alias(asked: &Sent, target: &str) -> Vec<u8> {
    let (owner, target) = (Name::from_ascii(&asked.name()).unwrap(), Name::from_ascii(target).unwrap());
    asked.respond(|mut builder| {
        builder.answer(&owner, Class::IN, 300, &Rdata::Cname(&target)).unwrap();
        builder
    })
}

#[test]
fn a_private_name_has_no_public_servers() {
    let mut play = play(vec![public(1), server(2), public(3)], &[]);
    let waiter = play.query("db.corp.example", 10_000);
    assert_eq!(asked(&mut play), [2]);
    play.pass(10_000);
    assert!(asked(&mut play).iter().all(|server| *server == 2), "hedges and retries too");
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::Timeout);
    assert_eq!(reasons(&answer).iter().filter(|status| **status == Status::Private).count(), 2);
    play.query("www.example", 1_000);
    assert_eq!(asked(&mut play), [1]);
}

#[test]
fn nobody_left_is_a_failure_with_its_reason_and_no_denial() {
    let mut play = play(vec![public(1), public(2)], &[]);
    for name in ["db", "db.corp.example", "7.0.0.10.in-addr.arpa", "x.local"] {
        let waiter = play.query(name, 5_000);
        let answer = play.answer(waiter);
        assert_eq!((answer.status, reasons(&answer)), (Status::Private, vec![Status::Private; 2]), "{name}");
        assert_eq!(answer.failures[0].server, "192.0.2.1:53");
    }
    let waiter = play.lookup("db", 5_000);
    assert_eq!(play.answer(waiter).status, Status::Private, "nor does a lookup say that it does not exist");
    assert!(play.sent().is_empty());
    assert_eq!(play.cache.stats(play.snapshot.namespace.id()).entries, 0, "nothing was learnt");
}

#[test]
fn a_refusal_is_told_once_for_each_suffix() {
    let mut play = play(vec![public(1)], &["search.example"]);
    for name in ["a.corp.example", "b.corp.example", "x.local", "7.0.0.10.in-addr.arpa", "one", "two"] {
        play.query(name, 5_000);
    }
    play.lookup("host", 5_000);
    let suffixes: Vec<_> = play.engine.refusals().take_news().into_iter().map(|(_, suffix)| suffix).collect();
    assert_eq!(suffixes, ["corp.example", "local", "10.in-addr.arpa", "", "search.example"]);
    play.query("c.corp.example", 5_000);
    assert_eq!(play.engine.refusals().take_news(), []);
}

#[test]
fn an_answer_from_a_server_of_ones_own_is_no_refusal() {
    let mut play = play(vec![server(1), public(2)], &[]);
    let waiter = play.query("db.corp.example", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["10.0.0.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["10.0.0.1"]);
    assert_eq!(play.engine.refusals().take_news(), []);
}

#[test]
fn what_the_search_list_makes_is_private_and_the_same_name_as_given_is_not() {
    let mut play = play(vec![public(1), server(2)], &["search.example"]);
    play.lookup("www.search.example", 5_000);
    assert_eq!(asked(&mut play), [1, 1]);
    play.lookup("www", 5_000);
    let made = play.sent();
    assert!(made.iter().all(|sent| sent.name() == "www.search.example" && number(sent) == 2), "{made:?}");
    assert_eq!(made.len(), 2, "it does not join the question under way");
    play.refresh("www.search.example");
    assert!(play.sent().is_empty(), "nobody knows who made the name of a refresh: it joins the private one");
    play.refresh("mail.search.example");
    assert_eq!(asked(&mut play), [2]);
}

#[test]
fn an_absolute_name_below_a_suffix_of_the_search_list_may_have_been_made_by_it() {
    let mut play = play(vec![public(1), server(2)], &["search.example"]);
    play.lookup("www.search.example.", 5_000);
    assert_eq!(asked(&mut play), [2, 2]);
    play.lookup("www.example.", 5_000);
    assert_eq!(asked(&mut play), [1, 1]);
}

#[test]
fn aliases_lead_nobody_astray() {
    let mut play = play(vec![public(1), server(2)], &[]);
    let waiter = play.query("www.example", 5_000);
    let query = play.sent_one();
    assert_eq!(number(&query), 1);
    play.arrive(&query, &alias(&query, "LB.Corp.example"));
    let follow = play.sent_one();
    assert_eq!((follow.name().as_str(), number(&follow)), ("lb.corp.example", 2));
    play.arrive(&follow, &alias(&follow, "cdn.example"));
    let outside = play.sent_one();
    assert_eq!((outside.name().as_str(), number(&outside)), ("cdn.example", 2), "first who knew the alias");
    play.arrive(&outside, &outside.respond_rcode(Rcode::SERVFAIL));
    let other = play.sent_one();
    assert_eq!(number(&other), 1, "that name is not private");
    play.arrive(&other, &other.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn an_alias_to_a_private_name_without_servers_of_ones_own_fails_with_the_reason() {
    let mut play = play(vec![public(1)], &[]);
    let waiter = play.query("www.example", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &alias(&query, "lb.corp.example"));
    assert!(play.sent().is_empty());
    let answer = play.answer(waiter);
    assert_eq!((answer.status, reasons(&answer)), (Status::Private, vec![Status::Private]));
}

#[test]
fn other_types_of_private_names_are_private_too() {
    let mut play = play(vec![public(1), server(2)], &[]);
    play.query_type("_x._tcp.corp.example", Rtype::SRV);
    assert_eq!(asked(&mut play), [2]);
    play.query_type("_x._tcp.example", Rtype::SRV);
    assert_eq!(asked(&mut play), [1]);
}
