import { expect, it } from 'vitest';
import { type LookupLog, Outcome } from './open-loop.ts';
import { firstGoodAnswer, windowFigures } from './window-figures.ts';

type Lookup = readonly [arrival: number, latency: number, outcome: Outcome, lateMs?: number];

function logOf(lookups: readonly Lookup[]): LookupLog {
  return {
    arrivals: Float64Array.from(lookups, ([arrival]) => arrival),
    starts: Float64Array.from(lookups, ([arrival, , , lateMs = 0]) => arrival + lateMs),
    latencies: Float64Array.from(lookups, ([, latency]) => latency),
    outcomes: Uint8Array.from(lookups, ([, , outcome]) => outcome),
  };
}

const window = { fromMs: 0, toMs: 1000, observedMs: 5000 };

it('counts the lookups that start within the window', () => {
  const log = logOf([
    [-1, 9999, Outcome.Failed],
    [0, 20, Outcome.Good],
    [500, 30, Outcome.Failed],
    [600, 0, Outcome.Pending],
    [999, 40, Outcome.Wrong],
    [1000, 9999, Outcome.Failed],
  ]);
  expect(windowFigures(log, window)).toMatchObject({ lookups: 4, failed: 2, pending: 1, wrong: 1 });
});

it('lets who fails, early or never, wait until observation ends', () => {
  const good = Array.from({ length: 98 }, (_, index): Lookup => [index, index, Outcome.Good]);
  const log = logOf([...good, [200, 1, Outcome.Failed], [400, 0, Outcome.Pending]]);
  const { p50, p99, p999 } = windowFigures(log, window);
  expect([p50, p99, p999]).toEqual([50, 4800, 4800]);
});

it('tells how late lookups started', () => {
  const log = logOf(
    Array.from({ length: 100 }, (_, index): Lookup => [index, 20, Outcome.Good, index === 0 ? 70 : 1]),
  );
  expect(windowFigures(log, window).late).toBe(70);
});

it('finds the first good answer to a lookup of the window', () => {
  const log = logOf([
    [-10, 15, Outcome.Good],
    [100, 300, Outcome.Good],
    [150, 1, Outcome.Wrong],
    [200, 50, Outcome.Good],
  ]);
  expect(firstGoodAnswer(log, window)).toBe(250);
  expect(firstGoodAnswer(logOf([[1, 2, Outcome.Failed]]), window)).toBeNaN();
});
