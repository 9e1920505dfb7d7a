//! Time as an argument: microseconds on a clock that counts suspension.

/// Microseconds since an arbitrary start; never goes back, counts suspension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct Time(u64);

impl Time {
    /// Later than everything.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    #[cfg(test)]
    pub(crate) const fn from_millis(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// What the running machine's clock says: `CLOCK_BOOTTIME` on Linux, `CLOCK_MONOTONIC` on other Unix systems (on
    /// macOS it counts sleep), the performance counter on Windows.
    pub(crate) fn now() -> Self {
        #[cfg(unix)]
        {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
            let now = rustix::time::clock_gettime(CLOCK);
            Self(now.tv_sec.unsigned_abs() * 1_000_000 + now.tv_nsec.unsigned_abs() / 1_000)
        }
        #[cfg(not(unix))]
        {
            use std::sync::OnceLock;
            use std::time::Instant;
            static START: OnceLock<Instant> = OnceLock::new();
            Self(u64::try_from(START.get_or_init(Instant::now).elapsed().as_micros()).unwrap_or(u64::MAX))
        }
    }

    /// Whole milliseconds, the unit of the cache.
    pub(crate) const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    pub(crate) const fn plus_millis(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms.saturating_mul(1_000)))
    }

    /// Microseconds from `earlier` to here; 0 if it lies in the future.
    pub(crate) const fn micros_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Milliseconds from `earlier` to here; 0 if it lies in the future.
    pub(crate) const fn millis_since(self, earlier: Self) -> u64 {
        self.micros_since(earlier) / 1_000
    }
}
