//! Finds environments that carry the engine's legs.

use std::collections::VecDeque;
use std::sync::Arc;

use dns_cache::NamespaceId;

use super::IoThread;
use crate::engine::{LocalError, Turn};
use crate::exchange::Exchange;
use crate::legs::{LegEnding, LegFailure, LegOffer, LegReport, LegStart, TAKEN_MS};
use crate::resolver::Resolver;
use crate::time::Time;

/// Offers legs to one environment after the other.
#[derive(Debug)]
pub(super) struct LegDesk {
    shared: Arc<Exchange>,
    /// When legs are to be offered to the next environment, in that order.
    offered: VecDeque<(Time, u32)>,
}

impl LegDesk {
    pub(super) const fn new(shared: Arc<Exchange>) -> Self {
        Self { shared, offered: VecDeque::new() }
    }

    /// Begins a leg.
    #[cold]
    pub(super) fn open(&mut self, start: &LegStart<'_>) -> Result<(), LocalError> {
        if !self.shared.legs.begin(start) {
            return Err(LocalError);
        }
        if self.offer(start.leg, start.begun) {
            return Ok(());
        }
        self.close(start.leg);
        Err(LocalError)
    }

    pub(super) fn is_carried(&self, leg: u32) -> bool {
        !self.shared.legs.is_free(leg)
    }

    pub(super) fn close(&self, leg: u32) {
        self.shared.legs.end(leg);
    }

    /// Everything begins anew.
    pub(super) fn clear(&mut self) {
        self.offered.clear();
        self.shared.legs.clear();
    }

    /// When [`LegDesk::move_on`] is to be called next.
    pub(super) fn next_timer(&mut self) -> Option<Time> {
        while let Some((due, leg)) = self.offered.front() {
            if self.shared.legs.is_free(*leg) {
                return Some(*due);
            }
            self.offered.pop_front();
        }
        None
    }

    /// Offers what was not taken in time to others as well.
    #[cold]
    pub(super) fn move_on(&mut self, now: Time) {
        while let Some((due, leg)) = self.offered.front().copied()
            && due <= now
        {
            self.offered.pop_front();
            // Where there is nobody else, who has it keeps it: its event loop may go on in time.
            self.offer(leg, now);
        }
    }

    /// Offers on what an environment that is gone carried. Returns the legs that nobody is left for.
    #[cold]
    pub(super) fn environment_closed(&mut self, environment: u32) -> Vec<LegReport> {
        let given_back = self.shared.legs.environment_closed(environment);
        given_back.into_iter().filter_map(|leg| self.returned(leg)).collect()
    }

    /// Offers a leg on that its carrier could not carry. Returns how it ends if nobody is left for it.
    #[cold]
    pub(super) fn returned(&mut self, leg: u32) -> Option<LegReport> {
        if self.offer(leg, Time::now()) { None } else { self.shared.legs.end_stranded(leg) }
    }

    /// Offers a leg to the next environment that it was not offered to; false if there is none, or somebody carries it.
    #[cold]
    fn offer(&mut self, leg: u32, now: Time) -> bool {
        loop {
            let next = self.shared.legs.with_free(leg, |free| {
                self.next_carrier(free.namespace, |environment| free.was_offered_to(environment))
            });
            let Some(Some(resolver)) = next else { return false };
            if self.shared.legs.note_offer(leg, resolver.environment) {
                self.shared.legs.with_free(leg, |free| {
                    let offer =
                        LegOffer { leg, handle: resolver.handle(), server: free.server, query: &free.query };
                    self.shared.host.offer_leg(resolver.environment, &offer);
                });
                self.offered.push_back((now.plus_millis(TAKEN_MS), leg));
                return true;
            }
        }
    }

    /// A resolver of the namespace in an environment that was not asked yet: the owner's, else the oldest.
    #[cold]
    fn next_carrier(&self, namespace: NamespaceId, asked: impl Fn(u32) -> bool) -> Option<Arc<Resolver>> {
        let mut oldest = None;
        for resolver in self.shared.open_resolvers() {
            if asked(resolver.environment) {
                continue;
            }
            let Some(snapshot) = resolver.snapshot().filter(|snapshot| snapshot.namespace.id() == namespace)
            else {
                continue;
            };
            if self.shared.owner_of(snapshot.namespace.digest()) == Some(resolver.environment) {
                return Some(resolver);
            }
            oldest.get_or_insert(resolver);
        }
        oldest
    }
}

impl IoThread {
    /// Legs of an environment that is gone.
    #[cold]
    pub(super) fn environment_left(&mut self, environment: u32) {
        for report in self.sockets.legs.environment_closed(environment) {
            self.end_leg(&report);
        }
    }

    /// An environment said what came of a leg.
    #[cold]
    pub(super) fn leg_ended(&mut self, report: &LegReport) {
        if report.ending != LegEnding::Failed(LegFailure::Local) {
            self.end_leg(report);
        } else if let Some(report) = self.sockets.legs.returned(report.leg) {
            self.end_leg(&report);
        }
    }

    fn end_leg(&mut self, report: &LegReport) {
        let mut turn = Turn { now: Time::now(), network: &mut self.sockets };
        self.engine.handle_leg(&mut turn, report);
    }
}

#[cfg(test)]
mod tests;
