/** When an upstream is to be probed: only while nothing else shows how it is. */

/** `head`: HTTP HEAD on the DoH URL (level 1). `query`: a real query under a random label (level 2). */
export type ProbeLevel = 'head' | 'query';

/** Share of the idle time by which it is varied at random, so that probes of many processes do not march in step. */
const IDLE_JITTER = 0.2;
/** Milliseconds that a probe may take to connect (founding design). */
export const CONNECT_TIMEOUT_MS = 3000;

/** Of one upstream. All times are milliseconds of the monotonic clock. */
export class ProbeSchedule {
  readonly #idleMs: number;
  readonly #random: () => number;
  #heardAtMs: number;
  #probedAtMs: number;
  #intervalMs: number;

  /**
   * @param idleMs milliseconds without a sample after which it is probed
   * @param random uniform in [0, 1)
   */
  constructor(idleMs: number, nowMs: number, random: () => number) {
    this.#idleMs = idleMs;
    this.#random = random;
    this.#heardAtMs = nowMs;
    this.#probedAtMs = nowMs;
    this.#intervalMs = this.#draw();
  }

  /** A query that was not a probe ended. */
  heard(nowMs: number): void {
    this.#heardAtMs = Math.max(this.#heardAtMs, nowMs);
  }

  /** A probe leaves, or its result is in: the next one is due an interval later. */
  probed(nowMs: number): void {
    this.#probedAtMs = Math.max(this.#probedAtMs, nowMs);
    this.#intervalMs = this.#draw();
  }

  /** @param whileBusy whether to probe although queries show how it is: health checks during a switch-back */
  dueAtMs(whileBusy: boolean): number {
    const idleSinceMs = whileBusy ? this.#probedAtMs : Math.max(this.#heardAtMs, this.#probedAtMs);
    return idleSinceMs + this.#intervalMs;
  }

  #draw(): number {
    return this.#idleMs * (1 + IDLE_JITTER * (2 * this.#random() - 1));
  }
}
