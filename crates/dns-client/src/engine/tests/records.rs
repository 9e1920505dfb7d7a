//! Records of types other than addresses.

use dns_cache::{Key, Kind};
use dns_wire::{Class, Message, Name, Rcode, Rdata, Rtype};

use super::play::{Play, Sent};
use crate::answer::{Answer, AnswerKind, Status};

fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a name")
}

fn mx(preference: u16, exchange: &Name) -> Rdata<'static, &Name> {
    Rdata::Mx { preference, exchange }
}

/// What an answer's octets say: type, TTL, data.
fn records(answer: &Answer) -> Vec<(Rtype, u32, Vec<u8>)> {
    assert_eq!((answer.kind, answer.status), (AnswerKind::Records, Status::Ok));
    let mut found = Vec::new();
    let mut rest = &answer.records[..];
    while let Some((&[t0, t1, a, b, c, d, l0, l1], after)) = rest.split_first_chunk() {
        let (data, after) = after.split_at(usize::from(u16::from_be_bytes([l0, l1])));
        let rtype = Rtype(u16::from_be_bytes([t0, t1]));
        found.push((rtype, u32::from_be_bytes([a, b, c, d]), data.to_vec()));
        rest = after;
    }
    assert!(rest.is_empty());
    found
}

fn mx_data(preference: u8, exchange: &str) -> Vec<u8> {
    [&[0, preference], name(exchange).as_wire()].concat()
}

/// A response to `query` with an MX record whose data is one octet too long.
fn malformed(query: &Sent) -> Vec<u8> {
    let (owner, exchange) = (name(&query.name()), name("mail.test"));
    let mut octets = query.respond(|mut builder| {
        builder.answer(&owner, Class::IN, 60, &mx(1, &exchange)).expect("room");
        builder
    });
    let message = Message::parse(&octets).expect("well-formed so far");
    let data = message.answers().next().expect("one").raw_rdata().to_vec();
    let at = octets.windows(data.len()).position(|window| window == data).expect("there");
    octets[at - 1] += 1;
    octets.insert(at + data.len(), 0);
    octets
}

#[test]
fn those_at_the_end_of_the_aliases_count_each_with_its_ttl() {
    let mut play = Play::listed(1);
    let waiter = play.query_type("www.test", Rtype::MX);
    let query = play.sent_one();
    assert_eq!(query.rtype(), Rtype::MX);
    let (alias, target, other) = (name("www.test"), name("Target.TEST"), name("other.test"));
    let (first, second) = (name("Mail.Target.TEST"), name("."));
    let response = query.respond(|mut builder| {
        builder.answer(&other, Class::IN, 5, &mx(9, &first)).expect("room");
        builder.answer(&alias, Class::IN, 60, &Rdata::Cname(&target)).expect("room");
        builder.answer(&target, Class::IN, 300, &mx(10, &first)).expect("room");
        builder.answer(&target, Class::IN, u32::MAX, &mx(20, &second)).expect("room");
        builder
    });
    play.arrive(&query, &response);
    assert_eq!(
        records(&play.answer(waiter)),
        [
            (Rtype::MX, 300, mx_data(10, "Mail.Target.TEST")),
            // What a day, the most that is believed, makes of it.
            (Rtype::MX, 86_400, mx_data(20, "."))
        ]
    );
    let asked = name("www.test");
    let key = Key { namespace: play.snapshot.namespace.id(), name: asked.as_wire(), rtype: Rtype::MX.0 };
    let lifetime =
        |play: &Play| play.cache.peek(&key, play.now().as_millis(), |hit| (hit.kind, hit.remaining_ms));
    let (kind, remaining_ms) = lifetime(&play).expect("kept");
    assert_eq!(kind, Kind::Positive);
    assert!(remaining_ms <= 60_000, "the least TTL on the way counts");
    play.idle(60_000);
    assert_eq!(lifetime(&play), None, "nothing is kept once it has expired");
}

#[test]
fn an_alias_that_the_server_did_not_follow_is_asked_for() {
    let mut play = Play::listed(1);
    let waiter = play.query_type("www.test", Rtype::TXT);
    let query = play.sent_one();
    let (alias, target) = (name("www.test"), name("target.test"));
    let response = query.respond(|mut builder| {
        builder.answer(&alias, Class::IN, 60, &Rdata::Cname(&target)).expect("room");
        builder
    });
    play.arrive(&query, &response);
    let query = play.sent_one();
    assert_eq!((query.name().as_str(), query.rtype()), ("target.test", Rtype::TXT));
    let text = Rdata::<'_, &Name>::Txt(dns_wire::Strings::from_wire(b"\x02hi\x00").expect("two strings"));
    let response = query.respond(|mut builder| {
        builder.answer(&target, Class::IN, 300, &text).expect("room");
        builder
    });
    play.arrive(&query, &response);
    assert_eq!(records(&play.answer(waiter)), [(Rtype::TXT, 300, b"\x02hi\x00".to_vec())]);
}

#[test]
fn nodata_behind_an_alias_is_told_apart_by_queries() {
    let mut play = Play::listed(1);
    let waiter = play.query_type("www.test", Rtype::AAAA);
    let query = play.sent_one();
    let (alias, target) = (name("www.test"), name("target.test"));
    let response = query.respond(|mut builder| {
        builder.answer(&alias, Class::IN, 60, &Rdata::Cname(&target)).expect("room");
        builder
    });
    play.arrive(&query, &response);
    let query = play.sent_one();
    play.arrive(&query, &query.deny(Rcode::NOERROR, 30));
    assert_eq!(play.answer(waiter).status, Status::AliasNoData);
    let asked = name("www.test");
    let key = Key { namespace: play.snapshot.namespace.id(), name: asked.as_wire(), rtype: Rtype::AAAA.0 };
    let kept = play.cache.peek(&key, play.now().as_millis(), |hit| (hit.kind, hit.payload.to_vec()));
    assert_eq!(kept, Some((Kind::NoData, vec![Status::NoData as u8, Status::AliasNoData as u8])));
    let plain = play.query_type("plain.test", Rtype::AAAA);
    let query = play.sent_one();
    play.arrive(&query, &query.deny(Rcode::NOERROR, 30));
    assert_eq!(play.answer(plain).status, Status::NoData);
    let lookup = play.lookup("www.test", 5_000);
    while let Some(query) = play.sent().pop() {
        assert_eq!(query.rtype(), Rtype::A, "the other family is known");
        play.arrive(&query, &query.deny(Rcode::NOERROR, 30));
    }
    assert_eq!(play.answer(lookup).status, Status::NoData, "a lookup makes no difference");
}

#[test]
fn aliases_and_everything_are_asked_for_as_they_are() {
    for (rtype, expected) in [(Rtype::CNAME, 1), (Rtype::ANY, 2)] {
        let mut play = Play::listed(1);
        let waiter = play.query_type("www.test", rtype);
        let query = play.sent_one();
        let (alias, target) = (name("www.test"), name("target.test"));
        let unknown: Rdata<'_, &Name> = Rdata::Unknown { rtype: Rtype(65_280), data: &[1, 2, 3] };
        let response = query.respond(|mut builder| {
            builder.answer(&alias, Class::IN, 60, &Rdata::Cname(&target)).expect("room");
            builder.answer(&alias, Class::IN, 50, &unknown).expect("room");
            builder
                .answer(&target, Class::IN, 40, &Rdata::<'_, &Name>::A([192, 0, 2, 1].into()))
                .expect("room");
            builder
        });
        play.arrive(&query, &response);
        let all = [(Rtype::CNAME, 60, target.as_wire().to_vec()), (Rtype(65_280), 50, vec![1, 2, 3])];
        assert_eq!(records(&play.answer(waiter)), all[..expected]);
        assert!(play.sent().is_empty(), "no alias is followed");
    }
}

#[test]
fn a_denial_says_so_and_is_kept_if_it_is_proven() {
    for (rcode, soa, status, kept) in [
        (Rcode::NXDOMAIN, true, Status::NxDomain, Some(Kind::NxDomain)),
        (Rcode::NOERROR, true, Status::NoData, Some(Kind::NoData)),
        // The addresses of the name prove nothing about other types.
        (Rcode::NOERROR, false, Status::NoData, Some(Kind::Failure)),
    ] {
        let mut play = Play::listed(1);
        play.query("www.test", 5_000);
        let query = play.sent_one();
        play.arrive(&query, &query.respond_with(&["192.0.2.1"], 300));
        play.answers();
        let waiter = play.query_type("www.test", Rtype::SRV);
        let query = play.sent_one();
        let response = if soa { query.deny(rcode, 30) } else { query.respond_rcode(rcode) };
        play.arrive(&query, &response);
        // Without a SOA the next attempt may know better.
        while let Some(query) = play.sent().pop() {
            play.arrive(&query, &query.respond_rcode(rcode));
        }
        let answer = play.answer(waiter);
        assert_eq!((answer.kind, answer.status), (AnswerKind::Records, status));
        let asked = name("www.test");
        let key = Key { namespace: play.snapshot.namespace.id(), name: asked.as_wire(), rtype: Rtype::SRV.0 };
        let kind = play.cache.peek(&key, play.now().as_millis(), |hit| hit.kind);
        assert_eq!(kind, kept);
    }
}

#[test]
fn malformed_data_of_the_type_fails_on() {
    let mut play = Play::listed(1);
    let waiter = play.query_type("www.test", Rtype::MX);
    let query = play.sent_one();
    play.arrive(&query, &malformed(&query));
    let query = play.sent_one();
    assert!(query.tcp);
    let (owner, exchange) = (name("www.test"), name("mail.test"));
    let response = query.respond(|mut builder| {
        builder.answer(&owner, Class::IN, 60, &mx(1, &exchange)).expect("room");
        builder
    });
    play.arrive(&query, &response);
    assert_eq!(records(&play.answer(waiter)), [(Rtype::MX, 60, mx_data(1, "mail.test"))]);
}

#[test]
fn a_server_failure_for_a_single_label_is_one() {
    let mut play = Play::listed(1);
    let waiter = play.query_type("intranet", Rtype::MX);
    while let Some(query) = play.sent().pop() {
        play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
    }
    assert_eq!(play.answer(waiter).status, Status::ServFail);
}

#[test]
fn a_message_as_large_as_can_be_is_delivered_even_if_the_cache_has_no_room() {
    let mut play = Play::listed(1);
    let waiter = play.query_type("1.test", Rtype::PTR);
    let query = play.sent_one();
    play.arrive(&query, &query.respond(|builder| builder.truncated(true)));
    let query = play.sent_one();
    assert!(query.tcp);
    // Compressed a record takes 14 octets, on its own more than 200.
    let target = name(&["x".repeat(63), "y".repeat(63), "z".repeat(63)].join("."));
    let owner = name("1.test");
    let mut count = 0;
    let response = query.respond(|mut builder| {
        while builder.answer(&owner, Class::IN, 60, &Rdata::Ptr(&target)).is_ok() {
            count += 1;
        }
        builder
    });
    assert!(response.len() > 65_500, "{}", response.len());
    play.arrive(&query, &response);
    let found = records(&play.answer(waiter));
    assert_eq!(found.len(), count);
    assert!(found.iter().all(|(_, _, data)| data == target.as_wire()));
    let key = Key { namespace: play.snapshot.namespace.id(), name: owner.as_wire(), rtype: Rtype::PTR.0 };
    assert_eq!(play.cache.peek(&key, play.now().as_millis(), |_| ()), None);
}
