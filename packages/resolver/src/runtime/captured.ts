/**
 * What this package takes from the runtime, captured once at load: a test runner that fakes timers
 * or clocks later does not stop lookups. One that has faked them already, for all tests, keeps Node's own in the clock
 * that it steers (Jest and vitest do so by `@sinonjs/fake-timers`).
 */

function genuine<T extends object>(name: string, current: T): T {
  const { clock } = current as { clock?: Partial<Record<string, T>> };
  return clock?.[`_${name}`] ?? current;
}

const captureTimeout = genuine('setTimeout', globalThis.setTimeout);
const captureClear = genuine('clearTimeout', globalThis.clearTimeout);
const captureImmediate = genuine('setImmediate', globalThis.setImmediate);
const captureDate = genuine('Date', Date).now;
// The clock of `performance`, which takes 0.6 ms to load.
const captureHrtime = genuine('hrtime', process.hrtime);

export const nextTick: typeof process.nextTick = genuine('nextTick', process.nextTick);
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
  monotonicMs() {
    const [seconds, nanoseconds] = captureHrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  wallMs: captureDate,
  after(delayMs, run, holdsProcess) {
    const timer = captureTimeout(run, delayMs);
    if (!holdsProcess) timer.unref();
    return { cancel: () => captureClear(timer) };
  },
};

/** Uniform in [0, 1). */
export const systemRandom: () => number = Math.random;
