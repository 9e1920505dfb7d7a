//! DNS cookies (RFC 7873, RFC 9018): a server that echoes eight octets of ours saw the query, which a forger elsewhere
//! did not.
//!
//! A server gets a cookie once it has given one normal answer with EDNS. Once it has given its own, an answer over UDP
//! without ours is dropped, and the question goes to TCP; if that proves that the server has forgotten how, we forget
//! too, for an hour.

use dns_wire::Cookie;

use super::flight::{AttemptState, Channel, Flight};
use super::slots::Id;
use super::{Engine, Turn};
use crate::answer::Status;
use crate::random::Random;
use crate::stats::count;
use crate::time::Time;

/// Milliseconds that a cookie of ours is used: a day, which RFC 7873 §7.1 lets nobody exceed by far.
const LIFETIME_MS: u64 = 86_400_000;
/// Milliseconds that a server is asked without cookies once it has shown that it has none.
const FORGOTTEN_MS: u64 = 3_600_000;
/// BADCOOKIE replies after which a question goes to TCP (RFC 7873 §5.3 leaves the number to us).
const MOST_RESENDS: u8 = 3;

/// What one server and we know each other by.
#[derive(Debug, Default)]
pub(super) struct Cookies {
    /// Ours, and the server's once it is known.
    pair: Option<Cookie>,
    drawn: Time,
    /// A reply was dropped, and nothing with our cookie has come since.
    doubted: bool,
    off_until: Time,
}

impl Cookies {
    fn is_off(&self, now: Time) -> bool {
        now < self.off_until
    }

    /// What a query carries.
    pub(super) fn for_query(&mut self, random: &mut Random, now: Time) -> Option<Cookie> {
        if self.is_off(now) {
            return None;
        }
        if self.pair.is_none() || now.millis_since(self.drawn) >= LIFETIME_MS {
            self.pair = Some(Cookie::client_only(random.octets()));
            self.drawn = now;
        }
        self.pair
    }

    /// Whether a reply to a query that carried `sent` may be the server's. Learns the server's cookie from it.
    fn admits(&mut self, sent: [u8; 8], received: Option<Cookie>) -> bool {
        let Some(received) = received else {
            return self.pair.is_none_or(|pair| pair.server().is_none());
        };
        if received.client() != sent {
            return false;
        }
        self.doubted = false;
        if received.server().is_some() && self.pair.is_some_and(|pair| pair.client() == sent) {
            self.pair = Some(received);
        }
        true
    }

    pub(super) fn forget(&mut self, now: Time) {
        *self = Self { off_until: now.plus_millis(FORGOTTEN_MS), ..Self::default() };
    }

    /// TCP, which was to dispel a doubt, brought nothing.
    pub(super) fn tcp_failed(&mut self, now: Time) {
        if self.doubted {
            self.forget(now);
        }
    }
}

impl Engine {
    /// Whether a reply is to be read, judged by its cookie. If it is not, the attempt listens on, and the question is put
    /// over TCP.
    pub(super) fn cookie_admits(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id<Flight>,
        number: u8,
        received: Option<Cookie>,
    ) -> bool {
        let Some(flight) = self.flights.get(id) else { return true };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return true };
        let (upstream, rank) = (attempt.upstream, attempt.rank);
        let Some(sent) = attempt.cookie else { return true };
        let cookies = &mut self.upstreams[upstream as usize].cookies;
        if cookies.admits(sent, received) {
            return true;
        }
        if matches!(attempt.channel, Channel::Tcp { .. }) {
            // Whoever answers here completed a handshake: it is the server.
            cookies.forget(turn.now);
            return true;
        }
        count(&self.counters.cookies_rejected);
        cookies.doubted = true;
        let tried = flight.tcp_tried.contains(&upstream);
        if attempt.state == AttemptState::Live {
            self.give_up(id, number);
        }
        if self.try_tcp(turn, id, upstream, rank) {
            self.schedule(id);
        } else {
            if !tried {
                self.upstreams[upstream as usize].cookies.tcp_failed(turn.now);
            }
            self.proceed(turn, id);
        }
        false
    }

    /// BADCOOKIE: the question is put again with the cookie that came with it.
    pub(super) fn bad_cookie(&mut self, turn: &mut Turn<'_>, id: Id<Flight>, number: u8, over_tcp: bool) {
        self.settle(turn, id, number);
        let Some(flight) = self.flights.get_mut(id) else { return };
        let Some(attempt) = flight.attempts.get(usize::from(number)) else { return };
        let (upstream, rank) = (attempt.upstream, attempt.rank);
        let server = &mut self.upstreams[upstream as usize];
        // It speaks EDNS, whatever it thinks of the cookie.
        server.edns_answered();
        let again = flight.resends < MOST_RESENDS && !server.cookies.is_off(turn.now);
        let sent = if again {
            flight.resends += 1;
            self.send(turn, id, upstream, rank, over_tcp).is_ok()
        } else if over_tcp {
            server.cookies.forget(turn.now);
            false
        } else {
            self.try_tcp(turn, id, upstream, rank)
        };
        if sent {
            self.schedule(id);
        } else {
            self.attempt_failed(turn, id, number, Status::ServFail, false);
        }
    }
}
