import { arrivals } from '@doubao/resolver-testbed';

/** Times of a Poisson process in milliseconds, rising from `fromMs` to before `toMs`. */
export function arrivalsBetween(
  fromMs: number,
  toMs: number,
  perSecond: number,
  random: () => number,
): Float64Array {
  const times: number[] = [];
  for (const sinceStart of arrivals(perSecond, random)) {
    const atMs = fromMs + sinceStart;
    if (atMs >= toMs) break;
    times.push(atMs);
  }
  return Float64Array.from(times);
}
