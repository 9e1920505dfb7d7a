//! The machine's own idea of names: hosts file, `resolv.conf`, search list, address order.
//!
//! The parsers are pure (text and environment values in, values out) and follow glibc 2.36 down to its corners,
//! because programs that move here from `getaddrinfo` must keep their answers. Where this crate differs on purpose, the
//! item's documentation says so. Only [`SourceAddresses`] and [`InterfaceTable::read`] ask the operating system.

mod address_order;
mod hosts_file;
mod inet_aton;
mod interfaces;
mod localhost;
mod name_server;
mod nsswitch;
mod resolv_conf;
mod resolv_options;
mod search;
mod source_address;

pub use address_order::{SourceAddress, sort};
pub use hosts_file::{HostsEntry, HostsFile};
pub use inet_aton::inet_aton;
pub use interfaces::{Families, InterfaceAddress, InterfaceTable};
pub use localhost::is_localhost;
pub use name_server::NameServer;
pub use nsswitch::HostServices;
pub use resolv_conf::{ResolvConf, ResolverEnv, Warning, WarningKind};
pub use resolv_options::ResolvOptions;
pub use search::{Candidate, Candidates, Outcome, SearchConfig, SearchWalk, Step, Verdict, candidates};
pub use source_address::SourceAddresses;
