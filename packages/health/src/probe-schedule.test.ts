import { expect, it } from 'vitest';
import { ProbeSchedule } from './probe-schedule.ts';

it('is due after 10 s of idleness', () => {
  const schedule = new ProbeSchedule(10_000, 0, () => 0.5);
  expect(schedule.dueAtMs(false)).toBe(10_000);
  schedule.heard(7_000);
  expect(schedule.dueAtMs(false)).toBe(17_000);
});

it('varies by 20 % either way', () => {
  const numbers = [0, 1 - 2 ** -53];
  const schedule = new ProbeSchedule(10_000, 0, () => numbers.shift() ?? 0.5);
  expect(schedule.dueAtMs(false)).toBe(8_000);
  schedule.probed(8_000);
  expect(schedule.dueAtMs(false)).toBeCloseTo(20_000, 6);
  schedule.probed(20_000);
  expect(schedule.dueAtMs(false)).toBe(30_000);
});

it('is due in spite of traffic where health checks are counted', () => {
  const schedule = new ProbeSchedule(10_000, 0, () => 0.5);
  schedule.heard(9_000);
  expect(schedule.dueAtMs(true)).toBe(10_000);
});
