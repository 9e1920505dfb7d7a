/** How long one attempt is waited for, and after how long another one is made beside it. */

/** Milliseconds; a clamp around a multiple of the 95th percentile. */
export interface TimingRule {
  readonly factor: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** The attempt timeout of `resilient`: clamp(3 · p95, 150, 1000) ms. */
export const ADAPTIVE_TIMEOUT: TimingRule = { factor: 3, leastMs: 150, mostMs: 1000 };
/** The attempt timeout of `doubao-v1`: its founding design counts timeouts of more than 1000 ms. */
export const FIXED_TIMEOUT: TimingRule = { factor: 1, leastMs: 1000, mostMs: 1000 };
/** The hedge delay: clamp(p95, 30, 250) ms. */
export const HEDGE_DELAY: TimingRule = { factor: 1, leastMs: 30, mostMs: 250 };

/**
 * Milliseconds.
 *
 * @param p95Ms 95th percentile of answered queries; undefined before the first answer, which gives the longest
 */
export function timing(rule: TimingRule, p95Ms: number | undefined): number {
  if (p95Ms === undefined) return rule.mostMs;
  return Math.min(rule.mostMs, Math.max(rule.leastMs, rule.factor * p95Ms));
}
