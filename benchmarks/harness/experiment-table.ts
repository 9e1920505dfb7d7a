import type { CaseResult, Experiment } from './experiment.ts';
import { figure, summaryText } from './figures.ts';
import { summarise } from './statistics.ts';
import { controlRatio, judge, type Verdict } from './verdict.ts';

/** Rows of cells; the first row is the heading. */
export type Table = readonly (readonly string[])[];

/** How a case is named in a table. */
export function caseLabel({ name, failure }: CaseResult): string {
  return failure === undefined ? name : `${name} (did not run)`;
}

/** What a case measured, one cell for each metric. */
export function metricCells(samples: CaseResult['samples'], metrics: Experiment['metrics']): string[] {
  return Object.entries(metrics).map(([metric, { digits }]) => {
    const rounds = samples[metric];
    return rounds === undefined || rounds.length === 0 ? '–' : summaryText(summarise(rounds), digits);
  });
}

/** The cases of an experiment beside each other. */
export function caseTable({ cases, metrics }: Experiment): Table {
  const heading = ['case', ...Object.values(metrics).map(({ unit }) => unit)];
  return [heading, ...cases.map((one) => [caseLabel(one), ...metricCells(one.samples, metrics)])];
}

/** What a budget bounds, with its unit. */
export function measuredText({ budget, measured }: Verdict, experiment: Experiment): string {
  if (measured === undefined) return '';
  if (budget.relation === 'ratio') return `${summaryText(measured, 2)} ×`;
  const { digits, unit } = experiment.metrics[budget.metric] ?? { digits: 0, unit: '' };
  return `${summaryText(measured, digits)} ${unit}`;
}

function verdictText(verdict: Verdict, experiment: Experiment): string {
  const { budget, outcome, because, aimed } = verdict;
  const text = budget.at === undefined ? budget.text : `${budget.text}, ${budget.at}`;
  if (outcome === 'not measured') return `${text}: not measured`;
  const said = outcome === 'met' && aimed ? 'met, with the aim' : outcome;
  const why = because === undefined ? '' : ` (${because})`;
  return `${text}: ${said}${why}, ${measuredText(verdict, experiment)}`;
}

/** One line for each budget. */
export function verdictLines(experiment: Experiment): string[] {
  return experiment.budgets.map((budget) => verdictText(judge(experiment, budget), experiment));
}

/** How quiet the machine was, and what did not run. */
export function remarkLines(experiment: Experiment): string[] {
  const control = controlRatio(experiment);
  const failures = experiment.cases.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name} did not run: ${failure.replaceAll(/\s+/g, ' ')}`],
  );
  return control === undefined
    ? failures
    : [`the same program twice: ${figure(control.median, 2)} ×`, ...failures];
}
