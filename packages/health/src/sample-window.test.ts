import { expect, it } from 'vitest';
import { percentile95 } from './percentile.ts';
import { SampleWindow } from './sample-window.ts';

it('keeps the last fifty samples', () => {
  const window = new SampleWindow();
  for (let number = 0; number < 60; number++) window.add(number, number >= 20, 10);
  expect([window.count, window.successes, window.failures]).toEqual([50, 40, 10]);
  expect(window.successRate).toBe(0.8);
});

it('keeps samples for sixty seconds', () => {
  const window = new SampleWindow();
  window.add(0, true, 10);
  window.add(30_000, false, undefined);
  window.forget(60_000);
  expect(window.count).toBe(2);
  window.forget(60_001);
  expect([window.count, window.successes]).toEqual([1, 0]);
  window.forget(1e12);
  expect([window.count, window.successRate, window.p95Ms]).toEqual([0, undefined, undefined]);
});

it('takes the percentile of what was answered', () => {
  const window = new SampleWindow();
  for (let ms = 1; ms <= 40; ms++) window.add(ms, ms % 2 === 0, ms);
  window.add(41, false, undefined);
  expect(window.p95Ms).toBe(38);
});

it('is empty after it was cleared', () => {
  const window = new SampleWindow();
  window.add(1, true, 1);
  window.clear();
  expect([window.count, window.successes]).toEqual([0, 0]);
});

it('takes the percentile by nearest rank', () => {
  expect(percentile95([])).toBeUndefined();
  expect(percentile95([7])).toBe(7);
  expect(percentile95([3, 1, 2])).toBe(3);
  expect(percentile95(Array.from({ length: 100 }, (_, index) => 100 - index))).toBe(95);
});
