//! The thread's turns, run by hand.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use crate::options::{ResolverOptions, Servers};
use crate::server::{Protocol, ServerOption};
use crate::stage::{Stage, staged, with_silent_server};
use crate::time::Time;
use crate::{Answer, Client, Event, IoThread, Resolver, Status, Waiter};

/// A question that has left, its only attempt, and what denies it.
struct Asked {
    stage: Arc<Stage>,
    io: IoThread,
    client: Client,
    resolver: Arc<Resolver>,
    waiter: Waiter,
    server: UdpSocket,
    peer: SocketAddr,
    answer: Vec<u8>,
}

fn ask(timeout_ms: u32) -> Asked {
    let (stage, client) = staged();
    let server = UdpSocket::bind("127.0.0.1:0").expect("a loopback port");
    let address = server.local_addr().expect("it is bound");
    let servers = Servers::List(vec![ServerOption::plain(Protocol::Udp, address)]);
    // One attempt without a hedge: only its socket can bring the answer.
    let options = ResolverOptions {
        servers,
        hosts: None,
        hedge: false,
        timeout_ms: Some(timeout_ms),
        tries: Some(1),
        ..ResolverOptions::default()
    };
    let resolver = client.open(1, options).expect("options are good");
    let waiter = Waiter { environment: 1, ticket: 1 };
    assert!(!client.query(&resolver, "asked.test", 1, 0, waiter, 0, &mut Answer::default()));
    let mut io = stage.io.lock().take().expect("started at the first submission");
    assert!(!io.take_commands());
    let mut query = [0; 512];
    let (length, peer) = server.recv_from(&mut query).expect("the query");
    let mut answer = query[..length].to_vec();
    // NXDOMAIN, as short as can be.
    answer[2] |= 0x80;
    answer[3] |= 3;
    Asked { stage, io, client, resolver, waiter, server, peer, answer }
}

#[test]
fn a_flood_on_one_socket_does_not_keep_the_thread_and_hides_no_answer() {
    let Asked { stage, mut io, waiter, server, peer, answer, .. } = ask(5_000);
    for _ in 0..super::READS + 10 {
        server.send_to(&[0; 12], peer).expect("loopback takes it");
    }
    server.send_to(&answer, peer).expect("loopback takes it");
    io.turn(None);
    assert!(stage.answers.lock().is_empty(), "the flood had its share of this turn");
    io.turn(None);
    assert_eq!(*stage.answers.lock(), [(waiter, Status::NxDomain)]);
}

#[test]
fn an_answer_that_came_in_time_counts_however_late_the_thread_reads_it() {
    let Asked { stage, mut io, waiter, server, peer, answer, .. } = ask(20);
    server.send_to(&answer, peer).expect("loopback takes it");
    // The thread does something else until after the attempt's time.
    while io.engine.next_timer().is_some_and(|due| due > Time::now()) {
        std::thread::yield_now();
    }
    io.turn(None);
    assert_eq!(*stage.answers.lock(), [(waiter, Status::NxDomain)]);
}

#[test]
fn while_much_is_under_way_what_comes_piece_by_piece_is_gathered() {
    let Asked { stage: _stage, mut io, server, peer, client, resolver, .. } = ask(5_000);
    let submit = |ticket: u32| {
        let (waiter, name) = (Waiter { environment: 1, ticket }, format!("n{ticket}.test"));
        assert!(!client.query(&resolver, &name, 1, 0, waiter, 0, &mut Answer::default()));
    };
    let at_once = Some(std::time::Duration::ZERO);
    io.turn(at_once);
    submit(2);
    assert!(!io.take_commands() && !io.is_to_gather(), "little is under way");
    (3..100).for_each(submit);
    assert!(!io.take_commands() && !io.is_to_gather(), "that was much at once");
    server.send_to(&[0; 12], peer).expect("loopback takes it");
    io.turn(at_once);
    assert_eq!(io.is_to_gather(), cfg!(unix));
    io.turn(at_once);
    assert!(!io.is_to_gather(), "nothing came: it sleeps until something does");
}

#[test]
fn recovery_answers_those_in_the_engine_those_in_the_queue_and_the_one_in_between() {
    let (stage, client) = staged();
    let (_silent, options) = with_silent_server();
    let resolver = client.open(1, options).expect("options are good");
    let submit = |ticket| {
        let waiter = Waiter { environment: 1, ticket };
        assert!(!client.lookup(&resolver, "in-flight.test", 0, waiter, 0, &mut Answer::default()));
        waiter
    };
    let taken_over = submit(1);
    let mut io = stage.io.lock().take().expect("started at the first submission");
    assert!(!io.take_commands());
    let (in_between, queued) = (submit(2), submit(3));
    io.submitting = io.shared.queue.pop().and_then(|command| command.waiter());
    io.recover();
    let mut answers = std::mem::take(&mut *stage.answers.lock());
    answers.sort_by_key(|(waiter, _)| waiter.ticket);
    assert_eq!(answers, [taken_over, in_between, queued].map(|waiter| (waiter, Status::ServFail)));
    io.recover();
    assert!(stage.answers.lock().is_empty(), "nobody is answered twice");
}

/// Options with one public server, and a public fallback: neither is asked for private names.
fn with_public_server() -> ResolverOptions {
    let server = |last| {
        let address = SocketAddr::from(([192, 0, 2, last], 53));
        ServerOption { public: true, ..ServerOption::plain(Protocol::Udp, address) }
    };
    ResolverOptions {
        servers: Servers::List(vec![server(1)]),
        fallback: vec![server(101)],
        hosts: None,
        search: Some(Vec::new()),
        ..ResolverOptions::default()
    }
}

#[test]
fn the_owner_is_told_of_a_suffix_that_was_refused() {
    let (stage, client) = staged();
    let options = ResolverOptions { fallback: Vec::new(), ..with_public_server() };
    let resolvers = [1, 2].map(|environment| {
        let resolver = client.open(environment, options.clone()).expect("options are good");
        resolver.set_handle(70 + environment);
        resolver
    });
    let ask = |environment: u32, name: &str| {
        let waiter = Waiter { environment, ticket: 1 };
        let resolver = &resolvers[environment as usize - 1];
        assert!(!client.query(resolver, name, 1, 0, waiter, 0, &mut Answer::default()));
        if let Some(io) = &mut *stage.io.lock() {
            io.take_and_hand_over();
        }
        std::mem::take(&mut *stage.news.lock())
    };
    let refused = |handle, suffix: &str| Event::RefusedSuffix { handle, suffix: suffix.to_owned() };
    assert_eq!(ask(2, "a.corp"), [(2, refused(72, "corp"))]);
    assert_eq!(ask(1, "b.corp"), []);
    assert!(client.own(&resolvers[0]));
    assert_eq!(ask(2, "a.lan"), [(1, refused(71, "lan"))]);
}

#[test]
fn private_addresses_that_come_back_are_remembered() {
    let (stage, client) = staged();
    let resolver = client.open(1, with_public_server()).expect("options are good");
    let waiter = Waiter { environment: 1, ticket: 1 };
    assert!(!client.query(&resolver, "a.corp", 1, 0, waiter, 0, &mut Answer::default()));
    if let Some(io) = &mut *stage.io.lock() {
        io.take_and_hand_over();
    }
    let mut rows = Vec::new();
    for (name, address) in
        [(b"\x02in\x07example\x00", [10, 0, 0, 1]), (b"\x03out\x06exampl\x00", [198, 51, 100, 1])]
    {
        let payload = [&[0, 0, 1, 44][..], &address].concat();
        let answer = dns_cache::Exported::Answer {
            name,
            rtype: 1,
            payload: &payload,
            stored_ago_ms: 0,
            expires_in_ms: 300_000,
        };
        crate::rows::append(&answer, crate::client::unix_ms(), &mut rows);
    }
    let digest = client.stats(&resolver).namespace;
    assert!(!client.import(&resolver, waiter, &digest, rows, &mut Answer::default()));
    if let Some(io) = &mut *stage.io.lock() {
        io.take_and_hand_over();
        let namespace = resolver.snapshot().expect("made at the first lookup").namespace.id();
        assert!(io.shared.cache.is_marked(namespace, b"\x02in\x07example\x00"));
        assert!(!io.shared.cache.is_marked(namespace, b"\x03out\x06exampl\x00"));
    }
}
