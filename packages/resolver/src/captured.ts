/**
 * What this package takes from the runtime, captured once at load: a test runner that fakes timers
 * or clocks later does not stop lookups.
 */

const { setTimeout: captureTimeout, clearTimeout: captureClear, setImmediate: captureImmediate } = globalThis;
const captureDate = Date.now;
const captureMonotonic = performance.now.bind(performance);

export const nextTick: typeof process.nextTick = process.nextTick;
export const setImmediate: typeof globalThis.setImmediate = captureImmediate;

/**
 * Runs what `process.nextTick` and promises have queued, as Node does between two timers of one
 * turn. Node has no public name for this; without it, callbacks of one batch would all run before the first
 * microtask.
 */
export const drainTicks: () => void =
  (process as unknown as { _tickCallback?: () => void })._tickCallback ?? (() => undefined);

/** A timer of {@link Clock.after}. */
export interface Timer {
  cancel(): void;
}

/** Time, injectable. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970; may jump. */
  wallMs(): number;
  /**
   * @param holdsProcess whether the timer keeps the process alive: only one that a pending lookup owns does
   */
  after(delayMs: number, run: () => void, holdsProcess: boolean): Timer;
}

export const systemClock: Clock = {
  monotonicMs: captureMonotonic,
  wallMs: captureDate,
  after(delayMs, run, holdsProcess) {
    const timer = captureTimeout(run, delayMs);
    if (!holdsProcess) timer.unref();
    return { cancel: () => captureClear(timer) };
  },
};

/** Uniform in [0, 1). */
export const systemRandom: () => number = Math.random;
