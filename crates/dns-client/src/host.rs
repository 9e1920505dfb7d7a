//! What the embedding program provides: a thread for the I/O and a way for answers to travel.

use crate::answer::{Answer, Waiter};
use crate::event::Event;
use crate::io::IoThread;
use crate::legs::LegOffer;

/// The embedding program, seen from the client.
pub trait Host: Send + Sync + 'static {
    /// Starts a thread that calls [`IoThread::run`]. Called at the first submission, on the submitting thread.
    ///
    /// # Errors
    /// The operating system refused the thread; the submission is answered with a failure.
    fn start(&self, io: IoThread) -> std::io::Result<()>;
    /// Takes the answers of a turn, on the I/O thread. Each submitted waiter gets exactly one.
    fn complete(&self, answers: &[(Waiter, Answer)]);
    /// Offers an environment a leg, on the I/O thread.
    fn offer_leg(&self, environment: u32, offer: &LegOffer<'_>);
    /// Takes news for an environment, on the I/O thread.
    fn notify(&self, environment: u32, event: &Event);
}
