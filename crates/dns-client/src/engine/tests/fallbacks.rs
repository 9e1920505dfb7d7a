//! What counts of what a fallback says.

use dns_cache::Key;
use dns_wire::{Class, Name, Rcode, Rdata, Rtype};

use super::play::{Play, Sent, server, texts};
use crate::answer::{Answer, Status};
use crate::direction::Direction;
use crate::options::{CacheOptions, ResolverOptions, Servers};

/// Primary 1 is down, fallback 101 leads, or both fallbacks do if they race.
fn play(fallbacks: u8, cache: CacheOptions) -> Play {
    let options = ResolverOptions {
        servers: Servers::List(vec![server(1)]),
        fallback: (101..=100 + fallbacks).map(server).collect(),
        cache,
        ..ResolverOptions::default()
    };
    let mut play = Play::new(&options, "");
    play.direct(outage(fallbacks > 1));
    play
}

fn outage(racing: bool) -> Direction {
    Direction { down: vec![0], fallback_leads: true, racing, ..Direction::default() }
}

fn is_from(sent: &Sent, last: u8) -> bool {
    Some(sent.server) == server(last).server.address()
}

/// How long the A records of `name` are still fresh, in seconds.
fn fresh_for(play: &Play, name: &str) -> Option<u64> {
    let (namespace, name) = (play.snapshot.namespace.id(), Name::from_ascii(name).expect("a name"));
    let key = Key { namespace, name: name.as_wire(), rtype: Rtype::A.0 };
    play.cache.peek(&key, play.now().as_millis(), |hit| hit.remaining_ms / 1_000)
}

fn alias(asked: &Sent, target: &str) -> Vec<u8> {
    let (owner, target) = (Name::from_ascii(&asked.name()).unwrap(), Name::from_ascii(target).unwrap());
    asked.respond(|mut builder| {
        builder.answer(&owner, Class::IN, 300, &Rdata::Cname(&target)).unwrap();
        builder
    })
}

fn statuses(answer: &Answer) -> Vec<Status> {
    answer.failures.iter().map(|failure| failure.status).collect()
}

#[test]
fn its_data_is_fresh_for_a_minute_whatever_the_rules_for_others() {
    let longer = CacheOptions { min_ttl_seconds: 600, jitter: 0.0, ..CacheOptions::default() };
    let dynamic = CacheOptions { dynamic_ttl: true, jitter: 0.0, ..CacheOptions::default() };
    for cache in [longer, dynamic] {
        let mut play = play(1, cache);
        let waiter = play.query("name.example", 5_000);
        let query = play.sent_one();
        assert!(is_from(&query, 101));
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 3_600));
        assert_eq!(play.answer(waiter).ttls, [60]);
        assert_eq!(fresh_for(&play, "name.example"), Some(60));
    }
}

#[test]
fn a_primarys_answer_replaces_it_and_is_replaced_by_it_only_when_it_ends_soon() {
    let mut play = play(1, CacheOptions { jitter: 0.0, ..CacheOptions::default() });
    play.query("name.example", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 3_600));
    play.direct(Direction::default());
    play.refresh("name.example");
    let query = play.sent_one();
    assert!(is_from(&query, 1));
    play.arrive(&query, &query.respond_with(&["198.51.100.2"], 120));
    assert_eq!(fresh_for(&play, "name.example"), Some(120));
    play.direct(outage(false));
    for (pass, expected) in [(0, 120), (59_000, 61), (2_000, 60)] {
        play.idle(pass);
        play.refresh("name.example");
        let query = play.sent_one();
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 3_600));
        assert_eq!(fresh_for(&play, "name.example"), Some(expected));
    }
}

#[test]
fn its_denial_neither_counts_nor_ends_the_race() {
    for rcode in [Rcode::NXDOMAIN, Rcode::NOERROR] {
        let mut play = play(2, CacheOptions::default());
        let waiter = play.query("name.example", 5_000);
        let sent = play.sent();
        assert!(sent.len() == 2 && is_from(&sent[0], 101) && is_from(&sent[1], 102), "{sent:?}");
        play.arrive(&sent[0], &sent[0].deny(rcode, 60));
        assert!(play.answers().is_empty());
        play.arrive(&sent[1], &sent[1].respond_with(&["198.51.100.1"], 60));
        assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    }
}

#[test]
fn when_nobody_else_answers_its_nxdomain_is_a_failure_and_nothing_is_learnt_of_the_name() {
    let mut play = play(1, CacheOptions::default());
    let waiter = play.query("name.example", 20_000);
    for _ in 0..1_000 {
        for query in play.sent().iter().filter(|query| is_from(query, 101)) {
            play.arrive(query, &query.deny(Rcode::NXDOMAIN, 60));
        }
        play.pass(10);
    }
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::Timeout);
    assert!(statuses(&answer).contains(&Status::NxDomain), "{answer:?}");
    assert_eq!(
        play.cache.stats(play.snapshot.namespace.id()).negative_entries,
        1,
        "the failure, for a second"
    );
    let again = play.query("name.example", 20_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(again)), ["198.51.100.1"]);
}

#[test]
fn its_nodata_is_a_failure_that_does_not_wait_for_primaries_that_are_down() {
    let mut play = play(1, CacheOptions::default());
    let waiter = play.lookup("name.example", 5_000);
    let sent = play.sent();
    assert_eq!(sent.len(), 2);
    let (v4, v6) = if sent[0].rtype() == Rtype::A { (&sent[0], &sent[1]) } else { (&sent[1], &sent[0]) };
    play.arrive(v6, &v6.deny(Rcode::NOERROR, 60));
    play.arrive(v4, &v4.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"], "at once");
    assert!(play.sent().is_empty());
    let again = play.lookup("name.example", 5_000);
    assert_eq!(texts(&play.answer(again)), ["198.51.100.1"], "the failure is remembered");
    assert!(play.sent().is_empty());
}

#[test]
fn other_types_than_addresses_are_not_asked_of_it() {
    let mut play = play(1, CacheOptions::default());
    let waiter = play.query_type("name.example", Rtype::TXT);
    let mut asked = Vec::new();
    for _ in 0..500 {
        asked.extend(play.sent());
        play.pass(20);
    }
    assert!(!asked.is_empty() && asked.iter().all(|sent| is_from(sent, 1)));
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::Timeout);
    assert!(!statuses(&answer).contains(&Status::Private), "that is no question of privacy");
}

#[test]
fn an_alias_of_its_own_is_not_denied_by_a_primary_and_is_fresh_for_a_minute() {
    let mut play = play(1, CacheOptions { jitter: 0.0, ..CacheOptions::default() });
    let waiter = play.query("name.example", 20_000);
    let query = play.sent_one();
    play.arrive(&query, &alias(&query, "wildcard.example"));
    let follow = play.sent_one();
    assert!(is_from(&follow, 101) && follow.name() == "wildcard.example");
    play.arrive(&follow, &follow.respond_rcode(Rcode::SERVFAIL));
    let primary = play.sent_one();
    assert!(is_from(&primary, 1) && primary.name() == "wildcard.example");
    play.arrive(&primary, &primary.deny(Rcode::NXDOMAIN, 60));
    assert!(play.answers().is_empty());
    let back = play.sent_one();
    assert_eq!(back.name(), "name.example", "whoever is inside knows nothing of that target");
    play.arrive(&back, &back.respond_with(&["198.51.100.9"], 3_600));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.9"]);
    assert_eq!(fresh_for(&play, "name.example"), Some(if is_from(&back, 1) { 3_600 } else { 60 }));
}

/// A fallback has answered for a name, and the primary's answer, which is late, is still listened to.
fn answered_outside() -> (Play, Sent) {
    let mut play = Play::with_fallbacks(1, 1);
    for number in 0..4 {
        play.query(&format!("warm{number}.example"), 5_000);
        let query = play.sent_one();
        play.pass(20);
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
    let names = ["a.corp.test", "b.corp.test", "c.corp.test", "d.corp.test"];
    for name in names {
        play.query(name, 5_000);
        play.pass(31);
    }
    play.pass(62);
    let (inside, outside): (Vec<_>, Vec<_>) = play.sent().into_iter().partition(|sent| is_from(sent, 1));
    play.answers();
    for query in &outside {
        play.arrive(query, &query.respond_with(&["203.0.113.1"], 60));
    }
    assert_eq!(play.answers().len(), 4, "the fallback's wildcard");
    let late = inside
        .into_iter()
        .find(|query| play.sockets.open.contains_key(&query.socket))
        .expect("one is listened to");
    (play, late)
}

#[test]
fn a_primary_that_answers_after_it_is_believed_and_remembered() {
    let (mut play, late) = answered_outside();
    play.arrive(&late, &late.respond_with(&["10.0.0.1"], 600));
    let name = late.name();
    assert!(fresh_for(&play, &name).is_some_and(|seconds| seconds > 60), "its answer is the cache's");
    let wire = Name::from_ascii(&name).expect("a name");
    assert!(
        play.cache.is_marked(play.snapshot.namespace.id(), wire.as_wire()),
        "{name} is not asked for outside again"
    );
}

#[test]
fn a_primary_that_denies_after_it_is_believed() {
    let (mut play, late) = answered_outside();
    play.arrive(&late, &late.deny(Rcode::NXDOMAIN, 600));
    let waiter = play.lookup(&late.name(), 5_000);
    for query in play.sent() {
        assert_eq!(query.rtype(), Rtype::AAAA, "nothing was known of it");
        play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 600));
    }
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
}
