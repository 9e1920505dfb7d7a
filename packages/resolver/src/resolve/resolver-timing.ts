/** `timeout`, `tries` and `maxTimeout` of `new Resolver(options)`, as Node understands them. */
import type { NativeOptions } from '../native/binding.ts';
import { NodeResolver } from '../runtime/node-dns.ts';

export interface ResolverTiming {
  /** Milliseconds for the first attempt at a server. */
  readonly timeoutMs: number;
  /** Attempts per server. */
  readonly tries: number;
  /** Milliseconds that no attempt exceeds; 0: no limit. */
  readonly maxTimeoutMs: number;
}

/** c-ares' own, in force where Node is given none. */
const DEFAULT_TIMEOUT_MS = 2000;
const DEFAULT_TRIES = 4;
/** What a Node timer can wait. */
const MAX_DELAY_MS = 0x7fff_ffff;
/** What the addon takes. */
const MAX_ROUNDS = 255;
/** Beyond the last attempt, so that it ends by its own timeout. */
const GRACE_MS = 1000;

/**
 * @returns undefined if the options leave all to the resolver
 * @throws what the running Node throws
 */
export function readTiming(options: unknown): ResolverTiming | undefined {
  if (options === undefined) return undefined;
  void new NodeResolver(options as never);
  const { timeout, tries, maxTimeout } = { ...(options as Partial<Record<string, unknown>>) };
  if (timeout === undefined && tries === undefined && maxTimeout === undefined) return undefined;
  return {
    timeoutMs: typeof timeout === 'number' && timeout > 0 ? timeout : DEFAULT_TIMEOUT_MS,
    tries: typeof tries === 'number' ? tries : DEFAULT_TRIES,
    // Versions before 22 know no such option and check none.
    maxTimeoutMs: typeof maxTimeout === 'number' && maxTimeout > 0 ? Math.ceil(maxTimeout) : 0,
  };
}

/** The timeout doubles with each round over the servers, and an answer is waited for until the last has run out. */
export function timingOptions(
  { timeoutMs, tries, maxTimeoutMs }: ResolverTiming,
  serverCount: number,
): Pick<NativeOptions, 'timeoutMs' | 'tries' | 'deadlineMs' | 'hedge' | 'backoff'> {
  const longestMs = Math.min(maxTimeoutMs > 0 ? maxTimeoutMs : MAX_DELAY_MS, MAX_DELAY_MS);
  const firstMs = Math.min(timeoutMs, longestMs);
  let deadlineMs = GRACE_MS;
  let rounds = 0;
  const most = Math.min(tries, MAX_ROUNDS);
  for (let attemptMs = firstMs; rounds < most && deadlineMs < MAX_DELAY_MS; rounds++) {
    deadlineMs += attemptMs * Math.max(serverCount, 1);
    attemptMs = Math.min(attemptMs * 2, longestMs);
  }
  return {
    timeoutMs: firstMs,
    tries: rounds,
    deadlineMs: Math.min(deadlineMs, MAX_DELAY_MS),
    hedge: false,
    backoff: { maxTimeoutMs: longestMs },
  };
}
