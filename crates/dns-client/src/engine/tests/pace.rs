//! Timing and addresses that the caller chose.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use dns_cache::Key;
use dns_wire::{Name, Rtype};

use super::play::{Play, server, texts};
use crate::answer::Status;
use crate::options::{LocalAddress, ResolverOptions, Servers};
use crate::plan::{Pace, Plan};
use crate::server::{Protocol, ServerOption};
use crate::snapshot::Snapshot;

fn options(servers: u8, timeout_ms: u32, tries: u8, backoff_max_ms: u32) -> ResolverOptions {
    ResolverOptions {
        servers: Servers::List((1..=servers).map(server).collect()),
        timeout_ms: Some(timeout_ms),
        tries: Some(tries),
        backoff_max_ms: Some(backoff_max_ms),
        ..ResolverOptions::default()
    }
}

/// Milliseconds, to the hundreds below, at which queries leave and the answer comes.
fn departures(play: &mut Play) -> (Vec<u64>, Status) {
    let mut left = vec![0];
    assert_eq!(play.sent().len(), 1);
    for ms in 1.. {
        play.pass(1);
        let about = ms / 100 * 100;
        left.extend(play.sent().iter().map(|_| about));
        if let Some((_, answer)) = play.answers().pop() {
            left.push(about);
            return (left, answer.status);
        }
    }
    unreachable!("milliseconds do not end")
}

fn is_remembered(play: &Play) -> bool {
    let name = Name::from_ascii("www.test").expect("a name");
    let key = Key { namespace: play.snapshot.namespace.id(), name: name.as_wire(), rtype: Rtype::A.0 };
    play.cache.peek(&key, play.now().as_millis(), |_| ()).is_some()
}

#[test]
fn every_round_waits_twice_as_long_and_nothing_is_hedged() {
    let mut play = Play::new(&options(2, 2_000, 4, 0), "");
    play.query("www.test", 1_000_000);
    let times = [0, 2, 4, 8, 12, 20, 28, 44, 60].map(|second| second * 1_000);
    assert_eq!(departures(&mut play), (times.to_vec(), Status::Timeout));
    assert!(is_remembered(&play));
}

#[test]
fn a_round_waits_no_longer_than_the_bound() {
    let mut play = Play::new(&options(1, 2_000, 4, 5_000), "");
    play.query("www.test", 1_000_000);
    assert_eq!(departures(&mut play), (vec![0, 2_000, 6_000, 11_000, 16_000], Status::Timeout));
}

#[test]
fn an_answer_counts_for_as_long_as_the_rounds_last() {
    let mut play = Play::new(&options(1, 5_000, 4, 0), "");
    let waiter = play.query("www.test", 75_000);
    let first = play.sent_one();
    play.pass(74_000);
    play.arrive(&first, &first.respond_with(&["192.0.2.7"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["192.0.2.7"]);
}

#[test]
fn impatience_is_not_remembered() {
    let mut play = Play::new(&options(1, 100, 2, 0), "");
    play.query("www.test", 1_000_000);
    assert_eq!(departures(&mut play), (vec![0, 100, 300], Status::Timeout));
    assert!(!is_remembered(&play));
}

#[test]
fn who_goes_at_another_pace_asks_apart() {
    let mut play = Play::new(&options(1, 100, 1, 0), "");
    let hasty = play.query("www.test", 100);
    play.sent_one();
    let pace = Pace { attempt_timeout_ms: Some(4_000), ..play.snapshot.plan.pace };
    let expected = Plan { pace, ..Plan::clone(&play.snapshot.plan) };
    let snapshot = Snapshot::new(&options(1, 4_000, 1, 0), &Play::view(""), &play.cache);
    assert_eq!(expected, *snapshot.plan);
    assert_eq!(snapshot.namespace.id(), play.snapshot.namespace.id(), "what is learnt is shared");
    let hasty_snapshot = std::mem::replace(&mut play.snapshot, Arc::new(snapshot));
    let patient = play.query("www.test", 4_000);
    let query = play.sent_one();
    play.pass(200);
    assert_eq!(play.answer(hasty).status, Status::Timeout);
    drop(hasty_snapshot);
    play.arrive(&query, &query.respond_with(&["192.0.2.7"], 60));
    assert_eq!(texts(&play.answer(patient)), ["192.0.2.7"]);
}

#[test]
fn sockets_are_bound_to_the_address_of_the_servers_family() {
    let local = Ipv4Addr::new(192, 0, 2, 99);
    let local_address = LocalAddress { ipv4: Some(local), ipv6: None };
    let options = ResolverOptions { local_address, ..options(1, 100, 1, 0) };
    let mut play = Play::new(&options, "");
    play.query("www.test", 5_000);
    let query = play.sent_one();
    play.arrive(&query, &query.respond(|builder| builder.truncated(true)));
    assert!(play.sent_one().tcp);
    assert_eq!(play.sockets.bound, [Some(IpAddr::V4(local)); 2]);

    let address: SocketAddr = "[2001:db8::1]:53".parse().expect("an address");
    let servers = Servers::List(vec![ServerOption::plain(Protocol::Tcp, address)]);
    let mut play = Play::new(&ResolverOptions { servers, ..options.clone() }, "");
    play.query("www.test", 5_000);
    assert_eq!(play.sockets.bound, [None]);

    let elsewhere = LocalAddress { ipv4: Some(Ipv4Addr::LOCALHOST), ipv6: None };
    let elsewhere = ResolverOptions { local_address: elsewhere, ..options.clone() };
    let digest = |options| Play::new(options, "").snapshot.namespace.digest_text();
    assert_ne!(digest(&options), digest(&elsewhere), "servers may answer differently to each");
}

#[test]
fn an_address_that_is_not_ours_is_a_local_error_and_not_remembered() {
    let mut play = Play::new(&options(1, 5_000, 2, 0), "");
    play.sockets.refuse_udp = true;
    let waiter = play.query("www.test", 5_000);
    assert_eq!(play.answer(waiter).status, Status::Local);
    assert!(!is_remembered(&play));
}
