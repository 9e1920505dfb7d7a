//! The I/O thread: detached, named, deaf to signals, and started again after a panic.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, sleep};
use std::time::{Duration, Instant};

use dns_client::IoThread;

use crate::signals::SignalsBlocked;

/// Linux shows at most 15 characters.
const NAME: &str = "doubao-resolver";
/// A thread that panics more often than this stays down for the rest of it.
const MIN_RESTART_INTERVAL: Duration = Duration::from_mins(1);
/// While it is down, what was submitted fails this often.
const REFUSAL_INTERVAL: Duration = Duration::from_millis(100);

static RESTARTS: AtomicU64 = AtomicU64::new(0);

/// How often the thread has been started again after a panic.
pub(crate) fn restarts() -> u64 {
    RESTARTS.load(Ordering::Relaxed)
}

/// Starts the thread; nobody joins it.
///
/// # Errors
/// The operating system has no thread to give.
pub(crate) fn spawn(mut io: IoThread) -> io::Result<()> {
    // A new thread inherits the mask, so no signal can ever be delivered to it.
    let blocked = SignalsBlocked::new();
    let spawned = Builder::new().name(NAME.to_owned()).spawn(move || supervise(&mut io, &SystemTime));
    drop(blocked);
    spawned.map(drop)
}

/// What the thread does.
trait Work {
    /// Returns when there will never be anything to do again.
    fn run(&mut self);
    /// Fails all that is outstanding and starts afresh.
    fn recover(&mut self);
}

impl Work for IoThread {
    fn run(&mut self) {
        Self::run(self);
    }

    fn recover(&mut self) {
        Self::recover(self);
    }
}

trait Time {
    fn now(&self) -> Instant;
    fn sleep(&self, duration: Duration);
}

struct SystemTime;

impl Time for SystemTime {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) {
        sleep(duration);
    }
}

/// Runs `work` until it returns or cannot be recovered.
fn supervise(work: &mut impl Work, time: &impl Time) {
    let mut last_restart: Option<Instant> = None;
    // What a panic left half done is put right by `recover`, which owns nothing that outlives the panic.
    while catch_unwind(AssertUnwindSafe(|| work.run())).is_err() {
        loop {
            if catch_unwind(AssertUnwindSafe(|| work.recover())).is_err() {
                return;
            }
            if last_restart.is_none_or(|then| time.now().duration_since(then) >= MIN_RESTART_INTERVAL) {
                break;
            }
            time.sleep(REFUSAL_INTERVAL);
        }
        last_restart = Some(time.now());
        RESTARTS.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    struct FakeTime {
        start: Instant,
        slept: Cell<Duration>,
    }

    impl Time for FakeTime {
        fn now(&self) -> Instant {
            self.start + self.slept.get()
        }

        fn sleep(&self, duration: Duration) {
            self.slept.set(self.slept.get() + duration);
        }
    }

    /// Panics as often as told, then returns.
    struct Panicking {
        panics_left: u32,
        runs: u32,
        recoveries: u32,
        recovery_panics: bool,
    }

    impl Work for Panicking {
        fn run(&mut self) {
            self.runs += 1;
            if self.panics_left > 0 {
                self.panics_left -= 1;
                panic!("scripted");
            }
        }

        fn recover(&mut self) {
            self.recoveries += 1;
            assert!(!self.recovery_panics, "scripted");
        }
    }

    fn supervised(panics: u32, recovery_panics: bool) -> (Panicking, Duration) {
        let mut work = Panicking { panics_left: panics, runs: 0, recoveries: 0, recovery_panics };
        let time = FakeTime { start: Instant::now(), slept: Cell::new(Duration::ZERO) };
        supervise(&mut work, &time);
        (work, time.slept.get())
    }

    #[test]
    fn the_first_panic_is_forgiven_at_once() {
        let (work, slept) = supervised(1, false);
        assert_eq!((work.runs, work.recoveries, slept), (2, 1, Duration::ZERO));
    }

    #[test]
    fn the_next_waits_for_the_minute_and_fails_what_comes_meanwhile() {
        let (work, slept) = supervised(2, false);
        assert_eq!((work.runs, slept), (3, MIN_RESTART_INTERVAL));
        assert_eq!(work.recoveries, 1 + 1 + 600);
    }

    #[test]
    fn without_recovery_there_is_no_restart() {
        let (work, _) = supervised(1, true);
        assert_eq!((work.runs, work.recoveries), (1, 1));
    }
}
