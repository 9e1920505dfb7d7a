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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Absolute.
    pub(crate) name: Name,
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
/// Two things differ from glibc on purpose. The error is [`Verdict::Failed`] if any candidate failed, where glibc may
/// call a name non-existent although a suffix was never answered. And a single label that ends in SERVFAIL or a refusal
/// does not exist: resolvers on the local machine answer so instead of passing single labels on.
#[derive(Debug, Clone)]
pub(crate) struct SearchWalk {
    config: Arc<SearchConfig>,
    name: Name,
    has_dots: bool,
    absolute: bool,
    current: Candidate,
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
        let first = name.ends_with('.') || dots >= usize::from(config.ndots);
        let absolute = name.ends_with('.');
        let name = Name::from_ascii(name)?;
        let mut walk = Self {
            current: Candidate { name: name.clone(), as_is: true },
            place: Place::First,
            as_is_tried: first,
            verdict: Verdict::NxDomain,
            has_dots: dots > 0,
            absolute,
            config,
            name,
        };
        if !first {
            walk.enter_suffix(0);
        }
        if walk.place == Place::Over { Err(NameError::NameTooLong) } else { Ok(walk) }
    }

    /// The candidate whose outcome is to be fed next.
    #[must_use]
    pub(crate) fn current(&self) -> &Candidate {
        &self.current
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
            Outcome::ServFail | Outcome::Refused if self.current.name.labels().count() == 1 => {
                Verdict::NxDomain
            }
            Outcome::ServFail | Outcome::Refused | Outcome::Timeout | Outcome::Unreachable => Verdict::Failed,
        }
    }

    fn enter_suffix(&mut self, mut index: usize) {
        while let Some(suffix) = self.config.suffixes.get(index) {
            let as_is = suffix.is_root();
            if as_is && self.as_is_tried {
                index += 1;
                continue;
            }
            // A name that the suffix makes too long ends the list, as in glibc.
            let Some(name) = join(&self.name, suffix) else { break };
            self.as_is_tried |= as_is;
            self.current = Candidate { name, as_is };
            self.place = Place::Suffix(index);
            return;
        }
        self.enter_last();
    }

    fn enter_last(&mut self) {
        let withheld = self.config.no_tld_query && !self.has_dots && !self.config.suffixes.is_empty();
        if self.as_is_tried || withheld {
            self.place = Place::Over;
        } else {
            self.as_is_tried = true;
            self.current = Candidate { name: self.name.clone(), as_is: true };
            self.place = Place::Last;
        }
    }
}

/// `name` below `suffix`, if that is at most 255 octets long.
fn join(name: &Name, suffix: &Name) -> Option<Name> {
    let labels = name.as_wire().strip_suffix(&[0])?;
    let mut wire = [0_u8; 512];
    let length = labels.len() + suffix.as_wire().len();
    wire[..labels.len()].copy_from_slice(labels);
    wire[labels.len()..length].copy_from_slice(suffix.as_wire());
    Name::from_wire(&wire[..length]).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(suffixes: &str, ndots: u8) -> SearchConfig {
        let suffixes = suffixes.split_whitespace().map(|suffix| Name::from_ascii(suffix).unwrap()).collect();
        SearchConfig { suffixes, ndots, no_tld_query: false }
    }

    /// The candidates of `name` if each is denied, with `!` where it is tried as it is.
    fn names(name: &str, config: &SearchConfig) -> Vec<String> {
        let Ok(mut walk) = SearchWalk::new(name, Arc::new(config.clone())) else { return Vec::new() };
        let mut names = Vec::new();
        loop {
            let Candidate { name, as_is } = walk.current();
            names.push(format!("{name}{}", if *as_is { "!" } else { "" }));
            if let Step::Done(_) = walk.feed(Outcome::NxDomain) {
                return names;
            }
        }
    }

    /// Feeds outcomes, one character each, and returns the names asked for and the verdict.
    fn walk(name: &str, config: SearchConfig, outcomes: &str) -> (Vec<String>, Option<Verdict>) {
        let mut walk = SearchWalk::new(name, Arc::new(config)).unwrap();
        let mut asked = Vec::new();
        for outcome in outcomes.chars() {
            asked.push(walk.current().name.to_string());
            let outcome = match outcome {
                'a' => Outcome::Addresses,
                'x' => Outcome::NxDomain,
                'd' => Outcome::NoData,
                's' => Outcome::ServFail,
                'r' => Outcome::Refused,
                't' => Outcome::Timeout,
                _ => Outcome::Unreachable,
            };
            if let Step::Done(verdict) = walk.feed(outcome) {
                return (asked, Some(verdict));
            }
        }
        (asked, None)
    }

    #[test]
    fn dots_decide_when_the_name_is_tried_as_it_is() {
        let list = config("a.test b.test", 1);
        assert_eq!(names("www", &list), ["www.a.test", "www.b.test", "www!"]);
        assert_eq!(names("www.x", &list), ["www.x!", "www.x.a.test", "www.x.b.test"]);
        let list = config("a.test b.test", 2);
        assert_eq!(names("www.x", &list), ["www.x.a.test", "www.x.b.test", "www.x!"]);
        assert_eq!(names("w.w.x", &list), ["w.w.x!", "w.w.x.a.test", "w.w.x.b.test"]);
        let list = config("a.test", 0);
        assert_eq!(names("www", &list), ["www!", "www.a.test"]);
    }

    #[test]
    fn a_trailing_dot_ends_the_matter() {
        let list = config("a.test", 5);
        assert_eq!(names("www.", &list), ["www!"]);
        assert_eq!(names("www.x.", &list), ["www.x!"]);
        assert_eq!(names(".", &list), [".!"]);
    }

    #[test]
    fn without_a_list_the_name_stands_as_it_is() {
        assert_eq!(names("www", &config("", 1)), ["www!"]);
        assert_eq!(names("www", &config("", 15)), ["www!"]);
        assert_eq!(names("www", &SearchConfig { no_tld_query: true, ..config("", 1) }), ["www!"]);
    }

    #[test]
    fn no_tld_query_withholds_a_name_without_dots() {
        let list = SearchConfig { no_tld_query: true, ..config("a.test", 2) };
        assert_eq!(names("www", &list), ["www.a.test"]);
        assert_eq!(names("www.x", &list), ["www.x.a.test", "www.x!"]);
        assert_eq!(names("www", &SearchConfig { ndots: 0, ..list }), ["www!", "www.a.test"]);
    }

    #[test]
    fn the_root_in_the_list_is_the_name_as_it_is_and_once() {
        assert_eq!(names("www", &config(". a.test .", 1)), ["www!", "www.a.test"]);
        assert_eq!(names("www", &config("a.test .", 1)), ["www.a.test", "www!"]);
        assert_eq!(names("www.x", &config(". a.test", 1)), ["www.x!", "www.x.a.test"]);
    }

    #[test]
    fn a_suffix_that_makes_the_name_too_long_ends_the_list() {
        let long = ["x".repeat(63), "x".repeat(63), "x".repeat(63), "x".repeat(58)].join(".");
        let list = config(&format!("a.test {long} b.test"), 1);
        assert_eq!(names("w", &list).len(), 4);
        assert_eq!(names("wide", &list), ["wide.a.test", "wide!"]);
        let list = SearchConfig { no_tld_query: true, ..config(&long, 1) };
        assert!(SearchWalk::new("wide", Arc::new(list)).is_err());
    }

    #[test]
    fn what_is_no_name_has_no_candidates() {
        for name in ["", "..", "a..b", &"x".repeat(64)] {
            assert_eq!(names(name, &config("a.test", 1)), [""; 0], "{name}");
        }
    }

    #[test]
    fn addresses_end_the_search() {
        let (asked, verdict) = walk("www", config("a.test b.test", 1), "xa");
        assert_eq!(asked, ["www.a.test", "www.b.test"]);
        assert_eq!(verdict, Some(Verdict::Addresses));
        assert_eq!(walk("www", config("a.test", 1), "sa").1, Some(Verdict::Addresses));
        assert_eq!(
            walk("www.x", config("a.test", 1), "a"),
            (vec!["www.x".to_owned()], Some(Verdict::Addresses))
        );
    }

    #[test]
    fn denials_and_servfail_lead_to_the_next_suffix() {
        for outcomes in ["xxx", "ddx", "ssx"] {
            let (asked, verdict) = walk("www", config("a.test b.test", 1), outcomes);
            assert_eq!(asked, ["www.a.test", "www.b.test", "www"], "{outcomes}");
            assert!(verdict.is_some());
        }
    }

    #[test]
    fn silence_and_refusal_lead_to_the_name_as_it_is() {
        for outcomes in ["tx", "rx"] {
            let (asked, verdict) = walk("www", config("a.test b.test", 1), outcomes);
            assert_eq!(asked, ["www.a.test", "www"], "{outcomes}");
            assert_eq!(verdict, Some(Verdict::Failed));
        }
        assert_eq!(walk("www.x", config("a.test b.test", 1), "ttt").0, ["www.x", "www.x.a.test"]);
        assert_eq!(
            walk("www", config("a.test b.test", 1), "u"),
            (vec!["www.a.test".to_owned()], Some(Verdict::Failed))
        );
    }

    #[test]
    fn the_error_is_the_most_doubtful_one() {
        for (outcomes, expected) in [
            ("xxx", Verdict::NxDomain),
            ("xdx", Verdict::NoData),
            ("dxs", Verdict::Failed),
            ("sdd", Verdict::Failed),
            ("xxt", Verdict::Failed),
        ] {
            assert_eq!(walk("www.x", config("a.test b.test", 1), outcomes).1, Some(expected), "{outcomes}");
        }
        assert_eq!(walk("www.x.", config("a.test", 1), "s").1, Some(Verdict::Failed));
    }

    #[test]
    fn a_refused_single_label_does_not_exist() {
        for outcomes in ["s", "r"] {
            assert_eq!(walk("www", config("", 1), outcomes).1, Some(Verdict::NxDomain));
            assert_eq!(walk("www.", config("a.test", 1), outcomes).1, Some(Verdict::NxDomain));
            assert_eq!(walk("www.x", config("", 1), outcomes).1, Some(Verdict::Failed));
        }
        assert_eq!(walk("www", config("", 1), "t").1, Some(Verdict::Failed));
        assert_eq!(walk("www", config("a.test", 1), "ds").1, Some(Verdict::NoData));
        assert_eq!(walk("www", config("a.test", 1), "sx").1, Some(Verdict::Failed));
    }

    #[test]
    fn the_families_of_a_candidate_combine() {
        use Outcome::{Addresses, NoData, NxDomain, ServFail, Timeout};
        for (one, other, both) in [
            (Addresses, Timeout, Addresses),
            (NxDomain, Addresses, Addresses),
            (NoData, NxDomain, NoData),
            (NxDomain, ServFail, ServFail),
            (Timeout, NoData, Timeout),
        ] {
            assert_eq!((one.and(other), other.and(one)), (both, both));
        }
    }

    /// glibc's `res_search`, written down as it is there, for the names it asks.
    fn naive(
        name: &str,
        list: &[String],
        ndots: usize,
        no_tld_query: bool,
        outcomes: &[Outcome],
    ) -> Vec<String> {
        let dots = name.matches('.').count();
        let trailing = name.ends_with('.');
        let mut asked: Vec<String> = Vec::new();
        let mut outcomes = outcomes.iter().copied();
        let mut ask = |name: String| {
            asked.push(name.trim_end_matches('.').to_owned());
            outcomes.next().unwrap_or(Outcome::NxDomain)
        };
        let mut tried_as_is = false;
        if dots >= ndots || trailing {
            if ask(name.to_owned()) == Outcome::Addresses || trailing {
                return asked;
            }
            tried_as_is = true;
        }
        for suffix in list {
            match ask(format!("{name}.{suffix}")) {
                Outcome::Addresses | Outcome::Unreachable => return asked,
                Outcome::Timeout | Outcome::Refused => break,
                Outcome::NxDomain | Outcome::NoData | Outcome::ServFail => {}
            }
        }
        if !tried_as_is && (dots > 0 || list.is_empty() || !no_tld_query) {
            ask(name.to_owned());
        }
        asked
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        use Outcome::{Addresses, NoData, NxDomain, Refused, ServFail, Timeout, Unreachable};
        proptest::sample::select(vec![Addresses, NoData, NxDomain, Refused, ServFail, Timeout, Unreachable])
    }

    proptest! {
        #[test]
        fn asks_what_glibc_asks(
            name in "[a-c](\\.[a-c]){0,4}\\.?",
            list in proptest::collection::vec("[x-z](\\.[x-z]){0,2}", 0..5),
            ndots in 0_u8..=6,
            no_tld_query: bool,
            outcomes in proptest::collection::vec(outcome(), 12),
        ) {
            let config = SearchConfig { no_tld_query, ..config(&list.join(" "), ndots) };
            let mut walk = SearchWalk::new(&name, Arc::new(config)).unwrap();
            let mut asked = Vec::new();
            for &outcome in &outcomes {
                asked.push(walk.current().name.to_string());
                if let Step::Done(verdict) = walk.feed(outcome) {
                    prop_assert_eq!(verdict == Verdict::Addresses, outcome == Outcome::Addresses);
                    break;
                }
            }
            prop_assert_eq!(asked, naive(&name, &list, usize::from(ndots), no_tld_query, &outcomes));
        }
    }
}
