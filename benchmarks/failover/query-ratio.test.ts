import { expect, it } from 'vitest';
import { queryRatio } from './query-ratio.ts';

it('compares queries of a lookup, so that half a minute compares with two seconds', () => {
  expect(queryRatio({ queries: 220, lookups: 200 }, { queries: 200, lookups: 200 })).toBeCloseTo(1.1);
  expect(queryRatio({ queries: 4200, lookups: 3000 }, { queries: 200, lookups: 200 })).toBeCloseTo(1.4);
  // What is in a cache is not asked for.
  expect(queryRatio({ queries: 770, lookups: 2000 }, { queries: 700, lookups: 2000 })).toBeCloseTo(1.1);
});

it('is no number where nobody has counted', () => {
  expect(queryRatio({ lookups: 200 }, { queries: 200, lookups: 200 })).toBeNaN();
});
