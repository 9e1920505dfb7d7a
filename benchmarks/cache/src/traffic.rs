//! A day of lookups as a busy service makes them, made up from a seed.
//!
//! Whole numbers and divisions only, so that every machine makes the same day.

use cache_benchmark::random::{Random, Zipf};

/// What the day is made from.
const SEED: u64 = 20_261_122;
/// What the day must be: FNV-1a of all lookups and TTLs.
const CHECKSUM: u64 = 0xfbb2_7582_1f5e_6bed;

const HOUR_MS: u32 = 3_600_000;
const DAY_MS: u32 = 24 * HOUR_MS;
/// In each of these there is one lookup or none.
const SLOT_MS: u32 = 10;
/// Lookups per second in the busiest hour, bursts aside.
const PEAK_RATE: u32 = 12;
/// Traffic by hour, as a percentage of the busiest; straight lines between.
const BY_HOUR: [u32; 24] =
    [20, 15, 12, 10, 10, 12, 20, 35, 60, 85, 95, 100, 90, 95, 100, 98, 92, 85, 75, 65, 55, 45, 35, 25];
/// Names in use at a time, by Zipf's law with exponent 1.
const NAMES: u32 = 3_000;
/// So often, so many names give way to new ones, but never one of the first: deployments, buckets, shards.
const CHURN_EVERY_MS: u32 = 10 * 60_000;
const CHURNED: u32 = 12;
const LASTING: u32 = 30;
/// A job that looks up the same names one after the other, so often.
const JOB_EVERY_MS: u32 = 5 * 60_000;
const JOB_NAMES: u32 = 60;
const JOB_STEP_MS: u32 = 20;
/// A client that tries again and again: one in so many slots begins a burst of lookups of one name.
const BURST_IN: u32 = 30_000;
const BURST_STEP_MS: u32 = 15;
/// TTLs in seconds, and how many names of a hundred have each: from load balancers of CDNs and clouds to plain
/// zones.
const TTLS: [(u32, u32); 7] = [(5, 4), (10, 6), (20, 10), (30, 15), (60, 35), (120, 10), (300, 20)];

/// One lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lookup {
    /// Since midnight.
    pub(crate) at_ms: u32,
    /// Index of the name.
    pub(crate) name: u32,
}

/// A day.
#[derive(Debug)]
pub(crate) struct Traffic {
    /// In the order of time.
    pub(crate) lookups: Vec<Lookup>,
    /// By name.
    pub(crate) ttl_seconds: Vec<u32>,
}

impl Traffic {
    /// The day that the figures are for.
    ///
    /// # Panics
    /// If this machine makes another one of the seed.
    pub(crate) fn recorded() -> Self {
        let traffic = Self::generate(SEED);
        assert_eq!(traffic.checksum(), CHECKSUM, "the trace is not the recorded one");
        traffic
    }

    fn generate(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut ttl_seconds = Vec::new();
        let mut ranks: Vec<u32> = (0..NAMES).map(|_| new_name(&mut ttl_seconds, &mut random)).collect();
        let zipf = Zipf::harmonic(NAMES);
        let job: Vec<u32> = (0..JOB_NAMES).map(|_| random.below(NAMES)).collect();
        let mut lookups = Vec::new();
        for at_ms in (0..DAY_MS).step_by(SLOT_MS as usize) {
            if at_ms % CHURN_EVERY_MS == 0 {
                for _ in 0..CHURNED {
                    let rank = LASTING + random.below(NAMES - LASTING);
                    ranks[rank as usize] = new_name(&mut ttl_seconds, &mut random);
                }
            }
            if at_ms % JOB_EVERY_MS == 0 {
                let steps = (0..).step_by(JOB_STEP_MS as usize);
                lookups.extend(
                    job.iter()
                        .zip(steps)
                        .map(|(&rank, step)| Lookup { at_ms: at_ms + step, name: ranks[rank as usize] }),
                );
            }
            if random.below(BURST_IN) == 0 {
                let name = ranks[zipf.draw(&mut random) as usize];
                let times = 20 + random.below(180);
                lookups.extend((0..times).map(|step| Lookup { at_ms: at_ms + step * BURST_STEP_MS, name }));
            }
            let per_hundred_seconds = PEAK_RATE * share(at_ms);
            if random.below(100_000 / SLOT_MS) < per_hundred_seconds {
                lookups.push(Lookup { at_ms, name: ranks[zipf.draw(&mut random) as usize] });
            }
        }
        lookups.sort_by_key(|lookup| lookup.at_ms);
        Self { lookups, ttl_seconds }
    }

    /// Names in the order of how often they are looked up, the busiest first.
    pub(crate) fn busiest(&self) -> Vec<u32> {
        let mut counts = vec![0_u32; self.ttl_seconds.len()];
        for lookup in &self.lookups {
            counts[lookup.name as usize] += 1;
        }
        let mut names: Vec<u32> = (0..).take(counts.len()).collect();
        names.sort_by_key(|&name| std::cmp::Reverse(counts[name as usize]));
        names
    }

    pub(crate) fn checksum(&self) -> u64 {
        let words = self.lookups.iter().flat_map(|lookup| [lookup.at_ms, lookup.name]);
        words
            .chain(self.ttl_seconds.iter().copied())
            .flat_map(u32::to_le_bytes)
            .fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
                (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
            })
    }
}

fn new_name(ttl_seconds: &mut Vec<u32>, random: &mut Random) -> u32 {
    let mut point = random.below(100);
    let ttl = TTLS.iter().find(|(_, share)| {
        let here = point < *share;
        point = point.saturating_sub(*share);
        here
    });
    ttl_seconds.push(ttl.map_or(60, |ttl| ttl.0));
    u32::try_from(ttl_seconds.len() - 1).unwrap_or(u32::MAX)
}

/// Traffic at a time, as a percentage of the busiest hour.
fn share(at_ms: u32) -> u32 {
    let (hour, within) = ((at_ms / HOUR_MS) as usize, at_ms % HOUR_MS);
    let (from, to) = (BY_HOUR[hour], BY_HOUR[(hour + 1) % BY_HOUR.len()]);
    (from * ((HOUR_MS - within) / 1_000) + to * (within / 1_000)) / (HOUR_MS / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_makes_the_recorded_day() {
        let traffic = Traffic::recorded();
        assert!(traffic.lookups.is_sorted_by_key(|lookup| lookup.at_ms));
        assert!(traffic.lookups.iter().all(|lookup| (lookup.name as usize) < traffic.ttl_seconds.len()));
    }

    #[test]
    fn a_tenth_of_the_names_has_ttls_of_ten_seconds_and_less() {
        let ttls = Traffic::recorded().ttl_seconds;
        let short = ttls.iter().filter(|&&ttl| ttl <= 10).count();
        assert!((ttls.len() / 12..ttls.len() / 8).contains(&short), "{short} of {}", ttls.len());
    }
}
