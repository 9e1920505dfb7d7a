/** Runs callbacks of users one after the other, as Node runs the timers of one turn. */
import { drainTicks, setImmediate } from '../runtime/captured.ts';

/** Has a callback to run. */
export interface Runnable {
  run(): void;
}

/**
 * Between two callbacks, what they put into `nextTick` and microtasks runs. An exception leaves at once, so that it
 * reaches `uncaughtException` as one of a timer would; the callbacks after it run in a turn of their own.
 */
export function runAll(callbacks: readonly Runnable[], start: number = 0): void {
  let next = start;
  try {
    while (next < callbacks.length) {
      if (next > start) drainTicks();
      (callbacks[next++] as Runnable).run();
    }
  } finally {
    if (next < callbacks.length) setImmediate(runAll, callbacks, next);
  }
}
