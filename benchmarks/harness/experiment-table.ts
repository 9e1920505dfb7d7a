import type { CaseResult, Experiment } from './experiment.ts';
import { figure, summaryText } from './figures.ts';
import { summarise } from './statistics.ts';
import { controlRatio, judge, type Verdict } from './verdict.ts';

/** Rows of cells; the first row is the heading. */
export type Table = readonly (readonly string[])[];

function cells({ name, samples, failure }: CaseResult, metrics: Experiment['metrics']): string[] {
  const values = Object.entries(metrics).map(([metric, { digits }]) => {
    const rounds = samples[metric];
    return rounds === undefined || rounds.length === 0 ? '–' : summaryText(summarise(rounds), digits);
  });
  return [failure === undefined ? name : `${name} (did not run)`, ...values];
}

/** The cases of an experiment beside each other. */
export function caseTable({ cases, metrics }: Experiment): Table {
  const heading = ['case', ...Object.values(metrics).map(({ unit }) => unit)];
  return [heading, ...cases.map((one) => cells(one, metrics))];
}

/** What a budget bounds, with its unit. */
export function measuredText({ budget, measured }: Verdict, experiment: Experiment): string {
  if (measured === undefined) return '';
  if (budget.relation === 'ratio') return `${summaryText(measured, 2)} ×`;
  const { digits, unit } = experiment.metrics[budget.metric] ?? { digits: 0, unit: '' };
  return `${summaryText(measured, digits)} ${unit}`;
}

function verdictText(verdict: Verdict, experiment: Experiment): string {
  const { budget, outcome, aimed } = verdict;
  if (outcome === 'not measured') return `${budget.text}: not measured`;
  const said = outcome === 'met' && aimed ? 'met, with the aim' : outcome;
  return `${budget.text}: ${said}, ${measuredText(verdict, experiment)}`;
}

/** One line for each budget, and one for what did not run. */
export function verdictLines(experiment: Experiment): string[] {
  const control = controlRatio(experiment);
  const lines = experiment.budgets.map((budget) => verdictText(judge(experiment, budget), experiment));
  if (control !== undefined) lines.push(`the same program twice: ${figure(control.median, 2)} ×`);
  for (const { name, failure } of experiment.cases) {
    if (failure !== undefined) lines.push(`${name} did not run: ${failure.replaceAll(/\s+/g, ' ')}`);
  }
  return lines;
}
