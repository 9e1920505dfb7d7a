import { expect, it } from 'vitest';
import { ADAPTIVE_TIMEOUT, FIXED_TIMEOUT, HEDGE_DELAY, timing } from './attempt-timing.ts';

const of = (rule: typeof HEDGE_DELAY): number[] => [0, 20, 60, 200, 900].map((p95Ms) => timing(rule, p95Ms));

it('hedges after clamp(p95, 30, 250) ms', () => {
  expect(of(HEDGE_DELAY)).toEqual([30, 30, 60, 200, 250]);
  expect(timing(HEDGE_DELAY, undefined)).toBe(250);
});

it('waits clamp(3 · p95, 150, 1000) ms for an attempt', () => {
  expect(of(ADAPTIVE_TIMEOUT)).toEqual([150, 150, 180, 600, 1000]);
  expect(timing(ADAPTIVE_TIMEOUT, undefined)).toBe(1000);
});

it('waits 1000 ms in any case with doubao-v1', () => {
  expect(of(FIXED_TIMEOUT)).toEqual([1000, 1000, 1000, 1000, 1000]);
});
