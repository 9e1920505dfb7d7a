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
        names.push(format!("{name}{}", if as_is { "!" } else { "" }));
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
    assert_eq!(walk("www.x", config("a.test", 1), "a"), (vec!["www.x".to_owned()], Some(Verdict::Addresses)));
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
fn naive(name: &str, list: &[String], ndots: usize, no_tld_query: bool, outcomes: &[Outcome]) -> Vec<String> {
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
