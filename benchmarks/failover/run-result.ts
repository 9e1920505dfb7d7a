import type { FailoverRun, LoadResult } from './run.ts';
import type { LookupLog } from './open-loop.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import { firstGoodAnswer, type WindowFigures, windowFigures } from './window-figures.ts';

/** What was seen of a run. */
export interface Seen {
  readonly log: LookupLog;
  /** That arrived at servers since the fault. */
  readonly queries: number | undefined;
  readonly staleServed: number | undefined;
  readonly happenings: LoadResult['happenings'];
  /** Share of the processors that was in use during the fault, in percent. */
  readonly busy: number;
  /** How long after its time the fault was in force. */
  readonly inForceMs: number;
}

/** What became of the lookups of a run that started after the fault. */
export interface RunResult extends WindowFigures {
  /** Milliseconds to the first good answer; without one, until observation ended. */
  readonly firstGood: number;
  readonly queries?: number;
  readonly staleServed?: number;
  readonly busy: number;
  readonly inForceMs: number;
  readonly happenings: LoadResult['happenings'];
  /** If it is to be drawn. */
  readonly timeline?: Timeline;
}

export function resultOf(run: FailoverRun, seen: Seen): RunResult {
  const { log, queries, staleServed, happenings, busy, inForceMs } = seen;
  const window = { fromMs: 0, toMs: run.untilMs, observedMs: run.untilMs + run.patienceMs };
  const firstGood = firstGoodAnswer(log, window);
  return {
    ...windowFigures(log, window),
    firstGood: Number.isNaN(firstGood) ? window.observedMs : firstGood,
    ...(queries === undefined ? {} : { queries }),
    ...(staleServed === undefined ? {} : { staleServed }),
    busy,
    inForceMs,
    happenings,
    ...(run.isDrawn === true ? { timeline: timelineOf(log, -run.warmUpMs, run.untilMs) } : {}),
  };
}
