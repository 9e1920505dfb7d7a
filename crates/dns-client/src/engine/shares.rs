//! Fairness: what each namespace holds of something that the process has a bounded number of.

use dns_cache::NamespaceId;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// How many times what is free a namespace may hold.
const SHARE: usize = 3;

/// What namespaces hold.
///
/// One may hold at most three times as much as is free (Choudhury and Hahne, *Dynamic queue length thresholds for
/// shared-memory packet switches*, 1998). So one that is alone gets three quarters of all, two that want all they can get
/// three sevenths each, and whatever the others do there is something left for who comes next. Who holds more than its
/// share gets no more until it has given back, or others have.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Of the namespace that was last concerned: most programs have no other.
    last: Option<(NamespaceId, usize)>,
    /// Of the others that hold any.
    held: HashMap<NamespaceId, usize, RandomState>,
}

impl Shares {
    /// Whether a namespace may have one more, when `held` of `limit` are held by all together.
    pub(super) fn admit(&self, namespace: NamespaceId, held: usize, limit: usize) -> bool {
        self.held_by(namespace) < SHARE * limit.saturating_sub(held)
    }

    fn held_by(&self, namespace: NamespaceId) -> usize {
        match self.last {
            Some((last, own)) if last == namespace => own,
            _ => self.held.get(&namespace).copied().unwrap_or(0),
        }
    }

    pub(super) fn add(&mut self, namespace: NamespaceId) {
        *self.own(namespace) += 1;
    }

    pub(super) fn remove(&mut self, namespace: NamespaceId) {
        let own = self.own(namespace);
        *own = own.saturating_sub(1);
    }

    fn own(&mut self, namespace: NamespaceId) -> &mut usize {
        if self.last.is_none_or(|(last, _)| last != namespace) {
            self.turn_to(namespace);
        }
        &mut self.last.get_or_insert((namespace, 0)).1
    }

    #[inline(never)]
    fn turn_to(&mut self, namespace: NamespaceId) {
        let own = self.held.remove(&namespace).unwrap_or(0);
        if let Some((last, held)) = self.last.replace((namespace, own))
            && held > 0
        {
            self.held.insert(last, held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dns_cache::{Cache, CacheConfig, NamespaceLimits};

    /// Takes as much as it gets.
    fn take_all(shares: &mut Shares, namespace: NamespaceId, held: &mut usize) -> usize {
        let before = *held;
        while shares.admit(namespace, *held, 1_000) {
            shares.add(namespace);
            *held += 1;
        }
        *held - before
    }

    #[test]
    fn there_is_always_something_left_for_who_comes_next() {
        let cache = Cache::new(CacheConfig::default());
        let [a, b, c] =
            [1, 2, 3].map(|digest| cache.open_namespace([digest; 32], NamespaceLimits::default()));
        let (mut shares, mut held) = (Shares::default(), 0);
        assert_eq!(take_all(&mut shares, a, &mut held), 750);
        assert_eq!(take_all(&mut shares, b, &mut held), 188);
        assert!(take_all(&mut shares, c, &mut held) > 40);
        assert_eq!(take_all(&mut shares, a, &mut held), 0, "it holds more than its share");
        for _ in 0..750 {
            shares.remove(a);
            held -= 1;
        }
        for _ in 0..1_000 {
            for namespace in [a, b] {
                if shares.admit(namespace, held, 1_000) {
                    shares.add(namespace);
                    held += 1;
                }
            }
        }
        let of = |namespace| shares.held_by(namespace);
        assert!(of(a) > 300 && of(b) > 300, "{} and {}", of(a), of(b));
        assert!(held < 1_000);
    }

    #[test]
    fn who_has_given_all_back_leaves_no_trace() {
        let cache = Cache::new(CacheConfig::default());
        let [namespace, other] =
            [1, 2].map(|digest| cache.open_namespace([digest; 32], NamespaceLimits::default()));
        let mut shares = Shares::default();
        shares.add(namespace);
        shares.add(other);
        shares.remove(namespace);
        shares.remove(namespace);
        assert_eq!((shares.held_by(namespace), shares.held_by(other)), (0, 1));
        shares.remove(other);
        assert_eq!(shares.held_by(other), 0);
        assert!(shares.held.is_empty());
    }
}
