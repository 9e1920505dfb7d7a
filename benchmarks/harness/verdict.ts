import type { Budget, CaseResult, Experiment } from './experiment.ts';
import { figure } from './figures.ts';
import { median, pairedDifferences, pairedRatios, summarise, type Summary } from './statistics.ts';

/** A machine on which one program differs more from itself judges nothing. */
const quietRange = { least: 0.9, most: 1.1 };
/** Fewer are a look, not a measurement. */
const fewestRounds = 9;

/** What became of a budget. */
export interface Verdict {
  readonly budget: Budget;
  /** The bounded ratio, difference or value; undefined where a case has no samples. */
  readonly measured: Summary | undefined;
  readonly outcome: 'met' | 'missed' | 'not judged' | 'not measured';
  /** Why it is not judged. */
  readonly because?: string;
  /** Met with the aim beyond it. */
  readonly aimed: boolean;
}

function samplesOf(cases: readonly CaseResult[], name: string, metric: string): readonly number[] {
  return cases.find((one) => one.name === name)?.samples[metric] ?? [];
}

/** Same program against itself; undefined where an experiment has no such pair. */
export function controlRatio({ control, cases }: Experiment): Summary | undefined {
  if (control === undefined) return undefined;
  const first = samplesOf(cases, control.first, control.metric);
  const second = samplesOf(cases, control.second, control.metric);
  const ratios = pairedRatios(second, first);
  return ratios.length === 0 ? undefined : summarise(ratios);
}

/** That there was no time to spare, in words. */
function disturbanceOf({ quiet, cases, metrics, budgets }: Experiment): string | undefined {
  if (quiet === undefined) return undefined;
  const { metric, limit, text } = quiet;
  const { digits, unit } = metrics[metric] ?? { digits: 0, unit: '' };
  const medians = budgets.map(({ subject }) => median(samplesOf(cases, subject, metric)));
  const worst = Math.max(0, ...medians.filter((one) => !Number.isNaN(one)));
  return worst > limit ? `${text}: ${figure(worst, digits)} ${unit}` : undefined;
}

/** Counts (garbage) hardly vary and need neither a quiet machine nor many rounds; times need both. */
function whyNotJudged(experiment: Experiment): string | undefined {
  if (experiment.exact === true) return undefined;
  const disturbance = disturbanceOf(experiment);
  if (disturbance !== undefined) return disturbance;
  if (experiment.rounds < fewestRounds) return `rounds: ${experiment.rounds} of ${fewestRounds}`;
  const control = controlRatio(experiment)?.median ?? 1;
  const isQuiet = control >= quietRange.least && control <= quietRange.most;
  return isQuiet ? undefined : `same program twice: ${figure(control, 2)} ×`;
}

/** Both runs of the floor in a round are one denominator. */
function denominators({ control, cases }: Experiment, name: string, metric: string): readonly number[] {
  const own = samplesOf(cases, name, metric);
  if (control === undefined || name !== control.first) return own;
  const again = samplesOf(cases, control.second, metric);
  return own.map((value, round) => (value + (again[round] ?? value)) / 2);
}

function measure(experiment: Experiment, budget: Budget): Summary | undefined {
  const { metric, subject, against, relation } = budget;
  const values = samplesOf(experiment.cases, subject, metric);
  const others = against === undefined ? [] : denominators(experiment, against, metric);
  const compared = {
    value: () => values,
    ratio: () => pairedRatios(values, others),
    excess: () => pairedDifferences(values, others),
  }[relation]();
  return compared.length === 0 ? undefined : summarise(compared);
}

/** Compares a budget with what was measured. */
export function judge(experiment: Experiment, budget: Budget): Verdict {
  const measured = measure(experiment, budget);
  if (measured === undefined) return { budget, measured, outcome: 'not measured', aimed: false };
  const isMost = budget.bound === 'at most';
  const counted = budget.isStrict !== true ? measured.median : isMost ? measured.most : measured.least;
  const within = (bound: number): boolean => (isMost ? counted <= bound : counted >= bound);
  const aimed = budget.aim !== undefined && within(budget.aim);
  const because = whyNotJudged(experiment);
  if (because !== undefined) return { budget, measured, outcome: 'not judged', because, aimed };
  return { budget, measured, outcome: within(budget.limit) ? 'met' : 'missed', aimed };
}

/** By how much a budget is met; the least of several is the worst. Only those of one unit compare. */
export function marginOf({ budget, measured }: Verdict): number {
  const over = (measured?.median ?? Number.NaN) - budget.limit;
  return budget.bound === 'at least' ? over : -over;
}
