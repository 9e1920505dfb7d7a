/** How long who failed again is kept from coming back: twice as long each time. */

/** Milliseconds: the first hold-down is as long as a canary. */
const FIRST_MS = 30_000;
/** Milliseconds; also how long nothing may fail for the next hold-down to be the first again. */
export const LONGEST_HOLD_DOWN_MS = 600_000;

/** Of one upstream or class. */
export class HoldDown {
  #untilMs = -Infinity;
  #lastMs = 0;

  /** Milliseconds of the monotonic clock. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** It failed: held down from now on. */
  failed(nowMs: number): void {
    const forgiven = nowMs - this.#untilMs >= LONGEST_HOLD_DOWN_MS;
    this.#lastMs =
      forgiven || this.#lastMs === 0 ? FIRST_MS : Math.min(2 * this.#lastMs, LONGEST_HOLD_DOWN_MS);
    this.#untilMs = nowMs + this.#lastMs;
  }

  clear(): void {
    this.#untilMs = -Infinity;
    this.#lastMs = 0;
  }
}
