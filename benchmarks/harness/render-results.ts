import { budgetTables } from './budget-tables.ts';
import type { ChartFile } from './charts.ts';
import type { Experiment } from './experiment.ts';
import { caseLabel, caseTable, metricCells, remarkLines, type Table } from './experiment-table.ts';
import { durationText, summaryText } from './figures.ts';
import { markdownTable } from './markdown-table.ts';
import type { GroupResult } from './result-files.ts';

/** With more, the tables of two Nodes do not fit beside each other. */
const mostMetricsSideBySide = 2;

function nodeName({ node }: Experiment): string {
  return node === undefined ? '' : `Node ${node.slice(1)}`;
}

/** One table for the same cases on several Nodes. */
function sideBySide(experiments: readonly Experiment[]): Table {
  const names = [...new Set(experiments.flatMap(({ cases }) => cases.map(caseLabel)))];
  const heading = experiments.flatMap((one) =>
    Object.values(one.metrics).map(({ unit }) => [unit, nodeName(one)].filter(Boolean).join(', ')),
  );
  const rows = names.map((name) => [
    name,
    ...experiments.flatMap(({ cases, metrics }) =>
      metricCells(cases.find((one) => caseLabel(one) === name)?.samples ?? {}, metrics),
    ),
  ]);
  return [['case', ...heading], ...rows];
}

function renderExperiment(experiments: readonly Experiment[]): string[] {
  const [first] = experiments;
  if (first === undefined) return [];
  const isNarrow = Object.keys(first.metrics).length <= mostMetricsSideBySide;
  const tables = isNarrow
    ? markdownTable(sideBySide(experiments), 1)
    : experiments.flatMap((one) => [
        ...(one.node === undefined ? [] : [`${nodeName(one)}:`, '']),
        ...markdownTable(caseTable(one), 1),
        '',
      ]);
  const remarks = experiments.flatMap((one) =>
    remarkLines(one).map((line) => `- ${[nodeName(one), line].filter(Boolean).join(', ')}`),
  );
  return [
    `### Row ${first.row}: ${first.title}`,
    '',
    ...tables,
    ...(isNarrow ? [''] : []),
    ...remarks,
    ...(remarks.length > 0 ? [''] : []),
  ];
}

/** The picture, and the figures in it unless there are too many. */
function renderChart({ name, titles, chart, digits, isWithoutTable }: ChartFile): string[] {
  return [
    `### ${titles.en}`,
    '',
    `![${titles.en}](charts/${name}.svg)`,
    '',
    ...(isWithoutTable === true ? [] : chart.panels).flatMap(({ heading, series }) => {
      const values = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))];
      const rows = values
        .toSorted((a, b) => a - b)
        .map((x) => [
          x.toLocaleString('en').replaceAll(',', ' '),
          ...series.map(({ points }) => {
            const point = points.find((one) => one.x === x);
            if (point === undefined) return '–';
            const { y, least = y, most = y } = point;
            return summaryText({ median: y, least, most }, digits);
          }),
        ]);
      const corner = heading === undefined ? chart.x.label : `${heading}, ${chart.x.label}`;
      return [...markdownTable([[corner, ...series.map((one) => one.name)], ...rows], 0), ''];
    }),
  ];
}

function renderGroup({ title, machine, experiments }: GroupResult, charts: readonly ChartFile[]): string[] {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  // Points that are counts, or that no budget speaks of, stand in the table of their chart.
  const shown = experiments.filter(
    ({ budgets, point, exact }) => point === undefined || (budgets.length > 0 && exact !== true),
  );
  const ids = [...new Set(shown.map(({ id }) => id))];
  const own = charts.filter(({ name }) =>
    experiments.some(({ point, drawing }) => [point?.chart, drawing?.chart].includes(name)),
  );
  return [
    `## ${title}`,
    '',
    `Taken ${machine.takenAt.slice(0, 16).replace('T', ' ')} UTC on ${machine.cores} cores of ` +
      `${machine.cpu} with ${machine.memoryGiB} GiB, ${machine.system}; load before: ${machine.loadBefore.toFixed(2)}.`,
    '',
    `${versions.join('; ')}.`,
    '',
    ...own.flatMap(renderChart),
    ...ids.flatMap((id) => renderExperiment(shown.filter((one) => one.id === id))),
  ];
}

/** RESULTS.md, from the results of all groups. */
export function renderResults(results: readonly GroupResult[], charts: readonly ChartFile[]): string {
  const seconds = results.reduce((sum, one) => sum + (one.seconds?.measuring ?? 0), 0);
  const durations = results.flatMap(({ group, seconds: own }) =>
    own === undefined ? [] : [`${group} ${durationText(own.measuring)}`],
  );
  return [
    '# Results',
    '',
    'What `@doubao/resolver` costs beside what else a Node program could use. Rendered by `pnpm bench` from `results/*.json`; do',
    'not edit. [README.md](README.md) says what is measured, and how.',
    '',
    'Every case runs in a process of its own; in each round all cases take turns. Figures are medians over rounds, with their',
    'range. A comparison is the median of the ratios within each round. A time is judged only after nine rounds and, where an',
    'experiment has one program twice, if the two lie within 0.9–1.1 of each other; cases that no budget speaks of run in every',
    'third round.',
    '',
    `Measuring took ${durationText(seconds)}: ${durations.join(', ')}.`,
    '',
    ...budgetTables(results.flatMap(({ experiments }) => experiments)),
    ...results.flatMap((result) => renderGroup(result, charts)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
