/** Lookups at a steady rate, whether or not those before have ended. */

const TICK_MS = 5;

export class Load {
  readonly #start: () => void;
  readonly #everyMs: number;
  readonly #timer: NodeJS.Timeout;
  #dueMs: number;

  /** @param start is called `perSecond` times a second, as evenly as the event loop allows */
  constructor(perSecond: number, start: () => void) {
    this.#start = start;
    this.#everyMs = 1000 / perSecond;
    this.#dueMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    for (const nowMs = performance.now(); this.#dueMs <= nowMs; this.#dueMs += this.#everyMs) this.#start();
  }
}
