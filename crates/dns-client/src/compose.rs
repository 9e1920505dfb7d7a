//! From cached and fresh pieces to an answer: both families, hints, RFC 6724 order, lifetimes.

use std::mem;
use std::sync::Arc;

use dns_cache::{Cache, Freshness, Hit, Key, Kind};
use dns_wire::{Name, Rtype};
use parking_lot::Mutex;

use crate::answer::{
    Answer, FLAG_COMPLETE, FLAG_FROM_CACHE, FLAG_FROM_HOSTS, FLAG_STALE, RankedAddress, Status,
};
use crate::engine::{FlightKey, Outcome};
use crate::families::{AT_HAND, BYPASS_CACHE, Wanted};
use crate::holds::Holds;
use crate::payload;
use crate::snapshot::Snapshot;
use crate::system::{
    Outcome as CandidateOutcome, SearchWalk, SourceAddresses, Step, Verdict, are_alike, is_localhost, sort,
};
use crate::time::Time;

/// Milliseconds that an answer from the hosts file may be kept: its edits move the generations anyway.
const HOSTS_LIFETIME_MS: f64 = 60_000.0;

/// How reading the cache leaves traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As a hit, which keeps the entry and may make a refresh due.
    Use,
    /// Without a trace.
    Look,
}

impl Reading {
    /// How lookup flags want the cache read, if at all.
    pub(crate) const fn of(flags: u32) -> Option<Self> {
        if flags & AT_HAND != 0 {
            // Who may not ask must not make a refresh due either.
            Some(Self::Look)
        } else if flags & BYPASS_CACHE == 0 {
            Some(Self::Use)
        } else {
            None
        }
    }
}

/// What the search makes of a status.
pub(crate) const fn candidate_outcome(status: Status) -> CandidateOutcome {
    match status {
        Status::Ok => CandidateOutcome::Addresses,
        Status::NxDomain => CandidateOutcome::NxDomain,
        Status::NoData | Status::AliasNoData | Status::NoFamily => CandidateOutcome::NoData,
        // The next candidate may have servers of its own.
        Status::ServFail | Status::Private => CandidateOutcome::ServFail,
        Status::Refused | Status::FormErr | Status::NotImp | Status::BadResponse => CandidateOutcome::Refused,
        Status::Timeout | Status::Cancelled | Status::Closed => CandidateOutcome::Timeout,
        Status::Network | Status::Tls | Status::Http | Status::Local | Status::Overloaded => {
            CandidateOutcome::Unreachable
        }
    }
}

/// What the cache says about `key` without waiting; `None` if it must be asked for. An expired answer that could not be
/// renewed is a failure until that is forgotten.
pub(crate) fn cached_outcome(cache: &Cache, key: &Key<'_>, now: Time) -> Option<Outcome> {
    let outcome = |hit: Hit<'_>| {
        let failed = |code: &[u8]| Piece::Failed { status: status_in(code) };
        Piece::of(&hit, now).or_else(|| hit.failure.map(failed)).map(Piece::into_outcome)
    };
    cache.peek(key, now.as_millis(), outcome).flatten()
}

/// The status in the payload of a failure.
fn status_in(payload: &[u8]) -> Status {
    Status::from_code(payload.first().copied().unwrap_or(0))
}

/// What the cache has left of a name's addresses, however old.
#[derive(Debug)]
pub(crate) struct Remains {
    pub(crate) outcome: Outcome,
    pub(crate) stale: bool,
    /// They are stale and may be asked for: no failure forbids it.
    pub(crate) renewable: bool,
}

/// What the cache has left of `key`.
#[cold]
pub(crate) fn remains(cache: &Cache, key: &Key<'_>, now: Time) -> Option<Remains> {
    let found = cache.peek(key, now.as_millis(), |hit| {
        let outcome = Outcome::Data {
            payload: hit.payload.into(),
            expires_in_ms: hit.remaining_ms,
            refresh_in_ms: hit.refresh_in_ms,
            age_ms: now.as_millis().saturating_sub(hit.stored_at),
            from_cache: true,
        };
        let stale = hit.state == Freshness::Stale;
        let renewable = stale && hit.failure.is_none();
        (hit.kind == Kind::Positive).then_some(Remains { outcome, stale, renewable })
    });
    found.flatten()
}

/// What the cache says without waiting, where it lies. Lifetimes are milliseconds.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    Data { payload: &'a [u8], expires_in_ms: u64, refresh_in_ms: u64, age_ms: u64 },
    Denied { status: Status, said: Status, expires_in_ms: u64 },
    Failed { status: Status },
}

impl<'a> Piece<'a> {
    /// `None` if it has expired.
    fn of(hit: &Hit<'a>, now: Time) -> Option<Self> {
        let status = || status_in(hit.payload);
        let said = |status| hit.payload.get(1).map_or(status, |&code| Status::from_code(code));
        let denied = |status| Self::Denied { status, said: said(status), expires_in_ms: hit.remaining_ms };
        match (hit.kind, hit.state) {
            (_, Freshness::Stale) => None,
            (Kind::Positive, _) => Some(Self::Data {
                payload: hit.payload,
                expires_in_ms: hit.remaining_ms,
                refresh_in_ms: hit.refresh_in_ms,
                age_ms: now.as_millis().saturating_sub(hit.stored_at),
            }),
            (Kind::NoData, _) => Some(denied(Status::NoData)),
            (Kind::NxDomain, _) => Some(denied(Status::NxDomain)),
            (Kind::Failure, _) if status().is_denial() => Some(denied(status())),
            (Kind::Failure, _) => Some(Self::Failed { status: status() }),
        }
    }

    fn into_outcome(self) -> Outcome {
        match self {
            Self::Data { payload, expires_in_ms, refresh_in_ms, age_ms } => Outcome::Data {
                payload: payload.into(),
                expires_in_ms,
                refresh_in_ms,
                age_ms,
                from_cache: true,
            },
            Self::Denied { status, said, expires_in_ms } => Outcome::Denied { status, said, expires_in_ms },
            Self::Failed { status } => Outcome::Failed { status, failures: Vec::new() },
        }
    }
}

/// The pieces of an answer.
#[derive(Debug)]
pub(crate) struct Collected {
    addresses: Vec<RankedAddress>,
    expires_in_ms: u64,
    refresh_in_ms: u64,
    complete: bool,
    from_cache: bool,
}

impl Collected {
    /// `path_expires_in_ms`: when the first denial of the search on the way here expires.
    /// `addresses`: an empty list, for its allocation.
    pub(crate) const fn new(path_expires_in_ms: u64, addresses: Vec<RankedAddress>) -> Self {
        Self {
            addresses,
            expires_in_ms: path_expires_in_ms,
            refresh_in_ms: u64::MAX,
            complete: true,
            from_cache: true,
        }
    }

    pub(crate) fn add(&mut self, rtype: Rtype, outcome: &Outcome) {
        match outcome {
            Outcome::Data { payload, expires_in_ms, refresh_in_ms, from_cache, .. } => {
                self.add_data(rtype, payload, *expires_in_ms, *refresh_in_ms);
                self.from_cache &= from_cache;
            }
            Outcome::Denied { expires_in_ms, .. } => self.add_denial(*expires_in_ms),
            Outcome::Failed { .. } => self.complete = false,
        }
    }

    fn add_data(&mut self, rtype: Rtype, payload: &[u8], expires_in_ms: u64, refresh_in_ms: u64) {
        payload::addresses_into(rtype, payload, &mut self.addresses);
        self.expires_in_ms = self.expires_in_ms.min(expires_in_ms);
        self.refresh_in_ms = self.refresh_in_ms.min(refresh_in_ms);
    }

    fn add_denial(&mut self, expires_in_ms: u64) {
        self.expires_in_ms = self.expires_in_ms.min(expires_in_ms);
    }

    /// Applies hints and order.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a TTL are far below 2⁵²")]
    pub(crate) fn into_answer(
        mut self,
        wanted: Wanted,
        sources: &Mutex<SourceAddresses>,
        now: Time,
        answer: &mut Answer,
    ) {
        wanted.apply(&mut self.addresses);
        arrange(&mut self.addresses, sources, now);
        answer.addresses = self.addresses;
        answer.status = Status::Ok;
        if self.complete && self.expires_in_ms > 0 {
            answer.flags |= FLAG_COMPLETE;
            answer.expires_in_ms = self.expires_in_ms as f64;
            answer.refresh_in_ms = self.refresh_in_ms.min(self.expires_in_ms) as f64;
        }
        if self.from_cache {
            answer.flags |= FLAG_FROM_CACHE;
        }
    }
}

/// Sorts by RFC 6724 and ranks.
fn arrange(addresses: &mut [RankedAddress], sources: &Mutex<SourceAddresses>, now: Time) {
    if addresses.len() < 2 {
        return;
    }
    let mut sources = sources.lock();
    sources.expire(now);
    // They come unranked, which is as if they were equal.
    if are_alike(addresses.iter().map(|ranked| ranked.address), |address| sources.source_of(address)) {
        return;
    }
    let mut bare: Vec<_> = addresses.iter().map(|ranked| ranked.address).collect();
    let ranks = sort(&mut bare, |destination| sources.source_of(destination));
    for (ranked, (address, rank)) in addresses.iter_mut().zip(bare.into_iter().zip(ranks)) {
        *ranked = RankedAddress { address, rank };
    }
}

/// Answers that need no question: from the hosts file and from the cache, as one snapshot sees them.
#[derive(Clone, Copy)]
pub(crate) struct AtHand<'a> {
    pub(crate) cache: &'a Cache,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) sources: &'a Mutex<SourceAddresses>,
    pub(crate) holds: &'a Holds,
    pub(crate) now: Time,
}

impl AtHand<'_> {
    /// Answers from the hosts file and from what RFC 6761 says of `localhost`. Returns false if neither knows the name.
    pub(crate) fn ask_hosts(self, name: &str, wanted: Wanted, answer: &mut Answer) -> bool {
        let entry = self.snapshot.hosts.as_ref().and_then(|hosts| hosts.lookup(name));
        answer.addresses.clear();
        if let Some(entry) = &entry {
            let mut add = |address| answer.addresses.push(RankedAddress { address, rank: 0 });
            match (wanted.v4, wanted.v6) {
                (true, true) => entry.any.iter().copied().for_each(&mut add),
                (true, false) => entry.v4.iter().map(|&address| address.into()).for_each(&mut add),
                (false, _) => entry.v6.iter().map(|&address| address.into()).for_each(&mut add),
            }
        }
        if answer.addresses.is_empty() && is_localhost(name.as_bytes()) {
            let mut add = |address| answer.addresses.push(RankedAddress { address, rank: 0 });
            if wanted.v6 {
                add(std::net::Ipv6Addr::LOCALHOST.into());
            }
            if wanted.v4 {
                add(std::net::Ipv4Addr::LOCALHOST.into());
            }
        }
        wanted.apply(&mut answer.addresses);
        if answer.addresses.is_empty() {
            return false;
        }
        arrange(&mut answer.addresses, self.sources, self.now);
        answer.status = Status::Ok;
        answer.flags |= FLAG_FROM_HOSTS | FLAG_COMPLETE;
        answer.expires_in_ms = HOSTS_LIFETIME_MS;
        answer.refresh_in_ms = HOSTS_LIFETIME_MS;
        true
    }

    /// Answers from the cache alone, walking the search list. Returns false if something must be asked for; keys whose
    /// refresh has fallen to this caller are put into `due` either way.
    pub(crate) fn ask_cache(
        self,
        walk: &mut SearchWalk,
        wanted: Wanted,
        reading: Reading,
        due: &mut Vec<FlightKey>,
        answer: &mut Answer,
    ) -> bool {
        let Self { cache, snapshot, sources, now, .. } = self;
        let namespace = snapshot.namespace.id();
        let mut path_expires_in_ms = u64::MAX;
        let mut failed = None;
        loop {
            let mut collected = Collected::new(path_expires_in_ms, mem::take(&mut answer.addresses));
            let mut outcome = CandidateOutcome::NxDomain;
            let name = walk.current().name;
            for (rtype, wanted) in [(Rtype::A, wanted.v4), (Rtype::AAAA, wanted.v6)] {
                if !wanted {
                    continue;
                }
                let key = Key { namespace, name: name.as_wire(), rtype: rtype.0 };
                let mut refresh = false;
                let read = |hit: Hit<'_>| {
                    refresh = hit.state == Freshness::RefreshDue;
                    match Piece::of(&hit, now)? {
                        Piece::Data { payload, expires_in_ms, refresh_in_ms, .. } => {
                            collected.add_data(rtype, payload, expires_in_ms, refresh_in_ms);
                            outcome = CandidateOutcome::Addresses;
                        }
                        Piece::Denied { status, expires_in_ms, .. } => {
                            collected.add_denial(expires_in_ms);
                            path_expires_in_ms = path_expires_in_ms.min(expires_in_ms);
                            outcome = outcome.and(candidate_outcome(status));
                        }
                        Piece::Failed { status } => {
                            failed = Some(status);
                            outcome = outcome.and(candidate_outcome(status));
                        }
                    }
                    Some(())
                };
                let found = match reading {
                    Reading::Use => cache.get(&key, now.as_millis(), read),
                    Reading::Look => cache.peek(&key, now.as_millis(), read),
                };
                if refresh {
                    due.push(FlightKey { namespace, name: Arc::new(name.clone()), rtype });
                }
                if found.flatten().is_none() {
                    // Its allocation is for the next answer.
                    answer.addresses = collected.addresses;
                    answer.addresses.clear();
                    return false;
                }
            }
            if outcome == CandidateOutcome::Addresses {
                if failed.is_some() {
                    collected.complete = false;
                }
                collected.into_answer(wanted, sources, now, answer);
                return true;
            }
            match walk.feed(outcome) {
                Step::Next => {}
                Step::Done(verdict) => {
                    answer.status = match verdict {
                        Verdict::NxDomain => Status::NxDomain,
                        Verdict::NoData | Verdict::Addresses => Status::NoData,
                        Verdict::Failed => failed.unwrap_or(Status::ServFail),
                    };
                    answer.flags |= FLAG_FROM_CACHE;
                    if failed.is_none() {
                        let left = u32::try_from(path_expires_in_ms).unwrap_or(u32::MAX);
                        answer.expires_in_ms = f64::from(left);
                    }
                    return true;
                }
            }
        }
    }

    /// Answers from what the cache has left of the first candidate of which it has anything. Such an answer is not to be
    /// kept. Returns false if there is nothing; keys that are stale and may be asked for are put into `renew`.
    ///
    /// Candidates before it may exist and be unknown only because nobody answers for them. If one had addresses in times
    /// when somebody did, they would be here too.
    #[cold]
    pub(crate) fn ask_remains(
        self,
        walk: &mut SearchWalk,
        wanted: Wanted,
        renew: &mut Vec<FlightKey>,
        answer: &mut Answer,
    ) -> bool {
        loop {
            if self.ask_remains_of(walk.current().name, wanted, renew, answer) {
                return true;
            }
            if !matches!(walk.feed(CandidateOutcome::NxDomain), Step::Next) {
                return false;
            }
        }
    }

    /// The same for one candidate.
    #[cold]
    pub(crate) fn ask_remains_of(
        self,
        name: &Name,
        wanted: Wanted,
        renew: &mut Vec<FlightKey>,
        answer: &mut Answer,
    ) -> bool {
        let mut collected = Collected::new(0, Vec::new());
        let mut found = false;
        for (rtype, wanted) in [(Rtype::A, wanted.v4), (Rtype::AAAA, wanted.v6)] {
            let namespace = self.snapshot.namespace.id();
            let key = Key { namespace, name: name.as_wire(), rtype: rtype.0 };
            if wanted && let Some(remains) = remains(self.cache, &key, self.now) {
                found = true;
                collected.add(rtype, &remains.outcome);
                answer.flags |= if remains.stale { FLAG_STALE } else { 0 };
                if remains.renewable {
                    renew.push(FlightKey { namespace, name: Arc::new(name.clone()), rtype });
                }
            }
        }
        if found {
            collected.into_answer(wanted, self.sources, self.now, answer);
        }
        found
    }

    /// Answers from the cache, stale data included, if nothing may be asked that would have to be: it has been in vain a
    /// moment ago, see [`Holds`]. Such an answer is not to be kept. Returns false if something must be asked for.
    #[cold]
    pub(crate) fn ask_held(self, walk: &mut SearchWalk, wanted: Wanted, answer: &mut Answer) -> bool {
        if !self.holds.any(self.now) {
            return false;
        }
        let (namespace, now_ms) = (self.snapshot.namespace.id(), self.now.as_millis());
        let mut in_vain = false;
        let mut addresses = mem::take(&mut answer.addresses);
        loop {
            addresses.clear();
            let mut collected = Collected::new(0, mem::take(&mut addresses));
            let (mut found, mut stale) = (false, false);
            for (rtype, wanted) in [(Rtype::A, wanted.v4), (Rtype::AAAA, wanted.v6)] {
                if !wanted {
                    continue;
                }
                let key = Key { namespace, name: walk.current().name.as_wire(), rtype: rtype.0 };
                let held = self.holds.holds(&key, self.now);
                let known = self.cache.peek(&key, now_ms, |hit| {
                    if hit.kind != Kind::Positive {
                        return true;
                    }
                    let expired = hit.state == Freshness::Stale;
                    if expired && !held && hit.failure.is_none() {
                        return false;
                    }
                    found = true;
                    stale |= expired;
                    collected.add_data(rtype, hit.payload, hit.remaining_ms, hit.refresh_in_ms);
                    true
                });
                if !known.unwrap_or(held) {
                    return false;
                }
                in_vain |= known.is_none();
            }
            if found {
                // Else it is an answer to be kept, which is for others to compose.
                if !in_vain && !stale {
                    return false;
                }
                answer.flags |= if stale { FLAG_STALE } else { 0 };
                collected.into_answer(wanted, self.sources, self.now, answer);
                return true;
            }
            if !matches!(walk.feed(CandidateOutcome::NxDomain), Step::Next) {
                return false;
            }
            addresses = collected.addresses;
        }
    }
}
