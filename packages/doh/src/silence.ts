/** How long a connection has owed answers without a sign of life. */
import type { Clock, Timer } from './clock.ts';

/**
 * Milliseconds of waiting in vain after which a connection gets no further query. TCP itself would go on for a quarter
 * of an hour.
 */
export const SILENT_MS = 1000;
/** Milliseconds that count at once at most: a blocked event loop hears nothing, and is no silence of the server. */
const STEP_MS = 250;

/** Of one connection. */
export class Silence {
  readonly #clock: Clock;
  #waitedMs = 0;
  /** When the waiting that is not yet in `#waitedMs` began; undefined while nothing is owed. */
  #sinceMs: number | undefined;
  #step: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isLong(): boolean {
    return this.#waitedMs >= SILENT_MS;
  }

  /** An answer is owed. */
  sent(): void {
    if (this.#sinceMs === undefined) this.#wait();
  }

  /** @param owing whether other answers are still expected */
  heard(owing: boolean): void {
    this.#waitedMs = 0;
    this.#stop();
    if (owing) this.#wait();
  }

  /**
   * Somebody no longer waits. What was waited counts on, or queries with short deadlines would never find out that a
   * connection is dead.
   *
   * @param owing whether other answers are still expected
   */
  calledOff(owing: boolean): void {
    if (owing) return;
    this.#count();
    this.#stop();
  }

  /** The connection has ended. */
  end(): void {
    this.#stop();
  }

  #wait(): void {
    this.#sinceMs = this.#clock.monotonicMs();
    this.#step = this.#clock.after(
      STEP_MS,
      () => {
        this.#count();
        this.#wait();
      },
      false,
    );
  }

  #count(): void {
    if (this.#sinceMs === undefined) return;
    this.#waitedMs += Math.min(this.#clock.monotonicMs() - this.#sinceMs, STEP_MS);
  }

  #stop(): void {
    this.#sinceMs = undefined;
    this.#step?.cancel();
    this.#step = undefined;
  }
}
