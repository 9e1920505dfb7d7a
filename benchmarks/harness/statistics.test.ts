import { expect, it } from 'vitest';
import { median, pairedDifferences, pairedRatios, quantile, summarise } from './statistics.ts';

it('takes the middle of an odd number of values, and the mean of both middles of an even one', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it('gives the range beside the median', () => {
  expect(summarise([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
});

it('finds the value below which a share lies', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile(hundred, 1)).toBe(99);
  expect(quantile([], 0.5)).toBeNaN();
});

it('compares within a round, and leaves out rounds that only one side has', () => {
  expect(pairedRatios([2, 9, 5], [1, 3])).toEqual([2, 3]);
  expect(pairedDifferences([2, 9], [1, 3, 4])).toEqual([1, 6]);
});
