//! What is counted: the hot paths without Node.

use std::hint::black_box;
use std::net::Ipv4Addr;

use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceLimits};
use dns_wire::{Answer, Class, Message, MessageBuilder, Name, Rdata, Rtype};

use crate::uncached;

/// Sets a case up and gives what is repeated.
pub(crate) type Prepare = fn() -> Box<dyn FnMut()>;

const CASES: [(&str, Prepare); 8] = [
    ("parse-1-a", || parse(1)),
    ("parse-4-a", || parse(4)),
    ("parse-13-a", || parse(13)),
    ("cache-hit", cache_hit),
    ("cache-insert", cache_insert),
    ("lookup-hit", uncached::prepare_hit),
    ("lookup-held", uncached::prepare_held),
    ("uncached", uncached::prepare),
];

/// The names in the order in which they are reported.
pub(crate) fn names() -> [&'static str; CASES.len()] {
    CASES.map(|(name, _)| name)
}

pub(crate) fn find(name: &str) -> Option<Prepare> {
    CASES.iter().find(|(known, _)| *known == name).map(|(_, prepare)| *prepare)
}

/// Checks an answer, follows it to its addresses and takes their least TTL.
fn parse(addresses: u8) -> Box<dyn FnMut()> {
    let name = Name::from_ascii("ark.cn-beijing.volces.com").expect("a host name");
    let mut builder = MessageBuilder::new(4711).response(true).recursion_available(true);
    builder.question(&name, Rtype::A, Class::IN).expect("there is room");
    for last in 0..addresses {
        let data = Rdata::<&Name>::A(Ipv4Addr::new(192, 0, 2, last));
        builder.answer(&name, Class::IN, 60, &data).expect("there is room");
    }
    let octets = builder.finish();
    Box::new(move || {
        let message = Message::parse(black_box(&octets)).expect("it was composed here");
        let answer = Answer::follow(&message, &name, Rtype::A).expect("it has no aliases");
        black_box((answer.addresses().count(), answer.min_ttl()));
    })
}

const NOW: u64 = 1_000;
const WIRE_NAME: &[u8] = b"\x03ark\x0acn-beijing\x06volces\x03com\x00";

/// Two addresses after their TTL, as the client lays them down.
fn answer() -> Insert<'static> {
    Insert { payload: &[0, 0, 1, 44, 192, 0, 2, 1, 192, 0, 2, 2], ttl_ms: 300_000, ..Insert::default() }
}

/// A cache with this name among others, and its key.
fn filled() -> (Cache, Key<'static>) {
    let cache = Cache::new(CacheConfig::default());
    let namespace = cache.open_namespace([0; 32], NamespaceLimits::default());
    let key = Key { namespace, name: WIRE_NAME, rtype: 1 };
    for other in 0..200_u8 {
        let name = [3, b'w', b'w', other, 4, b't', b'e', b's', b't', 0];
        let _stored = cache.insert(&Key { name: &name, ..key }, &answer(), NOW);
    }
    let _stored = cache.insert(&key, &answer(), NOW);
    (cache, key)
}

fn cache_hit() -> Box<dyn FnMut()> {
    let (cache, key) = filled();
    Box::new(move || {
        let read = cache.get(black_box(&key), NOW, |hit| hit.remaining_ms + hit.payload.len() as u64);
        assert!(read.is_some(), "the name is cached");
    })
}

/// An answer takes the place of an older one of the same name.
fn cache_insert() -> Box<dyn FnMut()> {
    let (cache, key) = filled();
    Box::new(move || {
        let _stored = cache.insert(black_box(&key), &answer(), NOW);
    })
}
