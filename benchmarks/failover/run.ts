import type { ContenderName, Upstreams } from './contenders/contender.ts';

/** What goes wrong, by its place in the table of `faults.ts`. */
export type FaultName =
  | 'none'
  | 'killed'
  | 'stopped'
  | 'black-holed'
  | 'loss-5'
  | 'loss-30'
  | 'servfail'
  | 'late'
  | 'all-down';

/** One contender under one fault. Times are milliseconds from the fault; what is before is negative. */
export interface FailoverRun {
  readonly contender: ContenderName;
  /** Node that the contender runs on. */
  readonly node: string;
  readonly fault: FaultName;
  /** `'warm'`: 1 000 names whose answers expire after 2 s; `'cold'`: a new name for each lookup. */
  readonly names: 'warm' | 'cold';
  readonly perSecond: number;
  /** Of arrivals, names and losses. */
  readonly seed: number;
  /** Whether there is anybody to ask but the primary: for us a server over HTTPS, for the others a second plain one. */
  readonly hasFallback: boolean;
  /** How long lookups arrive before the fault, above zero. */
  readonly warmUpMs: number;
  /** Until when the lookups arrive that figures are about. */
  readonly untilMs: number;
  /** When the fault ends; absent: not before the end. */
  readonly clearMs?: number;
  /** How long is waited for those that have not ended when the last has arrived. */
  readonly patienceMs: number;
  /** Whether each second is told of, to be drawn. */
  readonly isDrawn?: boolean;
}

/** What the process of a contender does; a part of a {@link FailoverRun}. */
export interface LoadRun extends Pick<
  FailoverRun,
  'contender' | 'names' | 'perSecond' | 'seed' | 'warmUpMs' | 'untilMs' | 'patienceMs'
> {
  readonly upstreams: Upstreams;
}

/** What the process of a contender prints at its end. */
export interface LoadResult {
  /** Of each lookup by its arrival: when, how long, what came of it. Rounded to hundredths of milliseconds. */
  readonly arrivals: readonly number[];
  readonly starts: readonly number[];
  readonly latencies: readonly number[];
  readonly outcomes: readonly number[];
  /** Since the fault; absent where that does not exist. */
  readonly staleServed?: number;
  readonly happenings: readonly { readonly what: string; readonly atMs: number }[];
}
