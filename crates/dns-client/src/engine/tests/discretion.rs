//! Whatever happens, nobody hears of a name who must not.

use std::collections::BTreeSet;

use dns_cache::Key;
use dns_wire::{Name, Rcode, Rtype};
use proptest::prelude::*;

use super::play::{Play, server};
use super::world::{Asked, Behaviour, Holds, World, Zone};
use crate::direction::{Canary, Direction};
use crate::options::{ResolverOptions, RouteOption, Servers};
use crate::private_addresses::holds_private_address;
use crate::server::ServerOption;

const ROUTED: u8 = 50;
const FALLBACKS: [u8; 2] = [101, 102];

/// Aliases lead from outside to inside, and back.
const INSIDE: Zone = &[
    ("app.example", Holds::Alias("db.corp.example")),
    ("db.corp.example", Holds::Address("10.0.0.1")),
    ("out.corp.example", Holds::Alias("www.example")),
    ("in.route.example", Holds::Alias("mail.example")),
    ("far.example", Holds::Alias("in.route.example")),
    ("split.example", Holds::Address("10.0.0.2")),
    ("host.search.example", Holds::Alias("split.example")),
    ("example", Holds::Address("198.51.100.1")),
];
const OUTSIDE: Zone = &[
    ("www.example", Holds::Alias("db.corp.example")),
    ("mail.example", Holds::Alias("x.local")),
    ("far.example", Holds::Alias("split.example")),
    ("example", Holds::Address("203.0.113.1")),
    ("arpa", Holds::Address("203.0.113.1")),
];

/// The last is made by the search list alone.
const NAMES: [&str; 14] = [
    "db",
    "host",
    "app.example",
    "db.corp.example",
    "out.corp.example",
    "x.local",
    "7.0.0.10.in-addr.arpa",
    "7.100.51.198.in-addr.arpa",
    "in.route.example",
    "far.example",
    "split.example",
    "mail.example",
    "www.example",
    "host.search.example",
];

/// The rules, of names as text.
fn is_private(name: &str) -> bool {
    let below = |suffix: &str| name == suffix || name.ends_with(&format!(".{suffix}"));
    !name.contains('.')
        || ["corp.example", "local", "10.in-addr.arpa", "route.example", "search.example"]
            .into_iter()
            .any(below)
}

fn is_routed(name: &str) -> bool {
    name.ends_with("route.example")
}

#[derive(Debug, Clone)]
enum Step {
    Lookup(&'static str),
    Query(&'static str, Rtype),
    Refresh(&'static str),
    Pass(u64),
    Behave(u8, Behaviour),
    NetworkChange,
    Direct(Direction),
    Probe(u16, &'static str),
}

/// Any, sensible or not.
fn directions() -> impl Strategy<Value = Direction> {
    let numbers = || prop::collection::vec(0..4_u16, 0..4);
    let canary = prop::option::of((0..4_u16, 0.0..=1.0_f64));
    let switches = prop::collection::vec(any::<bool>(), 4);
    (numbers(), numbers(), canary, prop::option::of(0..4_u16), switches).prop_map(
        |(order, down, canary, shadow, switches)| Direction {
            order,
            down,
            scores: vec![0.5; 4],
            fallback_leads: switches[0],
            racing: switches[1],
            canary: canary.map(|(upstream, share)| Canary { upstream, share }),
            shadow,
            two_choices: switches[2],
            exploration: if switches[3] { 1.0 } else { 0.0 },
            ..Direction::default()
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let behaviour = prop_oneof![
        3 => (1..400_u64).prop_map(Behaviour::Knows),
        2 => (2..4_u64).prop_map(Behaviour::Loses),
        3 => Just(Behaviour::Silent),
        1 => Just(Behaviour::Fails(Rcode::SERVFAIL)),
        1 => Just(Behaviour::Fails(Rcode::REFUSED)),
        1 => Just(Behaviour::Fails(Rcode::FORMERR)),
        1 => Just(Behaviour::Denies),
        1 => Just(Behaviour::Truncates),
        1 => Just(Behaviour::Babbles),
        1 => Just(Behaviour::Unreachable),
    ];
    let last = prop::sample::select(vec![1, 2, ROUTED, FALLBACKS[0], FALLBACKS[1]]);
    let given = || prop::sample::select(NAMES[..NAMES.len() - 1].to_vec());
    let rtype = prop::sample::select(vec![Rtype::A, Rtype::AAAA, Rtype::TXT, Rtype::SRV]);
    let step = prop_oneof![
        4 => given().prop_map(Step::Lookup),
        2 => (given(), rtype).prop_map(|(name, rtype)| Step::Query(name, rtype)),
        2 => prop::sample::select(NAMES.to_vec()).prop_map(Step::Refresh),
        4 => prop_oneof![1..400_u64, 400..20_000_u64, 200_000..700_000_u64].prop_map(Step::Pass),
        3 => (last, behaviour).prop_map(|(last, behaviour)| Step::Behave(last, behaviour)),
        1 => Just(Step::NetworkChange),
        2 => directions().prop_map(Step::Direct),
        1 => (0..4_u16, prop::sample::select(NAMES.to_vec())).prop_map(|(number, name)| Step::Probe(number, name)),
    ];
    prop::collection::vec(step, 1..60)
}

/// Two primaries and two fallbacks, some of them public, and a route.
fn world(public: &BTreeSet<u8>) -> World {
    let option = |last: u8| ServerOption { public: public.contains(&last), ..server(last) };
    let options = ResolverOptions {
        servers: Servers::List([1, 2].map(option).to_vec()),
        fallback: FALLBACKS.map(option).to_vec(),
        routes: vec![RouteOption { suffix: "route.example".to_owned(), servers: vec![server(ROUTED)] }],
        private_names: vec!["corp.example".to_owned()],
        search: Some(vec!["search.example".to_owned()]),
        ..ResolverOptions::default()
    };
    let mut world = World::new(Play::new(&options, ""));
    for last in [1, 2, ROUTED, FALLBACKS[0], FALLBACKS[1]] {
        let outside = public.contains(&last) || FALLBACKS.contains(&last);
        world.serve(last, Behaviour::Knows(10), if outside { OUTSIDE } else { INSIDE });
    }
    world
}

/// Names of which the cache knows a private address, which only primaries tell here.
fn found_inside(world: &World) -> BTreeSet<String> {
    let namespace = world.play.snapshot.namespace.id();
    let inside = |name: &&&str| {
        let name = Name::from_ascii(name).expect("a name");
        let key = Key { namespace, name: name.as_wire(), rtype: Rtype::A.0 };
        let private = |hit: dns_cache::Hit<'_>| holds_private_address(Rtype::A, hit.payload);
        world.play.cache.peek(&key, world.play.now().as_millis(), private) == Some(true)
    };
    NAMES.iter().filter(inside).map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nobody_hears_of_a_name_who_must_not(
        public in prop::collection::btree_set(prop::sample::select(vec![1, 2, 101, 102]), 0..=4), steps in steps(),
    ) {
        let mut world = world(&public);
        let mut inside = BTreeSet::new();
        for step in steps {
            world.asked.clear();
            match step {
                Step::Lookup(name) => {
                    world.play.lookup(name, 5_000);
                }
                Step::Query(name, rtype) => {
                    world.play.query_type(name, rtype);
                }
                Step::Refresh(name) => world.play.refresh(name),
                Step::Pass(ms) => world.pass(ms),
                Step::Behave(last, behaviour) => world.behave(last, behaviour),
                Step::NetworkChange => world.play.network_changed(),
                Step::Direct(direction) => world.play.direct(direction),
                Step::Probe(number, name) => world.play.probe(number, name),
            }
            world.pass(0);
            for Asked { server, name, rtype } in &world.asked {
                prop_assert!(!public.contains(server) || !is_private(name), "{} heard of {}", server, name);
                prop_assert_eq!(*server == ROUTED, is_routed(name), "{} heard of {}", server, name);
                if FALLBACKS.contains(server) {
                    prop_assert!(!inside.contains(name), "{} heard of {}", server, name);
                    prop_assert!([Rtype::A, Rtype::AAAA].contains(rtype), "{} of {}", rtype, name);
                }
            }
            inside.extend(found_inside(&world));
        }
    }
}
