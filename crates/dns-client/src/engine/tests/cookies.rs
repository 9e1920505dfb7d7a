//! Cookies: learnt, echoed, missed, and forgotten.

use std::net::Ipv4Addr;
use std::sync::atomic::Ordering;

use dns_wire::{Class, Cookie, EdnsOption, Message, Name, Rcode};

use super::play::{Play, Sent, address, server, texts};
use crate::answer::{Status, Waiter};
use crate::engine::Trouble;
use crate::options::{LocalAddress, ResolverOptions, Servers};

const SERVERS: [u8; 16] = [7; 16];
const HOUR_MS: u64 = 3_600_000;

fn cookie_of(query: &Sent) -> Option<Cookie> {
    Message::parse(&query.octets).expect("our query parses").opt().expect("it has OPT").cookie()
}

fn client_of(query: &Sent) -> [u8; 8] {
    cookie_of(query).expect("it carries a cookie").client()
}

fn server_of(query: &Sent) -> Option<Vec<u8>> {
    cookie_of(query).and_then(|cookie| cookie.server().map(<[u8]>::to_vec))
}

/// A response with OPT and this cookie.
fn respond(query: &Sent, rcode: Rcode, cookie: Option<Cookie>) -> Vec<u8> {
    let name = Name::from_ascii(&query.name()).expect("a name");
    query.respond(|builder| {
        let mut builder = builder.rcode(rcode);
        if rcode == Rcode::NOERROR {
            builder.answer(&name, Class::IN, 60, &address("198.51.100.1")).expect("room");
        }
        builder.opt(1232, false, cookie.map(EdnsOption::Cookie)).expect("room");
        builder
    })
}

/// Ours as the query carries it, and the server's.
fn right(query: &Sent) -> Cookie {
    Cookie::new(client_of(query), &SERVERS).expect("both")
}

fn wrong() -> Cookie {
    Cookie::new([0xee; 8], &SERVERS).expect("both")
}

fn rejected(play: &Play) -> u64 {
    play.counters.cookies_rejected.load(Ordering::Relaxed)
}

/// Asks for a name that was not asked for before.
fn ask(play: &mut Play) -> (Waiter, Sent) {
    let name = format!("n{}.test", play.now().as_millis());
    play.idle(1);
    (play.query(&name, 5_000), play.sent_one())
}

/// A question that is answered so.
fn answered(play: &mut Play, cookie: impl FnOnce(&Sent) -> Option<Cookie>) -> Sent {
    let (waiter, query) = ask(play);
    play.arrive(&query, &respond(&query, Rcode::NOERROR, cookie(&query)));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    assert!(play.sent().is_empty());
    query
}

/// With a server that we know a cookie of.
fn acquainted() -> Play {
    let mut play = Play::listed(1);
    answered(&mut play, |_| None);
    answered(&mut play, |query| Some(right(query)));
    play
}

#[test]
fn a_server_gets_ours_after_a_normal_answer_and_then_its_own() {
    let mut play = Play::listed(1);
    let (waiter, query) = ask(&mut play);
    assert_eq!(cookie_of(&query), None);
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    play.answer(waiter);
    let first = answered(&mut play, |_| None);
    assert_eq!(cookie_of(&first), None, "an answer without OPT promises nothing");
    let second = answered(&mut play, |query| Some(right(query)));
    assert_eq!(server_of(&second), None);
    let third = answered(&mut play, |query| Cookie::new(client_of(query), &[9; 8]));
    assert_eq!(cookie_of(&third), Some(right(&second)));
    let fourth = answered(&mut play, |query| Some(right(query)));
    assert_eq!(server_of(&fourth), Some(vec![9; 8]), "the latest counts");
    assert_eq!(rejected(&play), 0);
}

#[test]
fn a_server_without_cookies_is_believed_without() {
    let mut play = Play::listed(1);
    for round in 0..3 {
        let query = answered(&mut play, |_| None);
        assert_eq!(cookie_of(&query).is_some(), round > 0);
        assert_eq!(server_of(&query), None);
    }
    // One that repeats ours and has none of its own.
    answered(&mut play, cookie_of);
    answered(&mut play, |_| None);
    assert_eq!(rejected(&play), 0);
}

#[test]
fn what_lacks_our_cookie_is_dropped_and_the_question_moves_to_tcp() {
    for forged in [None, Some(wrong())] {
        let mut play = acquainted();
        let (waiter, query) = ask(&mut play);
        play.arrive(&query, &respond(&query, Rcode::NXDOMAIN, forged));
        assert!(play.answers().is_empty());
        let over_tcp = play.sent_one();
        assert!(over_tcp.tcp);
        assert_eq!(server_of(&over_tcp), Some(SERVERS.to_vec()));
        play.arrive(&query, &respond(&query, Rcode::NXDOMAIN, forged));
        assert!(play.sent().is_empty(), "once is enough");
        assert_eq!(rejected(&play), 2);
        play.arrive(&over_tcp, &respond(&over_tcp, Rcode::NOERROR, Some(right(&over_tcp))));
        assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
        assert!(server_of(&ask(&mut play).1).is_some(), "the server still has its cookies");
    }
}

#[test]
fn the_wrong_cookie_is_dropped_from_a_server_whose_own_is_not_known_yet() {
    let mut play = Play::listed(1);
    answered(&mut play, |_| None);
    let (_, query) = ask(&mut play);
    play.arrive(&query, &respond(&query, Rcode::NXDOMAIN, Some(wrong())));
    assert!(play.answers().is_empty());
    assert!(play.sent_one().tcp);
}

#[test]
fn a_format_error_cannot_be_forged_into_a_query_without_opt() {
    let mut play = acquainted();
    let (_, query) = ask(&mut play);
    let mut header = query.octets[..12].to_vec();
    header[2..].copy_from_slice(&[0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]);
    play.arrive(&query, &header);
    let over_tcp = play.sent_one();
    assert!(over_tcp.tcp && over_tcp.has_opt());
}

#[test]
fn the_genuine_answer_wins_over_udp_after_a_forged_one() {
    let mut play = acquainted();
    let (waiter, query) = ask(&mut play);
    play.arrive(&query, &respond(&query, Rcode::NXDOMAIN, Some(wrong())));
    play.sent_one();
    play.arrive(&query, &respond(&query, Rcode::NOERROR, Some(right(&query))));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    assert!(server_of(&ask(&mut play).1).is_some());
}

#[test]
fn a_server_that_has_none_over_tcp_either_is_asked_without_for_an_hour() {
    for over_tcp_too in [None, Some(wrong())] {
        let mut play = acquainted();
        let (waiter, query) = ask(&mut play);
        play.arrive(&query, &respond(&query, Rcode::NOERROR, None));
        let over_tcp = play.sent_one();
        play.arrive(&over_tcp, &respond(&over_tcp, Rcode::NOERROR, over_tcp_too));
        assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
        assert_eq!(cookie_of(&answered(&mut play, |_| None)), None);
        play.idle(HOUR_MS - 10);
        assert_eq!(cookie_of(&answered(&mut play, |_| None)), None);
        play.idle(20);
        let query = answered(&mut play, |_| None);
        assert_eq!((cookie_of(&query).is_some(), server_of(&query)), (true, None));
    }
}

#[test]
fn a_server_that_cannot_be_reached_over_tcp_is_believed_without() {
    for refused_at_once in [true, false] {
        let mut play = acquainted();
        let (waiter, query) = ask(&mut play);
        play.sockets.refuse_tcp = refused_at_once;
        play.arrive(&query, &respond(&query, Rcode::NOERROR, None));
        if !refused_at_once {
            let over_tcp = play.sent_one();
            play.stream_ends(over_tcp.socket, Trouble::Refused);
        }
        let again = play.sent_one();
        assert_eq!((again.tcp, cookie_of(&again)), (false, None));
        play.arrive(&again, &respond(&again, Rcode::NOERROR, None));
        assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    }
}

#[test]
fn silence_over_tcp_ends_in_a_query_without() {
    let mut play = acquainted();
    let (waiter, query) = ask(&mut play);
    play.arrive(&query, &respond(&query, Rcode::NOERROR, None));
    assert!(play.sent_one().tcp);
    let again = (0..100).find_map(|_| {
        play.pass(10);
        // The hedge still carries one.
        play.sent().pop().filter(|query| !query.tcp && cookie_of(query).is_none())
    });
    let again = again.expect("the next attempt");
    play.arrive(&again, &respond(&again, Rcode::NOERROR, None));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn tcp_that_fails_without_a_doubt_says_nothing_of_cookies() {
    let mut play = acquainted();
    let (_, query) = ask(&mut play);
    play.arrive(
        &query,
        &query.respond(|builder| {
            let mut builder = builder.truncated(true);
            builder.opt(1232, false, [EdnsOption::Cookie(right(&query))]).expect("room");
            builder
        }),
    );
    let over_tcp = play.sent_one();
    play.stream_ends(over_tcp.socket, Trouble::Refused);
    assert!(server_of(&play.sent_one()).is_some());
}

#[test]
fn a_bad_cookie_is_replaced_and_the_question_put_again() {
    let mut play = acquainted();
    let (waiter, query) = ask(&mut play);
    let renewed = Cookie::new(client_of(&query), &[5; 16]);
    play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, renewed));
    let again = play.sent_one();
    assert_eq!((again.tcp, cookie_of(&again)), (false, renewed));
    play.arrive(&again, &respond(&again, Rcode::NOERROR, renewed));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn a_server_that_wants_one_from_the_start_gets_it() {
    let mut play = Play::listed(1);
    let (waiter, query) = ask(&mut play);
    assert_eq!(cookie_of(&query), None);
    play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, None));
    let query = play.sent_one();
    assert_eq!(server_of(&query), None);
    play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, Some(right(&query))));
    let query = play.sent_one();
    assert_eq!(server_of(&query), Some(SERVERS.to_vec()));
    play.arrive(&query, &respond(&query, Rcode::NOERROR, Some(right(&query))));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn after_three_bad_cookies_the_question_goes_to_tcp_and_after_another_without() {
    let mut play = acquainted();
    let (waiter, mut query) = ask(&mut play);
    for _ in 0..3 {
        play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, Some(right(&query))));
        query = play.sent_one();
        assert!(!query.tcp);
    }
    play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, Some(right(&query))));
    query = play.sent_one();
    assert!(query.tcp);
    play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, Some(right(&query))));
    query = play.sent_one();
    assert_eq!((query.tcp, cookie_of(&query)), (false, None));
    while !query.octets.is_empty() {
        play.arrive(&query, &respond(&query, Rcode::BADCOOKIE, None));
        let Some(next) = play.sent().pop() else { break };
        query = next;
    }
    assert_eq!(play.answer(waiter).status, Status::ServFail);
}

#[test]
fn a_server_that_dislikes_cookies_is_asked_with_opt_alone() {
    let mut play = Play::listed(1);
    answered(&mut play, |_| None);
    let (waiter, query) = ask(&mut play);
    play.arrive(&query, &query.respond_rcode(Rcode::FORMERR));
    let again = play.sent_one();
    assert!(again.has_opt());
    assert_eq!(cookie_of(&again), None);
    play.arrive(&again, &respond(&again, Rcode::NOERROR, None));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    assert_eq!(cookie_of(&answered(&mut play, |_| None)), None);
}

#[test]
fn ours_is_another_after_a_day_and_on_another_network() {
    let mut play = acquainted();
    let client = client_of(&answered(&mut play, |query| Some(right(query))));
    play.idle(86_400_000);
    let next_day = answered(&mut play, |query| Some(right(query)));
    assert_eq!(server_of(&next_day), None);
    assert_ne!(client_of(&next_day), client);
    play.network_changed();
    let elsewhere = answered(&mut play, |query| Some(right(query)));
    assert_eq!(server_of(&elsewhere), None);
    assert_ne!(client_of(&elsewhere), client_of(&next_day));
}

#[test]
fn ours_is_another_for_each_server_and_from_each_address() {
    let mut clients = Vec::new();
    let mut play = Play::listed(2);
    answered(&mut play, |_| None);
    clients.push(client_of(&answered(&mut play, |query| Some(right(query)))));
    // The second server: the first says no.
    for with_cookie in [false, true] {
        let (waiter, query) = ask(&mut play);
        play.arrive(&query, &respond(&query, Rcode::SERVFAIL, Some(right(&query))));
        let query = play.sent_one();
        assert_eq!(cookie_of(&query).is_some(), with_cookie);
        clients.extend(cookie_of(&query).map(|cookie| cookie.client()));
        play.arrive(&query, &respond(&query, Rcode::NOERROR, None));
        play.answer(waiter);
    }
    let local_address = LocalAddress { ipv4: Some(Ipv4Addr::new(192, 0, 2, 99)), ipv6: None };
    let servers = Servers::List(vec![server(1)]);
    let options = ResolverOptions { servers, local_address, ..ResolverOptions::default() };
    play.snapshot = crate::snapshot::Snapshot::new(&options, &Play::view(""), &play.cache).into();
    assert_eq!(cookie_of(&answered(&mut play, |_| None)), None);
    clients.push(client_of(&answered(&mut play, |query| Some(right(query)))));
    assert!(clients[0] != clients[1] && clients[1] != clients[2] && clients[0] != clients[2]);
}
