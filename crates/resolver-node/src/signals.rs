//! Keeps signals away from threads that Node knows nothing of.

/// While it lives, this thread, and each that it starts, gets no signal but those that its own faults raise.
pub(crate) struct SignalsBlocked {
    #[cfg(unix)]
    previous: Option<libc::sigset_t>,
}

#[cfg(unix)]
impl SignalsBlocked {
    pub(crate) fn new() -> Self {
        Self { previous: change_mask(&all_but_faults()) }
    }
}

#[cfg(unix)]
impl Drop for SignalsBlocked {
    fn drop(&mut self) {
        if let Some(previous) = &self.previous {
            change_mask(previous);
        }
    }
}

#[cfg(unix)]
fn all_but_faults() -> libc::sigset_t {
    const FAULTS: [libc::c_int; 7] =
        [libc::SIGABRT, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGSEGV, libc::SIGSYS, libc::SIGTRAP];
    let mut set = std::mem::MaybeUninit::uninit();
    // SAFETY: `sigfillset` initialises the set that it is given.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    // SAFETY: initialised above.
    let mut set = unsafe { set.assume_init() };
    for signal in FAULTS {
        // SAFETY: the set is initialised, the signals exist.
        unsafe { libc::sigdelset(&raw mut set, signal) };
    }
    set
}

/// Sets this thread's mask and returns the one before; `None` if the system refused.
#[cfg(unix)]
fn change_mask(set: &libc::sigset_t) -> Option<libc::sigset_t> {
    let mut previous = std::mem::MaybeUninit::uninit();
    // SAFETY: both sets outlive the call, and `set` is initialised.
    let refused = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, set, previous.as_mut_ptr()) };
    // SAFETY: a call that succeeded has written the previous mask.
    (refused == 0).then(|| unsafe { previous.assume_init() })
}

#[cfg(not(unix))]
impl SignalsBlocked {
    /// Windows has no signals that reach a thread.
    pub(crate) fn new() -> Self {
        Self {}
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn blocks(signal: libc::c_int) -> bool {
        let current = change_mask(&all_but_faults()).unwrap();
        change_mask(&current).unwrap();
        // SAFETY: the set is initialised, the signal exists.
        unsafe { libc::sigismember(&raw const current, signal) == 1 }
    }

    #[test]
    fn a_thread_inherits_the_mask_and_the_starter_gets_its_own_back() {
        let before = blocks(libc::SIGUSR1);
        let blocked = SignalsBlocked::new();
        let inside = std::thread::spawn(|| {
            [libc::SIGUSR1, libc::SIGTERM, libc::SIGCHLD, libc::SIGSEGV, libc::SIGABRT].map(blocks)
        });
        assert_eq!(inside.join().unwrap(), [true, true, true, false, false]);
        drop(blocked);
        assert_eq!(blocks(libc::SIGUSR1), before);
    }
}
