//! What is known of one server: round trips, EDNS, rate, silence.

use std::collections::VecDeque;
use std::net::IpAddr;

use dns_wire::Cookie;

use super::cookies::Cookies;
use super::patience::Silence;
use super::round_trips::RoundTrips;
use super::slots::Id;
use super::socket::Socket;
use super::tcp::Connection;
use crate::plan::Endpoint;
use crate::random::Random;
use crate::server::{Protocol, Server};
use crate::stats::UpstreamStats;
use crate::time::Time;

/// How long a server that refused EDNS is asked without it.
const EDNS_REFUSED_MS: u64 = 600_000;
/// Queries a second from which sockets are shared between queries.
const SHARING_RATE: u32 = 200;
/// Share of answered queries from which a server counts as answering.
const HEALTHY_RATIO: f32 = 0.9;
/// Weight of one question in the share of answered ones.
const RATIO_WEIGHT: f32 = 1.0 / 32.0;
/// Overdue queries that make silence suspicious.
const SUSPECT_OVERDUE: u32 = 3;
/// The shortest suspicious silence.
const SUSPECT_SILENCE_MS: u64 = 60;

/// Lower and upper bound of an adaptive attempt timeout.
const ATTEMPT_MS: (u64, u64) = (150, 1_000);
/// Lower and upper bound of the hedge delay.
const HEDGE_MS: (u64, u64) = (30, 250);

/// One server.
#[derive(Debug)]
pub(super) struct Upstream {
    pub(super) server: Server,
    /// Where sockets to it are bound.
    pub(super) local: Option<IpAddr>,
    pub(super) trips: RoundTrips,
    pub(super) cookies: Cookies,
    edns_confirmed: bool,
    edns_refused_until: Option<Time>,
    window_start: Time,
    window_count: u32,
    previous_count: u32,
    pub(super) places: Vec<Option<Id<Socket>>>,
    /// Sockets that take no further query but may still bring an answer, oldest first.
    pub(super) lingering: VecDeque<Id<Socket>>,
    pub(super) open_sockets: usize,
    pub(super) connections: Vec<Id<Connection>>,
    answered_ratio: f32,
    last_heard: Time,
    overdue: u32,
    suspect: bool,
    last_trial: Time,
    trial_delay_ms: u64,
    pub(super) silence: Silence,
    /// Queries in a row that the network refused.
    refusals: u32,
    pub(super) inflight: u32,
    /// Flights that wait for it only to see what it does.
    pub(super) measured: u32,
    sent: u64,
    answered: u64,
    failed: u64,
}

impl Upstream {
    pub(super) fn new(Endpoint { server, local }: Endpoint, now: Time) -> Self {
        Self {
            server,
            local,
            trips: RoundTrips::default(),
            cookies: Cookies::default(),
            edns_confirmed: false,
            edns_refused_until: None,
            window_start: now,
            window_count: 0,
            previous_count: 0,
            places: Vec::new(),
            lingering: VecDeque::new(),
            open_sockets: 0,
            connections: Vec::new(),
            answered_ratio: 1.0,
            last_heard: now,
            overdue: 0,
            suspect: false,
            last_trial: now,
            trial_delay_ms: 0,
            silence: Silence::default(),
            refusals: 0,
            inflight: 0,
            measured: 0,
            sent: 0,
            answered: 0,
            failed: 0,
        }
    }

    pub(super) const fn endpoint(&self) -> Endpoint {
        Endpoint { server: self.server, local: self.local }
    }

    /// Milliseconds an attempt may take when the configuration does not say: three times the usual. On an encrypted
    /// connection it is the most: that may have to be made first, what gets lost there TCP sends again, and a second query
    /// would stand behind the first.
    pub(super) fn attempt_timeout_ms(&self) -> u64 {
        if self.server.address().is_none() {
            return ATTEMPT_MS.1;
        }
        self.trips.p95_ms().map_or(ATTEMPT_MS.1, |p95| (3 * p95).clamp(ATTEMPT_MS.0, ATTEMPT_MS.1))
    }

    /// The same of one that has left so many unanswered.
    pub(super) fn patient_timeout_ms(&self) -> u64 {
        self.silence.attempt_ms(self.attempt_timeout_ms(), ATTEMPT_MS.1)
    }

    /// Whether there has been an answer since the way there is the one it is.
    pub(super) const fn has_answered(&self) -> bool {
        self.trips.p95_micros().is_some()
    }

    /// Milliseconds after which another is asked too.
    pub(super) fn hedge_delay_ms(&self) -> u64 {
        self.trips.p95_ms().map_or(HEDGE_MS.1, |p95| p95.clamp(HEDGE_MS.0, HEDGE_MS.1))
    }

    /// Whether a query carries OPT. `retransmission`: an earlier one of the same flight went unanswered.
    pub(super) fn wants_edns(&self, retransmission: bool, now: Time) -> bool {
        if self.edns_refused_until.is_some_and(|until| now < until) {
            return false;
        }
        self.edns_confirmed || !retransmission
    }

    /// The cookie that a query with OPT carries.
    pub(super) fn cookie(&mut self, random: &mut Random, now: Time) -> Option<Cookie> {
        if self.edns_confirmed && self.server.protocol() == Protocol::Udp {
            self.cookies.for_query(random, now)
        } else {
            None
        }
    }

    pub(super) fn edns_refused(&mut self, now: Time) {
        self.edns_refused_until = Some(now.plus_millis(EDNS_REFUSED_MS));
    }

    pub(super) const fn edns_answered(&mut self) {
        self.edns_confirmed = true;
    }

    /// A query left, by whatever way.
    pub(super) const fn query_left(&mut self) {
        self.sent += 1;
        self.inflight += 1;
    }

    /// A datagram is about to leave. Returns whether the rate is so low that it gets a socket of its own.
    pub(super) fn query_sent(&mut self, now: Time) -> bool {
        let elapsed = now.millis_since(self.window_start);
        if elapsed >= 1_000 {
            self.previous_count = if elapsed < 2_000 { self.window_count } else { 0 };
            self.window_count = 0;
            self.window_start = now;
        }
        self.window_count += 1;
        self.window_count.max(self.previous_count) < SHARING_RATE
    }

    /// Whether it answers what it is asked, but for a little.
    pub(super) fn answers(&self) -> bool {
        self.answered_ratio >= HEALTHY_RATIO
    }

    /// Anything that matches a query came back, after so many microseconds if these count. Returns true when that clears
    /// it of suspicion.
    pub(super) fn heard(&mut self, micros: Option<u64>, now: Time) -> bool {
        if let Some(micros) = micros {
            self.trips.record(micros);
        }
        self.last_heard = now;
        self.silence.ends();
        let cleared = std::mem::take(&mut self.suspect);
        self.overdue = 0;
        self.refusals = 0;
        self.answered += 1;
        self.answered_ratio += (1.0 - self.answered_ratio) * RATIO_WEIGHT;
        cleared
    }

    /// An attempt got nothing usable.
    pub(super) fn failed(&mut self) {
        self.lost();
        self.left_unanswered();
    }

    /// An attempt was given up.
    pub(super) const fn lost(&mut self) {
        self.failed += 1;
    }

    /// None of a question's attempts was answered.
    pub(super) fn left_unanswered(&mut self) {
        self.answered_ratio -= self.answered_ratio * RATIO_WEIGHT;
    }

    /// A query has waited longer than the hedge delay. Returns true when that makes the server suspect.
    pub(super) fn became_overdue(&mut self, now: Time) -> bool {
        self.overdue += 1;
        let silence = (2 * self.hedge_delay_ms()).max(SUSPECT_SILENCE_MS);
        if self.suspect || self.overdue < SUSPECT_OVERDUE || now.millis_since(self.last_heard) < silence {
            return false;
        }
        self.begin_suspicion(now);
        true
    }

    /// The network says that nobody is there. Returns true when that makes the server suspect: no silence is needed.
    pub(super) fn was_refused(&mut self, now: Time) -> bool {
        self.refusals += 1;
        if self.suspect || self.refusals < SUSPECT_OVERDUE {
            return false;
        }
        self.begin_suspicion(now);
        true
    }

    fn begin_suspicion(&mut self, now: Time) {
        self.suspect = true;
        self.last_trial = now;
        self.trial_delay_ms = self.hedge_delay_ms();
    }

    pub(super) const fn is_suspect(&self) -> bool {
        self.suspect
    }

    /// Whether it should not lead now. While suspect a query goes there now and then: after the hedge delay, then after
    /// twice that, and so on up to the longest hedge delay, so that few are lost however slowly they come.
    pub(super) const fn is_avoided(&self, now: Time) -> bool {
        self.suspect && now.millis_since(self.last_trial) < self.trial_delay_ms
    }

    /// A query goes there although it is suspect.
    pub(super) fn is_tried(&mut self, now: Time) {
        self.last_trial = now;
        self.trial_delay_ms = (2 * self.trial_delay_ms).min(HEDGE_MS.1);
    }

    /// Nothing was asked for a while: silence until now meant nothing.
    pub(super) fn begins_waiting(&mut self, now: Time) {
        if self.inflight == 0 && !self.suspect {
            self.last_heard = now;
            self.overdue = 0;
        }
    }

    /// The way there is another one now.
    pub(super) fn network_changed(&mut self, now: Time) {
        self.trips = RoundTrips::default();
        self.cookies = Cookies::default();
        self.answered_ratio = 1.0;
        self.last_heard = now;
        self.overdue = 0;
        self.refusals = 0;
        self.suspect = false;
        self.silence.ends();
    }

    pub(super) fn stats(&self) -> UpstreamStats {
        UpstreamStats {
            p95_ms: self.trips.p95_micros().map(|micros| f64::from(micros) / 1_000.0),
            inflight: self.inflight,
            sent: self.sent,
            answered: self.answered,
            failed: self.failed,
            suspect: self.suspect,
            edns: self.edns_confirmed,
            ..UpstreamStats::default()
        }
    }
}
