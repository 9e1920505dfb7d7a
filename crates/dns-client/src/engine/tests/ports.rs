//! Which ports queries leave by.

use std::collections::HashMap;

use super::play::Play;

#[test]
fn below_the_sharing_rate_each_query_has_its_own_socket() {
    let mut play = Play::listed(1);
    for number in 0..150 {
        play.query(&format!("n{number}.test"), 5_000);
        let query = play.sent_one();
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
        assert!(play.sockets.open.is_empty());
        play.pass(10);
    }
    assert_eq!(play.sockets.opened, 150);
}

#[test]
fn a_hundred_thousand_queries_use_many_ports_and_none_often() {
    let mut play = Play::listed(1);
    let mut uses: HashMap<usize, u32> = HashMap::new();
    let mut identity: HashMap<u32, usize> = HashMap::new();
    let mut opened = 0;
    for number in 0..100_000 {
        let before = play.sockets.opened;
        play.query(&format!("n{number}.test"), 5_000);
        let query = play.sent_one();
        if play.sockets.opened > before {
            opened += 1;
            identity.insert(query.socket, opened);
        }
        *uses.entry(identity[&query.socket]).or_default() += 1;
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
        play.answers();
        if number % 100 == 0 {
            play.pass(1);
        }
    }
    assert!(uses.len() >= 1_500, "{} sockets", uses.len());
    assert!(uses.values().all(|&uses| uses <= 64));
    play.pass(30_000);
    assert!(play.sockets.open.is_empty(), "pooled sockets go when their time is over");
    assert_eq!(play.engine.next_timer().map(|_| ()), Some(()), "only the cache's sweep is left");
}

#[test]
fn a_burst_of_more_queries_than_sockets_loses_none() {
    let mut play = Play::listed(1);
    let waiters: Vec<_> = (0..4_000).map(|number| play.query(&format!("n{number}.test"), 5_000)).collect();
    assert!(play.sockets.open.len() <= 256, "{} sockets", play.sockets.open.len());
    for query in play.sent() {
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
    let answered: Vec<_> =
        play.answers().into_iter().map(|(waiter, answer)| (waiter, answer.status)).collect();
    assert_eq!(answered, waiters.into_iter().map(|waiter| (waiter, crate::Status::Ok)).collect::<Vec<_>>());
}

#[test]
fn a_black_hole_keeps_sockets_bounded() {
    let mut play = Play::listed(1);
    for number in 0..20_000 {
        play.query(&format!("n{number}.test"), 3_000);
        if number % 20 == 0 {
            play.pass(1);
        }
        assert!(play.sockets.open.len() <= 512, "{} sockets", play.sockets.open.len());
        play.sent();
    }
    play.pass(20_000);
    assert!(play.sockets.open.is_empty());
    assert_eq!(play.answers().len(), 20_000);
}
