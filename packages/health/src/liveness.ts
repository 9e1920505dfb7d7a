/** Up or down: how samples and probes together take an upstream out of use and bring it back. */
import type { DownReason, FailureRule } from './failure-detection.ts';
import { FailureEvidence } from './failure-evidence.ts';
import { meaningOf, type Sample } from './sample.ts';

/** Failed probes in a row that take an upstream down. */
const DOWN_AFTER_PROBES = 3;
/** Successes in a row that bring it back. */
const UP_AFTER_SUCCESSES = 2;
/** Milliseconds between successes that count singly: one lucky moment is one success. */
const SUCCESS_SPACING_MS = 1000;

/** Of one upstream. Unknown is up: nothing is held against an upstream that was never asked. */
export class Liveness {
  readonly #rule: FailureRule;
  readonly #evidence = new FailureEvidence();
  #down: DownReason | undefined;
  #failedProbes = 0;
  #successes = 0;
  #succeededAtMs = -Infinity;

  constructor(rule: FailureRule) {
    this.#rule = rule;
  }

  /** Why it is down; undefined while it is up. */
  get down(): DownReason | undefined {
    return this.#down;
  }

  /** Whether queries go unanswered, or probes fail, without it being down yet. */
  get doubtful(): boolean {
    return this.#evidence.silences > 0 || this.#failedProbes > 0;
  }

  sample(sample: Sample, atMs: number): void {
    const meaning = meaningOf(sample);
    if (meaning === 'nothing') return;
    this.#evidence.add(sample, atMs);
    if (meaning === 'success') this.#succeeded(atMs);
    else this.#successes = 0;
  }

  probe(healthy: boolean, atMs: number): void {
    if (healthy) {
      this.#evidence.answered(atMs);
      this.#succeeded(atMs);
    } else {
      this.#failedProbes++;
      this.#successes = 0;
    }
  }

  /** It was found to be down by somebody else. */
  inherit(): void {
    this.#down = 'inherited';
  }

  /** Judges. @returns what it has just become, if it changed */
  advance(nowMs: number): 'up' | 'down' | undefined {
    if (this.#down !== undefined) {
      if (this.#successes < UP_AFTER_SUCCESSES) return undefined;
      this.clear();
      return 'up';
    }
    const failedProbes = this.#failedProbes >= DOWN_AFTER_PROBES ? 'probes' : undefined;
    this.#down = failedProbes ?? this.#rule.reason(this.#evidence, nowMs);
    if (this.#down === undefined) return undefined;
    this.#successes = 0;
    return 'down';
  }

  /** When time alone changes it, milliseconds of the monotonic clock. */
  dueAtMs(nowMs: number): number {
    return this.#down === undefined ? this.#rule.dueAtMs(this.#evidence, nowMs) : Infinity;
  }

  /** Forgets everything. */
  clear(): void {
    this.#evidence.clear();
    this.#down = undefined;
    this.#failedProbes = 0;
    this.#successes = 0;
    this.#succeededAtMs = -Infinity;
  }

  #succeeded(atMs: number): void {
    this.#failedProbes = 0;
    if (this.#successes > 0 && atMs - this.#succeededAtMs < SUCCESS_SPACING_MS) return;
    this.#successes++;
    this.#succeededAtMs = atMs;
  }
}
