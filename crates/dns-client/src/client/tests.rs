//! Answers at hand, and who owns a namespace.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use dns_cache::{Fill, Freshness, Insert, Key, Outcome};

use crate::exchange::Command;
use crate::families::{AT_HAND, BYPASS_CACHE, NO_WAITING};
use crate::options::{ResolverOptions, RouteOption};
use crate::resolver::Resolver;
use crate::server::{Protocol, ServerOption};
use crate::stage::{Stage, staged, with_silent_server};
use crate::time::Time;
use crate::{Answer, Client, FLAG_STALE, IoThread, Status, Waiter};

const A: u16 = 1;
const IPV4: u32 = 1;

/// A resolver that has looked something up, and the thread that did it.
fn opened(stage: &Stage, client: &Client, environment: u32, options: &ResolverOptions) -> Arc<Resolver> {
    let resolver = client.open(environment, options.clone()).expect("options are good");
    let waiter = Waiter { environment, ticket: 999 };
    assert!(!client.lookup(&resolver, "pending.test", 0, waiter, 0, &mut Answer::default()));
    if let Some(io) = &mut *stage.io.lock() {
        io.take_and_hand_over();
    }
    resolver
}

fn store(client: &Client, resolver: &Resolver, name: &[u8], insert: &Insert<'_>) {
    let snapshot = resolver.snapshot().expect("made at the first lookup");
    let key = Key { namespace: snapshot.namespace.id(), name, rtype: A };
    assert_eq!(client.shared.cache.insert(&key, insert, Time::now().as_millis()), Outcome::Stored);
}

/// TTL, then 198.51.100.1.
const ADDRESS: &[u8] = &[0, 0, 1, 44, 198, 51, 100, 1];

#[test]
fn what_is_not_at_hand_does_not_exist() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    store(
        &client,
        &resolver,
        b"\x05known\x04test\x00",
        &Insert { payload: ADDRESS, ttl_ms: 300_000, ..Insert::default() },
    );
    let gone = Insert { kind: Fill::NxDomain, payload: &[1], ttl_ms: 60_000, ..Insert::default() };
    store(&client, &resolver, b"\x04gone\x04test\x00", &gone);
    let before = client.stats(&resolver);
    let waiter = Waiter { environment: 1, ticket: 1 };
    let mut answer = Answer::default();
    for (name, status) in [
        ("known.test", Status::Ok),
        ("localhost", Status::Ok),
        ("gone.test", Status::NxDomain),
        ("unknown.test", Status::NxDomain),
    ] {
        assert!(client.lookup(&resolver, name, AT_HAND | IPV4, waiter, 0, &mut answer), "{name}");
        assert_eq!(answer.status, status, "{name}");
    }
    for (name, status) in [("known.test", Status::Ok), ("unknown.test", Status::NxDomain)] {
        assert!(client.query(&resolver, name, A, AT_HAND, waiter, 0, &mut answer), "{name}");
        assert_eq!(answer.status, status, "{name}");
    }
    assert_eq!(client.stats(&resolver).cache_misses, before.cache_misses, "nobody was asked");
}

#[test]
fn the_first_lookup_of_a_resolver_is_answered_at_hand_by_the_thread() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let first = opened(&stage, &client, 1, &options);
    store(
        &client,
        &first,
        b"\x05known\x04test\x00",
        &Insert { payload: ADDRESS, ttl_ms: 300_000, ..Insert::default() },
    );
    let answers = ["known.test", "unknown.test"].map(|name| {
        [0, 1].map(|ticket| {
            let second = client.open(1, options.clone()).expect("options are good");
            let waiter = Waiter { environment: 1, ticket };
            let mut answer = Answer::default();
            let answered = if ticket == 0 {
                client.lookup(&second, name, AT_HAND | IPV4, waiter, 0, &mut answer)
            } else {
                client.query(&second, name, A, AT_HAND, waiter, 0, &mut answer)
            };
            assert!(!answered, "servers and files are not known yet");
            stage.io.lock().as_mut().map(IoThread::take_and_hand_over);
            std::mem::take(&mut *stage.answers.lock())
        })
    });
    let settled = |ticket, status| vec![(Waiter { environment: 1, ticket }, status)];
    assert_eq!(answers[0], [settled(0, Status::Ok), settled(1, Status::Ok)]);
    assert_eq!(answers[1], [settled(0, Status::NxDomain), settled(1, Status::NxDomain)]);
}

#[test]
fn a_reader_who_may_not_ask_makes_no_refresh_due() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    // A refresh is due from the third hit on, at once: half of the TTL is over.
    let now_ms = Time::now().as_millis();
    let namespace = resolver.snapshot().expect("made at the first lookup").namespace.id();
    let key = Key { namespace, name: b"\x04busy\x04test\x00", rtype: A };
    let insert = Insert {
        payload: ADDRESS,
        ttl_ms: 300_000,
        refresh_random: f64::MIN_POSITIVE,
        lookup_p95_ms: 300_000,
        ..Insert::default()
    };
    assert_eq!(client.shared.cache.insert(&key, &insert, now_ms - 200_000), Outcome::Stored);
    client.shared.cache.add_hits(&key, 10, now_ms - 200_000);
    let mut answer = Answer::default();
    for ticket in 0..5 {
        let waiter = Waiter { environment: 1, ticket };
        assert!(client.lookup(&resolver, "busy.test", AT_HAND | IPV4, waiter, 0, &mut answer));
    }
    while let Some(command) = client.shared.take() {
        assert!(!matches!(command, Command::Refresh { .. }));
    }
    let freshness = client.shared.cache.get(&key, now_ms, |hit| hit.state);
    assert_eq!(freshness, Some(Freshness::RefreshDue), "it falls to the next who may");
}

#[test]
fn a_namespace_has_one_owner_until_that_is_gone() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let unused = client.open(1, options.clone()).expect("options are good");
    assert!(!client.own(&unused), "its namespace is not known yet");
    let one = opened(&stage, &client, 1, &options);
    let also_one = opened(&stage, &client, 1, &options);
    let two = opened(&stage, &client, 2, &options);
    let three = opened(&stage, &client, 3, &options);
    assert!(!client.stats(&one).owner, "nobody has claimed it");
    assert!(client.own(&one));
    assert!(client.own(&also_one), "it is the environment that owns");
    assert!(!client.own(&two));
    assert!(client.stats(&one).owner && client.stats(&also_one).owner && !client.stats(&two).owner);

    client.close(&one);
    assert!(!client.own(&two), "the environment has another resolver of it");
    client.close(&also_one);
    assert!(client.own(&two));
    assert!(!client.own(&three));
    client.environment_closed(2);
    assert!(client.own(&three));
    assert!(!client.own(&two), "closed");
}

#[test]
fn another_namespace_has_an_owner_of_its_own() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let one = opened(&stage, &client, 1, &options);
    let named = ResolverOptions { namespace: Some("other".to_owned()), ..options };
    let other = opened(&stage, &client, 2, &named);
    assert!(client.own(&one));
    assert!(client.own(&other));
}

#[test]
fn as_many_wait_as_may_and_the_others_get_what_is_left() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    let old = Insert { payload: ADDRESS, ttl_ms: 0, ..Insert::default() };
    store(&client, &resolver, b"\x03old\x04test\x00", &old);
    client.shared.counters.waiters.store(262_144, Ordering::Relaxed);
    let waiter = Waiter { environment: 1, ticket: 1 };
    let mut answer = Answer::default();
    assert!(client.lookup(&resolver, "unknown.test", IPV4, waiter, 0, &mut answer));
    assert_eq!(answer.status, Status::Overloaded);
    assert!(client.query(&resolver, "unknown.test", A, 0, waiter, 0, &mut answer));
    assert_eq!(answer.status, Status::Overloaded);
    assert!(client.lookup(&resolver, "old.test", IPV4, waiter, 0, &mut answer));
    assert_eq!(
        (answer.status, answer.flags & FLAG_STALE, answer.expires_in_ms),
        (Status::Ok, FLAG_STALE, 0.0)
    );
    let stats = client.stats(&resolver);
    assert_eq!((stats.stale_served, stats.overload_rejected), (1, 3));
}

#[test]
fn who_takes_no_answers_waits_for_none() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    let known = Insert { payload: ADDRESS, ttl_ms: 300_000, ..Insert::default() };
    store(&client, &resolver, b"\x05known\x04test\x00", &known);
    let waiter = Waiter { environment: 1, ticket: 1 };
    let mut answer = Answer::default();
    for (name, status) in [("known.test", Status::Ok), ("unknown.test", Status::Overloaded)] {
        assert!(client.lookup(&resolver, name, NO_WAITING | IPV4, waiter, 0, &mut answer));
        assert_eq!(answer.status, status);
        assert!(client.query(&resolver, name, A, NO_WAITING, waiter, 0, &mut answer));
        assert_eq!(answer.status, status);
    }
}

#[test]
fn a_name_in_use_is_renewed_while_its_callers_are_told_what_is_left() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    let old = Insert { payload: ADDRESS, ttl_ms: 0, ..Insert::default() };
    for name in [b"\x03old\x04test\x00".as_slice(), b"\x04held\x04test\x00"] {
        store(&client, &resolver, name, &old);
    }
    let namespace = resolver.snapshot().expect("made at the first lookup").namespace.id();
    let held = Key { namespace, name: b"\x04held\x04test\x00", rtype: A };
    let failure = Insert { kind: Fill::Unreachable, payload: &[5], ..Insert::default() };
    let kept = client.shared.cache.insert(&held, &failure, Time::now().as_millis());
    assert_eq!(kept, Outcome::Kept);
    let waiter = Waiter { environment: 1, ticket: 1 };
    let mut answer = Answer::default();
    // A failure that was cached a moment ago says that nobody is to be asked yet.
    for name in ["old.test", "held.test"] {
        assert!(client.lookup(&resolver, name, NO_WAITING | IPV4, waiter, 0, &mut answer));
        assert_eq!((answer.status, answer.flags & FLAG_STALE), (Status::Ok, FLAG_STALE));
    }
    let renewed = std::iter::from_fn(|| client.shared.take()).filter_map(|command| match command {
        Command::Refresh { key, .. } => Some(key.name.to_string()),
        _ => None,
    });
    assert_eq!(renewed.collect::<Vec<_>>(), ["old.test"]);
}

#[test]
fn a_name_that_is_held_is_answered_at_once_from_what_is_left() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    let old = Insert { payload: ADDRESS, ttl_ms: 0, ..Insert::default() };
    store(&client, &resolver, b"\x03old\x04test\x00", &old);
    let waiter = Waiter { environment: 1, ticket: 1 };
    let mut answer = Answer::default();
    let namespace = resolver.snapshot().expect("made at the first lookup").namespace.id();
    let key = Key { namespace, name: b"\x03old\x04test\x00", rtype: A };
    client.shared.holds.hold(&key, Time::now(), 30_000);
    assert!(client.lookup(&resolver, "old.test", IPV4, waiter, 0, &mut answer));
    assert_eq!(
        (answer.status, answer.flags & FLAG_STALE, answer.addresses.len()),
        (Status::Ok, FLAG_STALE, 1)
    );
    assert!(client.peek(&resolver, "old.test", IPV4, &mut answer));
    assert_eq!(answer.flags & FLAG_STALE, FLAG_STALE);
    let commands: Vec<Command> = std::iter::from_fn(|| client.shared.take()).collect();
    assert!(commands.iter().all(|command| matches!(command, Command::CheckSystem)), "{commands:?}");
    assert_eq!(client.stats(&resolver).stale_served, 1);
    // Who wants it asked anew gets no less, and a name of which nothing is left is asked for.
    assert!(!client.lookup(&resolver, "old.test", IPV4 | BYPASS_CACHE, waiter, 0, &mut answer));
    assert_eq!(client.invalidate(&resolver, Some("old.test")), 1);
    let waiter = Waiter { environment: 1, ticket: 2 };
    assert!(!client.lookup(&resolver, "old.test", IPV4, waiter, 0, &mut answer));
}

#[test]
fn a_burst_is_taken_and_a_backlog_that_lasts_is_not_added_to() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = opened(&stage, &client, 1, &options);
    let shared = &client.shared;
    let now = Time::now();
    assert!(!shared.is_flooded(now));
    for ticket in 0..8_192 {
        shared.submit(Command::Cancel(Waiter { environment: 1, ticket }));
        assert!(
            !shared.is_flooded(now.plus_millis(999)),
            "{ticket}: the thread has had no second to work it off"
        );
    }
    assert!(shared.is_flooded(now.plus_millis(1_000)));
    let (waiter, mut answer) = (Waiter { environment: 1, ticket: 8_192 }, Answer::default());
    shared.kept_up_ms.store(0, Ordering::Relaxed);
    assert!(client.lookup(&resolver, "one-more.test", 0, waiter, 0, &mut answer));
    assert_eq!(answer.status, Status::Overloaded);
    while shared.take().is_some() {}
    assert!(!shared.is_flooded(now.plus_millis(5_000)));
    shared.submit(Command::Cancel(waiter));
    assert!(!shared.is_flooded(now.plus_millis(9_000)));
}

#[test]
fn statistics_list_the_servers_of_routes_last() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let server = |address: &str| ServerOption::plain(Protocol::Udp, address.parse().expect("an address"));
    let route =
        |suffix: &str, address| RouteOption { suffix: suffix.to_owned(), servers: vec![server(address)] };
    let routes = vec![route("corp.example", "10.0.0.2:53"), route("lab.corp.example", "10.0.0.3:53")];
    let resolver = opened(&stage, &client, 1, &ResolverOptions { routes, ..options });
    let upstreams = client.stats(&resolver).upstreams;
    let listed: Vec<_> = upstreams.iter().skip(1).map(|u| (u.id.as_str(), u.route.as_deref())).collect();
    assert_eq!(upstreams[0].route, None);
    assert_eq!(
        listed,
        [("udp://10.0.0.3:53", Some("lab.corp.example")), ("udp://10.0.0.2:53", Some("corp.example"))]
    );
    assert_eq!(client.upstreams(&resolver).upstreams.len(), 1, "they have no numbers");
}
