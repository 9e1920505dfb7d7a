/** Once a day, at a quiet hour: names that were popular and have not been used for a week are looked up again. */
import type { Clock, Timer } from '../runtime/captured.ts';
import { nextTimeOfDay } from './time-of-day.ts';

/** A name that was looked up, and how often in comparison. */
export interface PopularName {
  /** In presentation form, absolute. */
  readonly name: string;
  /** 0 to 100, that of the busiest. */
  readonly weight: number;
  /** Milliseconds since 1970. */
  readonly lastUsedMs: number;
}

export interface DailyPrewarmHost {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** Whether this thread is the one that does such work for the namespace. */
  owns(): boolean;
  popularity(): readonly PopularName[];
  /** Looks names up, one after the other. */
  paced(hostnames: readonly string[], gapMs: number): Promise<unknown>;
}

// The founding rule: daily at 02:00, what is above 85 and unused for 7 days.
const MIN_WEIGHT = 85;
const UNUSED_MS = 7 * 24 * 3_600_000;
/** Machines with one clock do not ask one server at once. */
const SPREAD_MS = 10 * 60_000;
const MAX_QUERIES_PER_SECOND = 20;
/** A and AAAA. */
const QUERIES_PER_NAME = 2;
const GAP_MS: number = (1000 * QUERIES_PER_NAME) / MAX_QUERIES_PER_SECOND;
/** Timers do not count the time that a machine sleeps, and its clock may be set. */
const MAX_WAIT_MS = 3_600_000;

export class DailyPrewarm {
  readonly #host: DailyPrewarmHost;
  readonly #time: string;
  #dueAt: number;
  #timer: Timer | undefined;

  /** @param time `HH:MM`, local */
  constructor(time: string, host: DailyPrewarmHost) {
    this.#host = host;
    this.#time = time;
    this.#dueAt = this.#next();
    this.#wait();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #next(): number {
    return nextTimeOfDay(this.#time, this.#host.clock.wallMs()) + this.#host.random() * SPREAD_MS;
  }

  #wait(): void {
    const { clock } = this.#host;
    const delayMs = Math.min(Math.max(Math.ceil(this.#dueAt - clock.wallMs()), 1), MAX_WAIT_MS);
    this.#timer = clock.after(delayMs, () => this.#wake(), false);
  }

  #wake(): void {
    const now = this.#host.clock.wallMs();
    if (now >= this.#dueAt) {
      this.#dueAt = this.#next();
      if (this.#host.owns()) void this.#host.paced(this.#unused(now), GAP_MS);
    }
    this.#wait();
  }

  #unused(now: number): string[] {
    return this.#host
      .popularity()
      .filter(({ weight, lastUsedMs }) => weight > MIN_WEIGHT && now - lastUsedMs > UNUSED_MS)
      .map(({ name }) => (name.endsWith('.') ? name : `${name}.`));
  }
}
