//! Who is offered what, and who may say what came of it.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::options::{ResolverOptions, Servers};
use crate::server::{EncryptedServer, Protocol, Server, ServerOption};
use crate::stage::{Stage, staged};
use crate::{Answer, Client, Status, Waiter};

/// Environments with a resolver of one encrypted server, and the thread.
struct Play {
    stage: Arc<Stage>,
    client: Client,
    resolvers: Vec<Arc<Resolver>>,
    io: IoThread,
}

fn options() -> ResolverOptions {
    let server = Server::Encrypted(EncryptedServer::new(Protocol::Tls, "tls://192.0.2.1", "desk"));
    let servers = Servers::List(vec![ServerOption { server, public: false }]);
    ResolverOptions { servers, hosts: None, tries: Some(1), ..ResolverOptions::default() }
}

impl Play {
    /// Environments 1 and so on; the last one asks for `name` while all have their first lookup behind them.
    fn new(environments: u32) -> Self {
        let (stage, client) = staged();
        let mut resolvers = Vec::new();
        for environment in 1..=environments {
            let resolver = client.open(environment, options()).expect("options are good");
            resolver.set_handle(10 * environment);
            let waiter = Waiter { environment, ticket: 0 };
            assert!(!client.query(&resolver, "first.test", 1, 0, waiter, 0, &mut Answer::default()));
            resolvers.push(resolver);
        }
        let mut io = stage.io.lock().take().expect("started at the first submission");
        io.take_and_hand_over();
        let mut play = Self { stage, client, resolvers, io };
        let (environment, leg) = play.offers()[0];
        assert!(play.client.take_leg(environment, leg) > 0);
        play.fail(environment, leg, LegFailure::Network);
        play.stage.answers.lock().clear();
        play
    }

    fn ask(&mut self, environment: u32, name: &str) {
        let resolver = &self.resolvers[environment as usize - 1];
        let waiter = Waiter { environment, ticket: 1 };
        assert!(!self.client.query(resolver, name, 1, 0, waiter, 0, &mut Answer::default()));
        self.io.take_and_hand_over();
    }

    /// Who was offered which leg since the last call.
    fn offers(&self) -> Vec<(u32, u32)> {
        let offers = std::mem::take(&mut *self.stage.offers.lock());
        offers.into_iter().map(|(environment, leg, _)| (environment, leg)).collect()
    }

    /// The only offer since the last call.
    fn offer(&self) -> (u32, u32) {
        let offers = self.offers();
        let [offer] = &*offers else { panic!("one offer: {offers:?}") };
        *offer
    }

    fn fail(&mut self, environment: u32, leg: u32, failure: LegFailure) {
        self.client.answer_leg(environment, leg, LegEnding::Failed(failure), false);
        self.io.take_and_hand_over();
    }

    /// The time is over in which what was offered last should have been taken.
    fn pass(&mut self) {
        let due = self.io.sockets.legs.next_timer().expect("something is offered");
        self.io.sockets.legs.move_on(Time::default());
        assert_eq!(self.offers(), [], "it is not over yet");
        self.io.sockets.legs.move_on(due);
    }

    fn close(&mut self, environment: u32) {
        self.client.environment_closed(environment);
        self.io.take_and_hand_over();
    }

    fn answered(&self) -> Vec<Status> {
        std::mem::take(&mut *self.stage.answers.lock()).into_iter().map(|(_, status)| status).collect()
    }
}

#[test]
fn the_oldest_is_asked_first_then_the_owner() {
    let mut play = Play::new(3);
    play.ask(3, "a.test");
    assert_eq!(play.offer().0, 1);
    assert!(play.client.own(&play.resolvers[1]));
    play.ask(3, "b.test");
    assert_eq!(play.offer().0, 2);
}

#[test]
fn what_is_not_taken_in_time_is_offered_on_and_goes_to_who_takes_it_first() {
    let mut play = Play::new(3);
    play.ask(1, "a.test");
    let (first, leg) = play.offer();
    play.pass();
    let (second, same) = play.offer();
    assert_eq!((first, second, same), (1, 2, leg));
    assert_eq!(play.client.take_leg(3, leg), 0, "it was not offered it");
    assert!(play.client.take_leg(1, leg) > 0);
    assert_eq!(play.client.take_leg(2, leg), 0);
    assert_eq!(play.io.sockets.legs.next_timer(), None, "it is carried");
}

#[test]
fn the_only_environment_keeps_what_it_has_not_taken() {
    let mut play = Play::new(1);
    play.ask(1, "a.test");
    let (_, leg) = play.offer();
    play.pass();
    assert_eq!(play.offers(), []);
    assert!(play.client.take_leg(1, leg) > 0);
}

#[test]
fn the_legs_of_an_environment_that_ends_move_on_until_nobody_is_left() {
    let mut play = Play::new(3);
    play.ask(3, "a.test");
    let (carrier, leg) = play.offer();
    assert!(play.client.take_leg(carrier, leg) > 0);
    play.close(1);
    assert_eq!(play.offer(), (2, leg));
    play.client.answer_leg(1, leg, LegEnding::Failed(LegFailure::Network), false);
    play.close(2);
    assert_eq!(play.offer(), (3, leg));
    assert_eq!(play.answered(), []);
    assert!(play.client.take_leg(3, leg) > 0);
    play.fail(3, leg, LegFailure::Local);
    assert_eq!(play.answered(), [Status::Local]);
}

#[test]
fn who_could_not_ask_or_was_late_leaves_it_to_the_next() {
    for (failure, late) in [(LegFailure::Local, false), (LegFailure::Timeout, true)] {
        let mut play = Play::new(2);
        play.ask(2, "a.test");
        let (_, leg) = play.offer();
        assert!(play.client.take_leg(1, leg) > 0);
        play.client.answer_leg(1, leg, LegEnding::Failed(failure), late);
        play.io.take_and_hand_over();
        assert_eq!(play.offer(), (2, leg));
        assert_eq!(play.client.take_leg(1, leg), 0, "it had its turn");
    }
}

#[test]
fn only_who_took_a_leg_says_what_came_of_it_and_only_once() {
    let mut play = Play::new(2);
    play.ask(2, "a.test");
    let (_, leg) = play.offer();
    play.fail(1, leg, LegFailure::Network);
    assert!(play.client.take_leg(1, leg) > 0);
    play.fail(2, leg, LegFailure::Network);
    play.fail(1, leg + 1, LegFailure::Network);
    assert_eq!(play.answered(), []);
    play.fail(1, leg, LegFailure::Http);
    assert_eq!(play.answered(), [Status::Http]);
    play.fail(1, leg, LegFailure::Http);
    assert_eq!((play.answered(), play.client.take_leg(1, leg)), (vec![], 0));
}

#[test]
fn octets_that_are_no_message_are_malformed() {
    for length in [0, 11, 65_536] {
        let mut play = Play::new(1);
        play.ask(1, "a.test");
        let (_, leg) = play.offer();
        assert!(play.client.take_leg(1, leg) > 0);
        play.client.answer_leg(1, leg, LegEnding::Answer(vec![0; length]), false);
        play.io.take_and_hand_over();
        assert_eq!(play.answered(), [Status::BadResponse], "{length}");
    }
}

#[test]
fn an_environment_that_looks_at_nothing_is_offered_no_more_than_so_many() {
    let mut play = Play::new(2);
    let names = 5_000;
    for number in 0..names {
        let resolver = &play.resolvers[1];
        let waiter = Waiter { environment: 2, ticket: number };
        let name = format!("n{number}.test");
        assert!(!play.client.query(resolver, &name, 1, 0, waiter, 0, &mut Answer::default()));
    }
    play.io.take_and_hand_over();
    let offers = play.offers();
    let to = |environment| offers.iter().filter(|(to, _)| *to == environment).count();
    assert_eq!((to(1), to(2)), (4_096, 904));
    for (environment, leg) in offers {
        assert!(play.client.take_leg(environment, leg) > 0);
    }
    play.ask(2, "more.test");
    assert_eq!(play.offer().0, 1);
}

#[test]
fn the_thread_wakes_to_offer_on() {
    let mut play = Play::new(2);
    play.ask(2, "a.test");
    let (_, leg) = play.offer();
    while play.stage.offers.lock().is_empty() {
        play.io.turn(Some(Duration::from_secs(1)));
    }
    assert_eq!(play.offer(), (2, leg));
}
