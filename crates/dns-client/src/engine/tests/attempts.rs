//! Retries, order of servers, hedges, suspicion, EDNS.

use std::sync::atomic::Ordering;

use dns_wire::{MessageBuilder, Name, Rcode, Rtype};

use super::play::{Play, address_of, texts};
use crate::answer::{Answer, Status};
use crate::engine::FlightKey;

#[test]
fn silence_costs_three_tries_and_names_each() {
    let mut play = Play::listed(1);
    let waiter = play.query("name.test", 10_000);
    play.pass(9_000);
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::Timeout);
    assert_eq!(
        answer.failures.iter().filter(|failure| failure.status == Status::Timeout).count(),
        answer.failures.len()
    );
    assert!(answer.failures.len() >= 3);
    assert!(play.sockets.open.is_empty());
}

#[test]
fn a_refusal_goes_to_the_next_server_at_once() {
    let mut play = Play::listed(2);
    let waiter = play.query("name.test", 5_000);
    let first = play.sent_one();
    assert_eq!(first.server, address_of(1));
    play.arrive(&first, &first.respond_rcode(Rcode::REFUSED));
    let second = play.sent_one();
    assert_eq!(second.server, address_of(2));
    play.arrive(&second, &second.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn servfail_everywhere_is_servfail_and_remembered_for_a_second() {
    let mut play = Play::listed(1);
    let waiter = play.query("name.test", 5_000);
    for _ in 0..3 {
        let query = play.sent_one();
        play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
    }
    assert_eq!(play.answer(waiter).status, Status::ServFail);
    assert_eq!(play.cache.stats(play.snapshot.namespace.id()).entries, 1);
}

#[test]
fn a_port_where_nobody_listens_is_known_at_once() {
    let mut play = Play::listed(2);
    let waiter = play.query("name.test", 5_000);
    let first = play.sent_one();
    play.socket_error(first.socket);
    let second = play.sent_one();
    assert_eq!(second.server, address_of(2));
    play.arrive(&second, &second.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn local_trouble_is_not_remembered() {
    let mut play = Play::listed(1);
    play.sockets.refuse_udp = true;
    let waiter = play.query("name.test", 5_000);
    assert_eq!(play.answer(waiter).status, Status::Local);
    assert_eq!(play.cache.stats(play.snapshot.namespace.id()).entries, 0);
}

#[test]
fn a_late_answer_is_hedged_and_the_first_to_answer_wins() {
    let mut play = Play::listed(2);
    let waiter = play.query("name.test", 5_000);
    let first = play.sent_one();
    play.pass(260);
    let hedge = play.sent_one();
    assert_eq!(hedge.server, address_of(2));
    assert_eq!(play.counters.hedges.load(Ordering::Relaxed), 1);
    play.arrive(&first, &first.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    assert!(play.sockets.open.is_empty(), "the loser's socket goes too");
}

#[test]
fn a_lone_server_is_hedged_from_another_socket() {
    let mut play = Play::listed(1);
    play.query("name.test", 5_000);
    let first = play.sent_one();
    play.pass(260);
    let hedge = play.sent_one();
    assert_eq!(hedge.server, first.server);
    assert_ne!(hedge.socket, first.socket);
}

#[test]
fn a_later_servers_denial_waits_for_an_earlier_answer() {
    let mut play = Play::system("nameserver 192.0.2.1\nnameserver 192.0.2.2\n");
    let waiter = play.query("db.test", 5_000);
    let first = play.sent_one();
    play.pass(260);
    let second = play.sent_one();
    play.arrive(&second, &second.deny(Rcode::NXDOMAIN, 60));
    assert!(play.answers().is_empty());
    play.arrive(&first, &first.respond_with(&["10.0.0.9"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["10.0.0.9"]);
}

#[test]
fn a_later_servers_denial_counts_once_the_earlier_failed() {
    let mut play = Play::system("nameserver 192.0.2.1\nnameserver 192.0.2.2\n");
    let waiter = play.query("db.test", 5_000);
    play.sent_one();
    play.pass(260);
    let second = play.sent_one();
    play.arrive(&second, &second.deny(Rcode::NXDOMAIN, 60));
    play.pass(1_000);
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
}

#[test]
fn among_listed_servers_a_denial_counts_at_once() {
    let mut play = Play::listed(2);
    let waiter = play.query("name.test", 5_000);
    play.sent_one();
    play.pass(260);
    let second = play.sent_one();
    play.arrive(&second, &second.deny(Rcode::NXDOMAIN, 60));
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
}

#[test]
fn a_server_that_falls_silent_no_longer_leads_until_it_answers() {
    let mut play = Play::listed(2);
    for number in 0..4 {
        play.query(&format!("warm{number}.test"), 5_000);
        let query = play.sent_one();
        play.pass(20);
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
    play.answers();
    for number in 0..4 {
        play.query(&format!("late{number}.test"), 5_000);
        play.pass(31);
    }
    play.pass(62);
    let turned: Vec<_> = play.sent().into_iter().filter(|sent| sent.server == address_of(2)).collect();
    assert!(turned.len() >= 4, "open queries are put to the next server: {turned:?}");
    // One query per hedge delay still goes to the silent server; its answer makes it lead again.
    play.query("trial.test", 5_000);
    let trial = play.sent_one();
    assert_eq!(trial.server, address_of(1));
    play.query("new.test", 5_000);
    assert_eq!(play.sent_one().server, address_of(2));
    play.arrive(&trial, &trial.respond_with(&["198.51.100.1"], 60));
    play.query("after.test", 5_000);
    assert_eq!(play.sent_one().server, address_of(1));
}

#[test]
fn a_server_that_refuses_edns_is_asked_without() {
    let mut play = Play::listed(1);
    let waiter = play.query("old.test", 5_000);
    let first = play.sent_one();
    assert!(first.has_opt());
    // Header only, as NSD answers.
    let mut formerr = first.octets[..12].to_vec();
    formerr[2] |= 0x80;
    formerr[3] = 1;
    formerr[4..12].fill(0);
    play.arrive(&first, &formerr);
    let plain = play.sent_one();
    assert!(!plain.has_opt());
    play.arrive(&plain, &plain.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
    play.query("next.test", 5_000);
    assert!(!play.sent_one().has_opt(), "remembered");
    play.pass(600_001);
    play.sent();
    play.query("much-later.test", 5_000);
    assert!(play.sent_one().has_opt(), "for ten minutes");
}

#[test]
fn silence_to_edns_is_asked_again_without() {
    let mut play = Play::listed(1);
    let waiter = play.query("eaten.test", 5_000);
    assert!(play.sent_one().has_opt());
    play.pass(260);
    let plain = play.sent_one();
    assert!(!plain.has_opt());
    play.arrive(&plain, &plain.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn aliases_are_followed_by_query_and_their_shortest_ttl_counts() {
    use dns_wire::{Class, Name, Rdata};
    let mut play = Play::listed(1);
    let waiter = play.query("alias.test", 5_000);
    let query = play.sent_one();
    let (alias, target) = (Name::from_ascii("alias.test").unwrap(), Name::from_ascii("target.test").unwrap());
    let response = query.respond(|mut builder: MessageBuilder| {
        builder.answer(&alias, Class::IN, 7, &Rdata::Cname(&target)).unwrap();
        builder
    });
    play.arrive(&query, &response);
    let follow = play.sent_one();
    assert_eq!(follow.name(), "target.test");
    play.arrive(&follow, &follow.respond_with(&["198.51.100.1"], 3_600));
    let answer = play.answer(waiter);
    assert_eq!(texts(&answer), ["198.51.100.1"]);
    assert_eq!(answer.ttls, [7]);
}

#[test]
fn aliases_without_end_fail() {
    use dns_wire::{Class, Name, Rdata};
    let mut play = Play::listed(1);
    let waiter = play.query("a0.test", 5_000);
    for _ in 0..100 {
        let Some(query) = play.sent().pop() else { break };
        let number: u32 = query.name()[1..query.name().len() - 5].parse().unwrap();
        let owner = Name::from_ascii(&query.name()).unwrap();
        let next = Name::from_ascii(&format!("a{}.test", number + 1)).unwrap();
        let response = query.respond(|mut builder: MessageBuilder| {
            builder.answer(&owner, Class::IN, 7, &Rdata::Cname(&next)).unwrap();
            builder
        });
        play.arrive(&query, &response);
    }
    assert_eq!(play.answer(waiter).status, Status::ServFail);
}

#[test]
fn a_servfail_for_a_single_label_is_a_denial_to_lookups_and_itself_to_queries() {
    let mut play = Play::listed(1);
    let lookup = play.lookup("db", 5_000);
    let query = play.query("db", 5_000);
    for question in play.sent() {
        play.arrive(&question, &question.respond_rcode(Rcode::SERVFAIL));
    }
    let mut statuses = play.answers();
    statuses.sort_by_key(|(waiter, _)| waiter.ticket);
    let statuses: Vec<_> = statuses.into_iter().map(|(waiter, answer)| (waiter, answer.status)).collect();
    assert_eq!(statuses, [(lookup, Status::NxDomain), (query, Status::ServFail)]);
    let again = play.lookup("db", 5_000);
    assert_eq!(play.answer(again).status, Status::NxDomain, "from the cache");
    let name = Name::from_ascii("db").expect("a name");
    let key = FlightKey { namespace: play.snapshot.namespace.id(), name: name.into(), rtype: Rtype::A };
    let kept = crate::compose::cached_outcome(&play.cache, &key.in_cache(), play.now()).expect("kept");
    let mut answer = Answer::default();
    kept.tell(Rtype::A, &mut answer);
    assert_eq!(answer.status, Status::ServFail);
}

#[test]
fn with_rotate_the_server_whose_turn_it_is_denies_finally() {
    let mut play = Play::system("nameserver 192.0.2.1\nnameserver 192.0.2.2\noptions rotate\n");
    for name in ["one.test", "two.test"] {
        let waiter = play.query(name, 5_000);
        let query = play.sent_one();
        play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
        assert_eq!(play.answer(waiter).status, Status::NxDomain);
        assert!(play.sent().is_empty());
    }
}

#[test]
fn a_refused_single_label_waits_for_an_earlier_server_like_any_denial() {
    let mut play = Play::system("nameserver 127.0.0.11\nnameserver 192.0.2.2\n");
    let waiter = play.query("db", 5_000);
    let first = play.sent_one();
    play.pass(260);
    let hedge = play.sent_one();
    assert_eq!(hedge.server, address_of(2));
    play.arrive(&hedge, &hedge.respond_rcode(Rcode::REFUSED));
    assert!(play.answers().is_empty(), "only the first server knows containers");
    play.arrive(&first, &first.respond_with(&["172.18.0.2"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["172.18.0.2"]);
}

#[test]
fn a_change_of_the_network_leaves_old_sockets_and_old_times_behind() {
    let mut play = Play::listed(1);
    for number in 0..300 {
        play.query(&format!("n{number}.test"), 5_000);
        let query = play.sent_one();
        play.pass(1);
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
    assert!(!play.sockets.open.is_empty(), "shared sockets stay");
    assert!(play.stats().p95_ms.is_some());
    play.network_changed();
    assert!(play.sockets.open.is_empty());
    assert_eq!(play.stats().p95_ms, None);
}

#[test]
fn unproven_nodata_waits_for_the_other_servers_of_a_race() {
    let mut play = Play::listed(2);
    let waiter = play.query("name.test", 5_000);
    let first = play.sent_one();
    play.pass(260);
    let second = play.sent_one();
    play.arrive(&second, &second.respond_rcode(Rcode::NOERROR));
    assert!(play.answers().is_empty());
    play.arrive(&first, &first.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    let alone = play.query("other.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_rcode(Rcode::NOERROR));
    assert_eq!(play.answer(alone).status, Status::NoData, "with nobody else to wait for it counts");
}

#[test]
fn when_thousands_time_out_at_once_answers_are_read_in_between() {
    let mut play = Play::listed(1);
    for number in 0..1_000 {
        play.query(&format!("n{number}.test"), 1);
    }
    let queries = play.sent();
    play.late(10);
    let first = play.answers().len();
    assert!((1..1_000).contains(&first), "{first} of them have been told");
    let last = &queries[queries.len() - 1];
    play.arrive(last, &last.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answers().iter().map(|(_, answer)| answer.status).collect::<Vec<_>>(), [Status::Ok]);
    play.pass(0);
    assert_eq!(first + 1 + play.answers().len(), 1_000);
}
