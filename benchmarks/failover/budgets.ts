import type { Budget } from '../harness/experiment.ts';
import type { FaultName } from './run.ts';
import type { Scenario } from './scenarios.ts';

export const judgedContender = 'doubao-resolver';

/** What row 11 allows under a fault. */
interface Allowed {
  readonly p99Ms: number;
  /** Times the queries without the fault. */
  readonly queries: number | undefined;
  readonly isWithoutFailure: boolean;
}

const gone: Allowed = { p99Ms: 300, queries: 1.1, isWithoutFailure: true };

const allowed: Readonly<Partial<Record<FaultName, Allowed>>> = {
  killed: gone,
  stopped: gone,
  'black-holed': gone,
  'loss-5': { p99Ms: 120, queries: undefined, isWithoutFailure: false },
  'loss-30': { p99Ms: 300, queries: 1.5, isWithoutFailure: false },
};

function atMost(metric: string, limit: number, text: string, isStrict = false): Budget {
  return {
    text,
    metric,
    subject: judgedContender,
    limit,
    relation: 'value',
    bound: 'at most',
    ...(isStrict ? { isStrict } : {}),
  };
}

/** The budgets of a scenario; none where it only shows what is beside row 11. */
export function budgetsOf({ fault, perSecond }: Pick<Scenario, 'fault' | 'perSecond'>): Budget[] {
  const allowance = allowed[fault];
  if (allowance === undefined) return [];
  const { p99Ms, queries, isWithoutFailure } = allowance;
  const at = `${perSecond}/s`;
  const budgets = [
    atMost('p99', p99Ms, `p99 ≤ ${p99Ms} ms`),
    ...(isWithoutFailure ? [atMost('failed', 0, 'none fails, in no round', true)] : []),
    ...(queries === undefined ? [] : [atMost('queries', queries, `≤ ${queries} × queries`)]),
  ];
  return budgets.map((budget) => ({ ...budget, at }));
}
