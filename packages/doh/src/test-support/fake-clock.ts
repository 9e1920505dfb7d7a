/** Time that passes when the test says so. */
import type { Clock, Timer } from '../clock.ts';

interface Scheduled {
  readonly at: number;
  readonly run: () => void;
  readonly holdsProcess: boolean;
}

export class FakeClock implements Clock {
  /** Timers that have neither run nor been cancelled. */
  readonly timers: Set<Scheduled> = new Set();
  #monotonicMs = 1000;
  #wallMs = Date.now();

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  after(delayMs: number, run: () => void, holdsProcess: boolean): Timer {
    const scheduled = { at: this.#monotonicMs + delayMs, run, holdsProcess };
    this.timers.add(scheduled);
    return { cancel: () => this.timers.delete(scheduled) };
  }

  /** Lets time pass, running timers when they are due. */
  advance(ms: number): void {
    const end = this.#monotonicMs + ms;
    for (;;) {
      const [due] = [...this.timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
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

  #pass(ms: number): void {
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }
}
