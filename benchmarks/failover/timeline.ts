import type { LookupLog } from './open-loop.ts';
import { windowFigures } from './window-figures.ts';

/** Latencies of the lookups of each second, by when they started. */
export interface Timeline {
  /** Begin of each second, from the fault. */
  readonly seconds: readonly number[];
  /** Milliseconds. */
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

/** What a lookup that gets no good answer counts as: more than anybody waits. */
const unansweredMs = 100_000;

/** Times are milliseconds from the fault. Seconds in which nothing started are left out. */
export function timelineOf(log: LookupLog, fromMs: number, toMs: number): Timeline {
  const starts = Array.from(
    { length: Math.floor((toMs - fromMs) / 1000) },
    (_, index) => Math.floor(fromMs / 1000) + index,
  );
  const figures = starts
    .map((second) => {
      const begin = second * 1000;
      const window = { fromMs: begin, toMs: begin + 1000, observedMs: begin + unansweredMs };
      return { second, ...windowFigures(log, window) };
    })
    .filter(({ lookups }) => lookups > 0);
  return {
    seconds: figures.map(({ second }) => second),
    p50: figures.map(({ p50 }) => p50),
    p99: figures.map(({ p99 }) => p99),
  };
}
