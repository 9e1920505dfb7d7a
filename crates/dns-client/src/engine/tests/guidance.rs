//! Directions, classes, suspicion, and what owners hear.

use dns_wire::{Name, Rcode};

use super::play::{Play, Sent, texts, who};
use crate::answer::Status;
use crate::direction::{Canary, Direction};
use crate::name_fraction::{is_within, name_hash};

/// The last octets of the servers' addresses.
fn asked(sent: &[Sent]) -> Vec<u32> {
    sent.iter().map(who).collect()
}

/// A name is asked for, and answered after 20 ms by whoever is asked first. Returns who that was.
fn ask(play: &mut Play, name: &str) -> u32 {
    play.query(name, 5_000);
    let query = play.sent_one();
    play.pass(20);
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    play.answers();
    who(&query)
}

/// Lets the first server answer until its usual round trip is known.
fn warm(play: &mut Play) {
    for number in 0..8 {
        ask(play, &format!("warm{number}.test"));
    }
}

/// Questions go unanswered, 10 ms apart, until nobody can fail to notice. Returns who was asked since.
fn fall_silent(play: &mut Play) -> Vec<u32> {
    for number in 0..8 {
        play.query(&format!("late{number}.test"), 5_000);
        play.pass(10);
    }
    asked(&play.sent())
}

#[test]
fn a_flight_goes_by_the_direction_that_was_in_force_when_it_began() {
    let mut play = Play::listed(3);
    assert_eq!(ask(&mut play, "one.test"), 1, "as configured");
    play.direct(Direction { order: vec![2, 0, 1], ..Direction::default() });
    let waiter = play.query("two.test", 5_000);
    let query = play.sent_one();
    assert_eq!(who(&query), 3);
    play.direct(Direction { order: vec![1], ..Direction::default() });
    play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
    let next = play.sent_one();
    assert_eq!(who(&next), 1, "its own direction's second");
    play.arrive(&next, &next.respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
    assert_eq!(ask(&mut play, "three.test"), 2);
}

#[test]
fn who_is_down_is_asked_last() {
    let mut play = Play::with_fallbacks(2, 1);
    play.direct(Direction { down: vec![0, 2], ..Direction::default() });
    play.query("name.test", 5_000);
    for expected in [2, 101, 1] {
        let query = play.sent_one();
        assert_eq!(who(&query), expected);
        play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
        play.answers();
        if expected == 2 {
            // The fallback is down as well: the primary that is down comes before it in the order.
            let query = play.sent_one();
            assert_eq!(who(&query), 1);
            break;
        }
    }
}

#[test]
fn names_of_the_canary_go_to_the_candidate_first() {
    let mut play = Play::with_fallbacks(2, 1);
    let canary = Some(Canary { upstream: 1, share: 0.25 });
    play.direct(Direction { order: vec![2, 0, 1], fallback_leads: true, canary, ..Direction::default() });
    let mut inside = 0;
    for number in 0..200 {
        let name = format!("host-{number}.example.com");
        let within = is_within(name_hash(&Name::from_ascii(&name).expect("a name")), 0.25);
        assert_eq!(ask(&mut play, &name), if within { 2 } else { 101 });
        inside += u32::from(within);
    }
    assert!((30..70).contains(&inside), "{inside}");
}

#[test]
fn of_a_pool_the_better_of_two_is_asked() {
    let mut play = Play::listed(3);
    play.direct(Direction { scores: vec![0.9, 0.5, 0.5], two_choices: true, ..Direction::default() });
    let mut times = [0_u32; 3];
    for number in 0..300 {
        times[ask(&mut play, &format!("n{number}.test")) as usize - 1] += 1;
    }
    // The best wins against both others, who meet in one case of three.
    assert!(times[0].abs_diff(200) < 40 && times[1] > 25 && times[2] > 25, "{times:?}");
    for number in 0..30 {
        play.query(&format!("open{number}.test"), 5_000);
    }
    let mut open = [0_u32; 3];
    for server in asked(&play.sent()) {
        open[server as usize - 1] += 1;
    }
    assert!(open.iter().all(|open| *open > 5), "who is busy is asked less: {open:?}");
}

#[test]
fn a_fallback_is_asked_once_the_primary_has_failed_the_question() {
    let mut play = Play::with_fallbacks(1, 2);
    let waiter = play.query("name.test", 5_000);
    let query = play.sent_one();
    assert_eq!(who(&query), 1);
    play.arrive(&query, &query.respond_rcode(Rcode::SERVFAIL));
    let query = play.sent_one();
    assert_eq!(who(&query), 101, "at once");
    play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn a_late_primary_is_hedged_within_its_class() {
    let mut play = Play::with_fallbacks(1, 1);
    warm(&mut play);
    play.query("name.test", 5_000);
    play.sent_one();
    play.pass(32);
    assert_eq!(asked(&play.sent()), [1], "the same from another socket");
    play.pass(32);
    assert_eq!(asked(&play.sent()), [1], "and from a third");
    play.pass(68);
    assert!(play.sent().is_empty());
    play.pass(30);
    assert_eq!(asked(&play.sent()), [101], "its first attempt took too long, whatever the second does");
}

#[test]
fn both_primaries_must_have_failed_before_a_fallback_is_asked() {
    let mut play = Play::with_fallbacks(2, 1);
    play.query("name.test", 5_000);
    let first = play.sent_one();
    play.arrive(&first, &first.respond_rcode(Rcode::REFUSED));
    let second = play.sent_one();
    assert_eq!(who(&second), 2);
    play.arrive(&second, &second.respond_rcode(Rcode::SERVFAIL));
    assert_eq!(asked(&play.sent()), [101]);
}

#[test]
fn with_a_silent_primary_questions_move_to_the_fallback() {
    let mut play = Play::with_fallbacks(1, 1);
    warm(&mut play);
    play.samples();
    play.news();
    let asked_since = fall_silent(&mut play);
    assert!(asked_since.iter().filter(|server| **server == 101).count() >= 7, "{asked_since:?}");
    assert_eq!(play.news(), 1, "the owner hears of it at once");
    assert!(play.samples().iter().any(|row| (row.upstream, row.outcome) == (0, 254)));
    assert_eq!(ask(&mut play, "new.test"), 101);
}

#[test]
fn questions_that_were_hedged_to_the_silent_server_move_as_well() {
    let mut play = Play::with_fallbacks(1, 1);
    warm(&mut play);
    for number in 0..3 {
        play.query(&format!("late{number}.test"), 5_000);
    }
    play.sent();
    play.pass(32);
    assert_eq!(asked(&play.sent()), [1, 1, 1], "hedged to the same server");
    // Two more are late when there has been silence for long enough.
    play.query("late3.test", 5_000);
    play.query("late4.test", 5_000);
    play.pass(34);
    let moved = asked(&play.sent());
    assert_eq!(moved.iter().filter(|server| **server == 101).count(), 5, "{moved:?}");
}

#[test]
fn the_first_answer_clears_a_suspect_and_it_is_tried_ever_more_rarely() {
    let mut play = Play::with_fallbacks(1, 1);
    warm(&mut play);
    fall_silent(&mut play);
    let mut trials = Vec::new();
    for number in 0..100 {
        play.query(&format!("n{number}.test"), 5_000);
        let sent = play.sent();
        if let Some(trial) = sent.iter().find(|sent| who(sent) == 1) {
            trials.push((number * 10, trial.clone()));
        }
        for query in &sent {
            if who(query) == 101 {
                play.arrive(query, &query.respond_with(&["198.51.100.1"], 60));
            }
        }
        play.pass(10);
        for query in play.sent().iter().filter(|query| who(query) == 101) {
            play.arrive(query, &query.respond_with(&["198.51.100.1"], 60));
        }
    }
    let waits: Vec<_> = trials.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(waits.is_sorted() && waits.len() >= 4 && waits.len() <= 8, "{waits:?}");
    play.query("last.test", 5_000);
    play.pass(260);
    play.query("trial.test", 5_000);
    let trial = play.sent().into_iter().rfind(|sent| sent.name() == "trial.test").expect("it left");
    assert_eq!(who(&trial), 1);
    play.samples();
    play.arrive(&trial, &trial.respond_with(&["198.51.100.1"], 60));
    assert!(play.samples().iter().any(|row| (row.upstream, row.outcome) == (0, 255)));
    play.answers();
    assert_eq!(ask(&mut play, "after.test"), 1);
}

#[test]
fn refusals_of_the_network_make_a_suspect_without_silence() {
    let mut play = Play::with_fallbacks(1, 1);
    for number in 0..3 {
        play.query(&format!("n{number}.test"), 5_000);
        let query = play.sent_one();
        assert_eq!(who(&query), 1);
        play.socket_error(query.socket);
        assert_eq!(asked(&play.sent()), [101]);
    }
    play.query("next.test", 5_000);
    assert_eq!(asked(&play.sent()), [101]);
    let outcomes: Vec<_> = play.samples().iter().map(|row| (row.upstream, row.outcome)).collect();
    assert_eq!(outcomes, [(0, 9), (0, 9), (0, 9), (0, 254)]);
}

#[test]
fn a_change_of_the_network_ends_suspicion() {
    let mut play = Play::with_fallbacks(1, 1);
    warm(&mut play);
    fall_silent(&mut play);
    assert_eq!(ask(&mut play, "new.test"), 101);
    play.network_changed();
    assert_eq!(ask(&mut play, "newer.test"), 1);
}

#[test]
fn when_fallbacks_take_over_all_are_asked_until_one_has_data_and_then_that_one() {
    let mut play = Play::with_fallbacks(1, 3);
    let direction = Direction {
        order: vec![1, 2, 3, 0],
        down: vec![0],
        fallback_leads: true,
        racing: true,
        ..Direction::default()
    };
    play.direct(direction.clone());
    let waiter = play.query("name.test", 5_000);
    let raced = play.sent();
    assert_eq!(asked(&raced), [101, 102, 103]);
    play.news();
    play.arrive(&raced[0], &raced[0].respond_rcode(Rcode::SERVFAIL));
    assert!(play.answers().is_empty(), "a fast failure does not win");
    play.arrive(&raced[2], &raced[2].respond_with(&["198.51.100.1"], 60));
    assert_eq!(play.answer(waiter).status, Status::Ok);
    assert_eq!(play.news(), 1, "the owner hears of the winner at once");
    assert_eq!(ask(&mut play, "next.test"), 103);
    play.direct(direction);
    play.query("again.test", 5_000);
    assert_eq!(asked(&play.sent()), [101, 102, 103], "another direction, another race");
}

#[test]
fn the_candidate_gets_copies_whose_answers_nobody_sees() {
    let mut play = Play::with_fallbacks(1, 1);
    play.direct(Direction {
        order: vec![1, 0],
        fallback_leads: true,
        shadow: Some(0),
        ..Direction::default()
    });
    let waiter = play.query("name.test", 5_000);
    let sent = play.sent();
    assert_eq!(asked(&sent), [101, 1]);
    play.pass(7);
    play.arrive(&sent[1], &sent[1].respond_with(&["203.0.113.9"], 60));
    assert!(play.answers().is_empty());
    play.arrive(&sent[0], &sent[0].respond_with(&["198.51.100.1"], 60));
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
    let rows = play.samples();
    assert_eq!(
        rows.iter().map(|row| (row.upstream, row.outcome, row.flags)).collect::<Vec<_>>(),
        [(0, 0, 8), (1, 0, 0)]
    );
    assert_eq!(
        (rows[0].name_hash, rows[1].name_hash),
        (rows[1].name_hash, name_hash(&Name::from_ascii("name.test").expect("a name")))
    );
    assert!(play.engine.is_idle() && play.sockets.open.is_empty());
}

#[test]
fn one_question_in_so_many_explores_another_upstream_of_the_class() {
    let mut play = Play::with_fallbacks(2, 1);
    play.direct(Direction { exploration: 0.1, ..Direction::default() });
    let mut copies = 0;
    for number in 0..400 {
        play.query(&format!("n{number}.test"), 5_000);
        for query in play.sent() {
            copies += u32::from(who(&query) == 2);
            assert_ne!(who(&query), 101);
            play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
        }
    }
    assert!((20..60).contains(&copies), "{copies}");
    let mut ordered = Play::system("nameserver 192.0.2.1\nnameserver 192.0.2.2\n");
    ordered.direct(Direction { exploration: 1.0, ..Direction::default() });
    ordered.query("name.test", 5_000);
    assert_eq!(asked(&ordered.sent()), [1], "an ordered list is no pool");
}

#[test]
fn a_probe_asks_past_the_cache_and_is_told_apart() {
    let mut play = Play::with_fallbacks(1, 1);
    warm(&mut play);
    play.samples();
    play.probe(1, "warm0.test");
    let probe = play.sent_one();
    assert_eq!((who(&probe), probe.name()), (101, "warm0.test".to_owned()));
    play.pass(4);
    play.arrive(&probe, &probe.deny(Rcode::NXDOMAIN, 60));
    play.probe(0, "warm0.test");
    assert_eq!(asked(&play.sent()), [1]);
    play.pass(1_000);
    let rows: Vec<_> = play.samples().iter().map(|row| (row.upstream, row.outcome, row.flags)).collect();
    assert_eq!(rows, [(1, 2, 2), (0, 8, 2)], "no second attempt");
    assert!(play.sent().is_empty() && play.engine.is_idle());
    play.probe(2, "warm0.test");
    assert!(play.sent().is_empty(), "there is no such upstream");
}

#[test]
fn who_lost_to_a_hedge_is_waited_for_to_learn_whether_it_is_slow_or_dead() {
    let mut play = Play::listed(2);
    warm(&mut play);
    play.samples();
    for (name, answers) in [("slow.test", true), ("dead.test", false)] {
        let waiter = play.query(name, 5_000);
        let first = play.sent_one();
        play.pass(32);
        let hedge = play.sent_one();
        play.arrive(&hedge, &hedge.respond_with(&["198.51.100.1"], 60));
        assert_eq!(play.answer(waiter).status, Status::Ok);
        if answers {
            play.pass(40);
            play.arrive(&first, &first.respond_with(&["198.51.100.1"], 60));
        }
    }
    play.pass(1_000);
    let rows: Vec<_> =
        play.samples().iter().map(|row| (row.upstream, row.outcome, row.flags, row.took_ms > 70.0)).collect();
    assert_eq!(rows, [(1, 0, 4, false), (0, 0, 0, true), (1, 0, 4, false), (0, 8, 0, true)]);
    assert!(play.engine.is_idle() && play.sockets.open.is_empty());
}

#[test]
fn of_a_single_server_nothing_is_kept() {
    let mut play = Play::listed(1);
    ask(&mut play, "name.test");
    play.pass(1_000);
    assert_eq!((play.samples(), play.news()), (Vec::new(), 0));
}

#[test]
fn owners_hear_of_samples_ten_times_a_second_at_most() {
    let mut play = Play::listed(2);
    for number in 0..50 {
        ask(&mut play, &format!("n{number}.test"));
    }
    let told = play.news();
    assert!((8..=11).contains(&told), "within a second: {told}");
    play.pass(200);
    assert_eq!(play.news(), 1);
    play.samples();
    play.pass(1_000);
    assert_eq!(play.news(), 0, "there is nothing more");
}

#[test]
fn what_was_kept_of_a_namespace_goes_with_it() {
    let mut play = Play::listed(2);
    ask(&mut play, "name.test");
    let before = std::sync::Arc::downgrade(&play.guided.of(play.snapshot.namespace.id()));
    play.enter("other");
    play.engine.forget_closed_namespaces();
    assert!(before.upgrade().is_none());
}

#[test]
fn what_is_still_measured_after_a_denial_that_was_waited_with_ends_in_its_time() {
    let mut play = Play::system("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n");
    let waiter = play.query("name.test", 5_000);
    play.pass(600);
    let sent = play.sent();
    assert_eq!(asked(&sent), [1, 2, 3]);
    play.arrive(&sent[1], &sent[1].deny(Rcode::NXDOMAIN, 60));
    assert!(play.answers().is_empty(), "the first may know better");
    play.pass(500);
    assert_eq!(play.answer(waiter).status, Status::NxDomain);
    assert_eq!(play.engine.flights(), 1, "the third is late");
    play.pass(5_000);
    assert_eq!(play.engine.flights(), 0);
}
