import { expect, it } from 'vitest';
import { Outcome } from './open-loop.ts';
import { timelineOf } from './timeline.ts';

it('sums up each second by when lookups started, and leaves out empty ones', () => {
  const arrivals = Float64Array.of(-1500, -1200, 100, 200, 300, 2500);
  const log = {
    arrivals,
    starts: arrivals,
    latencies: Float64Array.of(10, 20, 30, 40, 50, 0),
    outcomes: Uint8Array.of(
      Outcome.Good,
      Outcome.Good,
      Outcome.Good,
      Outcome.Good,
      Outcome.Good,
      Outcome.Pending,
    ),
  };
  expect(timelineOf(log, -2000, 3000)).toEqual({
    seconds: [-2, 0, 2],
    p50: [20, 40, 99_500],
    p99: [20, 50, 99_500],
  });
});
