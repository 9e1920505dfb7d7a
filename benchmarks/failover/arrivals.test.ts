import { seededRandom } from '@doubao/resolver-testbed';
import { expect, it } from 'vitest';
import { arrivalsBetween } from './arrivals.ts';

it('gives the same times for the same seed, rising within the bounds', () => {
  const times = arrivalsBetween(-3000, 2000, 1000, seededRandom(7));
  expect(times).toEqual(arrivalsBetween(-3000, 2000, 1000, seededRandom(7)));
  expect(times).not.toEqual(arrivalsBetween(-3000, 2000, 1000, seededRandom(8)));
  expect(times).toEqual(times.toSorted());
  expect(times[0]).toBeGreaterThanOrEqual(-3000);
  expect(times.at(-1)).toBeLessThan(2000);
});

it('is a Poisson process: counts of seconds vary as much as they are large', () => {
  const seconds = 400;
  const perSecond = 100;
  const counts = new Float64Array(seconds);
  for (const at of arrivalsBetween(0, seconds * 1000, perSecond, seededRandom(1))) {
    counts[Math.floor(at / 1000)] = (counts[Math.floor(at / 1000)] ?? 0) + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / seconds;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / seconds;
  expect(mean / perSecond).toBeCloseTo(1, 1);
  expect(variance / mean).toBeGreaterThan(0.8);
  expect(variance / mean).toBeLessThan(1.2);
});
