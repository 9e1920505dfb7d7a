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

pub(crate) use address_order::{are_alike, sort};
pub(crate) use hosts_file::HostsFile;
pub(crate) use interfaces::{Families, InterfaceTable};
pub(crate) use localhost::is_localhost;
pub(crate) use name_server::NameServer;
pub(crate) use nsswitch::HostServices;
pub(crate) use resolv_conf::{ResolvConf, ResolverEnv};
pub(crate) use search::{Outcome, SearchConfig, SearchWalk, Step, Verdict};
pub(crate) use source_address::SourceAddresses;
