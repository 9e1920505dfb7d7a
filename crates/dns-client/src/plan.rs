//! How a flight goes about its servers. Published as a whole; a flight keeps the one it started with.

use std::net::IpAddr;
use std::sync::Arc;

use dns_wire::Name;

use crate::private_names::PrivateNames;
use crate::routes::Routes;
use crate::server::Server;

/// Rounds over the servers unless configured.
pub(crate) const DEFAULT_TRIES: u8 = 3;

/// Milliseconds that an expired answer to a private name is kept at most: the network may be another one by then.
const PRIVATE_STALE_MS: u64 = 600_000;

/// Milliseconds a question may be asked for, whoever waits.
pub(crate) const LONGEST_MS: u64 = 10_000;

/// A server as it is asked from one address of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Endpoint {
    pub(crate) server: Server,
    /// `None`: whichever the system chooses.
    pub(crate) local: Option<IpAddr>,
}

/// What a server is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Asked before all others.
    Primary,
    /// Asked when primaries fail. What it says does not exist may exist all the same.
    Fallback,
}

impl Class {
    /// `primary` or `fallback`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Fallback => "fallback",
        }
    }
}

/// A server of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlannedUpstream {
    pub(crate) endpoint: Endpoint,
    pub(crate) class: Class,
    /// See [`crate::ServerOption::public`].
    pub(crate) public: bool,
}

/// How long a question is asked for. Questions share no attempts with those of another pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pace {
    /// Rounds over the servers.
    pub(crate) tries: u8,
    /// Milliseconds an attempt may take; adaptive if absent.
    pub(crate) attempt_timeout_ms: Option<u64>,
    /// Each round waits twice as long as the one before, up to so many milliseconds (0: without bound).
    pub(crate) backoff_max_ms: Option<u64>,
    /// A server that lives is asked beyond the tries, which nobody has set.
    pub(crate) persistent: bool,
}

impl Pace {
    /// Milliseconds an attempt of a round, counted from 0, may take if that is not left to what is known of the server.
    pub(crate) fn attempt_ms(&self, round: u32) -> Option<u64> {
        let first = self.attempt_timeout_ms?;
        let Some(most) = self.backoff_max_ms else { return Some(first) };
        // Who joined late is asked for in further rounds; those go on at the last one's pace.
        let round = round.min(u32::from(self.tries.saturating_sub(1)));
        let doubled = first.saturating_mul(1_u64.checked_shl(round).unwrap_or(u64::MAX));
        Some(if most == 0 { doubled } else { doubled.min(most.max(1)) })
    }

    /// Milliseconds that a question to so many servers may be asked for: with a back-off twice as long as all its rounds
    /// take, so that who joins on the way has time for its own.
    pub(crate) fn longest_ms(&self, servers: usize) -> u64 {
        if self.backoff_max_ms.is_none() {
            return LONGEST_MS;
        }
        let rounds = (0..u32::from(self.tries)).map(|round| self.attempt_ms(round).unwrap_or(0));
        let schedule = rounds.fold(0_u64, u64::saturating_add).saturating_mul(servers as u64);
        schedule.saturating_mul(2).max(LONGEST_MS)
    }
}

/// Servers and parameters of their use.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "switches that are independent of each other")]
pub(crate) struct Plan {
    /// Each once, by number: primaries, of which there is one at least, in order of preference, then fallbacks.
    pub(crate) upstreams: Vec<PlannedUpstream>,
    /// Whether not every name may be put to every upstream: see [`is_selective`].
    pub(crate) selective: bool,
    /// The list of primaries is a preference, not a pool: an earlier server's answer beats a later one's denial.
    pub(crate) ordered: bool,
    /// Begin each flight at the next server.
    pub(crate) rotate: bool,
    /// TCP from the start.
    pub(crate) use_vc: bool,
    pub(crate) pace: Pace,
    /// Ask the next server, or the same again, when an answer is later than usual.
    pub(crate) hedge: bool,
    /// Let servers that fall silent no longer lead.
    pub(crate) suspicion: bool,
    /// Seconds; bounds of what a TTL is taken for.
    pub(crate) ttl_seconds: (u32, u32),
    /// Milliseconds that an expired answer is kept.
    pub(crate) stale_ms: u64,
    /// Milliseconds that a lookup waits before it takes an expired answer.
    pub(crate) stale_after_ms: u64,
    /// Milliseconds that a question is not asked again after that.
    pub(crate) stale_hold_ms: u64,
    /// What is taken off a TTL at random, at most, as a share of it.
    pub(crate) jitter: f64,
    pub(crate) refresh_ahead: bool,
    /// Seconds that a denial is believed at most.
    pub(crate) negative_ttl_cap: u32,
    /// A denial does not replace an answer that is still fresh.
    pub(crate) negative_if_absent: bool,
    /// Addresses live as long as their use says.
    pub(crate) dynamic_ttl: bool,
    /// See [`crate::CacheOptions::misses_per_second`].
    pub(crate) misses_per_second: u32,
    /// Names that public servers are not asked for.
    pub(crate) private_names: Arc<PrivateNames>,
    /// Names that have servers of their own.
    pub(crate) routes: Routes,
    /// The suffix whose route this is. Its servers are nobody's upstreams by number.
    pub(crate) route: Option<Name>,
}

/// Whether not every name may be put to every one of `upstreams`.
pub(crate) fn is_selective(upstreams: &[PlannedUpstream]) -> bool {
    upstreams.iter().any(|upstream| upstream.public || upstream.class == Class::Fallback)
}

impl Plan {
    /// Milliseconds that an expired answer for `name`, in lower case, is kept.
    pub(crate) fn stale_ms_of(&self, name: &Name) -> u64 {
        let private =
            self.route.is_some() || self.private_names.contains(name) || self.routes.plan_of(name).is_some();
        if private { self.stale_ms.min(PRIVATE_STALE_MS) } else { self.stale_ms }
    }

    /// Whether a server that falls silent is turned away from: if that is wanted, and there is another.
    pub(crate) fn has_others(&self) -> bool {
        self.suspicion && self.upstreams.len() > 1
    }

    /// Whether there are fallbacks.
    pub(crate) fn has_fallback(&self) -> bool {
        // They come last.
        self.upstreams.last().is_some_and(|upstream| upstream.class == Class::Fallback)
    }

    /// How many of the upstreams, from the first on, are primaries.
    pub(crate) fn primaries(&self) -> usize {
        self.upstreams.iter().take_while(|upstream| upstream.class == Class::Primary).count()
    }

    /// What each upstream is called, by number: its URL, and a number more if an earlier one has the same.
    pub(crate) fn upstream_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::with_capacity(self.upstreams.len());
        for upstream in &self.upstreams {
            let url = upstream.endpoint.server.url();
            let mut id = url.clone();
            let mut count = 1;
            while ids.contains(&id) {
                count += 1;
                id = format!("{url} ({count})");
            }
            ids.push(id);
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    const FOUR_TRIES: Pace =
        Pace { tries: 4, attempt_timeout_ms: Some(5_000), backoff_max_ms: Some(0), persistent: false };

    #[test]
    fn rounds_double_up_to_the_bound() {
        let of = |pace: Pace| [0, 1, 2, 3, 4, 100].map(|round| pace.attempt_ms(round).expect("set"));
        assert_eq!(of(FOUR_TRIES), [5_000, 10_000, 20_000, 40_000, 40_000, 40_000]);
        let bounded = Pace { backoff_max_ms: Some(12_000), ..FOUR_TRIES };
        assert_eq!(of(bounded), [5_000, 10_000, 12_000, 12_000, 12_000, 12_000]);
        assert_eq!(of(Pace { backoff_max_ms: None, ..FOUR_TRIES }), [5_000; 6]);
        let endless = Pace { tries: 255, ..FOUR_TRIES };
        assert_eq!(endless.attempt_ms(200), Some(u64::MAX));
        assert_eq!(Pace { attempt_timeout_ms: None, ..FOUR_TRIES }.attempt_ms(1), None);
    }

    #[test]
    fn a_question_lasts_as_long_as_its_rounds() {
        assert_eq!(FOUR_TRIES.longest_ms(2), 2 * 2 * 75_000);
        assert_eq!(Pace { backoff_max_ms: None, ..FOUR_TRIES }.longest_ms(2), 10_000);
        assert_eq!(Pace { attempt_timeout_ms: Some(10), ..FOUR_TRIES }.longest_ms(1), 10_000);
    }
}
