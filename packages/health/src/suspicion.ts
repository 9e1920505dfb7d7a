/**
 * Suspicion: an upstream that fell silent a moment ago no longer leads. It is decided where queries are sent and takes
 * tens of milliseconds, where `failure-detection.ts` takes a second.
 */

/** Queries that have waited longer than the hedge delay before silence is suspicious. */
const OVERDUE_QUERIES = 3;
/** Silence of this many hedge delays is suspicious, */
const SILENT_HEDGE_DELAYS = 2;
/** but none shorter than this, in milliseconds. */
const LEAST_SILENCE_MS = 60;

/** Of one upstream. All times are milliseconds of the monotonic clock. */
export class Suspicion {
  #heardAtMs: number;
  #overdue = 0;
  #suspect = false;
  #trialAtMs = 0;

  constructor(nowMs: number) {
    this.#heardAtMs = nowMs;
  }

  get suspect(): boolean {
    return this.#suspect;
  }

  /** A query leaves while no other is open: the silence before it meant nothing. */
  beginsWaiting(nowMs: number): void {
    if (this.#suspect) return;
    this.#heardAtMs = nowMs;
    this.#overdue = 0;
  }

  /** Anything that belongs to a query came back; the first answer clears a suspect. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#overdue = 0;
    this.#suspect = false;
  }

  /**
   * A query has waited longer than the hedge delay.
   *
   * @returns true if the upstream thereby becomes suspect: its open queries go to the next upstream now
   */
  overdue(nowMs: number, hedgeDelayMs: number): boolean {
    this.#overdue++;
    const silence = Math.max(SILENT_HEDGE_DELAYS * hedgeDelayMs, LEAST_SILENCE_MS);
    if (this.#suspect || this.#overdue < OVERDUE_QUERIES || nowMs - this.#heardAtMs < silence) return false;
    this.#suspect = true;
    this.#trialAtMs = nowMs;
    return true;
  }

  /**
   * Whether a new query may lead here: always, unless suspect; then once per hedge delay, to see whether it answers. That
   * one is counted when this says yes.
   */
  mayLead(nowMs: number, hedgeDelayMs: number): boolean {
    if (!this.#suspect) return true;
    if (nowMs - this.#trialAtMs < hedgeDelayMs) return false;
    this.#trialAtMs = nowMs;
    return true;
  }
}
