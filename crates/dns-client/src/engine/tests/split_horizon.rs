//! Names that are known inside, and denied or answered otherwise outside.

use dns_wire::Rcode;
use proptest::prelude::*;

use super::play::{Play, Sent, server, texts};
use super::world::{Behaviour, Holds, World, Zone};
use crate::answer::{Status, Waiter};
use crate::options::{ResolverOptions, Servers};
use crate::server::ServerOption;

const INSIDE: Zone = &[
    ("db.prod.corp.com", Holds::Address("10.0.0.1")),
    ("app.corp.com", Holds::Alias("db.prod.corp.com")),
    ("example", Holds::Address("198.51.100.1")),
];
/// A wildcard for what has not been told.
const OUTSIDE: Zone =
    &[("corp.com", Holds::Address("203.0.113.1")), ("example", Holds::Address("198.51.100.1"))];
const NOTHING: Zone = &[];

/// With primaries 1 and so on, and fallbacks 101 and 102, which are public.
fn play(primaries: u8) -> Play {
    let options = ResolverOptions {
        servers: Servers::List((1..=primaries).map(server).collect()),
        fallback: [101, 102].map(|last| ServerOption { public: true, ..server(last) }).to_vec(),
        search: Some(Vec::new()),
        ..ResolverOptions::default()
    };
    Play::new(&options, "")
}

fn failing() -> impl Strategy<Value = Behaviour> {
    prop_oneof![
        3 => Just(Behaviour::Silent),
        1 => Just(Behaviour::Fails(Rcode::SERVFAIL)),
        1 => Just(Behaviour::Fails(Rcode::REFUSED)),
        1 => Just(Behaviour::Babbles),
        1 => Just(Behaviour::Unreachable),
        1 => (2..4_u64).prop_map(Behaviour::Loses),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn while_a_server_inside_lives_nobody_hears_what_is_said_outside(
        lives in 1..=3_u8, delay in 1..80_u64, faults in prop::collection::vec((failing(), failing()), 1..5),
        wildcard in any::<bool>(), pauses in prop::collection::vec(0..400_u64, 8),
    ) {
        let mut world = World::new(play(3));
        for last in 1..=3 {
            world.serve(last, Behaviour::Silent, INSIDE);
        }
        world.behave(lives, Behaviour::Knows(delay));
        for last in [101, 102] {
            world.serve(last, Behaviour::Knows(3), if wildcard { OUTSIDE } else { NOTHING });
        }
        let mut pauses = pauses.into_iter().cycle();
        for (number, (one, two)) in faults.into_iter().enumerate() {
            let others = (1..=3).filter(|last| *last != lives);
            for (last, fault) in others.zip([one, two]) {
                world.behave(last, fault);
            }
            for name in [format!("n{number}.db.prod.corp.com"), "db.prod.corp.com".to_owned(), "app.corp.com".to_owned()] {
                let waiter = world.play.lookup(&name, 5_000);
                world.pass(pauses.next().unwrap_or(0));
                let other = world.play.lookup("www.example", 5_000);
                world.pass(5_000);
                for (who, answer) in world.play.answers() {
                    if who == waiter {
                        prop_assert_eq!(texts(&answer), ["10.0.0.1"], "{}: {:?}", name, answer);
                    } else {
                        prop_assert_eq!(who, other);
                        prop_assert_eq!(texts(&answer), ["198.51.100.1"], "{:?}", answer);
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_once_inside_is_never_asked_for_outside(
        faults in prop::collection::vec((failing(), failing()), 1..4), expired in any::<bool>(), forgotten in any::<bool>(),
    ) {
        let mut world = World::new(play(2));
        for last in [1, 2] {
            world.serve(last, Behaviour::Knows(5), INSIDE);
        }
        for last in [101, 102] {
            world.serve(last, Behaviour::Knows(3), OUTSIDE);
        }
        world.play.lookup("app.corp.com", 5_000);
        world.pass(1_000);
        if expired {
            world.play.idle(1_000_000);
        }
        if forgotten {
            world.play.cache.invalidate(world.play.snapshot.namespace.id(), None, world.play.now().as_millis());
        }
        world.play.answers();
        world.asked.clear();
        for (one, two) in faults {
            world.behave(1, one);
            world.behave(2, two);
            for name in ["app.corp.com", "db.prod.corp.com"] {
                world.play.lookup(name, 5_000);
                world.play.refresh(name);
                world.play.query(name, 5_000);
                world.pass(6_000);
                for (_, answer) in world.play.answers() {
                    prop_assert!(["10.0.0.1", ""].contains(&texts(&answer).concat().as_str()), "{:?}", answer);
                    // It may be denied by who is inside, who denies nothing here.
                    prop_assert!(!answer.status.is_denial(), "{:?}", answer);
                }
            }
        }
        prop_assert!(world.asked.iter().all(|asked| asked.server < 100), "{:?}", world.asked);
    }

    #[test]
    fn a_second_system_servers_denial_never_beats_the_firsts_answer(
        delay in 1..900_u64, second in prop_oneof![3 => Just(Behaviour::Denies), 1 => failing()], more in 0..4_u32,
        outside in any::<bool>(),
    ) {
        let options = ResolverOptions {
            fallback: if outside { vec![ServerOption { public: true, ..server(101) }] } else { Vec::new() },
            search: Some(Vec::new()),
            ..ResolverOptions::default()
        };
        let mut world = World::new(Play::new(&options, "nameserver 192.0.2.1\nnameserver 192.0.2.2\n"));
        world.serve(1, Behaviour::Knows(delay), INSIDE);
        world.serve(2, second, NOTHING);
        world.serve(101, Behaviour::Denies, NOTHING);
        for number in 0..=more {
            let waiter = world.play.lookup(&format!("n{number}.db.prod.corp.com"), 5_000);
            world.pass(4_000);
            prop_assert_eq!(texts(&world.play.answer(waiter)), ["10.0.0.1"]);
        }
    }
}
#[test]
fn what_only_the_outside_denies_is_a_failure_and_not_remembered_as_a_denial() {
    let mut world = World::new(play(1));
    world.serve(1, Behaviour::Silent, INSIDE);
    for last in [101, 102] {
        world.serve(last, Behaviour::Knows(3), NOTHING);
    }
    let waiter = world.play.lookup("db.prod.corp.com", 5_000);
    world.pass(5_000);
    assert!(
        world.asked.iter().any(|asked| asked.server > 100),
        "it was asked outside: nobody knew that it is not to be"
    );
    assert_eq!(world.play.answer(waiter).status, Status::Timeout);
    world.behave(1, Behaviour::Knows(5));
    world.pass(10_000);
    let waiter = world.play.lookup("db.prod.corp.com", 5_000);
    world.pass(5_000);
    assert_eq!(texts(&world.play.answer(waiter)), ["10.0.0.1"]);
}

/// Servers 1 and 2 of the system, of which the first has answered, and fallback 101; a query that both leave unanswered, so
/// that it went to the fallback too.
fn asked_outside(name: &str) -> (Play, Waiter, [Sent; 3]) {
    let options = ResolverOptions {
        fallback: vec![ServerOption { public: true, ..server(101) }],
        search: Some(Vec::new()),
        ..ResolverOptions::default()
    };
    let mut play = Play::new(&options, "nameserver 192.0.2.1\nnameserver 192.0.2.2\n");
    for number in 0..10 {
        play.query(&format!("warm{number}.example"), 5_000);
        let query = play.sent_one();
        play.pass(20);
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
    play.answers();
    let waiter = play.query(name, 5_000);
    let mut sent = Vec::new();
    let to = |sent: &[Sent], last| {
        sent.iter().find(|sent| Some(sent.server) == server(last).server.address()).cloned()
    };
    while to(&sent, 101).is_none() {
        play.pass(10);
        sent.extend(play.sent());
    }
    let asked = [1, 2, 101].map(|last| to(&sent, last).expect("it was asked"));
    (play, waiter, asked)
}

#[test]
fn what_is_said_outside_does_not_count_once_a_server_inside_denies_and_another_may_know_better() {
    let (mut play, waiter, [_, second, outside]) = asked_outside("db.corp.com");
    play.arrive(&second, &second.deny(Rcode::NXDOMAIN, 60));
    assert!(play.answers().is_empty(), "the first server lives");
    let first = play.sent_one();
    assert_eq!(Some(first.server), server(1).server.address());
    play.arrive(&outside, &outside.respond_with(&["203.0.113.1"], 60));
    assert!(play.answers().is_empty());
    play.arrive(&first, &first.respond_with(&["10.0.0.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["10.0.0.1"]);
}
