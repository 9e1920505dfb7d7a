//! How much names are used over weeks, which their answers do not live to tell.

use crate::config::Millis;
use crate::exported::Exported;
use crate::index::Index;
use crate::name_hash::NameHash;

/// Names of a namespace whose popularity is remembered at most; one for ten answers that it may hold.
pub const POPULAR_NAMES: usize = 10_000;
/// A hit counts half after 7 days.
const HALF_LIFE_MS: f64 = 7.0 * 86_400_000.0;
/// Half-lives after which scores are written anew, well below the 1 023 that a number can grow by.
const LONGEST: f64 = 500.0;
/// The table grows by this part of itself, as a divisor, and by so many names at least.
const GROWTH: usize = 8;
const LEAST_GROWTH: usize = 16;
/// A score that is as good as none: a hit of six years ago.
const NEGLIGIBLE: f64 = 1e-100;
/// More hits than anybody makes, to keep what comes from outside finite.
const MOST_HITS: f64 = 1e15;

/// A name and how much it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Popular {
    /// The name as in [`Key`](crate::Key).
    pub name: Box<[u8]>,
    /// Hits of its A and AAAA answers, halved for every 7 days that have passed since.
    pub hits: f64,
    /// 0–100: 100 × log(1 + hits) ÷ log(1 + hits of the busiest).
    pub weight: f64,
    /// Time since it was last used, to within the lifetime of an answer.
    pub unused_ms: Millis,
}

/// `hits` after `ms` have passed; before that, if it is negative.
pub(crate) fn decayed(hits: f64, ms: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2⁵³ ms")]
    let ms = ms as f64;
    if hits > 0.0 { hits * (-ms / HALF_LIFE_MS).exp2() } else { 0.0 }
}

/// A time that may lie before the clock began.
pub(crate) fn signed(at: Millis) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

/// The popular names of one namespace in one shard.
///
/// A hit counts 2 to the power of the half-lives that had passed since the origin when it was made, so no score
/// changes as time passes, and the order of names is that of their scores. A newcomer to a full table takes the
/// place of the least popular name and ranks above it, with its own hits beside (the *space-saving* algorithm of
/// Metwally, Agrawal, El Abbadi): else newcomers would push out each other and none could rise.
#[derive(Debug, Default)]
pub(crate) struct Popularity {
    /// At places that they keep.
    rows: Vec<Row>,
    /// Places of all rows as a binary heap, the least popular first.
    heap: Vec<u32>,
    /// By place in the heap: the score and that of whom the row took the place of. Apart from the rows, which comparing
    /// need not touch.
    ranks: Vec<f64>,
    index: Index,
    origin: i64,
}

#[derive(Debug)]
struct Row {
    name: Box<[u8]>,
    /// Where the row is in the heap.
    heap_at: u32,
    last_used: i64,
    /// Hits, scaled.
    score: f64,
}

/// Hits of a name as they were when it was last used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) hits: f64,
    pub(crate) last_used: i64,
}

impl<'a> Use<'a> {
    pub(crate) fn exported(self, now: Millis) -> Exported<'a> {
        let unused_ms = signed(now).saturating_sub(self.last_used).max(0).unsigned_abs();
        Exported::Popular { name: self.name, hits: self.hits, unused_ms }
    }
}

impl Popularity {
    /// Adds hits of a name whose hash is `at`. At most `room` names are remembered.
    pub(crate) fn add(&mut self, hash: &NameHash, at: u64, used: Use<'_>, room: usize) {
        let score = self.score(used);
        if let Some(place) = self.place_of(at, used.name) {
            let row = &mut self.rows[place as usize];
            row.score += score;
            row.last_used = row.last_used.max(used.last_used);
            return self.promote(place, score);
        }
        if self.rows.len() < room {
            return self.push(hash, at, used, score);
        }
        if let Some(&least) = self.ranks.first() {
            self.replace(hash, at, used, score, least + score);
        }
    }

    /// Sees to it that a name has these hits at least. Takes nobody's place who has as many.
    pub(crate) fn restore(&mut self, hash: &NameHash, at: u64, used: Use<'_>, room: usize) {
        let score = self.score(used);
        if let Some(place) = self.place_of(at, used.name) {
            let row = &mut self.rows[place as usize];
            let more = (score - row.score).max(0.0);
            row.score += more;
            row.last_used = row.last_used.max(used.last_used);
            return self.promote(place, more);
        }
        if self.rows.len() < room {
            return self.push(hash, at, used, score);
        }
        if self.ranks.first().is_some_and(|&least| score > least) {
            self.replace(hash, at, used, score, score);
        }
    }

    /// The row at a place, with its hits as they were when it was last used. Rows stay where they are unless
    /// another name takes their place.
    pub(crate) fn get(&self, place: usize) -> Option<Use<'_>> {
        let row = self.rows.get(place)?;
        Some(Use { name: &row.name, hits: self.hits(row), last_used: row.last_used })
    }

    pub(crate) fn has(&self, hash: &NameHash, name: &[u8]) -> bool {
        self.place_of(hash.of(name), name).is_some()
    }

    fn hits(&self, row: &Row) -> f64 {
        decayed(row.score, row.last_used.saturating_sub(self.origin))
    }

    /// What hits count beside all others.
    fn score(&mut self, used: Use<'_>) -> f64 {
        if self.rows.is_empty() {
            self.origin = used.last_used;
        }
        let since = used.last_used.saturating_sub(self.origin);
        #[expect(clippy::cast_precision_loss, reason = "exact below 2⁵³ ms")]
        if since as f64 > HALF_LIFE_MS * LONGEST {
            for score in self.rows.iter_mut().map(|row| &mut row.score).chain(&mut self.ranks) {
                *score = worth(decayed(*score, since));
            }
            self.origin = used.last_used;
        }
        let since = used.last_used.saturating_sub(self.origin);
        worth(decayed(used.hits.min(MOST_HITS), since.saturating_neg()))
    }

    fn place_of(&self, at: u64, name: &[u8]) -> Option<u32> {
        self.index.find(at, |place| *self.rows[place as usize].name == *name)
    }

    fn enter(&mut self, hash: &NameHash, at: u64, place: u32) {
        let rows = &self.rows;
        self.index.insert(at, place, |place| hash.of(&rows[place as usize].name));
    }

    fn push(&mut self, hash: &NameHash, at: u64, used: Use<'_>, score: f64) {
        let Ok(place) = u32::try_from(self.rows.len()) else { return };
        let Use { name, last_used, .. } = used;
        if self.rows.len() == self.rows.capacity() {
            let more = (self.rows.len() / GROWTH).max(LEAST_GROWTH);
            self.rows.reserve_exact(more);
            self.heap.reserve_exact(more);
            self.ranks.reserve_exact(more);
        }
        self.enter(hash, at, place);
        self.rows.push(Row { name: name.into(), heap_at: place, last_used, score });
        self.heap.push(place);
        self.ranks.push(score);
        self.rise(self.heap.len() - 1);
    }

    /// Another name takes the place of the least popular one.
    fn replace(&mut self, hash: &NameHash, at: u64, used: Use<'_>, score: f64, rank: f64) {
        let Some(&place) = self.heap.first() else { return };
        let row = &mut self.rows[place as usize];
        self.index.remove(hash.of(&row.name), place);
        if row.name.len() == used.name.len() {
            row.name.copy_from_slice(used.name);
        } else {
            row.name = used.name.into();
        }
        (row.last_used, row.score) = (used.last_used, score);
        self.ranks[0] = rank;
        self.enter(hash, at, place);
        self.sink(0);
    }

    /// Raises the rank of a row.
    fn promote(&mut self, place: u32, by: f64) {
        let at = self.rows[place as usize].heap_at as usize;
        self.ranks[at] += by;
        self.sink(at);
    }

    fn less(&self, a: usize, b: usize) -> bool {
        self.ranks[a] < self.ranks[b]
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.ranks.swap(a, b);
        for at in [a, b] {
            self.rows[self.heap[at] as usize].heap_at = u32::try_from(at).unwrap_or(u32::MAX);
        }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.less(at, (at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let children = [2 * at + 1, 2 * at + 2];
            let mut least = at;
            for child in children {
                if child < self.heap.len() && self.less(child, least) {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }
}

/// Small numbers are none, so that all others can be told at any time without overflow.
fn worth(score: f64) -> f64 {
    if score < NEGLIGIBLE { 0.0 } else { score }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const ROOM: usize = 5;
    const WEEK: i64 = 604_800_000;

    /// Hits, rank and last use of each name, all as they are at `now`, by halving them step by step.
    #[derive(Debug, Default)]
    struct Naive {
        names: BTreeMap<u8, (f64, f64, i64)>,
        now: i64,
    }

    impl Naive {
        fn wait(&mut self, ms: i64) {
            let factor =
                0.5_f64.powf(f64::from(i32::try_from(ms / 1_000).expect("small")) * 1_000.0 / 604_800_000.0);
            for (hits, rank, _) in self.names.values_mut() {
                *hits *= factor;
                *rank *= factor;
            }
            self.now += ms;
        }

        /// The name that goes first; none if two are too close to call.
        fn least(&self) -> Option<(u8, f64)> {
            let mut ranks: Vec<_> = self.names.iter().map(|(&name, &(_, rank, _))| (name, rank)).collect();
            ranks.sort_by(|a, b| a.1.total_cmp(&b.1));
            (ranks[1].1 - ranks[0].1 > ranks[0].1 * 1e-9).then_some(ranks[0])
        }

        /// False if the outcome is too close to call.
        fn add(&mut self, name: u8, hits: f64, restored: bool) -> bool {
            if let Some((sum, rank, last_used)) = self.names.get_mut(&name) {
                let more = if restored { (hits - *sum).max(0.0) } else { hits };
                *sum += more;
                *rank += more;
                *last_used = self.now;
                return true;
            }
            let mut rank = hits;
            if self.names.len() == ROOM {
                let Some((least, least_rank)) = self.least() else { return false };
                if restored && (hits - least_rank).abs() < hits * 1e-9 {
                    return false;
                }
                if restored && hits < least_rank {
                    return true;
                }
                self.names.remove(&least);
                rank += if restored { 0.0 } else { least_rank };
            }
            self.names.insert(name, (hits, rank, self.now));
            true
        }
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.max(b)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Hits, last use, and who is forgotten, as the naive model has it.
        #[test]
        fn agrees_with_the_naive_model(
            uses in prop::collection::vec((0_u8..12, 1_u32..1_000, 0..WEEK, prop::bool::weighted(0.2)), 1..200),
        ) {
            let hash = NameHash::new(7);
            let (mut real, mut naive) = (Popularity::default(), Naive::default());
            for (name, hits, wait, restored) in uses {
                naive.wait(wait / 1_000 * 1_000);
                if !naive.add(name, f64::from(hits), restored) {
                    return Ok(());
                }
                let used = Use { name: &[name], hits: f64::from(hits), last_used: naive.now };
                if restored {
                    real.restore(&hash, hash.of(used.name), used, ROOM);
                } else {
                    real.add(&hash, hash.of(used.name), used, ROOM);
                }
                let rows: Vec<_> = (0..).map_while(|place| real.get(place)).collect();
                prop_assert_eq!(rows.len(), naive.names.len());
                for row in rows {
                    let &(hits, _, last_used) = naive.names.get(&row.name[0]).expect("the same names");
                    prop_assert!(real.has(&hash, row.name));
                    prop_assert_eq!(row.last_used, last_used);
                    prop_assert!(close(decayed(row.hits, naive.now - last_used), hits), "{:?} {}", row, hits);
                }
            }
        }
    }

    #[test]
    fn centuries_do_not_overflow() {
        let hash = NameHash::new(7);
        let mut popularity = Popularity::default();
        for century in 0..5 {
            let last_used = century * 100 * 52 * WEEK;
            for n in 0..20 {
                let used = Use { name: &[n], hits: 3.0, last_used: last_used + i64::from(n) };
                popularity.add(&hash, hash.of(used.name), used, ROOM);
            }
            let old = Use { name: b"old", hits: f64::MAX, last_used: i64::MIN };
            popularity.restore(&hash, hash.of(old.name), old, ROOM);
            let rows: Vec<_> = (0..).map_while(|place| popularity.get(place)).collect();
            assert_eq!(rows.len(), ROOM);
            assert!(rows.iter().all(|row| row.hits.is_finite()), "{rows:?}");
            assert!(rows.iter().any(|row| row.name == [19]), "the last one to come is there");
        }
    }
}
