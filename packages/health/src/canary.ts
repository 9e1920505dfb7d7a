/** One step of a switch-back: a share of the names, and what the primary makes of them. */
import { SampleWindow } from './sample-window.ts';
import type { Standing, SwitchBackRule } from './switch-back-rule.ts';

/** A step may have to wait long for its samples; the most recent of them are compared. */
const STEP_WINDOW = { ageMs: 600_000, samples: 256 };

/** The evidence of one step. */
export class Canary {
  /** Of the names, 0 to 1. */
  readonly share: number;
  readonly #startMs: number;
  readonly #lastsMs: number;
  readonly #rule: SwitchBackRule;
  readonly #first: boolean;
  readonly #window = new SampleWindow(STEP_WINDOW);
  #samples = 0;
  #failures = 0;
  #checksInARow = 0;

  /** @param step its place in the rule's shares */
  constructor(rule: SwitchBackRule, step: number, nowMs: number) {
    this.share = rule.shares[step] ?? 1;
    this.#rule = rule;
    this.#first = step === 0;
    this.#startMs = nowMs;
    this.#lastsMs = this.#first ? rule.canaryMs : rule.rampMs;
  }

  /** @param roundTripMs undefined: no answer */
  sample(success: boolean, roundTripMs: number | undefined, atMs: number): void {
    this.#window.add(atMs, success, roundTripMs);
    this.#samples++;
    if (!success) this.#failures++;
  }

  /** A health check is a sample too: a resolver with little to do would never have enough. */
  check(healthy: boolean, roundTripMs: number, atMs: number): void {
    this.sample(healthy, healthy ? roundTripMs : undefined, atMs);
    this.#checksInARow = healthy ? this.#checksInARow + 1 : 0;
  }

  isPassed(incumbent: Standing, nowMs: number): boolean {
    return (
      nowMs >= this.endMs &&
      this.#samples >= this.#rule.samples &&
      (!this.#first || this.#checksInARow >= this.#rule.checksInARow) &&
      this.#rule.isAsGood(this.#window, incumbent)
    );
  }

  isFailed(incumbent: Standing): boolean {
    return this.#failures >= this.#rule.failures && !this.#rule.isAsGood(this.#window, incumbent);
  }

  /** When it is over if all is well, milliseconds of the monotonic clock. */
  get endMs(): number {
    return this.#startMs + this.#lastsMs;
  }

  /**
   * From when on the primary must be given copies of other names' queries, or the step will lack samples at its end.
   * Infinity: it has enough.
   */
  get shadowFromMs(): number {
    const { samples } = this.#rule;
    if (this.#samples >= samples) return Infinity;
    return this.#startMs + (this.#lastsMs * (this.#samples + 1)) / samples;
  }
}
