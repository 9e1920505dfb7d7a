//! Names with servers of their own.

use dns_wire::{Class, Name, Rcode, Rdata, Rtype};

use super::play::{Play, Sent, server, texts};
use crate::answer::Status;
use crate::options::{ResolverOptions, RouteOption, Servers};

/// Server 1 for all names but those under corp.example (2 and 3), lab.corp.example (4) and 10.in-addr.arpa (5).
fn play() -> Play {
    let route = |suffix: &str, servers: &[u8]| RouteOption {
        suffix: suffix.to_owned(),
        servers: servers.iter().copied().map(server).collect(),
    };
    let options = ResolverOptions {
        servers: Servers::List(vec![server(1)]),
        routes: vec![
            route("corp.example", &[2, 3]),
            route("Lab.corp.example.", &[4]),
            route("10.in-addr.arpa", &[5]),
        ],
        search: Some(vec!["lab.corp.example".to_owned(), "other.example".to_owned()]),
        ..ResolverOptions::default()
    };
    Play::new(&options, "")
}

fn asked(play: &mut Play) -> Vec<(String, u8)> {
    play.sent().iter().map(|sent| (sent.name(), number(sent))).collect()
}

fn number(sent: &Sent) -> u8 {
    (1..9).find(|last| sent.server == server(*last).server.address().expect("plain")).expect("one of ours")
}

fn alias(asked: &Sent, target: &str) -> Vec<u8> {
    let (owner, target) = (Name::from_ascii(&asked.name()).unwrap(), Name::from_ascii(target).unwrap());
    asked.respond(|mut builder| {
        builder.answer(&owner, Class::IN, 300, &Rdata::Cname(&target)).unwrap();
        builder
    })
}

#[test]
fn the_longest_suffix_says_whom_to_ask() {
    let mut play = play();
    for (name, expected) in [
        ("corp.example", 2),
        ("db.corp.example", 2),
        ("db.lab.corp.example", 4),
        ("notcorp.example", 1),
        ("www.example", 1),
        ("7.0.0.10.in-addr.arpa", 5),
    ] {
        play.query_type(name, Rtype::TXT);
        assert_eq!(asked(&mut play), [(name.to_owned(), expected)]);
        play.refresh(name);
        assert_eq!(asked(&mut play), [(name.to_owned(), expected)]);
    }
}

#[test]
fn a_routes_servers_are_alike_and_nobody_else_is_asked() {
    let mut play = play();
    let waiter = play.query("db.corp.example", 10_000);
    let first = play.sent_one();
    play.pass(260);
    let hedge = play.sent_one();
    assert_eq!((number(&first), number(&hedge)), (2, 3));
    play.arrive(&hedge, &hedge.deny(Rcode::NXDOMAIN, 60));
    assert_eq!(play.answer(waiter).status, Status::NxDomain, "any of them may deny");
    let waiter = play.query("dead.corp.example", 10_000);
    play.pass(10_010);
    assert!(asked(&mut play).iter().all(|(_, server)| [2, 3].contains(server)));
    assert_eq!(play.answer(waiter).status, Status::Timeout);
}

#[test]
fn each_candidate_of_the_search_list_goes_its_way() {
    let mut play = play();
    let waiter = play.lookup("db", 5_000);
    for (name, expected) in [("db.lab.corp.example", 4), ("db.other.example", 1), ("db", 1)] {
        let sent = play.sent();
        assert!(sent.iter().all(|sent| sent.name() == name && number(sent) == expected), "{sent:?}");
        assert_eq!(sent.len(), 2);
        for query in &sent {
            play.arrive(query, &query.deny(Rcode::NXDOMAIN, 60));
        }
    }
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
}

#[test]
fn aliases_go_from_route_to_route_and_back() {
    let mut play = play();
    let waiter = play.query("www.example", 5_000);
    for (name, expected, target) in [
        ("www.example", 1, "a.corp.example"),
        ("a.corp.example", 2, "b.lab.corp.example"),
        ("b.lab.corp.example", 4, "cdn.example"),
    ] {
        let query = play.sent_one();
        assert_eq!((query.name().as_str(), number(&query)), (name, expected));
        play.arrive(&query, &alias(&query, target));
    }
    let last = play.sent_one();
    assert_eq!((last.name().as_str(), number(&last)), ("cdn.example", 1));
    play.arrive(&last, &last.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn aliases_in_a_circle_lead_back_to_the_first_names_servers() {
    let mut play = play();
    let waiter = play.query("a.corp.example", 5_000);
    let first = play.sent_one();
    assert_eq!(number(&first), 2);
    play.arrive(&first, &alias(&first, "loop.example"));
    let astray = play.sent_one();
    assert_eq!((astray.name().as_str(), number(&astray)), ("loop.example", 1));
    play.arrive(&astray, &alias(&astray, "loop.example"));
    let next = play.sent_one();
    assert_eq!((next.name().as_str(), number(&next)), ("a.corp.example", 3));
    play.arrive(&next, &next.respond_with(&["10.0.0.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["10.0.0.1"]);
}
