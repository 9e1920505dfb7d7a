/** The most recent samples of one upstream, bounded by age and by number. */
import { percentile95 } from './percentile.ts';

/** How far a window looks back. */
export interface WindowSize {
  /** Milliseconds. */
  readonly ageMs: number;
  readonly samples: number;
}

/** The window that scores, timeouts and hedge delays are made from (founding design: 60 s, the last 50 samples). */
export const SCORE_WINDOW: WindowSize = { ageMs: 60_000, samples: 50 };

interface Entry {
  readonly atMs: number;
  readonly success: boolean;
  /** Undefined: no answer. */
  readonly roundTripMs: number | undefined;
}

/** A sliding window. Times must not run backwards. */
export class SampleWindow {
  readonly #size: WindowSize;
  readonly #entries: Entry[] = [];
  #successes = 0;

  constructor(size: WindowSize = SCORE_WINDOW) {
    this.#size = size;
  }

  /** @param roundTripMs milliseconds until the answer, undefined if there was none */
  add(atMs: number, success: boolean, roundTripMs: number | undefined): void {
    this.#entries.push({ atMs, success, roundTripMs });
    if (success) this.#successes++;
    if (this.#entries.length > this.#size.samples) this.#drop();
    this.forget(atMs);
  }

  /** Drops what is too old. To be called before anything is read. */
  forget(nowMs: number): void {
    const oldest = nowMs - this.#size.ageMs;
    for (let first = this.#entries[0]; first !== undefined && first.atMs < oldest; first = this.#entries[0]) {
      this.#drop();
    }
  }

  get count(): number {
    return this.#entries.length;
  }

  get successes(): number {
    return this.#successes;
  }

  get failures(): number {
    return this.count - this.#successes;
  }

  /** Share of successes; undefined without samples. */
  get successRate(): number | undefined {
    return this.count === 0 ? undefined : this.#successes / this.count;
  }

  /** 95th percentile of the round trips in milliseconds; undefined without an answer. */
  get p95Ms(): number | undefined {
    const answered: number[] = [];
    for (const { roundTripMs } of this.#entries) if (roundTripMs !== undefined) answered.push(roundTripMs);
    return percentile95(answered);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#successes = 0;
  }

  #drop(): void {
    if (this.#entries.shift()?.success === true) this.#successes--;
  }
}
