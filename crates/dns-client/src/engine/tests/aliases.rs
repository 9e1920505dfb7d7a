//! Aliases over several messages.

use dns_wire::{Class, Name, Rdata};

use super::play::{Play, Sent, texts};
use crate::answer::Status;

fn link(number: usize) -> Name {
    Name::from_ascii(&format!("n{number}.test")).expect("a name")
}

/// A message with the aliases from link `first` to link `last`, and nothing for the last.
fn aliases(query: &Sent, first: usize, last: usize) -> Vec<u8> {
    query.respond(|mut builder| {
        for number in first..last {
            let target = link(number + 1);
            builder.answer(&link(number), Class::IN, 60, &Rdata::Cname(&target)).expect("room");
        }
        builder
    })
}

#[test]
fn eleven_aliases_in_several_messages_are_followed() {
    let mut play = Play::listed(1);
    let waiter = play.query("n0.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &aliases(&query, 0, 6));
    let query = play.sent_one();
    assert_eq!(query.name(), "n6.test");
    play.arrive(&query, &aliases(&query, 6, 11));
    let query = play.sent_one();
    assert_eq!(query.name(), "n11.test");
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn those_of_all_messages_count_and_the_next_server_is_asked_for_the_name_itself() {
    let mut play = Play::listed(2);
    let waiter = play.query("n0.test", 5_000);
    let first = play.sent_one();
    play.arrive(&first, &aliases(&first, 0, 6));
    let second = play.sent_one();
    assert_eq!(second.server, first.server);
    play.arrive(&second, &aliases(&second, 6, 12));
    let elsewhere = play.sent_one();
    assert_eq!(elsewhere.name(), "n0.test");
    assert_ne!(elsewhere.server, first.server);
    play.arrive(&elsewhere, &elsewhere.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn an_alias_is_followed_at_the_server_that_knew_it() {
    let mut play = Play::listed(2);
    let waiter = play.query("n0.test", 5_000);
    let refusing = play.sent_one();
    play.arrive(&refusing, &refusing.respond_rcode(dns_wire::Rcode::REFUSED));
    let knowing = play.sent_one();
    play.arrive(&knowing, &aliases(&knowing, 0, 1));
    let follow = play.sent_one();
    assert_eq!((follow.name().as_str(), follow.server), ("n1.test", knowing.server));
    play.arrive(&follow, &follow.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn a_circle_ends_with_the_attempts() {
    let mut play = Play::listed(2);
    let waiter = play.query("n0.test", 5_000);
    let mut questions = 0;
    while let Some(query) = play.sent().pop() {
        questions += 1;
        let number = usize::from(query.name() == "n0.test");
        let (owner, target) = (link(1 - number), link(number));
        let response = query.respond(|mut builder| {
            builder.answer(&owner, Class::IN, 60, &Rdata::Cname(&target)).expect("room");
            builder
        });
        play.arrive(&query, &response);
    }
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::ServFail);
    // Each of six attempts asks for the name and follows eleven aliases.
    assert_eq!(questions, 6 * 12);
    assert_eq!(answer.failures.len(), 6);
    let servers: std::collections::HashSet<_> = answer.failures.iter().map(|f| &f.server).collect();
    assert_eq!(servers.len(), 2);
}
