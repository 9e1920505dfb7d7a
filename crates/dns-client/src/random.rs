//! Random numbers from the operating system, a block at a time.

/// Octets fetched per system call: IDs and socket choices of some hundred queries.
const BLOCK: usize = 1_024;

/// A buffered source of unpredictable numbers.
#[derive(Debug)]
pub(crate) struct Random {
    block: [u8; BLOCK],
    used: usize,
    #[cfg(test)]
    seed: Option<u64>,
}

impl Random {
    /// Draws from the operating system.
    pub(crate) const fn system() -> Self {
        Self {
            block: [0; BLOCK],
            used: BLOCK,
            #[cfg(test)]
            seed: None,
        }
    }

    /// Repeatable numbers for tests.
    #[cfg(test)]
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self { block: [0; BLOCK], used: BLOCK, seed: Some(seed) }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        if self.used + N > BLOCK {
            self.refill();
        }
        let mut octets = [0; N];
        octets.copy_from_slice(&self.block[self.used..self.used + N]);
        // What was handed out must not be readable again.
        self.block[self.used..self.used + N].fill(0);
        self.used += N;
        octets
    }

    fn refill(&mut self) {
        self.used = 0;
        #[cfg(test)]
        if let Some(seed) = &mut self.seed {
            for octet in &mut self.block {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *octet = seed.to_be_bytes()[0];
            }
            return;
        }
        // Predictable IDs would be worse than none: without a random source no query may leave.
        getrandom::fill(&mut self.block).expect("the operating system's random source failed");
    }

    pub(crate) fn octets<const N: usize>(&mut self) -> [u8; N] {
        self.take()
    }

    pub(crate) fn u16(&mut self) -> u16 {
        u16::from_ne_bytes(self.take())
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_ne_bytes(self.take())
    }

    /// Uniform in `0..bound`, by multiplication; the bias of at most `bound` ÷ 2³² does not matter here.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from((u64::from(self.u32()) * u64::from(bound)) >> 32).unwrap_or(0)
    }

    /// Uniform in (0, 1].
    pub(crate) fn unit(&mut self) -> f64 {
        (f64::from(self.u32()) + 1.0) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn bounded_draws_stay_below_their_bound_and_reach_all_values() {
        let mut random = Random::seeded(7);
        let mut seen = [false; 256];
        for _ in 0..20_000 {
            seen[random.below(256) as usize] = true;
            let unit = random.unit();
            assert!(unit > 0.0 && unit <= 1.0);
        }
        assert!(seen.iter().all(|&s| s));
    }

    #[test]
    fn the_system_source_does_not_repeat_itself() {
        let mut random = Random::system();
        let first: Vec<u32> = (0..64).map(|_| random.u32()).collect();
        let second: Vec<u32> = (0..64).map(|_| random.u32()).collect();
        assert_ne!(first, second);
    }
}
