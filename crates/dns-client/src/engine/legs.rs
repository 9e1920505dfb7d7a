//! Legs: queries that an environment carries to an encrypted server, within the same attempts as all others.

use dns_wire::Edns;

use super::flight::{Channel, Flight};
use super::slots::Id;
use super::{Engine, Trouble, Turn};

impl Engine {
    /// Has an environment ask. No environment can yet, so that the flight goes on to its next server.
    #[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "nothing can be handed over")]
    pub(super) fn send_leg(
        &mut self,
        _turn: &mut Turn<'_>,
        _id: Id<Flight>,
        _upstream: u32,
        _attempt: u8,
        _edns: Option<Edns>,
    ) -> Result<Channel, Trouble> {
        Err(Trouble::Local)
    }
}
