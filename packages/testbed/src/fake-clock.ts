/** Time that passes when the test says so, for everything that takes a clock with these three functions. */

interface Scheduled {
  readonly at: number;
  readonly run: () => void;
  readonly holdsProcess: boolean;
}

export class FakeClock {
  /** Timers that have neither run nor been cancelled. */
  readonly timers: Set<Scheduled> = new Set();
  #monotonicMs = 1000;
  #wallMs: number;

  /** @param wallMs Unix time; now, where certificates are checked by it */
  constructor(wallMs: number = 1_700_000_000_000) {
    this.#wallMs = wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  after(delayMs: number, run: () => void, holdsProcess: boolean): { cancel(): void } {
    const scheduled = { at: this.#monotonicMs + delayMs, run, holdsProcess };
    this.timers.add(scheduled);
    return { cancel: () => this.timers.delete(scheduled) };
  }

  /** Lets time pass, running timers when they are due. */
  advance(ms: number): void {
    const end = this.#monotonicMs + ms;
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      // A timer that was due while the thread was blocked runs late.
      this.#pass(Math.max(due.at - this.#monotonicMs, 0));
      due.run();
    }
    this.#pass(end - this.#monotonicMs);
  }

  /** Lets time pass while no timer can run. */
  block(ms: number): void {
    this.#pass(ms);
  }

  /** The machine sleeps: only the wall clock goes on. */
  sleep(ms: number): void {
    this.#wallMs += ms;
  }

  #pass(ms: number): void {
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }
}
