//! Legs: queries to servers that are reached by TLS. An environment carries each of them, for TLS and HTTP are its; whom to
//! ask, and what the answer is worth, is decided here.
//!
//! A leg is offered to one environment, the owner of its namespace first, and to the next one where it is not taken in
//! time: who takes it first carries it. Where the carrier ends, or says that it could not ask, it is offered on.

use dns_cache::NamespaceId;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use parking_lot::Mutex;

use crate::engine::Outstanding;
use crate::server::EncryptedServer;
use crate::time::Time;

/// Milliseconds in which a leg is taken by an environment whose event loop is not blocked.
pub(crate) const TAKEN_MS: u64 = 50;
/// Legs under way in a process; as many as there may be questions.
const MOST_LEGS: usize = 16_384;
/// Offers that an environment has not looked at, from which on it gets no more: its event loop is blocked.
const MOST_UNSEEN: u32 = 4_096;

/// Octets of a DNS header, and of the largest message.
const MESSAGE: std::ops::RangeInclusive<usize> = 12..=65_535;

/// A leg, as an environment is offered it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegOffer<'a> {
    /// Its number; to be given to [`crate::Client::take_leg`] and [`crate::Client::answer_leg`].
    pub leg: u32,
    /// The resolver of the environment that knows the server: [`crate::Resolver::handle`].
    pub handle: u32,
    /// Who is to be asked.
    pub server: EncryptedServer,
    /// A DNS message.
    pub query: &'a [u8],
}

/// What came of a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEnding {
    /// The octets of a DNS message.
    Answer(Vec<u8>),
    /// None came.
    Failed(LegFailure),
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegFailure {
    /// What came is no answer to the query.
    Malformed,
    /// Nothing in time.
    Timeout,
    /// Unreachable, refused, reset.
    Network,
    /// The handshake failed, or the certificate is not accepted.
    Tls,
    /// The HTTP answer holds no DNS message.
    Http,
    /// The environment did not ask, or cannot tell.
    Local,
}

impl LegEnding {
    /// The same, without octets that can be no message.
    fn checked(self) -> Self {
        match self {
            Self::Answer(octets) if !MESSAGE.contains(&octets.len()) => Self::Failed(LegFailure::Malformed),
            ending => ending,
        }
    }
}

/// What the engine is told of a leg.
#[derive(Debug)]
pub(crate) struct LegReport {
    pub(crate) leg: u32,
    pub(crate) outstanding: Outstanding,
    pub(crate) ending: LegEnding,
    /// The time that it took says nothing about the server.
    pub(crate) late: bool,
}

/// A leg as the engine begins it.
#[derive(Debug)]
pub(crate) struct LegStart<'a> {
    pub(crate) leg: u32,
    pub(crate) outstanding: Outstanding,
    pub(crate) namespace: NamespaceId,
    pub(crate) server: EncryptedServer,
    pub(crate) query: &'a [u8],
    pub(crate) begun: Time,
    /// When its carrier has to say what came of it.
    pub(crate) expires: Time,
}

/// A leg under way.
#[derive(Debug)]
pub(crate) struct Leg {
    outstanding: Outstanding,
    pub(crate) namespace: NamespaceId,
    pub(crate) server: EncryptedServer,
    pub(crate) query: Box<[u8]>,
    begun: Time,
    expires: Time,
    /// It was taken late.
    late: bool,
    /// Environments that it was offered to, and whether they may still take it.
    offered: Vec<(u32, bool)>,
    carrier: Option<u32>,
}

impl Leg {
    fn new(start: &LegStart<'_>) -> Self {
        Self {
            outstanding: start.outstanding,
            namespace: start.namespace,
            server: start.server,
            query: start.query.into(),
            begun: start.begun,
            expires: start.expires,
            late: false,
            offered: Vec::new(),
            carrier: None,
        }
    }

    pub(crate) fn was_offered_to(&self, environment: u32) -> bool {
        self.offered.iter().any(|(offered, _)| *offered == environment)
    }

    /// Whether an environment carries it, or may still take it.
    fn has_hope(&self) -> bool {
        self.carrier.is_some() || self.offered.iter().any(|(_, open)| *open)
    }

    /// The environment cannot carry it. Returns whether it carried it or might have.
    fn give_back(&mut self, environment: u32) -> bool {
        let carried = self.carrier.take_if(|carrier| *carrier == environment).is_some();
        let offer = self.offered.iter_mut().find(|(offered, _)| *offered == environment);
        let open = offer.is_some_and(|(_, open)| std::mem::take(open));
        carried || open
    }
}

/// All legs under way, for the I/O thread and those that carry them.
#[derive(Debug, Default)]
pub(crate) struct LegTable {
    legs: Mutex<HashMap<u32, Leg, RandomState>>,
    /// Environments, and how many offers each has not looked at.
    unseen: Mutex<Vec<(u32, u32)>>,
}

impl LegTable {
    /// Returns false if there are too many.
    #[cold]
    pub(crate) fn begin(&self, start: &LegStart<'_>) -> bool {
        let mut legs = self.legs.lock();
        if legs.len() >= MOST_LEGS {
            return false;
        }
        legs.insert(start.leg, Leg::new(start));
        true
    }

    /// Nobody wants its answer any more.
    #[cold]
    pub(crate) fn end(&self, leg: u32) {
        self.legs.lock().remove(&leg);
    }

    /// Whether somebody may still be looked for to carry it.
    pub(crate) fn is_free(&self, leg: u32) -> bool {
        self.legs.lock().get(&leg).is_some_and(|leg| leg.carrier.is_none())
    }

    /// Shows a leg that nobody carries.
    #[cold]
    pub(crate) fn with_free<R>(&self, leg: u32, look: impl FnOnce(&Leg) -> R) -> Option<R> {
        self.legs.lock().get(&leg).filter(|leg| leg.carrier.is_none()).map(look)
    }

    /// Notes that `environment` is about to be offered the leg. Returns false if it has not looked at too many.
    #[cold]
    pub(crate) fn note_offer(&self, leg: u32, environment: u32) -> bool {
        let has_room = self.count_unseen(environment);
        if let Some(leg) = self.legs.lock().get_mut(&leg) {
            leg.offered.push((environment, has_room));
        }
        has_room
    }

    /// Counts one more offer, unless the environment has too many.
    fn count_unseen(&self, environment: u32) -> bool {
        let mut unseen = self.unseen.lock();
        if let Some((_, count)) = unseen.iter_mut().find(|(known, _)| *known == environment) {
            let has_room = *count < MOST_UNSEEN;
            *count += u32::from(has_room);
            return has_room;
        }
        unseen.push((environment, 1));
        true
    }

    /// Milliseconds that are left for it; 0 if it is not `environment`'s to take.
    #[cold]
    pub(crate) fn take(&self, environment: u32, leg: u32, now: Time) -> u32 {
        if let Some((_, count)) = self.unseen.lock().iter_mut().find(|(known, _)| *known == environment) {
            *count = count.saturating_sub(1);
        }
        let mut legs = self.legs.lock();
        let Some(leg) = legs.get_mut(&leg) else { return 0 };
        let left = leg.expires.micros_since(now) / 1_000;
        if leg.carrier.is_some() || left == 0 || !leg.offered.contains(&(environment, true)) {
            return 0;
        }
        leg.carrier = Some(environment);
        leg.late |= now.millis_since(leg.begun) > TAKEN_MS;
        u32::try_from(left).unwrap_or(u32::MAX)
    }

    /// What the engine is to be told of it, if `environment` carries the leg. One that failed for reasons of its carrier's
    /// is given back, to be offered on.
    #[cold]
    pub(crate) fn answer(
        &self,
        environment: u32,
        leg: u32,
        ending: LegEnding,
        late: bool,
    ) -> Option<LegReport> {
        let mut legs = self.legs.lock();
        let known = legs.get_mut(&leg).filter(|leg| leg.carrier == Some(environment))?;
        let (outstanding, late) = (known.outstanding, late || known.late);
        let ending = match ending.checked() {
            LegEnding::Failed(LegFailure::Timeout) if late => LegEnding::Failed(LegFailure::Local),
            ending => ending,
        };
        if ending == LegEnding::Failed(LegFailure::Local) {
            known.give_back(environment);
        } else {
            legs.remove(&leg);
        }
        Some(LegReport { leg, outstanding, ending, late })
    }

    /// Ends a leg that nobody carries or may still take. Returns what the engine is to be told then.
    #[cold]
    pub(crate) fn end_stranded(&self, leg: u32) -> Option<LegReport> {
        let mut legs = self.legs.lock();
        let outstanding = legs.get(&leg).filter(|leg| !leg.has_hope())?.outstanding;
        legs.remove(&leg);
        Some(LegReport { leg, outstanding, ending: LegEnding::Failed(LegFailure::Local), late: true })
    }

    /// An environment is gone. Returns the legs that it carried or could have taken.
    #[cold]
    pub(crate) fn environment_closed(&self, environment: u32) -> Vec<u32> {
        self.unseen.lock().retain(|(known, _)| *known != environment);
        let mut legs = self.legs.lock();
        let given_back =
            legs.iter_mut().filter_map(|(number, leg)| leg.give_back(environment).then_some(*number));
        given_back.collect()
    }

    pub(crate) fn clear(&self) {
        self.legs.lock().clear();
    }
}
