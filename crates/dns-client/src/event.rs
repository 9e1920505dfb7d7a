//! What the client tells an environment that did not ask.

/// News of the machine or of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The file that a resolver of the environment watches is another one now, or is gone: see [`crate::Client::watch`].
    FileChanged(String),
    /// There are samples to take: see [`crate::Client::take_samples`]. The owner of the namespace is told, by the handle of a
    /// resolver of its own.
    Samples(u32),
    /// Something is wrong with a file of the system. One environment is told, once.
    Warning(String),
    /// The machine has slept: what was known of the network is forgotten.
    Resumed,
    /// The machine's addresses are others now: what was known of the network is forgotten.
    NetworkChanged,
    /// A private name was kept from a public server, though nobody else answered: for the first time under this suffix,
    /// empty for single labels. One environment is told.
    RefusedSuffix {
        /// A resolver of the environment's: see [`crate::Resolver::handle`].
        handle: u32,
        /// Without a dot at either end.
        suffix: String,
    },
}
