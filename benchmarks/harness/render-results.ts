import type { ChartFile } from './charts.ts';
import type { Experiment } from './experiment.ts';
import { caseTable, measuredText, verdictLines, type Table } from './experiment-table.ts';
import { knownMisses } from './known-misses.ts';
import type { GroupResult } from './result-files.ts';
import { judge } from './verdict.ts';

/** Words go left, figures right. */
function markdownTable(table: Table, words: number): string[] {
  const [heading = [], ...rows] = table;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heading),
    line(heading.map((_, column) => (column < words ? '---' : '--:'))),
    ...rows.map(line),
  ];
}

const marks = { met: '', missed: '**Missed.** ', 'not judged': 'Not judged. ', 'not measured': '' } as const;

function renderExperiment(experiment: Experiment): string[] {
  const lines = verdictLines(experiment);
  const outcomes = experiment.budgets.map((budget) => judge(experiment, budget).outcome);
  const reason = outcomes.includes('missed') ? knownMisses[experiment.id] : undefined;
  return [
    `### Row ${experiment.row}: ${experiment.title}${experiment.node === undefined ? '' : `, Node ${experiment.node}`}`,
    '',
    ...markdownTable(caseTable(experiment), 1),
    '',
    ...lines.map((line, index) => `- ${marks[outcomes[index] ?? 'met']}${line}`),
    ...(reason === undefined ? [] : [`- Why: ${reason}`]),
    '',
  ];
}

function renderGroup({ title, machine, experiments }: GroupResult): string[] {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `## ${title}`,
    '',
    `Taken ${machine.takenAt.slice(0, 16).replace('T', ' ')} UTC on ${machine.cores} cores of ${machine.cpu}, ` +
      `${machine.memoryGiB} GiB, ${machine.system}; load before: ${machine.loadBefore.toFixed(2)}. ${versions.join('; ')}.`,
    '',
    ...experiments.flatMap(renderExperiment),
  ];
}

function summary(results: readonly GroupResult[]): string[] {
  const heading = ['row', 'what', 'Node', 'budget', 'outcome', 'measured'];
  const rows = results
    .flatMap(({ experiments }) => experiments)
    .toSorted((a, b) => a.row - b.row)
    .flatMap((experiment) =>
      experiment.budgets.map((budget) => {
        const verdict = judge(experiment, budget);
        const { row, title, node = '' } = experiment;
        const outcome = verdict.outcome === 'missed' ? '**missed**' : verdict.outcome;
        return [`${row}`, title, node, budget.text, outcome, measuredText(verdict, experiment)];
      }),
    );
  return ['## Budgets', '', ...markdownTable([heading, ...rows], 5), ''];
}

function pictures(charts: readonly ChartFile[]): string[] {
  if (charts.length === 0) return [];
  return ['## Charts', '', ...charts.flatMap(({ name, title }) => [`![${title}](charts/${name}.svg)`, ''])];
}

/** RESULTS.md, from the results of all groups. */
export function renderResults(results: readonly GroupResult[], charts: readonly ChartFile[]): string {
  return [
    '# Results',
    '',
    'Rendered from `results/*.json` by `pnpm bench`; do not edit. Every case runs in a process of its own, once a round, the',
    'rounds alternate. Figures are medians over rounds, with their range; a comparison is the median of the ratios within each',
    'round. Times are judged only after nine rounds and, where an experiment has one program twice, if the two lie within',
    '0.9–1.1 of each other.',
    '',
    ...summary(results),
    ...pictures(charts),
    ...results.flatMap(renderGroup),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
