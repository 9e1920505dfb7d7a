/** Time, injectable. The clock of `@doubao/resolver` fits. */

/** A timer of {@link Clock.after}. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970; may jump. */
  wallMs(): number;
  /** @param holdsProcess whether the timer keeps the process alive: only that of a pending query does */
  after(delayMs: number, run: () => void, holdsProcess: boolean): Timer;
}

// Taken at load: a test runner that fakes timers later does not stop queries.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;
const monotonicMs = performance.now.bind(performance);
const wallMs = Date.now;

export const systemClock: Clock = {
  monotonicMs,
  wallMs,
  after(delayMs, run, holdsProcess) {
    const timer = startTimer(run, delayMs);
    if (!holdsProcess) timer.unref();
    return { cancel: () => stopTimer(timer) };
  },
};
