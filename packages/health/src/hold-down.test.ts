import { expect, it } from 'vitest';
import { HoldDown } from './hold-down.ts';

it('doubles to ten minutes', () => {
  const holdDown = new HoldDown();
  let now = 0;
  const seconds = Array.from({ length: 7 }, () => {
    holdDown.failed(now);
    const lasts = holdDown.untilMs - now;
    now = holdDown.untilMs + 1;
    return lasts / 1000;
  });
  expect(seconds).toEqual([30, 60, 120, 240, 480, 600, 600]);
});

it('begins anew after ten good minutes', () => {
  const holdDown = new HoldDown();
  holdDown.failed(0);
  holdDown.failed(30_000);
  expect(holdDown.untilMs).toBe(90_000);
  holdDown.failed(690_000);
  expect(holdDown.untilMs).toBe(720_000);
});
