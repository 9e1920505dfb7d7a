//! Recent round trips of one server and the quantile that timeouts and hedges are made from.

/// Samples kept: enough for a 95th percentile, few enough to follow a change within seconds.
const WINDOW: usize = 64;
/// Samples between two computations.
const STRIDE: u8 = 8;

/// The last [`WINDOW`] round trips in microseconds.
#[derive(Debug)]
pub(super) struct RoundTrips {
    samples: [u32; WINDOW],
    len: usize,
    next: usize,
    since: u8,
    p95: Option<u32>,
}

impl Default for RoundTrips {
    fn default() -> Self {
        Self { samples: [0; WINDOW], len: 0, next: 0, since: 0, p95: None }
    }
}

impl RoundTrips {
    pub(super) fn record(&mut self, micros: u64) {
        self.samples[self.next] = u32::try_from(micros).unwrap_or(u32::MAX);
        self.next = (self.next + 1) % WINDOW;
        self.len = (self.len + 1).min(WINDOW);
        self.since += 1;
        if self.since >= STRIDE || self.len <= usize::from(STRIDE) {
            self.since = 0;
            let mut sorted = self.samples;
            let recent = &mut sorted[..self.len];
            let rank = (recent.len() * 95).div_ceil(100) - 1;
            self.p95 = Some(*recent.select_nth_unstable(rank).1);
        }
    }

    /// The 95th percentile in milliseconds, rounded up; `None` before the first answer.
    pub(super) fn p95_ms(&self) -> Option<u64> {
        self.p95.map(|micros| u64::from(micros).div_ceil(1_000))
    }

    /// The 95th percentile in microseconds.
    pub(super) const fn p95_micros(&self) -> Option<u32> {
        self.p95
    }
}

#[cfg(test)]
mod tests {
    use super::RoundTrips;

    #[test]
    fn the_quantile_follows_the_window() {
        let mut trips = RoundTrips::default();
        assert_eq!(trips.p95_ms(), None);
        trips.record(20_000);
        assert_eq!(trips.p95_ms(), Some(20));
        for _ in 0..63 {
            trips.record(10_000);
        }
        assert_eq!(trips.p95_ms(), Some(10));
        for _ in 0..64 {
            trips.record(200_100);
        }
        assert_eq!(trips.p95_ms(), Some(201));
    }
}
