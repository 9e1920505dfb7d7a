//! Servers that lose queries, or have become slow, and those that are gone.

use dns_wire::Rcode;

use super::play::{Play, Sent, address_of, server, texts};
use crate::answer::Status;
use crate::options::{ResolverOptions, Servers};

const FIRST: &str = "nameserver 192.0.2.1\nnameserver 192.0.2.2\n";

/// The first server answers within 20 ms from the start.
fn warmed(mut play: Play) -> Play {
    for number in 0..10 {
        let waiter = play.query(&format!("warm{number}.test"), 5_000);
        answer_of_another(&mut play, 20);
        assert_eq!(play.answer(waiter).status, Status::Ok);
    }
    play
}

/// Answers the one query that left.
fn answer_of_another(play: &mut Play, after_ms: u64) {
    let query = play.sent_one();
    play.pass(after_ms);
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
}

#[test]
fn a_name_whose_queries_get_lost_is_asked_for_until_an_answer_comes() {
    let mut play = warmed(Play::listed(1));
    let waiter = play.query("lost.test", 5_000);
    let mut lost: Vec<Sent> = play.sent();
    for number in 0.. {
        play.pass(100);
        lost.extend(play.sent());
        if lost.len() >= 12 {
            break;
        }
        assert!(play.answers().is_empty(), "after {} queries", lost.len());
        // Others are answered meanwhile.
        let other = play.query(&format!("other{number}.test"), 5_000);
        answer_of_another(&mut play, 0);
        assert_eq!(play.answer(other).status, Status::Ok);
    }
    let twelfth = lost.pop().expect("twelve");
    play.arrive(&twelfth, &twelfth.respond_with(&["198.51.100.9"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.9"]);
}

#[test]
fn names_whose_sockets_had_to_go_are_asked_for_again_too() {
    let mut play = warmed(Play::listed(1));
    let lost: Vec<_> = (0..400).map(|number| play.query(&format!("lost{number}.test"), 5_000)).collect();
    for number in 0..30 {
        play.pass(50);
        play.sent();
        assert!(play.answers().is_empty(), "in turn {number}");
        let other = play.query(&format!("other{number}.test"), 5_000);
        answer_of_another(&mut play, 0);
        assert_eq!(play.answer(other).status, Status::Ok);
    }
    // One after another, as they are asked again.
    let mut found = Vec::new();
    while found.len() < lost.len() {
        for query in play.sent() {
            play.arrive(&query, &query.respond_with(&["198.51.100.9"], 60));
        }
        found.extend(play.answers().into_iter().map(|(waiter, answer)| (waiter, answer.status)));
        play.pass(50);
    }
    found.sort_by_key(|(waiter, _)| waiter.ticket);
    assert_eq!(found, lost.into_iter().map(|waiter| (waiter, Status::Ok)).collect::<Vec<_>>());
}

#[test]
fn one_name_that_takes_the_server_long_is_waited_for() {
    let mut play = warmed(Play::listed(1));
    let waiter = play.query("slow.test", 5_000);
    let first = play.sent_one();
    play.pass(4_000);
    assert!(play.answers().is_empty());
    play.arrive(&first, &first.respond_with(&["198.51.100.9"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.9"]);
}

#[test]
fn a_server_that_has_become_slow_is_waited_for() {
    let mut play = warmed(Play::listed(1));
    let late_ms = 1_400;
    let mut under_way: Vec<(u64, Sent)> = Vec::new();
    let (mut asked, mut answered) = (0, 0);
    for ms in (0_u64..8_000).step_by(50) {
        if ms < 5_000 {
            play.query(&format!("name{ms}.test"), 5_000);
            asked += 1;
        }
        under_way.extend(play.sent().into_iter().map(|query| (ms + late_ms, query)));
        let due = under_way.partition_point(|(at, _)| *at <= ms);
        for (_, query) in under_way.drain(..due) {
            play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
        }
        play.pass(50);
        for (_, answer) in play.answers() {
            assert_eq!(answer.status, Status::Ok, "at {ms} ms");
            answered += 1;
        }
    }
    assert_eq!(answered, asked);
}

#[test]
fn a_dead_server_is_given_up() {
    let mut play = warmed(Play::listed(1));
    for number in 0..5 {
        play.query(&format!("name{number}.test"), 10_000);
    }
    play.pass(2_500);
    assert_eq!(play.answers().len(), 5, "after two seconds without a word");
    let later = play.query("later.test", 10_000);
    play.pass(3_100);
    assert_eq!(play.answer(later).status, Status::Timeout);
}

#[test]
fn who_says_how_often_is_obeyed() {
    let servers = Servers::List(vec![server(1)]);
    let options = ResolverOptions { servers, tries: Some(2), hedge: false, ..ResolverOptions::default() };
    let mut play = warmed(Play::new(&options, ""));
    let waiter = play.query("name.test", 5_000);
    play.pass(310);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
    assert_eq!(play.sent().len(), 2);
}

#[test]
fn a_failure_is_not_asked_for_again_and_again() {
    let mut play = warmed(Play::listed(1));
    let waiter = play.query("broken.test", 5_000);
    for _ in 0..3 {
        let query = play.sent_one();
        play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
    }
    assert_eq!(play.answer(waiter).status, Status::ServFail);
}

#[test]
fn a_later_servers_denial_waits_while_the_earlier_one_lives() {
    let mut play = warmed(Play::system(FIRST));
    let waiter = play.query("db.test", 5_000);
    let mut to_first = Vec::new();
    for number in 0..20 {
        for query in play.sent() {
            if query.server == address_of(2) {
                play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
            } else if query.name() == "db.test" {
                to_first.push(query);
            } else {
                play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
            }
        }
        assert!(play.answers().iter().all(|(who, _)| *who != waiter), "in turn {number}");
        play.pass(50);
        play.query(&format!("other{number}.test"), 5_000);
    }
    assert!(to_first.len() > 3, "it is asked again: {}", to_first.len());
    let last = to_first.pop().expect("several");
    play.arrive(&last, &last.respond_with(&["10.0.0.9"], 60));
    let found = play.answers().into_iter().find(|(who, _)| *who == waiter).expect("an answer").1;
    assert_eq!(texts(&found), ["10.0.0.9"]);
}

#[test]
fn a_later_servers_denial_counts_when_the_earlier_one_is_gone() {
    let mut play = warmed(Play::system(FIRST));
    // The first one falls silent about every name.
    for number in 0..60 {
        play.query(&format!("gone{number}.test"), 5_000);
        for query in play.sent() {
            if query.server == address_of(2) {
                play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
            }
        }
        play.pass(50);
    }
    play.answers();
    let waiter = play.query("db.test", 5_000);
    for _ in 0..20 {
        for query in play.sent() {
            if query.server == address_of(2) {
                play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
            }
        }
        play.pass(50);
    }
    let denied = play.answers().into_iter().find(|(who, _)| *who == waiter).expect("an answer").1;
    assert_eq!(denied.status, Status::NxDomain);
}

#[test]
fn a_network_that_takes_nothing_more_ends_patience() {
    let mut play = warmed(Play::listed(1));
    let waiter = play.query("lost.test", 5_000);
    play.pass(160);
    assert!(!play.sent().is_empty());
    play.sockets.refuse_udp = true;
    play.pass(1_000);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
}
