//! The search list: which names stand for the one that was asked.

use std::sync::Arc;

use dns_wire::{Name, NameError};

/// What decides about candidates, usually from [`ResolvConf`](super::ResolvConf).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SearchConfig {
    /// Suffixes in the order they are tried. The root stands for the name as it is.
    pub(crate) suffixes: Vec<Name>,
    /// A name with at least so many dots is tried as it is before the list, others after it.
    pub(crate) ndots: u8,
    /// A name without a dot is not tried as it is after the list.
    pub(crate) no_tld_query: bool,
}

/// One name to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate<'a> {
    /// Absolute, in lower case.
    pub(crate) name: &'a Name,
    /// The name as it was given, without a suffix.
    pub(crate) as_is: bool,
}

/// How asking for both families of one candidate ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    /// The name does not exist.
    NxDomain,
    /// It exists, without addresses.
    NoData,
    /// SERVFAIL from every server: this name cannot be resolved, others may.
    ServFail,
    /// REFUSED, FORMERR, NOTIMP or nonsense from every server.
    Refused,
    /// No answer.
    Timeout,
    /// No server could be reached at all: nothing was sent, or the network refused.
    Unreachable,
    /// At least one address of either family.
    Addresses,
}

impl Outcome {
    /// The outcome of a candidate of whose families one ended in `self` and one in `other`.
    ///
    /// Addresses settle it. Without them a failure outweighs a denial, for the family that failed may have had some, and
    /// NODATA outweighs NXDOMAIN, for the name exists.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

/// How the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Verdict {
    /// No candidate exists.
    NxDomain,
    /// None has addresses, but at least one exists.
    NoData,
    /// None has addresses, and at least one could not be resolved: nothing definite can be said.
    Failed,
    /// The current candidate has addresses.
    Addresses,
}

/// What to do after a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask for [`SearchWalk::current`], which is another one now.
    Next,
    /// The search is over.
    Done(Verdict),
}

/// The search for one name, a state machine: ask for [`SearchWalk::current`], feed its outcome, repeat.
///
/// The order is that of glibc's `res_search`. After SERVFAIL the next suffix is tried; after a timeout or a refusal no
/// further suffix, only the name as it is; after [`Outcome::Unreachable`] nothing. These concern the list: a name that
/// was tried as it is first goes on to the list whatever happened.
///
/// Some errors differ from glibc's on purpose. It is [`Verdict::Failed`] if any candidate failed and [`Verdict::NoData`]
/// if any exists, where glibc may call a name non-existent because it was so as it is, or because the last candidate
/// was. And a single label that ends in SERVFAIL or a refusal does not exist: resolvers on the local machine answer so
/// instead of passing single labels on.
#[derive(Debug, Clone)]
pub(crate) struct SearchWalk {
    config: Arc<SearchConfig>,
    /// In lower case.
    name: Name,
    dots: usize,
    absolute: bool,
    /// The name below the current suffix; absent while the candidate is the name as it is.
    joined: Option<Box<Name>>,
    place: Place,
    /// The name has been, or is now, a candidate as it is.
    as_is_tried: bool,
    verdict: Verdict,
}

/// Where in the search the current candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// As it is, with the list still to come.
    First,
    /// Under the suffix of this index.
    Suffix(usize),
    /// As it is, after the list.
    Last,
    Over,
}

impl SearchWalk {
    /// Begins the search for `name` in presentation format.
    ///
    /// # Errors
    /// If `name` is no domain name, or makes none with the first suffix and may not be asked for without one. Nothing
    /// needs to be asked then.
    pub(crate) fn new(name: &str, config: Arc<SearchConfig>) -> Result<Self, NameError> {
        let dots = name.bytes().filter(|&octet| octet == b'.').count();
        let absolute = name.ends_with('.');
        let mut name = Name::from_ascii(name)?;
        name.make_lowercase();
        let walk = Self::begin(name, dots, absolute, config);
        if walk.place == Place::Over { Err(NameError::NameTooLong) } else { Ok(walk) }
    }

    /// The same search, from the beginning.
    #[must_use]
    pub(crate) fn again(&self) -> Self {
        Self::begin(self.name.clone(), self.dots, self.absolute, Arc::clone(&self.config))
    }

    fn begin(name: Name, dots: usize, absolute: bool, config: Arc<SearchConfig>) -> Self {
        let first = absolute || dots >= usize::from(config.ndots);
        let mut walk = Self {
            joined: None,
            place: Place::First,
            as_is_tried: first,
            verdict: Verdict::NxDomain,
            dots,
            absolute,
            config,
            name,
        };
        if !first {
            walk.enter_suffix(0);
        }
        walk
    }

    /// Whether the name was given with a dot at its end.
    pub(crate) const fn is_absolute(&self) -> bool {
        self.absolute
    }

    /// The name that is searched for, in lower case.
    #[must_use]
    pub(crate) const fn given(&self) -> &Name {
        &self.name
    }

    /// The candidate whose outcome is to be fed next.
    #[must_use]
    pub(crate) fn current(&self) -> Candidate<'_> {
        Candidate { name: self.joined.as_deref().unwrap_or(&self.name), as_is: self.joined.is_none() }
    }

    /// Takes the outcome of the current candidate.
    pub(crate) fn feed(&mut self, outcome: Outcome) -> Step {
        self.verdict = self.verdict.max(self.verdict_of(outcome));
        match (self.place, outcome) {
            (Place::First, _) if !self.absolute && outcome != Outcome::Addresses => self.enter_suffix(0),
            (Place::Suffix(index), Outcome::NxDomain | Outcome::NoData | Outcome::ServFail) => {
                self.enter_suffix(index + 1);
            }
            (Place::Suffix(_), Outcome::Refused | Outcome::Timeout) => self.enter_last(),
            _ => self.place = Place::Over,
        }
        if self.place == Place::Over { Step::Done(self.verdict) } else { Step::Next }
    }

    fn verdict_of(&self, outcome: Outcome) -> Verdict {
        match outcome {
            Outcome::Addresses => Verdict::Addresses,
            Outcome::NxDomain => Verdict::NxDomain,
            Outcome::NoData => Verdict::NoData,
            Outcome::ServFail | Outcome::Refused if self.current().name.labels().count() == 1 => {
                Verdict::NxDomain
            }
            Outcome::ServFail | Outcome::Refused | Outcome::Timeout | Outcome::Unreachable => Verdict::Failed,
        }
    }

    fn enter_suffix(&mut self, mut index: usize) {
        while let Some(suffix) = self.config.suffixes.get(index) {
            if suffix.is_root() {
                if self.as_is_tried {
                    index += 1;
                    continue;
                }
                self.as_is_tried = true;
                self.joined = None;
            } else {
                // A name that the suffix makes too long ends the list, as in glibc.
                let Some(name) = join(&self.name, suffix) else { break };
                self.joined = Some(Box::new(name));
            }
            self.place = Place::Suffix(index);
            return;
        }
        self.enter_last();
    }

    fn enter_last(&mut self) {
        let withheld = self.config.no_tld_query && self.dots == 0 && !self.config.suffixes.is_empty();
        if self.as_is_tried || withheld {
            self.place = Place::Over;
        } else {
            self.as_is_tried = true;
            self.joined = None;
            self.place = Place::Last;
        }
    }
}

/// `name` below `suffix`, in lower case, if that is at most 255 octets long.
fn join(name: &Name, suffix: &Name) -> Option<Name> {
    let labels = name.as_wire().strip_suffix(&[0])?;
    let mut wire = [0_u8; 512];
    let length = labels.len() + suffix.as_wire().len();
    wire[..labels.len()].copy_from_slice(labels);
    wire[labels.len()..length].copy_from_slice(suffix.as_wire());
    let mut name = Name::from_wire(&wire[..length]).ok()?;
    name.make_lowercase();
    Some(name)
}

#[cfg(test)]
mod tests;
