/** Looks names up ahead of their use, spread over a time that the caller gives, few at once. */
import type { Clock, Timer } from '../runtime/captured.ts';

/** What became of the names, as they were given. */
export interface PrewarmResult {
  /** Cached now, both families, or an address that needs no lookup. */
  readonly resolved: readonly string[];
  /** Not found, refused, or not looked up because the resolver was closed. */
  readonly failed: readonly string[];
}

export interface PrewarmHost {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** Sees to it that a name is cached; calls back once, at once or later. */
  warm(hostname: string, done: (found: boolean) => void): void;
}

/** Without a time to spread them over, a long list would still not become a burst. */
const MAX_AT_ONCE = 64;
/** Longest delay of a Node timer. */
export const MAX_WITHIN_MS = 0x7fff_ffff;

interface Run {
  /** From the first to be started; the last is the next. */
  readonly waiting: { readonly hostname: string; readonly at: number }[];
  /** Least time between two, whatever was late. */
  readonly gapMs: number;
  /** When the next may be started at the earliest. */
  notBefore: number;
  readonly resolved: string[];
  readonly failed: string[];
  underWay: number;
  timer: Timer | undefined;
  readonly end: (result: PrewarmResult) => void;
}

export class Prewarmer {
  readonly #host: PrewarmHost;
  readonly #runs: Set<Run> = new Set();
  #closed = false;

  constructor(host: PrewarmHost) {
    this.#host = host;
  }

  /** Each name at a moment of its own share of `withinMs`, drawn at random. Its timers do not hold the process. */
  spread(hostnames: readonly string[], withinMs: number): Promise<PrewarmResult> {
    const share = withinMs / hostnames.length;
    return this.#start(hostnames, 0, (index) => (index + this.#host.random()) * share);
  }

  /** One name after the other, at least so much later. */
  paced(hostnames: readonly string[], gapMs: number): Promise<PrewarmResult> {
    return this.#start(hostnames, gapMs, () => 0);
  }

  /** What has not been started fails. */
  close(): void {
    this.#closed = true;
    for (const run of this.#runs) this.#abandon(run);
  }

  #start(
    hostnames: readonly string[],
    gapMs: number,
    delayOf: (index: number) => number,
  ): Promise<PrewarmResult> {
    const now = this.#host.clock.monotonicMs();
    return new Promise((end) => {
      const waiting = hostnames
        .map((hostname, index) => ({ hostname, at: now + delayOf(index) }))
        .toReversed();
      const run: Run = {
        waiting,
        gapMs,
        notBefore: now,
        resolved: [],
        failed: [],
        underWay: 0,
        timer: undefined,
        end,
      };
      this.#runs.add(run);
      if (this.#closed) this.#abandon(run);
      else this.#continue(run);
    });
  }

  #continue(run: Run): void {
    run.timer?.cancel();
    run.timer = undefined;
    const { clock } = this.#host;
    for (let next = run.waiting.at(-1); next !== undefined; next = run.waiting.at(-1)) {
      if (run.underWay >= MAX_AT_ONCE) return;
      const now = clock.monotonicMs();
      const delayMs = Math.max(next.at, run.notBefore) - now;
      if (delayMs > 0) {
        run.timer = clock.after(Math.ceil(delayMs), () => this.#continue(run), false);
        return;
      }
      run.waiting.pop();
      run.notBefore = now + run.gapMs;
      this.#warm(run, next.hostname);
    }
    this.#endIfDone(run);
  }

  #warm(run: Run, hostname: string): void {
    run.underWay++;
    let atOnce = true;
    this.#host.warm(hostname, (found) => {
      run.underWay--;
      (found ? run.resolved : run.failed).push(hostname);
      // The loop that started it goes on by itself.
      if (!atOnce) this.#continue(run);
    });
    atOnce = false;
  }

  #abandon(run: Run): void {
    run.timer?.cancel();
    run.failed.push(...run.waiting.splice(0).map(({ hostname }) => hostname));
    this.#endIfDone(run);
  }

  #endIfDone(run: Run): void {
    if (run.underWay > 0 || run.waiting.length > 0 || !this.#runs.delete(run)) return;
    run.end({ resolved: run.resolved, failed: run.failed });
  }
}
