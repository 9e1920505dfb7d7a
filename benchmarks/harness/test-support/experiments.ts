import type { Budget, Experiment } from '../experiment.ts';

/** A budget of `ours` beside `floor`, by time. */
export function ratioBudget(change: Partial<Budget> = {}): Budget {
  return {
    text: '≤ 1.25 × floor',
    metric: 'time',
    subject: 'ours',
    against: 'floor',
    relation: 'ratio',
    bound: 'at most',
    limit: 1.25,
    ...change,
  };
}

/** Nine rounds of these values for each case. */
export function experimentOf(
  values: Readonly<Record<string, number>>,
  change: Partial<Experiment> = {},
): Experiment {
  const rounds = 9;
  return {
    id: 'hit',
    row: 1,
    title: 'a hit',
    metrics: { time: { unit: 'ns', digits: 0 } },
    cases: Object.entries(values).map(([name, value]) => ({
      name,
      samples: { time: Array.from({ length: rounds }, () => value) },
    })),
    budgets: [],
    rounds,
    ...change,
  };
}
