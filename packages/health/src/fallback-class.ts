/**
 * The fallback class: upstreams of third parties, which know nothing of internal names and are told of no query that a
 * primary would have answered.
 */
import type { Condition } from './upstream.ts';

/** Seconds for which a fallback's answer is fresh at most: a primary's is wanted again soon. */
export const FALLBACK_FRESH_SECONDS = 60;

/** How one primary stands with one query. */
export interface PrimaryStanding {
  readonly condition: Condition;
  /** It answered this query with an error, or not at all. */
  readonly failedThisQuery: boolean;
}

/**
 * Whether this query may go to the fallback class while a primary leads: only if every primary is down, suspect, or has
 * failed it. A primary that is merely late is hedged within its own class.
 */
export function mayAskFallback(primaries: readonly PrimaryStanding[]): boolean {
  return primaries.every(({ condition, failedThisQuery }) => condition !== 'up' || failedThisQuery);
}

/**
 * Seconds for which a fallback's answer with data may be cached. Its denials are neither cached nor passed on, see
 * `race.ts`; a later answer of a primary replaces what is cached.
 */
export function fallbackTtlSeconds(ttlSeconds: number): number {
  return Math.min(ttlSeconds, FALLBACK_FRESH_SECONDS);
}
