//! Stale data: when it is served, what is not asked meanwhile, and how that ends.

use std::sync::atomic::Ordering;

use dns_cache::{Insert, Key, Kind};
use dns_wire::{Name, Rcode, Rtype};

use super::play::{Play, Sent, server, texts};
use crate::answer::{Answer, FLAG_COMPLETE, FLAG_STALE, Status, Waiter};
use crate::options::{CacheOptions, ResolverOptions, Servers};

const OLD: &str = "198.51.100.1";
const NEW: &str = "198.51.100.2";
const OLD6: &str = "2001:db8::1";
const HOLD_MS: u64 = 30_000;

/// The cache has addresses of `name` that expired at once.
fn expired(play: &Play, name: &str, rtype: Rtype) {
    learn(play, name, rtype, 0);
}

fn learn(play: &Play, name: &str, rtype: Rtype, ttl_ms: u64) {
    let name = Name::from_ascii(name).expect("a name");
    let key = Key { namespace: play.snapshot.namespace.id(), name: name.as_wire(), rtype: rtype.0 };
    let mut payload = vec![0, 0, 0, 60];
    match rtype {
        Rtype::A => payload.extend([198, 51, 100, 1]),
        _ => payload.extend([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    }
    let insert = Insert { payload: &payload, ttl_ms, ..Insert::default() };
    let _outcome = play.cache.insert(&key, &insert, play.now().as_millis());
}

fn kind(play: &Play, name: &str) -> Option<Kind> {
    let name = Name::from_ascii(name).expect("a name");
    let key = Key { namespace: play.snapshot.namespace.id(), name: name.as_wire(), rtype: Rtype::A.0 };
    play.cache.peek(&key, play.now().as_millis(), |hit| hit.kind)
}

/// One server, from which both families of `www.test` were had, long ago.
fn dual() -> Play {
    let play = Play::listed(1);
    expired(&play, "www.test", Rtype::A);
    expired(&play, "www.test", Rtype::AAAA);
    play
}

/// What a lookup got that was given stale data.
#[track_caller]
fn assert_stale(answer: &Answer, addresses: &[&str]) {
    let mut found = texts(answer);
    found.sort();
    assert_eq!((answer.status, found), (Status::Ok, addresses.iter().map(ToString::to_string).collect()));
    assert_eq!(answer.flags & (FLAG_STALE | FLAG_COMPLETE), FLAG_STALE);
    assert_eq!(answer.expires_in_ms.to_bits(), 0);
}

fn served(play: &Play) -> u64 {
    play.counters.stale_served.load(Ordering::Relaxed)
}

/// `www.test` is looked up in vain, which takes the given time.
#[track_caller]
fn serve_after(play: &mut Play, ms: u64, patience_ms: u64) -> Vec<Sent> {
    let waiter = play.lookup("www.test", patience_ms);
    let sent = play.sent();
    assert!(!sent.is_empty(), "it was asked for");
    play.pass(ms - 5);
    assert!(play.answers().is_empty());
    play.pass(10);
    let answer = play.answer(waiter);
    assert_stale(&answer, &[OLD, OLD6]);
    sent
}

#[test]
fn what_expired_is_served_after_300_ms_and_at_once_within_the_hold() {
    let mut play = dual();
    serve_after(&mut play, 300, 5_000);
    play.sent();
    for _ in 0..10 {
        play.pass(10);
        let waiter = play.lookup("www.test", 5_000);
        assert_stale(&play.answer(waiter), &[OLD, OLD6]);
    }
    assert_eq!(served(&play), 11);
    // The flights that were under way make their attempts, fail, and nothing follows them.
    play.pass(10_000);
    play.sent();
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[OLD, OLD6]);
    play.pass(15_000);
    assert!(play.sent().is_empty() && play.engine.is_idle());
    play.pass(HOLD_MS);
    serve_after(&mut play, 300, 5_000);
}

#[test]
fn each_waiter_has_its_own_300_ms_and_half_its_time_if_that_is_less() {
    let mut play = dual();
    let first = play.lookup("www.test", 5_000);
    play.pass(200);
    let second = play.lookup("www.test", 200);
    play.pass(95);
    assert!(play.answers().is_empty());
    play.pass(10);
    let mut answered: Vec<Waiter> = play.answers().into_iter().map(|(waiter, _)| waiter).collect();
    answered.sort_by_key(|waiter| waiter.ticket);
    assert_eq!(answered, [first, second]);
    let mut play = dual();
    let third = play.lookup("www.test", 5_000);
    play.pass(200);
    let fourth = play.lookup("www.test", 5_000);
    play.pass(110);
    assert_stale(&play.answer(third), &[OLD, OLD6]);
    play.pass(180);
    assert!(play.answers().is_empty(), "who joined has its own time");
    play.pass(20);
    assert_stale(&play.answer(fourth), &[OLD, OLD6]);
}

#[test]
fn a_failure_is_answered_at_once_and_holds_the_name() {
    let mut play = dual();
    let waiter = play.lookup("www.test", 5_000);
    for _ in 0..3 {
        for query in play.sent() {
            play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
        }
    }
    assert_stale(&play.answer(waiter), &[OLD, OLD6]);
    play.pass(HOLD_MS - 100);
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[OLD, OLD6]);
    assert!(play.sent().is_empty());
    play.pass(200);
    play.lookup("www.test", 5_000);
    assert_eq!(play.sent().len(), 2);
}

#[test]
fn the_flight_goes_on_and_its_answer_ends_the_hold() {
    let mut play = dual();
    let sent = serve_after(&mut play, 300, 5_000);
    for query in &sent {
        let address = if query.rtype() == Rtype::A { NEW } else { OLD6 };
        play.arrive(query, &query.respond_with(&[address], 60));
    }
    let waiter = play.lookup("www.test", 5_000);
    let answer = play.answer(waiter);
    assert_eq!(answer.flags & (FLAG_STALE | FLAG_COMPLETE), FLAG_COMPLETE);
    assert!(texts(&answer).contains(&NEW.to_owned()), "{answer:?}");
    play.pass(61_000);
    play.sent();
    play.lookup("www.test", 5_000);
    assert!(!play.sent().is_empty(), "nothing is held any more");
}

#[test]
fn a_lost_query_is_sent_again_although_nobody_waits() {
    let options = ResolverOptions {
        servers: Servers::List(vec![server(1)]),
        timeout_ms: Some(500),
        hedge: false,
        ..ResolverOptions::default()
    };
    let mut play = Play::new(&options, "");
    expired(&play, "www.test", Rtype::A);
    expired(&play, "www.test", Rtype::AAAA);
    serve_after(&mut play, 300, 5_000);
    play.pass(300);
    let again = play.sent();
    assert_eq!(again.len(), 2);
    for query in &again {
        play.arrive(query, &query.respond_with(&[if query.rtype() == Rtype::A { NEW } else { OLD6 }], 60));
    }
    let waiter = play.lookup("www.test", 5_000);
    assert_eq!(play.answer(waiter).flags & FLAG_STALE, 0);
}

#[test]
fn a_denial_ends_stale_life() {
    let mut play = dual();
    let sent = serve_after(&mut play, 300, 5_000);
    for query in &sent {
        play.arrive(query, &query.deny(Rcode::NXDOMAIN, 60));
    }
    assert_eq!(kind(&play, "www.test"), Some(Kind::NxDomain));
    let waiter = play.lookup("www.test", 5_000);
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
}

#[test]
fn an_answer_that_proves_nothing_is_a_failure() {
    let mut play = Play::listed(1);
    expired(&play, "www.test", Rtype::A);
    let waiter = play.lookup("www.test", 5_000);
    for query in play.sent() {
        play.arrive(&query, &query.respond(|builder| builder));
    }
    assert_stale(&play.answer(waiter), &[OLD]);
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[OLD]);
}

#[test]
fn expired_addresses_of_one_family_stand_beside_fresh_ones_of_the_other() {
    let mut play = dual();
    let waiter = play.lookup("www.test", 5_000);
    let sent = play.sent();
    let of_a = sent.iter().find(|query| query.rtype() == Rtype::A).expect("both are asked");
    play.arrive(of_a, &of_a.respond_with(&[NEW], 60));
    play.pass(60);
    assert_stale(&play.answer(waiter), &[NEW, OLD6]);
    play.pass(10);
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[NEW, OLD6]);
    // The other family's time is its own: when the fresh one expires it is asked for.
    let of_aaaa = sent.iter().find(|query| query.rtype() == Rtype::AAAA).expect("both are asked");
    play.arrive(of_aaaa, &of_aaaa.respond_with(&[OLD6], 3_600));
    play.pass(61_000);
    play.sent();
    play.lookup("www.test", 5_000);
    assert_eq!(play.sent_one().rtype(), Rtype::A);
}

#[test]
fn expired_addresses_of_one_family_stand_beside_the_denial_of_the_other() {
    let mut play = dual();
    let waiter = play.lookup("www.test", 5_000);
    let sent = play.sent();
    let of_aaaa = sent.iter().find(|query| query.rtype() == Rtype::AAAA).expect("both are asked");
    play.arrive(of_aaaa, &of_aaaa.deny(Rcode::NOERROR, 60));
    assert!(play.answers().is_empty());
    play.pass(310);
    assert_stale(&play.answer(waiter), &[OLD]);
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[OLD]);
}

#[test]
fn within_the_hold_a_family_of_which_nothing_is_known_is_not_asked_for_either() {
    let mut play = Play::listed(1);
    expired(&play, "www.test", Rtype::A);
    let waiter = play.lookup("www.test", 5_000);
    play.pass(310);
    assert_stale(&play.answer(waiter), &[OLD]);
    play.pass(15_000);
    play.sent();
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[OLD]);
    assert!(play.sent().is_empty());
}

#[test]
fn a_refresh_that_fails_while_its_answer_expires_holds_the_name() {
    let mut play = Play::listed(1);
    learn(&play, "www.test", Rtype::A, 500);
    learn(&play, "www.test", Rtype::AAAA, 3_600_000);
    play.refresh("www.test");
    play.pass(11_000);
    play.sent();
    let waiter = play.lookup("www.test", 5_000);
    assert_stale(&play.answer(waiter), &[OLD, OLD6]);
    assert!(play.sent().is_empty());
}

#[test]
fn the_network_changing_ends_the_hold_and_not_the_data() {
    let mut play = dual();
    serve_after(&mut play, 300, 5_000);
    play.pass(15_000);
    play.sent();
    play.network_changed();
    serve_after(&mut play, 300, 5_000);
}

#[test]
fn when_servers_are_back_names_become_fresh_within_seconds_and_one_after_the_other() {
    let mut play = Play::listed(1);
    let names: Vec<String> = (0..20).map(|number| format!("n{number}.test")).collect();
    for name in &names {
        expired(&play, name, Rtype::A);
        expired(&play, name, Rtype::AAAA);
        play.lookup(name, 5_000);
        play.pass(1_000);
    }
    play.pass(5_000);
    play.sent();
    play.answers();
    let waiter = play.lookup("unknown.test", 5_000);
    for query in play.sent() {
        play.arrive(&query, &query.respond_with(&[if query.rtype() == Rtype::A { NEW } else { OLD6 }], 60));
    }
    assert_eq!(play.answer(waiter).status, Status::Ok);
    let mut asked = Vec::new();
    for _ in 0..8 {
        play.pass(500);
        for name in &names {
            play.lookup(name, 5_000);
        }
        let sent = play.sent();
        asked.push(sent.len());
        for query in sent {
            play.arrive(
                &query,
                &query.respond_with(&[if query.rtype() == Rtype::A { NEW } else { OLD6 }], 60),
            );
        }
    }
    assert_eq!(asked.iter().sum::<usize>(), 2 * names.len(), "{asked:?}");
    assert!(asked.iter().all(|&queries| queries <= names.len()), "{asked:?}");
    play.answers();
    for name in &names {
        let waiter = play.lookup(name, 5_000);
        assert_eq!(play.answer(waiter).flags & FLAG_STALE, 0);
    }
}

#[test]
fn nothing_stale_is_served_where_none_is_kept() {
    let options = CacheOptions { stale_max_age_seconds: 0, ..CacheOptions::default() };
    let mut play = Play::caching(options);
    let learn = play.lookup("www.test", 5_000);
    for query in play.sent() {
        play.arrive(&query, &query.respond_with(&[if query.rtype() == Rtype::A { OLD } else { OLD6 }], 1));
    }
    assert_eq!(play.answer(learn).status, Status::Ok);
    play.pass(2_000);
    let waiter = play.lookup("www.test", 1_000);
    play.pass(1_100);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
    assert_eq!(served(&play), 0);
}

#[test]
fn times_are_as_configured() {
    let options =
        CacheOptions { stale_serve_after_ms: 1_000, stale_hold_seconds: 5, ..CacheOptions::default() };
    let mut play = Play::caching(options);
    expired(&play, "www.test", Rtype::A);
    expired(&play, "www.test", Rtype::AAAA);
    serve_after(&mut play, 1_000, 5_000);
    play.pass(20_000);
    play.sent();
    serve_after(&mut play, 1_000, 5_000);
    // 0: what is stale is served at once, and renewed meanwhile.
    let options = CacheOptions { stale_serve_after_ms: 0, ..CacheOptions::default() };
    let mut play = Play::caching(options);
    expired(&play, "www.test", Rtype::A);
    let waiter = play.lookup("www.test", 5_000);
    assert_eq!(play.sent().len(), 2);
    play.pass(5);
    assert_stale(&play.answer(waiter), &[OLD]);
}

#[test]
fn a_candidate_that_fails_is_answered_by_its_own_remains() {
    let mut play = Play::system("nameserver 192.0.2.1\nsearch one.test two.test\n");
    expired(&play, "db.one.test", Rtype::A);
    learn(&play, "db.two.test", Rtype::A, 60_000);
    let waiter = play.lookup("db", 5_000);
    for _ in 0..3 {
        for query in play.sent() {
            assert!(query.name().starts_with("db.one.test"), "{}", query.name());
            play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
        }
    }
    assert_stale(&play.answer(waiter), &[OLD]);
}

#[test]
fn a_fresh_denial_of_an_earlier_candidate_counts() {
    let mut play = Play::system("nameserver 192.0.2.1\nsearch one.test two.test\n");
    expired(&play, "db.one.test", Rtype::A);
    let waiter = play.lookup("db", 5_000);
    for query in play.sent() {
        play.arrive(&query, &query.deny(Rcode::NXDOMAIN, 60));
    }
    for query in play.sent() {
        assert!(query.name().starts_with("db.two.test"));
        let address = if query.rtype() == Rtype::A { NEW } else { OLD6 };
        play.arrive(&query, &query.respond_with(&[address], 60));
    }
    let answer = play.answer(waiter);
    assert_eq!(answer.flags & FLAG_STALE, 0);
    assert!(texts(&answer).contains(&NEW.to_owned()));
}

#[test]
fn candidates_of_which_nothing_is_known_do_not_hide_what_was_known_of_a_later_one() {
    for ttl_ms in [0, 3_600_000] {
        let mut play = Play::system("nameserver 192.0.2.1\nsearch one.test two.test\n");
        learn(&play, "db.two.test", Rtype::A, ttl_ms);
        let waiter = play.lookup("db", 5_000);
        play.pass(310);
        assert_eq!(texts(&play.answer(waiter)), [OLD]);
        play.pass(15_000);
        play.sent();
        let waiter = play.lookup("db", 5_000);
        // Known and fresh, its other family may still be asked for.
        let answers = play.answers();
        if ttl_ms == 0 {
            assert!(answers.iter().all(|(who, _)| *who == waiter) && answers.len() == 1);
            assert_stale(&answers[0].1, &[OLD]);
            assert!(play.sent().is_empty());
        }
    }
}

#[test]
fn queries_of_one_type_get_nothing_stale() {
    let mut play = dual();
    serve_after(&mut play, 300, 5_000);
    play.pass(15_000);
    play.sent();
    let waiter = play.query("www.test", 5_000);
    assert_eq!(play.sent().len(), 1, "nor are they held");
    play.pass(6_000);
    assert_eq!(play.answer(waiter).status, Status::Timeout);
}

#[test]
fn an_error_of_this_machine_holds_nothing() {
    let mut play = dual();
    play.sockets.refuse_udp = true;
    play.sockets.refuse_tcp = true;
    let waiter = play.lookup("www.test", 5_000);
    play.pass(1);
    assert_stale(&play.answer(waiter), &[OLD, OLD6]);
    play.sockets.refuse_udp = false;
    play.lookup("www.test", 5_000);
    assert_eq!(play.sent().len(), 2);
}
