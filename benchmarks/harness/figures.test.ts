import { expect, it } from 'vitest';
import { durationText, figure, summaryText } from './figures.ts';

it('sets thousands apart', () => {
  expect(figure(28_800, 0)).toBe('28 800');
  expect(figure(1_045_728.25, 1)).toBe('1 045 728.3');
  expect(figure(999, 0)).toBe('999');
});

it('writes a proper minus, and none before what rounds to zero', () => {
  expect(figure(-1.44, 1)).toBe('−1.4');
  expect(figure(-0.01, 1)).toBe('0.0');
});

it('gives the range only where there is one', () => {
  expect(summaryText({ median: 2, least: 1, most: 3 }, 0)).toBe('2 (1–3)');
  expect(summaryText({ median: 2, least: 2, most: 2.1 }, 0)).toBe('2');
  expect(summaryText({ median: -2, least: -3, most: -1 }, 0)).toBe('−2 (−3 to −1)');
});

it('writes durations in minutes and seconds', () => {
  expect(durationText(59.4)).toBe('59 s');
  expect(durationText(59.6)).toBe('1 min 0 s');
  expect(durationText(800)).toBe('13 min 20 s');
});
