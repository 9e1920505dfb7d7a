/** Whether the event loop was late: what was measured meanwhile says nothing about servers. */
import type { Clock, Timer } from '../runtime/captured.ts';

/** Later than this is late. */
const LATE_MS = 50;
/** Between two looks, while anybody wants to know. */
const BEAT_MS = 50;

export class Lateness {
  readonly #clock: Clock;
  /** How many want to know. */
  #watchers = 0;
  #timer: Timer | undefined;
  #dueMs = 0;
  #lastLateMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Watches until the function that is returned is called, once.
   *
   * @returns tells whether the event loop was late since this call
   */
  watch(): () => boolean {
    const startedMs = this.#clock.monotonicMs();
    if (this.#watchers++ === 0) this.#beat(startedMs);
    return () => {
      this.#look(this.#clock.monotonicMs());
      if (--this.#watchers === 0) this.#timer?.cancel();
      return this.#lastLateMs > startedMs;
    };
  }

  #beat(nowMs: number): void {
    this.#dueMs = nowMs + BEAT_MS;
    this.#timer = this.#clock.after(
      BEAT_MS,
      () => {
        const firedMs = this.#clock.monotonicMs();
        this.#look(firedMs);
        this.#beat(firedMs);
      },
      false,
    );
  }

  #look(nowMs: number): void {
    if (nowMs - this.#dueMs > LATE_MS) this.#lastLateMs = nowMs;
  }
}
