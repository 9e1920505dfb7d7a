//! What is not an answer, and what is one but malformed.

use std::sync::atomic::Ordering;

use super::play::{Play, texts};
use crate::answer::Status;

#[test]
fn strangers_are_ignored_until_the_answer_comes() {
    let mut play = Play::listed(1);
    let waiter = play.query("name.test", 5_000);
    let query = play.sent_one();
    let good = query.respond_with(&["198.51.100.1"], 60);
    let mut wrong_id = good.clone();
    wrong_id[0] ^= 1;
    let mut not_a_response = good.clone();
    not_a_response[2] &= 0x7f;
    let other = play_other(&good);
    for forged in [&wrong_id, &not_a_response, &other, &good[..11].to_vec(), &Vec::new()] {
        play.arrive(&query, forged);
    }
    assert!(play.answers().is_empty());
    assert_eq!(play.counters.spoof_rejected.load(Ordering::Relaxed), 5);
    play.arrive(&query, &good);
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

/// The same message about another name of the same length.
fn play_other(message: &[u8]) -> Vec<u8> {
    let mut other = message.to_vec();
    other[13] ^= 1;
    other
}

#[test]
fn a_flood_of_wrong_numbers_moves_the_question_to_tcp() {
    let mut play = Play::listed(1);
    let waiter = play.query("name.test", 5_000);
    let query = play.sent_one();
    let good = query.respond_with(&["198.51.100.1"], 60);
    let mut wrong = good.clone();
    wrong[1] ^= 0xff;
    for _ in 0..10_000 {
        play.arrive(&query, &wrong);
    }
    assert_eq!(play.counters.spoof_rejected.load(Ordering::Relaxed), 10_000);
    let safer = play.sent_one();
    assert!(safer.tcp);
    play.arrive(&query, &good);
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn a_malformed_answer_moves_on_at_once_and_a_good_one_still_wins() {
    let mut play = Play::listed(1);
    let waiter = play.query("name.test", 5_000);
    let query = play.sent_one();
    let good = query.respond_with(&["198.51.100.1"], 60);
    play.arrive(&query, &good[..good.len() - 1]);
    let over_tcp = play.sent_one();
    assert!(over_tcp.tcp);
    assert!(play.answers().is_empty());
    play.arrive(&query, &good);
    assert_eq!(texts(&play.answer(waiter)), ["198.51.100.1"]);
}

#[test]
fn only_malformed_answers_end_in_a_failure_that_says_so() {
    let mut play = Play::listed(1);
    let waiter = play.query("name.test", 5_000);
    for _ in 0..20 {
        for query in play.sent() {
            let good = query.respond_with(&["198.51.100.1"], 60);
            play.arrive(&query, &good[..good.len() - 1]);
        }
    }
    let answer = play.answer(waiter);
    assert_eq!(answer.status, Status::BadResponse);
    assert!(answer.failures.iter().any(|failure| failure.transport == "tcp"));
}

#[test]
fn a_socket_under_attack_takes_no_further_query() {
    let mut play = Play::listed(1);
    // Above 200 queries a second sockets are shared.
    for number in 0..400 {
        play.query(&format!("n{number}.test"), 5_000);
        let query = play.sent_one();
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
    play.query("target.test", 5_000);
    let target = play.sent_one();
    for _ in 0..64 {
        let mut forged = target.respond_with(&["203.0.113.66"], 60);
        forged[0] ^= 0x55;
        play.arrive(&target, &forged);
    }
    assert!(play.sent_one().tcp);
    for number in 0..2_000 {
        play.query(&format!("m{number}.test"), 5_000);
        let query = play.sent_one();
        assert_ne!(query.socket, target.socket);
        play.arrive(&query, &query.respond_with(&["198.51.100.1"], 60));
    }
}
