//! Random numbers from a seed, the same on every machine.

/// `SplitMix64` (Steele, Lea, Flood: *Fast splittable pseudorandom number generators*).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Any.
    pub fn u32(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).unwrap_or(0)
    }

    /// Below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from((u64::from(self.u32()) * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(self.u32()) / 4_294_967_296.0
    }
}

/// Draws ranks, 0 first, by Zipf's law.
#[derive(Debug)]
pub struct Zipf(Vec<f64>);

impl Zipf {
    /// Exponent 1, by divisions alone: a power function's last digit differs from system to system.
    #[must_use]
    pub fn harmonic(items: u32) -> Self {
        Self::of(items, |rank| 1.0 / rank)
    }

    /// Any exponent.
    #[must_use]
    pub fn new(items: u32, exponent: f64) -> Self {
        Self::of(items, |rank| rank.powf(-exponent))
    }

    fn of(items: u32, share: impl Fn(f64) -> f64) -> Self {
        let mut sum = 0.0;
        let cumulative = (1..=items).map(|rank| {
            sum += share(f64::from(rank));
            sum
        });
        Self(cumulative.collect())
    }

    /// One rank.
    pub fn draw(&self, random: &mut Random) -> u32 {
        let point = random.unit() * self.0.last().copied().unwrap_or_default();
        u32::try_from(self.0.partition_point(|&cumulative| cumulative <= point)).unwrap_or(0)
    }
}
