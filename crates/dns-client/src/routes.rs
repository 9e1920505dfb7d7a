//! Routes: suffixes whose names have servers of their own.

use std::sync::Arc;

use dns_wire::Name;

use crate::plan::Plan;
use crate::stable_order::sorted_by_key;

/// Octets of a name at most (RFC 1035 §2.3.4).
const LONGEST: usize = 255;

/// A suffix, and how its names are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Route {
    pub(crate) suffix: Name,
    pub(crate) plan: Arc<Plan>,
}

/// The routes of a resolver, the longest suffix first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Routes(Vec<Route>);

impl Routes {
    pub(crate) fn new(routes: Vec<Route>) -> Self {
        Self(sorted_by_key(routes, |route| (LONGEST - route.suffix.as_wire().len()) as u128))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How `name` is asked for, if its longest suffix that is here says so.
    pub(crate) fn plan_of(&self, name: &Name) -> Option<&Arc<Plan>> {
        self.0.iter().find(|route| name.ends_with(&route.suffix)).map(|route| &route.plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::ResolverOptions;
    use crate::system::ResolvConf;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).expect("a name")
    }

    #[test]
    fn the_longest_suffix_of_whole_labels_wins() {
        let plan = crate::snapshot::plan(&ResolverOptions::default(), &ResolvConf::default(), &[]);
        let route = |suffix: &str, stale_ms| Route {
            suffix: name(suffix),
            plan: Arc::new(Plan { stale_ms, ..plan.clone() }),
        };
        let routes =
            Routes::new(vec![route("example", 1), route("a.corp.example", 2), route("corp.example", 3)]);
        for (text, expected) in [
            ("corp.example", Some(3)),
            ("x.corp.example", Some(3)),
            ("x.a.corp.example", Some(2)),
            ("xcorp.example", Some(1)),
            ("example", Some(1)),
            ("example.com", None),
            (".", None),
        ] {
            assert_eq!(routes.plan_of(&name(text)).map(|plan| plan.stale_ms), expected, "{text}");
        }
    }
}
