//! The machine's files, read on the I/O thread and looked at again at most once a second.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::file_identity::FileIdentity;
use crate::options::ResolverOptions;
use crate::server::{Protocol, ServerOption};
use crate::system::{HostServices, HostsFile, NameServer, ResolvConf, ResolverEnv};

/// Where the name service switch says whom `getaddrinfo` asks.
const NSSWITCH: &str = "/etc/nsswitch.conf";
/// Octets of a file that is taken seriously: above the largest block lists, below what would stall the I/O thread.
const LARGEST_FILE: u64 = 8 << 20;

/// A file and what was last made of it.
#[derive(Debug)]
struct Watched<T> {
    identity: Option<FileIdentity>,
    value: T,
    complained: bool,
}

/// What the machine's files say to one resolver.
#[derive(Debug, Clone)]
pub(crate) struct SystemView {
    pub(crate) resolv_conf: Arc<ResolvConf>,
    /// The system's servers; never empty.
    pub(crate) servers: Vec<ServerOption>,
    pub(crate) hosts: Option<Arc<HostsFile>>,
    pub(crate) other_services: bool,
}

/// The files that resolvers in this process go by.
#[derive(Debug, Default)]
pub(crate) struct SystemFiles {
    resolv_confs: HashMap<PathBuf, Watched<Arc<ResolvConf>>>,
    hosts: HashMap<PathBuf, Watched<Arc<HostsFile>>>,
    services: Option<Watched<bool>>,
    warnings: Vec<String>,
}

impl SystemFiles {
    /// Reads what `options` name and was not read before.
    pub(crate) fn view(&mut self, options: &ResolverOptions) -> SystemView {
        let Self { resolv_confs, hosts, services, warnings } = self;
        let resolv_conf = resolv_confs.entry(options.resolv_conf.clone()).or_insert_with(|| {
            let file = load(&options.resolv_conf, parse_resolv_conf, warnings);
            warn_of_lines(&options.resolv_conf, &file.value, warnings);
            file
        });
        let resolv_conf = Arc::clone(&resolv_conf.value);
        let hosts = options.hosts.as_ref().map(|path| {
            let file = hosts.entry(path.clone()).or_insert_with(|| load(path, parse_hosts, warnings));
            Arc::clone(&file.value)
        });
        let services = services.get_or_insert_with(|| {
            // Most containers have no such file, which is nothing to complain of.
            load(Path::new(NSSWITCH), parse_services, &mut Vec::new())
        });
        SystemView {
            servers: resolv_conf.servers.iter().map(server_option).collect(),
            resolv_conf,
            hosts,
            other_services: services.value,
        }
    }

    /// Looks whether any file changed, and reads those that did. Returns true if any did.
    pub(crate) fn check(&mut self) -> bool {
        let Self { resolv_confs, hosts, services, warnings } = self;
        let mut changed = false;
        for (path, file) in resolv_confs {
            if reload(path, file, parse_resolv_conf, None, warnings) {
                changed = true;
                warn_of_lines(path, &file.value, warnings);
            }
        }
        for (path, file) in hosts {
            // As for glibc; one that is there but cannot be read says nothing about what it holds.
            changed |= reload(path, file, parse_hosts, Some(Arc::default()), warnings);
        }
        if let Some(services) = services {
            changed |= reload(Path::new(NSSWITCH), services, parse_services, None, &mut Vec::new());
        }
        changed
    }

    /// What there was to complain of since the last call.
    pub(crate) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }
}

fn parse_resolv_conf(octets: &[u8]) -> Arc<ResolvConf> {
    let localdomain = std::env::var("LOCALDOMAIN").ok();
    let res_options = std::env::var("RES_OPTIONS").ok();
    let env = ResolverEnv { localdomain: localdomain.as_deref(), res_options: res_options.as_deref() };
    #[cfg(unix)]
    let hostname = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let hostname = std::env::var("COMPUTERNAME").unwrap_or_default();
    Arc::new(ResolvConf::parse(octets, &env, Some(&hostname)))
}

fn warn_of_lines(path: &Path, resolv_conf: &ResolvConf, warnings: &mut Vec<String>) {
    warnings.extend(resolv_conf.warnings.iter().map(|warning| format!("{}: {warning}", path.display())));
}

fn parse_hosts(octets: &[u8]) -> Arc<HostsFile> {
    Arc::new(HostsFile::parse(octets))
}

fn parse_services(octets: &[u8]) -> bool {
    HostServices::parse(octets).has_others()
}

fn server_option(server: &NameServer) -> ServerOption {
    ServerOption::plain(Protocol::Udp, server.socket_address(interface_index))
}

/// The index of the interface `name`, from the list of addresses.
fn interface_index(name: &str) -> Option<u32> {
    if_addrs::get_if_addrs().ok()?.into_iter().find(|interface| interface.name == name)?.index
}

/// Reads and parses a file. One that cannot be used is warned of, and counts as what `parse` makes of nothing.
fn load<T>(path: &Path, parse: impl Fn(&[u8]) -> T, warnings: &mut Vec<String>) -> Watched<T> {
    match read(path) {
        Ok((identity, octets)) => {
            Watched { identity: Some(identity), value: parse(&octets), complained: false }
        }
        Err(unusable) => {
            warnings.push(format!("{}: {}; defaults are used", path.display(), unusable.why));
            Watched { identity: unusable.identity, value: parse(b""), complained: true }
        }
    }
}

/// Takes a changed file over, unless it cannot be read or is no text: then what was good stays in force. `removed` is
/// what a file that is no longer there means instead, if it means anything.
fn reload<T>(
    path: &Path,
    file: &mut Watched<T>,
    parse: impl Fn(&[u8]) -> T,
    removed: Option<T>,
    warnings: &mut Vec<String>,
) -> bool {
    let identity = FileIdentity::at(path);
    if identity == file.identity {
        return false;
    }
    let mut complain = |why: String| {
        if !file.complained {
            warnings.push(format!("{}: {why}; the last good state stays in force", path.display()));
        }
    };
    match read(path) {
        Ok((identity, octets)) => {
            *file = Watched { identity: Some(identity), value: parse(&octets), complained: false };
            true
        }
        Err(Unusable { identity: None, why }) if removed.is_some() && !path.exists() => {
            warnings.push(format!("{}: {why}; it counts as empty", path.display()));
            if let Some(value) = removed {
                *file = Watched { identity: None, value, complained: true };
            }
            true
        }
        Err(unusable) => {
            complain(unusable.why);
            file.complained = true;
            // Looked at again when it changes.
            file.identity = unusable.identity.or(file.identity);
            false
        }
    }
}

/// A file that cannot be used.
#[derive(Debug)]
struct Unusable {
    /// Of the file, if it is there.
    identity: Option<FileIdentity>,
    why: String,
}

fn read(path: &Path) -> Result<(FileIdentity, Vec<u8>), Unusable> {
    use io::Read as _;
    let missing = |error: io::Error| Unusable { identity: None, why: error.to_string() };
    let metadata = fs::metadata(path).map_err(missing)?;
    let identity = FileIdentity::of(&metadata);
    let unusable = |why: &str| Unusable { identity: Some(identity), why: why.into() };
    // Opening a pipe would block, and reading a directory fail.
    if !metadata.is_file() {
        return Err(unusable("it is no regular file"));
    }
    if metadata.len() > LARGEST_FILE {
        return Err(unusable("it is larger than 8 MiB"));
    }
    let file = fs::File::open(path).map_err(|error| unusable(&error.to_string()))?;
    let mut octets = Vec::new();
    file.take(LARGEST_FILE).read_to_end(&mut octets).map_err(|error| unusable(&error.to_string()))?;
    if is_binary(&octets) {
        return Err(unusable("it is no text"));
    }
    Ok((identity, octets))
}

/// Whether it cannot have been meant as text: one octet in twenty is a control character, NUL among them. A NUL now and
/// then is nothing unusual to glibc, for which it ends its line.
fn is_binary(octets: &[u8]) -> bool {
    let is_control = |octet: &u8| octet.is_ascii_control() && !matches!(octet, b'\t'..=b'\r');
    octets.contains(&0) && octets.iter().filter(|octet| is_control(octet)).count() * 20 > octets.len()
}

#[cfg(test)]
mod tests;
