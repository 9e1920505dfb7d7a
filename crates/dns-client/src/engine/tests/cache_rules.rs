//! What a resolver's cache options make of answers.

use dns_cache::{Hit, Key, Kind};
use dns_wire::{Class, Name, Rcode, Rdata, Rtype};

use super::play::Play;
use crate::answer::Status;
use crate::options::CacheOptions;

/// Looks at the A records of `name` in the cache.
fn look<R>(play: &Play, name: &[u8], read: impl FnOnce(Hit<'_>) -> R) -> Option<R> {
    let key = Key { namespace: play.snapshot.namespace.id(), name, rtype: Rtype::A.0 };
    play.cache.peek(&key, play.now().as_millis(), read)
}

const NAME: &[u8] = b"\x04name\x04test\x00";

/// `name.test` is asked for, and answered with an address of `ttl` seconds.
fn learn(play: &mut Play, ttl: u32) {
    let waiter = play.query("name.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], ttl));
    assert_eq!(play.answer(waiter).status, Status::Ok);
}

#[test]
fn without_jitter_an_answer_lives_as_long_as_its_owner_said() {
    let mut play = Play::caching(CacheOptions { jitter: 0.0, ..CacheOptions::default() });
    learn(&mut play, 60);
    assert_eq!(look(&play, NAME, |hit| hit.remaining_ms), Some(60_000));
}

#[test]
fn without_refresh_ahead_a_busy_name_is_asked_for_when_it_has_expired() {
    for refresh_ahead in [true, false] {
        let mut play = Play::caching(CacheOptions { refresh_ahead, ..CacheOptions::default() });
        learn(&mut play, 60);
        let refresh_in_ms = look(&play, NAME, |hit| hit.remaining_ms - hit.refresh_in_ms);
        assert_eq!(refresh_in_ms > Some(0), refresh_ahead);
    }
}

#[test]
fn denials_are_believed_up_to_the_bound() {
    let options = CacheOptions { negative_max_ttl_seconds: 120, jitter: 0.0, ..CacheOptions::default() };
    let mut play = Play::caching(options);
    let waiter = play.query("name.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 3_600));
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
    assert_eq!(look(&play, NAME, |hit| hit.remaining_ms), Some(120_000));
}

#[test]
fn a_denial_replaces_what_is_fresh_unless_told_otherwise() {
    for (negative_if_absent, kind) in [(false, Kind::NxDomain), (true, Kind::Positive)] {
        let mut play = Play::caching(CacheOptions { negative_if_absent, ..CacheOptions::default() });
        learn(&mut play, 60);
        play.refresh("name.test");
        let query = play.sent_one();
        play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
        assert_eq!(look(&play, NAME, |hit| hit.kind), Some(kind));
    }
}

#[test]
fn by_use_an_answer_lives_five_minutes_and_more_and_three_fifths_while_servers_are_slow() {
    let options = CacheOptions { dynamic_ttl: true, jitter: 0.0, ..CacheOptions::default() };
    for (round_trip_ms, lifetime_ms) in [(200, 300_000), (210, 180_000)] {
        let mut play = Play::caching(options);
        let waiter = play.query("name.test", 5_000);
        let query = play.sent_one();
        play.pass(round_trip_ms);
        play.sent();
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
        assert_eq!(play.answer(waiter).status, Status::Ok);
        assert_eq!(look(&play, NAME, |hit| hit.remaining_ms), Some(lifetime_ms));
    }
}

#[test]
fn records_of_other_types_keep_their_ttl() {
    let options = CacheOptions { dynamic_ttl: true, jitter: 0.0, ..CacheOptions::default() };
    let mut play = Play::caching(options);
    let waiter = play.query_type("name.test", Rtype::MX);
    let query = play.sent_one();
    let name = Name::from_ascii("name.test").expect("a name");
    let response = query.respond(|mut builder| {
        let exchange = Rdata::Mx { preference: 1, exchange: &name };
        builder.answer(&name, Class::IN, 60, &exchange).expect("room");
        builder
    });
    play.arrive(&query, &response);
    assert_eq!(play.answer(waiter).status, Status::Ok);
    let key = Key { namespace: play.snapshot.namespace.id(), name: NAME, rtype: Rtype::MX.0 };
    let remaining = play.cache.peek(&key, play.now().as_millis(), |hit| hit.remaining_ms);
    assert_eq!(remaining, Some(60_000));
}
