/** Several addresses of one server, the next one tried when the one before is late or has failed (RFC 8305 §5). */
import type { Clock, Timer } from './clock.ts';

/** RFC 8305 §8: Connection Attempt Delay. */
const NEXT_ADDRESS_MS = 250;

/** An attempt under way. */
export interface Attempt<T> {
  /** Rejects with why it failed. */
  readonly done: Promise<T>;
  /** Ends it, and closes what it may have opened since. */
  cancel(): void;
}

/** How a race ended without a winner. */
export class RaceLost extends Error {
  /** One for each address that failed, in that order. */
  readonly failures: readonly unknown[];
  readonly timedOut: boolean;

  constructor(failures: readonly unknown[], timedOut: boolean) {
    super(timedOut ? 'No address answered in time' : 'No address could be used');
    this.failures = failures;
    this.timedOut = timedOut;
  }
}

/**
 * The first attempt that succeeds; all others are cancelled.
 *
 * @param addresses at least one, in the order in which they are tried
 * @param timeoutMs for all of them together
 */
export function raceAddresses<T>(
  addresses: readonly string[],
  start: (address: string) => Attempt<T>,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Attempt<T> {
  const attempts = new Map<string, Attempt<T>>();
  const failures: unknown[] = [];
  const waiting = [...addresses];
  let timers: Timer[] = [];
  let end = (_reason: RaceLost): void => undefined;

  const done = new Promise<T>((resolve, reject) => {
    let ended = false;
    const finish = (winner: string | undefined, settle: () => void): void => {
      if (ended) return;
      ended = true;
      for (const timer of timers) timer.cancel();
      timers = [];
      for (const [address, attempt] of attempts) if (address !== winner) attempt.cancel();
      settle();
    };
    end = (reason) => finish(undefined, () => reject(reason));

    const startNext = (): void => {
      const address = waiting.shift();
      if (ended || address === undefined) return;
      const attempt = start(address);
      attempts.set(address, attempt);
      const late = clock.after(NEXT_ADDRESS_MS, startNext, false);
      timers.push(late);
      attempt.done.then(
        (value) => finish(address, () => resolve(value)),
        (error: unknown) => {
          late.cancel();
          failures.push(error);
          if (failures.length === addresses.length) end(new RaceLost(failures, false));
          else startNext();
        },
      );
    };
    timers.push(clock.after(timeoutMs, () => end(new RaceLost(failures, true)), false));
    startNext();
  });
  return { done, cancel: () => end(new RaceLost(failures, false)) };
}
