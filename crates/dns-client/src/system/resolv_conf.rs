//! `resolv.conf`, as glibc reads it.

use std::fmt;
use std::net::Ipv4Addr;

use dns_wire::Name;

use super::name_server::NameServer;
use super::resolv_options::ResolvOptions;
use super::search::SearchConfig;

/// Servers that are used (`MAXNS`).
const MAX_SERVERS: usize = 3;
/// Suffixes that are kept. glibc has no bound; Kubernetes allows 32.
const MAX_SUFFIXES: usize = 256;
/// Warnings that are kept.
const MAX_WARNINGS: usize = 16;

/// The environment's part of the configuration.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResolverEnv<'a> {
    /// `LOCALDOMAIN`: replaces the search list of the file.
    pub(crate) localdomain: Option<&'a str>,
    /// `RES_OPTIONS`: options that come after those of the file.
    pub(crate) res_options: Option<&'a str>,
}

/// A parsed `resolv.conf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResolvConf {
    /// One to three servers in the order of the file; 127.0.0.1 if the file names none that can be used.
    pub(crate) servers: Vec<NameServer>,
    /// The search list. The root stands for "as it is".
    ///
    /// glibc stops searching at a suffix that is no domain name, so the list ends before one.
    pub(crate) search: Vec<Name>,
    /// Options of the file and of the environment.
    pub(crate) options: ResolvOptions,
    /// What was passed over, at most 16.
    pub(crate) warnings: Vec<Warning>,
}

/// Something in the configuration that had no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Warning {
    /// Line of the file, from 1; 0 for the environment and the host name.
    pub(crate) line: usize,
    /// What it was.
    pub(crate) kind: WarningKind,
}

/// Why something had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WarningKind {
    /// A `nameserver` that is no address. Carriage returns are part of the word.
    BadAddress,
    /// A server after the third.
    TooManyServers,
    /// A search suffix that is no domain name; it and those after it are not searched.
    BadSuffix,
    /// A search suffix after the 256th.
    TooManySuffixes,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.kind {
            WarningKind::BadAddress => "no usable address after nameserver",
            WarningKind::TooManyServers => "only three name servers are used",
            WarningKind::BadSuffix => {
                "a search suffix is no domain name; it and those after it are not searched"
            }
            WarningKind::TooManySuffixes => "only 256 search suffixes are used",
        };
        if self.line == 0 { f.write_str(text) } else { write!(f, "line {}: {text}", self.line) }
    }
}

impl Default for ResolvConf {
    /// What an empty or missing file means, without environment and host name.
    fn default() -> Self {
        Self::parse(b"", &ResolverEnv::default(), None)
    }
}

impl ResolvConf {
    /// Parses the file's octets; an unreadable file is an empty one. `hostname` is the machine's name as `gethostname`
    /// gives it: without `search` and `domain`, what follows its first dot is searched.
    ///
    /// A keyword stands at the beginning of its line and is followed by a blank. `search` and `domain` replace each
    /// other, the last one wins. Lines that begin with `;` or `#` are comments; there are no others.
    #[must_use]
    pub(crate) fn parse(input: &[u8], env: &ResolverEnv<'_>, hostname: Option<&str>) -> Self {
        let mut parser = Parser::default();
        if let Some(localdomain) = env.localdomain {
            parser.search_localdomain(localdomain.as_bytes());
        }
        for (index, line) in input.split(|&octet| octet == b'\n').enumerate() {
            let end = line.iter().position(|&octet| octet == 0).unwrap_or(line.len());
            parser.line(index + 1, &line[..end], env.localdomain.is_some());
        }
        parser.finish(env, hostname)
    }

    /// The part that [`SearchWalk`](super::SearchWalk) needs.
    #[must_use]
    pub(crate) fn search_config(&self) -> SearchConfig {
        SearchConfig {
            suffixes: self.search.clone(),
            ndots: self.options.ndots,
            no_tld_query: self.options.no_tld_query,
        }
    }
}

#[derive(Default)]
struct Parser {
    servers: Vec<NameServer>,
    search: Option<Search>,
    options: ResolvOptions,
    warnings: Vec<Warning>,
}

/// The search list that is in force so far.
struct Search {
    suffixes: Vec<Name>,
    warning: Option<Warning>,
}

impl Parser {
    fn line(&mut self, number: usize, line: &[u8], search_is_settled: bool) {
        if let Some(words) = keyword(line, b"nameserver") {
            self.name_server(number, words);
        } else if let Some(words) = keyword(line, b"options") {
            self.options.apply(words);
        } else if search_is_settled {
            // LOCALDOMAIN overrides the file.
        } else if let Some(words) = keyword(line, b"search") {
            let mut words = words_of(words).peekable();
            if words.peek().is_some() {
                self.search = Some(Search::new(number, words));
            }
        } else if let Some(domain) = keyword(line, b"domain").and_then(|words| words_of(words).next()) {
            self.search = Some(Search::new(number, std::iter::once(domain)));
        }
    }

    fn name_server(&mut self, line: usize, words: &[u8]) {
        match NameServer::parse(words_of(words).next().unwrap_or_default()) {
            Some(server) if self.servers.len() < MAX_SERVERS => self.servers.push(server),
            Some(_) => self.warn(Warning { line, kind: WarningKind::TooManyServers }),
            None => self.warn(Warning { line, kind: WarningKind::BadAddress }),
        }
    }

    /// The first entry of `LOCALDOMAIN` begins where the value begins, even if a blank or nothing is there: then it is
    /// the root, and `LOCALDOMAIN=` switches searching off.
    fn search_localdomain(&mut self, value: &[u8]) {
        let line = value.split(|&octet| octet == b'\n').next().unwrap_or_default();
        let first = if line.first().is_none_or(|&octet| is_blank(octet)) { Some(&b""[..]) } else { None };
        self.search = Some(Search::new(0, first.into_iter().chain(words_of(line))));
    }

    fn finish(mut self, env: &ResolverEnv<'_>, hostname: Option<&str>) -> ResolvConf {
        if self.servers.is_empty() {
            self.servers.push(NameServer { address: Ipv4Addr::LOCALHOST.into(), zone: None });
        }
        if self.search.is_none() {
            let domain = hostname.and_then(|name| name.split_once('.')).map(|(_, domain)| domain.as_bytes());
            self.search = domain.map(|domain| Search::new(0, std::iter::once(domain)));
        }
        if let Some(words) = env.res_options {
            self.options.apply(words.as_bytes());
        }
        let mut search = Vec::new();
        if let Some(list) = self.search.take() {
            search = list.suffixes;
            if let Some(warning) = list.warning {
                self.warn(warning);
            }
        }
        ResolvConf { servers: self.servers, search, options: self.options, warnings: self.warnings }
    }

    fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(warning);
        }
    }
}

impl Search {
    fn new<'a>(line: usize, words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut suffixes = Vec::new();
        let mut warning = None;
        for word in words {
            if suffixes.len() == MAX_SUFFIXES {
                warning = Some(Warning { line, kind: WarningKind::TooManySuffixes });
                break;
            }
            let Some(suffix) = suffix(word) else {
                warning = Some(Warning { line, kind: WarningKind::BadSuffix });
                break;
            };
            suffixes.push(suffix);
        }
        Self { suffixes, warning }
    }
}

/// A suffix as a name: one leading dot is passed over, and nothing is the root.
fn suffix(word: &[u8]) -> Option<Name> {
    let word = word.strip_prefix(b".").unwrap_or(word);
    if word.is_empty() {
        return Some(Name::root());
    }
    Name::from_ascii(std::str::from_utf8(word).ok()?).ok()
}

/// The rest of a line that begins with `word` and a blank.
fn keyword<'a>(line: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(word).filter(|rest| rest.first().is_some_and(|&octet| is_blank(octet)))
}

fn words_of(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&octet| is_blank(octet)).filter(|word| !word.is_empty())
}

/// Blanks are spaces and tabs. A carriage return is not: glibc takes it for a part of the word.
const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

#[cfg(test)]
mod tests;
