//! Refreshing ahead of expiry: a claim is given back whatever becomes of it.

use dns_cache::{Freshness, Key};
use dns_wire::{Name, Rcode, Rtype};

use super::play::{Play, server};
use crate::options::{ResolverOptions, Servers};

/// Reads the entry of `name` as a hit.
fn hit(play: &Play, name: &str) -> Option<Freshness> {
    let name = Name::from_ascii(name).unwrap();
    let key = Key { namespace: play.snapshot.namespace.id(), name: name.as_wire(), rtype: Rtype::A.0 };
    play.cache.get(&key, play.now().as_millis(), |hit| hit.state)
}

/// An hour's entry that is in use, at the moment its refresh falls to somebody.
fn claimed(play: &mut Play, name: &str) {
    play.query(name, 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 3_600));
    play.answers();
    while hit(play, name) != Some(Freshness::RefreshDue) {
        play.pass(60_000);
    }
    assert_eq!(hit(play, name), Some(Freshness::Refreshing));
}

fn slow_attempts() -> Play {
    let servers = Servers::List(vec![server(1)]);
    Play::new(&ResolverOptions { servers, timeout_ms: Some(4_000), ..ResolverOptions::default() }, "")
}

#[test]
fn a_refresh_cut_short_falls_to_somebody_again() {
    let mut play = slow_attempts();
    claimed(&mut play, "hot.test");
    play.refresh("hot.test");
    play.pass(11_000);
    assert!(play.engine.is_idle());
    play.pass(30_000);
    assert_eq!(hit(&play, "hot.test"), Some(Freshness::RefreshDue));
}

#[test]
fn a_refresh_that_finds_a_flight_under_way_ends_with_it() {
    let mut play = slow_attempts();
    claimed(&mut play, "hot.test");
    let waiter = play.query("hot.test", 1_000);
    play.refresh("hot.test");
    play.pass(13_000);
    play.answer(waiter);
    assert!(play.engine.is_idle());
    play.pass(30_000);
    assert_eq!(hit(&play, "hot.test"), Some(Freshness::RefreshDue));
}

#[test]
fn a_name_that_is_renewed_already_is_not_renewed_twice() {
    let mut play = slow_attempts();
    play.refresh("stale.test");
    for _ in 0..100 {
        play.refresh("stale.test");
    }
    let ids = play.engine.flights.ids();
    assert_eq!(ids.len(), 1);
    assert_eq!(play.engine.flights.get(ids[0]).map(|flight| flight.seats.len()), Some(1));
}

#[test]
fn a_failed_refresh_counts_once() {
    let mut play = Play::listed(1);
    claimed(&mut play, "hot.test");
    play.refresh("hot.test");
    for _ in 0..3 {
        let query = play.sent_one();
        play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
    }
    assert!(play.engine.is_idle());
    play.pass(1_100);
    assert_eq!(hit(&play, "hot.test"), Some(Freshness::RefreshDue), "the first failure holds for a second");
}
