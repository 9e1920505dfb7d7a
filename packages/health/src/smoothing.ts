/** Round trips smoothed over time: what a score takes for "how fast". */

/** A running average. */
export interface Smoothing {
  /** @param atMs milliseconds of the monotonic clock; must not run backwards */
  add(valueMs: number, atMs: number): void;
  /** Undefined before the first value. */
  readonly valueMs: number | undefined;
}

/** Weight of the newest measurement (founding design). */
const NEWEST_WEIGHT = 0.7;
/** Measurements that are smoothed (founding design). */
const MEASUREMENTS = 3;
/** Milliseconds after which a measurement weighs 1/e of a new one. */
const DECAY_MS = 10_000;

/** `doubao-v1`: exponential smoothing of the last three measurements, α = 0.7 on the newest. When they came is ignored. */
export class LastThree implements Smoothing {
  readonly #values: number[] = [];

  add(valueMs: number): void {
    this.#values.push(valueMs);
    if (this.#values.length > MEASUREMENTS) this.#values.shift();
  }

  get valueMs(): number | undefined {
    let smoothed = this.#values[0];
    for (const value of this.#values.slice(1)) {
      smoothed = NEWEST_WEIGHT * value + (1 - NEWEST_WEIGHT) * (smoothed ?? value);
    }
    return smoothed;
  }
}

/**
 * `resilient`: an average in which a measurement Δt old weighs exp(−Δt / 10 s). Kept as weighted sum and sum of weights,
 * so that measurements of the same millisecond count alike and the first one after a long silence counts alone.
 */
export class TimeDecayed implements Smoothing {
  #sum = 0;
  #weight = 0;
  #atMs = 0;

  add(valueMs: number, atMs: number): void {
    const decay = Math.exp(-Math.max(0, atMs - this.#atMs) / DECAY_MS);
    this.#sum = this.#sum * decay + valueMs;
    this.#weight = this.#weight * decay + 1;
    this.#atMs = atMs;
  }

  get valueMs(): number | undefined {
    // The newest measurement weighs 1: there is no division by less.
    return this.#weight === 0 ? undefined : this.#sum / this.#weight;
  }
}
