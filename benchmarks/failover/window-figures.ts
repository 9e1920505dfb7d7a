import { quantile } from '../harness/statistics.ts';
import { type LookupLog, Outcome } from './open-loop.ts';

/** What became of the lookups that started within a window. Times are milliseconds. */
export interface WindowFigures {
  readonly lookups: number;
  /** Ended with an error, or have not ended. */
  readonly failed: number;
  /** Of those that failed, the ones that have not ended. */
  readonly pending: number;
  /** Gave another address than the name's. */
  readonly wrong: number;
  /**
   * From the arrival. Who fails has waited for nothing: it counts as if its answer came when observation ended, so that a
   * percentile that falls on it says how long it would have been at least.
   */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** How late lookups were started: 99 of 100 no later. */
  readonly late: number;
}

/** When a window begins and ends, and until when its lookups were observed; in the time of the arrivals. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly observedMs: number;
}

/** Places of the lookups that start within a window. */
function placesIn({ arrivals }: LookupLog, { fromMs, toMs }: Window): number[] {
  return [...arrivals.keys()].filter((index) => {
    const arrival = arrivals[index] ?? Number.NaN;
    return arrival >= fromMs && arrival < toMs;
  });
}

export function windowFigures(log: LookupLog, window: Window): WindowFigures {
  const places = placesIn(log, window);
  const having = (...outcomes: readonly Outcome[]): number =>
    places.filter((index) => outcomes.includes(log.outcomes[index] as Outcome)).length;
  const waits = places.map((index) => {
    const isGood = log.outcomes[index] === Outcome.Good;
    return (isGood ? log.latencies[index] : window.observedMs - (log.arrivals[index] ?? 0)) ?? 0;
  });
  const delays = places.map((index) => (log.starts[index] ?? 0) - (log.arrivals[index] ?? 0));
  const sorted = waits.toSorted((a, b) => a - b);
  return {
    lookups: places.length,
    failed: having(Outcome.Failed, Outcome.Pending),
    pending: having(Outcome.Pending),
    wrong: having(Outcome.Wrong),
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    p999: quantile(sorted, 0.999),
    late: quantile(
      delays.toSorted((a, b) => a - b),
      0.99,
    ),
  };
}

/** From the begin of the window to the first good answer to a lookup that started in it; NaN if there was none. */
export function firstGoodAnswer(log: LookupLog, window: Window): number {
  const ends = placesIn(log, window)
    .filter((index) => log.outcomes[index] === Outcome.Good)
    .map((index) => (log.arrivals[index] ?? 0) + (log.latencies[index] ?? 0) - window.fromMs);
  return ends.length === 0 ? Number.NaN : ends.reduce((least, one) => Math.min(least, one));
}
