//! Carrying legs: what environments say about the queries that they were offered.

use super::Client;
use crate::exchange::Command;
use crate::legs::LegEnding;
use crate::time::Time;

impl Client {
    /// The environment, which was offered the leg, carries it from now on. To be called once for each offer.
    ///
    /// Returns how many milliseconds it has for that; 0 if somebody else carries it, or nobody is to any more.
    #[must_use]
    pub fn take_leg(&self, environment: u32, leg: u32) -> u32 {
        self.shared.legs.take(environment, leg, Time::now())
    }

    /// What came of a leg that the environment took; anything else is ignored. `late`: its event loop was late meanwhile,
    /// so that silence, and the time that an answer took, say nothing about the server.
    pub fn answer_leg(&self, environment: u32, leg: u32, ending: LegEnding, late: bool) {
        if let Some(report) = self.shared.legs.answer(environment, leg, ending, late) {
            self.shared.submit(Command::Leg(Box::new(report)));
        }
    }
}
